"""A poll's counts drawn as a picture; what people wrote is data to the typesetter, never its language."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

PIXELS_PER_INCH = 144.0
_TEMPLATE = Path(__file__).with_name("chart.typ")


def draw(given: dict[str, Any]) -> dict[str, Any]:
    """The picture as PNG; call it apart from any unit."""
    import typst

    compiler = typst.Compiler(_TEMPLATE.read_bytes(), sys_inputs={"chart": json.dumps(given["chart"], ensure_ascii=False)})
    made = compiler.compile(format="png", ppi=PIXELS_PER_INCH)
    assert isinstance(made, bytes)
    return {"png": base64.b64encode(made).decode()}

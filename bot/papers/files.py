"""A document as files, made apart from any unit: what a Later of a feature computes."""

from __future__ import annotations

import base64
from typing import Any

from bot.papers.document import Document, as_json
from bot.papers.markdown import written
from bot.papers.pdf import typeset


def asked(document: Document, language: str, **more: Any) -> dict[str, Any]:
    """What is asked for: the document for one reader, and what the feature wants to know again."""
    return {**more, "paper": as_json(document, language)}


def made(given: dict[str, Any]) -> dict[str, Any]:
    """Both files of what was asked for, as plain JSON."""
    return {"markdown": written(given["paper"]), "pdf": base64.b64encode(typeset(given["paper"])).decode()}


def contents(result: dict[str, Any]) -> tuple[bytes, bytes]:
    """The bytes of the Markdown and of the PDF."""
    return result["markdown"].encode(), base64.b64decode(result["pdf"])

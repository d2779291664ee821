"""What comes with the program: the shipped packs, and lines that fit any day."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from handlers.packs.rules import Activity, Pack

HERE = Path(__file__).parent / "shipped"
SMALLEST = "first_steps"  # what a community that has never done this may well begin with
MODEL = "better_practitioner"  # thirty days for any domain: what gaps are filled from unless another is chosen


@cache
def shipped() -> dict[str, Pack]:
    """The packs that come with the program, by name."""
    found = [_read(path) for path in sorted(HERE.glob("*.yaml"))]
    return {pack.name: pack for pack in found}


@cache
def any_day() -> Pack:
    """Lines that go with whatever a day is called; not a pack to be started."""
    return _read(HERE / "lines" / "any_day.yaml")


def _read(path: Path) -> Pack:
    import yaml

    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    activities = tuple(Activity(**activity) for activity in document.pop("activities"))
    return Pack(**document | {"themes": tuple(document["themes"])}, activities=activities)

"""Packs: named, versioned lists of activities, each a YAML file beside this module."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SMALLEST = "first_steps"  # what a community that has never done this may well begin with


@dataclass(frozen=True, slots=True)
class Activity:
    """One day: a practice of 5 to 20 minutes with a short version, a line for beginners and one for veterans, and one question."""

    title: str
    practice: str
    short: str
    first_time: str
    go_further: str
    reflect: str
    point: str
    share: str = ""

    def as_json(self) -> dict[str, Any]:
        """The activity as it is kept with a challenge."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Pack:
    """A list of activities with a purpose."""

    name: str
    version: int
    title: str
    purpose: str
    themes: tuple[str, ...]  # one for each seven activities
    activities: tuple[Activity, ...]


@cache
def shipped() -> dict[str, Pack]:
    """The packs that come with the program, by name."""
    import yaml

    found = {}
    for path in sorted(HERE.glob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        activities = tuple(Activity(**activity) for activity in document.pop("activities"))
        found[document["name"]] = Pack(**document | {"themes": tuple(document["themes"])}, activities=activities)
    return found

"""Features, one package each, in one declared order: a feature may use the face of any that stands after it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from bot.core.feature import Feature, Paper, View

ORDER = (
    "home",
    "community",
    "partners",
    "endings",
    "meetups",
    "challenges",
    "opinions",
    "charters",
    "polls",
    "journal",
    "packs",
    "library",
    "agenda",
    "nudges",
)


def features() -> list[Feature]:
    """Every feature, in the declared order."""
    return [import_module(f"{__name__}.{name}").feature for name in ORDER]


def all_views() -> dict[str, View]:
    """What people see of every feature, with examples, by names like "journal.receipt"; whoever serves does without."""
    return {f"{name}.{view.name}": view for name in ORDER for view in _gallery(name).VIEWS}


def all_papers() -> dict[str, Paper]:
    """The papers that people take along, with examples, by names like those of views."""
    return {f"{name}.{paper.name}": paper for name in ORDER for paper in getattr(_gallery(name), "PAPERS", ())}


def _gallery(name: str) -> Any:
    return import_module(f"{__name__}.{name}.gallery")

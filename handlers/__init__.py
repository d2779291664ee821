"""Features, one package each, in one declared order: a feature may use the face of any that stands after it."""

from __future__ import annotations

from importlib import import_module

from bot.core.feature import Feature

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

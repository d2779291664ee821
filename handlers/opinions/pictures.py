"""The map as a picture: SVG drawn here, PNG by the typesetter; what people wrote is escaped text in it, never its language."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bubble:
    """A group: its letter, how many people it stands for, and where it lies on the plane."""

    letter: str
    people: int
    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bar:
    """Shares of agreement, doubt and disagreement in one group or of all, with what is said beside it."""

    label: str
    agree: float
    unsure: float
    disagree: float
    said: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One statement with its bars."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the picture shows, every word of it in the reader's language already."""

    title: str
    alt: str
    note: str
    legend: tuple[str, str, str]  # agree, unsure, disagree
    bubbles: tuple[Bubble, ...]
    strips: tuple[Strip, ...]


def svg(drawing: Drawing) -> str:
    """The picture as SVG, with its title and its words for those who do not see it."""
    raise NotImplementedError


def png(picture: str) -> bytes:
    """An SVG picture as PNG; call it apart from any unit."""
    raise NotImplementedError


def drawn(given: dict[str, Any]) -> dict[str, Any]:
    """What a Later computes: `{"svg": ...}` in, `{"png": ...}` in base64 out."""
    return {"png": base64.b64encode(png(given["svg"])).decode()}

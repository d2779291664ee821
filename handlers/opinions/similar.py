"""Statements that say nearly the same, in any script; pure."""

from __future__ import annotations

from collections.abc import Mapping

ALIKE, MOST_SHOWN = 0.75, 3


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1, whatever their case, marks, punctuation and order of words."""
    raise NotImplementedError


def similar(text: str, others: Mapping[int, str]) -> tuple[int, ...]:
    """The statements that say nearly the same, the likest first."""
    raise NotImplementedError

"""Statements that say nearly the same, in any script; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

ALIKE, MOST_SHOWN = 0.75, 3
ACCENTS = re.compile("[\u0300-\u036f]")  # of Latin, Greek and Cyrillic letters; in other scripts marks are letters


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1, whatever their case, accents, punctuation and order of words."""
    return _likeness(_bare(one), _bare(other))


def similar(text: str, others: Mapping[int, str]) -> tuple[int, ...]:
    """The statements that say nearly the same, the likest first."""
    bare = _bare(text)
    found = [(-_likeness(bare, _bare(other)), statement) for statement, other in others.items()]
    return tuple(statement for unlike, statement in sorted(found) if -unlike >= ALIKE)[:MOST_SHOWN]


def _likeness(one: str, other: str) -> float:
    from rapidfuzz import fuzz

    if not one or not other:
        return 0.0
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other)) / 100


def _bare(text: str) -> str:
    """The letters and digits alone, one blank between words."""
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", text).casefold())
    return " ".join("".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in unicodedata.normalize("NFKC", plain)).split())

"""The rules of the learning agenda: which question comes first, and which page there is."""

from __future__ import annotations

from collections.abc import Iterable

PAGE = 8


def first_to_last(backers: Iterable[tuple[int, int]]) -> list[int]:
    """The ids of questions with how many back each, in the order in which they are listed: the most backed first, of equals the newest."""
    return [question for question, _count in sorted(backers, key=lambda each: (-each[1], -each[0]))]


def page_there_is(wanted: int, count: int) -> int:
    """The page of so many questions that is nearest to the one asked for."""
    return max(0, min(wanted, (count - 1) // PAGE))

"""The ending's rules: when somebody is asked what, and what a small group may be told about itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

K = 5  # with fewer people a figure would tell who
ASKED_BEFORE = 6  # days before the last one on which highlights are asked for, at most
FOLLOW_UPS = (30, 90)  # days after the last one
TIME_TO_ANSWER = 7
MOST_NAMED = 3  # activities done most, and least
EVENING = time(18)
TIME_FOR_A_DAY = timedelta(hours=1)
T = TypeVar("T")


class Stuck(StrEnum):
    """What became of what somebody tried."""

    STILL = "still"
    SOMETIMES = "sometimes"
    NO_MORE = "no more"


def asked_on(last_on: date, days: int) -> date:
    """The date on which participants are asked for highlights: in the last week, and late in what is shorter than a month."""
    return last_on - timedelta(days=min(ASKED_BEFORE, days // 4))


def evening_of(last_on: date, hour: time) -> datetime:
    """When the evening of a last day begins for somebody, on their own clock: never before they had time for its activity."""
    return max(datetime.combine(last_on, EVENING), datetime.combine(last_on, hour) + TIME_FOR_A_DAY)


def follow_up_on(last_on: date, after: int) -> date:
    """The date on which participants are asked what stuck."""
    return last_on + timedelta(days=after)


def told_on(last_on: date, after: int) -> date:
    """The date on which everybody hears what came of that."""
    return follow_up_on(last_on, after) + timedelta(days=TIME_TO_ANSWER)


def most_and_least(counts: Sequence[tuple[T, int]]) -> tuple[list[T], list[T]]:
    """What was done most and what least, nothing twice; what all did alike is neither."""
    if len({count for _what, count in counts}) < 2:
        return [], []
    named = min(MOST_NAMED, len(counts) // 2)
    ordered = sorted(counts, key=lambda each: -each[1])
    return [what for what, _count in ordered[:named]], [what for what, _count in ordered[len(counts) - named :]]

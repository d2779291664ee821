"""When polls remind, close and come again, and how what was typed becomes options: pure decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.chat.text import clean_line
from bot.lean import dataclass
from bot.people.days import instant_of
from handlers.polls.kinds import LONGEST_DESCRIPTION, LONGEST_OPTION

FARTHEST = timedelta(days=366)
SHORTEST_TO_REMIND, SHORTEST_TO_REMIND_TWICE = timedelta(hours=4), timedelta(days=2)
EARLIEST_LAST, LATEST_LAST = timedelta(hours=2), timedelta(hours=24)
CARD_EVERY = timedelta(seconds=3)
ON_CARD = 10  # options that stand on a card or page
OUTCOME_AFTER, OUTCOME_WITHIN = timedelta(days=7), timedelta(days=21)


class Every(StrEnum):
    """How often a template is asked again."""

    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Typed:
    """An option as it was typed."""

    label: str
    description: str = ""


def options_in(*texts: str) -> Sequence[Typed]:
    """Options, one a line, each `label` or `label | description`; of two with the same label the first stays."""
    found: dict[str, Typed] = {}
    for line in "\n".join(texts).splitlines():
        label, _bar, description = line.partition("|")
        label = clean_line(label, len(label) + 1)
        if label:
            found.setdefault(label.casefold(), Typed(label, clean_line(description, len(description) + 1)))
    return list(found.values())


def too_long(options: Sequence[Typed]) -> Typed | None:
    """The first option whose label or description has no room."""
    return next((each for each in options if len(each.label) > LONGEST_OPTION or len(each.description) > LONGEST_DESCRIPTION), None)


def reminders(opened_at: datetime, closes_at: datetime | None) -> Sequence[datetime]:
    """When those who have not voted are reminded: at most twice, scaled to the window, never in a short one or one without an end."""
    if closes_at is None or closes_at - opened_at < SHORTEST_TO_REMIND:
        return ()
    window = closes_at - opened_at
    last = closes_at - min(max(window / 8, EARLIEST_LAST), LATEST_LAST)
    if window < SHORTEST_TO_REMIND_TWICE:
        return (last,)
    return (opened_at + window / 2, last)


def is_due(every: Every, begun_on: date, on: date) -> bool:
    """Whether a template is asked again on a date of its cadence: each week, each month on its day or the month's last."""
    if on <= begun_on:
        return False
    match every:
        case Every.WEEKLY:
            return True  # its cadence knows the weekday
        case Every.MONTHLY:
            return on.day == begun_on.day or (on.day < begun_on.day and (on + timedelta(days=1)).day == 1)
        case Every.ONCE:
            return False


def hour_exists(on: date, at: time, zone: str) -> bool:
    """Whether the clocks of a zone ever show an hour on a date; in spring they skip one."""
    return instant_of(on, at, zone).astimezone(ZoneInfo(zone)).time() == at


@dataclass(frozen=True, slots=True)
class Promise:
    """What voters were told before the first vote."""

    is_anonymous: bool
    is_hidden: bool
    k: int


def is_as_strict(before: Promise, after: Promise) -> bool:
    """Whether a promise takes nothing back."""
    return after.is_anonymous >= before.is_anonymous and after.is_hidden >= before.is_hidden and after.k >= before.k


def pages(count: int) -> int:
    """How many pages so many options have."""
    return max(1, -(-count // ON_CARD))

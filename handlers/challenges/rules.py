"""The challenge's rules: which day it is for whom, when things come, and what counts as done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.core.cadences import EVERY_DAY, WORKING_DAYS, Cadence
from bot.lean import dataclass

DEFAULT_HOUR = time(9)
LONGEST_DAYS = 366
EVERYBODY_IS_THROUGH = ("Etc/GMT+12", time(4))  # where a day ends last on earth: nobody's last day is cut short
BACKFILL = timedelta(hours=48)  # how long a day stays open after it has ended


Break: TypeAlias = "tuple[date, date | None]"  # from the first date without an activity up to, not including, the next with one


class State(StrEnum):
    """Where a challenge stands."""

    PROPOSED = "proposed"
    ANNOUNCED = "announced"
    RUNNING = "running"
    PAUSED = "paused"
    CLOSING = "closing"  # over, the report is being written
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether people can join and do their days."""
        return self in OPEN


OPEN = (State.ANNOUNCED, State.RUNNING, State.PAUSED)
PAST = (State.CLOSING, State.CLOSED, State.CANCELLED)


class Move(StrEnum):
    """What happens to a challenge."""

    ANNOUNCE = "announce"
    BEGIN = "begin"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    CLOSE = "close"
    CANCEL = "cancel"


MOVES: dict[tuple[State, Move], State] = {
    (State.PROPOSED, Move.ANNOUNCE): State.ANNOUNCED,
    (State.PROPOSED, Move.CANCEL): State.CANCELLED,  # "not now"
    (State.ANNOUNCED, Move.BEGIN): State.RUNNING,
    (State.ANNOUNCED, Move.END): State.CLOSING,  # nothing ran while all of it went by
    (State.ANNOUNCED, Move.CANCEL): State.CANCELLED,
    (State.RUNNING, Move.PAUSE): State.PAUSED,
    (State.RUNNING, Move.END): State.CLOSING,
    (State.RUNNING, Move.CANCEL): State.CANCELLED,
    (State.PAUSED, Move.RESUME): State.RUNNING,
    (State.PAUSED, Move.CANCEL): State.CANCELLED,
    (State.CLOSING, Move.CLOSE): State.CLOSED,
}


def moved(state: State, move: Move) -> State | None:
    """Where a challenge stands after a move; None where the move is not open to it."""
    return MOVES.get((state, move))


class Rhythm(StrEnum):
    """On which days of the week there is an activity."""

    EVERY_DAY = "every day"
    WORKING_DAYS = "working days"

    @property
    def weekdays(self) -> int:
        """The days as bits, Monday first."""
        return EVERY_DAY if self is Rhythm.EVERY_DAY else WORKING_DAYS


@dataclass(frozen=True, slots=True)
class Plan:
    """When a challenge runs: its first date, how many activities it has, on which weekdays, and its pauses."""

    starts_on: date
    days: int
    rhythm: Rhythm
    breaks: tuple[Break, ...] = ()

    @property
    def is_paused(self) -> bool:
        """Whether there is a pause of which nobody knows yet when it ends."""
        return any(ends is None for _begins, ends in self.breaks)

    @property
    def last_on(self) -> date:
        """The date of the last activity; during a pause without an end, of the last one before it."""
        stops = min((begins for begins, ends in self.breaks if ends is None), default=date.max)
        on, left, last = self.starts_on, self.days, self.starts_on - timedelta(days=1)
        while left and on < stops:
            if self._counts(on):
                left, last = left - 1, on
            on += timedelta(days=1)
        return last

    def number_of(self, on: date) -> int | None:
        """Which activity a date has, counted from 1; None outside the challenge and on its days off."""
        if not self._counts(on) or not self.starts_on <= on <= self.last_on:
            return None
        return sum(self._counts(self.starts_on + timedelta(days=n)) for n in range((on - self.starts_on).days + 1))

    def date_of(self, number: int) -> date | None:
        """The date of an activity; None where there is none, or where a pause has no end yet."""
        days = ((self.last_on - self.starts_on).days + 1) if number <= self.days else 0
        dates = (on for n in range(days) if self._counts(on := self.starts_on + timedelta(days=n)))
        return next((on for found, on in enumerate(dates, start=1) if found == number), None)

    def daily(self, zone: str, at: time) -> Cadence:
        """The cadence of the activity at a local hour."""
        return Cadence(zone, at, self.starts_on, self.last_on, self.rhythm.weekdays)

    @property
    def ends_on(self) -> date:
        """The date on which it closes: the last day can be done for a while after it."""
        return self.last_on + timedelta(days=1) + BACKFILL

    def ending(self) -> Cadence:
        """When everybody's last day can be done no more, wherever they are."""
        zone, at = EVERYBODY_IS_THROUGH
        return Cadence(zone, at, self.ends_on, self.ends_on)

    def _counts(self, on: date) -> int:
        if any(begins <= on and (ends is None or on < ends) for begins, ends in self.breaks):
            return 0
        return self.rhythm.weekdays >> on.weekday() & 1


def is_last_of_week(dates: Iterable[date], on: date, weekday: int) -> bool:
    """Whether a date is the last one with an activity in a week that ends on a weekday, Monday being 0."""
    ends_on = on + timedelta(days=(weekday - on.weekday()) % 7)
    return not any(on < day <= ends_on for day in dates)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a challenge came to: counts only, never who did not."""

    joined: int
    active: int
    days_done: int
    finished: int


def summary(done_per_participant: Iterable[int], days: int) -> Summary:
    """Count who took part: active is at least one day, finished is every day."""
    counts = list(done_per_participant)
    return Summary(len(counts), sum(c > 0 for c in counts), sum(counts), sum(c >= days for c in counts))

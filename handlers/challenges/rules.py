"""The challenge's rules: which day it is for whom, when things come, and what counts as done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from bot.core.cadences import EVERY_DAY, WORKING_DAYS, Cadence

DEFAULT_HOUR = time(9)
LONGEST_DAYS = 366
EVERYBODY_IS_THROUGH = ("Etc/GMT+12", time(4))  # where a day ends last on earth: nobody's last day is cut short


class State(StrEnum):
    """Where a challenge stands."""

    ANNOUNCED = "announced"
    RUNNING = "running"
    CLOSED = "closed"


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
    """When a challenge runs: its first date, how many activities it has, and on which weekdays."""

    starts_on: date
    days: int
    rhythm: Rhythm

    @property
    def last_on(self) -> date:
        """The date of the last activity."""
        on, left = self.starts_on, self.days
        while True:
            left -= self._counts(on)
            if not left:
                return on
            on += timedelta(days=1)

    def number_of(self, on: date) -> int | None:
        """Which activity a date has, counted from 1; None outside the challenge and on its days off."""
        if not self._counts(on) or not self.starts_on <= on <= self.last_on:
            return None
        return sum(self._counts(self.starts_on + timedelta(days=n)) for n in range((on - self.starts_on).days + 1))

    def daily(self, zone: str, at: time) -> Cadence:
        """The cadence of the activity at a local hour."""
        return Cadence(zone, at, self.starts_on, self.last_on, self.rhythm.weekdays)

    def ending(self) -> Cadence:
        """When everybody's last day is over, wherever they are."""
        zone, at = EVERYBODY_IS_THROUGH
        after = self.last_on + timedelta(days=1)
        return Cadence(zone, at, after, after)

    def _counts(self, on: date) -> int:
        return self.rhythm.weekdays >> on.weekday() & 1


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

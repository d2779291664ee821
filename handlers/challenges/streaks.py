"""How a challenge stands for one participant: what each day is, what counts, and until when a day stays open. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.lean import dataclass
from bot.people.days import day_of, end_of_day, instant_of
from handlers.challenges.rules import BACKFILL

EVENING = time(18)


class Status(StrEnum):
    """What a day is for a participant."""

    BEFORE = "before"  # they were not in yet: for reading, never a debt
    DONE = "done"
    PAUSED = "paused"  # neither counts nor breaks
    REST = "rest"  # a rest day was used: the streak goes on
    OPEN = "open"  # over or today, but it can still be done
    NOT_COUNTED = "not counted"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Numbered:
    """An activity's number and its date."""

    number: int
    on: date


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which nothing comes and nothing is asked, both ends included."""

    from_on: date
    to_on: date

    def holds(self, on: date) -> bool:
        """Whether a date lies in the pause."""
        return self.from_on <= on <= self.to_on


@dataclass(frozen=True, slots=True)
class Day:
    """One day and what it is; `may_change` says that it can be done, or taken back, today."""

    number: int
    on: date
    status: Status
    may_change: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands: total days first, always."""

    total: int
    streak: int
    comebacks: int
    rest_left: int
    days: tuple[Day, ...]

    @property
    def changeable(self) -> tuple[Day, ...]:
        """The days that can be marked or taken back now."""
        return tuple(day for day in self.days if day.may_change and day.status is not Status.BEFORE)

    def of(self, status: Status) -> tuple[Day, ...]:
        """All days of one kind."""
        return tuple(day for day in self.days if day.status is status)


def grants(days: int) -> int:
    """How many rest days a challenge of so many days grants by itself: four in thirty, at least one from a week on."""
    return max(round(4 * days / 30), 1 if days >= 7 else 0)


def opens_at(on: date, zone: str) -> datetime:
    """When a day begins where the participant is."""
    return end_of_day(on - timedelta(days=1), zone)


def closes_at(on: date, zone: str) -> datetime:
    """Until when a day can be done or taken back."""
    return end_of_day(on, zone) + BACKFILL


def is_open(on: date, now: datetime, zone: str) -> bool:
    """Whether a day can be done now: on its date and for 48 hours after its day ended."""
    return on <= day_of(now, zone) and now < closes_at(on, zone)


def standing(
    dates: Sequence[Numbered],
    *,
    joined_on: date,
    done: Collection[int],
    pauses: Sequence[Pause],
    now: datetime,
    zone: str,
    granted: int,
) -> Standing:
    """Walk through the days once: rest days go to the earliest days that need one, and backfilling gives one back."""
    today = day_of(now, zone)
    total = streak = comebacks = in_a_row_not = used = 0
    days = []
    for each in dates:
        may_change = is_open(each.on, now, zone)
        if each.number in done:
            status = Status.DONE
        elif each.on > today:
            status = Status.AHEAD
        elif each.on < joined_on:
            status = Status.BEFORE
        elif any(pause.holds(each.on) for pause in pauses):
            status = Status.PAUSED
        elif each.on == today:
            status = Status.OPEN
        elif used < granted:
            status = Status.REST
        else:
            status = Status.OPEN if may_change else Status.NOT_COUNTED
        if status is Status.DONE:
            comebacks += in_a_row_not >= 2
            total, streak, in_a_row_not = total + 1, streak + 1, 0
        elif status in (Status.REST, Status.NOT_COUNTED) or (status is Status.OPEN and each.on < today):
            used += status is Status.REST
            in_a_row_not += 1
            streak = 0 if status is Status.NOT_COUNTED else streak
        days.append(Day(each.number, each.on, status, may_change))
    return Standing(total, streak, comebacks, granted - used, tuple(days))


def put_off_until(now: datetime, zone: str, times: int, hour: time) -> datetime | None:
    """When a card that is put off comes again: in two hours, the next time this evening or else tomorrow, then no more."""
    if times == 0:
        return (now + timedelta(hours=2, minutes=1)).replace(second=0, microsecond=0)
    if times > 1:
        return None
    today = day_of(now, zone)
    evening = instant_of(today, EVENING, zone)
    return evening if now + timedelta(minutes=30) <= evening else instant_of(today + timedelta(days=1), hour, zone)

"""What was promised to whom and when, worked out anew from what people did: it knows time zones, and nothing of the bot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.chaos.drawn import DAYS, FIRST_ON, HOME_ZONE, PLACE_HOUR, PLATFORMS, STARTS, Act, Member

Promised = tuple[datetime, str, str, str]  # when (to the minute), on which platform, to whom, what

DATES = [FIRST_ON + timedelta(days=n) for n in range(DAYS)]
LAST_ON = DATES[-1]
FAREWELL_HOUR = time(18)
TOO_LONG_AGO = timedelta(hours=12)
# Its last day can be done for 48 hours after it has ended (at 04:00), wherever on earth one is.
OVER_AT = datetime.combine(LAST_ON + timedelta(days=3), time(4), UTC) + timedelta(hours=12)


@dataclass(frozen=True)
class Gap:
    """A time in which no process lives: of what was due in it only the latest comes, and only if that is not too long ago."""

    gone_at: datetime
    back_at: datetime


def all_of(members: Sequence[Member], gap: Gap | None = None) -> list[Promised]:
    """Every line that must stand in the ledger, in order."""
    found = [line for platform in PLATFORMS for line in _place(platform, gap)]
    found.append((OVER_AT, members[0].platform, members[0].account, "report"))
    for member in members:
        found += ((at, member.platform, member.account, what) for at, what in _Days(member, gap).lived())
    return sorted(found)


def _place(platform: str, gap: Gap | None) -> Iterator[Promised]:
    yield STARTS, platform, "practice", "hello"
    yield STARTS, platform, "practice", "announcement"
    for on, at in _comings(PLACE_HOUR, HOME_ZONE, gap):
        number = DATES.index(on) + 1
        yield at, platform, "practice", f"day {number}"
        if number % 7 == 0:
            yield at, platform, "practice", f"week {number}"
    yield OVER_AT, platform, "practice", "over"


def _comings(hour: time, zone: str, gap: Gap | None) -> Iterator[tuple[date, datetime]]:
    """Each date with the instant at which it comes."""
    due = [(on, _instant(on, hour, zone)) for on in DATES]
    if gap is None:
        yield from due
        return
    missed = [(on, at) for on, at in due if gap.gone_at < at <= gap.back_at]
    yield from ((on, at) for on, at in due if (on, at) not in missed)
    if missed and gap.back_at - missed[-1][1] <= TOO_LONG_AGO:
        yield missed[-1][0], gap.back_at


def _instant(on: date, at: time, zone: str) -> datetime:
    return datetime.combine(on, at, ZoneInfo(zone)).astimezone(UTC)


class _Days:
    """One person's days, from act to act."""

    def __init__(self, member: Member, gap: Gap | None) -> None:
        self._gap = gap
        self._acts = member.acts
        self._zone, self._hour = member.zone, member.hour
        self._is_in = False
        self._paused_until = date.min
        self._had: set[date] = set()
        self._is_told = False
        self._lines: list[tuple[datetime, str]] = []

    def lived(self) -> list[tuple[datetime, str]]:
        """What came, and when."""
        now = STARTS
        for act in self._acts:
            self._passes(now, act.at)
            self._does(act)
            now = act.at
        self._passes(now, OVER_AT)
        return self._lines

    def _passes(self, after: datetime, until: datetime) -> None:
        """Each day comes at its hour."""
        if not self._is_in:
            return
        for on, at in _comings(self._hour, self._zone, self._gap):
            if after < at <= until:
                self._gets(on, at)
        if not self._is_told and after < (farewell := self._farewell()) <= until:
            self._lines.append((farewell, "farewell"))
            self._is_told = True

    def _farewell(self) -> datetime:
        """In the evening, and an hour after the day's own hour at the earliest."""
        at = max(datetime.combine(LAST_ON, FAREWELL_HOUR), datetime.combine(LAST_ON, self._hour) + timedelta(hours=1))
        return _instant(at.date(), at.time(), self._zone)

    def _does(self, act: Act) -> None:
        today = self._today(act.at)
        match act.what:
            case "joins":
                self._is_in = True
            case "leaves":
                self._is_in = False
            case "flies":
                self._zone = act.zone
            case "moves":
                self._hour = act.hour
            case "pauses" if today < act.on <= max(LAST_ON, today + timedelta(days=1)):
                self._paused_until = act.on
        today = self._today(act.at)
        is_asked_for = act.what in ("joins", "flies", "moves") and self._is_in and today in DATES
        if is_asked_for and _instant(today, self._hour, self._zone) <= act.at:  # its hour has passed: it comes at once
            self._gets(today, act.at)

    def _gets(self, on: date, at: datetime) -> None:
        if on not in self._had and on >= self._paused_until:
            self._had.add(on)
            self._lines.append((at, f"day {DATES.index(on) + 1}"))

    def _today(self, now: datetime) -> date:
        """A day ends at four in the morning."""
        return (now.astimezone(ZoneInfo(self._zone)).replace(tzinfo=None) - timedelta(hours=4)).date()

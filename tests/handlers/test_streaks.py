"""Streaks, rest days and comebacks against a slow and obvious computation, in any zone and across changed clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.challenges.streaks import Numbered, Pause, Standing, Status, closes_at, grants, is_open, opens_at, standing

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe",
    "Etc/GMT+12",
)
FIRST = date(2026, 3, 23)


def numbered(first: date, days: int, *, working: bool = False) -> list[Numbered]:
    dates = [first + timedelta(days=n) for n in range(days * 2 + 4)]
    kept = [on for on in dates if not working or on.weekday() < 5][:days]
    return [Numbered(n, on) for n, on in enumerate(kept, 1)]


def at_noon(on: date, zone: str = "UTC") -> datetime:
    return datetime.combine(on, time(12), ZoneInfo(zone)).astimezone(UTC)


def stands(done: Sequence[int], *, day: int, joined: int = 1, pauses: Sequence[tuple[int, int]] = (), granted: int = 0) -> Standing:
    """A challenge of thirty days at noon of a day, all given as numbers."""
    days = {n: FIRST + timedelta(days=n - 1) for n in range(1, 60)}
    return standing(
        numbered(FIRST, 30),
        joined_on=days[joined],
        done=set(done),
        pauses=[Pause(days[a], days[b]) for a, b in pauses],
        now=at_noon(days[day]),
        zone="UTC",
        granted=granted,
    )


@pytest.mark.parametrize(("days", "granted"), [(1, 0), (3, 0), (4, 1), (6, 1), (7, 1), (15, 2), (30, 4), (60, 8), (366, 49)])
def test_four_rest_days_in_thirty(days: int, granted: int) -> None:
    assert grants(days) == granted


def test_rest_days_carry_a_streak_until_they_are_used_up() -> None:
    now = stands([1, 2, 5, 6], day=7, granted=2)
    assert (now.total, now.streak, now.rest_left, now.comebacks) == (4, 4, 0, 1)
    now = stands([1, 2, 5, 6], day=6, granted=1)
    assert (now.total, now.streak, now.rest_left) == (4, 4, 0), "day 4 is still open"
    now = stands([1, 2, 5, 6, 7, 8], day=8, granted=1)
    assert (now.total, now.streak) == (6, 4)
    assert [d.number for d in now.of(Status.NOT_COUNTED)] == [4]


def test_a_day_before_one_joined_and_a_paused_day_cost_nothing() -> None:
    now = stands([10, 15], day=15, joined=9, pauses=[(11, 14)], granted=1)
    assert (now.total, now.streak, now.rest_left, now.comebacks) == (2, 2, 0, 0)
    assert len(now.of(Status.BEFORE)) == 8
    assert len(now.of(Status.PAUSED)) == 4


def test_two_or_more_days_not_done_make_a_comeback_and_one_does_not() -> None:
    assert stands([1, 3], day=3, granted=4).comebacks == 0
    assert stands([1, 4], day=4, granted=4).comebacks == 1
    assert stands([1, 3, 4], day=4, granted=4).comebacks == 0
    assert stands([5], day=5, granted=0).comebacks == 1
    assert stands([1, 4, 7, 10], day=10, granted=0).comebacks == 3


def test_today_is_nobody_s_gap() -> None:
    now = stands([1, 2], day=3, granted=0)
    assert (now.streak, now.of(Status.OPEN)[0].number) == (2, 3)


@pytest.mark.parametrize(
    ("zone", "on"), [("Europe/Berlin", date(2026, 3, 27)), ("Europe/Berlin", date(2026, 10, 24)), ("America/New_York", date(2026, 3, 7))]
)
def test_the_48_hours_are_hours_also_when_the_clocks_change(zone: str, on: date) -> None:
    ended = datetime.combine(on + timedelta(days=1), time(4), ZoneInfo(zone)).astimezone(UTC)
    last = ended + timedelta(hours=48)
    assert closes_at(on, zone) == last
    assert is_open(on, last - timedelta(seconds=1), zone)
    assert not is_open(on, last, zone)
    assert is_open(on, opens_at(on, zone), zone)
    assert not is_open(on, opens_at(on, zone) - timedelta(seconds=1), zone)


@given(
    zone=st.sampled_from(ZONES),
    first=st.dates(date(2025, 1, 1), date(2027, 12, 1)),
    days=st.integers(1, 40),
    working=st.booleans(),
    done=st.sets(st.integers(1, 40)),
    joined=st.integers(-2, 30),
    pauses=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 12)), max_size=3),
    minutes=st.integers(-3000, 90_000),
    granted=st.integers(0, 6),
)
@example("Europe/Berlin", date(2026, 3, 23), 30, False, {1, 2, 3}, 0, [], 9000, 4)
def test_it_stands_as_the_slow_way_says(
    zone: str,
    first: date,
    days: int,
    working: bool,
    done: set[int],
    joined: int,
    pauses: list[tuple[int, int]],
    minutes: int,
    granted: int,
) -> None:
    dates = numbered(first, days, working=working)
    done = {n for n in done if n <= days}
    held = [Pause(first + timedelta(days=a), first + timedelta(days=a + length)) for a, length in pauses]
    now = datetime.combine(first, time(4), UTC) + timedelta(minutes=minutes)
    joined_on = first + timedelta(days=joined)
    found = standing(dates, joined_on=joined_on, done=done, pauses=held, now=now, zone=zone, granted=granted)

    local = now.astimezone(ZoneInfo(zone))
    today = (local - timedelta(hours=4)).date() if local.time() >= time(4) else local.date() - timedelta(days=1)
    assert [d.number for d in found.days] == [d.number for d in dates]
    assert found.total == len(done) == len(found.of(Status.DONE))
    over = [d for d in dates if d.on < today and d.on >= joined_on and d.number not in done]
    over = [d for d in over if not any(p.from_on <= d.on <= p.to_on for p in held)]
    rested, other = over[:granted], over[granted:]
    assert [d.number for d in found.of(Status.REST)] == [d.number for d in rested]
    assert found.rest_left == granted - len(rested)
    shut = [d for d in other if not _still_open(d.on, now, zone)]
    assert [d.number for d in found.of(Status.NOT_COUNTED)] == [d.number for d in shut]
    after = max((d.number for d in shut), default=0)
    assert found.streak == sum(n > after for n in done)
    gaps = {d.number for d in over}
    assert found.comebacks == sum(_not_done_before(n, done, gaps) >= 2 for n in done)
    for day in found.days:
        assert day.may_change == (day.on <= today and _still_open(day.on, now, zone))
        if day.on > today and day.number not in done:
            assert day.status is Status.AHEAD


@given(done=st.sets(st.integers(1, 20)), extra=st.integers(1, 20), granted=st.integers(0, 4))
def test_doing_one_more_day_never_takes_anything_away(done: set[int], extra: int, granted: int) -> None:
    before, after = stands(sorted(done), day=20, granted=granted), stands(sorted(done | {extra}), day=20, granted=granted)
    assert after.total >= before.total
    assert after.streak >= before.streak
    assert after.rest_left >= before.rest_left


def _still_open(on: date, now: datetime, zone: str) -> bool:
    ended = datetime.combine(on + timedelta(days=1), time(4), ZoneInfo(zone)).astimezone(UTC)
    return now < ended + timedelta(hours=48)


def _not_done_before(number: int, done: set[int], gaps: set[int]) -> int:
    """How many days in a row before this one were not done, those that neither count nor break left out."""
    count = 0
    for each in range(number - 1, 0, -1):
        if each in done:
            return count
        count += each in gaps
    return count

"""Cadences over every zone there is: no date is left out, none comes twice, and what is due is due later."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.cadences import EVERY_DAY, WORKING_DAYS, Cadence
from bot.people.days import instant_of, is_zone

ZONES = sorted(zone for zone in available_timezones() if is_zone(zone))
zones = st.one_of(
    st.sampled_from(ZONES),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Chatham", "Antarctica/Troll"]),
)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
dates = st.dates(date(2024, 1, 1), date(2034, 12, 31))
weekdays = st.one_of(st.just(EVERY_DAY), st.just(WORKING_DAYS), st.integers(1, EVERY_DAY))


@st.composite
def cadences(draw: st.DrawFn) -> Cadence:
    first = draw(dates)
    return Cadence(draw(zones), draw(times), first, first + timedelta(days=draw(st.integers(0, 40))), draw(weekdays))


def around(cadence: Cadence) -> st.SearchStrategy[datetime]:
    assert cadence.last_on is not None
    begin = datetime.combine(cadence.first_on, time(), UTC) - timedelta(days=3)
    length = (cadence.last_on - cadence.first_on).days + 6
    return st.integers(0, length * 86_400).map(lambda seconds: begin + timedelta(seconds=seconds))


def every_due(cadence: Cadence) -> list[tuple[date, datetime]]:
    """All of them, the slow and obvious way."""
    assert cadence.last_on is not None
    days = [cadence.first_on + timedelta(days=n) for n in range((cadence.last_on - cadence.first_on).days + 1)]
    return [(day, instant_of(day, cadence.at, cadence.zone)) for day in days if cadence.weekdays & 1 << day.weekday()]


@given(cadences(), st.data())
def test_the_next_is_the_first_that_is_later(cadence: Cadence, data: st.DataObject) -> None:
    after = data.draw(around(cadence))
    later = [(day, at) for day, at in every_due(cadence) if at > after]
    assert cadence.next_due(after) == (later[0] if later else None)


@given(cadences())
def test_going_from_one_to_the_next_meets_each_date_once(cadence: Cadence) -> None:
    met, now = [], datetime.combine(cadence.first_on, time(), UTC) - timedelta(days=2)
    while (due := cadence.next_due(now)) is not None:
        assert due[1] > now
        met.append(due)
        now = due[1]
    assert met == every_due(cadence)


@pytest.mark.thorough
@given(zones, dates, times)
@settings(max_examples=300)
def test_a_local_time_is_met_or_moved_forward_by_the_gap(zone: str, day: date, at: time) -> None:
    local = instant_of(day, at, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    wanted = datetime.combine(day, at)
    assert wanted <= local <= wanted + timedelta(hours=3)
    if local == wanted:  # of an hour that comes twice, the first
        earlier = instant_of(day, at, zone) - timedelta(hours=1)
        assert earlier.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wanted


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("Europe/Berlin", SPRING - timedelta(days=1), time(2, 30), "2026-03-28T01:30"),
        ("Europe/Berlin", SPRING, time(2, 30), "2026-03-29T01:30"),  # 02:30 is skipped: it strikes at 03:30
        ("Europe/Berlin", SPRING, time(3, 0), "2026-03-29T01:00"),
        ("Europe/Berlin", AUTUMN, time(2, 30), "2026-10-25T00:30"),  # 02:30 comes twice: the first
        ("America/New_York", date(2026, 3, 8), time(2, 0), "2026-03-08T07:00"),
        ("America/New_York", date(2026, 11, 1), time(1, 0), "2026-11-01T05:00"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04T14:45"),  # half an hour of daylight saving
        ("Africa/Cairo", date(2026, 4, 24), time(0, 0), "2026-04-23T22:00"),  # midnight itself is skipped
        ("Asia/Kathmandu", date(2026, 1, 1), time(9, 0), "2026-01-01T03:15"),
        ("Pacific/Kiritimati", date(2026, 1, 1), time(0, 0), "2025-12-31T10:00"),
    ],
)
def test_known_hours(zone: str, day: date, at: time, utc: str) -> None:
    due = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert instant_of(day, at, zone) == due
    once = Cadence(zone, at, day, day)
    assert once.next_due(due - timedelta(seconds=1)) == (day, due)
    assert once.next_due(due) is None


def test_working_days_leave_the_weekend_out() -> None:
    weeks = Cadence("Europe/Berlin", time(9), date(2026, 3, 21), date(2026, 4, 4), WORKING_DAYS)
    met = [day for day, _ in every_due(weeks)]
    assert met[0] == date(2026, 3, 23)
    assert {day.weekday() for day in met} == {0, 1, 2, 3, 4}
    assert weeks.next_date(date(2026, 3, 28)) == date(2026, 3, 30)
    assert weeks.next_date(date(2026, 4, 4)) is None


@pytest.mark.parametrize("days", [0, 1, 6, 7, 400])
def test_a_cadence_without_days_or_past_its_end_has_no_next(days: int) -> None:
    day = date(2026, 3, 20)
    assert Cadence("UTC", time(9), day, day, 0).next_date(day) is None
    assert Cadence("UTC", time(9), day, day).next_date(day + timedelta(days=days)) == (day if days == 0 else None)
    assert Cadence("UTC", time(9), day, day - timedelta(days=1)).next_due(datetime(2026, 3, 1, tzinfo=UTC)) is None

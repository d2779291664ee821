"""The member's day ends at four in the morning, on every day of the year and in every zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.people.days import DAY_ENDS, day_of, end_of_day, instant_of, is_zone

zones = st.sampled_from(sorted(zone for zone in available_timezones() if is_zone(zone)))
dates = st.dates(date(2024, 1, 1), date(2034, 12, 31))
A_MOMENT = timedelta(microseconds=1)


@pytest.mark.thorough
@given(zones, dates)
@settings(max_examples=500)
def test_a_day_ends_where_the_next_begins(zone: str, day: date) -> None:
    end = end_of_day(day, zone)
    assert day_of(end - A_MOMENT, zone) == day
    assert day_of(end, zone) == day + timedelta(days=1)


@pytest.mark.thorough
@given(zones, dates, st.times(DAY_ENDS).map(lambda at: at.replace(second=0, microsecond=0)))
@settings(max_examples=500)
def test_an_hour_from_four_on_belongs_to_its_own_date(zone: str, day: date, at: time) -> None:
    assert day_of(instant_of(day, at, zone), zone) == day


@given(zones, dates)
def test_days_follow_each_other_and_last_about_a_day(zone: str, day: date) -> None:
    length = end_of_day(day + timedelta(days=1), zone) - end_of_day(day, zone)
    assert timedelta(hours=21) <= length <= timedelta(hours=27)


@given(zones, st.integers(0, 11 * 365 * 86_400).map(lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)))
def test_a_later_instant_is_never_an_earlier_day(zone: str, at: datetime) -> None:
    assert day_of(at, zone) <= day_of(at + timedelta(hours=1), zone)


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("Europe/Berlin", "2026-03-20T02:59:59", "2026-03-19"),  # 03:59:59 local
        ("Europe/Berlin", "2026-03-20T03:00:00", "2026-03-20"),
        ("Europe/Berlin", "2026-03-29T01:59:59", "2026-03-28"),  # the night that is an hour shorter
        ("Europe/Berlin", "2026-03-29T02:00:00", "2026-03-29"),
        ("Europe/Berlin", "2026-10-25T02:59:59", "2026-10-24"),  # and the one that is longer
        ("Europe/Berlin", "2026-10-25T03:00:00", "2026-10-25"),
        ("Asia/Kolkata", "2026-03-19T22:29:59", "2026-03-19"),
        ("Asia/Kolkata", "2026-03-19T22:30:00", "2026-03-20"),
        ("Pacific/Kiritimati", "2026-03-19T14:00:00", "2026-03-20"),
        ("Etc/GMT+12", "2026-03-20T15:59:59", "2026-03-19"),
    ],
)
def test_known_days(zone: str, at: str, day: str) -> None:
    assert day_of(datetime.fromisoformat(at).replace(tzinfo=UTC), zone) == date.fromisoformat(day)


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+12"])
def test_zones(name: str) -> None:
    assert is_zone(name)


@pytest.mark.parametrize("name", ["", "Berlin", "Europe/Nowhere", "../etc/passwd", "/etc/localtime", "Europe", "EST", "Europe/Berlin\0"])
def test_what_is_no_zone(name: str) -> None:
    assert not is_zone(name)

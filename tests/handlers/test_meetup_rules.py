"""When people can meet: the suggestion against the slow, obvious search, and what a form may say."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.meetups.rules import Suggestion, day_before, fitting, hour_exists, is_link, lines_of, suggested

LAST_ON = date(2026, 3, 27)  # a Friday; summer time begins on the Sunday after
NOW = datetime(2026, 3, 26, 8, 0, tzinfo=UTC)
ZONES = ["Europe/Berlin", "Asia/Tokyo", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Los_Angeles"]


def suits(on: date, at: time, zone: str, other: str) -> bool:
    begins = datetime.combine(on, at, ZoneInfo(zone)).astimezone(ZoneInfo(other))
    ends = begins + timedelta(hours=1)
    return begins.weekday() < 5 and begins.hour >= 9 and begins.date() == ends.date() and (ends.hour, ends.minute) <= (18, 0)


@settings(max_examples=40)
@given(zone=st.sampled_from(ZONES), zones=st.lists(st.sampled_from(ZONES), max_size=12), late=st.integers(-40, 20))
def test_no_other_hour_suits_more_people(zone: str, zones: list[str], late: int) -> None:
    now = NOW + timedelta(days=late)
    found = suggested(LAST_ON, now, zone, zones)
    today = now.astimezone(ZoneInfo(zone)).date()
    first = max(LAST_ON + timedelta(days=3), today + timedelta(days=1))
    last = max(LAST_ON + timedelta(days=7), first + timedelta(days=4))
    assert first <= found.on <= last
    assert found.on.weekday() < 5
    assert found.of == len(zones)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    best = max(sum(suits(on, time(h), zone, each) for each in zones) for on in days if on.weekday() < 5 for h in range(24))
    assert found.suits == best == sum(suits(found.on, found.at, zone, each) for each in zones)


def test_the_first_working_day_three_to_seven_days_after_the_end() -> None:
    assert suggested(LAST_ON, NOW, "Europe/Berlin", ["Europe/Berlin"] * 3) == Suggestion(date(2026, 3, 30), time(9), 3, 3)
    assert suggested(date(2026, 3, 31), NOW, "Europe/Berlin", ["Europe/Berlin"]).on == date(2026, 4, 3)
    assert suggested(LAST_ON, NOW, "Europe/Berlin", []) == Suggestion(date(2026, 3, 30), time(16), 0, 0)


def test_an_hour_that_is_everybodys() -> None:
    found = suggested(LAST_ON, NOW, "Europe/Berlin", ["Europe/Berlin", "America/New_York", "Europe/London"])
    assert (found.at, found.suits) == (time(15), 3), "9 in the morning of New York"


def test_where_no_hour_is_everybodys_it_is_near_for_the_others() -> None:
    found = suggested(LAST_ON, NOW, "Europe/Berlin", ["Europe/Berlin", "Europe/Berlin", "Asia/Tokyo"])
    assert (found.at, found.suits) == (time(9), 3), "where it is 16 in Tokyo, in summer"


def test_the_hour_that_spring_skips_does_not_exist() -> None:
    assert not hour_exists(date(2026, 3, 29), time(2, 30), "Europe/Berlin")
    assert hour_exists(date(2026, 3, 29), time(2, 30), "Asia/Tokyo")
    assert hour_exists(date(2026, 10, 25), time(2, 30), "Europe/Berlin"), "twice even; the first is meant"


def test_the_day_before_is_the_one_where_somebody_lives() -> None:
    starts_at = datetime(2026, 4, 2, 1, 0, tzinfo=UTC)
    assert day_before(starts_at, "America/New_York") == date(2026, 3, 31)
    assert day_before(starts_at, "Asia/Tokyo") == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("https://meet.example/abc-def?pwd=1&x=%20#a", True),
        ("https://meet.example", True),
        ("http://meet.example", False),
        ("HTTPS://meet.example", False),
        ("meet.example", False),
        ("https://", False),
        ("https://meet", False),
        ("https://meet.example/a b", False),
        ("https://meet.example@evil.example/", False),
        ("https://meet.example/<script>", False),
        ("https://meet.example/|label", False),
        ("javascript:alert(1)//https://", False),
        ("https://meet.example/\u202egnp", False),
    ],
)
def test_a_link_is_one_https_address_and_nothing_else(text: str, good: bool) -> None:
    assert is_link(text) is good


@given(st.lists(st.text(max_size=900), max_size=12))
def test_an_agenda_fits_into_its_form_and_keeps_its_first_and_last_point(lines: list[str]) -> None:
    text = fitting(["Welcome", *lines, "What is next"])
    assert len(text) <= 3000
    assert text.startswith("Welcome\n")
    assert text.endswith("\nWhat is next")


def test_points_are_read_line_by_line() -> None:
    assert lines_of("- One\n\n  * Two  \n• Three\n–\n") == ["One", "Two", "Three", "–"]

"""Calendar files: what we hand out is read back by a library of its own; what people send is read for days away, and never trusted."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.people import calendar
from bot.people.calendar import UnreadableCalendar, busy_days, cancellation, invite

STARTS = datetime(2026, 4, 2, 16, 0, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=1)
NOW = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
ZONE = "Europe/Berlin"
texts = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=300)


def file_of(*events: str) -> bytes:
    inside = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event.strip()}\r\nEND:VEVENT\r\n" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n".encode()


def days(*pairs: str) -> list[tuple[date, date]]:
    return [(date.fromisoformat(p[:10]), date.fromisoformat(p[-10:])) for p in pairs]


# -- what we hand out ----------------------------------------------------------------------------------------------------


@pytest.mark.thorough
@settings(max_examples=80)
@given(title=texts, text=texts, organiser=texts, sequence=st.integers(0, 99), minutes=st.integers(0, 2_000_000))
def test_what_is_handed_out_is_read_back_as_it_was_meant(title: str, text: str, organiser: str, sequence: int, minutes: int) -> None:
    starts = STARTS + timedelta(minutes=minutes)
    for write, method, status in ((invite, "PUBLISH", "CONFIRMED"), (cancellation, "CANCEL", "CANCELLED")):
        link = "https://meet.example/a;b,c?d=1"
        written = write("m-1", sequence, starts, starts + timedelta(hours=1), title, text, link, organiser=organiser, now=NOW)
        assert all(len(line) <= 75 for line in written.split(b"\r\n")), "lines are folded"
        read = Calendar.from_ical(written)
        (event,) = read.events
        assert read["METHOD"] == method
        assert event.errors == []
        assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("m-1", sequence, status)
        assert event.decoded("DTSTART") == starts
        assert event.decoded("DTEND") == starts + timedelta(hours=1)
        assert event.decoded("DTSTAMP") == NOW
        assert str(event["SUMMARY"]) == title
        assert str(event.get("DESCRIPTION", "")) == text
        assert (str(event["URL"]), str(event["LOCATION"])) == (link, link)
        assert "ATTENDEE" not in event, "we have nobody's address, so nobody is asked for an answer"


def test_times_are_utc_and_an_organiser_has_a_name_and_no_address() -> None:
    written = invite("m-1", 0, STARTS, ENDS, "Meetup", "", "", organiser='The "best"', now=NOW).decode()
    assert "DTSTART:20260402T160000Z" in written
    assert "ORGANIZER;CN=\"The 'best'\":urn:uuid:" in written or "ORGANIZER;CN=The 'best':urn:uuid:" in written
    assert "mailto" not in written.casefold()
    assert "LOCATION" not in written
    assert "URL" not in written


# -- what is read --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART;VALUE=DATE:20260403", days("2026-04-03")),
        ("DTSTART;VALUE=DATE:20260403\r\nDTEND;VALUE=DATE:20260407", days("2026-04-03 2026-04-06")),
        ("DTSTART;VALUE=DATE:20260403\r\nDURATION:P1W", days("2026-04-03 2026-04-09")),
        ("DTSTART:20260403T080000Z\r\nDTEND:20260403T100000Z", []),
        ("DTSTART:20260403T200000Z\r\nDTEND:20260404T020000Z", []),
        ("DTSTART:20260402T220000Z\r\nDTEND:20260404T220000Z", days("2026-04-03 2026-04-04")),
        ("DTSTART;TZID=W. Europe Standard Time:20260329T000000\r\nDTEND;TZID=W. Europe Standard Time:20260330T000000", days("2026-03-29")),
        ("DTSTART:20260403T000000\r\nDTEND:20260404T000000", days("2026-04-03")),
        ("DTSTART;TZID=../../etc/passwd:20260403T090000\r\nDTEND;TZID=No/Where:20260405T170000", days("2026-04-03 2026-04-05")),
        ("DTSTART:20260403T070000Z\r\nDTEND:20260403T150000Z\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF", days("2026-04-03")),
        ("DTSTART;VALUE=DATE:20260403\r\nX-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", []),
        ("DTSTART;VALUE=DATE:20260403\r\nSTATUS:CANCELLED", []),
        ("DTSTART;VALUE=DATE:20260403\r\nDTEND;VALUE=DATE:20290403", []),
        ("DTSTART;VALUE=DATE:20260403\r\nRRULE:FREQ=DAILY;COUNT=5", days("2026-04-03 2026-04-07")),
        ("DTSTART;VALUE=DATE:20260403\r\nRRULE:FREQ=DAILY;UNTIL=20260410", days("2026-04-03 2026-04-10")),
        ("DTSTART;VALUE=DATE:20260403\r\nRRULE:FREQ=DAILY", []),
        ("DTSTART;VALUE=DATE:20260403\r\nRRULE:FREQ=WEEKLY", []),
        ("DTSTART:20260403", days("2026-04-03")),
        ("DTSTART;VALUE=DATE:20260350", []),
        ("DTSTART;VALUE=DATE:99990101", []),
        ("DTSTART;VALUE=DATE:20260403\r\nDTSTART;VALUE=DATE:20260404", []),
        ("SUMMARY:Nothing", []),
        ("DTSTART;VALUE=DATE:20260403\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nSTATUS:CANCELLED\r\nEND:VALARM", days("2026-04-03")),
    ],
)
def test_days_away(event: str, expected: list[tuple[date, date]]) -> None:
    assert busy_days(file_of(event), ZONE) == expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            "DTSTART;VALUE=DATE:20101225\r\nDTEND;VALUE=DATE:20101227\r\nRRULE:FREQ=YEARLY",
            days("2026-12-25 2026-12-26", "2027-12-25 2027-12-26"),
        ),
        ("DTSTART;VALUE=DATE:20101125\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", days("2026-11-26", "2027-11-25")),
        ("DTSTART;VALUE=DATE:20100531\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", days("2026-05-25", "2027-05-31")),
        ("DTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY", days("2028-02-29")),
        ("DTSTART;VALUE=DATE:20250501\r\nRRULE:FREQ=YEARLY;UNTIL=20260601", days("2026-05-01")),
        ("DTSTART;VALUE=DATE:20250501\r\nRRULE:FREQ=YEARLY;COUNT=2", days("2026-05-01")),
        ("DTSTART;VALUE=DATE:20240501\r\nRRULE:FREQ=YEARLY;INTERVAL=3", days("2027-05-01")),
        ("DTSTART;VALUE=DATE:20250501\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20260501,20280501", days("2027-05-01")),
    ],
)
def test_what_comes_every_year_is_told_for_the_time_that_is_near(event: str, expected: list[tuple[date, date]]) -> None:
    assert busy_days(file_of(event), ZONE, date(2026, 3, 20)) == expected


def test_a_day_that_was_moved_stands_only_where_it_is_now() -> None:
    moved = file_of("DTSTART;VALUE=DATE:20250501\r\nRRULE:FREQ=YEARLY").replace(
        b"END:VCALENDAR",
        b"BEGIN:VEVENT\r\nUID:0\r\nRECURRENCE-ID;VALUE=DATE:20260501\r\nDTSTART;VALUE=DATE:20260504\r\nEND:VEVENT\r\nEND:VCALENDAR",
    )
    assert busy_days(moved, ZONE, date(2026, 3, 20)) == days("2026-05-04", "2027-05-01")


def test_a_birthday_is_no_day_away_but_a_holiday_that_takes_no_time_is() -> None:
    birthday = "DTSTART;VALUE=DATE:20260405\r\nTRANSP:TRANSPARENT"
    leave = "DTSTART;VALUE=DATE:20260410"
    assert busy_days(file_of(birthday, leave), ZONE) == days("2026-04-10")
    assert busy_days(file_of(birthday), ZONE) == days("2026-04-05")


def test_days_that_touch_are_one_time_away() -> None:
    events = [f"DTSTART;VALUE=DATE:202604{day:02}" for day in (9, 7, 8, 8, 12)]
    assert busy_days(file_of(*events), ZONE) == days("2026-04-07 2026-04-09", "2026-04-12")


def test_encodings_and_folds_of_other_programs_are_read() -> None:
    text = file_of("DTSTART;VALUE=DATE:2026\r\n 0403\r\nSUMMARY:Füße").decode()
    for encoded in (text.encode("utf-8-sig"), text.encode("utf-16"), text.encode("latin-1"), text.replace("\r\n", "\n").encode()):
        assert busy_days(encoded, ZONE) == days("2026-04-03")
    assert busy_days(text.encode()[: text.index("SUMMARY") + 3], ZONE) == days("2026-04-03"), "cut off on its way"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a calendar file"),
        (b"PK\x03\x04" * 100, "not a calendar file"),
        (b"\xff\xfe\x00", "not a calendar file"),
        (b"BEGIN:VCALENDAR\r\n" + b"x" * calendar.LARGEST, "larger than"),
        (file_of(*["DTSTART;VALUE=DATE:20260403"] * (calendar.MOST_EVENTS + 1)), "more than"),
    ],
)
def test_what_is_no_calendar_or_too_much_of_one_is_refused_with_the_reason(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableCalendar) as refused:
        busy_days(content, ZONE)
    assert said in refused.value.phrase.msgid


def test_a_zone_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnreadableCalendar):
        busy_days(file_of("DTSTART;VALUE=DATE:20260403"), "Mars/Olympus")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;COUNT=99999999999999999999",
        "FREQ=DAILY;COUNT=2000000000",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;INTERVAL=2000000000",
        "FREQ=YEARLY;INTERVAL=0",
        "FREQ=YEARLY;BYDAY=53MO",
        "FREQ=YEARLY;BYSETPOS=-1;BYDAY=MO",
        "FREQ=YEARLY;UNTIL=never",
        "FREQ=NOTHING",
        "COUNT=3",
    ],
)
def test_a_hostile_rule_costs_nothing(rule: str) -> None:
    began = time.monotonic()
    found = busy_days(file_of(*[f"DTSTART;VALUE=DATE:19000101\r\nRRULE:{rule}"] * 200), ZONE)
    assert len(found) <= 200
    assert time.monotonic() - began < 3


def test_a_large_file_of_other_things_is_read_fast() -> None:
    attached = "DTSTART;VALUE=DATE:20260403\r\nATTACH;ENCODING=BASE64:" + "\r\n ".join(["A" * 70] * 60_000)
    began = time.monotonic()
    assert busy_days(file_of(attached), ZONE) == days("2026-04-03")
    assert time.monotonic() - began < 3


LINES = [
    *("BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "BEGIN:VCALENDAR", "END:VCALENDAR", "DTSTART;VALUE=DATE:20260403"),
    *("DTEND:1", "RRULE:FREQ=YEARLY", "EXDATE:20260403T000000Z", "DURATION:-P1D", "RECURRENCE-ID:20260403", "TRANSP:TRANSPARENT"),
    "DTSTART:20260403T250000",
]
pieces = st.sampled_from(LINES)


@settings(max_examples=60)
@given(st.lists(pieces | st.text(max_size=8), max_size=15))
def test_whatever_is_sent_is_read_or_refused(lines: list[str]) -> None:
    content = "\r\n".join(["BEGIN:VCALENDAR", *lines]).encode(errors="replace")
    try:
        found = busy_days(content, ZONE)
    except UnreadableCalendar:
        return
    assert found == sorted(found)
    assert all(first <= last for first, last in found)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 600), st.integers(1, 20)), min_size=1, max_size=12),
    st.sampled_from(["Europe/Berlin", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"]),
)
def test_all_day_events_come_back_as_their_days(spans: list[tuple[int, int]], zone: str) -> None:
    begin = date(2026, 1, 1)
    events, expected = [], set()
    for offset, length in spans:
        first = begin + timedelta(days=offset)
        events.append(f"DTSTART;VALUE=DATE:{first:%Y%m%d}\r\nDTEND;VALUE=DATE:{first + timedelta(days=length):%Y%m%d}")
        expected |= {first + timedelta(days=n) for n in range(length)}
    found = busy_days(file_of(*events), zone)
    told = [first + timedelta(days=n) for first, last in found for n in range((last - first).days + 1)]
    assert sorted(expected) == told

"""Days away, on both platforms: added, joined, cancelled, taken from a calendar, and what they do to a challenge."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.nudges.rows import AwayRow
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, count, rows
from tests.kit.reminders import at, lives_in_berlin, own, remind


@pytest.mark.thorough
async def test_days_away_are_added_joined_and_cancelled(cast: Cast) -> None:
    ann = cast.member
    await lives_in_berlin(cast, ann)
    await ann.types("/convene away")
    ann.sees("You have no days away.", "Only you see these days.")
    await ann.presses("Add days away")
    await ann.fills("Save", first="2026-03-25", last="2026-03-23")
    ann.sees("The last day comes before the first one.")
    await ann.fills("Save", first="2026-03-23", last="2026-03-25")
    ann.sees("I have noted your days away.", "Mon 23 Mar to Wed 25 Mar")
    await ann.presses("Add days away", on="I have noted")
    await ann.fills("Save", first="2026-03-26", last="2026-03-26")
    assert [(row.from_on, row.to_on) for row in await rows(cast.stage, AwayRow)] == [(date(2026, 3, 23), date(2026, 3, 26))]
    await cast.stage.winder.advance(at("2026-03-23", 6))
    await remind(cast, ann, "tree")
    await cast.stage.winder.advance(at("2026-03-24", 12))
    ann.does_not_see("The tree waits")
    await ann.types("/convene")
    ann.sees("You are away until Thu 26 Mar")
    back = ann.holds("I am back")
    await back()
    ann.sees("is no time away any more")
    await back()
    ann.sees("These days are cancelled already.")
    await cast.passes(minutes=2)
    ann.sees("The tree waits")
    assert [(row.from_on, row.to_on) for row in await rows(cast.stage, AwayRow)] == [(date(2026, 3, 23), date(2026, 3, 23))]


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//EN
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20260501
DTEND;VALUE=DATE:20260504
SUMMARY:A canary of a title
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20260504
DTEND;VALUE=DATE:20260506
SUMMARY:The same again
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;VALUE=DATE:20250101
DTEND;VALUE=DATE:20250103
SUMMARY:Long ago
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


async def test_days_away_are_taken_from_a_calendar_that_is_sent(cast: Cast) -> None:
    ann = cast.member
    await ann.sends_file("Holidays.ICS", CALENDAR)
    ann.sees("I have noted your days away.", "Fri 1 May to Tue 5 May")
    ann.does_not_see("canary")
    assert [(row.from_on, row.to_on) for row in await rows(cast.stage, AwayRow)] == [(date(2026, 5, 1), date(2026, 5, 5))]
    await ann.sends_file("again.ics", CALENDAR)
    await ann.sends_file("none.ics", CALENDAR.replace("202605", "202505"))
    ann.sees("I found no whole days ahead in this calendar.")
    await ann.sends_file("letter.ics", "Dear diary, this is no calendar.")
    ann.sees("calendar")
    assert await count(cast.stage, AwayRow) == 1
    assert cast.is_clean()


@pytest.mark.thorough
async def test_days_away_bring_no_activity_and_count_as_rest(cast: Cast) -> None:
    await announced(cast.lead, cast.member)
    await lives_in_berlin(cast, cast.member)
    await cast.member.types("/convene away")
    await cast.member.presses("Add days away")
    await cast.member.fills("Save", first="2026-03-24", last="2026-03-25")
    await cast.stage.winder.advance(at("2026-03-26", 12))
    assert own(cast.member, "Or just write to me") == ["2026-03-23", "2026-03-26"]
    await cast.member.types("/challenge")
    await cast.member.presses("My progress")
    cast.member.sees("Paused on", "days 2, 3")

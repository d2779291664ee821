"""When a team meets: a time found by a poll, a calendar file that follows every change, and its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.people.calendar import Repeats, invite
from bot.playground import Playground
from handlers.charters.rules import next_meeting
from tests.kit.cast import Cast
from tests.kit.charters import ids_of, starts_group
from tests.kit.people import Person

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


def events(cast: Cast) -> list[dict[str, str]]:
    """What stands in the calendar files that were handed over on Slack, in their order."""
    found = []
    for file in cast.stage.slack.ws.files.values():
        if file.name.endswith(".ics"):
            parsed = Calendar.from_ical(file.content or b"")
            event = next(iter(parsed.walk("VEVENT")))
            rule = f"{event['RRULE'].to_ical()!s}".removeprefix("b'").removesuffix("'") if "RRULE" in event else ""
            found.append({"method": str(parsed["METHOD"]), "uid": str(event["UID"]), "sequence": str(event["SEQUENCE"]), "rule": rule})
    return found


@pytest.mark.thorough
async def test_a_time_is_found_by_a_poll_and_the_calendar_follows_every_change(slack: Cast, person: At) -> None:
    bob, priya, layla = slack.member, slack.other, person("layla")
    await starts_group(bob, people=await ids_of(slack, priya, layla))
    await bob.presses("Look after it")
    await bob.presses("When the team meets")
    bob.sees("No meeting is set.")
    await bob.presses("Find a time")
    times = {"first_on": "2026-03-24", "first_at": "16:00", "second_on": "2026-03-25", "second_at": "09:30"}
    await bob.fills("Ask the team", **{**times, "second_on": "2026-03-19"})
    bob.sees("This is over already. Please choose a later time.")
    await bob.fills("Ask the team", **{**times, "second_on": "2026-03-24", "second_at": "16:00"})
    bob.sees("This time is there already.")
    await bob.fills("Ask the team", **times, days="2")
    bob.sees("You hear when it closes.")
    for somebody in (priya, layla):
        somebody.sees("When can you meet?", "Retro circle: when do we meet?")
        await somebody.presses("Choose", on="When can you meet?")
    layla.sees("Wed 25 Mar, 09:30 (America/New_York)")
    slack.lead.does_not_see("When can you meet?")
    for somebody in (priya, layla):
        await somebody.presses("Vote", on="Retro circle: when do we meet?")
        dialog = somebody.screen["dialog"]
        assert dialog is not None
        choices = dialog["controls"][0]
        option = next(each["value"] for each in choices["options"] if "09:30" in each["label"])
        await somebody.fills(dialog["submit"], **{choices["name"]: [option]})
    await slack.passes(days=2, minutes=5)
    bob.sees("Most can come")

    await bob.presses("Set the meeting")
    assert {slack.values(bob)["on"], slack.values(bob)["at"]} == {"2026-03-25", "09:30"}
    await bob.fills("Tell the team", weeks="Every two weeks", last_on="2026-06-30", link="https://example.org/room")
    bob.sees("When the team meets: Retro circle", "Every two weeks", "https://example.org/room")
    for somebody in (priya, layla):
        somebody.sees("The team meets", "https://example.org/room")
    await bob.presses("Change it", on="When the team meets: Retro circle")
    await bob.fills("Tell the team", at="11:00")
    priya.sees("The meeting has changed:")
    await priya.presses("When the team meets", on="The meeting has changed:")
    await slack.lead.types("/charter")
    await slack.lead.presses("See Retro circle")
    slack.lead.does_not_see("https://example.org/room")

    await bob.presses("Look after it", on="Announced in:")
    await bob.presses("Call it off")
    await bob.fills("Tell everybody", why="We know enough.")
    for somebody in (bob, priya, layla):
        somebody.sees("The meeting is called off.")
    found = events(slack)
    assert len({each["uid"] for each in found}) == 1
    assert [(each["method"], each["sequence"]) for each in found if each["method"] == "CANCEL"] == [("CANCEL", "3")] * 2
    assert {each["sequence"] for each in found if each["method"] == "PUBLISH"} == {"1", "2"}
    assert {each["rule"] for each in found} == {"FREQ=WEEKLY;UNTIL=20260701T035959Z;INTERVAL=2"}
    assert slack.is_clean()


@pytest.mark.thorough
async def test_two_who_set_it_at_once_are_told_and_lose_nothing(cast: Cast) -> None:
    await starts_group(cast.member)
    await cast.member.presses("Look after it")
    await cast.member.presses("Team and open seats")
    await cast.member.fills("Save", co_lead=cast.other.who.name)
    for somebody in (cast.member, cast.other):
        await somebody.types("/charter")
        await somebody.presses("See Retro circle")
        await somebody.presses("When the team meets")
        await somebody.presses("Set the meeting")
    await cast.member.fills("Tell the team", on="2026-04-01", at="16:00")
    await cast.other.fills("Tell the team", on="2026-04-02", at="10:00", link="Room 12")
    cast.other.sees("Somebody has changed this meanwhile.")
    assert cast.values(cast.other)["link"] == "Room 12"
    assert cast.is_clean()


@pytest.mark.thorough
async def test_support_reaches_whom_the_community_has_named(cast: Cast) -> None:
    await cast.lead.types("/convene community")
    cast.lead.sees("Nobody in particular: the leads")
    await cast.lead.presses("Name who supports teams")
    await cast.lead.fills("Name them", person=cast.other.who.name)
    cast.other.sees("has named you as who supports teams.")
    await starts_group(cast.member)
    await cast.member.presses("Look after it")
    await cast.member.presses("Ask for support")
    await cast.member.fills("Ask", words="We have no room on Tuesdays.")
    cast.member.sees(f"Asked. It reaches {cast.other.who.name}.")
    cast.other.sees("asks for support.", "We have no room on Tuesdays.")
    cast.lead.does_not_see("We have no room on Tuesdays.")
    assert cast.is_clean()


# -- rules ---------------------------------------------------------------------------------------------------------------


def test_what_repeats_keeps_its_hour_when_the_clocks_change() -> None:
    starts = datetime(2026, 3, 24, 15, 0, tzinfo=UTC)  # 16:00 in Berlin, before summer time
    now = datetime(2026, 3, 30, 0, 0, tzinfo=UTC)
    assert next_meeting(starts, 1, "Europe/Berlin", None, now) == datetime(2026, 3, 31, 14, 0, tzinfo=UTC)
    assert next_meeting(starts, 0, "Europe/Berlin", None, now) is None
    assert next_meeting(starts, 1, "Europe/Berlin", date(2026, 3, 30), now) is None
    ics = invite("x", 1, starts, starts, "Meeting", "", "", organiser="Us", now=now, repeats=Repeats(1, "Europe/Berlin"))
    assert b"DTSTART;TZID=Europe/Berlin:20260324T160000" in ics
    assert b"BEGIN:VTIMEZONE" in ics


@pytest.mark.thorough
@given(
    st.integers(0, 366 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.sampled_from([1, 2, 4]),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati"]),
    st.integers(0, 200),
)
def test_the_next_meeting_is_the_first_that_is_not_over(starts: datetime, weeks: int, zone: str, days: int) -> None:
    now = starts + timedelta(days=days)
    found = next_meeting(starts, weeks, zone, None, now)
    assert found is not None
    assert timedelta(0) <= found - now <= timedelta(weeks=weeks, hours=1)

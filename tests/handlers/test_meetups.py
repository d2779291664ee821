"""The meetup at the end of a challenge: set, answered, moved, cancelled, and what its calendar files say, on both platforms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar

from bot.playground import Playground
from handlers import nudges
from handlers.meetups.rows import AnswerRow, MeetupRow
from handlers.nudges.rows import NudgeRow, UrgentRow
from tests.handlers.test_leading import TITLE, at, comings, confirms, in_place, manages
from tests.handlers.test_linked_people import link
from tests.handlers.test_nudges import run
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, count, rows
from tests.kit.people import Person

At = Callable[[str], Person]
CARD = "We look back on"
LINK = "https://meet.example/together"


async def ended(cast: Cast, *members: Person) -> None:
    """A challenge of seven days that these took part in, closed since some hours."""
    await announced(cast.lead, *members, until=at("2026-04-01", 18))


async def is_set(cast: Cast, **draft: object) -> None:
    await cast.lead.types("/challenge meetup")
    await cast.lead.fills("Tell everybody", **{"on": "2026-04-03", "at": "18:00", "link": LINK, **draft})


async def allows(cast: Cast, somebody: Person) -> None:
    """Say yes to the newest file, where the platform asks."""
    if not cast.is_slack and somebody.driver is cast.stage.teams:
        await somebody.presses("Allow")


def files(cast: Cast) -> list[Any]:
    """Every calendar file that arrived on the platform, in order."""
    contents = [f.content or b"" for f in cast.stage.slack.ws.files.values()] if cast.is_slack else list(cast.stage.teams.uploads.values())
    return [Calendar.from_ical(content) for content in contents if content]


def told(calendar: Any) -> tuple[str, int, str]:
    event = calendar.events[0]
    return str(calendar["METHOD"]), int(event["SEQUENCE"]), event.decoded("DTSTART").isoformat()


def line(cast: Cast, label: str, value: str) -> str:
    return f"{label}: {value}" if cast.is_slack else f"{label} {value}"


@pytest.mark.both_databases
async def test_a_meetup_from_its_first_thought_to_its_end(cast: Cast, person: At) -> None:
    elsewhere = person("layla" if cast.is_slack else "BOB")
    await ended(cast, cast.member, cast.other, elsewhere)
    await cast.lead.presses("Closing meetup", on="Only leads see this draft")
    cast.lead.sees("Times are in your time zone")
    form = cast.values(cast.lead)
    assert form["on"] == "2026-04-02", "the third day after the end is over, and the next one is a working day"
    assert form["agenda"].startswith("Welcome: who is here")
    await cast.lead.fills("Tell everybody", on="2026-04-03", at="18:00", link=LINK)
    cast.lead.sees("The closing meetup of", "3 people have an invitation.")
    for somebody in (cast.member, elsewhere):
        somebody.sees(CARD, LINK, in_place=True)
        somebody.sees("You got this because you take part in")

    coming = cast.member.holds("I'll come", on="Whoever learns with us")
    await cast.member.presses("I'll come", on="You got this because")
    cast.member.sees("Good that you come.", "You said that you will come.")
    late = cast.member.holds("Maybe", on="Good that you come.")
    await allows(cast, cast.member)
    await coming()
    cast.member.sees("It stands as it was.")
    await cast.other.presses("Maybe", on="You got this because")
    await allows(cast, cast.other)
    await elsewhere.presses("Can't", on="You got this because")
    cast.member.sees(line(cast, "Coming", "1 person"), line(cast, "Perhaps", "1 person"), in_place=True)
    assert cast.member.who.name not in cast.lead.message(CARD, cast.lead.place)["plain"]
    (first, _second) = files(cast)
    assert told(first) == ("PUBLISH", 0, "2026-04-03T16:00:00+00:00")
    assert str(first.events[0]["URL"]) == LINK
    uid = str(first.events[0]["UID"])

    await cast.lead.types("/challenge meetup")
    await cast.lead.presses("Change it", on="Leads see how many come")
    await cast.lead.fills("Tell everybody", at="17:30")
    cast.lead.sees("gets the new calendar file")
    assert len(comings(cast.member, "is at another time now")) == len(comings(cast.other, "is at another time now")) == 1
    assert comings(elsewhere, "is at another time now") == [], "who cannot come hears nothing more"
    assert in_place(cast.member, "is at another time now") == 1
    for somebody in (cast.member, cast.other):
        await allows(cast, somebody)
    assert [told(c) for c in files(cast)[2:]] == [("PUBLISH", 1, "2026-04-03T15:30:00+00:00")] * 2
    assert {str(c.events[0]["UID"]) for c in files(cast)} == {uid}

    await cast.stage.winder.advance(at("2026-04-02", 18))
    assert comings(cast.member, "This came because you said") == ["2026-04-02"]
    await cast.stage.winder.advance(at("2026-04-03", 18))
    assert comings(cast.member, "begins in a few minutes") == ["2026-04-03"]
    for somebody in (cast.other, elsewhere, cast.lead):
        assert comings(somebody, "This came because you said") == [], "only those who come are reminded"
    cast.member.sees("This meetup has taken place.", in_place=True)
    await late()
    cast.member.sees("The closing meetup of First steps in learning together has taken place.")
    assert len(await rows(cast.stage, AnswerRow.answer)) == 3
    assert cast.is_clean()


@pytest.mark.both_databases
async def test_a_cancelled_meetup_is_taken_out_of_calendars_and_reminds_nobody(cast: Cast) -> None:
    await ended(cast, cast.member, cast.other)
    await is_set(cast)
    await cast.member.presses("I'll come", on="You got this because")
    await allows(cast, cast.member)
    await cast.lead.types("/challenge meetup")
    cancel = cast.lead.holds("Cancel the meetup", on="Leads see how many come")
    await cast.lead.presses("Cancel the meetup", on="Leads see how many come")
    await cast.lead.fills("Cancel the meetup", reason="Half of us are on the road.")
    cast.lead.sees("was cancelled. Everybody whom it concerns is told, once.")
    await cancel()
    cast.lead.sees("Set another meetup")
    assert await rows(cast.stage, MeetupRow.sequence) == [1]
    assert len(comings(cast.member, "takes the meetup out of your calendar")) == 1
    assert comings(cast.other, "takes the meetup out of your calendar") == []
    cast.other.sees("Half of us are on the road.")
    cast.other.sees("was cancelled", in_place=True)
    await allows(cast, cast.member)
    first, last = files(cast)
    assert told(last) == ("CANCEL", 1, "2026-04-03T16:00:00+00:00")
    assert (str(last.events[0]["STATUS"]), str(last.events[0]["UID"])) == ("CANCELLED", str(first.events[0]["UID"]))
    await cast.stage.winder.advance(at("2026-04-04"))
    assert comings(cast.member, "This came because you said") == comings(cast.member, "begins in a few minutes") == []
    await cast.lead.presses("Set another meetup")
    await cast.lead.fills("Tell everybody", on="2026-04-07", at="10:00")
    assert await rows(cast.stage, MeetupRow.sequence) == [0]
    assert await count(cast.stage, AnswerRow) == 0, "nobody has answered to the new one"
    assert cast.is_clean()


async def test_a_changed_mind_is_counted_once_and_reminded_no_more(cast: Cast) -> None:
    await ended(cast, cast.member)
    await is_set(cast)
    yes = cast.member.holds("I'll come", on="You got this because")
    await yes()
    await cast.stage.winder.advance(at("2026-04-02", 18))
    await cast.member.presses("Can't", on="This came because you said")
    cast.member.sees("You can take it out of your calendar")
    cast.member.sees("This reminder is out of date")
    assert line(cast, "Coming", "1 person") not in cast.member.reads(in_place=True)
    await cast.stage.winder.advance(at("2026-04-03", 18))
    assert comings(cast.member, "begins in a few minutes") == []
    assert await rows(cast.stage, AnswerRow.answer) == ["not"]


async def test_moved_on_its_own_day_it_is_announced_shortly_before_again(cast: Cast) -> None:
    await ended(cast, cast.member)
    await is_set(cast, at="15:00")
    await cast.member.presses("I'll come", on="You got this because")
    await cast.stage.winder.advance(datetime(2026, 4, 3, 12, 50, tzinfo=UTC))
    assert len(comings(cast.member, "begins in a few minutes")) == 1
    await cast.lead.types("/challenge meetup")
    await cast.lead.presses("Change it", on="Leads see how many come")
    await cast.lead.fills("Tell everybody", at="17:00")
    cast.member.sees("This reminder is out of date")
    assert comings(cast.member, "begins in a few minutes") == []
    await cast.stage.winder.advance(datetime(2026, 4, 3, 14, 50, tzinfo=UTC))
    assert len(comings(cast.member, "begins in a few minutes")) == 1


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ({"on": "2026-03-01"}, "This is over already"),
        ({"on": "2026-04-01", "at": "09:00"}, "This is over already"),
        ({"on": "2028-03-01"}, "within a year"),
        ({"on": "2027-03-28", "at": "02:30"}, "the clocks go forward"),
        ({"link": "http://meet.example/a"}, "begins with https://"),
        ({"link": "meet me"}, "begins with https://"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field(stage: Playground, person: At, draft: dict[str, str], said: str) -> None:
    cast = Cast.of(stage, "teams", person)
    await ended(cast, cast.member)
    await is_set(cast, **draft)
    cast.lead.sees(said)
    assert await count(stage, MeetupRow) == 0
    await cast.lead.fills("Tell everybody", on="2026-04-03", at="18:00", link="", agenda="x" * 3000)
    assert await count(stage, MeetupRow) == 1
    cast.member.sees("A lead will tell", in_place=True)
    assert cast.is_clean()


async def test_a_place_has_a_button_for_the_file_and_no_file(cast: Cast) -> None:
    await ended(cast, cast.member)
    await is_set(cast)
    assert files(cast) == []
    await cast.other.presses("Send me the calendar file", on=CARD)
    await allows(cast, cast.other)
    (calendar,) = files(cast)
    assert told(calendar) == ("PUBLISH", 0, "2026-04-03T16:00:00+00:00")
    assert await count(cast.stage, AnswerRow) == 0, "asking for the file is no answer"
    assert not any(m["files"] for c in cast.other.screen["conversations"] if c["kind"] == "place" for m in c["messages"])


async def test_after_a_restart_the_file_is_asked_for_again(stage: Playground, person: At) -> None:
    cast = Cast.of(stage, "teams", person)
    await ended(cast, cast.member)
    await is_set(cast)
    await cast.member.presses("I'll come", on="You got this because")
    stage.teams_adapter._offers.forget()
    await cast.member.presses("Allow")
    cast.member.sees("Please ask for it again.")
    await cast.member.presses("Send me the calendar file", on="Good that you come.")
    await allows(cast, cast.member)
    assert len(files(cast)) == 1


@pytest.mark.both_platforms
async def test_two_leads_who_change_it_at_once_see_each_other(cast: Cast, person: At) -> None:
    other = person("jurgen" if cast.is_slack else "ANN")
    await ended(cast, cast.member)
    await is_set(cast)
    for lead in (cast.lead, other):
        await lead.types("/challenge meetup")
        await lead.presses("Change it", on="Leads see how many come")
    await cast.lead.fills("Tell everybody", at="17:00")
    await other.fills("Tell everybody", at="16:00")
    other.sees("Another lead has changed it meanwhile")
    assert await rows(cast.stage, MeetupRow.sequence) == [1]
    await other.fills("Tell everybody", at="16:00")
    assert await rows(cast.stage, MeetupRow.sequence) == [2]
    await other.presses("Change it", on="gets the new calendar file")
    await other.fills("Tell everybody")
    other.sees("Nothing was changed")
    assert await rows(cast.stage, MeetupRow.sequence) == [2]


async def test_only_leads_and_only_where_there_is_something_to_look_back_on(cast: Cast) -> None:
    await cast.member.types("/challenge meetup")
    cast.member.sees("Only a lead of this community can do that")
    await cast.lead.types("/challenge meetup")
    cast.lead.sees("There is none just now")
    await announced(cast.lead, cast.member)
    await cast.lead.types("/challenge meetup")
    assert cast.lead.count("There is none just now") == 2
    await cast.stage.winder.advance(at("2026-03-24"))
    await manages(cast.lead)
    await cast.lead.presses("Closing meetup")
    assert cast.values(cast.lead)["on"] == "2026-04-01", "it can be set while the challenge runs"


@pytest.mark.both_platforms
async def test_whoever_leaves_is_not_counted_and_another_lead_goes_on(cast: Cast, person: At) -> None:
    other = person("jurgen" if cast.is_slack else "ANN")
    bob, ann = person("BOB"), person("ANN")
    await ended(cast, cast.member, bob)
    await is_set(cast)
    for somebody in {bob.who.account: bob, cast.member.who.account: cast.member}.values():
        await somebody.presses("I'll come", on="You got this because")
    before = await count(cast.stage, AnswerRow)
    await cast.stage.slack.deactivate_user(bob.who.account)
    await cast.settle()
    assert await count(cast.stage, AnswerRow) == before - 1
    if cast.is_slack:
        await cast.stage.slack.deactivate_user(ann.who.account)
        await cast.settle()
    await other.types("/challenge meetup")
    await other.presses("Cancel the meetup", on="Leads see how many come")
    await other.fills("Cancel the meetup")
    other.sees("was cancelled")
    assert (await rows(cast.stage, MeetupRow.cancelled_at))[0] is not None


async def test_a_place_that_is_gone_gets_nothing_and_stops_nobody(cast: Cast) -> None:
    await ended(cast, cast.member)
    await cast.archives_place()
    await is_set(cast)
    cast.lead.sees("is set")
    await cast.member.presses("I'll come", on="You got this because")
    cast.member.sees("Good that you come.")
    assert cast.is_clean()


@pytest.mark.both_platforms
async def test_what_comes_next_and_what_is_kept(cast: Cast) -> None:
    await ended(cast, cast.member)
    await is_set(cast)
    await cast.member.types("/convene")
    cast.member.sees("Closing meetup: First steps")
    await cast.member.presses("I'll come", on="You got this because")
    await cast.member.types("/convene next")
    cast.member.sees("You said that you will come.\n" if cast.is_slack else "You said that you will come.")
    await cast.member.types("/convene privacy")
    cast.member.sees("What you said to invitations to meetups.")
    await cast.member.types("/convene erase")
    await cast.member.fills("Erase everything", word="erase")
    assert await count(cast.stage, AnswerRow) == 0
    assert await count(cast.stage, MeetupRow) == 1


async def test_an_hour_moves_with_whoever_moves(stage: Playground, person: At) -> None:
    """The day before comes at one's own hour in one's own zone, also in one taken up later."""
    cast = Cast.of(stage, "slack", person)
    await ended(cast, cast.member)
    await is_set(cast)
    await cast.member.presses("I'll come", on="You got this because")
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", zone="Asia/Tokyo")
    chat = next(c for c in cast.member.screen["conversations"] if c["kind"] == "chat")["id"]
    await stage.winder.advance(at("2026-04-03", 1))
    (reminder,) = [
        m
        for c in cast.member.screen["conversations"]
        if c["id"] == chat
        for m in c["messages"]
        if "This came because you said" in m["plain"]
    ]
    assert reminder["at"].startswith("2026-04-03T00:00")


# -- the one urgent request of a month ---------------------------------------------------------------------------------------


@pytest.mark.both_platforms
async def test_a_lead_marks_the_invitation_urgent_and_whoever_has_not_answered_is_reminded_once(cast: Cast, person: At) -> None:
    yes = "yes" if cast.is_slack else True
    await ended(cast, cast.member, cast.other)
    await cast.member.types("/convene settings")
    await cast.member.fills("Save", reminders="1")
    await is_set(cast, on="2026-04-07", urgent=yes)
    await cast.other.presses("Maybe", on="You got this because")
    await cast.stage.winder.advance(at("2026-04-06", 18))
    assert comings(cast.member, "Can you come to the closing meetup") == ["2026-04-02"]
    assert comings(cast.other, "Can you come to the closing meetup") == []
    assert {row.slot for row in await rows(cast.stage, NudgeRow) if row.person_id != 0} >= {None}, "it takes nothing from the budget"
    await cast.member.presses("I'll come", on="Can you come to")
    cast.member.does_not_see("Can you come to the closing meetup")
    await cast.lead.types("/challenge meetup")
    await cast.lead.presses("Change it", on="Leads see how many come")
    await cast.lead.fills("Tell everybody", urgent=yes)
    cast.lead.sees("Nothing was changed")
    assert await count(cast.stage, UrgentRow) == 1


@pytest.mark.both_platforms
async def test_a_meetup_that_is_called_off_reminds_nobody_of_its_invitation(cast: Cast) -> None:
    await ended(cast, cast.member, cast.other)
    await is_set(cast, on="2026-04-07", urgent="yes" if cast.is_slack else True)
    await cast.lead.types("/challenge meetup")
    await cast.lead.presses("Cancel the meetup", on="Leads see how many come")
    await cast.lead.fills("Cancel the meetup")
    await cast.stage.winder.advance(at("2026-04-06", 18))
    cast.member.does_not_see("Can you come to the closing meetup")


@pytest.mark.both_platforms
async def test_there_is_one_urgent_request_a_month(cast: Cast) -> None:
    await ended(cast, cast.member)
    await run(cast.stage, lambda ctx: nudges.mark_urgent(ctx, "another"), cast.lead.who.name)
    await is_set(cast, on="2026-04-07", urgent="yes" if cast.is_slack else True)
    cast.lead.sees("This month has its urgent request already.")
    assert await count(cast.stage, MeetupRow) == 0
    assert await count(cast.stage, UrgentRow) == 1


# -- the agenda ------------------------------------------------------------------------------------------------------------


async def test_others_add_their_lines_to_the_agenda(cast: Cast) -> None:
    """Released highlights are its points, by name or without; whoever takes one back takes the line away."""
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-24"))
    await released(cast.member, "One question before each answer.")
    await released(cast.other, "The two-minute version saved my week.", by_name=False)
    await cast.stage.winder.advance(at("2026-04-01", 18))
    await cast.lead.presses("Closing meetup", on="Only leads see this draft")
    lines = cast.values(cast.lead)["agenda"].splitlines()
    assert lines[1:3] == [f"{cast.member.who.name}: One question before each answer.", "“The two-minute version saved my week.”"]
    lines[2] = "* We hear of the two-minute version that saved my week"  # the lead's own words
    await cast.lead.fills("Tell everybody", on="2026-04-03", at="18:00", agenda="\n".join(lines))
    cast.other.sees("One question before each answer.", "two-minute version", in_place=True)
    await cast.member.presses("Without my name", on="may be quoted in the closing report, with your name")
    assert in_place(cast.other, f"{cast.member.who.name}: One question") == 0
    cast.other.sees("“One question before each answer.”", in_place=True)
    await cast.member.types("/journal list")
    await cast.member.presses("Open Tue 24 Mar")
    await cast.member.presses("Take it back", on="without your name")
    await cast.other.types("/journal list")
    await cast.other.presses("Open Tue 24 Mar")
    await cast.other.presses("Change", on="without your name")
    await cast.other.fills("Save", text="Other words.", visibility="private")
    for gone in ("One question before each answer.", "two-minute version"):
        assert in_place(cast.lead, gone) == 0
        cast.lead.does_not_see(gone)
    cast.lead.sees("A line is gone from the agenda of", "What we do next, and who begins")
    assert await rows(cast.stage, MeetupRow.sequence) == [0], "nobody has to come at another time"
    assert cast.is_clean()


async def test_what_is_taken_back_while_a_lead_writes_the_agenda_does_not_come_back(cast: Cast) -> None:
    await announced(cast.lead, cast.member, until=at("2026-03-24"))
    await released(cast.member, "One question before each answer.")
    await cast.stage.winder.advance(at("2026-04-01", 18))
    await cast.lead.types("/challenge meetup")
    typed = cast.values(cast.lead)["agenda"]
    assert "One question before each answer." in typed
    await cast.member.types("/journal list")
    await cast.member.presses("Open Tue 24 Mar")
    await cast.member.presses("Take it back", on="with your name")
    await cast.lead.fills("Tell everybody", on="2026-04-03", at="18:00", agenda=typed)
    cast.member.sees(CARD, "What we do next", in_place=True)
    assert in_place(cast.member, "One question before each answer.") == 0


async def released(member: Person, text: str, *, by_name: bool = True) -> None:
    """Somebody writes an entry and releases it."""
    await member.types(f"/journal {text}")
    await member.presses("Share as a highlight", on="Saved in your journal")
    await member.presses("With my name" if by_name else "Without my name")


# -- what was called off, who comes late ---------------------------------------------------------------------------------


async def test_a_cancelled_challenge_cancels_its_meetup(cast: Cast) -> None:
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-25"))
    await is_set(cast)
    await cast.member.presses("I'll come", on="You got this because")
    await allows(cast, cast.member)
    await manages(cast.lead)
    await confirms(cast.lead, "Cancel the challenge")()
    assert await rows(cast.stage, MeetupRow.sequence) == [1]
    assert len(comings(cast.member, "takes the meetup out of your calendar")) == 1
    assert comings(cast.other, "takes the meetup out of your calendar") == []
    assert in_place(cast.other, f"{TITLE} was cancelled. What you did") == 1
    assert in_place(cast.other, f"The closing meetup of {TITLE} was cancelled.") == 1, "on its own card, and no second line"
    await cast.stage.winder.advance(at("2026-04-04"))
    assert comings(cast.member, "This came because you said") == comings(cast.member, "begins in a few minutes") == []
    assert len(comings(cast.member, "takes the meetup out of your calendar")) == 1
    assert cast.is_clean()


async def test_the_file_of_a_cancelled_meetup_can_be_asked_for_again(cast: Cast) -> None:
    await ended(cast, cast.member)
    await is_set(cast)
    await cast.member.presses("I'll come", on="You got this because")
    await allows(cast, cast.member)
    await cast.lead.types("/challenge meetup")
    await cast.lead.presses("Cancel the meetup", on="Leads see how many come")
    await cast.lead.fills("Cancel the meetup")
    await allows(cast, cast.member)
    await cast.member.presses("Send me the calendar file", on="takes the meetup out of your calendar")
    await allows(cast, cast.member)
    assert [told(file)[:2] for file in files(cast)] == [("PUBLISH", 0), ("CANCEL", 1), ("CANCEL", 1)]


async def test_whoever_comes_is_reminded_of_a_moved_meetup_on_its_new_day_alone(cast: Cast) -> None:
    await ended(cast, cast.member)
    await is_set(cast, on="2026-04-07")
    await cast.member.presses("I'll come", on="You got this because")
    await cast.lead.types("/challenge meetup")
    await cast.lead.presses("Change it", on="Leads see how many come")
    await cast.lead.fills("Tell everybody", on="2026-04-09")
    await cast.stage.winder.advance(at("2026-04-07", 18))
    assert comings(cast.member, "This came because you said") == []
    await cast.stage.winder.advance(at("2026-04-09", 18))
    assert comings(cast.member, "You said that you will come to the closing meetup") == ["2026-04-08"]
    assert comings(cast.member, "begins in a few minutes") == ["2026-04-09"]


async def test_a_place_that_joins_late_gets_the_card(stage: Playground, person: At) -> None:
    cast = Cast.of(stage, "slack", person)
    await ended(cast, cast.member)
    await is_set(cast)
    before = in_place(cast.member, CARD)
    stage.slack.add_channel("C0LATE", "latecomers", [cast.lead.who.account, cast.member.who.account], bot=False)
    await stage.slack.invite_bot(cast.lead.who.account, "C0LATE")
    await cast.settle()
    assert in_place(cast.member, CARD) == before + 1
    await cast.member.presses("I'll come", on="You got this because")
    assert in_place(cast.member, line(cast, "Coming", "1 person")) == before + 1, "it lives like the others"


async def test_two_who_become_one_are_counted_and_reminded_once(stage: Playground, person: At) -> None:
    cast = Cast.of(stage, "slack", person)
    bob, layla = person("BOB"), person("layla")
    await ended(cast, bob, layla)
    await is_set(cast)
    for somebody in (bob, layla):
        await somebody.presses("I'll come", on="You got this because")
    bob.sees(line(cast, "Coming", "2 people"), in_place=True)
    await link(bob, layla)
    bob.sees(line(cast, "Coming", "1 person"), in_place=True)
    assert await count(stage, AnswerRow) == 1
    await stage.winder.advance(at("2026-04-03", 18))
    assert len(comings(bob, "begins in a few minutes")) + len(comings(layla, "begins in a few minutes")) == 1

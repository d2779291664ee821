"""The meetup at the end of a challenge: set, answered, and what its calendar files say, on both platforms."""

from __future__ import annotations

import pytest

from bot.playground import Playground
from handlers.meetups.rows import AnswerRow, MeetupRow
from tests.handlers.test_leading import at, comings, in_place, manages
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, count, rows
from tests.kit.meetups import CARD, LINK, At, allows, ended, files, is_set, line, told


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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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

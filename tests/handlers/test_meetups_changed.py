"""A meetup that is moved or called off, and who comes late to it, leaves or turns out to be one person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.playground import Playground
from handlers.meetups.rows import AnswerRow, MeetupRow
from tests.handlers.test_leading import TITLE, at, comings, in_place, manages
from tests.handlers.test_linked_people import link
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, confirms, count, rows
from tests.kit.meetups import CARD, At, allows, ended, files, is_set, line, told


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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

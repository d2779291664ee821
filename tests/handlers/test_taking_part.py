"""Taking part: progress, backfilling, putting off, pausing, one's goal and hour, earlier days, and the week's round-up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.chat.action import Action
from bot.chat.reading import resolved
from bot.chat.reply import Reply, Say
from bot.chat.text import label_of
from bot.core.context import Context
from bot.core.facts import PersonChanged
from bot.core.feature import Upcoming
from bot.core.rows import RhythmRow
from bot.data import scope
from bot.people import store as people
from bot.people.rows import CommunityRow, PersonRow
from bot.people.values import Community
from bot.playground import Playground
from handlers.challenges import snoozes, taking_part
from handlers.challenges.rows import ChallengeRow, DoneRow, ParticipantRow, PauseRow, SnoozeRow
from handlers.challenges.taking_part_payloads import Resume, Snooze
from handlers.journal.rows import EntryRow
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, count, entries, rows
from tests.kit.people import Person

At = Callable[[str], Person]
FIRST, SECOND, THIRD = "One question about today", "Watch how", "Say what"
DAY_ONE = datetime(2026, 3, 23, 15, 0, tzinfo=UTC)  # 11:00 in New York, where Bob and Layla are
CARD = "Or just write to me"


async def running(cast: Cast, *members: Person, now: datetime = DAY_ONE) -> None:
    """A challenge that these members joined, at an instant of its first day."""
    await announced(cast.lead, *members, until=now)


def comings(member: Person, text: str) -> list[str]:
    """When messages of the bot with this text came into a member's own chat."""
    chat = next(c for c in member.screen["conversations"] if c["kind"] == "chat")
    return [m["at"][:16] for m in chat["messages"] if text in m["plain"] and m["author"]["is_bot"] and "day " in m["plain"]]


def labels(member: Person, text: str) -> list[str]:
    """The labels of the buttons on the newest message with a text."""
    return [control["label"] for control in member.message(text)["controls"]]


def context(session: Session, stage: Playground, name: str) -> Context:
    """What a handler would be given if this person acted now."""
    scope.enter(session, scope.SYSTEM)
    row = session.query(CommunityRow).one()
    somebody = session.query(PersonRow).filter(PersonRow.name == name).one()
    community = Community(row.id, row.name, row.zone, row.language)
    scope.enter(session, community.id)
    member = people.members(session, [somebody.id])[somebody.id]
    return Context(session=session, registry=stage.parts.registry, now=stage.winder.now(), seed=1, community=community, actor=member)


async def next_for(stage: Playground, name: str) -> Sequence[Upcoming]:
    """What the challenge will send to somebody."""
    return await stage.parts.units.read(lambda session: taking_part.upcoming(context(session, stage, name)))


async def presses_again(cast: Cast, payload: Action, run: Callable[[Context, Any], Reply]) -> str:
    """A press on a card that has changed since; what is answered."""

    def work(session: Session) -> str:
        reply = run(context(session, cast.stage, cast.member.who.name), payload)
        assert isinstance(reply, Say)
        assert not reply.instead
        return label_of(resolved(reply.message, "en").summary)

    return await cast.stage.parts.units.run(work)


async def challenge_of(cast: Cast) -> int:
    """The id of the one challenge."""
    (found,) = await rows(cast.stage, ChallengeRow.id)
    return int(found)


# -- snooze ----------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
async def test_a_card_that_is_put_off_comes_again_in_two_hours_then_in_the_evening_and_then_no_more(cast: Cast) -> None:
    member = cast.member
    await running(cast, member)
    await member.presses("Snooze", on=FIRST)
    member.sees("Day 1 comes again", "It comes again")
    assert "Snooze" not in labels(member, "It comes again")
    await cast.passes(hours=1)
    assert len(comings(member, FIRST)) == 1
    (first, *_later) = await next_for(cast.stage, member.who.name)
    assert first.at == DAY_ONE + timedelta(hours=2, minutes=1)
    await cast.passes(hours=1, minutes=2)
    assert comings(member, FIRST) == ["2026-03-23T13:00", "2026-03-23T17:01"]
    member.sees("It came again further down")
    await member.presses("Snooze", on=CARD)
    await cast.passes(hours=5)
    assert comings(member, FIRST)[2:] == ["2026-03-23T22:00"], "18:00 in New York"
    assert "Snooze" not in labels(member, CARD)
    await member.presses("Done", on=CARD)
    member.sees("Done. It counts.")
    assert await count(cast.stage, SnoozeRow) == 2
    assert cast.is_clean()


@pytest.mark.thorough
async def test_nothing_comes_again_when_the_day_was_done_meanwhile_or_the_card_was_called_back(cast: Cast) -> None:
    done, called = cast.member, cast.other
    await running(cast, done, called)
    for member in (done, called):
        await member.presses("Snooze", on=FIRST)
    await done.presses("Done", on="It comes again")
    await called.presses("Show it now", on="It comes again")
    called.sees("Day 1 is there again", CARD)
    assert "Day 1 was done already" in await presses_again(cast, Snooze(await challenge_of(cast), 1), snoozes.snooze)
    await cast.passes(hours=4)
    for member in (done, called):
        assert len(comings(member, FIRST)) == 1
    assert cast.is_clean()


async def test_a_second_press_of_snooze_changes_nothing_and_nothing_comes_to_whoever_left(cast: Cast) -> None:
    member = cast.member
    await running(cast, member)
    await member.presses("Snooze", on=FIRST)
    assert "comes again later" in await presses_again(cast, Snooze(await challenge_of(cast), 1), snoozes.snooze)
    assert await count(cast.stage, SnoozeRow) == 1
    await member.presses("Leave", on="You are in")
    await cast.passes(hours=4)
    assert len(comings(member, FIRST)) == 1


async def test_a_card_put_off_stays_put_off_when_its_reader_flies(cast: Cast) -> None:
    member = cast.member
    await running(cast, member)
    await member.presses("Snooze", on=FIRST)
    await flies(cast, "Asia/Tokyo")  # where it is past midnight, still the first day
    await cast.passes(hours=3)
    assert comings(member, FIRST) == ["2026-03-23T13:00", "2026-03-23T17:01"]
    await flies(cast, "America/Los_Angeles")
    await cast.passes(days=1)
    assert len(comings(member, FIRST)) == 2
    assert len(comings(member, SECOND)) == 1


async def flies(cast: Cast, zone: str) -> None:
    """The member's zone moves."""
    if cast.is_slack:
        await cast.stage.slack.change_profile("U0BOB", zone=zone)
    else:

        def work(session: Session) -> None:
            ctx = context(session, cast.stage, cast.member.who.name)
            session.query(PersonRow).filter(PersonRow.id == ctx.actor.id).one().zone = zone
            session.flush()
            ctx.publish(PersonChanged(people.members(session, [ctx.actor.id])[ctx.actor.id]))

        await cast.stage.parts.units.run(work)
    await cast.settle()


# -- pause -----------------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_a_pause_stops_what_comes_daily_until_its_date(cast: Cast) -> None:
    member = cast.member
    await running(cast, member)
    await member.presses("Pause", on=FIRST)
    await member.fills("Pause until then", until="2026-03-23")
    member.sees("Please choose a day after today")
    await member.fills("Pause until then", until="2026-06-01")
    member.sees("Please choose a day until then")
    await member.fills("Pause until then", until="2026-03-26")
    member.sees("is paused for you until", "Paused days neither count nor break anything")
    (following,) = await next_for(cast.stage, member.who.name)
    assert following.at == datetime(2026, 3, 26, 13, 0, tzinfo=UTC)
    assert "paused" in following.why.msgid
    await cast.stage.winder.advance(datetime(2026, 3, 25, 15, 0, tzinfo=UTC))
    assert comings(member, SECOND) == comings(member, THIRD) == []
    await member.types("Just a thought.")
    member.sees("What shall I do with it?")
    await member.presses("My progress", on="Seven small days")
    member.sees("You have paused")
    assert "Go on now" in labels(member, "You have paused")
    await cast.stage.winder.advance(datetime(2026, 3, 26, 15, 0, tzinfo=UTC))
    assert comings(member, "day 4 of 7") == ["2026-03-26T13:00"]
    await member.presses("My progress", on="Seven small days")
    member.sees("days 1, 2, 3", "Paused on")
    assert cast.is_clean()


async def test_going_on_early_brings_todays_once_and_a_second_press_nothing(cast: Cast) -> None:
    member = cast.member
    await running(cast, member)
    await member.presses("Pause", on=FIRST)
    await member.fills("Pause until then", until="2026-03-27")
    await cast.stage.winder.advance(datetime(2026, 3, 24, 15, 0, tzinfo=UTC))
    await member.presses("Go on now", on="is paused for you")
    member.sees("Welcome back")
    assert comings(member, SECOND) == ["2026-03-24T15:00"]
    assert "goes on for you" in await presses_again(cast, Resume(await challenge_of(cast)), taking_part.resume)
    assert len(comings(member, SECOND)) == 1
    await cast.stage.winder.advance(datetime(2026, 3, 25, 15, 0, tzinfo=UTC))
    assert comings(member, THIRD) == ["2026-03-25T13:00"]
    assert [f"{a} {b}" for a, b in await rows(cast.stage, PauseRow.from_on, PauseRow.to_on)] == ["2026-03-23 2026-03-23"]


async def test_a_pause_holds_across_a_move_and_nothing_comes_twice(cast: Cast) -> None:
    member = cast.member
    await running(cast, member)
    await member.presses("Pause", on=FIRST)
    await member.fills("Pause until then", until="2026-03-25")
    await flies(cast, "Asia/Tokyo")
    await cast.stage.winder.advance(datetime(2026, 3, 24, 20, 0, tzinfo=UTC))  # early on the 25th in Tokyo
    assert comings(member, SECOND) == []
    await cast.stage.winder.advance(datetime(2026, 3, 25, 1, 0, tzinfo=UTC))
    assert comings(member, THIRD) == ["2026-03-25T00:00"]
    await flies(cast, "America/Los_Angeles")  # where it is the 24th again
    await cast.stage.winder.advance(datetime(2026, 3, 25, 20, 0, tzinfo=UTC))
    assert len(comings(member, THIRD)) == 1
    assert len(comings(member, SECOND)) <= 1


@pytest.mark.thorough
async def test_whoever_leaves_and_comes_back_owes_nothing_for_the_days_between(cast: Cast) -> None:
    member = cast.member
    await running(cast, member)
    await member.presses("Done", on=CARD)
    await member.presses("Leave", on="You are in")
    await cast.stage.winder.advance(datetime(2026, 3, 28, 15, 0, tzinfo=UTC))
    await member.presses("Join again")
    await member.presses("Done", on="day 6 of 7")
    await member.presses("My progress", on="Seven small days")
    member.sees("You have done 2 days of 7.", "Streak", "2 days", "days 2, 3, 4, 5")
    assert await count(cast.stage, PauseRow) == 1


# -- progress and backfilling ------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_days_that_are_still_open_can_be_marked_and_taken_back_from_the_progress(cast: Cast) -> None:
    member = cast.member
    await running(cast, member, now=datetime(2026, 3, 25, 15, 0, tzinfo=UTC))
    await member.presses("My progress", on="Seven small days")
    assert labels(member, "Today is day 3")[:3] == [
        "Day 1 is done",
        "Day 2 is done",
        "Day 3 is done",
    ]
    await member.presses("Day 1 is done")
    member.sees("Day 1 is done. That makes 1 day of 7.")
    await member.presses("Day 2 is done")
    await member.presses("My progress", on="Seven small days")
    await member.presses("Undo day 1")
    member.sees("Day 1 is open again")
    assert await rows(cast.stage, DoneRow.number) == [2]


@pytest.mark.thorough
async def test_a_day_that_did_not_count_is_told_with_its_reason(cast: Cast) -> None:
    member = cast.member
    await running(cast, member, now=datetime(2026, 3, 27, 15, 0, tzinfo=UTC))
    await member.presses("Done", on="day 5 of 7")
    await member.presses("Done", on=FIRST)
    member.sees("Day 1 is closed.", "could be marked until")
    await member.presses("My progress", on="Seven small days")
    member.sees("You have done 1 day of 7.", "all of them are used", "This day did not count", "when the rest days were used")
    member.sees("Comebacks")
    await member.presses("Write journal", on=SECOND)
    await member.fills("Save", text="Long ago.")
    member.sees("is closed and stays as it was")
    assert await rows(cast.stage, DoneRow.number) == [5]


@pytest.mark.thorough
async def test_a_reply_to_yesterdays_card_and_its_button_write_for_yesterday(cast: Cast) -> None:
    member, other = cast.member, cast.other
    await running(cast, member, other, now=datetime(2026, 3, 24, 15, 0, tzinfo=UTC))
    await member.types("It worked in the end.", reply_to=FIRST)
    await other.presses("Write journal", on=FIRST)
    await other.fills("Save", text="Mine worked as well.")
    assert [f"{on}" for on in await rows(cast.stage, EntryRow.on_date)] == ["2026-03-23"] * 2
    assert await rows(cast.stage, DoneRow.number) == [1, 1]
    for somebody in (member, other):
        somebody.sees("Day 1 of First steps in learning together is done as well")
    await member.deletes("It worked in the end.")
    assert await rows(cast.stage, DoneRow.number) == [1]


async def test_a_hidden_streak_is_not_shown(cast: Cast) -> None:
    member = cast.member
    await running(cast, member)
    await member.presses("Done", on=CARD)
    await member.presses("My progress", on="Seven small days")
    member.sees("Streak")

    def hide(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.query(PersonRow).filter(PersonRow.name == member.who.name).update({"hides_streak": True})

    await cast.stage.parts.units.run(hide)
    before = member.count("Streak")
    await cast.passes(minutes=1)
    await member.presses("My progress", on="Seven small days")
    assert member.count("Streak") <= before
    assert "Streak" not in member.message("Today is day 1")["plain"]


async def test_a_day_that_is_done_is_short_and_long_again_when_it_is_not(cast: Cast) -> None:
    member = cast.member
    await running(cast, member)
    chat = next(c for c in member.screen["conversations"] if c["kind"] == "chat")
    assert any("To reflect on" in m["plain"] for m in chat["messages"])
    await member.presses("Done", on=CARD)
    card = member.message("Done. It counts.")
    assert FIRST in card["plain"]
    assert "To reflect on" not in card["plain"]
    await member.presses("Not done after all")
    member.sees(CARD)


# -- goal and hour, earlier days ----------------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_a_goal_and_an_hour_are_optional_and_sealed(cast: Cast) -> None:
    member = cast.member
    await running(cast, member)
    await member.presses("My goal and my hour", on="You are in")
    assert cast.values(member)["hour"] == "09:00"
    await member.fills("Save", goal="To listen better", unit="Care", hour="07:30")
    member.sees("Your activity comes at 07:30", "noted that you would like a partner")
    ((goal, unit, partner, minute),) = await rows(
        cast.stage, ParticipantRow.goal, ParticipantRow.unit, ParticipantRow.wants_partner, ParticipantRow.minute
    )
    assert (partner, minute) == (True, 450)
    assert b"listen" not in goal
    assert b"Care" not in unit
    await cast.stage.winder.advance(datetime(2026, 3, 24, 15, 0, tzinfo=UTC))
    assert (len(comings(member, FIRST)), comings(member, SECOND)) == (1, ["2026-03-24T11:30"])
    await member.presses("My progress", on="Seven small days")
    member.sees("To listen better")
    await member.presses("My goal and my hour", on="To listen better")
    assert cast.values(member)["goal"] == "To listen better"
    await member.fills("Save", goal="", partner="" if not cast.is_slack else [])
    assert await rows(cast.stage, ParticipantRow.goal, ParticipantRow.wants_partner) == [(None, False)]
    cast.other.does_not_see("listen better")


async def test_an_hour_that_is_over_today_brings_todays_at_once_and_only_once(cast: Cast) -> None:
    member = cast.member
    await running(cast, member, now=datetime(2026, 3, 23, 12, 0, tzinfo=UTC))  # 08:00 in New York
    await member.presses("My goal and my hour", on="You are in")
    await member.fills("Save", hour="07:00")
    assert comings(member, FIRST) == ["2026-03-23T12:00"]
    await member.presses("My goal and my hour", on="You are in")
    await member.fills("Save", hour="20:00")
    await cast.stage.winder.advance(datetime(2026, 3, 24, 3, 0, tzinfo=UTC))
    assert len(comings(member, FIRST)) == 1


@pytest.mark.thorough
async def test_whoever_joins_late_may_read_the_earlier_days_and_owes_nothing(cast: Cast) -> None:
    member = cast.member
    await running(cast, now=datetime(2026, 3, 25, 15, 0, tzinfo=UTC))
    await member.presses("Join", on="Seven small days")
    await member.presses("See earlier days", on="You are in")
    member.sees("Earlier days of", f"Day 1: {FIRST}", "Day 2: ", "You owe nothing")
    member.does_not_see("Day 3: Say")
    await member.presses("Done", on="day 3 of 7")
    await member.presses("My progress", on="Seven small days")
    member.sees("You have done 1 day of 7.", "Rest days left")
    member.does_not_see("Rest days used for", "did not count")


# -- the round-up -----------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_every_seventh_day_the_places_get_the_round_up(cast: Cast) -> None:
    member, other = cast.member, cast.other
    await running(cast, member, other)
    await member.types(f"{cast.mention} We asked twice, and it helped.", in_place=True, reply_to=FIRST)
    await other.types("Nobody else reads this.")
    await other.presses("Write journal", on="Done. It counts.")
    await other.fills("Save", text="A long story. " * 60, visibility="community")
    await cast.stage.winder.advance(datetime(2026, 3, 28, 23, 0, tzinfo=UTC))
    cast.lead.does_not_see("the week")
    await cast.stage.winder.advance(datetime(2026, 3, 29, 12, 0, tzinfo=UTC))
    for somebody in (cast.lead, member):
        somebody.sees("First steps in learning together: the week", "Together you did 2 days.", "We asked twice", in_place=True)
        somebody.sees("This week was about:", in_place=True)
    round_up = cast.lead.message("Together you did", cast.lead.place)["plain"]
    assert round_up.count("A long story.") < 25
    assert "Nobody else" not in round_up
    assert cast.lead.count("Together you did") == 1
    if cast.is_slack:  # which tells nobody of what is deleted in a place
        await member.presses("Undo", on="Everybody in the community can read it")
    else:
        await member.deletes("We asked twice, and it helped.")
    assert len(await entries(cast.stage)) == 2
    assert "We asked twice" not in cast.lead.message("Together you did", cast.lead.place)["plain"]
    assert "A long story." in cast.lead.message("Together you did", cast.lead.place)["plain"]
    assert cast.lead.count("Together you did") == 1
    assert cast.is_clean()


async def test_what_comes_next_is_told_with_its_reason(cast: Cast) -> None:
    await running(cast, cast.member)
    (following,) = await next_for(cast.stage, cast.member.who.name)
    assert following.at == datetime(2026, 3, 24, 13, 0, tzinfo=UTC)
    assert following.what.values["number"] == 2
    assert await next_for(cast.stage, cast.other.who.name) == []
    assert date(2026, 3, 24) in await rows(cast.stage, RhythmRow.next_on)

"""What a lead does with a challenge, on both platforms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.playground import SLACK_PLACE, Playground
from handlers.challenges.leading_rows import ChallengePlaceRow, ProposalRow
from handlers.challenges.rows import ChallengeRow, DayRow, ParticipantRow
from handlers.packs.rows import PackRow
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, confirms, count, rows
from tests.kit.people import Person

At = Callable[[str], Person]
FIRST, SECOND, THIRD = "One question about today", "Watch how", "Say what"
CARD = "Seven small days"
YES: dict[str, object] = {"slack": ["yes"], "teams": True}
TITLE = "First steps in learning together"


def at(day: str, hour: int = 15) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00").astimezone(UTC)


async def manages(lead: Person) -> None:
    await lead.types("/challenge")
    await lead.presses("Manage")


def comings(member: Person, text: str) -> list[str]:
    """When messages of the bot with this text came into a member's own chat."""
    chat = next(c for c in member.screen["conversations"] if c["kind"] == "chat")
    return [m["at"][:10] for m in chat["messages"] if text in m["plain"] and m["author"]["is_bot"]]


def in_place(member: Person, text: str) -> int:
    """How many messages in the place have the text."""
    return sum(text in m["plain"] for c in member.screen["conversations"] if c["kind"] == "place" for m in c["messages"])


async def state(stage: Playground) -> str:
    return str((await rows(stage, ChallengeRow.state))[-1])


@pytest.mark.both_databases
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_lead_pauses_and_resumes_and_the_rest_moves_on(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    lead, member, elsewhere = cast.lead, cast.member, person("layla" if platform == "slack" else "BOB")
    await announced(lead, member, elsewhere, until=at("2026-03-24"))
    await manages(lead)
    lead.sees("running", "2 people", "Leads see how many take part")
    paused = lead.holds("Pause")
    await lead.presses("Pause")
    lead.sees("pauses from")
    assert await state(stage) == "paused"
    await paused()
    lead.sees("pauses already")
    for somebody in (member, elsewhere):
        somebody.sees("The rest of its days come later", "It pauses now", in_place=True)
        assert in_place(somebody, "The rest of its days come later") == 1
    await stage.winder.advance(at("2026-04-10"))
    for somebody in (member, elsewhere):
        assert comings(somebody, THIRD) == []
        assert in_place(somebody, THIRD) == 0
    await manages(lead)
    resumed = lead.holds("Resume")
    await lead.presses("Resume")
    lead.sees("goes on: the next activity comes on")
    await resumed()
    lead.sees("does not pause")
    assert await state(stage) == "running"
    await stage.winder.advance(at("2026-04-11", 20))
    for somebody in (member, elsewhere):
        assert comings(somebody, THIRD) == ["2026-04-11"]
        assert in_place(somebody, THIRD) == 1
    await stage.winder.advance(at("2026-04-15"))
    for somebody in (member, elsewhere):
        assert comings(somebody, "Look back") == ["2026-04-15"]
        assert comings(somebody, "is over") == [], "its last day can still be done"
    await stage.winder.advance(at("2026-04-19"))
    assert comings(member, "is over") == ["2026-04-15"], "the card of the last day says it at the close"


async def test_a_challenge_goes_to_the_chosen_places_only(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await ann.types("/challenge")
    control = next(c for c in ann.screen["dialog"]["controls"] if c["name"] == "places") if ann.screen["dialog"] else None
    if control is None:
        control = next(c for con in ann.screen["conversations"] for m in con["messages"] for c in m["controls"] if c["name"] == "places")
    here = next(o for o in control["options"] if o["label"] in stage.slack.ws.channels[SLACK_PLACE].name)
    await ann.fills("Announce it", starts_on="2026-03-23", places=[here["value"]])
    assert await count(stage, ChallengePlaceRow) == 1
    await stage.winder.advance(at("2026-03-24"))
    assert in_place(bob, CARD) == in_place(bob, FIRST) == 1
    assert in_place(layla, CARD) == in_place(layla, FIRST) == 0


async def test_all_places_means_those_that_join_later_too(stage: Playground, person: At) -> None:
    await announced(person("ANN"))
    assert await count(stage, ChallengePlaceRow) == 0


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_the_form_wants_a_place_and_says_where_it_can_no_longer_post(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    await cast.lead.types("/challenge")
    await cast.lead.fills("Announce it", starts_on="2026-03-23", places=[])
    cast.lead.sees("Please pick at least one place.")
    other = Cast.of(stage, "teams" if platform == "slack" else "slack", person)
    await other.archives_place()
    await cast.lead.types("/challenge")
    cast.lead.sees("I can no longer post in", "Add me there again")
    await cast.archives_place()
    await cast.lead.types("/challenge")
    cast.lead.sees("add me to a channel")
    await cast.lead.fills("Announce it", starts_on="2026-03-23")
    cast.lead.sees("is announced", "I am in no place of this community yet")


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_day_one_comes_before_anything_is_announced(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    await cast.lead.types("/challenge")
    await cast.lead.fills("Announce it", starts_on="2026-03-23", try_first=YES[platform])
    cast.lead.sees(FIRST, "Nobody else knows of it yet")
    assert await count(stage, ChallengeRow) == 0
    again = cast.lead.holds("Announce it", on="Nobody else knows")
    await cast.lead.presses("Change it")
    await cast.lead.fills("Announce it", starts_on="2026-03-25", try_first=YES[platform])
    await cast.lead.presses("Announce it", on="Nobody else knows")
    cast.lead.sees("is announced and begins on")
    assert [str(d) for d in await rows(stage, ChallengeRow.starts_on)] == ["2026-03-25"]
    cast.member.sees(CARD, in_place=True)
    await cast.lead.presses("Send day 1 to me now")
    cast.lead.sees("Only you see it.")
    await again()
    assert await count(stage, ChallengeRow) == 2, "the other preparation was one of its own"
    await again()
    assert await count(stage, ChallengeRow) == 2


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_member_proposes_and_a_lead_announces(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    other = person("jurgen" if platform == "slack" else "ANN")
    await cast.member.types("/challenge")
    await cast.member.presses("Propose a challenge")
    await cast.member.fills("Propose it", why="We are many newcomers.")
    cast.member.sees("The leads have your proposal")
    for lead in (cast.lead, other):
        lead.sees("We are many newcomers.", cast.member.who.name)
    await other.presses("Announce", on="We are many newcomers.")
    await cast.lead.presses("Announce", on="We are many newcomers.")
    await cast.lead.fills("Announce it", starts_on="2026-03-24")
    cast.member.sees("Your proposal is announced")
    for lead in (cast.lead, other):
        lead.sees(f"{cast.lead.who.name} has announced it")
    await other.fills("Announce it", starts_on="2026-03-25")
    other.sees("First steps in learning together already")
    assert await count(stage, ChallengeRow) == 1
    cast.member.does_not_see("will not begin for now")
    assert await rows(stage, ProposalRow.state) == ["announced"]


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_proposal_that_is_not_for_now_is_answered_once(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    await cast.member.types("/challenge")
    await cast.member.presses("Propose a challenge")
    await cast.member.fills("Propose it", why="We are many newcomers.")
    await cast.member.presses("Propose a challenge")
    await cast.member.fills("Propose it", why="Still.")
    cast.member.sees("Your proposal of this one is open already")
    await cast.lead.presses("Not now", on="We are many newcomers.")
    cast.lead.sees("Not now, said")
    assert len(comings(cast.member, "will not begin for now")) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_lead_edits_a_day_and_the_second_one_is_told_what_stands(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    lead, other = cast.lead, person("jurgen" if platform == "slack" else "ANN")
    await announced(lead, cast.member, until=at("2026-03-23", 18))
    for somebody in (lead, other):
        await manages(somebody)
        await somebody.presses("Edit a day")
        somebody.does_not_see("Day 1: ")
        await somebody.fills("Open it", number="3")
    await lead.fills("Save", called="A day of Ann's own")
    lead.sees("Day 3 of", "is saved")
    await other.fills("Save", called="Another title")
    other.sees("has changed this meanwhile", "A day of Ann's own")
    await other.fills("Save", called="Both together")
    other.sees("is saved")
    await stage.winder.advance(at("2026-03-25", 18))
    assert len(comings(cast.member, "Both together")) == 1
    cast.member.sees("Both together", in_place=True)
    await manages(lead)
    await lead.presses("Edit a day")
    lead.does_not_see("Day 3: ")


@pytest.mark.thorough
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_more_days_another_hour(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    await announced(cast.lead, cast.member, until=at("2026-03-25"))
    await manages(cast.lead)
    await cast.lead.presses("More days")
    await cast.lead.fills("Add them", more="360")
    cast.lead.sees("There is room for 359 more days.")
    await cast.lead.fills("Add them", more="2")
    cast.lead.sees("has 2 more days")
    cast.member.sees("goes on for 2 more days", "9 days", in_place=True)
    await cast.lead.presses("Another hour")
    await cast.lead.fills("Change it", hour="18:00")
    cast.member.sees("at 18:00 from now on", in_place=True)
    await stage.winder.advance(at("2026-03-26", 16))
    assert in_place(cast.member, "A small failure") == 0
    await stage.winder.advance(at("2026-03-26", 18))
    assert in_place(cast.member, "A small failure") == 1
    await stage.winder.advance(at("2026-03-31", 20))
    assert len(comings(cast.member, FIRST)) == len(comings(cast.member, SECOND)) == 2
    assert comings(cast.member, "is over") == []
    await stage.winder.advance(at("2026-04-04", 20))
    assert len(comings(cast.member, "is over")) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_the_first_day_moves_before_it_has_come(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    await announced(cast.lead, cast.member)
    await manages(cast.lead)
    move = cast.lead.holds("Move the first day")
    await cast.lead.presses("Move the first day")
    await cast.lead.fills("Move it", starts_on="2026-03-01")
    cast.lead.sees("This day is over")
    await cast.lead.fills("Move it", starts_on="2026-03-30")
    assert len(comings(cast.member, "begins on another day")) == 1
    assert in_place(cast.member, "begins on another day") == 1
    await stage.winder.advance(at("2026-03-31", 18))
    assert comings(cast.member, FIRST) == ["2026-03-30"]
    assert in_place(cast.member, FIRST) == 1
    await move()
    cast.lead.sees("so its first day stays")


@pytest.mark.thorough
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_cancelled_challenge_says_so_once_and_nothing_comes_any_more(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    await announced(cast.lead, cast.member, until=at("2026-03-24"))
    await manages(cast.lead)
    cancels = confirms(cast.lead, "Cancel the challenge")
    await cancels()
    cast.lead.sees("is cancelled")
    await cancels()
    assert len(comings(cast.member, "was cancelled, so no more")) == 1
    assert in_place(cast.member, "What you did and wrote stays yours") == 1
    cast.member.sees("This challenge was cancelled.", in_place=True)
    await cast.member.presses("Done", on=SECOND)
    cast.member.sees("This card is out of date")
    await stage.winder.advance(at("2026-04-05"))
    assert comings(cast.member, THIRD) == comings(cast.member, "is over") == []
    await cast.lead.presses("Start it again")
    await cast.lead.fills("Announce it")
    assert await count(stage, ChallengeRow) == 2


async def test_members_cannot_lead(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    await announced(ann)
    await bob.types("/challenge")
    bob.does_not_see("Manage")
    await bob.presses("Propose a challenge")


@pytest.mark.thorough
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_two_leads_who_change_the_plan_at_once_see_each_other(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    lead, other = cast.lead, person("jurgen" if platform == "slack" else "ANN")
    await announced(lead, cast.member)
    for button, submit, first, second, stands in (
        ("Another hour", "Change it", {"hour": "18:00"}, {"hour": "19:00"}, "It comes at 18:00 now."),
        ("More days", "Add them", {"more": "2"}, {"more": "5"}, "It has 9 days now."),
        ("Move the first day", "Move it", {"starts_on": "2026-03-30"}, {"starts_on": "2026-04-06"}, "It begins on"),
    ):
        for somebody in (lead, other):
            await manages(somebody)
            await somebody.presses(button)
        await lead.fills(submit, **first)
        await other.fills(submit, **second)
        other.sees("has changed this meanwhile", "Nothing is saved yet", stands)
        await other.fills(submit, **second)
        assert "has changed this meanwhile" not in (other.screen["dialog"] or {"plain": ""})["plain"]
    (found,) = await rows(stage, ChallengeRow)
    assert (found.minute, found.days, found.starts_on.isoformat()) == (19 * 60, 14, "2026-04-06")


@pytest.mark.thorough
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_challenge_is_started_again_with_the_days_as_its_leads_left_them(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    await announced(cast.lead, cast.member)
    await manages(cast.lead)
    await cast.lead.presses("Start again with these days")
    assert await count(stage, PackRow) == 0, "nothing was changed, so the pack itself is meant"
    await manages(cast.lead)
    await cast.lead.presses("Edit a day")
    await cast.lead.fills("Open it", number="2")
    await cast.lead.fills("Save", called="A day of our own")
    await cast.member.presses("My progress", on=CARD)
    cancels = confirms(cast.lead, "Cancel the challenge")
    await cancels()
    await cast.lead.types("/challenge")
    cast.lead.sees("Earlier challenges", TITLE)
    again = cast.lead.holds("Start again with these days", on="Earlier challenges")
    await again()
    cast.lead.sees(f"The days of this challenge are kept as the pack {TITLE}, as we did it.")
    await again()
    assert await count(stage, PackRow) == 1
    await cast.lead.fills("Announce it", starts_on="2026-04-20")
    cast.member.sees(f"{TITLE}, as we did it", in_place=True)
    assert await count(stage, ChallengeRow) == 2
    days = sorted((row.challenge_id, row.activity["title"]) for row in await rows(stage, DayRow) if row.number == 2)
    assert [title for _challenge, title in days] == ["A day of our own"] * 2
    assert await rows(stage, ParticipantRow.challenge_id) == [days[0][0]], "who took part then takes part there alone"


@pytest.mark.thorough
async def test_days_that_are_added_after_the_last_one_begin_where_nobody_misses_any(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    await announced(ann, bob, until=at("2026-03-31", 12))  # the last day was the 29th
    await bob.types("/challenge")
    await person("layla").presses("Join", on=CARD)
    person("layla").sees("had its last day on")
    await bob.presses("Done", on="day 7 of 7")
    bob.sees("Day 7 is done")
    await manages(ann)
    await ann.presses("More days")
    await ann.fills("Add them", more="2")
    await stage.winder.advance(at("2026-04-02", 20))
    assert [comings(bob, f"day {day} of 9")[0] for day in (8, 9)] == ["2026-04-01", "2026-04-02"]
    await stage.winder.advance(at("2026-04-05", 12))
    await bob.presses("Done", on="day 9 of 9")
    bob.sees("Day 9 is closed.")

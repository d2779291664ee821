"""A community is born, gets its name and its leads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.clock import WoundClock
from bot.data.units import Units
from bot.people.rows import CommunityRow, PersonRow
from bot.playground import PEOPLE, SLACK_PLACE, TEAMS_PLACE, Playground, playground
from handlers.community.rows import RoleChangeRow
from tests.kit.cast import count, rows
from tests.kit.people import Person

At = Callable[[str], Person]
RIGHT, WELCOME = "Is that right?", "I am the companion of"


@pytest.fixture
async def empty(units: Units, clock: WoundClock) -> AsyncIterator[Playground]:
    """Two platforms on which nobody has a community yet."""
    async with playground(units, clock, pace=timedelta(0)) as made:
        yield made


@pytest.fixture
def at(empty: Playground) -> At:
    return lambda name: Person(empty, next(p for p in PEOPLE if name in p.account))


async def born(stage: Playground, who: Person) -> None:
    """Somebody adds the bot to the place of their platform."""
    if who.who.platform == "slack":
        await stage.slack.invite_bot(who.who.account, SLACK_PLACE)
    else:
        await stage.teams.add_bot_to(TEAMS_PLACE, who.who.account)
    await who._done(None)  # type: ignore[arg-type]


@pytest.mark.both_databases
@pytest.mark.parametrize(("lead", "other"), [("ANN", "BOB"), ("jurgen", "layla")])
async def test_whoever_adds_the_bot_is_asked_and_leads(empty: Playground, at: At, lead: str, other: str) -> None:
    ann, bob = at(lead), at(other)
    await born(empty, ann)
    ann.sees(RIGHT)
    bob.does_not_see(RIGHT)
    await ann.presses("Set it up", on=RIGHT)
    await ann.fills("Save", name="The Weavers", language="Deutsch", zone="Atlantis")
    ann.sees("I do not know this zone")
    await ann.fills("Save", name="The Weavers", language="Deutsch", zone=" berlin ")
    ann.sees("I am the companion of The Weavers", "What you write to me stays between us")
    ann.does_not_see(RIGHT)
    bob.sees("I am here for The Weavers", in_place=True)
    ((name, zone, language),) = await rows(empty, CommunityRow.name, CommunityRow.zone, CommunityRow.language)
    assert (name, zone, language) == ("The Weavers", "Europe/Berlin", "de")

    await bob.types("/convene")
    await bob.types("/convene community")
    bob.sees(f"Only a lead of this community can do that. You can ask {ann.who.name}; everything else is open to you.")
    await ann.types("/convene community")
    ann.sees("Europe/Berlin", "Deutsch")
    await ann.presses("Name a lead", on="Time zone")
    await ann.fills("Name as lead", who=bob.who.name)
    bob.sees("named you a lead of The Weavers")
    assert await rows(empty, RoleChangeRow.role) == ["lead"]
    await empty.winder.advance(empty.winder.now() + timedelta(seconds=2))
    await ann.types("/convene community")
    await ann.presses("Step down", on="Time zone")
    ann.sees("You are a member like the others now")
    await bob.presses("Step down", on="named you a lead")
    bob.sees("You are the only lead")
    assert await rows(empty, RoleChangeRow.role) == ["lead", "member"]


@pytest.mark.parametrize("lead", ["ANN", "jurgen"])
async def test_what_was_guessed_may_stay(empty: Playground, at: At, lead: str) -> None:
    ann = at(lead)
    await born(empty, ann)
    leave = ann.holds("Leave it so", on=RIGHT)
    await leave()
    ann.sees(WELCOME)
    ann.does_not_see(RIGHT)
    ((zone, settled),) = await rows(empty, CommunityRow.zone, CommunityRow.settled_at)
    assert settled is not None
    assert zone == "Europe/Berlin", "the profile came after the birth"


@pytest.mark.thorough
async def test_one_place_and_two_people_are_a_community(empty: Playground, at: At) -> None:
    ann, bob = at("ANN"), at("BOB")
    await born(empty, ann)
    await ann.presses("Leave it so")
    await ann.presses("Start a challenge", on=WELCOME)
    await ann.fills("Announce it", starts_on="2026-03-23")
    for somebody in (ann, bob):
        await somebody.presses("Join", on="Seven small days")
    await empty.winder.advance(datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    for somebody in (ann, bob):
        somebody.sees("One question about today")
    assert await count(empty, CommunityRow) == 1
    assert await count(empty, PersonRow) == 2


@pytest.mark.thorough
@pytest.mark.parametrize("lead", ["ANN", "jurgen"])
async def test_the_hour_of_the_places_moves_with_the_zone(stage: Playground, person: At, lead: str) -> None:
    ann = person(lead)
    await ann.types("/challenge")
    await ann.fills("Announce it", starts_on="2026-03-23")
    await ann.types("/convene community")
    await ann.presses("Change", on="Time zone")
    await ann.fills("Save", name="Learning Engineers", language="English", zone="tokyo")
    await stage.winder.advance(datetime(2026, 3, 23, 0, 30, tzinfo=UTC))
    ann.sees("One question about today", in_place=True)
    await ann.types("/convene community")
    await ann.presses("Change", on="Asia/Tokyo")
    await ann.fills("Save", name="Learning Engineers", language="English", zone="America/New_York")
    await stage.winder.advance(datetime(2026, 3, 23, 23, 30, tzinfo=UTC))
    assert ann.count("One question about today") == 1, "a day is posted once, wherever the community lives"
    ann.sees("The places hear me speak for Learning Engineers now", "Its time zone is America/New_York")


async def test_nobody_else_can_be_named_before_anybody_came(empty: Playground, at: At) -> None:
    ann = at("ANN")
    await born(empty, ann)
    await ann.types("/convene community")
    await ann.presses("Name a lead", on="Time zone")
    ann.sees("I know nobody else here yet")
    await ann.presses("Leave it so", on="Is that right?")
    await ann.types("/convene community")
    ann.does_not_see("Step down")

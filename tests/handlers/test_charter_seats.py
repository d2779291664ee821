"""Seats: shown first, asked for, given, left; and following."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.playground import Playground
from tests.kit.cast import Cast, confirms
from tests.kit.charters import ids_of, starts_group
from tests.kit.people import Person

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


@pytest.mark.thorough
async def test_no_seat_is_given_before_everybody_saw_it(cast: Cast, person: At) -> None:
    elsewhere = person("layla" if cast.is_slack else "BOB")
    await starts_group(cast.member, seats="1", people=[])
    elsewhere.sees("1 open seat:", "Member: nobody has asked yet", in_place=True)
    for somebody, line in ((elsewhere, "I learn from mine."), (cast.other, "Me too.")):
        await somebody.presses("Ask for: Member", on="1 open seat:")
        await somebody.fills("Ask", line=line)
        somebody.sees("You asked for this seat: Member.", "at the earliest")
    cast.member.sees("Seats can be given from", "I learn from mine.")
    assert cast.member.count("asks for a seat: Member.") == 1, "of the second one tells; the first one came as the list"
    assert f"Give it to {elsewhere.who.name}"[:30] not in cast.member.reads()

    await cast.stage.winder.advance(datetime(2026, 3, 25, 22, 59, tzinfo=UTC))
    await cast.member.presses("See who asks now")
    assert "Give it to" not in cast.member.reads()
    await cast.stage.winder.advance(datetime(2026, 3, 25, 23, 1, tzinfo=UTC))
    await cast.member.presses("See who asks now")
    gives_other = cast.member.holds(f"Give it to {cast.other.who.name}")
    await cast.member.presses(f"Give it to {elsewhere.who.name}")
    elsewhere.sees("The seat is yours: Member.")
    await gives_other()
    cast.member.sees("No seat of this kind is open. They stay on the waiting list.")
    await confirms(elsewhere, "Leave the team")()
    cast.member.sees(f"{elsewhere.who.name} has left the team.")
    cast.other.sees("1 open seat:", "1 person has asked", in_place=True)
    cast.other.sees("A seat is open again, and you are on the waiting list.")
    await cast.other.types("/charter")
    await cast.other.presses("See Retro circle")
    await cast.other.presses("Ask no more")
    cast.other.sees("nobody has asked yet", in_place=True)
    assert cast.is_clean()


@pytest.mark.thorough
async def test_following_is_not_joining(slack: Cast, person: At) -> None:
    layla = person("layla")
    await starts_group(slack.member)
    await layla.types("/charter")
    await layla.presses("See Retro circle")
    await layla.presses("Follow it")
    layla.sees("You hear of it from now on.")
    await slack.member.presses("Look after it")
    await slack.member.presses("Bring back results")
    await slack.member.fills("Tell everybody", found="Small mishaps are cheap lessons.")
    layla.sees("You had a hand in it.", "Small mishaps are cheap lessons.")


async def test_named_people_hear_of_it_and_can_leave(cast: Cast) -> None:
    await starts_group(cast.member, people=await ids_of(cast, cast.other))
    cast.other.sees("named you as one of the team.")
    cast.lead.sees(cast.other.who.name, in_place=True)
    await cast.other.presses("Leave the team")
    cast.member.sees(f"{cast.other.who.name} has left the team.")


@pytest.mark.thorough
async def test_where_all_seats_are_given_there_is_a_waiting_list(slack: Cast, person: At) -> None:
    layla, priya = person("layla"), slack.other
    await starts_group(slack.member, seats="1")
    await layla.presses("Ask for: Member", on="1 open seat:")
    await layla.fills("Ask", line="I learn from mine.")
    await slack.passes(days=7)
    await slack.member.types("/charter")
    await slack.member.presses("See Retro circle")
    await slack.member.presses("Look after it")
    await slack.member.presses("Who asks for a seat")
    await slack.member.presses(f"Give it to {layla.who.name}")
    await priya.types("/charter")
    await priya.presses("See Retro circle")
    await priya.presses("Join the waiting list")
    await priya.fills("Ask", line="Me too.")
    priya.sees("You are on the waiting list for it, and hear when it is open again.")
    await confirms(layla, "Leave the team")()
    priya.sees("A seat is open again, and you are on the waiting list.")
    slack.member.sees("Me too.")
    assert slack.is_clean()


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_a_call_for_volunteers_has_a_contact_until_one_of_its_team_leads_it(cast: Cast) -> None:
    ann, bob, priya = cast.lead, cast.member, cast.other
    yes: object = "yes" if cast.is_slack else True
    await bob.types("/charter")
    await bob.presses("Start one")
    await bob.presses("A practice group")
    assert "No team yet" not in str(bob.screen)
    await starts_group(ann, calls=yes)
    ann.sees("A call for volunteers needs at least one open seat.")
    await ann.fills("Announce it", seats="2", calls=yes)
    priya.sees(f"Contact: {ann.who.name}. Nobody of the team leads it yet.", in_place=True)
    for somebody in (bob, priya):
        await somebody.presses("Ask for: Member", on="2 open seats:")
        await somebody.fills("Ask", line="I learn from mine.")
    await cast.passes(days=7)
    await ann.presses("See who asks now")
    await ann.presses(f"Give it to {bob.who.name}")
    bob.sees("The seat is yours: Member.", "Nobody of the team leads it yet. You can, with one press.")
    await ann.presses("See who asks now")
    await ann.presses(f"Give it to {priya.who.name}")
    too_late = priya.holds("Lead it")
    await bob.presses("Lead it")
    bob.sees("You lead this now.")
    ann.sees(f"{bob.who.name} of the team leads it now.")
    priya.sees("Lead", bob.who.name, in_place=True)
    await too_late()
    priya.sees(f"{bob.who.name} leads it now.")
    assert cast.is_clean()

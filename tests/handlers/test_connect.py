"""Codes: places of another platform join, and two identities become one person, when both sides agree."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.data import scope
from bot.people.rows import CommunityRow, ConnectCodeRow, IdentityRow, PersonRow, WorkspaceRow
from bot.playground import Playground
from handlers.challenges.rows import DoneRow, ParticipantRow
from handlers.journal.rows import EntryRow
from tests.handlers.test_community import At, at, born, empty
from tests.kit.beginnings import announced
from tests.kit.cast import count, rows
from tests.kit.people import Person

__all__ = ["at", "empty"]


async def code_of(somebody: Person) -> str:
    """The newest code that somebody got."""
    await somebody.types("/convene connect")
    chat = next(c for c in somebody.screen["conversations"] if c["kind"] == "chat")
    text = next(m["plain"] for m in reversed(chat["messages"]) if "It works once" in m["plain"])
    found: Any = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", text)
    return str(found.group(0))


async def later(stage: Playground, **time: float) -> None:
    await stage.winder.advance(stage.winder.now() + timedelta(**time))


@pytest.mark.thorough
@pytest.mark.parametrize(("one", "other"), [("ANN", "jurgen"), ("jurgen", "ANN")])
async def test_a_place_elsewhere_joins_when_both_leads_agree(empty: Playground, at: At, one: str, other: str) -> None:
    ann, jurgen = at(one), at(other)
    await born(empty, ann)
    await born(empty, jurgen)
    assert await count(empty, CommunityRow) == 2
    await ann.presses("Set it up", on="Is that right?")
    await ann.fills("Save", name="The Weavers", language="English", zone="Berlin")
    await jurgen.types("/journal From before.")
    code = await code_of(ann)
    mention = "@convene" if jurgen.who.platform == "slack" else "@Convene"
    await jurgen.types(f"{mention} /convene connect {code.lower()}", in_place=True)
    jurgen.sees("This code is from", "The Weavers", "1 place and 1 person")
    await jurgen.presses("Join our places", on="This code is from")
    jurgen.sees("I asked")
    ann.sees("wants to bring")
    await ann.presses("Agree", on="wants to bring")
    ann.sees("is with us now, with 1 place")
    jurgen.sees("Your places belong to The Weavers now")
    jurgen.sees("I am here for The Weavers", in_place=True)
    assert await rows(empty, CommunityRow.name) == ["The Weavers"]
    assert len(set(await rows(empty, WorkspaceRow.community_id))) == 1
    await ann.types("/convene community")
    ann.sees("practice", "Craft circle")  # a team's first channel is called as the team is
    ann.does_not_see("From before.")
    await jurgen.types("/convene community")
    jurgen.sees(ann.who.name)


@pytest.mark.both_databases
async def test_two_identities_of_one_community_become_one_person(stage: Playground, person: At) -> None:
    bob, layla, ann = person("BOB"), person("layla"), person("ANN")
    await announced(ann, bob, layla, until=datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    await bob.types("Written on the one side.")
    await layla.types("Written on the other side.")
    await stage.winder.advance(datetime(2026, 3, 23, 20, 0, tzinfo=UTC))
    code = await code_of(bob)
    await layla.types(f"/convene connect {code}")
    layla.sees("If you are Bob O'Brien")
    await layla.presses("Link them")
    bob.sees("typed your code. Is that you?")
    await bob.presses("Yes, that is me")
    bob.sees("Linked. You are one person")
    layla.sees("Linked. You are one person")
    assert await count(stage, PersonRow) == 7
    assert await count(stage, IdentityRow) == 8
    assert await count(stage, ParticipantRow) == 1
    ann.sees("1 person", in_place=True)
    assert await count(stage, DoneRow) == 1
    assert len(set(await rows(stage, EntryRow.person_id))) == 1
    await stage.winder.advance(datetime(2026, 3, 24, 15, 0, tzinfo=UTC))
    title = "Watch how"
    assert bob.count(title) + layla.count(title) == 3, "once in each place, and once in the chat that was used last"
    assert bob.count(title) == 2
    await layla.types("From the other side again.")
    await stage.winder.advance(datetime(2026, 3, 25, 15, 0, tzinfo=UTC))
    assert layla.count("Say what") == 2, "it comes where they were last"
    assert bob.count("Say what") == 1
    assert bob.count("Done. It counts.") == 2, "the card stays where it stood, and says that the day is done"
    assert stage.slack.broadcasts == []
    assert stage.teams.card_problems == []


@pytest.mark.thorough
async def test_a_lone_identity_elsewhere_brings_its_workspace_along(empty: Playground, at: At) -> None:
    ann, jurgen = at("ANN"), at("jurgen")
    await born(empty, ann)
    await born(empty, jurgen)
    await ann.types("/journal On the one side.")
    await jurgen.types("/journal On the other side.")
    code = await code_of(ann)
    await jurgen.types(f"/convene connect {code}")
    await jurgen.presses("Link them", on="If you are Ann Keller")
    await ann.presses("Yes, that is me")
    jurgen.sees("Linked. You are one person")
    assert (await count(empty, CommunityRow), await count(empty, PersonRow), await count(empty, IdentityRow)) == (1, 1, 2)
    assert len(set(await rows(empty, EntryRow.person_id, EntryRow.community_id))) == 1
    await jurgen.types("/convene community")
    jurgen.sees("practice", "Craft circle")


@pytest.mark.thorough
async def test_what_a_code_refuses(empty: Playground, at: At) -> None:
    ann, bob, jurgen, layla = at("ANN"), at("BOB"), at("jurgen"), at("layla")
    await born(empty, ann)
    await born(empty, jurgen)
    await bob.types("/convene")
    await layla.types("/convene")
    code = await code_of(ann)
    await ann.types(f"/convene connect {code}")
    ann.sees("This is your own code")
    await bob.types(f"/convene connect {code}")
    bob.sees("This code was made right here")
    await layla.types(f"/convene connect {code}")
    layla.sees("A workspace belongs to one community")
    await layla.types(f"@Convene /convene connect {code}", in_place=True)
    layla.sees("Only a lead of")
    await jurgen.types(f"/convene connect {await code_of(bob)}")
    jurgen.sees("A workspace belongs to one community")
    code = await code_of(ann)
    await jurgen.types(f"/convene connect {code}")
    await jurgen.presses("No", on="This code is from")
    jurgen.sees("nothing is connected")
    await jurgen.types(f"/convene connect {code}")
    again = jurgen.holds("Join our places")
    await again()
    await ann.presses("No", on="wants to bring")
    ann.sees("The code opens nothing any more")
    jurgen.sees("said no, so nothing is connected")
    await jurgen.types(f"/convene connect {code}")
    jurgen.sees("not open any more")
    assert await count(empty, CommunityRow) == 2
    assert await rows(empty, ConnectCodeRow.agreed) == [None, None, False]


@pytest.mark.thorough
@pytest.mark.parametrize(("maker", "typist"), [("BOB", "layla"), ("layla", "BOB")])
async def test_codes_end_and_are_not_guessed(stage: Playground, person: At, maker: str, typist: str) -> None:
    bob, layla = person(maker), person(typist)
    code = await code_of(bob)
    await bob.presses("Cancel the code")
    bob.sees("The code opens nothing any more")
    await layla.types(f"/convene connect {code}")
    layla.sees("not open any more", "4 more times")
    code = await code_of(bob)
    await later(stage, minutes=61)
    await layla.types(f"/convene connect {code}")
    layla.sees("4 more times")
    for _n in range(4):
        await layla.types("/convene connect ZZZZ-ZZZZ")
    layla.sees("That was the fifth code")
    await layla.types(f"/convene connect {await code_of(bob)}")
    layla.does_not_see("This code is from")
    await later(stage, minutes=61)
    await layla.types(f"/convene connect {await code_of(bob)}")
    layla.sees("This code is from")
    link = layla.holds("Link them")
    await later(stage, minutes=61)
    await link()
    layla.sees("out of date")
    await layla.types(f"/convene connect {await code_of(bob)}")
    await layla.presses("Link them", on="This code is from")
    await later(stage, hours=25)
    await bob.presses("Yes, that is me")
    bob.sees("more than a day ago")
    assert await count(stage, PersonRow) == 8


@pytest.mark.thorough
async def test_whoever_leaves_one_side_is_reached_on_the_other(stage: Playground, person: At) -> None:
    bob, layla, ann = person("BOB"), person("layla"), person("ANN")
    await announced(ann, bob)
    await layla.types(f"/convene connect {await code_of(bob)}")
    await layla.presses("Link them")
    await bob.presses("Yes, that is me")
    await stage.slack.deactivate_user(bob.who.account)
    await stage.settle()
    await stage.winder.advance(datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    assert layla.count("One question about today") == 2
    await layla.presses("Done", on="your words become today's journal entry")
    layla.sees("Done. It counts.")


@pytest.mark.thorough
async def test_a_second_press_asks_nobody_again(stage: Playground, person: At) -> None:
    bob, layla = person("BOB"), person("layla")
    code = await code_of(bob)
    await layla.types(f"/convene connect {code}")
    await layla.types(f"/convene connect {code}")
    await layla.presses("Link them", on="This code is from")
    remaining = [m for c in layla.screen["conversations"] for m in c["messages"] if any(x["label"] == "Link them" for x in m["controls"])]
    assert len(remaining) == 1, "the other card stands there still"
    await layla.presses("Link them")
    layla.sees("I asked Bob O'Brien")
    assert bob.count("typed your code") == 1
    await bob.presses("Cancel the code")
    bob.sees("This code was used already")
    await bob.presses("Yes, that is me")
    assert bob.count("typed your code") == 0
    assert await count(stage, PersonRow) == 7
    assert await rows(stage, ConnectCodeRow.agreed) == [True]


async def test_somebody_who_did_not_type_the_code_cannot_use_its_card(stage: Playground, person: At) -> None:
    bob, layla, wei = person("BOB"), person("layla"), person("wei")
    code = await code_of(bob)
    await layla.types(f"/convene connect {code}")
    held = layla.holds("Link them")
    await wei.types(f"/convene connect {code}")
    await held()
    layla.sees("out of date")
    bob.does_not_see("typed your code")
    await wei.presses("Link them")
    bob.sees("typed your code. Is that you?")


@pytest.mark.thorough
async def test_two_linked_people_see_nothing_of_others(empty: Playground, at: At) -> None:
    ann, bob, jurgen, layla = at("ANN"), at("BOB"), at("jurgen"), at("layla")
    await born(empty, ann)
    await born(empty, jurgen)
    await bob.types("/journal Bob's own words.")
    await layla.types("/journal Layla's own words.")
    await jurgen.types(f"@Convene /convene connect {await code_of(ann)}", in_place=True)
    await jurgen.presses("Join our places", on="This code is from")
    await ann.presses("Agree", on="wants to bring")
    await layla.types(f"/convene connect {await code_of(bob)}")
    await layla.presses("Link them")
    await bob.presses("Yes, that is me")
    layla.sees("Linked. You are one person")
    for somebody in (ann, jurgen):
        somebody.does_not_see("own words")
    assert sorted(await rows(empty, PersonRow.role)) == ["lead", "lead", "member"]


@pytest.mark.thorough
async def test_a_community_of_several_workspaces_joins_with_all_of_them(empty: Playground, at: At) -> None:
    ann, jurgen, layla = at("ANN"), at("jurgen"), at("layla")
    await born(empty, ann)
    await born(empty, jurgen)
    await layla.types("/convene")
    await jurgen.types("/convene community")
    await jurgen.presses("Name a lead")
    await jurgen.fills("Name as lead", who=layla.who.name)
    theirs = (await rows(empty, WorkspaceRow.community_id, WorkspaceRow.platform))[1][0]

    def grow(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.add(WorkspaceRow(id=77, community_id=theirs, platform="slack", external_id="T77", name="Weavers of the North"))

    await empty.parts.units.run(grow)
    await jurgen.types(f"/convene connect {await code_of(ann)}")
    jurgen.sees("All its workspaces come along", "Weavers of the North")
    await jurgen.presses("Join our places", on="This code is from")
    ann.sees("wants to bring", "It lives in", "Weavers of the North")
    assert await count(empty, CommunityRow) == 2, "nothing happens before both agree"
    await ann.presses("Agree", on="wants to bring")
    jurgen.sees("Your places belong to")
    layla.sees("brought", "You lead there too.")
    assert jurgen.count("You lead there too.") == 0
    assert await count(empty, CommunityRow) == 1
    assert len(set(await rows(empty, WorkspaceRow.community_id))) == 1
    assert await count(empty, WorkspaceRow) == 3

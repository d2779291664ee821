"""Partners who part or are away: declined, left, erased, paused, and whoever stays gets company."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from bot.core.facts import PeopleLinked
from bot.people import store as people
from bot.people.joining import merge_people
from bot.people.rows import PersonRow
from bot.playground import Playground
from handlers.partners import my_things
from tests.kit.cast import rows
from tests.kit.pairs import PAIRED, At, context, data, joined, pairs, partner_of, wants_partner


@pytest.mark.thorough
async def test_a_partner_is_declined_privately_and_both_find_company(stage: Playground, person: At) -> None:
    ann, bob, hanako, layla, anil = (person(name) for name in ("ANN", "BOB", "HANAKO", "layla", "anil"))
    await joined(ann, bob, layla, until=PAIRED)
    await bob.types("/partner")
    held = bob.holds("Another partner")
    await held()
    bob.sees("Your partner hears only that the pair has ended", "I look for somebody else")
    layla.sees("Your pair with Bob O'Brien in First steps in learning together has ended", "says nothing about you")
    assert await pairs(stage) == [], "not with each other again"
    await held()
    bob.sees("This card is out of date")
    await wants_partner(hanako)
    await wants_partner(anil)
    assert sorted(map(len, await pairs(stage))) == [2, 2]
    assert partner_of(bob, await pairs(stage)) != {"ليلى حداد"}


@pytest.mark.thorough
async def test_whom_somebody_is_never_paired_with_stands_in_no_message_to_anybody_else(stage: Playground, person: At) -> None:
    ann, bob, layla, wei, hanako = (person(name) for name in ("ANN", "BOB", "layla", "wei", "HANAKO"))
    await joined(ann, bob, layla, wei, hanako)
    await bob.types("/partner")
    await bob.presses("Never pair me with")
    chosen = [str(row.id) for row in await rows(stage, PersonRow) if row.name in ("ليلى حداد", "王小明")]
    await bob.fills("Keep it private", people=chosen)
    bob.sees("I never pair you with these people", "ليلى حداد", "They are not told")
    await wei.types("/journal A canary that only I may see.")
    before = {member.who.name: member.reads() for member in (ann, layla, wei, hanako)}
    assert not [text for text in before.values() if "never pair" in text.casefold()]
    await stage.winder.advance(PAIRED)
    assert partner_of(bob, await pairs(stage)) == {"田中 花子"}
    await ann.types("/challenge")
    await ann.presses("Manage", on="Challenges")
    await ann.presses("Audit of the pairs")
    await layla.types("/convene export")
    await layla.types("/convene privacy")
    await stage.winder.advance(datetime(2026, 3, 24, 22, 0, tzinfo=UTC))
    for member in (ann, layla, wei, hanako):
        member.does_not_see("I never pair you with")
        if member is not wei:
            member.does_not_see("A canary that only I may see")
    exported = [await data(stage, member, my_things.export) for member in (bob, layla)]
    assert "never_pair_me_with" in exported[0]
    assert "Bob" not in exported[1]
    assert "never" not in exported[1]


@pytest.mark.thorough
async def test_a_partner_who_pauses_is_away_and_whoever_stays_gets_company(stage: Playground, person: At) -> None:
    ann, bob, layla, wei = person("ANN"), person("BOB"), person("layla"), person("wei")
    await joined(ann, bob, layla, until=PAIRED)
    await bob.presses("Pause", on="One question about today")
    await bob.fills("Pause until then", until="2026-03-26")
    layla.sees("Bob O'Brien is away until Thu 26 Mar", "You stay partners")
    await layla.presses("Company meanwhile")
    layla.sees("I look for company for you")
    await wants_partner(wei)
    layla.sees("Your partner is 王小明")
    await stage.winder.advance(datetime(2026, 3, 24, 21, 30, tzinfo=UTC))
    layla.sees("is away until Thu 26 Mar")
    bob.does_not_see("How the day stands for you")
    await bob.presses("Go on now", on="is paused for you")
    layla.sees("Bob O'Brien is back in First steps in learning together")


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_a_partner_who_leaves_or_is_erased_leaves_nobody_alone_in_silence(stage: Playground, person: At) -> None:
    ann, bob, layla, wei = person("ANN"), person("BOB"), person("layla"), person("wei")
    await joined(ann, bob, layla, wei, until=PAIRED)
    await bob.types("/convene erase")
    await bob.fills("Erase everything", word="erase")
    layla.sees("Bob O'Brien has left First steps in learning together")
    assert await pairs(stage) == [{"ليلى حداد", "王小明"}]
    await wei.presses("Leave", on="You are in")
    layla.sees("王小明 has left", "I look for company for you", "There is nobody else yet")
    assert await pairs(stage) == []
    await stage.winder.advance(datetime(2026, 3, 24, 22, 0, tzinfo=UTC))
    layla.does_not_see("How the day stands for you")


async def test_two_partners_who_turn_out_to_be_one_person_are_no_pair(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, layla, until=PAIRED)
    people_ids = dict(await rows(stage, PersonRow.name, PersonRow.id))

    def link(session: Session) -> None:
        ctx = context(session, stage, bob.who.name)
        merge_people(session, people_ids[bob.who.name], people_ids[layla.who.name], ctx.actor.identities[0].id)
        member = people.members(session, [people_ids[bob.who.name]])[people_ids[bob.who.name]]
        ctx.act_as(member)
        ctx.publish(PeopleLinked(member, people_ids[layla.who.name]))

    await stage.parts.units.run(link)
    await stage.winder.settle()
    assert await pairs(stage) == []
    bob.sees("You have no partner in First steps in learning together just now")
    await wants_partner(person("wei"))
    assert await pairs(stage) == [{"Bob O'Brien", "王小明"}]


@pytest.mark.thorough
@pytest.mark.parametrize("pauses", [False, True])
async def test_days_away_are_told_like_a_pause_and_so_is_coming_back(stage: Playground, person: At, pauses: bool) -> None:
    """Layla is away from Wednesday to Thursday: Bob hears until when, nothing else, and then that she is back."""
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, layla, until=PAIRED)
    if pauses:
        await stage.winder.advance(datetime(2026, 3, 25, 14, 30, tzinfo=UTC))
        await layla.presses("Pause", on="Say what you do")
        await layla.fills("Pause until then", until="2026-03-27")
    else:
        await layla.types("/convene away")
        await layla.presses("Add days away")
        await layla.fills("Save", first="2026-03-25", last="2026-03-26")
        bob.does_not_see("is away")
    await stage.winder.advance(datetime(2026, 3, 26, 22, 0, tzinfo=UTC))
    assert bob.count("ليلى حداد is away until Fri 27 Mar.") == 1
    bob.sees("You stay partners", "Company meanwhile")
    assert "is away until Fri 27 Mar" in bob.message("How the day stands for you and your partner")["plain"]
    assert layla.count("How the day stands for you and your partner") == 2, "nothing on the days on which she is away"
    await bob.types("/partner")
    await bob.presses("Company meanwhile", on="Your partner")
    bob.sees("I look for company for you")
    await stage.winder.advance(datetime(2026, 3, 27, 22, 0, tzinfo=UTC))
    bob.sees("ليلى حداد is back in First steps in learning together")
    assert layla.count("How the day stands for you and your partner") == 3
    bob.does_not_see("It has been quiet from ليلى")


@pytest.mark.thorough
async def test_who_is_away_today_is_told_at_once_and_is_asked_for_no_third(stage: Playground, person: At) -> None:
    ann, bob, layla, wei = (person(name) for name in ("ANN", "BOB", "layla", "wei"))
    await joined(ann, bob, layla, until=PAIRED)
    await layla.types("/convene away")
    await layla.presses("Add days away")
    await layla.fills("Save", first="2026-03-23", last="2026-03-28")
    assert bob.count("ليلى حداد is away until Sun 29 Mar.") == 1
    await wants_partner(wei)
    wei.sees("no pair could take a third just now")
    await layla.types("/convene")
    await layla.presses("I am back")
    bob.sees("ليلى حداد is back in First steps in learning together")
    bob.does_not_see("is away until")

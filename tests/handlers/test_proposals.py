"""Proposals wait for somebody who leads: what the proposer hears is true, and whoever leads later has them once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.data import scope
from bot.people.rows import IdentityRow, PersonRow
from bot.playground import Playground
from tests.kit.cast import Cast, rows
from tests.kit.people import Person

At = Callable[[str], Person]


async def nobody_leads(stage: Playground) -> None:
    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(update(PersonRow).values(role="member"))

    await stage.parts.units.run(work)


async def proposes(who: Person) -> None:
    await who.types("/challenge")
    await who.presses("Propose a challenge")
    await who.fills("Propose it", pack="devops", why="Our releases hurt.")


@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_a_proposal_is_kept_until_somebody_leads(stage: Playground, person: At, platform: str) -> None:
    cast = Cast.of(stage, platform, person)
    await nobody_leads(stage)
    await proposes(cast.member)
    cast.member.sees("Nobody leads here now, so I keep your proposal of DevOps", "CONVENE_ADMINS")
    cast.member.does_not_see("The leads have your proposal")
    cast.other.does_not_see("Our releases hurt.")

    accounts = dict(await rows(stage, IdentityRow.name, IdentityRow.account))
    stage.parts.registry.admins = frozenset({f"{platform}:{accounts[cast.lead.who.name]}".casefold()})
    for newcomer in (cast.other, cast.lead):
        await cast.lead.types("/convene community")
        await cast.lead.presses("Name a lead")
        await cast.lead.fills("Name as lead", who=newcomer.who.name)
        newcomer.sees("Our releases hurt.")
        assert newcomer.count("Our releases hurt.") == 1
    await cast.other.presses("Not now", on="Our releases hurt.")
    assert cast.is_clean()


async def test_what_was_answered_reaches_no_later_lead(stage: Playground, person: At) -> None:
    ann, bob, priya = person("ANN"), person("BOB"), person("PRIYA")
    await proposes(bob)
    bob.sees("The leads have your proposal of DevOps")
    await ann.presses("Not now", on="Our releases hurt.")
    await ann.types("/convene community")
    await ann.presses("Name a lead")
    await ann.fills("Name as lead", who=priya.who.name)
    priya.sees("named you a lead")
    priya.does_not_see("Our releases hurt.")


async def test_a_lead_who_comes_back_has_what_was_proposed_meanwhile(stage: Playground, person: At) -> None:
    ann, bob, jurgen = person("ANN"), person("BOB"), person("jurgen")
    now = stage.winder.now()

    def leave(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(update(PersonRow).where(PersonRow.name == ann.who.name).values(left_at=now))

    await stage.parts.units.run(leave)
    await proposes(bob)
    jurgen.sees("Our releases hurt.")
    ann.does_not_see("Our releases hurt.")
    await ann.types("/convene")
    assert ann.count("Our releases hurt.") == 1

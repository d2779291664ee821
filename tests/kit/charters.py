"""Charters to begin with: groups, drafts and projects of somebody's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core.context import Context
from bot.core.registry import Registry
from bot.data import scope
from bot.people.rows import CommunityRow, PersonRow
from bot.people.store import members
from bot.people.values import Community
from handlers import features
from handlers.charters.rows import CharterRow
from tests.kit.cast import Cast, rows
from tests.kit.people import Person

At = Callable[[str], Person]
T = TypeVar("T")
GROUP = {"name": "Retro circle", "goal": "How do we learn from small mishaps?", "ends_on": "2026-06-30"}
BETTER = "Better together: we face the same job and share it"
PROJECT = {"name": "Shorter handovers", "goal": "What makes a handover short and safe?", "work": "Research", "ends_on": "2026-09-30"}


async def starts_group(somebody: Person, **draft: object) -> None:
    """From the directory to the announcement."""
    await somebody.types("/charter")
    await somebody.presses("Start one")
    somebody.sees("Is it more than a member can give in passing?")
    await somebody.presses("A practice group")
    await somebody.fills("Announce it", **{**GROUP, "reason": BETTER, **draft})


async def drafts_project(somebody: Person, **draft: object) -> None:
    """From the directory to a draft that nobody else sees."""
    await somebody.types("/charter")
    await somebody.presses("Start one")
    await somebody.presses("A project")
    await somebody.fills("Keep the draft", **{**PROJECT, **draft})


async def publishes(lead: Person, days: str = "7") -> None:
    await lead.presses("Publish it")
    await lead.fills("Publish it", days=days)


async def publish_own(lead: Person, **draft: object) -> None:
    """A lead of the community writes a project and publishes it."""
    await drafts_project(lead, **draft)
    await publishes(lead)


async def ids_of(cast: Cast, *wanted: Person) -> list[str]:
    found = await rows(cast.stage, PersonRow.name, PersonRow.id)
    return [str(ident) for name, ident in found if name in {each.who.name for each in wanted}]


async def set_state(cast: Cast, state: str) -> None:
    """A charter that stands somewhere, without the way there."""

    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        round_ = 0 if state in ("draft", "proposed") else 1
        session.execute(update(CharterRow).values(state=state, round=round_, until=datetime(2026, 4, 1, tzinfo=UTC)))

    await cast.stage.parts.units.run(work)


async def acting(cast: Cast, somebody: Person, work: Callable[[Context], T]) -> T:
    """A unit in which somebody acts."""

    def run(session: Session) -> T:
        scope.enter(session, scope.SYSTEM)
        person = session.execute(select(PersonRow).where(PersonRow.name == somebody.who.name)).scalar_one()
        community = session.execute(select(CommunityRow)).scalar_one()
        here = Community(community.id, community.name, community.zone, community.language)
        scope.enter(session, here.id)
        ctx = Context(session=session, registry=Registry(features()), now=cast.stage.winder.now(), seed=1, community=here)
        ctx.act_as(members(session)[person.id])
        return work(ctx)

    return await cast.stage.parts.units.run(run)

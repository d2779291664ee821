"""Whoever is erased stands nowhere, whatever features there are: the search that follows each main transcript finds what is left.

A feature that forgets `ErasureBegun`, or a column that holds ids of people, fails at the end of its transcript in the thorough run.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.chat.message import Message, Paragraph
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.data import scope
from bot.people import store as people
from bot.people.rows import CommunityRow
from bot.people.values import Community
from bot.playground import Playground
from handlers.challenges.rows import ChallengeRow
from tests.kit.beginnings import announced
from tests.kit.cast import Cast
from tests.kit.erasing import traces


def within(stage: Playground, session: Session) -> Context:
    """A job's context in the only community."""
    scope.enter(session, scope.SYSTEM)
    row = session.query(CommunityRow).one()
    scope.enter(session, row.id)
    here = Community(row.id, row.name, row.zone, row.language)
    return Context(session=session, registry=stage.parts.registry, now=stage.winder.now(), seed=1, community=here)


async def thanks(stage: Playground, name: str) -> None:
    """A feature that says a name in every place, and thinks no more of it."""

    def work(session: Session) -> None:
        ctx = within(stage, session)
        for place in people.places(ctx.session):
            ctx.post(place, Message("Thanks", (Paragraph(f"Thanks to {name}."),)), kind=Kind.PLACE)

    await stage.parts.units.run(work)
    await stage.winder.settle()


async def test_the_search_finds_a_name_that_stands_in_a_place(cast: Cast) -> None:
    await thanks(cast.stage, cast.member.who.name)
    left = await traces(cast.stage)
    assert len(left) == 2, "in both places"
    assert all(f"Thanks to {cast.member.who.name}." in line for line in left)


@pytest.mark.thorough
async def test_the_search_finds_an_id_and_a_name_that_stand_in_a_column(cast: Cast) -> None:
    await announced(cast.lead, cast.member, until=datetime(2026, 3, 24, 12, 0, tzinfo=UTC))

    def keeps(session: Session) -> None:
        ctx = within(cast.stage, session)
        member = next(each for each in people.members(ctx.session).values() if each.name == cast.member.who.name)
        session.execute(update(ChallengeRow).values(title=f"For {member.name}", themes=[str(member.id)]))

    await cast.stage.parts.units.run(keeps)
    found = {line.split("=")[0] for line in await traces(cast.stage)}
    assert {"challenges.title", "challenges.themes"} <= found

"""Partners: how they come about, and who is with whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.chat.action import Action
from bot.chat.reading import resolved
from bot.chat.reply import Say
from bot.chat.text import label_of
from bot.core import doing
from bot.core.context import Context
from bot.data import scope
from bot.people import store as people
from bot.people.rows import CommunityRow, PersonRow
from bot.people.values import Community
from bot.playground import Playground
from handlers.partners.rows import GroupRow, MemberRow
from tests.kit.beginnings import announced, joins
from tests.kit.cast import rows
from tests.kit.past import lived
from tests.kit.people import Person

At = Callable[[str], Person]
TITLE = "First steps in learning together"
BEGUN = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)  # 10:00 in Berlin: the places have had day 1
PAIRED = datetime(2026, 3, 23, 15, 5, tzinfo=UTC)  # 16:05 in Berlin: pairs were sent by themselves


async def joined(lead: Person, *members: Person, until: datetime | None = None) -> None:
    """A challenge from Monday on, which these members join and want a partner for."""
    await announced(lead, *members, partners=True, until=until)


def context(session: Session, stage: Playground, name: str) -> Context:
    """What a handler would be given if this person acted now."""
    scope.enter(session, scope.SYSTEM)
    row = session.query(CommunityRow).one()
    somebody = session.query(PersonRow).filter(PersonRow.name == name).one()
    scope.enter(session, row.id)
    member = people.members(session, [somebody.id])[somebody.id]
    community = Community(row.id, row.name, row.zone, row.language)
    return Context(session=session, registry=stage.parts.registry, now=stage.winder.now(), seed=1, community=community, actor=member)


async def data(stage: Playground, member: Person, export: Callable[[Context], list[dict[str, Any]]]) -> str:
    """What an export has of somebody, as text."""
    return await stage.parts.units.read(lambda session: str(export(context(session, stage, member.who.name))))


async def answered(stage: Playground, member: Person, payload: Action) -> str:
    """What a press on a card that has changed since is answered with; the card is not replaced."""

    def work(session: Session) -> str:
        reply = doing.press(context(session, stage, member.who.name), payload)
        assert isinstance(reply, Say)
        assert not reply.instead
        return label_of(resolved(reply.message, "en").summary)

    return await stage.parts.units.run(work)


async def wants_partner(member: Person) -> None:
    await joins(member, partners=True)


async def pairs(stage: Playground) -> list[set[str]]:
    """Who is with whom now, by name."""
    names = dict(await rows(stage, PersonRow.id, PersonRow.name))
    standing = {group for group, ended in await rows(stage, GroupRow.id, GroupRow.ended_at) if ended is None}
    found: dict[int, set[str]] = {}
    for group, who, left in await rows(stage, MemberRow.group_id, MemberRow.person_id, MemberRow.left_at):
        if group in standing and left is None:
            found.setdefault(group, set()).add(names[who])
    return list(found.values())


def partner_of(member: Person, among: list[set[str]]) -> set[str]:
    """The names of somebody's partners."""
    return next((group - {member.who.name} for group in among if member.who.name in group), set())


async def quiet_pair(stage: Playground, ann: Person, bob: Person, layla: Person) -> None:
    """A pair of which one does a day each day and the other none, up to the evening on which both are offered something."""

    async def life() -> None:
        await announced(ann, bob, layla, partners=True, on="day", pack="better_practitioner", until=PAIRED)
        for day in range(23, 28):
            await bob.types("/journal It went well.")
            await stage.winder.advance(datetime(2026, 3, day, 22, 0, tzinfo=UTC))

    await lived(stage, "a quiet pair", life)
    bob.sees("It has been quiet from ليلى حداد for three days")
    layla.sees("It has been quiet for three days")

"""A desk to post from: one community, its lanes, and a platform that does as it is told and remembers what reached it."""

# ruff: noqa: ARG002 - the signatures are the port's

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from bot.chat.message import Message, Paragraph
from bot.chat.reading import resolved
from bot.chat.text import Mention
from bot.core import outbox
from bot.core.clock import WoundClock
from bot.core.outbox import Kind
from bot.core.ports import Actor, Address, Allowance, Look, Posted, Stands
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.data.units import Units
from bot.people.rows import CommunityRow
from scheduler.delivery import Delivery

COMMUNITY = 1
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
Hook = Callable[[], Awaitable[None] | None]


@dataclass
class Wall:
    """A platform as a wall on which everything that arrives stands, in the order of its arrival."""

    name: str = "slack"
    edits: Allowance | None = None
    posts: Allowance | None = None
    can_look: bool = False
    posted: list[tuple[str, str]] = field(default_factory=list)  # (conversation, summary)
    edited: list[tuple[str, str]] = field(default_factory=list)  # (message id, summary)
    tokens: list[str] = field(default_factory=list)
    before: list[BaseException | Hook | None] = field(default_factory=list)  # what happens instead of, or before, each arrival
    after: list[BaseException | None] = field(default_factory=list)  # what becomes of each answer
    looks: list[BaseException | None] = field(default_factory=list)  # what becomes of each look
    looked: list[datetime] = field(default_factory=list)

    async def post(self, to: Address, message: Message, token: str) -> Posted:
        await self._next(self.before)
        self.posted.append((to.external_id, str(message.summary)))
        self.tokens.append(token)
        await self._next(self.after)
        return Posted(f"msg-{len(self.posted)}", {"seen": "yes"})

    async def find(self, to: Address, message: Message, token: str, since: datetime) -> Stands | Look:
        if not self.can_look:
            return Look.CANNOT_TELL
        self.looked.append(since)
        await self._next(self.looks)
        found = next((n for n, each in enumerate(self.tokens, 1) if outbox.is_same_post(each, token)), None)
        return Stands(Posted(f"msg-{found}"), self.tokens[found - 1]) if found is not None else Look.NOT_THERE

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        await self._next(self.before)
        self.edited.append((message_id, str(message.summary)))

    async def delete(self, to: Address, message_id: str) -> None:
        raise AssertionError("nothing is deleted here")

    async def pin(self, to: Address, message_id: str) -> None:
        raise AssertionError(f"nothing is pinned here: {to.external_id} {message_id}")

    async def invite(self, to: Address, people: Sequence[Mention]) -> None:
        raise AssertionError(f"nobody is invited here: {to.external_id} {people}")

    async def show_home(self, to: Address, message: Message) -> None:
        raise AssertionError("no home is drawn here")

    async def name_of(self, to: Address) -> str | None:
        return None

    async def describe(self, workspace: str, account: str) -> Actor:
        return Actor(account)

    async def _next(self, script: list[Any]) -> None:
        step = script.pop(0) if script else None
        if isinstance(step, BaseException):
            raise step
        if step is not None and (waiting := step()) is not None:
            await waiting


@dataclass
class Desk:
    """Posts into lanes and looks at what became of it."""

    units: Units
    clock: WoundClock
    wall: Wall
    delivery: Delivery

    async def post(self, said: str, *, lane: int = 10, kind: Kind = Kind.PLACE, key: str | None = None, **more: Any) -> int:
        message = resolved(Message(said, (Paragraph(said),)), "en")

        def work(session: Session) -> int:
            scope.enter(session, COMMUNITY)
            return outbox.queue(session, community=COMMUNITY, lane=lane, message=message, now=self.clock.now(), kind=kind, key=key, **more)

        return await self.units.run(work)

    async def drain(self) -> list[str]:
        """Deliver what may leave now; everything that ever stood on the wall."""
        await self.delivery.drain()
        return [said for _, said in self.wall.posted]

    def passes(self, **time: float) -> None:
        self.clock.wind(self.clock.now() + timedelta(**time))

    async def posts(self) -> list[PostRow]:
        def work(session: Session) -> list[PostRow]:
            scope.enter(session, scope.SYSTEM)
            return list(session.execute(select(PostRow).order_by(PostRow.turn)).scalars())

        return await self.units.read(work)

    async def states(self) -> list[str]:
        return [post.state for post in await self.posts()]

    async def lane(self, lane: int = 10) -> LaneRow:
        def work(session: Session) -> LaneRow:
            scope.enter(session, scope.SYSTEM)
            return session.get_one(LaneRow, lane)

        return await self.units.read(work)

    async def lose_leases(self) -> None:
        """Let every lease have run out, as if whoever held it had died more than a minute ago."""

        def work(session: Session) -> None:
            scope.enter(session, scope.SYSTEM)
            session.execute(update(LaneRow).values(leased_until=LONG_AGO))

        await self.units.run(work)


async def desk(
    units: Units, clock: WoundClock, *, lanes: int = 1, pace: timedelta = timedelta(0), edits: Allowance | None = None, elsewhere: int = 0
) -> Desk:
    """A community with so many places, the first being lane 10, the last of them in a workspace of their own."""

    def found(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.add(CommunityRow(id=COMMUNITY, name="Practice", zone="Europe/Berlin", language="en", created_at=clock.now()))
        session.flush()
        for lane in range(10, 10 + lanes):
            outbox.open_lane(
                session,
                lane=lane,
                community=COMMUNITY,
                platform="slack",
                workspace="T1" if lane < 10 + lanes - elsewhere else "T2",
                external_id=f"C{lane}",
                kind="place",
                reference={},
            )

    await units.run(found)
    return at_desk(units, clock, pace, edits)


def at_desk(units: Units, clock: WoundClock, pace: timedelta = timedelta(0), edits: Allowance | None = None) -> Desk:
    """A further process at a desk that is there already, with a wall of its own."""
    wall = Wall(edits=edits)
    return Desk(units, clock, wall, Delivery(units, {"slack": wall}, clock, pace=pace))


async def plan_of(units: Units, statement: str) -> str:
    """How the database would go about a statement."""
    explain = "EXPLAIN QUERY PLAN " if type(units).__name__ == "SqliteUnits" else "EXPLAIN "
    rows = await units.read(lambda session: session.connection().execute(text(explain + statement)).all())
    return "\n".join(str(row[-1]) for row in rows)


async def held_until(event: asyncio.Event) -> None:
    """A platform that takes its time."""
    await asyncio.wait_for(event.wait(), 5)


async def taken_up(wall: Wall) -> None:
    """Wait until the platform has begun with everything that was scripted for it."""
    async with asyncio.timeout(5):
        while wall.before:  # noqa: ASYNC110 - the wall is a list, and need not know that somebody waits
            await asyncio.sleep(0.005)

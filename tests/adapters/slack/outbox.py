"""The outbox before a faked Slack: rows, lanes and delivery are real, the adapter is real, and only the clock is wound."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp.test_utils import TestServer
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.playground.slack import FakeSlack
from adapters.slack import SlackAdapter
from bot.chat.message import Message, Paragraph
from bot.chat.reading import resolved
from bot.core import outbox
from bot.core.clock import WoundClock
from bot.core.outbox import Kind, Letter
from bot.core.rows import PostRow
from bot.data import scope
from bot.data.units import Units
from bot.people.rows import CommunityRow
from scheduler.delivery import Delivery
from tests.adapters.slack.stage import SECRET, Script, manifest

COMMUNITY, STEP = 1, timedelta(seconds=1)


@dataclass
class Office:
    """Posts into chats (lane 1 is that of U0001) and channels (lane -1 is C0001), and lets time pass until all have left."""

    units: Units
    clock: WoundClock
    slack: FakeSlack
    adapter: SlackAdapter
    delivery: Delivery

    async def post(self, lane: int, said: str, *, kind: Kind = Kind.ASKED_FOR, key: str | None = None, blocks: Sequence[Any] = ()) -> int:
        message = resolved(Message(said, (Paragraph(said), *blocks)), "en")

        def work(session: Session) -> int:
            scope.enter(session, COMMUNITY)
            return outbox.queue(session, community=COMMUNITY, lane=lane, message=message, now=self.clock.now(), kind=kind, key=key)

        return await self.units.run(work)

    async def post_all(self, lanes: Sequence[int], said: str) -> None:
        message = resolved(Message(said, (Paragraph(said),)), "en")

        def work(session: Session) -> None:
            scope.enter(session, COMMUNITY)
            letters = [Letter(lane, message) for lane in lanes]
            outbox.queue_all(session, community=COMMUNITY, letters=letters, now=self.clock.now(), kind=Kind.ASKED_FOR)

        await self.units.run(work)

    async def settle(self) -> None:
        """Let time pass until nobody has anything to say."""
        await self.delivery.drain()
        await self.slack.settles()
        while (following := await self.delivery.next_at()) is not None:
            self.clock.wind(max(following, self.clock.now() + STEP))
            await self.delivery.drain()
            if self.slack.line.is_busy:
                await self.slack.settles()

    async def states(self) -> list[str]:
        def work(session: Session) -> list[str]:
            scope.enter(session, scope.SYSTEM)
            return list(session.execute(select(PostRow.state).order_by(PostRow.id)).scalars())

        return await self.units.read(work)

    def said(self, lane: int) -> list[str]:
        where = f"U{lane:04}" if lane > 0 else f"C{-lane:04}"
        return [each["plain"] for each in self.slack.posted(where)]


@asynccontextmanager
async def opened(
    units: Units, clock: WoundClock, *, chats: int = 1, channels: int = 1, rate_limits: bool = False, receipts: bool = False
) -> AsyncIterator[Office]:
    """A community with so many members and channels."""
    slack = FakeSlack(
        manifest=manifest(receipts=receipts),
        signing_secret=SECRET,
        now=clock.now,
        monotonic=lambda: clock.now().timestamp(),
        rate_limits=rate_limits,
    )
    people = [f"U{number:04}" for number in range(1, chats + 1)]
    for each in people:
        slack.add_user(each, f"Person {each}", zone="Europe/Berlin")
    for number in range(1, channels + 1):
        slack.add_channel(f"C{number:04}", f"channel-{number}", people[:1])

    def found(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.add(CommunityRow(id=COMMUNITY, name="Practice", zone="Europe/Berlin", language="en", created_at=clock.now()))
        session.flush()
        lanes = [(number, f"U{number:04}", "chat") for number in range(1, chats + 1)]
        lanes += [(-number, f"C{number:04}", "place") for number in range(1, channels + 1)]
        for lane, external_id, kind in lanes:
            about = {"platform": "slack", "workspace": "T0001", "external_id": external_id, "kind": kind}
            outbox.open_lane(session, lane=lane, community=COMMUNITY, reference={}, **about)

    await units.run(found)
    async with TestServer(slack.routes()) as server:
        adapter = SlackAdapter(Script(), signing_secret=SECRET, bot_token=slack.bot_token, api_url=str(server.make_url("/api/")))
        slack.listen(base_url=str(server.make_url("")), request_url="http://127.0.0.1:9/nowhere")
        await adapter.start()
        try:
            yield Office(units, clock, slack, adapter, Delivery(units, {"slack": adapter}, clock))
        finally:
            await adapter.close()
            await slack.close()

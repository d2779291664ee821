"""One process of the whole bot that delivers to a platform which takes everything and remembers nothing.

`python -m bench.lasting DATABASE API POSTS PEOPLE` looks at its own memory at even steps, and tells it as JSON in its last line.
"""

# ruff: noqa: ARG002 - the signatures are the port's

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from contextlib import AsyncExitStack
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from adapters.slack import SlackAdapter
from adapters.teams import TeamsAdapter
from adapters.web import application, listening, reserve
from bench.crowd import gather_writers, write_down
from bench.footprint import resident
from bench.serving import KEY
from bench.silence import HurriedClock, Silence
from bench.slack_requests import SECRET
from bench.teams_requests import APP_ID, PASSWORD, TENANT
from bot.app import Machine, machine, running
from bot.chat.message import Message, Paragraph
from bot.chat.reading import resolved
from bot.core import outbox
from bot.core.outbox import Kind, Letter, State
from bot.core.ports import Address, Posted
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.data.engine import units_for
from bot.data.vault import Vault

PORTION = 500  # posts that are written at a time, and wait at most
STEPS = 20
POSTS_AN_ENTRY = 20
WORDS = "Today's activity: ask somebody what they tried last week, and write down in two lines what you would do differently."


class Oblivion(Silence):
    """Takes whatever it is given, and keeps a count."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    async def post(self, to: Address, message: Message, token: str) -> Posted:
        self.count += 1
        return Posted(token)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        self.count += 1

    async def show_home(self, to: Address, message: Message) -> None:
        pass


async def last(database: str, api: str, posts: int, people: int) -> None:
    """Deliver so many posts in portions, while people write into their journals."""
    async with AsyncExitStack() as stack:
        parts = await _machine(stack, database, api)
        platform = Oblivion()
        parts.attach({"slack": platform})
        await gather_writers(parts, people)
        community, lanes = await parts.units.read(_lanes)
        await stack.enter_async_context(running(parts))
        while await parts.delivery.next_at() is not None:  # noqa: ASYNC110 - the lanes have no event
            await asyncio.sleep(0.1)
        platform.count = 0
        began, handled, samples = time.perf_counter(), 0, [resident(os.getpid())]
        for done in range(0, posts, PORTION):
            portion = min(PORTION, posts - done)
            letters = [Letter(lanes[n % len(lanes)], _message(n)) for n in range(done, done + portion)]
            say = partial(outbox.queue_all, community=community, letters=letters, now=parts.clock.now(), kind=Kind.PLACE)
            await parts.units.run(partial(_within, community=community, say=say), start_within=None)
            parts.delivery.wake()
            entries = range(handled, handled + portion // POSTS_AN_ENTRY)
            await write_down(parts, [(n % people, f"Entry {n}: what I learnt today") for n in entries])
            handled += len(entries)
            while platform.count < done + portion:  # noqa: ASYNC110 - the platform only counts
                await asyncio.sleep(0.002)
            while len(samples) <= (done + portion) * STEPS // posts:
                samples.append(resident(os.getpid()))
        seconds = time.perf_counter() - began
        while await parts.delivery.next_at() is not None:  # noqa: ASYNC110 - the lanes have no event
            await asyncio.sleep(0.1)
        assert platform.count == posts, f"{platform.count} of {posts} arrived"
        assert await parts.units.read(_unsent) == 0, "something was not delivered"
        print(json.dumps({"seconds": seconds, "handled": handled, "samples": samples}), flush=True)


async def _machine(stack: AsyncExitStack, database: str, api: str) -> Machine:
    """The bot as it serves both platforms, its adapters started."""
    parts = machine(units_for(database, Vault([KEY])), HurriedClock(time.time()))
    stack.push_async_callback(parts.units.close)
    app = application(parts.readiness)
    slack = SlackAdapter(parts.dispatcher, signing_secret=SECRET, bot_token="xoxb-bench", api_url=f"{api}/api/")
    teams = TeamsAdapter(parts.dispatcher, app_id=APP_ID, app_password=PASSWORD, tenant_id=TENANT)
    for adapter in (slack, teams):
        adapter.mount(app)
        await adapter.start()
        stack.push_async_callback(adapter.close)
    await stack.enter_async_context(listening(app, reserve("127.0.0.1", 0)))
    return parts


def _message(number: int) -> Message:
    return resolved(Message(f"Day {number}", (Paragraph(WORDS),)), "en")


def _lanes(session: Session) -> tuple[int, list[int]]:
    """The community, and all of its conversations."""
    scope.enter(session, scope.SYSTEM)
    found = session.execute(select(LaneRow.community_id, LaneRow.id).order_by(LaneRow.id)).all()
    return found[0].community_id, [row.id for row in found]


def _within(session: Session, community: int, say: partial[None]) -> None:
    scope.enter(session, community)
    say(session)


def _unsent(session: Session) -> int:
    scope.enter(session, scope.SYSTEM)
    return session.execute(select(func.count()).select_from(PostRow).where(PostRow.state != State.SENT.value)).scalar_one()


if __name__ == "__main__":
    from bot.logs import configure

    configure(quiet=True)
    asyncio.run(last(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))

"""Events that are delivered three times, at once and late, on PostgreSQL to two replicas: each has one effect, and one answer."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.app import machine
from bot.chat.reply import Silence
from bot.core.clock import WoundClock
from bot.core.ports import Answer, Commanded, Wrote
from bot.core.registry import Registry
from bot.core.rows import KeptTextRow, SeenRow
from bot.data import scope
from bot.data.engine import units_for
from handlers import features
from handlers.journal.rows import EntryRow
from tests.bot.core.world import World, world
from tests.kit.moving_in import VAULT

SEED = 20260324
TIMES, AT_ONCE, LATE, ACCOUNTS = 3, 48, 200, 40

pytestmark = pytest.mark.both_databases


@pytest.fixture
async def replicas(database_url: str, database_kind: str, clock: WoundClock) -> AsyncIterator[list[World]]:
    """One process on SQLite, two over one PostgreSQL."""
    units = [units_for(database_url, VAULT) for _ in range(2 if database_kind == "postgres" else 1)]
    worlds = [await world(units[0], clock)]
    worlds += [World(machine(each, clock, Registry(features())), clock) for each in units[1:]]
    yield worlds
    for each in units:
        await each.close()


def _text(n: int) -> str:
    return f"Thought number {n}."


async def deliver(to: World, n: int) -> Answer:
    """One delivery; what was refused unrun comes again, as platforms do it."""
    account = f"p{n % ACCOUNTS}"
    did = Wrote(_text(n), f"m-{n}") if n % 5 == 0 else Commanded("journal", _text(n))
    while (answer := await to.does(account, did, key=f"event:{n}")).is_unrun:  # noqa: ASYNC110 - as platforms do it
        await asyncio.sleep(0.05)
    return answer


async def three_times(replicas: Sequence[World], events: int) -> Counter[int]:
    """Deliver all of them, each three times: mostly close together, so that copies meet. How often each was answered."""
    dice = random.Random(SEED)
    deliveries = sorted((n + dice.choice((0, 0, 1, 2, LATE)), dice.random(), n) for n in range(events) for _ in range(TIMES))
    answered: Counter[int] = Counter()
    room = asyncio.Semaphore(AT_ONCE)

    async def one(n: int, to: World) -> None:
        async with room:
            answer = await deliver(to, n)
        answered[n] += not isinstance(answer.reply, Silence)

    for n in range(ACCOUNTS):  # everybody has arrived
        await replicas[0].does(f"p{n}", Commanded("journal", ""))
    async with asyncio.TaskGroup() as group:
        for _at, _order, n in deliveries:
            group.create_task(one(n, dice.choice(replicas)))
    return answered


def effects(session: Session) -> tuple[list[str], int, int]:
    """The entries, how many texts wait for an answer, and how many events were seen."""
    scope.enter(session, scope.SYSTEM)
    vault = session.info["vault"]
    entries = [vault.open_text("entries.text", row.id, row.text or b"") for row in session.execute(select(EntryRow)).scalars()]
    kept = session.execute(select(func.count()).select_from(KeptTextRow)).scalar_one()
    seen = session.execute(select(func.count()).select_from(SeenRow).where(SeenRow.key.startswith("event:"))).scalar_one()
    return entries, kept, seen


async def once_each(replicas: Sequence[World], events: int) -> str:
    began = time.monotonic()
    answered = await three_times(replicas, events)
    entries, kept, seen = await replicas[0].parts.units.read(effects)
    told = f"seed {SEED}: {events} events, {events * TIMES} deliveries, {len(replicas)} replicas, {time.monotonic() - began:.0f} s"
    assert sorted(entries) == sorted(_text(n) for n in range(events) if n % 5)
    assert kept == sum(n % 5 == 0 for n in range(events))
    assert seen == events
    assert answered == Counter(range(events))
    return told


@pytest.mark.thorough
async def test_five_hundred_events_have_one_effect_each(replicas: list[World], tell: Callable[[str], None]) -> None:
    tell(await once_each(replicas, 500))


@pytest.mark.chaos
@pytest.mark.timeout(1200)
async def test_ten_thousand_events_have_one_effect_each(replicas: list[World], tell: Callable[[str], None]) -> None:
    tell(await once_each(replicas, 10_000))

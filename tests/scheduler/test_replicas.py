"""Several processes on one PostgreSQL: one is killed and another comes while they deliver; everything arrives once and in order."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.core.cadences import Occurrence
from bot.core.clock import WoundClock
from bot.core.outbox import Kind, State
from bot.data.engine import units_for
from bot.data.units import Units
from bot.data.vault import Vault
from scheduler.delivery import Delivery
from scheduler.ledger import UNKNOWN_FOR
from scheduler.tick import BATCH
from tests.scheduler import test_tick
from tests.scheduler.desk import Desk
from tests.scheduler.desk import desk as opened
from tests.scheduler.replica import Book

pytestmark = [pytest.mark.both_databases, pytest.mark.thorough]
LANES, EACH = 40, 12


@contextmanager
def replica(url: str, file: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.scheduler.replica", url, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            yield process
        finally:
            process.kill()


async def grown(file: Path, lines: int) -> None:
    async with asyncio.timeout(60):
        while not file.exists() or len(file.read_text().splitlines()) < lines:  # noqa: ASYNC110, ASYNC240 - other processes write it
            await asyncio.sleep(0.01)


async def test_one_is_killed_and_one_is_added_under_load(
    units: Units, database_url: str, database_kind: str, clock: WoundClock, tmp_path: Path
) -> None:
    if database_kind != "postgres":
        pytest.skip("one process writes to SQLite")
    desk, file = await opened(units, clock, lanes=LANES), tmp_path / "book"
    for number in range(EACH):
        await asyncio.gather(*(desk.post(str(number), lane=10 + lane, kind=Kind.REMINDER) for lane in range(LANES)))
    with replica(database_url, file) as first, replica(database_url, file):
        await grown(file, LANES // 2)
        first.send_signal(signal.SIGKILL)
        with replica(database_url, file):
            await grown(file, 3 * LANES)
            await asyncio.sleep(1)
    await desk.lose_leases()
    last = Desk(units, clock, book := Book(file), Delivery(units, {"slack": book}, clock))
    while (await last.delivery.drain()) or (await last.delivery.next_at()) is not None:
        last.passes(seconds=UNKNOWN_FOR.total_seconds())
    assert set(await last.states()) == {State.SENT}, "a platform that can be asked leaves nobody in doubt"
    said: dict[str, list[int]] = defaultdict(list)
    for line in file.read_text().splitlines():
        where, words, _token = line.split()
        said[where].append(int(words))
    assert said == {f"C{10 + lane}": list(range(EACH)) for lane in range(LANES)}


async def test_nobody_is_leader_of_the_ticks(
    desk: Desk, units: Units, database_url: str, database_kind: str, vault: Vault, clock: WoundClock
) -> None:
    """Four replicas, each with connections of its own, tick at the same instants for three days."""
    subjects = range(1, 1 + 2 * BATCH)
    await test_tick.plan(units, subjects, before=clock.now())
    others = [units_for(database_url, vault) for _ in range(3)] if database_kind == "postgres" else [units] * 3
    fired: list[Occurrence] = []
    tickers = [test_tick.ticker(each, clock, lambda _ctx, some: fired.extend(some)) for each in (units, *others)]
    for _day in range(3):
        desk.passes(hours=3)
        await asyncio.gather(*(each.tick() for each in tickers))
        desk.passes(hours=21)
    if database_kind == "postgres":
        for each in others:
            await each.close()
    seen = await units.read(test_tick.fired)
    assert len(seen) == len(set(seen)) == 3 * len(subjects)
    assert {(each.subject, each.on) for each in fired} == set(seen), "a unit that was re-run fires again, and what it wrote counts once"

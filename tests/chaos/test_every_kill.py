"""A process of its own is really killed (kill -9) at every await point, each round trip to PostgreSQL included, transactions cut in two."""

from __future__ import annotations

import asyncio
import os
import signal
import struct
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from bot.core.clock import WoundClock
from bot.data import ids
from bot.data.engine import units_for
from bot.data.units import Units
from scheduler.lanes import LEASE
from scheduler.ledger import UNKNOWN_FOR
from tests.chaos.mortal import Life, begin, count_steps
from tests.chaos.record import InFile, Mood, Verdict, judged
from tests.chaos.story import BEGINS, Replica, Size, change_cards, is_settled, promised, settle_in
from tests.kit.databases import Databases
from tests.kit.moving_in import VAULT

SIZE = Size(lanes=1, posts=2, strikes=True, cards=True)
STRIKES = BEGINS + timedelta(seconds=40)
MOST = 40  # rounds of the survivor


def _replica(units: Units, clock: WoundClock, record: InFile) -> Replica:
    return Replica(units, clock, record, Mood("well"))


async def _live(url: str, path: Path, ends_at: int | None) -> int:
    count_steps(asyncio.get_running_loop())
    life = Life(ends_at, lambda: os.kill(os.getpid(), signal.SIGKILL))
    await begin(life, _replica(units_for(url, VAULT), WoundClock(STRIKES), InFile(path)).once())
    return life.steps


def killed(url: str, path: Path, ends_at: int | None) -> int | None:
    """Live in a child until the death; how many steps it took, None where it was killed."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writes, struct.pack("i", asyncio.run(_live(url, path, ends_at))))
        finally:
            os._exit(0)
    os.close(writes)
    try:
        _child, status = os.waitpid(child, 0)
        told = os.read(reads, 4)
    finally:
        os.close(reads)
    if os.WIFSIGNALED(status):
        return None
    assert told, "it ended before its time"
    return int(struct.unpack("i", told)[0])


async def _settle_in(url: str) -> None:
    units = units_for(url, VAULT)
    await units.run(lambda session: settle_in(session, SIZE))
    await units.close()


async def _survive(url: str, record: InFile, traveller: time_machine.Traveller) -> None:
    units, clock = units_for(url, VAULT), WoundClock(STRIKES)
    replica = _replica(units, clock, record)
    await units.run(lambda session: change_cards(session, clock.now()))
    for _round in range(MOST):
        clock.wind(clock.now() + max(LEASE, UNKNOWN_FOR))
        traveller.move_to(clock.now(), tick=False)
        await replica.once()
        if await units.read(is_settled):
            await units.close()
            return
    raise AssertionError("something is never settled")


def lived(url: str, path: Path, ends_at: int | None) -> tuple[int | None, Verdict]:
    """Tell the story once; the steps until it was over, None where the first was killed."""
    path.unlink(missing_ok=True)
    sequence = ids._sequence
    with time_machine.travel(BEGINS, tick=False) as traveller, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequence, "_last", 0)  # time begins anew, so nobody has drawn anything yet
        asyncio.run(_settle_in(url))
        traveller.move_to(STRIKES, tick=False)
        steps = killed(url, path, ends_at)
        record = InFile(path)
        asyncio.run(_survive(url, record, traveller))
    lines = record.read()
    record.close()
    return steps, judged(lines, promised(SIZE), in_doubt=SIZE.at_once)


@pytest.fixture(scope="module")
def url(all_databases: Databases) -> str:
    return all_databases.postgres()


def every_kill(url: str, path: Path, first: int, stride: int) -> tuple[int, int, int]:
    """Kill at the first point and at every so-manieth after it; how many kills, repetitions and drops there were."""
    kills = repeated = dropped = 0
    for step in range(first, 5000, stride):
        steps, verdict = lived(url, path, step)
        assert not verdict.faults, f"killed at await point {step}: {verdict.faults}"
        if steps is not None:  # it was over before
            return kills, repeated, dropped
        kills, repeated, dropped = kills + 1, repeated + verdict.repeated, dropped + verdict.dropped
    raise AssertionError("it never comes to its end")


@pytest.mark.thorough
def test_a_replica_may_be_killed_at_any_tenth_await_point(url: str, tmp_path: Path, tell: Callable[[str], None]) -> None:
    kills, repeated, dropped = every_kill(url, tmp_path / "record", 5, 10)
    tell(f"{kills} kills; {repeated} repeated and {dropped} dropped where nobody can be asked")
    assert kills > 10


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_a_replica_may_be_killed_at_every_await_point(url: str, tmp_path: Path, tell: Callable[[str], None]) -> None:
    kills, repeated, dropped = every_kill(url, tmp_path / "record", 1, 1)
    tell(f"{kills} kills; {repeated} repeated and {dropped} dropped where nobody can be asked")
    assert kills > 100
    assert repeated

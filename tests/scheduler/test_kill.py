"""A real kill -9 between the claim and the settling: the next process loses nothing, and repeats nothing that it need not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.clock import WoundClock
from bot.core.outbox import Kind
from bot.data.units import Units
from scheduler.ledger import UNKNOWN_FOR
from tests.scheduler.desk import at_desk
from tests.scheduler.desk import desk as opened

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [Kind.PLACE, Kind.REMINDER])
async def test_a_killed_process_loses_nothing(
    units: Units, database_url: str, clock: WoundClock, tmp_path: Path, when: str, kind: Kind
) -> None:
    desk = await opened(units, clock)
    await desk.post("one", kind=kind)
    await desk.post("two", kind=kind)
    arrived = tmp_path / "arrived"
    with subprocess.Popen(  # noqa: ASYNC220, S603 - a process that is to be killed
        [sys.executable, "-m", "tests.scheduler.dying", database_url, when, str(arrived)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in flight\n"
        os.kill(process.pid, signal.SIGKILL)

    other = at_desk(units, clock)
    assert await other.drain() == []
    assert await other.states() == ["sending", "ready"]
    await other.lose_leases()
    assert await other.drain() == []
    assert await other.states() == ["unknown", "ready"]
    other.passes(seconds=UNKNOWN_FOR.total_seconds())
    said = await other.drain()
    on_the_platform = [*(arrived.read_text().split() if arrived.exists() else []), *said]
    if kind is Kind.REMINDER:
        assert on_the_platform.count("one") == (1 if when == "after" else 0), "a reminder never comes twice"
        assert await other.states() == ["dropped", "sent"]
    else:
        assert on_the_platform.count("one") == (2 if when == "after" else 1), "better twice than never"
        assert await other.states() == ["sent", "sent"]
    assert on_the_platform.count("two") == 1

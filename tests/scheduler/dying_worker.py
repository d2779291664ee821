"""A process that is killed while it computes: `python -m tests.scheduler.dying_worker ADDRESS`."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

from bot.core.clock import WoundClock
from bot.core.feature import Feature, Later
from bot.core.registry import Registry
from bot.data.engine import units_for
from scheduler.worker import Worker
from tests.conftest import START, VAULT


def compute(_given: dict[str, Any]) -> dict[str, Any]:
    sys.stdout.write("computing\n")
    sys.stdout.flush()
    time.sleep(30)
    raise AssertionError("nobody killed it")


async def work(url: str) -> None:
    registry = Registry([Feature("tests", laters=(Later("tests.sum", compute, lambda *_: None),))])
    await Worker(units_for(url, VAULT), registry, WoundClock(START)).drain()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))

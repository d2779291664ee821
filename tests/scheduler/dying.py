"""A process that is killed while it delivers: `python -m tests.scheduler.dying ADDRESS before|after FILE` says when it may be killed.

The platform is a file: whatever reached it is a line in it.
"""

# ruff: noqa: ARG002 - the signatures are the port's

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.chat.message import Message
from bot.core.clock import WoundClock
from bot.core.ports import Address, Posted
from bot.data.engine import units_for
from scheduler.delivery import Delivery
from tests.kit.moving_in import START, VAULT
from tests.scheduler.desk import Wall


class Hanging(Wall):
    """Never answers; the message has arrived by then, or has not."""

    def __init__(self, when: str, file: Path) -> None:
        super().__init__()
        self._when, self._file = when, file

    async def post(self, to: Address, message: Message, token: str) -> Posted:
        if self._when == "after":
            with self._file.open("a") as lines:
                lines.write(f"{message.summary}\n")
        sys.stdout.write("in flight\n")
        sys.stdout.flush()
        await asyncio.sleep(30)
        raise AssertionError("nobody killed it")


async def deliver(url: str, when: str, file: Path) -> None:
    await Delivery(units_for(url, VAULT), {"slack": Hanging(when, file)}, WoundClock(START)).drain()


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1], sys.argv[2], Path(sys.argv[3])))

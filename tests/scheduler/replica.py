"""A replica that delivers until it is ended, to a platform that is a file: `python -m tests.scheduler.replica ADDRESS FILE`."""

# ruff: noqa: ARG002 - the signatures are the port's

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from bot.chat.message import Message
from bot.core import outbox
from bot.core.clock import WoundClock
from bot.core.ports import Address, Look, Posted, Stands
from bot.data.calls import hear
from bot.data.engine import units_for
from scheduler.delivery import Delivery
from tests.kit.moving_in import START, VAULT
from tests.scheduler.desk import Wall


class Book(Wall):
    """A platform as a file: a line for each message, and whoever asks is told what stands there."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    async def post(self, to: Address, message: Message, token: str) -> Posted:
        await asyncio.sleep(0.005)
        with self._file.open("a") as lines:
            lines.write(f"{to.external_id} {message.summary} {token}\n")
        await asyncio.sleep(0.005)
        return Posted(token)

    async def find(self, to: Address, message: Message, token: str, since: datetime) -> Stands | Look:
        there = [line.split()[-1] for line in self._file.read_text().splitlines()]
        found = [each for each in there if outbox.is_same_post(each, token)]
        return Stands(Posted(found[0]), found[0]) if found else Look.NOT_THERE


async def deliver(url: str, file: Path) -> None:
    units = units_for(url, VAULT)
    delivery = Delivery(units, {"slack": Book(file)}, WoundClock(START))
    listening = asyncio.create_task(hear(units, delivery.wake))
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    await delivery.run()
    listening.cancel()


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1], Path(sys.argv[2])))

"""One process that delivers to a platform which says nothing and remembers everything: `python -m bench.silence DATABASE FILE BEGAN`."""

# ruff: noqa: ARG002 - the signatures are the port's

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.serving import KEY
from bot.app import tune_garbage_collection
from bot.chat.message import Message
from bot.chat.text import Mention
from bot.core.ports import Actor, Address, Look, Posted, Stands
from bot.data.engine import units_for
from bot.data.vault import Vault
from scheduler.delivery import Delivery

HASTE = 60  # times as fast as real time: the pace of conversations is kept, and is not what is measured


class HurriedClock:
    """Domain time that runs faster than real time, alike in all processes."""

    def __init__(self, began: float) -> None:
        self._began = began

    def now(self) -> datetime:
        """The current instant."""
        return datetime.fromtimestamp(self._began, UTC) + timedelta(seconds=(time.time() - self._began) * HASTE)


class Silence:
    """Takes whatever it is given at once, and keeps a ledger of its own."""

    name = "slack"
    edits = posts = None

    def __init__(self) -> None:
        self.ledger: list[tuple[float, float, str, str]] = []  # since the machine began, since the epoch, conversation, words

    async def post(self, to: Address, message: Message, token: str) -> Posted:
        now = time.time()
        self.ledger.append((time.monotonic(), now, to.external_id, str(message.summary)))
        return Posted(f"{now:.6f}")  # both platforms count time, so that what comes later stands behind

    async def find(self, to: Address, message: Message, token: str, since: datetime) -> Stands | Look:
        return Look.CANNOT_TELL

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        raise AssertionError("nothing is edited here")

    async def delete(self, to: Address, message_id: str) -> None:
        raise AssertionError("nothing is deleted here")

    async def pin(self, to: Address, message_id: str) -> None:
        raise AssertionError("nothing is pinned here")

    async def invite(self, to: Address, people: Sequence[Mention]) -> None:
        raise AssertionError("nobody is invited here")

    async def show_home(self, to: Address, message: Message) -> None:
        raise AssertionError("no home is drawn here")

    async def name_of(self, to: Address) -> str | None:
        return None

    async def describe(self, workspace: str, account: str) -> Actor:
        return Actor(account)


async def deliver(database: str, file: Path, began: float) -> None:
    """Deliver until nothing waits anywhere; begins when a line comes in, and tells what it took."""
    units = units_for(database, Vault([KEY]))
    clock = HurriedClock(began)
    platform = Silence()
    delivery = Delivery(units, {"slack": platform}, clock)
    await delivery.next_at()
    tune_garbage_collection()  # as a serving bot does
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    cpu = time.process_time()
    while await delivery.next_at() is not None:
        if not await delivery.drain():
            await asyncio.sleep(0.001)  # what waits has its pace, or is in another process's hands
    print(json.dumps({"cpu": time.process_time() - cpu, "said": len(platform.ledger)}), flush=True)
    await units.close()
    await asyncio.to_thread(file.write_text, json.dumps(platform.ledger))


if __name__ == "__main__":
    from bot.logs import configure

    configure(quiet=True)
    asyncio.run(deliver(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])))

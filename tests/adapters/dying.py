"""A replica that is killed after it acknowledged: `python -m tests.adapters.dying JSON` says at which database, where, and when.

`when` is "before" the unit of work begins or "after" it was committed, before anybody hears the answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from adapters.slack import SlackAdapter
from adapters.slack.answers import Answers
from adapters.teams import TeamsAdapter
from adapters.teams.turns import Turns
from adapters.web import application, listening, reserve
from bot.app import machine
from bot.core.clock import WoundClock
from bot.data.engine import units_for
from bot.data.units import Units
from tests.kit.moving_in import START, VAULT

PATIENCE = 0.2


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def nobody_hears(*_words: Any) -> None:
    tell("in flight")
    await asyncio.sleep(60)


def dies(units: Units, when: str) -> None:
    """Let units wait until what they are about is stored, and some for ever."""
    run, is_stored = units.run, asyncio.Event()

    async def waits(work: Any, *, start_within: float | None = None, ahead: bool = False) -> Any:
        if ahead:
            done = await run(work, start_within=start_within, ahead=True)
            is_stored.set()
            return done
        await is_stored.wait()
        if when == "before":
            await nobody_hears()
        return await run(work, start_within=start_within)

    units.run = waits  # type: ignore[method-assign]
    Answers.tell = Turns._say_late = nobody_hears  # type: ignore[method-assign, assignment]


async def serve(told: dict[str, Any]) -> None:
    parts = machine(units_for(told["database"], VAULT), WoundClock(START))
    dies(parts.units, told["when"])
    app = application(parts.readiness)
    slack = SlackAdapter(parts.dispatcher, inbox=parts.inbox, patience=PATIENCE, **told["slack"])
    teams = TeamsAdapter(parts.dispatcher, inbox=parts.inbox, patience=PATIENCE, **told["teams"])
    parts.attach({"slack": slack, "teams": teams}, {"slack": slack, "teams": teams})
    socket = reserve("127.0.0.1", 0)
    for adapter in (slack, teams):
        adapter.mount(app)
        await adapter.start()
    async with listening(app, socket):
        tell(f"port {socket.getsockname()[1]}")
        await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(serve(json.loads(sys.argv[1])))

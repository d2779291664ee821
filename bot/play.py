"""`convene play`: the playground with its page, its data in one folder, its clock running."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bot.app import running, until_stopped
from bot.core.clock import RunningClock
from bot.data import schema
from bot.data.engine import units_for
from bot.data.vault import Vault
from bot.people.values import Role
from bot.playground import PEOPLE, Playground, playground

if TYPE_CHECKING:
    from aiohttp import web

    from adapters.playground.slack import FakeSlack
    from adapters.playground.teams import FakeTeams

LATE = ("numpy", "rustworkx", "typst")  # what a bot that serves loads when it first pairs people or sets a page
KEEPS = ("convene.db", "convene.db-wal", "convene.db-shm", "platforms.json")


def prepare(folder: Path, *, fresh: bool) -> None:
    """Make the folder; a fresh start forgets what was there."""
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        for name in KEEPS:
            (folder / name).unlink(missing_ok=True)


def load_at_leisure() -> None:
    """Load what takes a while before somebody winds the clock to where it is needed; a playground has the memory for it."""
    for name in LATE:
        import_module(name)


class ClockMemory:
    """How far the playground's clock was put forward, kept beside the platforms' worlds."""

    def __init__(self, clock: RunningClock) -> None:
        self._clock = clock

    def dump(self) -> dict[str, Any]:
        """Where the clock stands."""
        return {"now": self._clock.now().isoformat()}

    def restore(self, dumped: dict[str, Any]) -> None:
        """Put it forward to where it stood."""
        try:
            self._clock.wind(datetime.fromisoformat(dumped["now"]))
        except (KeyError, TypeError) as error:
            raise ValueError("the clock's memory does not say what time it was") from error

    def watch(self, changed: Callable[[str], None]) -> None:
        """The clock always moves; it is kept whenever something else is."""


async def play(folder: Path, port: int) -> None:
    """Serve the page until a signal comes."""
    from adapters.playground.memory import Memory
    from adapters.web import reserve

    url = f"sqlite:///{folder / 'convene.db'}"
    await schema.migrate(url)
    clock = RunningClock()
    async with AsyncExitStack() as stack:
        units = units_for(url, Vault([_key(folder)]), outlasts_power=False)
        stack.push_async_callback(units.close)
        memory: Memory | None = None
        was_there = False

        def remember(slack: FakeSlack, teams: FakeTeams) -> bool:
            nonlocal memory, was_there
            memory = Memory(folder / "platforms.json", {"clock": ClockMemory(clock), "slack": slack, "teams": teams})
            was_there = memory.load()
            return was_there

        has_moved_in = asyncio.Event()
        page = partial(_page, has_moved_in=has_moved_in.is_set)
        ground = await stack.enter_async_context(playground(units, clock, page=page, remember=remember, address=reserve("127.0.0.1", port)))
        assert memory is not None
        if not was_there:
            await ground.populate()
        has_moved_in.set()
        stack.callback(memory.close)
        keeping = asyncio.create_task(memory.run(), name="memory")
        stack.callback(keeping.cancel)
        await stack.enter_async_context(running(ground.parts))
        typer.echo(f"The playground is at http://127.0.0.1:{port} (Ctrl+C ends it, its data stays in {folder}/)")
        loading = asyncio.create_task(asyncio.to_thread(load_at_leisure), name="loading")
        stack.callback(loading.cancel)
        await until_stopped()


def _page(ground: Playground, *, has_moved_in: Callable[[], bool]) -> web.Application:
    from adapters.playground.stage import Stage, StagePerson
    from adapters.web import waiting_for

    people = [StagePerson(p.platform, p.account, p.name, p.zone, "lead" if p.role is Role.LEAD else "member") for p in PEOPLE]
    app = Stage(drivers={"slack": ground.slack, "teams": ground.teams}, people=people, clock=ground.winder).routes()
    app.middlewares.insert(0, waiting_for(has_moved_in))
    return app


def _key(folder: Path) -> str:
    """The playground's own key, made once and readable by its owner alone."""
    path = folder / "playground.key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()

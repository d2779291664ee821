"""What the page is opened on: a stub of the platforms or the real playground, in its own thread, since the browser has this one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from adapters.playground.stage import Stage, StagePerson
from bot.app import running
from bot.core.clock import WoundClock
from bot.data import schema
from bot.data.engine import units_for
from bot.data.vault import Vault
from bot.people.values import Role
from bot.playground import PEOPLE, Playground, playground
from tests.browser.scene import PEOPLE as SCENE_PEOPLE
from tests.browser.scene import StubClock, StubDriver, community
from tests.kit.people import Person

START = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)  # a Friday morning in Berlin
Result = TypeVar("Result")


class Backstage:
    """An event loop in its own thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=60)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Theatre:
    """The page before a stub of the platforms."""

    def __init__(self) -> None:
        self.drivers = community()
        self.clock = StubClock()
        self._backstage = Backstage()
        self.url = self._backstage.run(self._open())

    @property
    def slack(self) -> StubDriver:
        return self.drivers["slack"]

    @property
    def teams(self) -> StubDriver:
        return self.drivers["teams"]

    def happens(self, what: Callable[[], Any]) -> Any:
        """Let something happen on the platforms while the page is open."""

        async def inside() -> Any:
            return what()

        return self._backstage.run(inside())

    def close(self) -> None:
        self._backstage.run(self._runner.cleanup())
        self._backstage.stop()

    async def _open(self) -> str:
        stage = Stage(drivers=self.drivers, people=SCENE_PEOPLE, clock=self.clock)
        self._runner = web.AppRunner(stage.routes())
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/"


class LivingTheatre:
    """The real playground with the whole bot behind it, and its page, on a Friday morning."""

    def __init__(self, folder: Path) -> None:
        self._backstage = Backstage()
        self._stack = AsyncExitStack()
        self.url = self._backstage.run(self._open(folder))

    def plays(self, scene: Callable[[Playground], Coroutine[Any, Any, Result]]) -> Result:
        """Let people do something without the page."""
        return self._backstage.run(scene(self._ground))

    def close(self) -> None:
        self._backstage.run(self._stack.aclose())
        self._backstage.stop()

    async def _open(self, folder: Path) -> str:
        url = f"sqlite:///{folder / 'convene.db'}"
        await schema.migrate(url)
        units = units_for(url, Vault(["a key that is only good for tests, 32+"]))
        self._stack.push_async_callback(units.close)
        self._ground = await self._stack.enter_async_context(playground(units, WoundClock(START), page=_page, pace=timedelta(0)))
        await self._ground.populate()
        await self._stack.enter_async_context(running(self._ground.parts))
        return self._ground.teams.metadata_url.split("/teams-platform")[0] + "/"  # whatever port was free


def _page(ground: Playground) -> web.Application:
    people = [StagePerson(p.platform, p.account, p.name, p.zone, "lead" if p.role is Role.LEAD else "member") for p in PEOPLE]
    return Stage(drivers={"slack": ground.slack, "teams": ground.teams}, people=people, clock=ground.winder).routes()


async def lively(ground: Playground) -> None:
    """A challenge on its second day: people of both platforms take part, in several scripts."""

    def person(account: str) -> Person:
        return Person(ground, next(p for p in PEOPLE if account in p.account))

    ann, bob, hanako, jurgen, layla, wei = (person(name) for name in ("ANN", "BOB", "HANAKO", "jurgen", "layla", "wei"))
    await ann.types("/challenge")
    await ann.fills("Announce it", starts_on="2026-03-21")
    for somebody in (bob, hanako, jurgen, layla, wei):
        await somebody.presses("Join", on="Seven small days")
    await ground.winder.advance(datetime(2026, 3, 21, 14, 0, tzinfo=UTC))
    await hanako.types("会議の前に質問を一つ書きました。")
    await layla.types("سألت سؤالاً واحداً، وتغيّر الاجتماع كله.")
    await ground.winder.advance(datetime(2026, 3, 22, 13, 20, tzinfo=UTC))
    await ann.types("Who else watched somebody work? :eyes:", in_place=True)
    await wei.types("我看了同事怎么做代码评审，学到两件事。", in_place=True)
    await ground.winder.advance(datetime(2026, 3, 22, 13, 52, tzinfo=UTC))
    await hanako.types("同僚の進め方を見て、二つメモしました。", in_place=True)
    await layla.types("جميل! هل تشاركنا واحدة؟", in_place=True)
    await ground.winder.advance(datetime(2026, 3, 22, 14, 30, tzinfo=UTC))
    await bob.types("I watched Priya debug: she says aloud what she expects *before* she runs it.")

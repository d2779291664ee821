"""One app that any number of faked workspaces install, behind one address, and one or two processes of the bot that serve them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from adapters.playground.slack import FakeSlack
from adapters.playground.slack.oauth import CLIENT_ID, CLIENT_SECRET
from adapters.playground.slack.webapi import arguments_of
from adapters.slack import Installing, SlackAdapter
from adapters.slack.workspaces import ManyWorkspaces
from bot.app import Machine, machine
from bot.core.clock import WoundClock
from bot.core.registry import Registry
from bot.data import scope
from bot.data.units import Units
from handlers import features
from manifest.scopes import asked_for
from manifest.slack import slack_manifest
from scheduler.winding import Winder

ANN, BOB, PLACE = "UANNT0001", "UBOBT0001", "CT0001"  # of the first workspace
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


@dataclass
class Visit:
    """What a browser was shown."""

    status: int
    text: str
    headers: Any
    cookie: str = ""

    @property
    def words(self) -> str:
        return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", self.text, flags=re.DOTALL))

    @property
    def link(self) -> str:
        found = re.search(r'<a class="act" href="([^"]+)"', self.text)
        assert found is not None, self.text
        return unescape(found[1])

    @property
    def state(self) -> str:
        return parse_qs(urlsplit(self.link).query)["state"][0]


@dataclass
class Replica:
    """One process of the bot."""

    parts: Machine
    adapter: SlackAdapter
    address: str

    @property
    def workspaces(self) -> ManyWorkspaces:
        assert isinstance(self.adapter.workspaces, ManyWorkspaces)
        return self.adapter.workspaces


@dataclass
class Cloud:
    """Slack with its workspaces, and the bot."""

    clock: WoundClock
    units: Units
    slacks: dict[str, FakeSlack] = field(default_factory=dict)
    replicas: list[Replica] = field(default_factory=list)
    http: aiohttp.ClientSession | None = None
    address: str = ""

    def of_call(self, token: str, arguments: dict[str, Any]) -> FakeSlack:
        """The workspace that a call is about."""
        for each in self.slacks.values():
            if (
                token in each.oauth.tokens
                or arguments.get("code") in each.oauth.codes
                or arguments.get("refresh_token") in each.oauth.refreshes
            ):
                return each
        return next(iter(self.slacks.values()))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        token, arguments = await arguments_of(request)
        return await self.of_call(token, arguments).api._api(request)

    async def visits(self, path: str, *, cookie: str = "", replica: int = 0) -> Visit:
        assert self.http is not None
        headers = {"Cookie": cookie} if cookie else {}
        async with self.http.get(f"{self.replicas[replica].address}{path}", headers=headers, allow_redirects=False) as answer:
            given = answer.headers.get("Set-Cookie", "").split(";")[0]
            return Visit(answer.status, await answer.text(), answer.headers, given)

    async def installs(self, team: str, *, replica: int = 0, back_at: int | None = None) -> Visit:
        """Somebody presses the button, says yes, and is led back."""
        begun = await self.visits("/slack/install", replica=replica)
        code = self.slacks[team].oauth.approve()
        back = f"/slack/oauth_redirect?code={code}&state={begun.state}"
        return await self.visits(back, cookie=begun.cookie, replica=replica if back_at is None else back_at)

    async def settles(self) -> None:
        for each in self.slacks.values():
            await each.settles()
        for replica in self.replicas:
            await replica.adapter.settles()
            await replica.parts.dispatcher.settle()

    def winder(self) -> Winder:
        parts = self.replicas[0].parts
        return Winder(self.units, self.clock, parts.ticker, parts.worker, parts.delivery, self.settles)

    def speaks_to(self, team: str, replica: int) -> None:
        """From now on this workspace sends its requests to this process."""
        self.slacks[team].line.url = f"{self.replicas[replica].address}/slack/events"


@asynccontextmanager
async def cloud(units: Units, clock: WoundClock, *, teams: tuple[str, ...] = ("T0001", "T0002"), replicas: int = 1) -> AsyncIterator[Cloud]:
    """Workspaces with two people each, that have not installed the app yet."""
    made, registry = Cloud(clock, units), Registry(features())
    url = "https://convene.example/slack/events"
    for team in teams:
        slack = FakeSlack(
            manifest=slack_manifest(registry, socket_mode=False, request_url=url),
            signing_secret=SECRET,
            bot_token=f"xoxb-before-{team}",
            now=clock.now,
            team_id=team,
            team_name=f"Craft {team}",
        )
        slack.oauth.tokens.clear()
        slack.ws.installed = False
        slack.add_user(f"UANN{team}", "Ann", zone="Europe/Berlin")
        slack.add_user(f"UBOB{team}", "Bob", zone="Europe/Berlin")
        slack.add_channel(f"C{team}", "practice", [f"UANN{team}", f"UBOB{team}"], bot=False)
        made.slacks[team] = slack
    app = web.Application()
    app.router.add_route("*", "/api/{method}", made.answer)
    for team, slack in made.slacks.items():
        app.add_subapp(f"/{team}", slack.routes())
    asked = [(scope.name, scope.reason) for scope in asked_for()]
    async with AsyncExitStack() as stack:
        made.http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        server = await stack.enter_async_context(TestServer(app))
        made.address = str(server.make_url("")).rstrip("/")
        for _replica in range(replicas):
            parts = machine(units, clock, registry, pace=timedelta(0))
            adapter = SlackAdapter(
                parts.dispatcher,
                signing_secret=SECRET,
                installing=Installing(CLIENT_ID, CLIENT_SECRET, asked),
                installations=parts.installations("slack"),
                api_url=f"{made.address}/api/",
            )
            parts.attach({"slack": adapter}, {"slack": adapter})
            ours = web.Application()
            adapter.mount(ours)
            bot = await stack.enter_async_context(TestServer(ours))
            await adapter.start()
            stack.push_async_callback(adapter.close)
            made.replicas.append(Replica(parts, adapter, str(bot.make_url("")).rstrip("/")))
        for team, slack in made.slacks.items():
            slack.listen(base_url=f"{made.address}/{team}", request_url="")
            stack.push_async_callback(slack.close)
            made.speaks_to(team, 0)
        yield made
        await made.settles()


async def read(units: Units, statement: Any) -> list[Any]:
    def work(session: Session) -> list[Any]:
        scope.enter(session, scope.SYSTEM)
        return list(session.execute(statement).all())

    return await units.read(work)


async def count(units: Units, row: Any) -> int:
    return int((await read(units, select(func.count()).select_from(row)))[0][0])

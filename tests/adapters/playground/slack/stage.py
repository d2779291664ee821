"""A small workspace with a tiny bare bot behind it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.playground.slack import FakeSlack

Json = dict[str, Any]
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_SCOPES = """
app_mentions:read channels:history groups:history im:history mpim:history channels:read groups:read im:read mpim:read chat:write
commands files:read files:write im:write mpim:write users:read team:read reactions:read reactions:write pins:write metadata.message:read
"""
_EVENTS = """
app_mention message.channels message.groups message.im message.mpim app_home_opened member_joined_channel member_left_channel
channel_rename channel_archive channel_unarchive channel_deleted group_rename group_archive user_change app_uninstalled tokens_revoked
reaction_added reaction_removed message_metadata_posted
"""
SCOPES, EVENTS = _SCOPES.split(), _EVENTS.split()
TOKEN = "xoxb-fake"


def manifest(*, without_scopes: str = "", without_events: str = "", app_home: dict[str, bool] | None = None) -> Json:
    """A manifest that grants everything but what is named."""
    return {
        "_metadata": {"major_version": 2},
        "display_information": {"name": "Convene"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, **(app_home or {})},
            "bot_user": {"display_name": "Convene"},
            "slash_commands": [
                {"command": "/poll", "description": "Ask", "usage_hint": "question | options"},
                {"command": "/pair", "description": "Pair", "should_escape": True},
            ],
            "shortcuts": [
                {"name": "Ask", "type": "global", "callback_id": "ask", "description": "Ask"},
                {"name": "Keep", "type": "message", "callback_id": "keep", "description": "Keep"},
            ],
        },
        "oauth_config": {"scopes": {"bot": [each for each in SCOPES if each not in without_scopes.split()]}},
        "settings": {
            "interactivity": {"is_enabled": True},
            "event_subscriptions": {
                "bot_events": [each for each in EVENTS if each not in without_events.split()],
                "metadata_subscriptions": [{"app_id": "A", "event_type": "convene_post"}],
            },
        },
    }


@dataclass
class Heard:
    """One request that reached the bot."""

    headers: Json
    fields: Json
    payload: Json

    @property
    def event(self) -> Json:
        found: Json = self.payload["event"]
        return found


@dataclass
class Bot:
    """Answers what it is told to, remembers what it heard."""

    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[Heard], Awaitable[web.Response]] | None = None

    async def handle(self, request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        fields, payload = {}, {}
        if request.content_type == "application/json":
            payload = json.loads(body)
        else:
            fields = {key: values[0] for key, values in parse_qs(body, keep_blank_values=True).items()}
            payload = json.loads(fields.get("payload", "{}"))
        heard = Heard(dict(request.headers), fields, payload)
        self.heard.append(heard)
        return await self.answer(heard) if self.answer else web.Response()

    def answers(self, body: Any = None, status: int = 200) -> None:
        async def answer(_heard: Heard) -> web.Response:
            return web.Response(status=status) if body is None else web.json_response(body, status=status)

        self.answer = answer

    def types(self) -> list[str]:
        return [each.event["type"] for each in self.heard if "event" in each.payload]


@dataclass
class Stage:
    """The fake, the bot and a client of the Web API."""

    slack: FakeSlack
    bot: Bot
    session: aiohttp.ClientSession
    seconds: list[float]
    days: list[timedelta]

    async def api(self, method: str, token: str | None = TOKEN, **arguments: Any) -> Json:
        answer = await self.response(method, token, **arguments)
        found: Json = await answer.json()
        return found

    async def response(self, method: str, token: str | None = TOKEN, **arguments: Any) -> aiohttp.ClientResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self.session.post(f"{self.slack.ws.base_url}/api/{method}", json=arguments, headers=headers)
        await answer.read()
        return answer

    async def hook(self, url: str, **payload: Any) -> tuple[int, str]:
        async with self.session.post(url, json=payload) as answer:
            return answer.status, await answer.text()

    def messages(self, user: str, conversation: str) -> list[Any]:
        found = next(each for each in self.slack.screen(user)["conversations"] if each["id"] == conversation)
        return list(found["messages"])

    def notices(self, user: str) -> str:
        return "\n".join(each["text"] for each in self.slack.screen(user)["notices"])


@asynccontextmanager
async def staged(app_manifest: Json | None = None, *, rate_limits: bool = False) -> AsyncIterator[Stage]:
    """A workspace with Ann and Bob, #general (bot inside), #quiet (bot outside), a private #leads (bot inside)."""
    seconds, days = [1000.0], [timedelta()]
    slack = FakeSlack(
        manifest=app_manifest or manifest(),
        signing_secret=SECRET,
        now=lambda: START + days[0],
        monotonic=lambda: seconds[0],
        rate_limits=rate_limits,
    )
    slack.add_user("UANN", "Ann", zone="Europe/Berlin", locale="de-DE")
    slack.add_user("UBOB", "Bob", zone="America/New_York")
    slack.add_channel("CGEN", "general", ["UANN", "UBOB"])
    slack.add_channel("CQUIET", "quiet", ["UANN"], bot=False)
    slack.add_channel("GLEADS", "leads", ["UANN"], private=True)
    slack.add_channel("GSECRET", "secret", ["UANN"], private=True, bot=False)
    slack.line.deadline, slack.line.retry_delays = 0.5, (0.0, 0.001, 0.001)
    bot = Bot()
    app = web.Application()
    app.router.add_post("/slack/events", bot.handle)
    async with TestServer(app) as bot_server, TestServer(slack.routes()) as server, aiohttp.ClientSession() as session:
        slack.listen(base_url=str(server.make_url("")), request_url=str(bot_server.make_url("/slack/events")))
        yield Stage(slack, bot, session, seconds, days)
        await slack.close()

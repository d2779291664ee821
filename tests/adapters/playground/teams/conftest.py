"""A small bot that does by hand what the platform asks of every bot, and a stage with a few people."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web

from adapters.playground.driver import Control, Json, ScreenMessage
from adapters.playground.teams import FakeTeams

APP_ID = "0a1b2c3d-0000-4000-8000-00000000c0de"
PASSWORD = "open sesame"
ANN, BOB, CYD = "29:ann", "29:bob", "29:cyd"
PLACE, GROUP, EMPTY = "19:place@thread.tacv2", "19:group@thread.v2", "19:empty@thread.tacv2"
MANIFEST: Json = {"bots": [{"commandLists": [{"scopes": ["personal"], "commands": [{"title": "journal", "description": "Write"}]}]}]}


@dataclass
class Clock:
    """Domain time, wound by hand."""

    at: datetime = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Bot:
    """A bot made of aiohttp and pyjwt only."""

    fake: FakeTeams
    heard: list[Json] = field(default_factory=list)
    answers: Callable[[Json], Awaitable[web.Response]] | None = None
    session: aiohttp.ClientSession = field(init=False)
    token: str = ""

    async def endpoint(self, request: web.Request) -> web.Response:
        activity = await request.json()
        try:
            await self.verify(request.headers["Authorization"].removeprefix("Bearer "), activity)
        except (jwt.InvalidTokenError, LookupError) as refusal:
            return web.Response(status=401, text=str(refusal))
        self.heard.append(activity)
        return await self.answers(activity) if self.answers else web.Response()

    async def verify(self, token: str, activity: Json) -> None:
        async with self.session.get(self.fake.metadata_url) as response:
            metadata = await response.json()
        async with self.session.get(metadata["jwks_uri"]) as response:
            keys = {key["kid"]: key for key in (await response.json())["keys"]}
        key = keys[jwt.get_unverified_header(token)["kid"]]
        if "msteams" not in key["endorsements"]:
            raise jwt.InvalidTokenError("not endorsed")
        claims = jwt.decode(token, jwt.PyJWK(key), algorithms=["RS256"], audience=APP_ID, issuer=metadata["issuer"], leeway=300)
        if claims.get("serviceurl") != activity["serviceUrl"]:
            raise jwt.InvalidTokenError("another service url")

    async def signs_in(self, **changes: str) -> tuple[int, Json]:
        form = {
            "grant_type": "client_credentials",
            "client_id": APP_ID,
            "client_secret": PASSWORD,
            "scope": "https://api.botframework.com/.default",
        } | changes
        async with self.session.post(self.fake.token_url, data=form) as response:
            return response.status, await response.json()

    async def calls(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any, dict[str, str]]:
        """Call the connector: status, JSON (or None), headers."""
        if not self.token:
            self.token = (await self.signs_in())[1]["access_token"]
        headers = {"Authorization": f"Bearer {self.token}"}
        address = self.fake.service_url + path
        async with self.session.request(method, address, headers=headers, json=body, **options) as response:
            raw = await response.read()
            return response.status, (await response.json()) if raw else None, dict(response.headers)

    async def posts(self, conversation: str, activity: Json) -> str:
        status, body, _ = await self.calls("POST", f"v3/conversations/{conversation}/activities", activity)
        assert status == 201, body
        return str(body["id"])


@dataclass
class Stage:
    """The fake, the bot behind it, and the clock."""

    fake: FakeTeams
    bot: Bot
    clock: Clock

    def messages(self, user: str, conversation: str) -> list[ScreenMessage]:
        return next(each for each in self.fake.screen(user)["conversations"] if each["id"] == conversation)["messages"]

    def last(self, user: str, conversation: str) -> ScreenMessage:
        return self.messages(user, conversation)[-1]

    async def press(self, user: str, conversation: str, label: str, **inputs: Any) -> Any:
        message = self.last(user, conversation)
        return await self.fake.presses(user, message["id"], control(message["controls"], label)["id"], inputs)

    def notices(self, user: str) -> list[str]:
        return [each["text"] for each in self.fake.screen(user)["notices"]]


def control(controls: list[Control], label: str) -> Control:
    return next(each for each in controls if each["label"] == label)


def card(*body: Json, actions: list[Json] | None = None, **more: Any) -> Json:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body), "actions": actions or [], **more}


def text_block(text: str, **more: Any) -> Json:
    return {"type": "TextBlock", "text": text, "wrap": True, **more}


def execute(title: str, verb: str, **more: Any) -> Json:
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": verb,
        "fallback": {"type": "Action.Submit", "title": title},
        **more,
    }


def with_card(content: Json, **more: Any) -> Json:
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}],
        **more,
    }


@contextlib.asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def staged(manifest: Json | None = None, **options: Any) -> AsyncIterator[Stage]:
    clock = Clock()
    fake = FakeTeams(manifest=manifest or MANIFEST, app_id=APP_ID, app_password=PASSWORD, now=clock, **options)
    fake.add_user(ANN, "Ann Lee", zone="Europe/Berlin", locale="en-GB")
    fake.add_user(BOB, "Bob Ray", zone="America/New_York")
    fake.add_user(CYD, "Cyd Fox", zone=None, installed=False)
    fake.add_channel(PLACE, "General", [ANN, BOB], team="Guild")
    fake.add_channel(GROUP, "Lunch", [ANN, BOB], kind="groupChat")
    fake.add_channel(EMPTY, "Without", [ANN, BOB], team="Elsewhere", bot=False)
    bot = Bot(fake)
    app = web.Application()
    app.router.add_post("/api/messages", bot.endpoint)
    async with aiohttp.ClientSession() as session, serving(fake.routes()) as base, serving(app) as bot_base:
        bot.session = session
        fake.listen(base_url=base, request_url=f"{bot_base}/api/messages")
        yield Stage(fake, bot, clock)
        await fake.close()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as built:
        yield built

"""The real adapter behind the faked platform, over loopback HTTP, with a dispatcher that answers from a script."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from adapters.playground.driver import Control, Outcome, ScreenMessage
from adapters.playground.teams import FakeTeams
from adapters.teams import TeamsAdapter
from bot.chat.message import Message, Paragraph
from bot.chat.reply import Reply, Say, Silence
from bot.core.incoming import Incoming
from bot.core.ports import Address, Answer, Interaction
from tests.kit.shelf import Shelf

APP_ID = "0a1b2c3d-0000-4000-8000-00000000c0de"
PASSWORD = "open sesame"
ANN, BOB, CYD = "29:ann", "29:bob", "29:cyd"
PLACE, GROUP = "19:place@thread.tacv2", "19:group@thread.v2"

Answering = Callable[[Interaction], "Reply | Awaitable[Reply]"]


@dataclass
class Clock:
    at: datetime = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


@dataclass
class Script:
    """Writes down what happened and answers as it is told."""

    heard: list[Interaction] = field(default_factory=list)
    answers: Answering = lambda _: Silence()
    language: str = "en"

    async def dispatch(self, interaction: Interaction, incoming: Incoming | None = None) -> Answer:  # noqa: ARG002 - the signature is the port's
        self.heard.append(interaction)
        reply = self.answers(interaction)
        return Answer(await reply if isinstance(reply, Awaitable) else reply, self.language)

    def says(self, message: Message | str, *, instead: bool = False) -> None:
        said = Message(message, (Paragraph(message),)) if isinstance(message, str) else message
        self.answers = lambda _: Say(said, instead)

    def replies(self, *replies: Reply) -> None:
        left = list(replies)
        self.answers = lambda _: left.pop(0)


@dataclass
class Stage:
    fake: FakeTeams
    adapter: TeamsAdapter
    script: Script
    inbox: Shelf

    @property
    def tenant(self) -> str:
        return self.fake.tenant_id

    @property
    def did(self) -> Any:
        return self.script.heard[-1].did

    def messages(self, user: str, conversation: str | None = None) -> list[ScreenMessage]:
        wanted = conversation or self.fake.chat_of(user)
        found = [each for each in self.fake.screen(user)["conversations"] if each["id"] == wanted]
        return [message for message in found[0]["messages"] if message["author"]["is_bot"]] if found else []

    def last(self, user: str, conversation: str | None = None) -> ScreenMessage:
        return self.messages(user, conversation)[-1]

    def dialog(self, user: str) -> Any:
        return self.fake.screen(user)["dialog"]

    def notices(self, user: str) -> list[str]:
        return [each["text"] for each in self.fake.screen(user)["notices"]]

    async def types(self, user: str, text: str, conversation: str | None = None, **more: Any) -> Outcome:
        return await self.fake.types(user, conversation or self.fake.chat_of(user), text, **more)

    async def press(self, user: str, label: str, conversation: str | None = None, **inputs: Any) -> Outcome:
        message = self.last(user, conversation)
        return await self.fake.presses(user, message["id"], control(message["controls"], label)["id"], inputs)

    def place(self, conversation: str = PLACE, thread: str | None = None) -> Address:
        return Address(self.tenant, conversation, "place", {"service_url": self.fake.service_url}, thread)

    def account(self, user: str) -> str:
        return self.fake._core.person(user).aad_object_id

    def person(self, user: str, **reference: str) -> Address:
        known = {"service_url": self.fake.service_url, "tenant": self.tenant, "account": user, **reference}
        return Address(self.tenant, self.account(user), "chat", known)

    def is_clean(self) -> bool:
        assert self.fake.card_problems == []
        assert self.fake.protocol_problems == []
        return True


def control(controls: list[Control], label: str) -> Control:
    return next(each for each in controls if each["label"] == label)


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
async def staged(*, patience: float = 2.2, **options: Any) -> AsyncIterator[Stage]:
    manifest = {"authorization": {"permissions": {"resourceSpecific": [{"name": "ChannelMessage.Read.Group", "type": "Application"}]}}}
    fake = FakeTeams(**({"now": Clock()} | options), manifest=manifest, app_id=APP_ID, app_password=PASSWORD)
    fake.add_user(ANN, "Ann Lee", zone="Europe/Berlin", locale="en-GB")
    fake.add_user(BOB, "Bob Ray", zone="America/New_York")
    fake.add_user(CYD, "Cyd Fox", zone=None, installed=False)
    fake.add_channel(PLACE, "General", [ANN, BOB, CYD], team="Guild")
    fake.add_channel(GROUP, "Lunch", [ANN, BOB], kind="groupChat")
    script, inbox, app = Script(), Shelf(), web.Application()
    async with serving(fake.routes()) as base:
        adapter = TeamsAdapter(
            script,
            inbox=inbox,
            app_id=APP_ID,
            app_password=PASSWORD,
            tenant_id=fake.tenant_id,
            commands=("poll",),
            metadata_url=f"{base}/v1/.well-known/openidconfiguration",
            token_url=f"{base}/{fake.tenant_id}/oauth2/v2.0/token",
            patience=patience,
        )
        adapter.mount(app)
        await adapter.start()
        async with serving(app) as bot_base:
            fake.listen(base_url=base, request_url=f"{bot_base}/api/messages")
            try:
                yield Stage(fake, adapter, script, inbox)
            finally:
                await adapter.close()
                await fake.close()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as built:
        yield built
        assert built.is_clean()


async def until(true: Callable[[], object], limit: float = 2.0) -> None:
    async with asyncio.timeout(limit):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)

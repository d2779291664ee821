"""The real adapter between a faked Slack and a dispatcher that answers from a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.playground.driver import Control, ScreenMessage
from adapters.playground.slack import FakeSlack
from adapters.slack import SlackAdapter
from adapters.slack.client import SlackClient
from adapters.slack.workspaces import OneWorkspace
from bot.chat.message import Message
from bot.chat.reading import resolved
from bot.chat.reply import Reply, Say, Silence
from bot.core.incoming import Incoming
from bot.core.ports import Answer, Interaction
from tests.kit.shelf import Shelf

Json = dict[str, Any]
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SCOPES = """
app_mentions:read channels:history groups:history im:history channels:read groups:read chat:write commands files:write im:write
users:read im:read
"""
EVENTS = """
app_mention message.channels message.groups message.im app_home_opened member_joined_channel member_left_channel channel_left
channel_rename group_rename channel_unarchive group_unarchive channel_archive group_archive channel_deleted group_deleted user_change
"""


def manifest(*, without_events: str = "", without_scopes: str = "", more_scopes: str = "", receipts: bool = False) -> Json:
    """All that the adapter understands."""
    names = ("/poll", "/journal")
    scopes = [*SCOPES.split(), *more_scopes.split(), *(["metadata.message:read"] if receipts else [])]
    events = [*EVENTS.split(), *(["message_metadata_posted"] if receipts else [])]
    return {
        "display_information": {"name": "Convene"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "Convene"},
            "shortcuts": [
                {"name": "Write", "type": "global", "callback_id": "journal", "description": "Write"},
                {"name": "Keep it", "type": "message", "callback_id": "note.keep", "description": "Keep it"},
            ],
            "slash_commands": [{"command": name, "description": "Do it", "should_escape": True} for name in names],
        },
        "oauth_config": {"scopes": {"bot": [name for name in scopes if name not in without_scopes.split()]}},
        "settings": {
            "interactivity": {"is_enabled": True},
            "event_subscriptions": {
                "bot_events": [name for name in events if name not in without_events.split()],
                "metadata_subscriptions": [{"app_id": "*", "event_type": "convene_post"}],
            },
        },
    }


@dataclass
class Script:
    """A dispatcher that remembers what came in and answers what it was told to."""

    heard: list[Interaction] = field(default_factory=list)
    reply: Reply | Callable[[Interaction], Reply] = field(default_factory=Silence)
    language: str = "en"
    delay: float = 0.0
    is_busy: bool = False  # nothing can begin
    is_broken: bool = False  # whatever begins fails

    async def dispatch(self, interaction: Interaction, incoming: Incoming | None = None) -> Answer:  # noqa: ARG002 - the signature is the port's
        self.heard.append(interaction)
        if self.is_busy:
            return Answer(Say(Message("I am busy just now")), is_unrun=True)
        if self.is_broken:
            return Answer(Say(Message("Something went wrong")), failure="KeyError, reference AB12CD")
        if self.delay:
            await asyncio.sleep(self.delay)
        reply = self.reply(interaction) if callable(self.reply) else self.reply
        return Answer(resolved(reply, self.language), self.language)

    def says(self, words: str, *blocks: Any, instead: bool = False) -> None:
        self.reply = Say(Message(words, blocks), instead)

    @property
    def last(self) -> Interaction:
        return self.heard[-1]


@dataclass
class Stage:
    """Everything that a test needs."""

    slack: FakeSlack
    script: Script
    adapter: SlackAdapter
    inbox: Shelf

    async def settles(self) -> None:
        await self.slack.settles()
        await self.adapter.settles()
        await self.slack.settles()

    def messages(self, user: str, conversation: str) -> list[ScreenMessage]:
        found = next(each for each in self.slack.screen(user)["conversations"] if each["id"] == conversation)
        return found["messages"]

    def last(self, user: str, conversation: str) -> ScreenMessage:
        return self.messages(user, conversation)[-1]

    def control(self, message: ScreenMessage, label: str) -> str:
        return control(message["controls"], label)["id"]

    @property
    def client(self) -> SlackClient:
        assert isinstance(self.adapter.workspaces, OneWorkspace)
        return self.adapter.workspaces.only

    @property
    def dialog(self) -> Any:
        return self.slack.screen("UANN")["dialog"]

    def called(self, method: str) -> list[Json]:
        return [call.arguments for call in self.slack.calls if call.method == method]


def control(controls: list[Control], label: str) -> Control:
    """The control with this label."""
    return next(each for each in controls if each["label"] == label)


@asynccontextmanager
async def staged(
    *,
    patience: float = 2.2,
    prefix: str = "",
    without_events: str = "",
    without_scopes: str = "",
    more_scopes: str = "",
    receipts: bool = False,
    by_socket: bool = False,
) -> AsyncIterator[Stage]:
    """Ann and Bob in #general with the bot, #quiet without it."""
    granted = manifest(without_events=without_events, without_scopes=without_scopes, more_scopes=more_scopes, receipts=receipts)
    slack = FakeSlack(manifest=granted, signing_secret=SECRET, now=lambda: START)
    slack.add_user("UANN", "Ann", zone="Europe/Berlin", locale="de-DE")
    slack.add_user("UBOB", "Bob", zone="America/New_York", is_guest=True)
    slack.add_channel("CGEN", "general", ["UANN", "UBOB"])
    slack.add_channel("CQUIET", "quiet", ["UANN"], bot=False)
    script, inbox = Script(), Shelf()
    app = web.Application()
    async with TestServer(slack.routes()) as server:
        adapter = SlackAdapter(
            script,
            inbox=inbox,
            signing_secret=SECRET,
            bot_token=slack.bot_token,
            api_url=str(server.make_url("/api/")),
            app_token=slack.app_token if by_socket else None,
            command_prefix=prefix,
            patience=patience,
        )
        adapter.mount(app)
        async with TestServer(app) as bot_server:
            slack.listen(base_url=str(server.make_url("")), request_url=str(bot_server.make_url("/slack/events")))
            await adapter.start()
            try:
                yield Stage(slack, script, adapter, inbox)
                await adapter.settles()
            finally:
                await adapter.close()
                await slack.close()

"""A faked Slack: it talks to the bot as Slack does and refuses as Slack does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from adapters.playground.driver import Outcome, Screen
from adapters.playground.slack import snapshot
from adapters.playground.slack.acting import Acting
from adapters.playground.slack.core import error_of
from adapters.playground.slack.faults import Call, Fault, Faults
from adapters.playground.slack.grants import grants_of
from adapters.playground.slack.happenings import Happenings
from adapters.playground.slack.interacting import Interacting
from adapters.playground.slack.line import FORM, Answer, Line
from adapters.playground.slack.oauth import OAuth
from adapters.playground.slack.screen import message_on_screen, reader_of, screen_of
from adapters.playground.slack.socket import SocketServer
from adapters.playground.slack.webapi import APP_TOKEN, CONFIG_TOKEN, WebApi
from adapters.playground.slack.workspace import APP, BOT, BOT_USER, Channel, Kind, Message, Refusal, User, Workspace

Json = dict[str, Any]
__all__ = ["Call", "FakeSlack", "Fault", "Faults", "Message", "Outcome", "Refusal"]


class FakeSlack(Acting, Interacting, Happenings):
    """One faked workspace in which one app is installed; a `Driver`."""

    bot_user_id, bot_id, app_id = BOT_USER, BOT, APP
    app_token, config_token = APP_TOKEN, CONFIG_TOKEN

    def __init__(
        self,
        *,
        manifest: Json,
        signing_secret: str,
        bot_token: str = "xoxb-fake",  # noqa: S107 - it opens nothing but this fake
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        rate_limits: bool = False,
        team_id: str = "T0001",
        team_name: str = "Playground",
        wall: Callable[[], float] = time.time,
    ) -> None:
        ws = Workspace(grants_of(manifest), team_id, team_name, now, monotonic)
        line = Line(signing_secret, wall)
        super().__init__(ws, line, WebApi(ws, line, bot_token, rate_limits=rate_limits))
        self.api.manifest = manifest
        self.manifest, self.signing_secret, self.bot_token, self.team_id = manifest, signing_secret, bot_token, team_id

    def add_user(
        self, user_id: str, name: str, *, zone: str, locale: str = "en-US", real_name: str | None = None, is_guest: bool = False
    ) -> None:
        """Add a person, with their own chat with the bot."""
        self.ws.users[user_id] = User(user_id, name, real_name or name, zone, locale, is_guest)
        chat = Channel("D" + user_id[1:], "", "im", [user_id, BOT_USER], int(self.ws.now().timestamp()))
        self.ws.channels[chat.id] = chat
        self.ws.changed()

    def add_channel(self, channel_id: str, name: str, members: Iterable[str], *, bot: bool = True, private: bool = False) -> None:
        """Add a channel."""
        everybody = [*members, *([BOT_USER] if bot else [])]
        kind: Kind = "private" if private else "channel"
        self.ws.channels[channel_id] = Channel(channel_id, name, kind, everybody, int(self.ws.now().timestamp()))
        self.ws.changed()

    def chat(self, user: str) -> str:
        """The id of a person's own chat with the bot."""
        return self.ws.chat_with(user).id

    def routes(self) -> web.Application:
        """Slack's side of HTTP, to be served or mounted."""
        return self.api.application()

    def listen(self, *, base_url: str, request_url: str) -> None:
        """Say where `routes()` can be reached and where the bot listens."""
        self.ws.base_url, self.line.url = base_url.rstrip("/"), request_url

    async def close(self) -> None:
        """Let go of everything that is under way."""
        self.api.closed.set()
        await self.line.close()

    @property
    def oauth(self) -> OAuth:
        """The app's credentials in this workspace."""
        return self.api.oauth

    @property
    def sockets(self) -> SocketServer:
        """Slack's side of Socket Mode."""
        return self.line.socket

    @property
    def faults(self) -> Faults:
        """Where faults of the Web API are injected."""
        return self.api.faults

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API so far."""
        return self.api.calls

    @property
    def broadcasts(self) -> list[Message]:
        """The bot's messages that would have notified everybody."""
        return self.ws.broadcasts

    @property
    def wordless(self) -> list[Message]:
        """The bot's messages without a top-level text: nothing for notifications and screen readers."""
        return self.ws.wordless

    def posted(self, channel: str) -> list[Json]:
        """What the bot said in a conversation and is still there, oldest first; a user's id means their chat with the bot."""
        found = self.ws.channels[channel] if channel in self.ws.channels else self.ws.chat_with(channel)
        readers = [each for each in found.members if each != BOT_USER] or [BOT_USER]
        shown = []
        for message in found.messages:
            if message.by_bot and not message.deleted:
                reader = self.ws.users[message.only_for or readers[0]]
                seen = message_on_screen(self.ws, reader, reader_of(self.ws, reader), message)
                shown.append({**seen, "metadata": message.metadata, "only_for": message.only_for, "pinned": message.pinned})
        return shown

    async def settles(self) -> None:
        """Wait until nothing that Slack sends by itself is under way."""
        await self.line.settles()

    async def catches_up(self, user: str) -> None:
        """Do nothing: a message says the same to everybody here."""

    def screen(self, user: str) -> Screen:
        """What this person sees now."""
        return screen_of(self.ws, user)

    def watch(self, changed: Callable[[str], None]) -> None:
        """Call `changed(user_id)` whenever a screen changed ("": everybody's)."""
        self.ws.watchers.append(changed)

    def dump(self) -> Json:
        """Return everything that outlives the process, as JSON."""
        return snapshot.dump(self.ws)

    def restore(self, dumped: Json) -> None:
        """Put a dumped world in the place of this one, or raise ValueError and leave this one as it is."""
        snapshot.restore(self.ws, dumped)

    async def send_raw(
        self,
        body: bytes | str = b"",
        *,
        headers: Mapping[str, str] | None = None,
        content_type: str = FORM,
        signed: bool = True,
        at: float | None = None,
    ) -> Answer:
        """Send the bot anything: unsigned (`signed=False`), stale (`at=`), or with headers that overrule the genuine ones."""
        data = body.encode() if isinstance(body, str) else body
        genuine = self.line.signed(data, content_type, at) if signed else {"Content-Type": content_type}
        return await self.line.raw(data, {**genuine, **(headers or {})})

    async def redeliver(self, *, last: bool = True, kind: str | None = None, times: int = 1) -> Outcome:
        """Send the same request again, signed anew: the last one (or the first), where given of one kind ("event", "command", "action")."""
        found = [each for each in self.line.sent if kind in (None, each.kind)]
        sent = found[-1 if last else 0]
        retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"} if sent.kind == "event" else {}
        answer = Answer(None)
        for _ in range(times):
            answer = await self.line.send_again(sent, retry)
        return Outcome(True, answer.status, error_of(answer))

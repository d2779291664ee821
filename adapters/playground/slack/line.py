"""The line from Slack to the bot: signed requests, the three-second deadline, retries of events."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from adapters.playground.slack.socket import EVENTS, SocketServer, envelope_of
from bot.lean import dataclass

Json = dict[str, Any]
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered; `status` is None when it did not in time or could not be reached."""

    status: int | None
    body: bytes = b""
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether the bot acknowledged."""
        return self.status == 200


@dataclass(frozen=True, slots=True)
class Sent:
    """One request to the bot, kept to be sent again."""

    body: bytes
    content_type: str
    kind: str  # "event", "command" or "action"


class Line:
    """Sends requests as Slack does and remembers them."""

    def __init__(self, signing_secret: str, wall: Callable[[], float] = time.time) -> None:
        self.signing_secret, self.wall = signing_secret, wall
        self.url = ""
        self.socket = SocketServer()
        self.deadline = 3.0
        self.retry_delays: tuple[float, ...] = (0.0, 0.05, 0.1)  # at Slack: at once, a minute, five minutes
        self.sent: list[Sent] = []
        self.signed_at = 0.0  # the second at which something was signed once more, never the same twice
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def signed(self, body: bytes, content_type: str, at: float | None = None) -> dict[str, str]:
        """The headers of a genuine request."""
        stamp = str(int(self.wall() if at is None else at))
        digest = hmac.new(self.signing_secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }

    async def raw(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send anything at all."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            limit = aiohttp.ClientTimeout(total=self.deadline)
            async with self._session.post(self.url, data=body, headers=dict(headers), timeout=limit, allow_redirects=False) as response:
                return Answer(response.status, await response.read())
        except TimeoutError:
            return Answer(None, reason="http_timeout")
        except aiohttp.ClientError:
            return Answer(None, reason="connection_failed")

    async def send(self, sent: Sent, extra: Mapping[str, str] | None = None, at: float | None = None) -> Answer:
        """Send one signed request, or one envelope where the app listens on sockets."""
        if self.socket.is_used:
            return await self._enveloped(sent, extra or {})
        return await self.raw(sent.body, {**self.signed(sent.body, sent.content_type, at), **(extra or {})})

    async def send_again(self, sent: Sent, extra: Mapping[str, str]) -> Answer:
        """Send a request once more: it is signed anew, at a second at which it was not signed before."""
        self.signed_at = max(self.signed_at, self.wall()) + 1
        return await self.send(sent, extra, self.signed_at)

    async def _enveloped(self, sent: Sent, extra: Mapping[str, str]) -> Answer:
        kind, payload = envelope_of(sent.body, sent.content_type)
        again: Json = {"retry_attempt": int(extra.get("X-Slack-Retry-Num", 0)), "retry_reason": extra.get("X-Slack-Retry-Reason", "")}
        try:
            answer = await self.socket.send(kind, payload, self.deadline, again if kind == EVENTS else {})
        except TimeoutError:
            return Answer(None, reason="http_timeout")
        except LookupError:
            return Answer(None, reason="connection_failed")
        return Answer(200, json.dumps(answer).encode() if answer else b"")

    async def form(self, fields: Mapping[str, str], kind: str) -> Answer:
        """Send a command or an interaction."""
        sent = Sent(urlencode(fields).encode(), FORM, kind)
        self.sent.append(sent)
        return await self.send(sent)

    async def event(self, envelope: Json) -> Answer:
        """Send an event; when it is not taken, the retries follow in the background."""
        sent = Sent(json.dumps(envelope).encode(), JSON, "event")
        self.sent.append(sent)
        answer = await self.send(sent)
        if not answer.ok:
            self.later(self._retries(sent, answer))
        return answer

    async def _retries(self, sent: Sent, answer: Answer) -> None:
        for number, delay in enumerate(self.retry_delays[:3], start=1):
            await asyncio.sleep(delay)
            reason = answer.reason or "http_error"
            answer = await self.send_again(sent, {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason})
            if answer.ok:
                return

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something in the background."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def is_busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._tasks)

    async def settles(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Stop what is under way and close the connections."""
        await self.socket.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

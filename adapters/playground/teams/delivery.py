"""Bringing activities to the bot over HTTP, and withholding those that the real platform would withhold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

import aiohttp

from adapters.playground.driver import Json, Outcome
from adapters.playground.teams.tokens import TokenIssuer
from adapters.playground.teams.world import Room, World
from bot.lean import dataclass

UNREACHABLE = "Unable to reach app. Please try again."
WENT_WRONG = "Something went wrong. Please try again."
NOT_INSTALLED = "You cannot message this app before you have added it."
_CONSENTS = {"channel": "ChannelMessage.Read.Group", "groupChat": "ChatMessage.Read.Chat"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered: no status when it could not be reached or took too long."""

    status: int | None
    text: str = ""

    @property
    def ok(self) -> bool:
        """Say whether the bot took the activity."""
        return self.status is not None and 200 <= self.status < 300

    def json(self) -> Any:
        """Return the body as JSON; a body that is none reads as None."""
        try:
            return json.loads(self.text) if self.text else None
        except ValueError:
            return None


def hears_everything(manifest: Json, room: Room) -> bool:
    """Say whether the manifest asks for the consent that lets messages without a mention through."""
    permissions = (manifest.get("authorization") or {}).get("permissions") or {}
    names = {each.get("name") for each in permissions.get("resourceSpecific") or []}
    return _CONSENTS.get(room.kind) in names


@dataclass(slots=True)
class Courier:
    """Carries activities to the bot's endpoint, each with a fresh token."""

    world: World
    tokens: TokenIssuer
    manifest: Json
    invoke_timeout: float
    message_timeout: float
    request_url: str = ""
    sent: list[Json] = field(default_factory=list)
    _session: aiohttp.ClientSession | None = None

    def hears(self, room: Room, entities: list[Json]) -> bool:
        """Say whether a message with these mentions reaches the bot in this room."""
        if room.state != "open" or not self.world.bot_reaches(room):
            return False
        mentioned = any(entity["mentioned"]["id"] == self.world.bot_id for entity in entities)
        return room.kind == "personal" or mentioned or hears_everything(self.manifest, room)

    async def carries(self, activity: Json) -> Answer:
        """Send one activity and wait for the answer."""
        self.sent.append(activity)
        return await self.carries_again(activity)

    async def carries_again(self, activity: Json) -> Answer:
        """Send an activity once more, the very same."""
        headers = {"Authorization": f"Bearer {self.tokens.carried()}", "Content-Type": "application/json; charset=utf-8"}
        limit = self.invoke_timeout if activity["type"] == "invoke" else self.message_timeout
        return await self.carries_raw(headers, json.dumps(activity, ensure_ascii=False).encode(), within=limit)

    async def carries_raw(self, headers: Mapping[str, str], body: bytes, within: float | None = None) -> Answer:
        """Send any bytes under any headers to the bot's endpoint."""
        if self._session is None or self._session.closed:
            # Never through a proxy: the bot stands on loopback.
            self._session = aiohttp.ClientSession(trust_env=False)
        limit = aiohttp.ClientTimeout(total=within or self.message_timeout)
        try:
            async with self._session.post(self.request_url, data=body, headers=dict(headers), timeout=limit) as response:
                return Answer(response.status, await response.text())
        except (TimeoutError, aiohttp.ClientError, OSError):
            return Answer(None)

    async def tells(self, user: str, activity: Json) -> Outcome:
        """Send something that a person did; a failure is shown to them and never retried."""
        answer = await self.carries(activity)
        if answer.ok:
            return Outcome(delivered=True, status=answer.status)
        self.world.notice(user, UNREACHABLE)
        return Outcome(delivered=True, status=answer.status, error=UNREACHABLE)

    async def informs(self, activity: Json) -> Outcome:
        """Send something that happened; nobody is waiting for it, so that nobody reads of a failure."""
        answer = await self.carries(activity)
        return Outcome(delivered=True, status=answer.status)

    async def close(self) -> None:
        """Close the connections to the bot."""
        if self._session is not None:
            await self._session.close()

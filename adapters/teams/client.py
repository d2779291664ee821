"""The Bot Connector's REST interface over aiohttp: post, edit, delete, open a chat, read a member; nothing is retried here."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from adapters.teams.credentials import ConnectorToken
from adapters.teams.errors import Operation, lost, refusal
from adapters.teams.limits import Json
from adapters.teams.references import Human, Spot
from bot.chat.errors import MessageGone, RetryLater, Unclear
from bot.core import metrics

PLATFORM = "teams"
MOST_NAMED = 3
ASIDE = "?isTargetedActivity=true"
PATIENCE = aiohttp.ClientTimeout(total=15, connect=4)


class Connector:
    """Speaks to whatever service URL a conversation belongs to, with the bot's token."""

    def __init__(self, session: aiohttp.ClientSession, token: ConnectorToken) -> None:
        self._session = session
        self._token = token

    async def post(self, spot: Spot, activity: Json, *, only_for: str | None = None) -> str:
        """Post an activity, in a place also for the eyes of one member only; returns its id."""
        path = f"/v3/conversations/{_safe(spot.path)}/activities"
        if only_for:
            path, activity = f"{path}{ASIDE}", {**activity, "recipient": {"id": only_for}}
        body = await self._call("post", "POST", spot.service_url, path, activity)
        message_id = body.get("id")
        if not isinstance(message_id, str) or not message_id:
            raise Unclear("post: the answer names no id")
        return message_id

    async def edit(self, spot: Spot, message_id: str, activity: Json, *, is_aside: bool = False) -> None:
        """Replace an activity of ours; one that one person alone sees stays theirs."""
        path = f"/v3/conversations/{_safe(spot.conversation)}/activities/{_safe(message_id)}{ASIDE if is_aside else ''}"
        await self._call("edit", "PUT", spot.service_url, path, {**activity, "id": message_id})

    async def delete(self, spot: Spot, message_id: str) -> None:
        """Take an activity of ours away; one that is gone already is fine."""
        path = f"/v3/conversations/{_safe(spot.conversation)}/activities/{_safe(message_id)}"
        try:
            await self._call("delete", "DELETE", spot.service_url, path)
        except MessageGone:
            return

    async def open_chat(self, human: Human) -> str:
        """The id of the person's own chat with the bot, which the platform creates where it was not there."""
        wanted = {
            "isGroup": False,
            "bot": {"id": human.bot},
            "members": [{"id": human.account}],
            "tenantId": human.tenant,
            "channelData": {"tenant": {"id": human.tenant}},
        }
        body = await self._call("create", "POST", human.service_url, "/v3/conversations", wanted)
        conversation = body.get("id")
        if not isinstance(conversation, str) or not conversation:
            raise RetryLater(15, "create: the answer names no conversation")
        return conversation

    async def member(self, spot: Spot, account: str) -> Json:
        """What the roster tells of one person."""
        return await self._call("read", "GET", spot.service_url, f"/v3/conversations/{_safe(spot.conversation)}/members/{_safe(account)}")

    async def name_of_channel(self, spot: Spot, team: str) -> str | None:
        """What a channel is called; the first one has no name of its own, and is called as its team is."""
        body = await self._call("read", "GET", spot.service_url, f"/v3/teams/{_safe(team)}/conversations")
        channels = body.get("conversations")
        for each in channels if isinstance(channels, list) else ():
            if isinstance(each, dict) and each.get("id") == spot.conversation and each.get("name"):
                return str(each["name"])
        if team != spot.conversation:
            return None
        return _name(await self._call("read", "GET", spot.service_url, f"/v3/teams/{_safe(team)}"))

    async def has_at_most(self, spot: Spot, most: int) -> bool:
        """Whether a conversation has so many members at most; less than a hundred is asked at once."""
        path = f"/v3/conversations/{_safe(spot.conversation)}/pagedmembers?pageSize=100"
        page = await self._call("read", "GET", spot.service_url, path)
        members = page.get("members")
        return isinstance(members, list) and len(members) <= most and not page.get("continuationToken")

    async def name_of_chat(self, spot: Spot) -> str | None:
        """Who is in a group chat, the first few by name."""
        path = f"/v3/conversations/{_safe(spot.conversation)}/pagedmembers?pageSize={MOST_NAMED + 1}"
        members = (await self._call("read", "GET", spot.service_url, path)).get("members")
        names = [name for each in (members if isinstance(members, list) else ()) if isinstance(each, dict) and (name := _name(each))]
        return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "") or None

    async def _call(self, operation: Operation, method: str, service_url: str, path: str, payload: Json | None = None) -> Json:
        address = URL(service_url.rstrip("/") + path, encoded=True)
        refused: str | None = None
        for _attempt in range(2):
            token = await self._token.get(instead_of=refused)
            status, body, retry_after = await self._send(operation, method, address, payload, token)
            if status < 300:
                return body
            if status != 401:
                break
            refused = token
        error = body.get("error")
        code = str(error.get("code", "")) if isinstance(error, dict) else ""
        raise metrics.refused(PLATFORM, operation, refusal(operation, status, code, retry_after))

    async def _send(
        self, operation: Operation, method: str, address: URL, payload: Json | None, token: str
    ) -> tuple[int, Json, float | None]:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with self._session.request(method, address, json=payload, headers=headers, timeout=PATIENCE) as answer:
                return answer.status, await _body(answer), _seconds(answer.headers.get("Retry-After"))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise metrics.refused(PLATFORM, operation, lost(operation, error)) from error


def _name(body: Json) -> str | None:
    name = body.get("name")
    return name if isinstance(name, str) and name else None


async def _body(answer: aiohttp.ClientResponse) -> Json:
    try:
        found: Any = await answer.json(content_type=None)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None


def _safe(part: str) -> str:
    return quote(part, safe="")

"""Looking for a post of which nobody knows whether it arrived: by the metadata that every post of ours carries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from adapters.slack.client import WORST_CASE, SlackClient, files_of
from adapters.slack.inbound import EVENT_TYPE
from bot.chat.errors import Malformed, RetryLater, Unclear, Unreachable
from bot.chat.message import File, Message
from bot.core.outbox import is_same_post
from bot.core.ports import Address, Look, Posted, Stands

Json = dict[str, Any]
RECEIPTS = "metadata.message:read"
HISTORIES = {"im:history": "chats", "channels:history": "public channels", "groups:history": "private channels"}
SKEW = timedelta(minutes=5)  # by which Slack's clock and ours may differ
PAGE, MOST_PAGES = 100, 10
log = structlog.get_logger("convene.slack")


def unseen(scopes: Collection[str]) -> list[str]:
    """Where these scopes let us neither be told nor look whether a post arrived: there it may stand twice after an unclear outcome."""
    return [] if RECEIPTS in scopes else [where for scope, where in HISTORIES.items() if scope not in scopes]


async def find(client: SlackClient, to: Address, message: Message, token: str, since: datetime) -> Stands | Look:
    """The newest message that carries this post's token, in whatever revision; files that were to follow it are handed over."""
    try:
        channel = await client.channel_of(to)
        said = await _said(client, channel, to.thread, since - SKEW)
    except (Unreachable, Malformed) as refused:
        log.info("a post cannot be looked for", why=str(refused))
        return Look.CANNOT_TELL
    for each in said:
        found = _token(each)
        if found is not None and is_same_post(found, token):
            await _complete(client, channel, to.thread, str(each["ts"]), said, files_of(message))
            return Stands(Posted(str(each["ts"]), {"channel": channel} if to.kind == "chat" else {}), found)
    return Look.NOT_THERE


async def finish(client: SlackClient, to: Address, message_id: str, message: Message) -> None:
    """Hand over what is missing of a message's files, where one can look which of them are there."""
    files = files_of(message)
    if not files:
        return
    try:
        channel = await client.channel_of(to)
        said = await _said(client, channel, to.thread, datetime.fromtimestamp(float(message_id), UTC) - SKEW)
    except (Unreachable, Malformed) as refused:
        log.info("files cannot be looked for", why=str(refused))
        return
    await _complete(client, channel, to.thread, message_id, said, files)


async def _complete(client: SlackClient, channel: str, thread: str | None, ts: str, said: list[Json], files: Sequence[File]) -> None:
    later = [each for each in said if float(each["ts"]) >= float(ts)]
    there = {str(file.get("name")) for each in later for file in each.get("files") or []}
    try:
        await client.upload([file for file in files if file.name not in there], channel, thread)
    except Unclear as unclear:  # it is looked for again before it is handed over again
        raise RetryLater(WORST_CASE, str(unclear)) from unclear


async def _said(client: SlackClient, channel: str, thread: str | None, since: datetime) -> list[Json]:
    """Messages since an instant, newest first; more than could be read through is malformed."""
    about = {"channel": channel, "oldest": f"{since.timestamp():.6f}", "include_all_metadata": "true", "limit": str(PAGE)}
    said: list[Json] = []
    cursor = ""
    for _page in range(MOST_PAGES):
        asked = {**about, **({"cursor": cursor} if cursor else {})}
        if thread is None:
            found = await client.call("conversations.history", asked, "repeatable", as_query=True)
        else:
            found = await client.call("conversations.replies", {**asked, "ts": thread}, "repeatable", as_query=True)
        said += found["messages"]
        cursor = (found.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return sorted(said, key=lambda each: float(each["ts"]), reverse=True)
    raise Malformed("too much was said since")


def _token(message: Json) -> str | None:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload["token"]) if metadata.get("event_type") == EVENT_TYPE and "token" in payload else None

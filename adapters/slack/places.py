"""Places of their own for some people: the bot opens a channel for them and invites them, and pins there what belongs to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import structlog

from adapters.slack.client import SlackClient
from adapters.slack.text import account_of
from bot.chat.errors import DeliveryFailed, Malformed, Unclear
from bot.chat.reply import Founding
from bot.chat.text import Mention

log = structlog.get_logger("convene.slack")

Json = dict[str, Any]
LONGEST = 80
ASKS_AFTER = 20.0  # seconds: with the time-out before it less than what is stored is leased for
PAGE = "200"
TRIES = 5  # names of channels that are taken
TAKEN, PINNED, IN_IT = "name_taken", "already_pinned", "already_in_channel"


def names(wanted: str) -> Iterator[str]:
    """What a channel can be called: small letters and digits of any script, with hyphens between; then with numbers."""
    kept = "".join(c if c.isalnum() else " " for c in wanted.casefold()).split()
    name = "-".join(kept)[: LONGEST - 3].strip("-") or "team"
    yield name
    for number in range(2, TRIES + 1):
        yield f"{name}-{number}"


async def found(client: SlackClient, founding: Founding) -> tuple[str, str] | None:
    """The new channel and its name, with those invited who have an account here; None where we may not open one."""
    try:
        made = await _opened(client, founding.name)
    except DeliveryFailed as failed:
        log.warning("no channel was opened", kind=type(failed).__name__, why=str(failed))
        return None
    if made is None:
        return None
    channel, name = made
    try:
        await invite(client, channel, founding.people)
    except DeliveryFailed as failed:
        log.warning("not everybody was invited", kind=type(failed).__name__, why=str(failed))
    return channel, name


async def invite(client: SlackClient, channel: str, people: Sequence[Mention]) -> None:
    """Invite those who have an account here into a channel."""
    accounts = [account for person in people if (account := account_of(person, client.audience))]
    try:
        if accounts:
            await client.call("conversations.invite", {"channel": channel, "users": ",".join(accounts), "force": True}, "repeatable")
    except Malformed as refused:
        if str(refused) != IN_IT:
            raise


async def _opened(client: SlackClient, wanted: str) -> tuple[str, str] | None:
    for name in names(wanted):
        made = await _created(client, name)
        if made is not None:
            return str(made["id"]), str(made["name"])
    log.warning("no channel was opened", kind="Malformed", why=TAKEN)
    return None


async def _created(client: SlackClient, name: str) -> Json | None:
    """A new channel, or the one that we opened under this name without hearing of it; None where the name is another's."""
    try:
        try:
            made = await client.call("conversations.create", {"name": name})
        except Unclear:  # a name is given once, so that asking again opens no second one
            await asyncio.sleep(ASKS_AFTER)
            made = await client.call("conversations.create", {"name": name})
    except Malformed as refused:
        if str(refused) != TAKEN:
            raise
        return await _left_empty(client, name)
    return dict(made["channel"])


async def _left_empty(client: SlackClient, name: str) -> Json | None:
    """The channel of this name, if we opened it ourselves and never came to invite anybody."""
    async for each in _own(client):
        if (each.get("name"), each.get("creator")) == (name, client.me.user):
            asked = {"channel": str(each["id"]), "include_num_members": "true"}
            there = await client.call("conversations.info", asked, "repeatable", as_query=True)
            return each if there["channel"].get("num_members") == 1 else None
    return None


async def _own(client: SlackClient) -> AsyncIterator[Json]:
    """The public channels that we are in, page by page."""
    cursor = ""
    while True:
        asked = {"types": "public_channel", "exclude_archived": "true", "limit": PAGE, **({"cursor": cursor} if cursor else {})}
        found = await client.call("users.conversations", asked, "repeatable", as_query=True)
        for each in found["channels"]:
            yield each
        cursor = (found.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


async def pin(client: SlackClient, channel: str, message_id: str) -> None:
    """Pin a message."""
    try:
        await client.call("pins.add", {"channel": channel, "timestamp": message_id}, "repeatable")
    except Malformed as refused:
        if str(refused) != PINNED:
            raise

"""Bringing people together: the bot opens a group conversation for them, says hello there once, and has no ear in it."""

from __future__ import annotations

import structlog

from adapters.slack.client import SlackClient
from adapters.slack.text import account_of
from bot.chat.errors import DeliveryFailed
from bot.chat.reply import Gathering

log = structlog.get_logger("convene.slack")


async def gather(client: SlackClient, gathering: Gathering) -> str | None:
    """The conversation in which all of them are; None where they cannot have one here."""
    accounts = [account_of(person, client.audience) for person in gathering.people]
    if not all(accounts):
        return None
    try:
        found = await client.call("conversations.open", {"users": ",".join(map(str, accounts))}, "repeatable")
        channel = str(found["channel"]["id"])
        if not found.get("already_open"):
            await client.say(channel, gathering.greeting)
    except DeliveryFailed as failed:
        log.warning("no conversation was opened", kind=type(failed).__name__, why=str(failed))
        return None
    return channel

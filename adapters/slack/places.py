"""Places of their own for some people: the bot opens a channel for them and invites them, and pins there what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import structlog

from adapters.slack.client import SlackClient
from adapters.slack.text import account_of
from bot.chat.errors import DeliveryFailed, Malformed
from bot.chat.reply import Founding
from bot.chat.text import Mention

log = structlog.get_logger("convene.slack")

LONGEST = 80
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
        try:
            made = await client.call("conversations.create", {"name": name})
        except Malformed as refused:
            if str(refused) != TAKEN:
                raise
        else:
            return str(made["channel"]["id"]), str(made["channel"]["name"])
    log.warning("no channel was opened", kind="Malformed", why=TAKEN)
    return None


async def pin(client: SlackClient, channel: str, message_id: str) -> None:
    """Pin a message."""
    try:
        await client.call("pins.add", {"channel": channel, "timestamp": message_id}, "repeatable")
    except Malformed as refused:
        if str(refused) != PINNED:
            raise

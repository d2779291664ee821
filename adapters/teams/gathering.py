"""Bringing people together: a bot cannot open a chat between people here, so it gives them a link that does."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import structlog

from adapters.teams.chats import Chats
from adapters.teams.client import Connector
from adapters.teams.references import Acquaintances, Human
from bot.chat.errors import DeliveryFailed
from bot.chat.reply import Gathering
from bot.core.ports import Address

log = structlog.get_logger()

CHAT = "https://teams.microsoft.com/l/chat/0/0"
GUEST = "#ext#"  # stands in the principal name of a guest, which such a link does not know


async def gather(connector: Connector, acquaintances: Acquaintances, asking: Human, gathering: Gathering) -> str | None:
    """The link that opens a chat between them; None where somebody's name for it is not known."""
    accounts = [dict(person.accounts).get(f"teams/{asking.tenant}") for person in gathering.people]
    try:
        names = [await _name(connector, acquaintances, asking, account) for account in accounts if account]
    except DeliveryFailed as failed:
        log.warning("no_link_to_a_chat", kind=type(failed).__name__, why=str(failed))
        return None
    users = [name for name in names if name]
    if len(users) < len(accounts):
        return None
    return f"{CHAT}?{urlencode({'tenantId': asking.tenant, 'users': ','.join(users)}, quote_via=quote, safe=',@')}"


async def _name(connector: Connector, acquaintances: Acquaintances, asking: Human, account: str) -> str | None:
    """Somebody's principal name as the roster of their own chat with us tells it; of a guest, their address."""
    human = acquaintances.human(Address(asking.tenant, account, "chat"), asking.bot)
    if human is None:
        return None
    spot = await Chats(connector, acquaintances).of(human, account)
    member = await connector.member(spot, account)
    name, address = str(member.get("userPrincipalName") or ""), str(member.get("email") or "")
    return (address if GUEST in name.casefold() else name or address) or None

"""Bringing people together: a bot cannot open a chat between people here, so it gives them a link that does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

import structlog

from adapters.teams.chats import Chats
from adapters.teams.client import Connector
from adapters.teams.references import Acquaintances
from bot.chat.errors import DeliveryFailed
from bot.chat.message import Button, Buttons, Message
from bot.chat.text import Mention
from bot.core.ports import Address

log = structlog.get_logger()

CHAT = "https://teams.microsoft.com/l/chat/0/0"
GUEST = "#ext#"  # stands in the principal name of a guest, which such a link does not know
PATIENCE = 5.0  # seconds for all names of one link; whoever waits for a message has it without one then


class Gatherings:
    """Leads people to each other by the names under which their rosters know them."""

    def __init__(self, connector: Connector, acquaintances: Acquaintances) -> None:
        self._connector = connector
        self._acquaintances = acquaintances

    async def linked(self, message: Message, tenant: str, bot: str) -> Message:
        """The message with a link in each button that brings people together, where there can be one."""
        if not any(button.people for block in message.blocks if isinstance(block, Buttons) for button in block.buttons):
            return message
        blocks = [await self._row(block, tenant, bot) if isinstance(block, Buttons) else block for block in message.blocks]
        return replace(message, blocks=tuple(blocks))

    async def link(self, people: Sequence[Mention], tenant: str, bot: str) -> str | None:
        """The link that opens a chat between them; None where somebody's name for it is not known."""
        accounts = [dict(person.accounts).get(f"teams/{tenant}") for person in people]
        try:
            async with asyncio.timeout(PATIENCE):
                names = [await self._name(tenant, bot, account) for account in accounts if account]
        except (DeliveryFailed, TimeoutError) as failed:
            log.warning("no_link_to_a_chat", kind=type(failed).__name__, why=str(failed))
            return None
        users = [name for name in names if name]
        if len(users) < len(accounts):
            return None
        return f"{CHAT}?{urlencode({'tenantId': tenant, 'users': ','.join(users)}, quote_via=quote, safe=',@')}"

    async def _row(self, row: Buttons, tenant: str, bot: str) -> Buttons:
        return Buttons(tuple([await self._button(button, tenant, bot) for button in row.buttons]))

    async def _button(self, button: Button, tenant: str, bot: str) -> Button:
        return replace(button, url=await self.link(button.people, tenant, bot)) if button.people else button

    async def _name(self, tenant: str, bot: str, account: str) -> str | None:
        """Somebody's principal name as the roster of their own chat with us tells it; of a guest, their address."""
        if (known := self._acquaintances.name_of(tenant, account)) is not None:
            return known
        human = self._acquaintances.human(Address(tenant, account, "chat"), bot)
        if human is None:
            return None
        spot = await Chats(self._connector, self._acquaintances).of(human, account)
        member = await self._connector.member(spot, account)
        name, address = str(member.get("userPrincipalName") or ""), str(member.get("email") or "")
        found = address if GUEST in name.casefold() else name or address
        if found:
            self._acquaintances.name_is(tenant, account, found)
        return found or None

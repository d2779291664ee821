"""Onlookers: whose clients ask by themselves what a card in a place says to them, within the number that the platform bears."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

import structlog

from adapters.teams.client import Connector
from adapters.teams.limits import LIMITS, Json
from adapters.teams.references import Spot
from bot.chat.errors import DeliveryFailed
from bot.chat.message import Message

log = structlog.get_logger()

REFRESH = "refresh"  # the verb by which a client asks
KNOWN_FOR = 3600.0  # seconds for which a place keeps its size
PATIENCE = 3.0  # seconds for asking how large it is; the card is sent without knowing then
MOST_PLACES = 2000


class Onlookers:
    """Knows which places are small, and who was heard last in the others.

    In a small place everybody's client asks, and nobody is listed. In a larger one only those do who are listed: whoever was heard last
    in that place, by whatever they did there, so that the list tells nothing of what a card is about. Everybody else can ask by hand.
    """

    def __init__(self, connector: Connector, clock: Callable[[], float] = time.monotonic) -> None:
        self._connector = connector
        self._clock = clock
        self._small: OrderedDict[str, tuple[bool, float]] = OrderedDict()
        self._heard: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()

    def heard(self, conversation: str, account: str) -> None:
        """Remember that somebody did something in a place."""
        people = self._heard.setdefault(conversation, OrderedDict())
        self._heard.move_to_end(conversation)
        people[account] = None
        people.move_to_end(account)
        if len(people) > LIMITS["refreshed"]:
            people.popitem(last=False)
        if len(self._heard) > MOST_PLACES:
            self._heard.popitem(last=False)

    async def of(self, message: Message, spot: Spot) -> Json | None:
        """What a card in a place needs so that clients ask; None where it says the same to everybody."""
        if message.personal is None:
            return None
        small = await self._is_small(spot)
        return refresh(message, None if small else sorted(self._heard.get(spot.conversation, ())))

    async def _is_small(self, spot: Spot) -> bool:
        known = self._small.get(spot.conversation)
        if known is not None and known[1] > self._clock():
            return known[0]
        try:
            async with asyncio.timeout(PATIENCE):
                small = await self._connector.has_at_most(spot, LIMITS["refreshed"])
        except (DeliveryFailed, TimeoutError) as failed:
            log.info("nobody knows how large a place is", why=f"{type(failed).__name__}: {failed}"[:200])
            small = False
        self._small[spot.conversation] = small, self._clock() + KNOWN_FOR
        if len(self._small) > MOST_PLACES:
            self._small.popitem(last=False)
        return small


def refresh(message: Message, accounts: Sequence[str] | None) -> Json | None:
    """The part of a card by which clients ask: all of them, or those of these people alone."""
    if message.personal is None:
        return None
    action = {"type": "Action.Execute", "title": "↻", "verb": REFRESH, "data": {"payload": str(message.personal)}}
    return {"action": action} if accounts is None else {"action": action, "userIds": list(accounts)}

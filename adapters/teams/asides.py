"""Asides: what one person alone sees in a place, which the platform keeps for a day; where it has none, that is remembered for a while."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial
from urllib.parse import urlsplit

import structlog

from adapters.teams.client import Connector
from adapters.teams.files import LOOPBACK
from adapters.teams.limits import Json
from adapters.teams.pauses import patiently
from adapters.teams.references import Spot
from bot.chat.errors import DeliveryFailed, Malformed, Unreachable

log = structlog.get_logger()

# The cloud for which they are published. Another might not know the wish, and show to everybody what is meant for one.
CLOUD = {"smba.trafficmanager.net"} | LOOPBACK
LASTS = 24 * 3600.0
REFUSED_FOR = 3600.0
MOST = 20_000


class Remembered:
    """Things that count for a while; the oldest go where there are too many."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds, self._clock = seconds, clock
        self._until: OrderedDict[Hashable, float] = OrderedDict()

    def add(self, thing: Hashable) -> None:
        """Let it count from now on."""
        self._until[thing] = self._clock() + self._seconds
        self._until.move_to_end(thing)
        if len(self._until) > MOST:
            self._until.popitem(last=False)

    def __contains__(self, thing: Hashable) -> bool:
        """Whether it counts still."""
        return self._until.get(thing, 0.0) > self._clock()


class Asides:
    """Says something in a place to one of those who are in it."""

    def __init__(self, connector: Connector, clock: Callable[[], float] = time.monotonic) -> None:
        self._connector = connector
        self._said = Remembered(LASTS, clock)
        self._refusing = Remembered(REFUSED_FOR, clock)

    async def say(self, spot: Spot, account: str, activity: Json) -> bool:
        """Say it; false where nothing was said. What nobody knows of probably stands there, and counts as said."""
        if urlsplit(spot.service_url).hostname not in CLOUD or spot.conversation in self._refusing:
            return False
        return await patiently(partial(self._post, spot, account, activity), refusals=(Unreachable, Malformed))

    async def replace(self, spot: Spot, account: str, message_id: str, activity: Json) -> bool:
        """Put something else in the place of what we said to this very person; false where we know of no such thing, or it is gone."""
        if (spot.conversation, account, message_id) not in self._said:
            return False
        try:
            await self._connector.edit(spot, message_id, activity, is_aside=True)
        except DeliveryFailed as failure:
            log.info("teams_card_not_replaced", why=str(failure))
            return False
        return True

    async def _post(self, spot: Spot, account: str, activity: Json) -> None:
        try:
            message_id = await self._connector.post(spot, activity, only_for=account)
        except (Unreachable, Malformed) as refusal:
            log.info("teams_aside_refused", why=str(refusal))
            self._refusing.add(spot.conversation)
            raise
        self._said.add((spot.conversation, account, message_id))

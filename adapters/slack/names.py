"""The names of whoever and whatever is mentioned in what people write: Slack tells ids, which nobody wants to read in their own words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection

import structlog

from bot.chat.errors import DeliveryFailed

MOST_ASKED, MOST_KNOWN = 10, 5000  # of one message, and altogether
LASTS = 3600.0  # seconds, after which names are asked for again
WAITS = 0.8  # seconds that words wait for the names in them
log = structlog.get_logger("convene.slack")


class Names:
    """The names that were asked for in the last hour; what is not told in time stays an id."""

    def __init__(self, look_up: Callable[[str], Awaitable[str | None]], clock: Callable[[], float] = time.monotonic) -> None:
        self._look_up, self._clock, self._began_at = look_up, clock, clock()
        self.known: dict[str, str] = {}

    async def learn(self, mentioned: Collection[str]) -> None:
        """Ask for the names of these ids."""
        if self._clock() - self._began_at > LASTS or len(self.known) > MOST_KNOWN:
            self.known.clear()
            self._began_at = self._clock()
        try:
            async with asyncio.timeout(WAITS):
                await asyncio.gather(*map(self._learn, sorted(mentioned)[:MOST_ASKED]))
        except TimeoutError:
            log.info("names were not told in time")

    async def _learn(self, mentioned: str) -> None:
        try:
            name = await self._look_up(mentioned)
        except (DeliveryFailed, KeyError) as failed:
            log.info("a name is not available", why=str(failed))
        else:
            if name:
                self.known[mentioned] = name

"""Pauses: an answer for which the platform asks to wait a little is said once more, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.chat.errors import DeliveryFailed, RetryLater, Unreachable

log = structlog.get_logger()

LONGEST_PAUSE = 10.0  # seconds


async def patiently(
    post: Callable[[], Awaitable[object]],
    *,
    refusals: tuple[type[DeliveryFailed], ...] = (Unreachable,),
) -> bool:
    """Post, once more where the platform asked for a short pause; false when it was refused, or the pause is too long."""
    for attempt in range(2):
        try:
            await post()
        except refusals:
            return False
        except RetryLater as pause:
            if attempt or pause.after > LONGEST_PAUSE:
                log.warning("teams_reply_lost", why=str(pause))
                return False
            await asyncio.sleep(pause.after)
        except DeliveryFailed as failure:
            # An unclear one probably stands there; saying it twice would be worse.
            log.warning("teams_reply_lost", why=str(failure), kind=type(failure).__name__)
            return True
        else:
            return True
    return False

"""Slack's rate limits: one message a second in a channel, and a tier for every method."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

TIER_A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
CHANNEL_RATE, CHANNEL_BURST = 1.0, 3
WORKSPACE_POSTS_A_MINUTE = 300


class Pacing:
    """Counts calls and says how long to wait."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._buckets: dict[str, tuple[float, float]] = {}
        self._calls: dict[str, deque[float]] = {}

    def post(self, channel: str) -> int | None:
        """Seconds to wait before this channel takes another message, or None when it takes it now."""
        now = self._monotonic()
        tokens, since = self._buckets.get(channel, (float(CHANNEL_BURST), now))
        tokens = min(float(CHANNEL_BURST), tokens + (now - since) * CHANNEL_RATE)
        if tokens < 1:
            self._buckets[channel] = (tokens, now)
            return max(1, math.ceil((1 - tokens) / CHANNEL_RATE))
        wait = self.call("posts", WORKSPACE_POSTS_A_MINUTE)
        if wait is None:
            self._buckets[channel] = (tokens - 1, now)
        return wait

    def call(self, method: str, a_minute: int) -> int | None:
        """Seconds to wait before this method may be called again, or None when it may be called now."""
        now, calls = self._monotonic(), self._calls.setdefault(method, deque())
        while calls and now - calls[0] >= 60:
            calls.popleft()
        if len(calls) >= a_minute:
            return max(1, math.ceil(60 - (now - calls[0])))
        calls.append(now)
        return None

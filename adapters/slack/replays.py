"""Signatures that were answered already: Slack signs each delivery anew, so the same one again comes from somebody else."""

from __future__ import annotations

import time
from collections.abc import Callable

LASTS = 600.0  # seconds, after which any time stamp is too old: it may be five minutes early and five minutes late


class Replays:
    """The signatures of the last ten to twenty minutes, those alone that were answered well: what failed may come again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._turned_at = clock, clock()
        self._now: set[int] = set()
        self._before: set[int] = set()

    def knows(self, signature: str) -> bool:
        """Whether a request with this signature was answered."""
        self._turn()
        mark = hash(signature)
        return bool(signature) and (mark in self._now or mark in self._before)

    def remember(self, signature: str) -> None:
        """A request with this signature was answered."""
        self._turn()
        self._now.add(hash(signature))

    def _turn(self) -> None:
        if self._clock() - self._turned_at < LASTS:
            return
        is_long_ago = self._clock() - self._turned_at >= 2 * LASTS
        self._before, self._now, self._turned_at = set() if is_long_ago else self._now, set(), self._clock()

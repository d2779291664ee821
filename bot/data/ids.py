"""Ids: 63 bits, ordered by the time of their making, drawn without asking the database; they are no secrets."""

from __future__ import annotations

import random
import threading
import time

EPOCH_MS = 1_735_689_600_000  # 2025-01-01
LOW_BITS = 22


class _Sequence:
    """Within a process ids only grow; two processes that collide (a few in 10^6 per shared millisecond) have their unit re-run."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def draw(self, count: int = 1) -> int:
        fresh = (time.time_ns() // 1_000_000 - EPOCH_MS) << LOW_BITS | random.getrandbits(LOW_BITS - 1)
        with self._lock:
            first = max(self._last + 1, fresh)
            self._last = first + count - 1
            return first


_sequence = _Sequence()


def new_id() -> int:
    """An id that nothing has yet."""
    return _sequence.draw()


def new_ids(count: int) -> int:
    """The first of so many ids in a row that nothing has yet."""
    return _sequence.draw(count)

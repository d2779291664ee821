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

    def draw(self) -> int:
        fresh = (time.time_ns() // 1_000_000 - EPOCH_MS) << LOW_BITS | random.getrandbits(LOW_BITS - 1)
        with self._lock:
            self._last = max(self._last + 1, fresh)
            return self._last


new_id = _Sequence().draw

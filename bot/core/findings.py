"""What `convene check` finds: one thing that was looked at, as it is, or with what mends it."""

from __future__ import annotations

from bot.lean import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_fine: bool
    words: str

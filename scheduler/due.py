"""Which occurrences of a cadence are due: pure decisions over plain values."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.core.cadences import Cadence, Occurrence


def due_now(cadence: Cadence, subject: int, next_on: date, next_at: datetime, *, now: datetime, grace: timedelta) -> Occurrence | None:
    """The one occurrence to fire now: the latest that is due, and none where even that is later than its grace.

    After downtime a job catches up once; it never fires a burst.
    """
    on, at = next_on, next_at
    while (following := cadence.next_due(at)) is not None and following[1] <= now:
        on, at = following
    return Occurrence(subject, on, at) if now - at <= grace else None

"""The member's day: it ends at 04:00 in their own zone, so a late evening still counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY_ENDS = time(4)


def day_of(instant: datetime, zone: str) -> date:
    """The member's date at an instant."""
    local = instant.astimezone(ZoneInfo(zone))
    return local.date() if local.time() >= DAY_ENDS else local.date() - timedelta(days=1)


def end_of_day(day: date, zone: str) -> datetime:
    """The instant at which a member's day ends."""
    return instant_of(day + timedelta(days=1), DAY_ENDS, zone)


@lru_cache(maxsize=65_536)
def instant_of(day: date, at: time, zone: str) -> datetime:
    """The instant of a local time: the first of two in the hour that autumn repeats, moved forward by the gap where spring skips it."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)  # fold=0; a skipped time maps forward by itself


def is_zone(name: str) -> bool:
    """Whether the zone database knows the name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return "/" in name or name == "UTC"

"""What two people have in common, and how long somebody has been silent: pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVENING = time(17)
SILENT, VERY_SILENT = 3, 7
SHORTEST_WORD = 4


def awake_hours(zone: str, quiet_from: int, quiet_to: int, now: datetime) -> frozenset[int]:
    """The hours of UTC that lie outside somebody's quiet hours (minutes after midnight), as their clock goes now."""
    midnight = now.replace(minute=0, second=0, microsecond=0)
    hours = set()
    for ahead in range(24):
        instant = midnight + timedelta(hours=ahead)
        local = instant.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        is_quiet = quiet_from <= minute < quiet_to if quiet_from <= quiet_to else minute >= quiet_from or minute < quiet_to
        if not is_quiet:
            hours.add(instant.hour)
    return frozenset(hours)


def in_zone(hours: Collection[int], zone: str, now: datetime) -> tuple[tuple[time, time], ...]:
    """Hours of UTC as stretches of a reader's own day, the earliest first; a stretch over midnight stays one."""
    local: dict[time, time] = {}
    for hour in hours:
        here = now.replace(hour=hour, minute=0, second=0, microsecond=0).astimezone(ZoneInfo(zone))
        local[here.time()] = (here + timedelta(hours=1)).time()
    starts = sorted(begins for begins in local if begins not in local.values())
    if not starts and local:
        return ((time(0), time(0)),)
    stretches = []
    for begins in starts:
        stop = local[begins]
        while stop in local:
            stop = local[stop]
        stretches.append((begins, stop))
    return tuple(stretches)


def goal_words(goal: str) -> frozenset[str]:
    """The words of a goal that say something, as they are compared."""
    words = ("".join(c for c in word if c.isalnum()) for word in goal.casefold().split())
    return frozenset(word for word in words if len(word) >= SHORTEST_WORD or any(ord(c) > 0x2E80 for c in word))


def silent_days(number_of: Callable[[date], int | None], after: date, today: date) -> int:
    """How many days with an activity have ended since a date without anything, counted up to the larger of the two bounds."""
    count, on = 0, today - timedelta(days=1)
    while on > after and count < VERY_SILENT:
        count += number_of(on) is not None
        on -= timedelta(days=1)
    return count


def shared_words(goals: Iterable[str]) -> tuple[str, ...]:
    """The words that stand in all of these goals, as the first of them writes them."""
    all_goals = list(goals)
    common = frozenset.intersection(*map(goal_words, all_goals)) if all_goals else frozenset()
    written = ("".join(c for c in word if c.isalnum()) for word in (all_goals[0].split() if all_goals else ()))
    return tuple(dict.fromkeys(word for word in written if word.casefold() in common))

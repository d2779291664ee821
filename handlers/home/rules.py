"""Which time zone is meant, and what else can be decided about settings without a database."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import available_timezones

NEAR = 75  # of 100: "Berln" is near Berlin, "CET+1" is near nothing
MOST_GUESSES = 3
NEUTRAL = {"utc", "gmt", "z", "utc+0", "utc+00:00"}
NO_CITIES = ("Etc/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/", "SystemV/", "posix/", "right/")


@lru_cache(maxsize=1)
def zones() -> Mapping[str, tuple[str, ...]]:
    """Everything that a zone may be called in small letters -> the zones that are called so: whole names and cities."""
    found: dict[str, set[str]] = {}
    for name in available_timezones():
        if "/" not in name or name.startswith(NO_CITIES):
            continue
        for called in (name, name.rsplit("/", 1)[-1]):
            found.setdefault(_plain(called), set()).add(name)
    for called in NEUTRAL:
        found[called] = {"UTC"}
    return {called: tuple(sorted(names, key=lambda name: (name.count("/"), name))) for called, names in found.items()}


def zone_named(typed: str) -> str | None:
    """The zone that is meant by its name or its city, in any case; None where none or several are."""
    meant = zones().get(_plain(typed))
    if meant is None:
        city = _plain(typed).split(",")[0].strip()  # "Berlin, Germany"
        meant = zones().get(city)
    return meant[0] if meant is not None and (len(meant) == 1 or meant[0].count("/") < meant[1].count("/")) else None


def near_zones(typed: str) -> tuple[str, ...]:
    """Zones that may have been meant, the nearest first."""
    from rapidfuzz import fuzz, process

    if several := zones().get(_plain(typed)):
        return several[:MOST_GUESSES]
    names = [name for name in zones() if len(name) > MOST_GUESSES]
    near = process.extract(_plain(typed), names, scorer=fuzz.ratio, score_cutoff=NEAR, limit=2 * MOST_GUESSES)
    return tuple(dict.fromkeys(zones()[name][0] for name, *_rest in near))[:MOST_GUESSES]


def days_of(weekdays: int) -> tuple[int, ...]:
    """The days of a bit set, Monday being 0."""
    return tuple(day for day in range(7) if weekdays >> day & 1)


def bits_of(days: tuple[int, ...]) -> int:
    """Days as a bit set."""
    return sum(1 << day for day in set(days))


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split()).replace(" / ", "/")

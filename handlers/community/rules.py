"""The community's rules: what counts as a zone, what a code looks like, and how long things are open."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from zoneinfo import available_timezones

LONGEST_NAME = 80
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is taken for something else: no I, O, 0 or 1
LENGTH = 8
OPEN_FOR = timedelta(hours=1)
ANSWERED_WITHIN = timedelta(hours=24)
TRIES, TRIES_IN = 5, timedelta(hours=1)

LANGUAGES = {
    "en": "English",
    "ar": "العربية",
    "zh": "中文",
    "nl": "Nederlands",
    "fr": "Français",
    "de": "Deutsch",
    "hi": "हिन्दी",
    "it": "Italiano",
    "ja": "日本語",
    "pl": "Polski",
    "pt": "Português",
    "es": "Español",
    "tr": "Türkçe",
}


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """What people write, folded, to the zone it means: the whole name, or the city alone where only one has it."""
    found: dict[str, str] = {"utc": "UTC", "gmt": "UTC"}
    cities: dict[str, list[str]] = {}
    for zone in sorted(available_timezones()):
        area, _slash, rest = zone.partition("/")
        if not rest or area in ("Etc", "SystemV", "posix", "right", "US"):
            continue
        found[zone.casefold()] = zone
        cities.setdefault(rest.rpartition("/")[2].casefold(), []).append(zone)
    for city, zones in cities.items():
        nearest = min(zones, key=lambda zone: zone.count("/"))
        if [zone.count("/") for zone in zones].count(nearest.count("/")) == 1:
            found.setdefault(city, nearest)
    return found


def zone_of(typed: str) -> str | None:
    """The zone that somebody means by `Europe/Berlin`, `berlin` or `new york`; None where there is none."""
    return _zones().get("_".join(typed.casefold().split()))


def language_of(tag: str) -> str:
    """The language of a tag like `de-AT`, as far as it stands in our list; English otherwise."""
    short = tag.replace("_", "-").split("-")[0].casefold()
    return short if short in LANGUAGES else "en"


def written(code: str) -> str:
    """A code in two groups, as it is shown."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def read_code(typed: str) -> str:
    """A code however it was typed: small letters, blanks and hyphens do not matter."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())

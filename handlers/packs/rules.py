"""The rules of packs: what an activity and a pack consist of, how long they may be, and how gaps are filled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, field
from hashlib import sha256
from itertools import pairwise
from typing import Any

from bot.lean import dataclass

MOST_DAYS = 366
WEEK = 7
LONGEST_NAME = 60
LONGEST = {  # characters of each line; a challenge keeps title and purpose in columns of 200 and 1000
    "title": 150,
    "practice": 2000,
    "short": 500,
    "first_time": 500,
    "go_further": 500,
    "reflect": 500,
    "share": 500,
    "point": 500,
}
LONGEST_TITLE, LONGEST_PURPOSE, LONGEST_THEME = 150, 1000, 150
NEEDED = ("title", "practice", "short", "first_time", "go_further", "reflect", "point")
NAME = re.compile(r"[a-z0-9][a-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Activity:
    """One day: a practice of 5 to 20 minutes with a short version, a line for beginners and one for veterans, and one question."""

    title: str
    practice: str
    short: str
    first_time: str
    go_further: str
    reflect: str
    point: str
    share: str = ""

    def as_json(self) -> dict[str, Any]:
        """The activity as it is kept with a challenge."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Pack:
    """A list of activities with a purpose."""

    name: str
    version: int
    title: str
    purpose: str
    themes: tuple[str, ...]  # one for each seven activities
    activities: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """Activities without gaps, and what of them came from elsewhere."""

    themes: tuple[str, ...]
    activities: tuple[Activity, ...]
    whole_days: tuple[int, ...] = ()  # taken from the model as they are
    completed_days: tuple[int, ...] = field(default=())  # the lead's own, with lines that fit any day


def fill(partials: Mapping[int, Mapping[str, str]], themes: Mapping[int, str], model: Pack, lines: Pack, days: int = 0) -> Filled:
    """Fill what a lead left open: a day that is missing is the model's, a line that is missing comes from `lines`, which fit any day.

    The model's own lines would not do under somebody else's title: they speak of the model's practice.
    """
    last = days or max(partials, default=0)
    activities, whole, completed = [], [], []
    for number in range(1, last + 1):
        given = {name: words for name, words in partials.get(number, {}).items() if words}
        if not given.get("title"):
            activities.append(_of(model, number))
            whole.append(number)
            continue
        if not all(name in given for name in NEEDED):
            completed.append(number)
        activities.append(Activity(**{**_of(lines, number).as_json(), "share": "", **given}))
    weeks = range(1, weeks_of(last) + 1)
    named = tuple(themes.get(week) or model.themes[(week - 1) % len(model.themes)] for week in weeks)
    return Filled(named, tuple(activities), tuple(whole), tuple(completed))


def _of(pack: Pack, number: int) -> Activity:
    return pack.activities[(number - 1) % len(pack.activities)]


def weeks_of(days: int) -> int:
    """How many weeks, a begun one included."""
    return -(-days // WEEK)


def resized(themes: tuple[str, ...], days: int) -> tuple[str, ...]:
    """As many themes as there are weeks, the last one going on where there are too few."""
    weeks = weeks_of(days)
    return (*themes[:weeks], *themes[-1:] * (weeks - len(themes)))


def name_of(title: str, taken: Collection[str] = ()) -> str:
    """A name made of a title; one that is taken gets a word of its own."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: LONGEST_NAME - 10].strip("_")
    if not name:  # a title in a script without Latin letters still needs a name that is always the same
        name = "pack_" + sha256(unicodedata.normalize("NFC", title).encode()).hexdigest()[:12]
    return f"{name}_own" if name in taken else name


def runs(days: Iterable[int]) -> str:
    """Days as people write them: 1, 3-5."""
    ordered = sorted(set(days))
    breaks = [0, *(n for n, (before, after) in enumerate(pairwise(ordered), start=1) if after - before > 1), len(ordered)]
    parts = [ordered[start:stop] for start, stop in pairwise(breaks) if start < stop]
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]}-{part[-1]}" for part in parts)

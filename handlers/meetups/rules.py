"""When people can meet: pure decisions over zones and hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.core.cadences import WORKING_DAYS
from bot.lean import dataclass
from bot.people.days import instant_of

EARLIEST, LATEST = 3, 7  # days after the end
DAY_BEGINS, DAY_ENDS = time(9), time(18)
USUAL_MINUTES = 60
SOON = timedelta(minutes=15)
FEWEST_PIECES, MOSTLY = 8, 0.6
LONGEST_AGENDA = 3000
LONGEST_LINK = 500
FARTHEST = timedelta(days=366)


class Answer(StrEnum):
    """What somebody says to an invitation."""

    COMING = "coming"
    MAYBE = "maybe"
    NOT = "not"

    @property
    def wants_news(self) -> bool:
        """Whether a change of the meetup concerns them."""
        return self is not Answer.NOT


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A day and an hour in the asker's zone, and for how many of how many it lies within their working day."""

    on: date
    at: time
    suits: int
    of: int


def suggested(last_on: date, now: datetime, zone: str, zones: Iterable[str], minutes: int = USUAL_MINUTES) -> Suggestion:
    """The best hour three to seven days after the end, or in the next days where those are over.

    Best is what lies between 9 and 18 on a working day for most people; then what is nearest to that for the others; then the earliest.
    """
    people = Counter(zones)
    first = max(last_on + timedelta(days=EARLIEST), now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1))
    last = max(last_on + timedelta(days=LATEST), first + timedelta(days=LATEST - EARLIEST))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    best: tuple[tuple[int, int], Suggestion] | None = None
    for on in days:
        if not _is_working_day(on):
            continue
        for at in (time(hour) for hour in range(24) if hour_exists(on, time(hour), zone)):
            starts_at = instant_of(on, at, zone)
            away = {each: _minutes_away(starts_at, minutes, each) for each in people}
            suits = sum(count for each, count in people.items() if away[each] == 0)
            rank = (suits, -sum(away[each] * count for each, count in people.items()))
            if best is None or rank > best[0]:
                best = rank, Suggestion(on, at, suits, people.total())
    assert best is not None, "five days in a row have a working day"
    return best[1] if people else Suggestion(best[1].on, time(16), 0, 0)


def _minutes_away(starts_at: datetime, minutes: int, zone: str) -> int:
    """How far a meeting lies outside somebody's working day; all of a day where theirs is none."""
    begins = starts_at.astimezone(ZoneInfo(zone))
    from_midnight = begins.hour * 60 + begins.minute
    early = DAY_BEGINS.hour * 60 - from_midnight
    late = from_midnight + minutes - DAY_ENDS.hour * 60
    return max(early, late, 0) if _is_working_day(begins.date()) else 24 * 60


def _is_working_day(on: date) -> bool:
    return bool(WORKING_DAYS >> on.weekday() & 1)


def hour_exists(on: date, at: time, zone: str) -> bool:
    """Whether the clocks of a zone ever show an hour on a date; in spring they skip one."""
    return instant_of(on, at, zone).astimezone(ZoneInfo(zone)).time() == at


def day_before(starts_at: datetime, zone: str) -> date:
    """The date before a meeting, where somebody lives."""
    return starts_at.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)


def lines_of(agenda: str) -> Sequence[str]:
    """The points of an agenda, one a line."""
    return [line for each in agenda.splitlines() if (line := each.strip().lstrip("-*•").strip())]


def fitting(lines: Sequence[str], most: int = LONGEST_AGENDA) -> str:
    """The points as the text of a form, as many from the middle left out as it has no room for: the first and the last stay."""
    kept = list(lines)
    while len("\n".join(kept)) > most and len(kept) > 2:
        kept.pop(-2)
    return "\n".join(kept)[:most]


def says(line: str, quote: str) -> bool:
    """Whether a line of an agenda says a quote, or most of it: whoever edited the agenda may have changed some of it."""
    said, quoted = _pieces(line), _pieces(quote)
    if min(len(said), len(quoted)) < FEWEST_PIECES:
        return bool(quoted) and " ".join(quote.casefold().split()) in " ".join(line.casefold().split())
    return len(said & quoted) >= MOSTLY * min(len(said), len(quoted))


def _pieces(text: str) -> set[str]:
    """A text in pieces of three characters, which works for every script."""
    one = " ".join(text.casefold().split())
    return {one[n : n + 3] for n in range(len(one) - 2)}


def without(agenda: str, quote: str, instead: str | None = None) -> str:
    """An agenda without the lines that say a quote, or with another line in the place of the first of them."""
    kept: list[str] = []
    for line in agenda.splitlines():
        if not says(line, quote):
            kept.append(line)
        elif instead is not None:
            kept.append(instead)
            instead = None
    return "\n".join(kept)


def marks_of(lines: Iterable[str]) -> str:
    """Short marks of lines, by which a form knows later which of them it began with."""
    return " ".join(dict.fromkeys(_mark(line) for line in lines))


def without_marked(agenda: str, marks: Iterable[str]) -> str:
    """An agenda without the lines that have these marks."""
    gone = set(marks)
    return "\n".join(line for line in agenda.splitlines() if _mark(line) not in gone)


def _mark(line: str) -> str:
    return sha256(line.strip().encode()).hexdigest()[:10]


def is_link(text: str) -> bool:
    """Whether this can be the address of a meeting: encrypted, whole, and nothing else beside it."""
    host = text.removeprefix("https://").partition("/")[0].partition("?")[0]
    plain = text.isprintable() and not set(text) & set(' <>"|\\^`{}')
    return text.startswith("https://") and plain and "." in host.strip(".") and "@" not in host

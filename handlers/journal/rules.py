"""The journal's rules: who may read an entry, how long it may be, and which of two versions stands."""

from __future__ import annotations

import re
import sys
import unicodedata
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TypeAlias

from bot.lean import dataclass

LONGEST = 3000
PREVIEW = 300  # characters of an entry in a list
LONGEST_SEARCH = 100
LONGEST_QUOTE = 600  # characters that a report quotes of an entry
MOST_BARE_WORDS = 4  # "search patience" looks for something, "search for meaning kept me up all night" tells of a night
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
QUOTED = re.compile(r'["“”„«](.+)["“”»]')
MARKS = {"Mn", "Me"}
GLUE = {"\u200d", "\ufe0e", "\ufe0f"}
APOSTROPHES = str.maketrans("`", "'")


class Visibility(StrEnum):
    """Who may read an entry besides its writer."""

    PRIVATE = "private"
    PARTNER = "partner"
    COMMUNITY = "community"


def default_visibility(*, is_seen_by_place: bool) -> Visibility:
    """What is written before everybody is a community entry; everything else is private."""
    return Visibility.COMMUNITY if is_seen_by_place else Visibility.PRIVATE


def is_newer(event_at: datetime, changed_at: datetime) -> bool:
    """Whether an event's version replaces the one that stands: the later wins, in whatever order they arrive."""
    return event_at >= changed_at


@dataclass(frozen=True, slots=True)
class Write:
    """The line is an entry; empty, it opens the form."""


@dataclass(frozen=True, slots=True)
class ShowList:
    """My journal, the newest first."""


@dataclass(frozen=True, slots=True)
class ShowDay:
    """The entries of one day."""

    on: date


@dataclass(frozen=True, slots=True)
class Search:
    """The entries with these words."""

    words: str


@dataclass(frozen=True, slots=True)
class Export:
    """All my entries as files."""


Meaning: TypeAlias = Write | ShowList | ShowDay | Search | Export


def meaning(rest: str, today: date) -> Meaning:
    """What stands behind the command's name: only exact forms are anything but an entry, and what could be a sentence is one.

    `list`, `export`, `today`, `yesterday` or a day of the calendar, alone; `search` with at most four words on one line that do not end
    like a sentence, or with words in quotation marks; alone, it asks for them.
    """
    line = rest.strip()
    match line.casefold():
        case "list":
            return ShowList()
        case "export":
            return Export()
        case "today":
            return ShowDay(today)
        case "yesterday":
            return ShowDay(today - timedelta(days=1))
        case "search":
            return Search("")
    if DAY.fullmatch(line):
        try:
            return ShowDay(date.fromisoformat(line))
        except ValueError:
            return Write()
    words = _searched(line)
    return Write() if words is None else Search(words)


def _searched(line: str) -> str | None:
    word, _blank, further = line.partition(" ")
    words = further.strip()
    if word.casefold() != "search" or not words or "\n" in line or len(words) > LONGEST_SEARCH:
        return None
    if quoted := QUOTED.fullmatch(words):
        return quoted.group(1).strip() or None
    if len(words.split()) > MOST_BARE_WORDS or words[-1] in ".!?…:;,。！？":
        return None
    return words


def folded(text: str) -> str:
    """Text as it is compared: without case, accents, or the difference between two apostrophes."""
    if text.isascii():
        return text.casefold().translate(APOSTROPHES)
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFKD", apart.casefold()).translate(_unmarked())


@cache
def _unmarked() -> dict[int, str | None]:
    """A table that takes accents away: one pass over a text instead of a question for each letter."""
    marks: dict[int, str | None] = {n: None for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n)) in MARKS}
    return marks | {ord(c): "'" for c in "’‘ʼ`"}


def is_found(words: str, text: str) -> bool:
    """Whether all the words stand in the text, in any order."""
    searched = folded(text)
    return all(word in searched for word in folded(words).split())


def preview(text: str) -> str:
    """The beginning of an entry; no letter loses its accent, no emoji its second half."""
    if len(text) <= PREVIEW:
        return text
    end = PREVIEW - 1
    while end > 1 and (text[end] in GLUE or text[end - 1] == "\u200d" or unicodedata.category(text[end]) in {*MARKS, "Sk"}):
        end -= 1
    return text[:end].rstrip() + "…"


def shortened(text: str, longest: int) -> str:
    """The beginning of a text, cut between two words."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return (cut.rsplit(None, 1)[0] if " " in cut[longest // 2 :] else cut) + "…"

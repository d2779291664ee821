"""Which way words run: a name of the other direction keeps its place in our sentence, and takes nothing else along."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from unicodedata import bidirectional

from bot.chat.language import babel_locale
from bot.chat.text import LEFT_TO_RIGHT, RIGHT_TO_LEFT

LEFTWARD = {"R", "AL"}
LETTERS = {"L", *LEFTWARD}
DIGITS = {"EN", "AN"}
FIRST_LEFTWARD = "\u0590"  # where Hebrew begins; nothing before it runs leftward


@lru_cache(maxsize=64)
def reads_leftward(language: str) -> bool:
    """Whether what we say to readers of this language runs from right to left."""
    from babel import Locale

    return Locale.parse(babel_locale(language)).text_direction == "rtl"


def mark(language: str) -> str:
    """The invisible letter of the reader's own direction."""
    return RIGHT_TO_LEFT if reads_leftward(language) else LEFT_TO_RIGHT


def is_mixed(line: str, language: str) -> bool:
    """Whether there is something of the other direction in a line, beside something that is not; all of one runs as it likes."""
    if not reads_leftward(language) and max(line, default="") < FIRST_LEFTWARD:
        return False
    own, other = (LEFTWARD, {"L"}) if reads_leftward(language) else ({"L"}, LEFTWARD)
    return _first(line, other) is not None and _first(line, own | DIGITS) is not None


def heading_off(line: str, language: str) -> str:
    """A mark for a mixed line that begins in the other direction, otherwise nothing: without it, apps turn the whole line round."""
    return mark(language) if is_mixed(line, language) and _is_other(_first(line, LETTERS), language) else ""


def between(before: str, after: str, language: str) -> str:
    """A mark between a name and what follows it in the sentence, where that would be drawn into the name's direction otherwise.

    That is so where digits, or letters of the name's direction, stand before the next letter of our own.
    """
    if not _is_other(_first(reversed(before), LETTERS), language):
        return ""
    follows = _first(after.partition("\n")[0], LETTERS | DIGITS)
    return mark(language) if follows in DIGITS or _is_other(follows, language) else ""


def _first(characters: Iterable[str], kinds: set[str]) -> str | None:
    return next((kind for char in characters if (kind := bidirectional(char)) in kinds), None)


def _is_other(kind: str | None, language: str) -> bool:
    return kind in LETTERS and (kind in LEFTWARD) != reads_leftward(language)

"""Commands as they are typed: with a slash, a mention, an exact known form, in any case."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.lean import dataclass

BETWEEN = " | "  # parts the fields of a form that is typed in one line, and stands in no sentence
NEAR = 65  # of 100: "jornal" and "chalenge" are near, "nonsense" is not
WORD = re.compile(r"\s*/?([^\s/|]+)[ \t]*(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Typed:
    """A recognised command and the rest of the line."""

    command: str
    rest: str


def slash_command(text: str, known: Collection[str]) -> Typed | None:
    """A command with its slash (`/journal felt good`); None where the text is none of the known ones."""
    if not text.lstrip().startswith("/"):
        return None
    return _command(text, known)


def bare_command(text: str, known: Collection[str], lines: Collection[str] = ()) -> Typed | None:
    """A command without slash: its name alone or with a word of its own (`lines`), or before bars; "journal I failed" is a sentence."""
    typed = _command(text, known)
    if typed is None or not typed.rest or f"{typed.command} {typed.rest.casefold()}" in lines:
        return typed
    return barred_command(text, known)


def barred_command(text: str, known: Collection[str]) -> Typed | None:
    """A command with bars between what is behind it, as no sentence has them."""
    typed = _command(text, known)
    return typed if typed is not None and BETWEEN in typed.rest else None


def mentioned_command(text: str, known: Collection[str]) -> Typed | None:
    """What follows a mention of the bot is meant for it, so here the first word alone decides."""
    return _command(text, known)


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known command that was probably meant, None where nothing is near."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(word.lstrip("/").casefold(), list(known), scorer=fuzz.ratio, score_cutoff=NEAR)
    return found[0] if found else None


def _command(text: str, known: Collection[str]) -> Typed | None:
    match = WORD.match(text)
    if match is None:
        return None
    name = match.group(1).casefold()
    return Typed(name, match.group(2).strip()) if name in known else None

"""Text is a tree: what a person wrote enters only as a plain leaf, so no platform's markup can hide in it."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Literal, TypeAlias

from bot.chat.language import Phrase
from bot.lean import dataclass


@dataclass(frozen=True, slots=True)
class Plain:
    """Characters, shown exactly as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that carry weight."""

    words: Words


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words said with a different voice."""

    words: Words


@dataclass(frozen=True, slots=True)
class Code:
    """Something to be typed as it stands, a command for instance."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A label that leads to an address (https only)."""

    label: Label
    url: str

    def __post_init__(self) -> None:
        if not self.url.startswith(("https://", "http://127.0.0.1:", "http://127.0.0.1/")):
            raise ValueError("a link leads to an https address")


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, called by the platform where they have an account on it, by name elsewhere.

    `accounts` maps "platform/workspace" to the person's id there.
    """

    name: str
    accounts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant that each reader sees in their own zone, `zone` being the one to name where that is impossible."""

    at: datetime
    style: Literal["time", "day", "day and time"] = "day and time"
    zone: str = "UTC"


Span: TypeAlias = Plain | Strong | Emphasis | Code | Link | Mention | Moment
Label: TypeAlias = str | Phrase
Words: TypeAlias = "str | Phrase | Span | tuple[Words, ...]"

INVISIBLE = {"Cf", "Cc"}
JOINERS = {"\u200c", "\u200d"}  # needed by Persian and Indic scripts and by composed emoji
LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"
SHOWN = JOINERS | {LEFT_TO_RIGHT, RIGHT_TO_LEFT}  # what we send though it is invisible; a mark turns only the line that it begins


def spans(words: Words) -> tuple[Span, ...]:
    """The flat spans of resolved words; a Phrase in them means that nobody resolved the message for its reader."""
    match words:
        case str():
            return (Plain(words),)
        case Phrase():
            raise TypeError(f"unresolved phrase: {words.msgid!r}")
        case tuple():
            return tuple(span for part in words for span in spans(part))
        case _:
            return (words,)


def plain(words: Words) -> str:
    """Resolved words as characters only: for notifications, logs of tests and screen readers."""
    out = []
    for span in spans(words):
        match span:
            case Plain(text) | Code(text):
                out.append(text)
            case Strong(inner) | Emphasis(inner):
                out.append(plain(inner))
            case Link(label, _):
                out.append(label_of(label))
            case Mention(name, _):
                out.append(name)
            case Moment():
                out.append(moment_words(span, "en"))
    return "".join(out)


def label_of(label: Label) -> str:
    """A resolved label; a Phrase here means that nobody resolved it for its reader."""
    if isinstance(label, Phrase):
        raise TypeError(f"unresolved label: {label.msgid!r}")
    return label


def moment_words(moment: Moment, language: str) -> str:
    """The instant in words, in the zone that the moment names, with that zone's name."""
    from zoneinfo import ZoneInfo

    from babel.dates import format_date, format_time

    from bot.chat.language import babel_locale

    local = moment.at.astimezone(ZoneInfo(moment.zone))
    locale = babel_locale(language)
    day = format_date(local.date(), "EEE d MMM", locale=locale)
    hour = format_time(local.time(), "HH:mm", locale=locale)
    city = moment.zone.rsplit("/", 1)[-1].replace("_", " ")
    match moment.style:
        case "time":
            return f"{hour} ({city})"
        case "day":
            return day
        case "day and time":
            return f"{day}, {hour} ({city})"


def clean_line(text: str, limit: int) -> str:
    """A name or title on one line: no control or invisible characters, no runs of blanks, at most `limit` characters with an ellipsis."""
    kept = "".join(" " if c in "\n\r\t" else c for c in text if c in "\n\r\t" or c in JOINERS or unicodedata.category(c) not in INVISIBLE)
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def clean_prose(text: str) -> str:
    """What a person wrote, kept as written, without characters that could hide or turn round other text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines.replace("\n", "").isprintable():  # nearly always; nothing invisible counts as printable
        return lines.strip()
    kept = "".join(c for c in lines if c in "\n\t" or c in JOINERS or unicodedata.category(c) not in INVISIBLE)
    return kept.strip()

"""From what a person types to what the bot gets, and from what the bot sends to what a person reads."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time

from adapters.playground.driver import Json

_AT = re.compile(r"<at(?:\s[^>]*)?>(.*?)</at>", re.DOTALL)
_FUNCTION = re.compile(r"\{\{(DATE|TIME)\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:?\d\d))(?:,\s*(SHORT|LONG|COMPACT))?\)\}\}")
_ANY_FUNCTION = re.compile(r"\{\{(?:DATE|TIME)\b[^}]*\}?\}?")
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~|&:])")
_HIDDEN = 0xE000  # private use: an escaped character stands there until every mark has been taken away


def typed_activity_text(typed: str, people: Iterable[tuple[str, str]]) -> tuple[str, list[Json]]:
    """Turn typed text into the text and the mention entities of an activity.

    `people` are (id, name) of everybody who can be mentioned there; a mention is typed as `@Name` or as `<at>Name</at>`.
    """
    known = {name.casefold(): (user, name) for user, name in people}
    names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"<at>({names})</at>|(?<!\w)@({names})(?!\w)", re.IGNORECASE)
    pieces: list[str] = []
    entities: list[Json] = []
    done = 0
    for found in pattern.finditer(typed) if known else ():
        user, name = known[(found.group(1) or found.group(2)).casefold()]
        pieces += [html.escape(typed[done : found.start()], quote=False), f"<at>{html.escape(name, quote=False)}</at>"]
        entities.append({"type": "mention", "mentioned": {"id": user, "name": name}, "text": pieces[-1]})
        done = found.end()
    pieces.append(html.escape(typed[done:], quote=False))
    return "".join(pieces), entities


def as_read(typed: str) -> str:
    """Show typed text to a reader: mentions with an at sign."""
    return _AT.sub(lambda found: "@" + found.group(1), typed)


def broken_functions(text: str) -> list[str]:
    """Return every date or time function that a client would show as it stands, since it is not well formed."""
    return [found.group(0) for found in _ANY_FUNCTION.finditer(text) if not _FUNCTION.match(found.group(0))]


def with_moments(text: str, *, zone: str | None, locale: str) -> str:
    """Resolve the date and time functions of card text in the reader's zone and language."""

    def resolved(found: re.Match[str]) -> str:
        name, stamp, style = found.groups()
        try:
            moment = datetime.fromisoformat(stamp.replace("Z", "+00:00")).astimezone(ZoneInfo(zone or "UTC"))
        except ValueError:
            return found.group(0)
        language = _language(locale)
        if name == "TIME":
            return str(format_time(moment, "short", locale=language))
        if style == "LONG":
            return str(format_date(moment.date(), "full", locale=language))
        if style == "SHORT":
            return str(format_skeleton("yMMMEd", moment, locale=language))
        return str(format_date(moment.date(), "short", locale=language))

    return _FUNCTION.sub(resolved, text)


def _language(locale: str) -> Locale:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale("en", "US")


def card_text(text: str, *, zone: str | None, locale: str) -> str:
    """Decode the text of a card: functions, mentions and the small Markdown subset of cards."""
    return _without_marks(with_moments(text, zone=zone, locale=locale))


def message_text(text: str, text_format: str) -> str:
    """Decode the text of a message in one of the formats a bot may send."""
    if text_format == "plain":
        return text
    if text_format == "xml":
        return _without_tags(text)
    return _without_marks(text, block_marks=True)


@lru_cache(maxsize=4096)  # a screen is drawn anew at every look, and nearly all of it stood there before
def _without_marks(text: str, *, block_marks: bool = False) -> str:
    text = _ESCAPED.sub(lambda found: chr(_HIDDEN + ord(found.group(1))), text)
    if block_marks:
        text = re.sub(r"(?m)^ {0,3}#{1,6}\s+", "", text)
        text = re.sub(r"(?m)^ {0,3}>\s?", "", text)
        text = re.sub(r"(?m)^ {0,3}(?:---+|\*\*\*+)\s*$", "", text)
        text = re.sub(r"`{3}\w*\n?(.*?)`{3}", r"\1", text, flags=re.DOTALL)
        text = re.sub(r"~~(.+?)~~", r"\1", text)
        text = re.sub(r"`([^`\n]+)`", r"\1", text)
    text = _LINK.sub(r"\1", text)
    text = re.sub(r"(?m)^(\s*)[*+-]\s+", r"\1• ", text)
    for mark in (r"\*\*\*", r"\*\*", "__", r"\*"):
        text = re.sub(rf"{mark}(?=\S)([^\n]+?)(?<=\S){mark}", r"\1", text)
    text = re.sub(r"(?<!\w)_(?=\S)([^\n]+?)(?<=\S)_(?!\w)", r"\1", text)
    text = _without_tags(text)
    return "".join(chr(ord(char) - _HIDDEN) if _HIDDEN <= ord(char) < _HIDDEN + 128 else char for char in text)


def _without_tags(text: str) -> str:
    text = _AT.sub(lambda found: "@" + found.group(1), text)
    text = re.sub(r"<br\s*/?>|</(?:p|div|li|h\d)>", "\n", text)
    text = re.sub(r"</?[a-zA-Z][^<>]*>", "", text)
    return html.unescape(text).strip("\n")

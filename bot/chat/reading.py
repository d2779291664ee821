"""Reading: a message or form resolved for one reader, in their language, with nothing left to translate."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, time
from functools import lru_cache, partial
from typing import Any, TypeAlias, TypeVar, cast

from bot.chat.action import Action, to_wire
from bot.chat.direction import between, heading_off, is_mixed
from bot.chat.language import Phrase, Value, babel_locale, template
from bot.chat.message import Block, Message
from bot.chat.text import (
    Code,
    Emphasis,
    Label,
    Link,
    Mention,
    Moment,
    Plain,
    Span,
    Strong,
    Words,
    moment_words,
    plain,
)

PLACE = re.compile(r"\{(\w+)\}")
T = TypeVar("T")
Resolve: TypeAlias = Callable[[Any, str], object]


def resolved(part: T, language: str) -> T:
    """The same message, form, reply or block with every phrase said in `language` and every payload in wire form."""
    return cast(T, _resolve(part, language))


def say(phrase: Phrase, language: str) -> tuple[Span, ...]:
    """The spans of a phrase: its sentence as plain leaves, its values as the spans that they are."""
    if not phrase.values:
        return _without_places(phrase.msgid, language)
    out: list[Span] = []
    ends: list[int] = []
    for words, place in _pieces(template(phrase, language)):
        if place is not None and place in phrase.values:
            out.extend(_value_spans(phrase.values[place], language))
            ends.append(len(out))
        else:
            out.append(words)
    return _kept_apart(out, ends, language)


@lru_cache(maxsize=4096)
def _without_places(msgid: str, language: str) -> tuple[Span, ...]:
    """Most of what stands on cards and buttons is the same each time, and so are its spans."""
    sentence = template(Phrase(msgid), language)
    return (Plain(sentence),) if sentence else ()


@lru_cache(maxsize=4096)
def _pieces(sentence: str) -> tuple[tuple[Plain, str | None], ...]:
    """A sentence cut at its places: the characters as they stand, and the place's name where they are one."""
    out: list[tuple[Plain, str | None]] = []
    end = 0
    for place in PLACE.finditer(sentence):
        if place.start() > end:
            out.append((Plain(sentence[end : place.start()]), None))
        out.append((Plain(place.group()), place.group(1)))
        end = place.end()
    if end < len(sentence):
        out.append((Plain(sentence[end:]), None))
    return tuple(out)


def _kept_apart(out: list[Span], ends: Collection[int], language: str) -> tuple[Span, ...]:
    """The same with marks where a name of the other direction would turn round what follows it, or the line that it begins."""
    if len(out) < 2 or all(type(each) is Plain and each.text.isascii() for each in out):
        return tuple(out)
    characters = [plain_in((each,), language) for each in out]
    if not is_mixed("".join(characters), language):
        return tuple(out)
    signs = [heading_off("".join(characters), language)]
    for end in range(1, len(out)):
        signs.append(between("".join(characters[:end]), "".join(characters[end:]), language) if end in ends else "")
        characters[end] = signs[end] + characters[end]
    return tuple(span for sign, each in zip(signs, out, strict=True) for span in _signed(sign, each))


def _signed(sign: str, span: Span) -> tuple[Span, ...]:
    """A mark before a span, in the same characters where they are plain."""
    if not sign:
        return (span,)
    return (Plain(sign + span.text),) if isinstance(span, Plain) else (Plain(sign), span)


def say_label(label: Label, language: str) -> str:
    """A label or summary as characters only; moments in it name their zone."""
    if isinstance(label, str):
        return label
    if not label.values:
        return template(label, language)
    return plain_in(say(label, language), language)


def plain_in(spans: tuple[Span, ...], language: str) -> str:
    """Spans as characters only, moments in the reader's language."""
    return "".join(moment_words(s, language) if isinstance(s, Moment) else plain(s) for s in spans)


def _value_spans(value: Value, language: str) -> tuple[Span, ...]:
    match value:
        case str():
            return (Plain(value),)
        case Phrase():
            return say(value, language)
        case tuple():
            return tuple(_span(span, language) for span in value)
        case int() | date() | time():
            return (Plain(_local(value, language)),)
        case _:
            return (_span(value, language),)


def _local(value: int | date | time, language: str) -> str:
    from babel.numbers import format_decimal

    match value:
        case int():
            return str(format_decimal(value, locale=babel_locale(language))) if abs(value) >= 10_000 else str(value)
        case date():
            return _date_words(value, babel_locale(language))
        case time():
            return _time_words(value, babel_locale(language))


@lru_cache(maxsize=4096)
def _date_words(value: date, locale: str) -> str:
    """Babel takes longer for one date than all the rest of a receipt, and most of a day's receipts name the same."""
    from babel.dates import format_date

    return format_date(value, "EEE d MMM", locale=locale)


@lru_cache(maxsize=4096)
def _time_words(value: time, locale: str) -> str:
    from babel.dates import format_time

    return format_time(value, "HH:mm", locale=locale)


def _span(span: Span, language: str) -> Span:
    match span:
        case Strong(inner):
            return Strong(_words(inner, language))
        case Emphasis(inner):
            return Emphasis(_words(inner, language))
        case Link(label, url):
            return Link(say_label(label, language), url)
        case Plain() | Code() | Mention() | Moment():
            return span


def _words(words: Words, language: str) -> Words:
    match words:
        case str():
            return (Plain(words),) if words else ()
        case Phrase():
            return say(words, language)
        case tuple():
            out = [span for part in words for span in cast("tuple[Span, ...]", _as_tuple(_words(part, language)))]
            return _kept_apart(out, range(1, len(out)), language)
        case _:
            return _span(words, language)


def _as_tuple(words: Words) -> tuple[Words, ...]:
    return words if isinstance(words, tuple) else (words,)


def _resolve(part: object, language: str) -> object:
    kind = _KINDS.get(type(part))
    return _of_new_kind(type(part))(part, language) if kind is None else kind(part, language)


def _of_new_kind(cls: type) -> Resolve:
    """How parts of a class are resolved, found out once for each class: most of a message is atoms and small blocks."""
    if issubclass(cls, Phrase):
        kind: Resolve = say_label
    elif issubclass(cls, Action):
        kind = _as_wire
    elif issubclass(cls, tuple):
        kind = _each
    elif issubclass(cls, Message):
        kind = _message
    elif is_dataclass(cls) and (names := [f.name for f in fields(cls)]):
        kind = partial(_block, cls, [(name, *_HOW.get(name, (_resolve, SETTLED))) for name in names])
    else:
        kind = _itself
    _KINDS[cls] = kind
    return kind


def _itself(part: Any, _language: str) -> object:
    return part


def _as_wire(part: Action, _language: str) -> str:
    return to_wire(part)


def _each(part: tuple[Any, ...], language: str) -> object:
    return tuple([_resolve(each, language) for each in part])


def _block(cls: type, parts: Sequence[tuple[str, Resolve, set[type]]], part: Any, language: str) -> object:
    return cls(*[value if type(value := getattr(part, name)) in settled else how(value, language) for name, how, settled in parts])


def _message(part: Message, language: str) -> Message:
    """A message that was resolved already keeps the language of that time."""
    blocks = cast("tuple[Block, ...]", _each(part.blocks, language))
    personal = to_wire(part.personal) if isinstance(part.personal, Action) else part.personal
    return Message(say_label(part.summary, language), blocks, part.language or language, personal)


def _items(items: tuple[Words, ...], language: str) -> object:
    return tuple([_words(item, language) for item in items])


SETTLED: set[type] = {int, bool, type(None), str}  # the same in every language
_HOW: dict[str, tuple[Resolve, set[type]]] = {
    "items": (_items, set()),
    "cells": (_items, set()),
    "words": (_words, set()),
    "intro": (_words, set()),
}  # body text
_KINDS: dict[type, Resolve] = {}

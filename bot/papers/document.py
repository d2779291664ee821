"""A document as a tree: what a person wrote enters only as a leaf, so no markup can hide in it; phrases wait for their reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from bot.chat.language import babel_locale
from bot.chat.reading import plain_in, resolved
from bot.chat.text import Code, Emphasis, Label, Link, Span, Strong, Words, label_of, moment_words, plain, spans
from bot.chat.text import Moment as Instant
from bot.lean import dataclass

Json: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True)
class Prose:
    """Running text; an empty line in it begins a new paragraph."""

    words: Words


@dataclass(frozen=True, slots=True)
class Quotation:
    """What somebody wrote, set off from what we say, with their name where they gave it."""

    words: Words
    by: Label | None = None


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their headings."""

    headings: tuple[Label, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture that is drawn as SVG in its reader's language, with the words that stand for it where it is not seen."""

    draw: Callable[[str], str]
    alt: Label


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it."""

    heading: Label
    parts: tuple[Part, ...]


Part: TypeAlias = Prose | Quotation | Bullets | Table | Figure | Section


@dataclass(frozen=True, slots=True)
class Document:
    """A title and what stands under it."""

    title: Label
    parts: tuple[Part, ...]


def as_json(document: Document, language: str) -> Json:
    """The document for one reader as plain values: what a computation between two units is given."""
    read = resolved(document, language)
    tongue, _separator, region = babel_locale(language).partition("_")
    return {
        "title": _line(read.title),
        "language": tongue,
        "region": region if len(region) == 2 else "",
        "parts": _parts(read.parts, language),
    }


def _line(label: Label) -> str:
    return " ".join(label_of(label).split())


def _parts(parts: Sequence[Part], language: str) -> list[Json]:
    return [_part(part, language) for part in parts]


def _part(part: Part, language: str) -> Json:
    match part:
        case Prose(words):
            return {"is": "prose", "words": _words(words, language)}
        case Quotation(words, by):
            return {"is": "quotation", "words": _words(words, language), "by": _line(by) if by is not None else ""}
        case Bullets(items):
            return {"is": "bullets", "items": [_words(item, language) for item in items]}
        case Table(headings, rows):
            cells = [[_words(item, language) for item in row.items] for row in rows]
            return {"is": "table", "headings": [_line(heading) for heading in headings], "rows": cells}
        case Figure(draw, alt):
            return {"is": "figure", "svg": draw(language), "alt": _line(alt)}
        case Section(heading, parts):
            return {"is": "section", "heading": _line(heading), "parts": _parts(parts, language)}


def _words(words: Words, language: str) -> list[list[str]]:
    """Runs of one voice each: `[voice, text]`, and where a link leads."""
    return [_run(span, language) for span in spans(words)]


def _run(span: Span, language: str) -> list[str]:
    match span:
        case Strong(words):
            return ["strong", plain_in(spans(words), language)]
        case Emphasis(words):
            return ["emphasis", plain_in(spans(words), language)]
        case Code(text):
            return ["code", text]
        case Link(label, url):
            return ["link", label_of(label), url]
        case Instant():
            return ["plain", moment_words(span, language)]
        case _:
            return ["plain", plain(span)]

"""The response as a paper: text, method, dates, numbers, map and dissent annex; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.text import Label
from bot.papers.document import Document
from handlers.opinions.annex import Dissent
from handlers.opinions.composing import Sentence
from handlers.opinions.mapping import OpinionMap
from handlers.opinions.rules import Decision, Promises, Size, Stop, Way


@dataclass(frozen=True, slots=True)
class Signatory:
    """Somebody who signs: a name and where they belong, in their own words."""

    name: Label
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class Responded:
    """Everything that a response says; what a size has not is None or empty."""

    community: str
    question: str
    asker: str  # empty: ourselves
    speaker: Label | None  # who speaks for us
    size: Size
    zone: str
    opened_at: datetime
    sent_at: datetime | None  # None while it is a preview
    stops: tuple[Stop, ...]
    promises: Promises
    sentences: tuple[Sentence, ...]
    statements: tuple[tuple[int, str], ...]  # by their numbers
    invited: int
    took_part: int
    rounds: int = 1
    opinions: OpinionMap | None = None
    numbers: tuple[tuple[int, int], ...] = ()  # statement id and its number
    decision: Decision | None = None
    way: Way = Way.OURS
    dissents: tuple[Dissent, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    by_group: str = ""  # the chartered group that drafted it


def document(of: Responded, *, svg: str | None = None) -> Document:
    """The whole response; the map's picture is in it where it is given."""
    raise NotImplementedError


def as_text(sentences: Sequence[Sentence]) -> str:
    """The response's text as running paragraphs, without marks."""
    raise NotImplementedError

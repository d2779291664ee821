"""A draft as sentences that each say which statements they rest on: composed, written as text, read back, compared; pure.

In a text the statements behind a sentence stand after it as their numbers: "Tests take too long. [S3, S7]". So a text can be edited in a
form or come as a file, and what its sentences rest on stays with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.opinions.mapping import OpinionMap


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a draft, the numbers of the statements that it rests on, and the paragraph in which it stands."""

    text: str
    rests_on: tuple[int, ...] = ()
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A statement as a draft uses it: its number in the request, its words, and the reasons that were given for it."""

    number: int
    text: str
    reasons: tuple[str, ...] = ()


def composed(question: str, opinions: OpinionMap, sources: Mapping[int, Source], language: str) -> tuple[Sentence, ...]:
    """A first draft in the community's language, from what all agree on and why, and from what divides; sources by statement id."""
    raise NotImplementedError


def written(sentences: Sequence[Sentence]) -> str:
    """The draft as text."""
    raise NotImplementedError


def read(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text."""
    raise NotImplementedError


class How(StrEnum):
    """What became of a sentence."""

    KEPT = "kept"
    ADDED = "added"
    TAKEN_OUT = "taken out"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one sentence; `before` is empty for an added one, `after` for one that was taken out."""

    how: How
    before: str
    after: str


def changes(before: Sequence[Sentence], after: Sequence[Sentence]) -> tuple[Change, ...]:
    """What became of each sentence, in the order of the new version."""
    raise NotImplementedError


def replaced(sentences: Sequence[Sentence], before: str, after: str) -> tuple[Sentence, ...] | None:
    """The draft with one sentence in other words, as a suggestion says it; None where that sentence does not stand there any more."""
    raise NotImplementedError

"""The dissent annex: minority reasons word for word, printed as their holders chose; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.text import Label
from bot.papers.document import Part
from handlers.opinions.rules import Position, Printing


@dataclass(frozen=True, slots=True)
class Dissent:
    """A minority reason: what its holder said to the draft, in their words, and how it may be printed; the name only where it may be."""

    position: Position
    words: str
    printing: Printing
    name: Label | None = None


def annex(dissents: Sequence[Dissent]) -> tuple[Part, ...]:
    """The annex as parts of a paper, none where nobody dissents; unnamed reasons stand in an order that tells nothing."""
    raise NotImplementedError

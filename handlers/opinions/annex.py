"""The dissent annex: minority reasons word for word, printed as their holders chose; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.chat.language import Phrase, _, n_
from bot.chat.text import Label
from bot.lean import dataclass
from bot.papers.document import Part, Prose, Quotation, Section
from handlers.opinions.rules import Position, Printing


@dataclass(frozen=True, slots=True)
class Dissent:
    """A minority reason: what its holder said to the draft, in their words, and how it may be printed; the name only where it may be."""

    position: Position
    words: str
    printing: Printing
    name: Label | None = None


HELD: Mapping[Position, Phrase] = {
    Position.DO_NOT_SEND: _("Do not want it to be sent"),
    Position.ONLY_IF_CHANGED: _("Would support it only if it were changed"),
    Position.STAND_ASIDE: _("Do not support it, and do not stand in its way"),
}


def annex(dissents: Sequence[Dissent]) -> tuple[Part, ...]:
    """The annex as parts of a paper, none where nobody dissents; unnamed reasons stand in an order that tells nothing."""
    sections = tuple(Section(heading, tuple(_reasons(mine))) for position, heading in HELD.items() if (mine := _of(dissents, position)))
    if not sections:
        return ()
    intro = _("Some of us see it differently. Their reasons stand here in their own words, and nobody has changed them.")
    return (Section(_("Dissent annex"), (Prose(intro), *sections)),)


def _of(dissents: Sequence[Dissent], position: Position) -> list[Dissent]:
    return sorted((each for each in dissents if each.position is position and each.words.strip()), key=lambda each: each.words)


def _reasons(dissents: Sequence[Dissent]) -> Iterator[Part]:
    for each in dissents:
        if each.printing is not Printing.NOT:
            yield Quotation(each.words, each.name if each.printing is Printing.NAMED else None)
    kept = sum(each.printing is Printing.NOT for each in dissents)
    if kept:
        yield Prose(n_("{count} reason is not printed, as was asked.", "{count} reasons are not printed, as was asked.", kept))

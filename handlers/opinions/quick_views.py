"""What people see when the one poll of a quick request has closed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Count, Heading, Message, Paragraph, Tally
from bot.chat.text import Label
from bot.people import disclosure
from handlers.opinions.payloads import SeeDraft
from handlers.opinions.requests import Request


def result(request: Request, labels: Sequence[Label], counts: Sequence[int]) -> list[Phrase]:
    """What a quick request came to, as sentences."""
    voters = sum(counts)
    found = _told(request, counts)
    if found is None:
        return [disclosure.fewer_than(request.k)]
    said = [n_("{count} person answered.", "{count} people answered.", voters)]
    if not found.is_exact:
        return [*said, *(_("All or nearly all said: {answer}.", answer=labels[number]) for number in found.nearly_all)]
    lines = (_("{answer}: {count} of {voters}.", answer=labels[n], count=count, voters=voters) for n, count in enumerate(counts) if count)
    return [*said, *lines]


def _told(request: Request, counts: Sequence[int]) -> disclosure.Told[int] | None:
    """What may be told of the answers to a quick request; None where too few answered."""
    tally, voters = dict(enumerate(counts)), sum(counts)
    if not request.is_anonymous:
        return disclosure.Told(tally)
    return disclosure.told(tally, voters, request.k, is_exclusive=True) if disclosure.may_show(voters, request.k) else None


def quick_result(request: Request, labels: Sequence[Label], counts: Sequence[int]) -> Message:
    """The places hear what a quick request came to."""
    lines = result(request, labels, counts)
    shown: tuple[Block, ...] = tuple(Paragraph(line) for line in lines)
    if (found := _told(request, counts)) is not None and found.is_exact:
        tally = Tally(tuple(Count(label, count) for label, count in zip(labels, counts, strict=True)), sum(counts))
        shown = (Paragraph(lines[0]), tally)
    return Message(
        _("Result: {question}", question=request.question),
        (Heading(request.question), *shown, Buttons((Button(_("See the draft"), SeeDraft(request.id)),))),
    )

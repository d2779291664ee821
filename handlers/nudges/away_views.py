"""What people see of their days away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.chat.form import Form, opened
from bot.chat.language import Phrase, _
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Message, Paragraph
from handlers.nudges.away_store import Away
from handlers.nudges.payloads import AddAway, AwayDraft, CancelAway, SeeAway

ADD = Button(_("Add days away"), AddAway(), "primary", asks=True)
INTRO = _("No reminder and no daily activity comes on these days, and your challenges count them as rest.")
PRIVATE = Footnote(_("Only you see these days. A partner hears until when you are away, and no more."))


def listed(away: Sequence[Away]) -> Message:
    """One's days away, each with the way to cancel it."""
    if not away:
        said = _("You have no days away.")
        return Message(said, (Paragraph((said, " ", INTRO)), Buttons((ADD,)), PRIVATE))
    return Message(_("Your days away"), (Heading(_("Your days away")), *_each(away), Buttons((ADD,)), PRIVATE))


def added(away: Sequence[Away]) -> Message:
    """The receipt of adding days."""
    said = _("I have noted your days away.")
    return Message(said, (Paragraph((said, " ", INTRO)), *_each(away), Buttons((ADD,)), PRIVATE))


def cancelled(was: Away | None, left: Sequence[Away]) -> Message:
    """The receipt of cancelling days."""
    said = (
        _("All right: {days} is no time away any more.", days=days_of(was)) if was is not None else _("These days are cancelled already.")
    )
    return Message(said, (Paragraph(said), *_each(left), Buttons((ADD,))))


def is_away(away: Away) -> tuple[Block, ...]:
    """That somebody is away today."""
    said = _("You are away until {day}: nothing daily and no reminder comes.", day=away.last)
    return (Paragraph(said), Buttons((Button(_("I am back"), CancelAway(away.id)), Button(_("My days away"), SeeAway()))))


def nothing_found() -> Message:
    """A calendar without whole days within a year."""
    said = _("I found no whole days ahead in this calendar. You can type the dates instead.")
    return Message(said, (Paragraph(said), Buttons((ADD,))))


def days_of(away: Away) -> Phrase:
    """A range in words."""
    if away.first == away.last:
        return _("{day}", day=away.first)
    return _("{first} to {last}", first=away.first, last=away.last)


def _each(away: Sequence[Away]) -> tuple[Block, ...]:
    return tuple(
        block for each in away for block in (Paragraph(days_of(each)), Buttons((Button(_("Cancel these days"), CancelAway(each.id)),)))
    )


SAMPLE = (Away(4, date(2026, 3, 23), date(2026, 3, 27)), Away(5, date(2026, 5, 1), date(2026, 5, 1)))


def example_my_things() -> Message:
    """An example."""
    return Message(_("How it stands"), is_away(SAMPLE[0]))


def example_form() -> Form:
    """An example."""
    return opened(AwayDraft, values={"first": SAMPLE[0].first, "last": SAMPLE[0].last}, intro=INTRO)

"""What the poser of a poll and leads see and can do."""

from __future__ import annotations

from datetime import datetime

from bot.chat.language import _, n_
from bot.chat.message import Button, Buttons, Footnote, Heading, Message, Paragraph
from bot.chat.text import Moment, Strong
from handlers.polls import views
from handlers.polls.kinds import State, Terms
from handlers.polls.payloads import BeStricter, Cancel, Close, Extend, Reword, RunAgain, SeePoll, StopSeries, TellOutcome

SURE = _("The result is posted in every place, and nobody can vote any more.")


def manage(terms: Terms, *, may_reword: bool, comes_again: bool) -> Message:
    """All that can be done with it."""
    if terms.is_open:
        buttons = [
            Button(
                _("Close it now"),
                Close(terms.id),
                "primary",
                confirm=SURE,
            ),
            Button(_("Let it close later") if terms.closes_at else _("Set when it closes"), Extend(terms.id), asks=True),
        ]
        buttons += [Button(_("Change the wording"), Reword(terms.id), asks=True)] if may_reword else []
        buttons += [Button(_("Hide counts until close"), BeStricter(terms.id))] if terms.shows_counts else []
        buttons += [Button(_("Cancel the poll"), Cancel(terms.id), "danger", asks=True)]
    else:
        is_counted = terms.state is State.CLOSED
        buttons = [Button(_("Ask it again"), RunAgain(terms.id))]
        asks = is_counted and not terms.outcome
        buttons += [Button(_("Say what comes of it"), TellOutcome(terms.id), asks=True)] if asks else []
    if comes_again and terms.series is not None:
        buttons.append(Button(_("Ask it no more by itself"), StopSeries(terms.series)))
    note = _("What voters were promised can only become stricter.")
    said = views.ending(terms) if terms.is_open else _("This poll is over.")
    blocks = (Heading(terms.question), Paragraph(said), Buttons(tuple(buttons)), Footnote((note, " ", views.promise(terms))))
    return Message(_("Your poll: {question}", question=terms.question), blocks)


def closed_now(terms: Terms) -> Message:
    """The receipt of closing it."""
    said = _("Closed. The result is posted in every place.")
    buttons = (Button(_("See all of it"), SeePoll(terms.id)), Button(_("Ask it again"), RunAgain(terms.id)))
    return Message(said, (Paragraph((Strong(terms.question), " ", said)), Buttons(buttons)))


def extended(terms: Terms, at: datetime) -> Message:
    """The receipt of another end."""
    said = _("It closes later now, {moment}. Those who voted and the places are told.", moment=Moment(at))
    return Message(_("It closes later now."), (Paragraph((Strong(terms.question), " ", said)),))


def reworded(terms: Terms) -> Message:
    """The receipt of other words."""
    said = _("The wording is changed everywhere.")
    return Message(said, (Paragraph((Strong(terms.question), " ", said)),))


def stricter(terms: Terms, *, is_new: bool) -> Message:
    """The receipt of a stricter promise."""
    said = _("From now on the counts are hidden until it closes.") if is_new else _("The counts are hidden until it closes already.")
    return Message(said, (Paragraph((Strong(terms.question), " ", said)),))


def option_added(terms: Terms, label: str) -> Message:
    """The receipt of a further option."""
    said = _("Added: {option}", option=label)
    return Message(said, (Paragraph((Strong(terms.question), " ", said)),))


def outcome_told(terms: Terms, count: int) -> Message:
    """The receipt of the outcome."""
    said = n_("{count} person who voted hears of it.", "{count} people who voted hear of it.", count)
    return Message(said, (Paragraph((Strong(terms.question), " ", said)),))


def asked_no_more() -> Message:
    """A template comes no more by itself."""
    said = _("It comes no more by itself. You can still ask it again by hand, and its trend stays.")
    return Message(said, (Paragraph(said),))

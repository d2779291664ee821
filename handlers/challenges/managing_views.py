"""What a lead sees of a challenge that they manage, and what people are told when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Button, Buttons, Fact, Facts, Footnote, Heading, Message, Paragraph
from bot.chat.text import Strong
from bot.lean import dataclass
from handlers.challenges.leading_payloads import (
    Cancel,
    ChangeHour,
    ChooseDay,
    Extend,
    Manage,
    MeetUp,
    Pause,
    Remix,
    Reschedule,
    Resume,
    TryDay,
)
from handlers.challenges.leading_store import Counts
from handlers.challenges.leading_views import MEETUP, NOWHERE, REMIX, TRY, again
from handlers.challenges.payloads import Leave, Progress
from handlers.challenges.rules import State
from handlers.challenges.store import Challenge
from handlers.challenges.views import length_of, people_of

STATES: dict[State, Phrase] = {
    State.PROPOSED: _("proposed"),
    State.ANNOUNCED: _("announced"),
    State.RUNNING: _("running"),
    State.PAUSED: _("paused"),
    State.CLOSING: _("over, its report is being written"),
    State.CLOSED: _("closed"),
    State.CANCELLED: _("cancelled"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a challenge stands for its leads."""

    challenge: Challenge
    counts: Counts
    places: Sequence[str]
    has_begun: bool


def managed(standing: Standing) -> Message:
    """Counts, never who; and whatever can be changed."""
    challenge, counts = standing.challenge, standing.counts
    plan = challenge.plan
    rows = [Fact(_("Stands"), STATES[challenge.state]), Fact(_("First day"), _("{day}", day=plan.starts_on))]
    if not plan.is_paused:
        rows.append(Fact(_("Last day"), _("{day}", day=plan.last_on)))
    rows += [Fact(_("Length"), length_of(challenge)), Fact(_("Hour of the places"), _("{hour}", hour=challenge.at))]
    rows.append(Fact(_("Taking part"), people_of(counts.joined)))
    if counts.lately:
        rows.append(Fact(_("Did a day in the last three"), people_of(counts.lately)))
    if counts.days_done:
        rows.append(Fact(_("Days done together"), str(counts.days_done)))
    rows.append(Fact(_("Shown in"), ", ".join(standing.places)) if standing.places else Fact(_("Shown in"), _("no place yet")))
    nowhere = () if standing.places else (Paragraph(NOWHERE),)
    return Message(
        _("Managing {title}", title=challenge.title),
        (
            Heading(challenge.title),
            Facts(tuple(rows)),
            *nowhere,
            Buttons(_buttons(standing)),
            Footnote(_("Leads see how many take part, never who did what.")),
        ),
    )


def _buttons(standing: Standing) -> tuple[Button, ...]:
    of = standing.challenge.id
    buttons = [Button(_("Edit a day"), ChooseDay(of), asks=True)]
    if standing.challenge.state is State.PAUSED:
        buttons.append(Button(_("Resume"), Resume(of), "primary"))
    elif standing.has_begun:
        buttons.append(Button(_("Pause"), Pause(of)))
    else:
        buttons.append(Button(_("Move the first day"), Reschedule(of), asks=True))
    return (
        *buttons,
        Button(_("More days"), Extend(of), asks=True),
        Button(_("Another hour"), ChangeHour(of), asks=True),
        *((Button(MEETUP, MeetUp(of), asks=True),) if standing.has_begun else ()),
        Button(TRY, TryDay(of)),
        Button(REMIX, Remix(of), asks=True),
        Button(_("Cancel the challenge"), Cancel(of), "danger", confirm=_("Really cancel it? Everybody who takes part is told.")),
    )


def not_open(challenge: Challenge) -> Message:
    """A challenge that nothing can be changed of any more."""
    said = _("{title} is {state}. It cannot be changed any more.", title=Strong(challenge.title), state=STATES[challenge.state])
    return Message(said, (Paragraph(said), Buttons(again(challenge))))


# -- receipts for the lead -----------------------------------------------------------------------------------------------


def day_saved(challenge: Challenge, number: int) -> Message:
    """The receipt of editing a day."""
    said = _("Day {number} of {title} is saved. People get it as it is now.", number=number, title=Strong(challenge.title))
    return Message(said, (Paragraph(said), Buttons((Button(_("Edit a day"), ChooseDay(challenge.id), asks=True), manage(challenge)))))


def no_day_left(challenge: Challenge) -> Message:
    """Every day has reached somebody."""
    return _receipt(challenge, _("Every day of {title} has come already. There is none left to edit.", title=Strong(challenge.title)))


def paused(challenge: Challenge, on: date) -> Message:
    """The receipt of pausing."""
    said = _("{title} pauses from {day} on. The places are told.", title=Strong(challenge.title), day=on)
    resume = Button(_("Resume"), Resume(challenge.id), "primary")
    return Message(said, (Paragraph(said), Buttons((resume, manage(challenge)))))


def paused_already(challenge: Challenge) -> Message:
    """A second press."""
    said = _("{title} pauses already.", title=Strong(challenge.title))
    resume = Button(_("Resume"), Resume(challenge.id), "primary")
    return Message(said, (Paragraph(said), Buttons((resume, manage(challenge)))))


def nothing_to_pause(challenge: Challenge) -> Message:
    """Nothing is still to come."""
    return _receipt(challenge, _("The last activity of {title} has come already: nothing is left to pause.", title=Strong(challenge.title)))


def not_begun(challenge: Challenge) -> Message:
    """A challenge that has not begun is moved, not paused."""
    return _receipt(challenge, _("{title} has not begun. You can move its first day.", title=Strong(challenge.title)))


def resumed(challenge: Challenge, on: date) -> Message:
    """The receipt of resuming."""
    said = _("{title} goes on: the next activity comes on {day}. The places are told.", title=Strong(challenge.title), day=on)
    return _receipt(challenge, said)


def runs_already(challenge: Challenge) -> Message:
    """A second press."""
    return _receipt(challenge, _("{title} does not pause.", title=Strong(challenge.title)))


def extended(challenge: Challenge, more: int) -> Message:
    """The receipt of more days."""
    said = n_(
        "{title} has {count} more day. Its last one is {day}.",
        "{title} has {count} more days. Its last one is {day}.",
        more,
        title=Strong(challenge.title),
        day=challenge.plan.last_on,
    )
    if challenge.plan.is_paused:
        said = n_("{title} has {count} more day.", "{title} has {count} more days.", more, title=Strong(challenge.title))
    return _receipt(challenge, said)


def moved(challenge: Challenge) -> Message:
    """The receipt of another first day."""
    said = _("{title} begins on {day}. Everybody is told.", title=Strong(challenge.title), day=challenge.plan.starts_on)
    return _receipt(challenge, said)


def begun_already(challenge: Challenge) -> Message:
    """Its first day cannot move any more."""
    said = _("{title} has begun, so its first day stays. You can pause it or add days.", title=Strong(challenge.title))
    return _receipt(challenge, said)


def hour_changed(challenge: Challenge) -> Message:
    """The receipt of another hour."""
    return _receipt(challenge, _("The places get {title} at {hour} from now on.", title=Strong(challenge.title), hour=challenge.at))


def cancelled(challenge: Challenge) -> Message:
    """The receipt of calling it off."""
    said = _("{title} is cancelled. Everybody who takes part is told, once.", title=Strong(challenge.title))
    return Message(said, (Paragraph(said), Buttons(again(challenge))))


# -- what people are told ------------------------------------------------------------------------------------------------


def cancelled_card(challenge: Challenge) -> Message:
    """The living card of a challenge that was called off: nothing on it can be pressed any more."""
    said = _("{title} was cancelled.", title=challenge.title)
    return Message(said, (Heading(challenge.title), Paragraph(challenge.purpose), Paragraph(_("This challenge was cancelled."))))


def place_told_cancelled(challenge: Challenge) -> Message:
    """One line for the places."""
    return _line(_("{title} was cancelled. What you did and wrote stays yours.", title=Strong(challenge.title)))


def told_cancelled(challenge: Challenge) -> Message:
    """For whoever takes part."""
    return _line(_("{title} was cancelled, so no more activities come. What you did and wrote stays yours.", title=Strong(challenge.title)))


def told_moved(challenge: Challenge) -> Message:
    """For whoever takes part: it begins on another day."""
    said = _("{title} begins on another day: {day}.", title=Strong(challenge.title), day=challenge.plan.starts_on)
    buttons = (Button(_("My progress"), Progress(challenge.id)), Button(_("Leave"), Leave(challenge.id)))
    return Message(said, (Paragraph(said), Buttons(buttons)))


def place_told_moved(challenge: Challenge) -> Message:
    """One line for the places."""
    return _line(_("{title} begins on another day: {day}.", title=Strong(challenge.title), day=challenge.plan.starts_on))


def place_told_paused(challenge: Challenge, on: date) -> Message:
    """One line for the places."""
    return _line(_("{title} pauses from {day} on. The rest of its days come later.", title=Strong(challenge.title), day=on))


def place_told_resumed(challenge: Challenge, on: date) -> Message:
    """One line for the places."""
    return _line(_("{title} goes on: the next activity comes on {day}.", title=Strong(challenge.title), day=on))


def place_told_extended(challenge: Challenge, more: int) -> Message:
    """One line for the places."""
    return _line(n_("{title} goes on for {count} more day.", "{title} goes on for {count} more days.", more, title=Strong(challenge.title)))


def place_told_hour(challenge: Challenge) -> Message:
    """One line for the places."""
    return _line(_("{title} comes here at {hour} from now on.", title=Strong(challenge.title), hour=challenge.at))


def manage(challenge: Challenge) -> Button:
    """The way back to the card."""
    return Button(_("Manage"), Manage(challenge.id))


def _receipt(challenge: Challenge, said: Phrase) -> Message:
    return Message(said, (Paragraph(said), Buttons((manage(challenge),))))


def _line(said: Phrase) -> Message:
    return Message(said, (Paragraph(said),))

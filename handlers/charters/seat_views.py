"""What people see of seats: open ones, who asks, what is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.chat.language import Phrase, _
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Message, Paragraph, Quote
from bot.chat.text import Label, Moment, Strong, Words, clean_line
from handlers.charters import home_views, lead_views, views
from handlers.charters.charter import Charter, Seat, Standing, Taking
from handlers.charters.payloads import GiveSeat, LeadCall, Manage, SeeAsking, StepBack

MOST_SHOWN = 10


def open_seats(standing: Standing) -> Message:
    """Everybody hears that seats are open."""
    charter = standing.charter
    words = _("The team comes together. Seats are shown to everybody before one is given.")
    return Message(
        _("Open seats: {name}", name=charter.name),
        (
            Heading(_("Open seats: {name}", name=charter.name)),
            Paragraph(words),
            *views.open_seats(standing),
            Buttons(tuple(views.seat_buttons(standing))),
        ),
    )


def begun(standing: Standing) -> Message:
    """The work begins."""
    charter = standing.charter
    words = _("The work begins.")
    names = [name for name in ("" if charter.is_call else standing.lead, *standing.team) if name]
    return views.news(charter, (words, " ", _("On the team: {names}.", names=", ".join(names))) if names else words)


# -- asking --------------------------------------------------------------------------------------------------------------


def about(charter: Charter, seat: Seat) -> Words:
    """What one asks for."""
    more = (f" ({seat.takes})",) if seat.takes else ()
    taken = (". ", _("It is given already; you come onto its waiting list.")) if seat.person is not None else ()
    return (charter.name, ": ", seat.role, *more, *taken)


def asked(charter: Charter, seat: Seat, given_from: datetime) -> Message:
    """The receipt of asking."""
    waits = _("You are on the waiting list for it, and hear when it is open again.")
    said = waits if seat.person is not None else _("You asked for this seat: {role}.", role=seat.role)
    return Message(
        said,
        (
            Paragraph((Strong(charter.name), ": ", said)),
            Paragraph(
                _("It is given {moment} at the earliest, so that everybody sees it first. You hear either way.", moment=Moment(given_from))
            ),
            Buttons((Button(_("Ask no more"), StepBack(charter.id)),)),
        ),
    )


def asking(
    charter: Charter, people: Sequence[tuple[str, Taking]], seats: Mapping[int, Seat], given_from: datetime, *, may_give: bool
) -> Message:
    """Who asks for a seat, and what they write; for the leads of the team alone."""
    heading = _("Who asks for a seat: {name}", name=charter.name)
    if not people:
        return Message(heading, (Heading(heading), Paragraph(_("Nobody asks for one at the moment."))))
    blocks: list[Block] = []
    for name, taking in people[:MOST_SHOWN]:
        role = seats[taking.seat].role if taking.seat is not None and taking.seat in seats else _("any seat")
        blocks += [Paragraph(_("{name}: {what}", name=Strong(name), what=role)), Quote(taking.line)]
        short = clean_line(name, 12)
        give = (Button(_("Give it to {name}", name=short), GiveSeat(charter.id, taking.person, gives=True), "primary"),) if may_give else ()
        blocks.append(Buttons((*give, Button(_("Thank {name}", name=short), GiveSeat(charter.id, taking.person, gives=False)))))
    note = () if may_give else (Paragraph(_("Seats can be given from {moment}.", moment=Moment(given_from))),)
    only = Footnote(_("Only those who lead it read these lines."))
    refresh = Buttons((Button(_("See who asks now"), SeeAsking(charter.id)),))
    return Message(heading, (Heading(heading), *note, *blocks, refresh, only))


def one_more(charter: Charter, seat: Seat, name: Label, line: str) -> Message:
    """One more asks for a seat; its leads hear of each."""
    said = _("{name} asks for a seat: {role}.", name=name, role=seat.role)
    see = Button(_("See who asks now"), SeeAsking(charter.id))
    return Message(said, (Paragraph((Strong(charter.name), ": ", said)), Quote(line), Buttons((see,))))


def not_yet(charter: Charter, given_from: datetime) -> Message:
    """A seat is shown for three working days first."""
    said: Phrase = _("Seats stand in all places for three working days first. From {moment} you can give it.", moment=Moment(given_from))
    short = _("It is too early to give this seat.")
    return Message(short, (Paragraph((Strong(charter.name), ": ", said)),))


def open_again(charter: Charter) -> Message:
    """Whoever waits for a seat hears that one is open again."""
    said = _("A seat is open again, and you are on the waiting list. You hear when it is given.")
    return views.receipt(charter, said, Button(_("Ask no more"), StepBack(charter.id)))


def taken(charter: Charter) -> Message:
    """No seat of this kind is open."""
    return views.receipt(charter, _("No seat of this kind is open. They stay on the waiting list."))


def given(charter: Charter, seat: Seat, name: Label) -> Message:
    """The receipt of giving a seat."""
    said = _("{name} has the seat now, and hears of it: {role}.", name=name, role=seat.role)
    return views.receipt(charter, said, Button(_("Who asks for a seat"), SeeAsking(charter.id)))


def yours(charter: Charter, seat: Seat, place: str = "") -> Message:
    """The seat is yours; where nobody of the team leads it yet, you can."""
    said = _("The seat is yours: {role}. Welcome to the team.", role=seat.role)
    lead = (Button(_("Lead it"), LeadCall(charter.id), "primary"),) if charter.is_call else ()
    leave = Button(_("Leave the team"), StepBack(charter.id), confirm=_("Your seat is open again then."))
    return views.receipt(charter, said, *lead, leave, more=(*lead_views.to_lead(charter), *home_views.where(place)))


def thanked(charter: Charter) -> Message:
    """Somebody asked and was not given a seat."""
    said = _("Thank you for asking. The team goes on without another seat for now, and you hear what comes of it.")
    return views.receipt(charter, said)


def thanks_given(charter: Charter, name: Label) -> Message:
    """The receipt of thanking."""
    said = _("{name} hears your thanks, and later what comes of it.", name=name)
    return views.receipt(charter, said, Button(_("Who asks for a seat"), SeeAsking(charter.id)))


def on_the_team(charter: Charter) -> Message:
    """One is on the team already."""
    return views.receipt(charter, _("You are on the team already."))


def asks_already(charter: Charter) -> Message:
    """Who asks for a seat hears of it anyway."""
    return views.receipt(charter, _("You asked for a seat, so you hear of it anyway."), Button(_("Ask no more"), StepBack(charter.id)))


def follows(charter: Charter, *, follows: bool) -> Message:
    """The receipt of following."""
    said = _("You hear of it from now on.") if follows else _("You hear of it no more.")
    return views.receipt(charter, said)


def left(charter: Charter) -> Message:
    """The receipt of leaving."""
    return views.receipt(charter, _("Done. You have no part in it any more."))


def has_left(charter: Charter, name: Label, place: str = "") -> Message:
    """The leads of the team hear that somebody is on it no more; nobody is thrown out of the team's place."""
    said = _("{name} has left the team. A seat they had is open again.", name=name)
    return views.receipt(charter, said, Button(_("Look after it"), Manage(charter.id)), more=stays(name, place))


def stays(name: Label, place: str) -> tuple[Block, ...]:
    """Somebody who left the team is still where it works."""
    said = _("{name} stays in {place} unless somebody takes them out there; I take nobody out.", name=name, place=place)
    return (Paragraph(said),) if place else ()


def is_off(charter: Charter, name: Label, place: str) -> Message:
    """Whoever took somebody off the team hears where they still are."""
    said = _("{name} is on the team no more.", name=name)
    return views.receipt(charter, said, Button(_("Look after it"), Manage(charter.id)), more=stays(name, place))


def place_gone(charter: Charter) -> Message:
    """The place where the team worked is gone."""
    return views.receipt(
        charter, _("The place where the team worked is gone. You can choose another."), Button(_("Look after it"), Manage(charter.id))
    )

"""What people see of the place where a team works."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.chat.language import _
from bot.chat.message import Block, Button, Buttons, Fact, Facts, Footnote, Heading, Message, Option, Paragraph, Picker, Quote
from bot.chat.text import Mention, Strong, clean_line
from handlers.charters import views
from handlers.charters.charter import Charter, Standing
from handlers.charters.payloads import FoundPlace, LinkPlace, Manage, See, SeeMeeting, SeeNotes, WriteReport
from handlers.charters.words import RHYTHMS

NONE = "none"


def home(standing: Standing) -> Message:
    """What stands where the team works: what it is about, and what is done from here."""
    charter = standing.charter
    return Message(
        _("A team works here: {name}", name=charter.name),
        (
            Heading(charter.name),
            Paragraph((_("A team works here."), " ", views.now(standing))),
            Quote(clean_line(charter.word("goal"), views.ON_CARD)),
            Facts(tuple(_facts(standing))),
            Buttons((*_work(charter), Button(_("See all of it"), See(charter.id)))),
        ),
    )


def _facts(standing: Standing) -> Iterator[Fact]:
    charter = standing.charter
    yield views.contact(standing)
    if standing.team:
        yield Fact(_("Team"), ", ".join(standing.team))
    if charter.ends_on is not None:
        yield Fact(_("Until"), views.day(charter.ends_on))
    yield Fact(_("Reports"), RHYTHMS[charter.rhythm])


def _work(charter: Charter) -> Iterator[Button]:
    if charter.state.is_at_work:
        yield Button(_("Report"), WriteReport(charter.id), asks=True)
    if not charter.state.is_over:
        yield Button(_("When the team meets"), SeeMeeting(charter.id))
        yield Button(_("Notes and decisions"), SeeNotes(charter.id))


def moved_out(charter: Charter) -> Message:
    """The team works elsewhere now."""
    said = _("The team does not work here any more.")
    return views.receipt(charter, said)


def places(charter: Charter, found: Sequence[tuple[int, str]]) -> tuple[Block, ...]:
    """The places of which one can be the team's, and a way to a new one."""
    options = (Option(NONE, _("None")), *(Option(str(place), name) for place, name in found))
    chosen = str(charter.place) if charter.place is not None else NONE
    picker = (Picker(_("Where the team works"), LinkPlace(charter.id), options, chosen),) if found else ()
    new = (Buttons((Button(_("Open a channel for it"), FoundPlace(charter.id)),)),) if charter.place is None else ()
    return (*picker, *new)


def with_places(message: Message, charter: Charter, found: Sequence[tuple[int, str]]) -> Message:
    """A receipt that asks where the team works, as long as it works nowhere."""
    return message if charter.place is not None else replace(message, blocks=(*message.blocks, *places(charter, found)))


def linked(charter: Charter, place: str) -> Message:
    """Where the team works."""
    look = Button(_("Look after it"), Manage(charter.id))
    if not place:
        return views.receipt(charter, _("It has no place of its own now."), look)
    return views.receipt(charter, _("Its place is {place}. {pinned}", place=place, pinned=PINNED), look)


PINNED = _("What it is about stands there and stays current. I pin it where I am let; otherwise anybody can.")


def founded(charter: Charter, place: str) -> Message:
    """The receipt of a new place."""
    said = _("{place} is open, and the team is invited as far as it is here.", place=place)
    return Message(
        said,
        (
            Paragraph((said, " ", PINNED)),
            Buttons((Button(_("Look after it"), Manage(charter.id)),)),
            Footnote(_("What goes to all places of the community does not come there.")),
        ),
    )


def not_founded(charter: Charter, found: Sequence[tuple[int, str]]) -> Message:
    """A place cannot be opened from here."""
    said = _("I cannot open a channel here myself. Open one and add me to it, or choose one that is there.")
    return Message(said, (Paragraph(said), *(block for block in places(charter, found) if isinstance(block, Picker)), *_back(charter)))


def joined(charter: Charter, person: Mention) -> Message:
    """Somebody new is on the team, said where it works."""
    said = _("{name} is on the team now. Welcome.", name=person)
    return Message(_("{name} is on the team now. Welcome.", name=person.name), (Paragraph((Strong(charter.name), ": ", said)),))


def where(place: str) -> tuple[Block, ...]:
    """Where the team works, for whoever is new on it."""
    said = _("The team works in {place}. If you are not in it yet, whoever leads the team can add you there.", place=place)
    return (Paragraph(said),) if place else ()


def _back(charter: Charter) -> tuple[Block, ...]:
    return (Buttons((Button(_("Look after it"), Manage(charter.id)),)),)

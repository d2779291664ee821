"""What people see of the notes and decisions of a team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bot.chat.language import _
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Message, Paragraph, Quote
from bot.chat.text import Moment, Strong, Words
from bot.lean import dataclass
from handlers.charters.charter import Charter, Note
from handlers.charters.payloads import Browse, DropNote, KeepNote, SeeNotes
from handlers.charters.words import SORTS

PAGE = 5
SOMEBODY = _("Somebody")


@dataclass(frozen=True, slots=True)
class Kept:
    """A page of what a team keeps: who kept each, and what the reader may take away."""

    notes: tuple[Note, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    droppable: frozenset[int] = frozenset()
    page: int = 0
    total: int = 0


def listed(charter: Charter, kept: Kept) -> Message:
    """What a team keeps, the newest first."""
    heading = _("Notes and decisions: {name}", name=charter.name)
    add = Button(_("Keep something"), KeepNote(charter.id), "primary", asks=True)
    only = Footnote(_("Read by the team and those who lead it. From a message’s menu you can keep it here, too."))
    if not kept.notes:
        nothing = _("Nothing yet. What your team notes and decides can be kept here.")
        return Message(heading, (Heading(heading), Paragraph(nothing), Buttons((add,)), only))
    blocks = [block for each in kept.notes for block in _note(each, kept)]
    turning = [Button(_("Newer"), SeeNotes(charter.id, kept.page - 1))] if kept.page else []
    turning += [Button(_("Older"), SeeNotes(charter.id, kept.page + 1))] if (kept.page + 1) * PAGE < kept.total else []
    return Message(heading, (Heading(heading), *blocks, Buttons((*turning, add)), only))


def _note(note: Note, kept: Kept) -> tuple[Block, ...]:
    name = kept.names.get(note.kept_by or 0) or SOMEBODY
    at: tuple[Words, ...] = (", ", Moment(note.kept_at, "day")) if note.kept_at is not None else ()
    head = Paragraph((Strong(SORTS[note.sort]), ". ", name, *at))
    if note.id not in kept.droppable:
        return (head, Quote(note.words))
    drop = Button(_("Take it away"), DropNote(note.id), confirm=_("It is gone for everybody then."))
    return (head, Quote(note.words), Buttons((drop,)))


def kept(charter: Charter, note: Note) -> Message:
    """The receipt of keeping something."""
    said = _("Kept for the team.")
    buttons = (Button(_("Notes and decisions"), SeeNotes(charter.id)), Button(_("Take it away"), DropNote(note.id)))
    return Message(
        said, (Paragraph((Strong(charter.name), ": ", said)), Paragraph(Strong(SORTS[note.sort])), Quote(note.words), Buttons(buttons))
    )


def taken_away(charter: Charter, note: Note) -> Message:
    """The receipt of taking something away; the words come back."""
    said = _("Taken away. These were the words:")
    return Message(
        said,
        (
            Paragraph((Strong(charter.name), ": ", said)),
            Quote(note.words),
            Buttons((Button(_("Notes and decisions"), SeeNotes(charter.id)),)),
        ),
    )


def no_team() -> Message:
    """Whoever is on no team keeps nothing for one."""
    said = _("You are on no team, so there is none to keep this for.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Groups and projects"), Browse()),))))


def no_words() -> Message:
    """A message without words, as cards and pictures are."""
    said = _("There are no words in this message that I could keep.")
    return Message(said, (Paragraph((said, " ", _("You can write down yourself what matters in it."))), Buttons((_write(),))))


def _write() -> Button:
    return Button(_("Keep something"), KeepNote(), asks=True)

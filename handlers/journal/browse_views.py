"""What people see of their journal when they read in it: lists, one entry, what changed about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.chat.form import Form, opened
from bot.chat.language import Phrase, _
from bot.chat.message import Block, Button, Buttons, Divider, Footnote, Heading, Message, Paragraph, Picker, Quote
from bot.chat.text import Strong
from handlers.journal import release_views
from handlers.journal.payloads import (
    AskWords,
    Change,
    ChangeDraft,
    FromPartner,
    Leaf,
    MyJournal,
    OpenEntry,
    Readers,
    SearchDraft,
    TakeAway,
    Turn,
    Undo,
    Write,
)
from handlers.journal.reading import Page
from handlers.journal.rules import Visibility, preview
from handlers.journal.store import Entry, FromThem
from handlers.journal.views import SAMPLE, WHO_READS, who_may_read

ONLY_YOU = _("Only you see this.")


def listed(page: Page, *, has_partner: bool = False) -> Message:
    """A page of the list, of one day or of a search."""
    heading = _heading(page.turn, page.year)
    blocks: list[Block] = [Heading(heading)]
    if not page.entries:
        blocks.append(Paragraph(_nothing(page)))
    for number, entry in enumerate(page.entries):
        if number:
            blocks.append(Divider())
        blocks += [
            Paragraph((Strong(named(entry.on, page.year)), "  ", WHO_READS[entry.visibility])),
            Quote(preview(entry.text)),
            Buttons((Button(_("Open {day}", day=named(entry.on, page.year)), OpenEntry(entry.id)),)),
        ]
    if page.is_unfinished and page.entries:
        blocks.append(Paragraph(_("There is more to look through.")))
    return Message(heading, (*blocks, *_ways_on(page, has_partner=has_partner), Footnote(ONLY_YOU)))


def named(on: date, year: int) -> Phrase:
    """A day, with its year where that is not the reader's."""
    return _("{day}", day=on) if on.year == year else _("{day} {year}", day=on, year=str(on.year))


def _heading(turn: Turn, year: int) -> Phrase:
    if turn.words:
        return _("Your entries with “{words}”", words=turn.words)
    if turn.day is not None:
        return _("Your journal for {day}", day=named(turn.day, year))
    return _("Your journal")


def _nothing(page: Page) -> Phrase:
    if page.is_unfinished:
        return _("Nothing with these words so far. There is more to look through.")
    if page.turn.words:
        return _("No entry has these words. Part of a word is enough, and capitals and accents make no difference.")
    if page.turn.day is not None:
        return _("There is no entry for this day.")
    return _("Nothing here yet. Your first entry can be one line about today.")


def _ways_on(page: Page, *, has_partner: bool) -> tuple[Buttons, ...]:
    """One row of buttons: turning pages first, then what else there is."""
    turning = []
    if page.older is not None:
        turning.append(Button(_("Search further") if page.is_unfinished else _("Older"), page.older))
    if page.newer is not None:
        turning.append(Button(_("Newer"), page.newer))
    is_whole_list = not page.turn.words and page.turn.day is None
    is_empty = is_whole_list and not page.entries
    others = [Button(_("Write in my journal"), Write(), "primary" if is_empty else "plain", asks=True)]
    if not is_empty:
        others.append(Button(_("Search"), AskWords(), asks=True))
        others.append(Button(_("Take it with me"), TakeAway()) if is_whole_list else Button(_("My journal"), MyJournal()))
    if has_partner:
        others.append(Button(_("From my partner"), FromPartner()))
    return (*((Buttons(tuple(turning)),) if turning else ()), Buttons(tuple(others)))


def from_partner(entries: Sequence[FromThem], older: FromPartner | None, year: int) -> Message:
    """What a partner shares with the reader, each entry whole."""
    heading = _("What my partner shares with me")
    blocks: list[Block] = [Heading(heading)]
    if not entries:
        blocks.append(Paragraph(_("Nothing so far. Each of you decides for every entry who may read it.")))
    for entry in entries:
        blocks += [Paragraph(_("{name}, {day}", name=Strong(entry.name), day=named(entry.on, year))), Quote(entry.text)]
    further = (Button(_("Older"), older),) if older is not None else ()
    return Message(heading, (*blocks, Buttons((*further, Button(_("My journal"), MyJournal()))), Footnote(ONLY_YOU)))


def whole(
    entry: Entry,
    year: int,
    newer: int | None,
    older: int | None,
    note: Phrase | None = None,
    highlight: bool | None = None,
    *,
    has_partner: bool = False,
) -> Message:
    """One entry with all that can be done about it; `note` says what has just been done, `highlight` whether it is quoted by name."""
    heading = _("Your entry for {day}", day=named(entry.on, year))
    turning = []
    if older is not None:
        turning.append(Button(_("Older entry"), Leaf(older)))
    if newer is not None:
        turning.append(Button(_("Newer entry"), Leaf(newer)))
    place = (Footnote(_("It also stands as your message in a place, where others read it.")),) if entry.stands_in_place else ()
    return Message(
        note or heading,
        (
            Heading(heading),
            *((Paragraph(note),) if note is not None else ()),
            Paragraph(WHO_READS[entry.visibility]),
            Quote(entry.text),
            *place,
            *release_views.line(highlight),
            Buttons(
                (
                    Button(_("Change"), Change(entry.id), asks=True),
                    Button(_("Delete"), Undo(entry.id)),
                    release_views.button(entry.id, highlight),
                )
            ),
            Picker(
                _("Who may read it"), Readers(entry.id), who_may_read(entry.visibility, has_partner=has_partner), entry.visibility.value
            ),
            Buttons((*turning, Button(_("My journal"), MyJournal()))),
            Footnote(ONLY_YOU),
        ),
    )


def changed_words(before: Entry, after: Entry) -> Phrase:
    """What a change did, in a sentence or two."""
    if before.stands_in_place and not after.stands_in_place:
        return _("The entry no longer shows to others. {place}", place=STILL_IN_PLACE)
    is_same = (before.visibility, before.text) == (after.visibility, after.text)
    return _("Nothing changed.") if is_same else _("Saved.")


STILL_IN_PLACE: Phrase = _(
    "Your message in the place still stands there. You can delete it yourself: open its menu there and choose to delete it. "
    "Your entry stays."
)


def made_private(entry: Entry, *, stood_in_place: bool) -> Message:
    """The receipt of an entry that others could read and that is private now."""
    said = _("Only you can read this entry now.")
    return Message(
        said,
        (
            Paragraph((said, " ", STILL_IN_PLACE) if stood_in_place else said),
            Buttons((Button(_("Undo"), Undo(entry.id)), Button(_("Open the entry"), OpenEntry(entry.id)))),
        ),
    )


def gone() -> Message:
    """An entry that was deleted meanwhile."""
    said = _("This entry is no longer in your journal.")
    return Message(said, (Paragraph(said), Buttons((Button(_("My journal"), MyJournal()),))))


def example_list() -> Message:
    """An example for the gallery."""
    entries = (SAMPLE, replace(SAMPLE, id=6, on=date(2026, 3, 27), visibility=Visibility.COMMUNITY, text="We asked twice. " * 40))
    return listed(Page(entries, Turn(), 2026, Turn(on=SAMPLE.on, entry=7, newer=True), Turn(on=SAMPLE.on - timedelta(2), entry=6)))


def example_entry() -> Message:
    """An example for the gallery."""
    return whole(SAMPLE, 2026, 8, 6)


def example_from_partner() -> Message:
    """An example for the gallery."""
    return from_partner([FromThem("Layla Haddad", SAMPLE.on, SAMPLE.text)], FromPartner(SAMPLE.on, 7), 2026)


def example_place_entry() -> Message:
    """An example for the gallery."""
    entry = replace(SAMPLE, visibility=Visibility.COMMUNITY, stands_in_place=True)
    return whole(entry, 2026, None, None, changed_words(SAMPLE, entry))


def example_parted() -> Message:
    """An example for the gallery."""
    return whole(SAMPLE, 2027, None, 6, changed_words(replace(SAMPLE, visibility=Visibility.COMMUNITY, stands_in_place=True), SAMPLE))


def example_change() -> Form:
    """An example for the gallery."""
    options = {"visibility": who_may_read(SAMPLE.visibility, has_partner=False)}
    values = {"text": SAMPLE.text, "visibility": SAMPLE.visibility.value}
    return opened(ChangeDraft, values=values, options=options, subject=Change(7))


def example_search() -> Form:
    """An example for the gallery."""
    return opened(SearchDraft)

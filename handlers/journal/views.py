"""What people see of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.chat.form import Form, opened
from bot.chat.language import Phrase, _
from bot.chat.message import Button, Buttons, Message, Option, Paragraph, Quote
from bot.chat.text import Words
from handlers.journal.payloads import EVERYBODY, ONLY_ME, PARTNER_TOO, EntryDraft, MakePrivate, MyJournal, Restore, Share, Undo
from handlers.journal.release_payloads import AskRelease
from handlers.journal.rules import LONGEST, Visibility
from handlers.journal.store import Entry

WHO_READS: dict[Visibility, Phrase] = {
    Visibility.PRIVATE: _("Only you can read it."),
    Visibility.PARTNER: _("You and your partner can read it."),
    Visibility.COMMUNITY: _("Everybody in the community can read it."),
}


def receipt(entry: Entry, remarks: Sequence[Words] = (), *, has_partner: bool = False) -> Message:
    """What was saved, for which day, and who can read it; that may be changed right here."""
    said = _("Saved in your journal for {day}.", day=entry.on)
    is_private = entry.visibility is Visibility.PRIVATE
    return Message(
        said,
        (
            Paragraph((said, " ", WHO_READS[entry.visibility])),
            *(Paragraph(remark) for remark in remarks),
            Buttons(
                (
                    Button(_("Undo"), Undo(entry.id)),
                    *((Button(_("Write privately instead"), MakePrivate(entry.id)),) if entry.stands_in_place else ()),
                    *((Button(_("Let my partner read it"), Share(entry.id)),) if has_partner and is_private else ()),
                    Button(_("My journal"), MyJournal()),
                    Button(_("Share as a highlight"), AskRelease(entry.id)),
                )
            ),
        ),
    )


def shared(entry: Entry) -> Message:
    """An entry that the partner may read from now on."""
    said = _("Your partner can read your entry for {day} now.", day=entry.on)
    buttons = (Button(_("Only for me after all"), MakePrivate(entry.id)), Button(_("My journal"), MyJournal()))
    return Message(said, (Paragraph(said), Buttons(buttons)))


def no_partner() -> Message:
    """There is nobody whom it could be shared with."""
    return _note(_("You have no partner just now, so the entry stays as it was."))


def who_may_read(now: Visibility, *, has_partner: bool) -> tuple[Option, ...]:
    """Who an entry may be shown to; a partner where there is one, or where the entry is shown to one already."""
    partner = (Option(Visibility.PARTNER, PARTNER_TOO),) if has_partner or now is Visibility.PARTNER else ()
    return (Option(Visibility.PRIVATE, ONLY_ME), *partner, Option(Visibility.COMMUNITY, EVERYBODY))


def taken_back(entry: Entry, kept: int) -> Message:
    """An entry that was taken back, with its text, so that nothing is lost by a slip of the finger."""
    said = _("Taken back. It is no longer in your journal.")
    return Message(
        said,
        (
            Paragraph(said),
            Quote(entry.text),
            Buttons((Button(_("Save it after all"), Restore(kept, entry.on, entry.visibility.value)),)),
        ),
    )


def updated(entry: Entry) -> Message:
    """The entry follows an edited message."""
    return _note(_("Your entry for {day} now says what your message says.", day=entry.on))


def removed(on: date) -> Message:
    """The entry follows a deleted message."""
    return _note(_("Your message is gone, and so is the entry for {day}.", day=on))


def already_there() -> Message:
    """A message that had become an entry before."""
    return _note(_("This is in your journal already."))


def too_long(text: str) -> Message:
    """An entry that does not fit, with its text."""
    said = _("This has {length} characters, and {longest} fit in one entry.", length=len(text), longest=LONGEST)
    return Message(said, (Paragraph((said, " ", _("Send it in two parts, and both are kept. Here is all that you wrote:"))), Quote(text)))


def edit_too_long(text: str, on: date) -> Message:
    """An edited message that does not fit; what the person wrote stands in front of them."""
    said = _("Your message now has {length} characters, and {longest} fit in one entry.", length=len(text), longest=LONGEST)
    stays = _("Your entry for {day} stays as it was. Shorten the message, and the entry follows.", day=on)
    return Message(said, (Paragraph((said, " ", stays)),))


def _note(said: Phrase) -> Message:
    return Message(said, (Paragraph(said),))


SAMPLE = Entry(7, date(2026, 3, 29), Visibility.PRIVATE, "I asked one question more than usual.\nIt helped.")


def example_receipt() -> Message:
    """An example for the gallery."""
    return receipt(SAMPLE, (_("Day {day} is done as well.", day=3),))


def example_place_receipt() -> Message:
    """An example for the gallery."""
    return receipt(replace(SAMPLE, visibility=Visibility.COMMUNITY, stands_in_place=True))


CUT = _("The message is longer than an entry may be. This is its beginning.")


def no_words() -> Message:
    """A message without words was picked up."""
    said = _("I find no words in that message. Pictures and files stay where they are.")
    return Message(said, (Paragraph(said),))


def example_form() -> Form:
    """An example for the gallery."""
    options = {"visibility": who_may_read(Visibility.PRIVATE, has_partner=True)}
    return opened(EntryDraft, values={"text": "Half a thought"}, options=options)

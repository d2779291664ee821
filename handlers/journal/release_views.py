"""What people see when they let an entry be quoted, or take that back."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.language import Phrase, _
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Message, Paragraph, Quote
from bot.chat.text import Strong, Words
from handlers.journal.payloads import MyJournal, OpenEntry
from handlers.journal.release_payloads import AskRelease, NotThisTime, Release, TakeBack
from handlers.journal.rules import preview
from handlers.journal.store import Entry
from handlers.journal.views import SAMPLE

HOW: dict[bool, Phrase] = {
    True: _("These words may be quoted in the closing report, with your name."),
    False: _("These words may be quoted in the closing report, without your name."),
}
WITHDRAWN: Phrase = _("The entry was a highlight. Its words have changed, so it is none any more; share it again if you like.")
MADE_PRIVATE: Phrase = _("The entry was a highlight. It is none any more, because it is private now.")


def asked(entry: Entry, quote: str, name: str) -> Message:
    """Exactly what would be quoted, and the two ways."""
    said = _("Share this as a highlight?")
    return Message(
        said,
        (
            Heading(said),
            Paragraph(_("A closing report may quote these words of yours from {day}, and nothing else:", day=entry.on)),
            Quote(quote),
            Buttons(
                (
                    Button(_("With my name"), Release(entry.id, by_name=True)),
                    Button(_("Without my name"), Release(entry.id, by_name=False)),
                    Button(_("Open the entry"), OpenEntry(entry.id)),
                )
            ),
            Footnote(_("With your name it says {name}. You can take it back at any time.", name=name)),
        ),
    )


def released(entry: Entry, quote: str, *, by_name: bool) -> Message:
    """The receipt: what may be quoted from now on."""
    other = (
        Button(_("Without my name"), Release(entry.id, by_name=False))
        if by_name
        else Button(_("With my name"), Release(entry.id, by_name=True))
    )
    back = Button(_("Take it back"), TakeBack(entry.id))
    return Message(HOW[by_name], (Paragraph(HOW[by_name]), Quote(quote), Buttons((back, other, Button(_("My journal"), MyJournal())))))


def taken_back(entry: Entry) -> Message:
    """The receipt of taking a highlight back."""
    said = _("Taken back. Nothing of your entry for {day} is quoted.", day=entry.on)
    return Message(
        said,
        (
            Paragraph(said),
            Footnote(_("Where a report was posted with it, these words are taken out there. Files that somebody took along keep them.")),
            Buttons((Button(_("Share as a highlight"), AskRelease(entry.id)), Button(_("Open the entry"), OpenEntry(entry.id)))),
        ),
    )


def was_none(entry: Entry) -> Message:
    """Taking back what is no highlight."""
    said = _("Your entry for {day} is no highlight, so nothing of it is quoted.", day=entry.on)
    return Message(said, (Paragraph(said), Buttons((Button(_("Open the entry"), OpenEntry(entry.id)),))))


def offered(title: str, entries: Sequence[Entry]) -> Message:
    """The one question in the last week: which of these may be quoted?"""
    said = _("Which words of yours shall the closing report of {title} have?", title=title)
    blocks: list[Block] = [
        Heading(title),
        Paragraph(
            _("The challenge ends soon. Here are some of your own entries. Share one as a highlight if you like, by name or without.")
        ),
    ]
    for entry in entries:
        blocks += [
            Paragraph(Strong(_("{day}", day=entry.on))),
            Quote(preview(entry.text)),
            Buttons((Button(_("Share {day}", day=entry.on), AskRelease(entry.id)),)),
        ]
    blocks += [
        Buttons((Button(_("Not this time"), NotThisTime()), Button(_("My journal"), MyJournal()))),
        Footnote(_("Only you see this, and I ask once. Before anything is shared you see exactly what is quoted.")),
    ]
    return Message(said, tuple(blocks))


def not_this_time() -> Message:
    """Nothing is quoted, and that is fine."""
    said = _("All right. Nothing of yours is quoted. Should you change your mind, each entry in your journal has a button for it.")
    return Message(said, (Paragraph(said), Buttons((Button(_("My journal"), MyJournal()),))))


def line(by_name: bool | None) -> tuple[Paragraph, ...]:
    """How an entry stands as a highlight, for its card."""
    return (Paragraph(HOW[by_name]),) if by_name is not None else ()


def button(entry: int, by_name: bool | None) -> Button:
    """What can be done about it on that card."""
    return Button(_("Share as a highlight"), AskRelease(entry)) if by_name is None else Button(_("Take it back"), TakeBack(entry))


def with_words(message: Message, words: Words) -> Message:
    """A receipt with one more sentence."""
    return Message(message.summary, (*message.blocks, Paragraph(words)))


def example() -> Message:
    """An example for the gallery."""
    return offered("First steps in learning together", (SAMPLE, SAMPLE))

"""What partners see of what they write to each other through us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.chat.language import Phrase, _
from bot.chat.message import Button, Buttons, Footnote, Message, Paragraph, Quote
from bot.chat.text import Strong, clean_line
from handlers.partners.payloads import LONGEST, ShowMine, TakeBack
from handlers.partners.views import Somebody, joined_names, note, replies, where_replies_go

FIRST_WORDS = 60
REACTIONS: Mapping[str, Phrase] = {
    "thumbs up": _("thumbs up"),
    "thumbs down": _("thumbs down"),
    "heart": _("heart"),
    "laughing": _("laughing"),
    "surprised": _("surprised"),
    "sad": _("sad"),
    "clap": _("clapping"),
    "tada": _("hooray"),
    "eyes": _("eyes"),
}


def words(text: str, group: int, circle: Sequence[Somebody]) -> Message:
    """What a partner writes to me, or to both of us; they stand first among the others."""
    writer, *further = circle
    bold, others = Strong(writer.name), joined_names(further) if further else ""
    if further:
        said = _("{name} writes to you and {names}", name=writer.name, names=others)
        line = _("{name} writes to you and {names}:", name=bold, names=others)
    else:
        said, line = _("{name} writes to you", name=writer.name), _("{name} writes to you:", name=bold)
    return Message(
        said,
        (
            Paragraph(line),
            Quote(text),
            Buttons(replies(group, circle)),
            Footnote(where_replies_go(circle)),
        ),
    )


def on_its_way(others: Sequence[Somebody], message: int) -> Message:
    """The receipt of what I wrote, which says who is away."""
    said = _("It is on its way to {names}.", names=joined_names(others))
    away = tuple(Paragraph(_away(each, each.away_until)) for each in others if each.away_until is not None)
    return Message(said, (Paragraph(said), *away, Buttons((Button(_("Take it back"), TakeBack(message)),))))


def _away(somebody: Somebody, until: date) -> Phrase:
    return _("{name} is away until {day}. It stands there until then.", name=somebody.name, day=until)


def follows(others: Sequence[Somebody]) -> Message:
    """The receipt of an edit."""
    return note(_("{names} can read it as you have changed it.", names=joined_names(others)))


def edit_too_long(text: str) -> Message:
    """An edit that does not fit, with its text; what was sent before still stands."""
    said = _("This has {length} characters now, and {longest} fit here.", length=len(text), longest=LONGEST)
    kept = _("Your partner still reads it as it was. Here is all that you wrote:")
    return Message(said, (Paragraph((said, " ", kept)), Quote(text)))


def taken_back(name: str) -> Message:
    """What stands in the place of words that their writer took back."""
    return note(_("This was taken back by {name}.", name=name))


def took_back() -> Message:
    """The receipt of taking something back."""
    return note(_("Taken back. Your partner does not read it here any more."))


def is_taken_back() -> Message:
    """A second press on taking something back."""
    return note(_("You have taken this back already."))


def too_long(text: str) -> Message:
    """A reply that does not fit, with its text."""
    said = _("This has {length} characters, and {longest} fit here.", length=len(text), longest=LONGEST)
    return Message(said, (Paragraph((said, " ", _("It has not left. Here is all that you wrote:"))), Quote(text)))


def not_sent(name: str, text: str) -> Message:
    """Words for somebody who is no partner any more, given back to their writer."""
    said = _("You and {name} do not go along together any more, so this has not left.", name=name) if name else None
    said = said or _("I cannot pass this on any more, so it has not left.")
    return Message(said, (Paragraph((said, " ", _("Here is what you wrote:"))), Quote(text)))


def refused(name: str, text: str, *, stands: bool) -> Message:
    """Words that the platform of a partner does not take, given back to their writer; or a change of words that they have."""
    if stands:
        said = _("I could not bring your change to {name}. They still read it as it was.", name=name)
    else:
        said = _("I could not bring it to {name}: nothing from me arrives there just now.", name=name)
    way = _("Here is what you wrote, in case you have another way to reach them:")
    return Message(said, (Paragraph((said, " ", way)), Quote(text), Buttons((Button(_("My partner"), ShowMine()),))))


def no_files(file: str, others: Sequence[Somebody]) -> Message:
    """A file that somebody wanted to send to a partner."""
    said = _("Files do not pass through me, so {names} did not get {file}.", names=joined_names(others), file=file)
    return Message(said, (Paragraph((said, " ", _("Words do: tell what is in it, or agree on another way to hand it over."))),))


def reacted(name: str, reactions: Sequence[str], text: str) -> Message:
    """One line about how a partner reacted to what I wrote."""
    first, *rest = (REACTIONS.get(each, _("{reaction}", reaction=each)) for each in reactions)
    for each in rest:
        first = _("{one}, {other}", one=first, other=each)
    said = _("{name} reacted: {reactions}", name=name, reactions=first)
    return Message(said, (Paragraph(said), about(text)))


def reacted_no_more(name: str, text: str) -> Message:
    """The same line when every reaction was taken back."""
    said = _("{name} took a reaction back.", name=name)
    return Message(said, (Paragraph(said), about(text)))


def about(text: str) -> Footnote:
    """Which of my messages it is about, by its first words."""
    return Footnote(_("To what you wrote: {words}", words=clean_line(text, FIRST_WORDS)))


WAY = _("Open the chat")


def conversation_opened(others: Sequence[Somebody]) -> Message:
    """Partners can talk without us."""
    said = _("There is a chat of your own for you and {names}.", names=joined_names(others))
    return Message(said, (Paragraph(said), Footnote(_("I read nothing there, and pass nothing on from there."))))


def greeting(names: Sequence[str]) -> Message:
    """The only thing that we say in a conversation of partners."""
    *first, last = names
    said = _("This is for you, {names} and {last}.", names=", ".join(first), last=last)
    rest = _("I have only opened the door: I read nothing here, and pass nothing on from here.")
    return Message(said, (Paragraph((said, " ", rest)),))


def no_conversation(group: int, others: Sequence[Somebody]) -> Message:
    """Partners cannot have a conversation of their own by us, so they write through us."""
    said = _("I cannot open a chat for you here. Write to {names} through me, and I pass it on.", names=joined_names(others))
    return Message(said, (Paragraph(said), Buttons(replies(group, others))))

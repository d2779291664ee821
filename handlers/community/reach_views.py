"""What leads see of people and places that no message of ours reaches."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.errors import Barrier
from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Fact, Facts, Footnote, Heading, Message, Paragraph
from bot.chat.text import Code, Moment
from bot.core.doing import RunCommand
from bot.core.reach import FOR_GOOD, KEPT_FOR, WHOLE_WORKSPACE, Missed
from handlers.community.payloads import SeeOutOfReach, TryAgain

MOST_MISSED = 20
PEOPLE = {
    Barrier.NOT_ADDED: _("They have not added me for themselves. They do it by opening our own chat once."),
    Barrier.BLOCKED: _("They let no messages of mine through. They can change that in our own chat."),
    Barrier.NOT_HERE: _("I am not in their chat any more. They can add me again."),
    Barrier.READ_ONLY: _("Their chat takes no messages now."),
    Barrier.GONE: _("Their account is not found any more."),
    Barrier.CLOSED: _("Their account is closed. They are counted out from now on. Should they come back, one word to me is enough."),
    Barrier.NOT_ALLOWED: _("I am not allowed to write to them. Ask whoever runs me to allow messages to people."),
}
PLACES = {
    Barrier.NOT_ADDED: _("I am not in this place. Somebody there can add me."),
    Barrier.BLOCKED: _("This place lets no messages of mine through."),
    Barrier.NOT_HERE: _("I am not in it any more, it lets no bots in, or it is gone. Add me again, or take another place."),
    Barrier.READ_ONLY: _("It is archived, or only some people may write there. If that was a mistake, open it again or let me write."),
    Barrier.GONE: _("It is not found any more. If that is right, there is nothing to do."),
    Barrier.CLOSED: _("It is closed for good."),
    Barrier.NOT_ALLOWED: _("There are only some people who may write there. Ask whoever looks after it to let me write."),
}
ANYBODY = {
    Barrier.REVOKED: _("My access was taken back. Ask whoever runs me to install me again. What waits is said by itself then."),
    Barrier.NO_SCOPE: _("I lack a permission. Ask whoever runs me to install me again with all of them, and I say what waits."),
    Barrier.MALFORMED: _("It was not made as it has to be. That is a fault of ours. Everything after it goes on. The log has the reason."),
    Barrier.UNKNOWN: _("My messages are refused, and I am not told why."),
}


def refused(lane: int, name: str, barrier: Barrier, waiting: int, *, is_place: bool = True) -> Message:
    """What happened, what to do about it, and what becomes of what waits."""
    happened = _what(name, barrier, is_place=is_place)
    blocks: list[Block] = [Paragraph(happened), Paragraph(_why(barrier, is_place=is_place))]
    if waiting and barrier not in FOR_GOOD:
        said = n_("{count} message waits.", "{count} messages wait.", waiting, count=waiting)
        blocks.append(Footnote((said, " ", _("What waits is kept for {days} days.", days=KEPT_FOR.days))))
    if barrier not in FOR_GOOD:
        blocks.append(Buttons((Button(_("Try again"), TryAgain(lane), "primary"),)))
    return Message(happened, tuple(blocks))


def _what(name: str, barrier: Barrier, *, is_place: bool) -> Phrase:
    if barrier in WHOLE_WORKSPACE:
        return _("I can say nothing more where {name} is.", name=name)
    if barrier is Barrier.MALFORMED:
        return _("One of my messages for {name} was refused.", name=name)
    return _("I can say nothing more in {place}.", place=name) if is_place else _("I can write to {name} no more.", name=name)


def _why(barrier: Barrier, *, is_place: bool) -> Phrase:
    return ANYBODY.get(barrier) or (PLACES if is_place else PEOPLE)[barrier]


def people_refused() -> Message:
    """People whose own choice it is: leads hear once that there are some, and can see who."""
    said = _("Somebody does not get my messages.")
    why = _("They have not added me for themselves, or let nothing of mine through. That is up to them.")
    waits = _("What still makes sense waits for {days} days. {door} shows who it is.", days=KEPT_FOR.days, door=Code("/convene community"))
    return Message(said, (Paragraph((said, " ", why)), Buttons((Button(_("See who"), SeeOutOfReach()),)), Footnote(waits)))


def places_gone(names: Sequence[str]) -> Message:
    """Places that were archived or deleted, or out of which somebody took us."""
    said = _("Nothing of mine comes to {places} any more.", places=", ".join(names))
    why = _("That is so when a place is archived or deleted, or when somebody takes me out of it.")
    what = _("Open it again or add me there, and all goes on. Everywhere else it goes on as before.")
    buttons = Buttons((Button(_("See the community"), RunCommand("convene", "community")),))
    return Message(said, (Paragraph((said, " ", why)), Paragraph(what), buttons))


def places_back() -> Message:
    """They can be written in again."""
    said = _("A place that was closed to me is open again, and all goes on there.")
    return Message(said, (Paragraph(said),))


def tried_again(count: int) -> Message:
    """What waits is on its way."""
    said = n_("{count} message is on its way.", "{count} messages are on their way.", count, count=count)
    return Message(said, (Paragraph((said, " ", _("If it is refused again, you hear of it."))),))


def nothing_waits() -> Message:
    """Somebody has tried already, or it is open again."""
    said = _("Nothing waits there any more.")
    return Message(said, (Paragraph(said),))


def out_of_reach(those: Sequence[Missed]) -> Message:
    """Whom and what no message of ours reaches, with the reason, for leads."""
    if not those:
        said = _("Everybody and every place can be reached.")
        return Message(said, (Paragraph(said),))
    said = n_("{count} person or place does not get my messages.", "{count} people and places do not get my messages.", len(those))
    shown, more = those[:MOST_MISSED], len(those) - MOST_MISSED
    lines = tuple(Fact(one.name, _since(one)) for one in shown)
    rest = (Paragraph(n_("And {count} more.", "And {count} more.", more)),) if more > 0 else ()
    again = _("As soon as they can be reached again, I bring what still makes sense. There is nothing else that you need to do here.")
    return Message(said, (Heading(_("Out of reach")), Paragraph(said), Facts(lines), *rest, Footnote(again)))


def _since(one: Missed) -> Phrase:
    return _("{why} Since {day}.", why=_why(one.barrier, is_place=one.is_place), day=Moment(one.since, "day"))

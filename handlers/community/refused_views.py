"""What leads are told when a platform lets us say nothing more somewhere."""

from __future__ import annotations

from bot.chat.errors import Cause
from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Footnote, Message, Paragraph
from handlers.community.payloads import TryAgain

KEPT_DAYS = 7


def refused(lane: int, name: str, cause: Cause, waiting: int) -> Message:
    """What happened, what to do about it, and what becomes of what waits."""
    happened, todo = _words(name, cause)
    blocks: list[Block] = [Paragraph(happened), Paragraph(todo)]
    if waiting:
        said = n_("{count} message waits.", "{count} messages wait.", waiting, count=waiting)
        blocks.append(Footnote((said, " ", _("What waits is kept for {days} days.", days=KEPT_DAYS))))
    if cause not in (Cause.NO_PERSON, Cause.OURS):
        blocks.append(Buttons((Button(_("Try again"), TryAgain(lane), "primary"),)))
    return Message(happened, tuple(blocks))


def _words(name: str, cause: Cause) -> tuple[Phrase, Phrase]:
    match cause:
        case Cause.ARCHIVED:
            return (
                _("I can say nothing more in {place}: it is archived.", place=name),
                _("Open it again if that was a mistake. Otherwise there is nothing to do."),
            )
        case Cause.NOT_IN:
            return (
                _("I can say nothing more in {place}: I am not in it any more, or it is gone.", place=name),
                _("Add me to it again, and I say what waits. If it is gone, there is nothing to do."),
            )
        case Cause.NOT_ALLOWED:
            return (
                _("I can say nothing more in {place}: only some people may write there.", place=name),
                _("Ask whoever looks after it to let me write, then press the button."),
            )
        case Cause.NO_PERSON:
            return (
                _("I can write to {name} no more: the account is closed.", name=name),
                _("They are counted out from now on. Should they come back, one word to me is enough."),
            )
        case Cause.REVOKED:
            return (
                _("I can say nothing more where {name} is: my access was taken back.", name=name),
                _("Ask whoever runs me to install me again. What waits is said by itself then."),
            )
        case Cause.NO_SCOPE:
            return (
                _("I can say nothing more where {name} is: I lack a permission.", name=name),
                _("Ask whoever runs me to install me again with all permissions. What waits is said by itself then."),
            )
        case Cause.OURS:
            return (
                _("One of my messages for {name} was refused, because it was not made as it has to be.", name=name),
                _("That is a fault of ours. Everything after it goes on. Whoever runs me finds the reason in the log."),
            )


def tried_again(count: int) -> Message:
    """What waits is on its way."""
    said = n_("{count} message is on its way.", "{count} messages are on their way.", count, count=count)
    return Message(said, (Paragraph((said, " ", _("If it is refused again, you hear of it."))),))


def nothing_waits() -> Message:
    """Somebody has tried already, or it is open again."""
    said = _("Nothing waits there any more.")
    return Message(said, (Paragraph(said),))

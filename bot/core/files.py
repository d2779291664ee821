"""Files that people send in their own chat: to whom one goes, and what is said of one that nobody takes or that did not arrive."""

from __future__ import annotations

from bot.chat.language import Phrase, _
from bot.chat.message import Message, Paragraph
from bot.chat.reply import Reply, Say
from bot.chat.text import clean_line
from bot.core import doing, outbox
from bot.core.context import Context
from bot.core.ports import LARGEST_FILE, MOST_FILES, FileLost, Loss, SentFile

LONGEST_NAME = 100


def take(ctx: Context, file: SentFile) -> Reply:
    """Take a file to the feature that knows its kind; the end of its name tells, whatever the letters are."""
    name = clean_line(file.name, LONGEST_NAME)
    file = SentFile(name, file.content, file.reply_to)
    if (answer := _answered(ctx, file) or _awaited(ctx, file)) is not None:
        return answer
    known = ctx.registry.files
    taker = next((known[suffix] for suffix in known if file.name.casefold().endswith(suffix)), None)
    if taker is not None:
        return doing.take_file(ctx, taker, file)
    if not known:
        return _said(_("I cannot read files yet, so I did nothing with {name}.", name=name))
    kinds = ", ".join(sorted(known))
    return _said(_("I did nothing with {name}. I can read files whose names end in one of these: {kinds}.", name=name, kinds=kinds))


def say_lost(ctx: Context, lost: FileLost) -> Reply:
    """Why a file is not here, and what would help."""
    name = clean_line(lost.name, LONGEST_NAME)
    return _answered(ctx, FileLost(name, lost.why, lost.reply_to)) or _said(_why(lost.why, name))


def _answered(ctx: Context, file: SentFile | FileLost) -> Reply | None:
    """What is said of a file that comes as a reply to a message whose feature has something to say to that."""
    found = doing.replied(ctx, outbox.said(ctx.session, lane=ctx.lane, message_id=file.reply_to)) if file.reply_to else None
    return found[0].on_file(ctx, found[1], file) if found is not None and found[0].on_file is not None else None


def _awaited(ctx: Context, file: SentFile) -> Reply | None:
    """What is said of a file by the feature that has asked for it."""
    waiting = (feature.awaits_file for feature in ctx.registry.features if feature.awaits_file is not None)
    return next((answer for awaits in waiting if (answer := awaits(ctx, file)) is not None), None)


def _why(why: Loss, name: str) -> Phrase:
    match why:
        case Loss.TOO_LARGE:
            return _("{name} is larger than {most} MB, so I did not take it.", name=name, most=LARGEST_FILE // 2**20)
        case Loss.EMPTY:
            return _("{name} is empty, so there was nothing to read.", name=name)
        case Loss.GONE:
            return _("{name} was gone before I could read it. Please send it again.", name=name)
        case Loss.REFUSED:
            return _("I was not allowed to read {name}. Whoever looks after me here can let me read files.", name=name)
        case Loss.LATE:
            return _("{name} did not reach me in time. Please send it again.", name=name)
        case Loss.TOO_MANY:
            return _("I read {most} files at once. Please send {name} and those after it again.", most=MOST_FILES, name=name)


def _said(phrase: Phrase) -> Say:
    return Say(Message(phrase, (Paragraph(phrase),)))

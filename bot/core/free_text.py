"""Free text: where it goes, what is asked about it, and what follows its editing or deletion."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.chat.command import bare_command, mentioned_command, slash_command
from bot.chat.errors import CardOutOfDate
from bot.chat.language import _
from bot.chat.message import Button, Buttons, Footnote, Message, Paragraph, Quote
from bot.chat.reply import Reply, Say, Silence
from bot.chat.text import Code
from bot.core import kept, outbox
from bot.core.context import Context, Written
from bot.core.doing import RunCommand, fits, press, replied, run_command
from bot.core.ports import Reacted, Wrote
from bot.core.routing import (
    AnswerQuestion,
    AskWhatItIs,
    CommandTyped,
    Help,
    NotForUs,
    Route,
    TakeReply,
    TodaysEntry,
    UnknownCommand,
    route,
)
from bot.people.values import Role


def take(ctx: Context, did: Wrote) -> Reply:
    """Take a text to where it belongs."""
    assert ctx.written is not None
    ctx.written = kept.newest(ctx, ctx.written)
    did = replace(did, text=ctx.written.text)
    where = _routed(ctx, did)
    match where:
        case CommandTyped(typed):
            command = ctx.registry.command(typed.command)
            assert command is not None
            return run_command(ctx, command, typed.rest)
        case Help():
            return welcome(ctx)
        case UnknownCommand(word, meant):
            return unknown_command(ctx, word, meant)
        case TakeReply(payload):
            found = replied(ctx, payload)
            if found is None:
                raise CardOutOfDate
            return _or_command(ctx, did, found[0].run(ctx, found[1], ctx.written))
        case AnswerQuestion(is_yes):
            return _answer(ctx, is_yes)
        case TodaysEntry():
            taker = next(f.takes_text for f in ctx.registry.features if f.takes_text and f.takes_text.is_open(ctx))
            return _or_command(ctx, did, taker.take(ctx, ctx.written))
        case AskWhatItIs():
            return _or_command(ctx, did, _ask(ctx, ctx.written))
        case NotForUs():
            return Silence()
        case _:
            assert_never(where)


def _routed(ctx: Context, did: Wrote) -> Route:
    takers = [f.takes_text for f in ctx.registry.features if f.takes_text is not None]
    replies_to = outbox.said(ctx.session, lane=ctx.lane, message_id=did.reply_to) if did.reply_to else None
    is_free = ctx.in_chat and not did.text.lstrip().startswith("/")
    return route(
        did.text,
        in_chat=ctx.in_chat,
        mentions_bot=did.mentions_bot,
        replies_to=replies_to,
        question_is_open=is_free and kept.open_question(ctx) is not None,
        day_is_open=is_free and any(taker.is_open(ctx) for taker in takers),
        known=ctx.registry.spellings,
        lines=ctx.registry.lines,
    )


def _or_command(ctx: Context, did: Wrote, reply: Reply) -> Reply:
    """What was taken for a sentence and begins like a command may have been meant as one, which stays one press away."""
    typed = mentioned_command(did.text, ctx.registry.spellings) if ctx.in_chat or did.mentions_bot else None
    command = ctx.registry.command(typed.command) if typed is not None else None
    if typed is None or command is None or not isinstance(reply, Say) or not fits(typed.rest):
        return reply
    if command.role is Role.LEAD and not ctx.actor.is_lead:
        return reply
    asked = _("Did you mean the command {command}? This button runs it.", command=Code(f"/{ctx.registry.prefix}{command.name}"))
    button = Button(_("Run it"), RunCommand(command.name, typed.rest), asks=command.asks)
    message = reply.message
    return replace(reply, message=replace(message, blocks=(*message.blocks, Paragraph(asked), Buttons((button,)))))


def _ask(ctx: Context, written: Written) -> Reply:
    text = kept.keep(ctx, written)
    offers = [offer for f in reversed(ctx.registry.features) for offer in f.offers]
    offers.sort(key=lambda offer: offer.declines)
    buttons = tuple(Button(o.label, o.payload(text), "primary" if not i and not o.declines else "plain") for i, o in enumerate(offers))
    return Say(
        Message(
            _("I kept what you wrote. What shall I do with it?"),
            (
                Paragraph(_("I kept what you wrote. What shall I do with it?")),
                Quote(written.text),
                Buttons(buttons),
                Footnote(_("Only you see this. I keep the text for a week, then it is gone.")),
            ),
        )
    )


def _answer(ctx: Context, is_yes: bool) -> Reply:
    text = kept.open_question(ctx)
    assert text is not None
    offers = [offer for f in reversed(ctx.registry.features) for offer in f.offers]
    return press(ctx, next(o for o in offers if o.declines is not is_yes).payload(text))


def unknown_command(ctx: Context, word: str, meant: str | None = None, rest: str = "") -> Reply:
    """Say that a command is unknown, which one was probably meant, and what there is."""
    if meant is None:
        said = _("I do not know {word}. Here is what I can do.", word=Code(word[:80]))
    else:
        said = _("I do not know {word}. Did you mean {meant}?", word=Code(word[:80]), meant=Code(f"/{meant}"))
    door = welcome(ctx)
    blocks = door.message.blocks if isinstance(door, Say) else ()
    given_back = (Quote(rest),) if rest else ()
    return Say(Message(said, (Paragraph(said), *given_back, *blocks)))


def welcome(ctx: Context) -> Reply:
    """The front door."""
    door = next((f.front_door for f in ctx.registry.features if f.front_door is not None), None)
    return Say(door(ctx)) if door is not None else Silence()


def follow_edit(ctx: Context) -> Reply:
    """Let the feature that took a message follow its editing; what stands behind a command's name is what was taken."""
    assert ctx.written is not None
    text, known = ctx.written.text, ctx.registry.spellings
    typed = (slash_command(text, known) or bare_command(text, known)) if ctx.in_chat else mentioned_command(text, known)
    written = replace(ctx.written, text=typed.rest) if typed is not None else ctx.written
    for feature in ctx.registry.features:
        if feature.on_edit is not None:
            reply = feature.on_edit(ctx, written)
            if not isinstance(reply, Silence):
                return reply
    kept.follow_edit(ctx, ctx.written)
    return Silence()


def follow_deletion(ctx: Context) -> Reply:
    """Let the feature that took a message follow its deletion."""
    assert ctx.written is not None
    for feature in ctx.registry.features:
        if feature.on_delete is not None:
            reply = feature.on_delete(ctx, ctx.written)
            if not isinstance(reply, Silence):
                return reply
    kept.follow_deletion(ctx, ctx.written)
    return Silence()


def follow_reaction(ctx: Context, did: Reacted) -> Reply:
    """Let the feature whose message somebody reacted to hear of it; most care for none."""
    found = replied(ctx, outbox.said(ctx.session, lane=ctx.lane, message_id=did.message_id))
    if found is None or found[0].on_reaction is None:
        return Silence()
    return found[0].on_reaction(ctx, found[1], did)

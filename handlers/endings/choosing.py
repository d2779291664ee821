"""What a lead may do with quotes and with lines about what stuck: leave one out, and put it back; the words are their writers'."""

from __future__ import annotations

from bot.chat.errors import CardOutOfDate
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from handlers import challenges
from handlers.challenges import Challenge, State
from handlers.endings import reporting, sticking, store, views
from handlers.endings.payloads import ChooseLine, ChooseQuote, ShowLines, ShowQuotes


def show(ctx: Context, payload: ShowQuotes) -> Reply:
    """A page of what was released."""
    challenge = _reported(ctx, payload.challenge)
    return Say(views.quotes(challenge, reporting.quotables(ctx, challenge), payload.page))


def choose(ctx: Context, payload: ChooseQuote) -> Reply:
    """Leave a quote out, or put it back; the draft, and what was posted, says so at once."""
    challenge = _reported(ctx, payload.challenge)
    found = {each.entry: each for each in reporting.quotables(ctx, challenge)}
    quote = found.get(payload.entry)
    if quote is None or quote.is_left_out is payload.leave_out:
        return Say(views.quotes(challenge, list(found.values()), payload.page))
    report = store.report(ctx, challenge.id).id
    if payload.leave_out:
        store.leave_out(ctx, report, payload.entry)
    else:
        store.put_back(ctx, report, payload.entry)
    reporting.show_anew(ctx, challenge)
    return Say(views.quotes(challenge, reporting.quotables(ctx, challenge), payload.page), instead=True)


def show_lines(ctx: Context, payload: ShowLines) -> Reply:
    """A page of what people gave the report about what stuck."""
    return Say(_lines(ctx, _reported(ctx, payload.challenge), payload))


def choose_line(ctx: Context, payload: ChooseLine) -> Reply:
    """Leave a line out, or put it back; what was told already says so at once."""
    challenge = _reported(ctx, payload.challenge)
    found = {each.id: each for each in store.answers(ctx, challenge.id, payload.after)}
    line = found.get(payload.line)
    if line is None or not line.line or line.is_left_out is payload.leave_out:
        return Say(_lines(ctx, challenge, payload))
    store.choose_line(ctx, line.id, leave_out=payload.leave_out)
    sticking.follow_line(ctx, challenge, payload.after)
    return Say(_lines(ctx, challenge, payload), instead=True)


def _lines(ctx: Context, challenge: Challenge, payload: ShowLines | ChooseLine) -> Message:
    given = reporting.lines(ctx, store.answers(ctx, challenge.id, payload.after))
    return views.lines(challenge, payload.after, given, payload.page)


def _reported(ctx: Context, challenge_id: int) -> Challenge:
    challenge = challenges.challenge(ctx, challenge_id, lock=True)
    if challenge is None or challenge.state not in (State.CLOSING, State.CLOSED):
        raise CardOutOfDate
    return challenge

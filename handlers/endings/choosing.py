"""What a lead may do with quotes: leave one out, and put it back; the words are their writers'."""

from __future__ import annotations

from bot.chat.errors import CardOutOfDate
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from handlers import challenges
from handlers.challenges import Challenge, State
from handlers.endings import reporting, store, views
from handlers.endings.payloads import ChooseQuote, ShowQuotes


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


def _reported(ctx: Context, challenge_id: int) -> Challenge:
    challenge = challenges.challenge(ctx, challenge_id, lock=True)
    if challenge is None or challenge.state not in (State.CLOSING, State.CLOSED):
        raise CardOutOfDate
    return challenge

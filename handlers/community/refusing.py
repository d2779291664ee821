"""Conversations that are closed to us: the leads hear it once, and let be said what waits when they have done something about it."""

from __future__ import annotations

from bot.chat.reply import Reply, Say
from bot.core import parking
from bot.core.context import Context, For
from bot.core.facts import ConversationRefused
from bot.core.outbox import Kind
from handlers.community import refused_views as views
from handlers.community import store
from handlers.community.payloads import TryAgain


def tell(ctx: Context, fact: ConversationRefused) -> None:
    """Every lead hears what to do; told anew it is the same message."""
    card = views.refused(fact.lane, fact.name, fact.cause, fact.waiting)
    ctx.post_all([For(lead, card, f"refused:{fact.lane}") for lead in store.leads(ctx)], kind=Kind.NEWS)


def try_again(ctx: Context, payload: TryAgain) -> Reply:
    """A lead has done something about it."""
    count = parking.resume_alike(ctx.session, payload.lane, ctx.now)
    return Say(views.tried_again(count)) if count else Say(views.nothing_waits())

"""How a proposal reaches the community: members propose, leads publish, the community charters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot.chat.errors import LeadsOnly
from bot.chat.language import _
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.chat.text import Label
from bot.core.context import Context
from bot.core.outbox import Kind as PostKind
from bot.people import store as people
from handlers.charters import cards, endorsing, lead_views, moves, store, views
from handlers.charters.charter import Charter
from handlers.charters.forms import PublishDraft, SendBackDraft
from handlers.charters.payloads import Discard, Propose, Publish, SendBack
from handlers.charters.rules import Move


def propose(ctx: Context, payload: Propose) -> Reply:
    """Propose it; a lead of the community publishes their own at once."""
    charter = moves.managed(ctx, payload.charter)
    if not moves.may(charter, Move.PROPOSE):
        return Say(views.past_it(charter))
    return propose_it(ctx, charter)


def propose_it(ctx: Context, charter: Charter) -> Reply:
    """The leads get it to publish."""
    proposed = moves.moved(ctx, charter, Move.PROPOSE)
    card = lead_views.proposal(cards.standing(ctx, proposed), ctx.actor.name)
    for lead in cards.leads(ctx):
        if lead.id != ctx.actor.id:
            ctx.post(lead, card, kind=PostKind.PERSONAL, key=proposal_key(proposed), about=ctx.actor)
    return Say(lead_views.proposed(proposed, is_lead=ctx.actor.is_lead))


def proposal_key(charter: Charter) -> str:
    """The key of what leads see of a proposal."""
    return f"{cards.key(charter)}/proposal"


def ask_days(ctx: Context, payload: Publish) -> Reply:
    """Ask for how long the community says what it thinks."""
    charter = moves.managed(ctx, payload.charter)
    if not moves.may(charter, Move.PUBLISH):
        return Say(views.past_it(charter))
    return ctx.open(PublishDraft, subject=payload, intro=charter.name) if people.places(ctx.session) else Say(views.no_place())


def publish(ctx: Context, draft: PublishDraft, subject: Publish) -> Reply:
    """The endorsement begins in all places; a sponsor is asked apart from it."""
    charter = moves.managed(ctx, subject.charter)
    if not ctx.actor.is_lead:
        raise LeadsOnly(people.names_of_leads(ctx.session))
    moves.must(charter, Move.PUBLISH)
    until = ctx.now + timedelta(days=draft.days)
    version = charter.version + 1 if charter.round else charter.version
    changed = {"round": charter.round + 1, "until": until, "version": version, "shown_at": ctx.now}
    published = moves.moved(ctx, charter, Move.PUBLISH, **changed)
    store.keep_version(ctx, published)
    endorsing.begin(ctx, published)
    _settle(ctx, published, partial(lead_views.published, published))
    return Say(lead_views.published(published, ctx.actor.name))


def ask_why(ctx: Context, payload: SendBack) -> Reply:
    """Ask why it goes back."""
    charter = moves.managed(ctx, payload.charter)
    return (
        ctx.open(SendBackDraft, subject=payload, intro=charter.name) if moves.may(charter, Move.SEND_BACK) else Say(views.past_it(charter))
    )


def send_back(ctx: Context, draft: SendBackDraft, subject: SendBack) -> Reply:
    """It is a draft again; who proposed it hears why."""
    charter = moves.managed(ctx, subject.charter)
    moves.must(charter, Move.SEND_BACK)
    back = moves.moved(ctx, charter, Move.SEND_BACK)
    _settle(ctx, back, lambda by: lead_views.sent_back(back, by, draft.why))
    return Say(lead_views.sent_back(back, ctx.actor.name, draft.why))


def _settle(ctx: Context, charter: Charter, told: Callable[[Label], Message]) -> None:
    """The leads see what became of it, on a card that outlives whoever did it and names nobody; whoever leads it hears by whom."""
    for lead in cards.leads(ctx):
        ctx.rewrite(lead, proposal_key(charter), told(_("A lead")) if lead.id != ctx.actor.id else views.done(charter))
    cards.tell(ctx, {charter.lead} - {None, ctx.actor.id}, told(ctx.actor.name))  # type: ignore[arg-type]


def discard(ctx: Context, payload: Discard) -> Reply:
    """Forget a draft that nobody else has seen."""
    charter = store.charter(ctx, payload.charter)
    if charter is None:
        return Say(lead_views.discarded())
    charter = moves.managed(ctx, payload.charter)
    if charter.round or not moves.may(charter, Move.PROPOSE):
        return Say(views.past_it(charter))
    store.discard(ctx, charter.id)
    return Say(lead_views.discarded())

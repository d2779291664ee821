"""Whose a charter is: looking after it, handing it over, taking it on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.chat.errors import FieldErrors
from bot.chat.language import _
from bot.chat.message import Option
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.feature import Options
from bot.core.outbox import Kind as PostKind
from bot.people import store as people
from handlers.charters import cards, flows, lead_views, moves, store, views
from handlers.charters.charter import Part, Taking
from handlers.charters.forms import HandOverDraft, SupportDraft
from handlers.charters.payloads import AskSupport, HandOver, Manage, TakeOver


def manage(ctx: Context, payload: Manage) -> Reply:
    """All that can be done with it."""
    charter = moves.managed(ctx, payload.charter)
    places = [(place.id, place.name) for place in people.places(ctx.session)]
    own = people.place(ctx.session, charter.place) if charter.place is not None else None
    if own is not None and own.id not in dict(places):
        places.append((own.id, own.name))
    return Say(lead_views.manage(cards.standing(ctx, charter), places, is_lead=ctx.actor.is_lead))


def ask_hand_over(ctx: Context, payload: HandOver) -> Reply:
    """Ask to whom."""
    charter = moves.managed(ctx, payload.charter)
    return Say(views.past_it(charter)) if charter.state.is_over else ctx.open(HandOverDraft, subject=payload, intro=charter.name)


def successors(ctx: Context, subject: Any) -> Options:
    """Everybody else, those of the team first."""
    charter = store.charter(ctx, subject.charter) if isinstance(subject, HandOver) else None
    if charter is None:
        return {"to": ()}
    team = flows.team_of(ctx, charter)
    others = [member for member in people.members(ctx.session).values() if member.id != charter.lead]
    others.sort(key=lambda member: (member.id not in team, member.name.casefold()))
    return {"to": tuple(Option(str(member.id), member.name) for member in others)}


def hand_over(ctx: Context, draft: HandOverDraft, subject: HandOver) -> Reply:
    """Somebody else leads it from now on; they hear of it, and whoever led it stays on the team."""
    charter = moves.managed(ctx, subject.charter)
    if charter.state.is_over:
        raise FieldErrors({"": _("This is over, so nothing was changed.")})
    new = people.members(ctx.session, [int(draft.to)]).get(int(draft.to))
    assert new is not None, "they are one of the options"
    if charter.lead is not None and charter.lead in people.members(ctx.session, [charter.lead]):
        store.put(ctx, charter.id, Taking(charter.lead, Part.TEAM))
    co_lead = None if charter.co_lead == new.id else charter.co_lead
    given = moves.changed_to(ctx, replace(charter, lead=new.id, co_lead=co_lead))
    if new.id != ctx.actor.id:
        ctx.post(new, lead_views.is_yours(given, ctx.actor.name), kind=PostKind.PERSONAL, about=ctx.actor)
    return Say(lead_views.handed_over(given, new.name))


def open_support(ctx: Context, payload: AskSupport) -> Reply:
    """Ask what is in the way."""
    charter = moves.managed(ctx, payload.charter)
    return ctx.open(SupportDraft, subject=payload, intro=charter.name) if charter.state.is_at_work else Say(views.past_it(charter))


def ask_support(ctx: Context, draft: SupportDraft, subject: AskSupport) -> Reply:
    """It reaches the leads of the community, who see whose ask it is."""
    charter = moves.managed(ctx, subject.charter)
    asked = [lead for lead in cards.leads(ctx) if lead.id != ctx.actor.id]
    for lead in asked:
        ctx.post(lead, lead_views.support_asked(charter, ctx.actor.mention, draft.words), kind=PostKind.PERSONAL, about=ctx.actor)
    return Say(lead_views.support_on_its_way(charter, [lead.name for lead in asked]))


def take_over(ctx: Context, payload: TakeOver) -> Reply:
    """Somebody takes it on, where nobody leads it."""
    charter = moves.managed(ctx, payload.charter)
    if charter.state.is_over:
        return Say(views.past_it(charter))
    if charter.lead is not None:
        return Say(lead_views.is_taken(charter, flows.names_of(ctx, charter.lead)))
    return Say(lead_views.is_yours(moves.changed_to(ctx, replace(charter, lead=ctx.actor.id)), None))

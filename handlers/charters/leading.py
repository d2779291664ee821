"""Whose a charter is: looking after it, handing it over, taking it on."""

from __future__ import annotations

from collections.abc import Sequence
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
from bot.people.values import Member
from handlers.charters import cards, flows, homes, lead_views, meeting_views, meetings, moves, store, views
from handlers.charters.charter import Part, Taking
from handlers.charters.forms import NOBODY, HandOverDraft, SupportDraft, SupporterDraft
from handlers.charters.payloads import AskSupport, HandOver, LeadCall, Manage, NameSupporter, TakeOver


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
        store.put(ctx, charter.id, Taking(charter.lead, Part.FOLLOWS if charter.is_call else Part.TEAM))
    co_lead = None if charter.co_lead == new.id else charter.co_lead
    is_new = new.id not in flows.team_of(ctx, charter)
    given = moves.changed_to(ctx, replace(charter, lead=new.id, co_lead=co_lead, is_call=False))
    homes.welcome(ctx, given, [new] if is_new else ())
    if new.id != ctx.actor.id:
        told = lead_views.is_yours(given, ctx.actor.name, homes.name_of(ctx, given) if is_new else "")
        ctx.post(new, told, kind=PostKind.PERSONAL, about=ctx.actor)
    return Say(lead_views.handed_over(given, new.name))


def open_support(ctx: Context, payload: AskSupport) -> Reply:
    """Ask what is in the way."""
    charter = moves.managed(ctx, payload.charter)
    return ctx.open(SupportDraft, subject=payload, intro=charter.name) if charter.state.is_at_work else Say(views.past_it(charter))


def ask_support(ctx: Context, draft: SupportDraft, subject: AskSupport) -> Reply:
    """It reaches who supports teams in this community, or its leads where nobody is named; they see whose ask it is."""
    charter = moves.managed(ctx, subject.charter)
    asked = [each for each in _supporters(ctx) if each.id != ctx.actor.id]
    for lead in asked:
        ctx.post(lead, lead_views.support_asked(charter, ctx.actor.mention, draft.words), kind=PostKind.PERSONAL, about=ctx.actor)
    return Say(lead_views.support_on_its_way(charter, [lead.name for lead in asked]))


def _supporters(ctx: Context) -> Sequence[Member]:
    named = meetings.supporter(ctx)
    found = people.members(ctx.session, [named]) if named is not None and named != ctx.actor.id else {}
    return list(found.values()) or cards.leads(ctx)


def ask_supporter(ctx: Context, payload: NameSupporter) -> Reply:
    """Ask who supports teams."""
    named = meetings.supporter(ctx)
    return ctx.open(SupporterDraft, values={"person": str(named) if named is not None else NOBODY}, subject=payload)


def supporters(ctx: Context, _subject: Any) -> Options:
    """Everybody, by name, or nobody in particular."""
    found = sorted(people.members(ctx.session).values(), key=lambda member: member.name.casefold())
    leads = Option(NOBODY, _("Nobody in particular: the leads"))
    return {"person": (leads, *(Option(str(member.id), member.name) for member in found))}


def name_supporter(ctx: Context, draft: SupporterDraft, _subject: NameSupporter) -> Reply:
    """They hear of it; a team that asks for support reaches them from now on."""
    new = people.members(ctx.session, [int(draft.person)]).get(int(draft.person)) if draft.person != NOBODY else None
    before = meetings.supporter(ctx)
    meetings.name_supporter(ctx, new.id if new is not None else None)
    if new is not None and new.id not in (before, ctx.actor.id):
        ctx.post(new, meeting_views.you_support(ctx.actor.name), kind=PostKind.PERSONAL, about=ctx.actor)
    return Say(meeting_views.supporter_named(new.name if new is not None else ""))


def take_over(ctx: Context, payload: TakeOver) -> Reply:
    """Somebody takes it on, where nobody leads it."""
    charter = moves.managed(ctx, payload.charter)
    if charter.state.is_over:
        return Say(views.past_it(charter))
    if charter.lead is not None:
        return Say(lead_views.is_taken(charter, flows.names_of(ctx, charter.lead)))
    taken = moves.changed_to(ctx, replace(charter, lead=ctx.actor.id, is_call=False))
    homes.welcome(ctx, taken, [ctx.actor])
    return Say(lead_views.is_yours(taken, None, homes.name_of(ctx, taken)))


def lead_call(ctx: Context, payload: LeadCall) -> Reply:
    """The first of the team who wants to leads what was a call; whoever opened it follows it, and hears."""
    charter = moves.known(ctx, payload.charter, lock=True)
    if charter.state.is_over:
        return Say(views.past_it(charter))
    if not charter.is_call:
        return Say(lead_views.is_taken(charter, flows.names_of(ctx, charter.lead)))
    taking = store.part_of(ctx, charter.id, ctx.actor.id)
    if taking is None or taking.part is not Part.TEAM:
        raise moves.NotYours
    opener = people.members(ctx.session, [charter.lead]).get(charter.lead) if charter.lead is not None else None
    led = moves.changed_to(ctx, replace(charter, lead=ctx.actor.id, is_call=False))
    if opener is not None:
        store.put(ctx, led.id, Taking(opener.id, Part.FOLLOWS))
        ctx.post(opener, lead_views.is_led(led, ctx.actor.name), kind=PostKind.PERSONAL, about=ctx.actor)
    return Say(lead_views.is_yours(led, None))

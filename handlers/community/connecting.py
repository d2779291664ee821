"""Connecting: a code joins a place elsewhere to the community, or links a person's two identities, when both sides agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.chat.errors import CardOutOfDate
from bot.chat.language import Phrase
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.core import crossing
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import joining
from bot.people import store as people
from bot.people.joining import Somewhere, TypedCode
from bot.people.rows import ConnectCodeRow
from handlers.community import connect_views as views
from handlers.community import store
from handlers.community.payloads import Agree, CancelCode, GetCode, JoinPlaces, Link, NotNow, Refuse
from handlers.community.rules import ANSWERED_WITHIN, TRIES, read_code
from handlers.community.views import note

LINK, JOIN = "link", "join"


def connect(ctx: Context, rest: str) -> Reply:
    """`/convene connect` gives a code, `/convene connect CODE` uses one."""
    return _use(ctx, read_code(rest)) if rest else get_code(ctx, GetCode())


def get_code(ctx: Context, _payload: GetCode) -> Reply:
    """A new code, shown once."""
    return Say(views.code_card(store.make_code(ctx), is_lead=ctx.actor.is_lead))


def cancel(ctx: Context, payload: CancelCode) -> Reply:
    """A code that nobody used yet opens nothing any more."""
    row = store.own_code(ctx, payload.code)
    if row is None:
        raise CardOutOfDate
    if row.used_at is not None:
        return Say(views.used_already())
    row.cancelled_at = row.cancelled_at or ctx.now
    return Say(views.cancelled(), instead=True)


def _use(ctx: Context, letters: str) -> Reply:
    tried = store.count_tries(ctx)
    if tried >= TRIES:
        return Say(views.too_many())
    me = ctx.actor
    code = joining.type_code(ctx.session, ctx.vault.digest(store.COLUMN, letters), by=me.id, identity=me.identities[0].id)
    there = joining.look_at(ctx.session, code.person) if code is not None else None
    if code is None or there is None:
        store.add_try(ctx)
        return Say(views.wrong(TRIES - tried - 1) if tried + 1 < TRIES else views.too_many())
    if code.person == me.id:
        return Say(views.own_code())
    if not _is_open(ctx, code) or not there.is_here:
        store.add_try(ctx)
        return Say(views.no_longer_good(TRIES - tried - 1) if tried + 1 < TRIES else views.too_many())
    here = _here(ctx)
    against_link, against_joining = _against_link(here, there), _against_joining(here, there)
    links, joins = ctx.in_chat and against_link is None, against_joining is None
    if not links and not joins:
        against = against_link if ctx.in_chat else against_joining
        assert against is not None
        return Say(note(against))
    return Say(views.offer(code.id, there, here, links=links, joins=joins))


def _is_open(ctx: Context, code: TypedCode) -> bool:
    return not code.is_used and not code.is_cancelled and code.expires_at > ctx.now


def _here(ctx: Context) -> Somewhere:
    here = joining.look_at(ctx.session, ctx.actor.id)
    assert here is not None
    return here


def _against_link(here: Somewhere, there: Somewhere) -> Phrase | None:
    """Why these two cannot be one person, None where they can."""
    if here.workspaces & there.workspaces:
        return views.same_workspace()
    if here.community.id == there.community.id:
        return None
    if here.member_count > 1 or here.workspace_count > 1:
        return views.others_here(here.community.name, there.name)
    return _against_joining(replace(here, is_lead=True), there)


def _against_joining(here: Somewhere, there: Somewhere) -> Phrase | None:
    """Why this community cannot join that one, None where it can."""
    if here.community.id == there.community.id:
        return views.one_community_already(here.community.name)
    if not here.is_lead:
        return views.lead_needed(here.community.name)
    if not there.is_lead:
        return views.lead_needed_there(there.name, there.community.name)
    return None


def link(ctx: Context, payload: Link) -> Reply:
    """Whoever typed the code says that they made it too; the other identity is asked."""
    return _ask(ctx, payload.code, LINK, _against_link, views.asked_to_link)


def join_places(ctx: Context, payload: JoinPlaces) -> Reply:
    """The lead who typed the code wants to join; the lead who made it is asked."""
    return _ask(ctx, payload.code, JOIN, _against_joining, views.asked_to_join)


def _ask(
    ctx: Context,
    code_id: int,
    purpose: str,
    against: Callable[[Somewhere, Somewhere], Phrase | None],
    card: Callable[[int, Somewhere], Message],
) -> Reply:
    code = joining.typed_code(ctx.session, code_id, by=ctx.actor.id)
    there = joining.look_at(ctx.session, code.person) if code is not None else None
    if code is None or there is None:
        raise CardOutOfDate
    if code.is_used:
        return Say(views.waiting(there.name))
    if not _is_open(ctx, code) or not there.is_here:
        raise CardOutOfDate
    here = _here(ctx)
    why_not = against(here, there)
    if why_not is not None:
        return Say(note(why_not))
    joining.use_code(ctx.session, code.id, purpose=purpose, now=ctx.now)
    with crossing.across(ctx, there.community) as theirs:
        member = people.members(theirs.session, [there.person])[there.person]
        theirs.post(member, card(code.id, here), kind=Kind.ASKED_FOR, key=f"connect/{code.id}")
    return Say(views.waiting(there.name), instead=True)


def not_now(_ctx: Context, _payload: NotNow) -> Reply:
    """Nothing is asked; the code stays good for its hour."""
    return Say(views.nothing_connected(), instead=True)


def agree(ctx: Context, payload: Agree) -> Reply:
    """Whoever made the code agrees, and what was asked for happens."""
    row = _asked(ctx, payload.code)
    if row.answered_at is not None:
        return Say(views.answered_already())
    assert row.used_at is not None
    if row.used_at + ANSWERED_WITHIN < ctx.now:
        return Say(views.too_long_ago())
    purpose, identity = row.used_for, row.used_as
    them = joining.look_at(ctx.session, row.used_by) if row.used_by is not None else None
    if them is None or not them.is_here or identity is None:
        raise CardOutOfDate
    why_not = (_against_link if purpose == LINK else _against_joining)(them, _here(ctx))
    if why_not is not None:
        return Say(note(why_not))
    row.answered_at, row.agreed = ctx.now, True
    others = [] if them.community.id == ctx.community.id else _other_leads(ctx, them)
    places = crossing.take_in(ctx, them.community) if them.community.id != ctx.community.id else 0
    return _link(ctx, them, identity) if purpose == LINK else _joined(ctx, them, places, others)


def _other_leads(ctx: Context, them: Somewhere) -> list[int]:
    """Whoever else leads the community that comes; they hear that it came."""
    with crossing.across(ctx, them.community) as theirs:
        return [lead.id for lead in store.leads(theirs) if lead.id != them.person]


def _link(ctx: Context, them: Somewhere, identity: int) -> Reply:
    member = crossing.link(ctx, ctx.actor.id, them.person, ctx.actor.identities[0].id)
    other = tuple(each for each in member.identities if each.id == identity)
    said = ctx.with_additions(views.linked())
    if other:
        ctx.post(replace(member, identities=other), said, kind=Kind.ASKED_FOR)
    return Say(said, instead=True)


def _joined(ctx: Context, them: Somewhere, places: int, others: Sequence[int]) -> Reply:
    lead = people.members(ctx.session, [them.person])[them.person]
    for other in people.members(ctx.session, others).values():
        ctx.post(other, views.brought_along(them.name, them.community.name, ctx.community.name), kind=Kind.NEWS, about=lead)
    ctx.post(lead, views.you_joined(ctx.actor.name, ctx.community.name), kind=Kind.ASKED_FOR)
    return Say(views.joined(them.community.name, places), instead=True)


def refuse(ctx: Context, payload: Refuse) -> Reply:
    """Whoever made the code does not want it; the other side hears that."""
    row = _asked(ctx, payload.code)
    if row.answered_at is not None:
        return Say(views.answered_already())
    row.answered_at, row.agreed = ctx.now, False
    them = joining.look_at(ctx.session, row.used_by) if row.used_by is not None else None
    if them is not None and them.is_here:
        with crossing.across(ctx, them.community) as theirs:
            member = people.members(theirs.session, [them.person])[them.person]
            theirs.post(member, views.they_refused(ctx.actor.name), kind=Kind.ASKED_FOR)
    return Say(views.refused(), instead=True)


def _asked(ctx: Context, code: int) -> ConnectCodeRow:
    row = store.own_code(ctx, code)
    if row is None or row.used_at is None:
        raise CardOutOfDate
    return row

"""What whoever looks after a request does: move on, give more time, a new round, make it larger, hand it over, call it off."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _
from bot.chat.message import Message, Option
from bot.chat.reply import Reply, Say
from bot.core.context import Context, For
from bot.core.feature import Options
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.days import instant_of
from handlers import nudges
from handlers.opinions import (
    audience,
    ballot_views,
    cards,
    charting,
    composing,
    draft_views,
    growing,
    inviting,
    managing_views,
    phases,
    seats,
    store,
    taking_part,
    views,
)
from handlers.opinions.forms import CancelDraft, ExtendDraft, GrowDraft, HandOverDraft, RoundDraft
from handlers.opinions.payloads import Cancel, Extend, Grow, HandOver, Manage, MoveOn, NewRound, TakeOver
from handlers.opinions.requests import Request
from handlers.opinions.rules import Phase, Size, TooSoon, plan_rest


def manage(ctx: Context, payload: Manage) -> Reply:
    """All that can be done with it."""
    request = taking_part.managed(ctx, payload.request)
    version = store.newest_version(ctx, request.id)
    return Say(managing_views.manage(cards.standing(ctx, request), has_draft=version is not None))


def move_on(ctx: Context, payload: MoveOn) -> Reply:
    """End this phase now; a second press finds it ended."""
    request = taking_part.managed(ctx, payload.request)
    if request.phase.value != payload.phase or not request.is_running or request.phase is Phase.SEND:
        return Say(views.past_it(request))
    return Say(managing_views.moved_on(phases.move_on(ctx, request)))


# -- time ----------------------------------------------------------------------------------------------------------------


def ask_extend(ctx: Context, payload: Extend) -> Reply:
    """Ask until when, and why."""
    request = taking_part.managed(ctx, payload.request)
    if not request.is_running or request.until is None:
        return Say(views.past_it(request))
    local = request.until.astimezone(ZoneInfo(ctx.community.zone))
    return ctx.open(ExtendDraft, values={"on": local.date(), "at": local.time()}, subject=payload, intro=request.question)


def extend(ctx: Context, draft: ExtendDraft, subject: Extend) -> Reply:
    """The phase ends later, and so does everything after it; everybody hears why."""
    request = taking_part.managed(ctx, subject.request)
    if not request.is_running or request.until is None:
        raise FieldErrors({"": _("This has moved on meanwhile, so nothing was changed.")})
    at = _instant(ctx, draft.on, draft.at)
    if at <= max(request.until, ctx.now):
        raise FieldErrors({"on": _("Please choose a later time than it has now.")})
    if at > ctx.now + phases.FARTHEST:
        raise FieldErrors({"on": _("Please choose a day within a year.")})
    later = at - request.until
    order = list(Phase)
    here = order.index(request.phase)
    ends = {phase: until + later if order.index(phase) >= here else until for phase, until in request.ends.items()}
    changed = store.save(ctx, replace(request, ends=ends))
    phases.come_round(ctx, changed)
    cards.show(ctx, changed)
    told = managing_views.extended(changed, at, draft.reason)
    cards.tell_places(ctx, told)
    cards.tell_all(ctx, changed, told, but=[ctx.actor.id])
    return Say(told)


def _instant(ctx: Context, on: date, at: time) -> datetime:
    return instant_of(on, at, ctx.community.zone)


# -- a new round, another size -------------------------------------------------------------------------------------------


def ask_round(ctx: Context, payload: NewRound) -> Reply:
    """Ask until when the changed response is voted on."""
    request = taking_part.managed(ctx, payload.request)
    if request.phase is not Phase.SEND or request.size is Size.QUICK:
        return Say(views.past_it(request))
    return ctx.open(RoundDraft, subject=payload, intro=managing_views.change_first(request))


def begin_round(ctx: Context, draft: RoundDraft, subject: NewRound) -> Reply:
    """All who are invited vote anew; those who voted before hear that their ballot does not count for the new words."""
    request = taking_part.managed(ctx, subject.request)
    if request.phase is not Phase.SEND or request.size is Size.QUICK:
        raise FieldErrors({"": _("The response was sent or is voted on meanwhile, so nothing was changed.")})
    at = _instant(ctx, draft.on, draft.at)
    if not ctx.now < at <= ctx.now + phases.FARTHEST:
        raise FieldErrors({"on": _("Please choose a later time, within a year.")})
    version = store.newest_version(ctx, request.id)
    assert version is not None, "it was voted on"
    due = max(request.deadline, at + phases.TIME_TO_SEND)
    ends = {**request.ends, Phase.RATIFY: at, Phase.SEND: due}
    before = store.response(ctx, request) or version
    changes = list(draft_views.change_blocks(composing.changes(before.sentences, version.sentences)))
    anew = replace(request, phase=Phase.RATIFY, round=request.round + 1, voted=version.number, decision=None, ends=ends)
    begun = store.save(ctx, anew)
    phases.come_round(ctx, begun)
    told = ballot_views.new_round(begun, changes)
    cards.show(ctx, begun)
    cards.tell_places(ctx, told)
    voted_before = None if begun.is_anonymous else seats.took_part(ctx, begun.id)
    _ask_anew(ctx, begun, told, voted_before)
    return Say(ballot_views.gone_on(begun))


def _ask_anew(ctx: Context, request: Request, told: Message, voted_before: Collection[int] | None) -> None:
    """Those who voted before are asked directly; of an anonymous request everybody who is invited, so that it tells of nobody."""
    asked = [
        member
        for member in audience.members(ctx, request).values()
        if member.id != ctx.actor.id and (voted_before is None or member.id in voted_before)
    ]
    ctx.post_all([For(member, told) for member in asked], kind=Kind.NEWS)


def ask_grow(ctx: Context, payload: Grow) -> Reply:
    """Ask into which size, and by when."""
    request = taking_part.managed(ctx, payload.request)
    if not request.may_grow:
        return Say(views.past_it(request))
    due = request.deadline.astimezone(ZoneInfo(ctx.community.zone))
    return ctx.open(GrowDraft, values={"on": due.date(), "at": due.time()}, subject=payload, intro=request.question)


def grow(ctx: Context, draft: GrowDraft, subject: Grow) -> Reply:
    """It goes on in the larger size, with all that was said."""
    request = taking_part.managed(ctx, subject.request)
    size = Size(draft.size)
    if not request.may_grow or size is request.size:
        raise FieldErrors({"size": _("It has this size already, or has gone too far to grow. Nothing was changed.")})
    try:
        stops = plan_rest(growing.remaining(size), ctx.now, _instant(ctx, draft.on, draft.at), ctx.community.zone, size)
    except TooSoon as soon:
        raise FieldErrors({"on": soon.phrase}) from soon
    grown = growing.grow(ctx, request, size, stops)
    phases.come_round(ctx, grown)
    cards.show(ctx, grown)
    told = managing_views.grown(cards.standing(ctx, grown))
    cards.tell_places(ctx, told)
    return Say(told)


# -- whose it is ---------------------------------------------------------------------------------------------------------


def ask_hand_over(ctx: Context, payload: HandOver) -> Reply:
    """Ask to whom."""
    request = taking_part.managed(ctx, payload.request)
    return Say(views.past_it(request)) if request.phase.is_over else ctx.open(HandOverDraft, subject=payload, intro=request.question)


def successors(ctx: Context, subject: Any) -> Options:
    """The groups that could draft it, and everybody else, by name."""
    request = store.request(ctx, subject.request) if isinstance(subject, HandOver) else None
    others = [member for member in people.members(ctx.session).values() if request is not None and member.id != request.owner]
    others.sort(key=lambda member: (not member.is_lead, member.name.casefold()))
    groups = [each for each in audience.group_options(ctx) if request is not None and audience.group_of(each.value) != request.group]
    return {"to": (*groups, *(Option(str(member.id), member.name) for member in others))}


def hand_over(ctx: Context, draft: HandOverDraft, subject: HandOver) -> Reply:
    """Somebody else looks after it from now on; they hear of it."""
    request = taking_part.managed(ctx, subject.request)
    if request.phase.is_over:
        raise FieldErrors({"": _("This request is over.")})
    if (group := audience.group_of(draft.to)) is not None:
        return Say(managing_views.handed_over(request, inviting.give_to_group(ctx, request, group).name))
    given = store.save(ctx, replace(request, owner=int(draft.to)))
    new = people.members(ctx.session, [int(draft.to)]).get(int(draft.to))
    assert new is not None, "they are one of the options"
    ctx.post(new, managing_views.is_yours(given, ctx.actor.name), kind=Kind.PERSONAL, about=ctx.actor)
    cards.show(ctx, given)
    return Say(managing_views.handed_over(given, new.name))


def take_over(ctx: Context, payload: TakeOver) -> Reply:
    """A lead takes it on, where nobody looks after it."""
    request = store.request(ctx, payload.request, lock=True)
    if request is None or request.phase.is_over:
        raise CardOutOfDate
    if request.owner is not None:
        names = people.names(ctx.session, [request.owner])
        return Say(managing_views.is_taken(request, names.get(request.owner, "")))
    taken = store.save(ctx, replace(request, owner=ctx.actor.id))
    cards.show(ctx, taken)
    return Say(managing_views.is_yours(taken, None))


# -- calling it off ------------------------------------------------------------------------------------------------------


def ask_cancel(ctx: Context, payload: Cancel) -> Reply:
    """Ask why."""
    request = taking_part.managed(ctx, payload.request)
    return ctx.open(CancelDraft, subject=payload, intro=request.question) if request.is_running else Say(views.past_it(request))


def cancel(ctx: Context, draft: CancelDraft, subject: Cancel) -> Reply:
    """Call it off with a reason; what was said goes for good."""
    request = taking_part.managed(ctx, subject.request)
    if not request.is_running:
        return Say(views.past_it(request))
    nudges.drop(ctx, phases.reminder_key(request))
    took_part = seats.took_part(ctx, request.id) - {ctx.actor.id}
    seats.seal_off(ctx, request.id)
    charting.take_down(ctx, request)
    off = store.save(ctx, replace(request, phase=Phase.CANCELLED, reason=draft.reason))
    ctx.forget(phases.PHASE_JOB, [off.id])
    ctx.forget(phases.REMIND_JOB, [off.id])
    cards.show(ctx, off)
    cards.tell_places(ctx, views.over(off))
    ctx.post_all([For(member, views.over(off)) for member in people.members(ctx.session, took_part).values()], kind=Kind.NEWS)
    return Say(views.over(off))

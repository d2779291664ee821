"""How a request goes from phase to phase: at its time, or because its owner moves it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.cadences import Occurrence, once
from bot.core.context import Context
from handlers import nudges
from handlers.opinions import cards, charting, drafting, ending_views, ratifying, sending, store, views
from handlers.opinions.requests import Request
from handlers.opinions.rules import Phase, Size, Way, next_phase, plan, plan_rest, way_of

PHASE_JOB, REMIND_JOB = "opinion.phase", "opinion.remind"
FARTHEST, TIME_TO_SEND = timedelta(days=366), timedelta(days=1)
SHORTEST_TO_REMIND = timedelta(hours=4)


def begin(ctx: Context, request: Request) -> Request:
    """Open it: its dates count from now on."""
    stops = plan(request.size, ctx.now, request.deadline, ctx.community.zone)
    ends = {stop.phase: stop.ends_at for stop in stops}
    begun = store.save(ctx, replace(request, phase=stops[0].phase, ends=ends, opened_at=ctx.now))
    come_round(ctx, begun)
    cards.show(ctx, begun)
    return begun


def come_round(ctx: Context, request: Request) -> None:
    """The end of the phase, and the reminder before it, come at their time."""
    if request.until is not None:
        cards.plan_once(ctx, PHASE_JOB, request, once(max(request.until, ctx.now + timedelta(minutes=1))))
    at = reminded_at(request)
    if at is not None and at > ctx.now:
        cards.plan_once(ctx, REMIND_JOB, request, once(at))
    else:
        ctx.forget(REMIND_JOB, [request.id])


def reminded_at(request: Request) -> datetime | None:
    """When those who have not taken part are reminded: halfway, not in a short phase or one that asks nothing of them."""
    until = request.until
    if request.phase not in {Phase.STATEMENTS, Phase.RATIFY} or until is None or request.opened_at is None:
        return None
    begun = max((at for at in request.ends.values() if at < until), default=request.opened_at)
    return begun + (until - begun) / 2 if until - begun >= SHORTEST_TO_REMIND else None


def end_due(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """What ends at this time."""
    for occurrence in occurrences:
        request = store.request(ctx, occurrence.subject, lock=True)
        if request is not None and request.is_running and request.until is not None and request.until <= ctx.now:
            move_on(ctx, request)


def move_on(ctx: Context, request: Request) -> Request:
    """The next phase begins, with what the one before came to."""
    nudges.drop(ctx, reminder_key(request))
    match request.phase:
        case Phase.SEND:
            return sending.be_due(ctx, request)
        case Phase.DRAFT if store.newest_version(ctx, request.id) is None:
            return sending.end_without(ctx, request)
        case Phase.DRAFT:
            drafting.close_test(ctx, request)
            return _enter(ctx, request, Way.OURS if request.size is Size.QUICK else None)
        case Phase.RATIFY:
            decision = ratifying.decision(ctx, request)
            decided = _enter(ctx, request, way_of(decision, request.fallback))
            ratifying.tell(ctx, decided, decision)
            return decided
        case _:
            return _enter(ctx, request)


def _enter(ctx: Context, request: Request, way: Way | None = None) -> Request:
    phase = next_phase(request.size, request.phase)
    ends = _ends(ctx, request, phase)
    version = store.newest_version(ctx, request.id) if phase is Phase.RATIFY else None
    was, decision, voted = request.phase, way.value if way else request.decision, version.number if version else request.voted
    request = store.save(ctx, replace(request, phase=phase, ends=ends, decision=decision, voted=voted))
    come_round(ctx, request)
    if was in {Phase.STATEMENTS, Phase.MAP}:
        if request.size is Size.QUICK:
            drafting.draft_quick(ctx, request)
        else:
            charting.ask(ctx, request)
    cards.show(ctx, request)
    cards.tell_places(ctx, views.moved(cards.standing(ctx, request)))
    if phase is Phase.SEND:
        cards.tell_owner(ctx, request, ending_views.to_send(request), sending.TO_SEND)
    return request


def _ends(ctx: Context, request: Request, phase: Phase) -> dict[Phase, datetime]:
    """The dates as they were promised, of what ended earlier as it was; where a phase begins after its end, the rest is divided anew."""
    ends = {each: min(until, ctx.now) if each is request.phase else until for each, until in request.ends.items()}
    at = ends.get(phase)
    if at is None or at > ctx.now:
        return ends
    remaining = [each for each in ends if list(Phase).index(each) >= list(Phase).index(phase)]
    deadline = max(request.deadline, ctx.now + timedelta(hours=24))
    return ends | {stop.phase: stop.ends_at for stop in plan_rest(remaining, ctx.now, deadline, ctx.community.zone, request.size)}


def reminder_key(request: Request) -> str:
    """The key of what reminds people to take part in the phase that it is in."""
    return f"{cards.key(request)}/{request.turn}"

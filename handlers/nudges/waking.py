"""Looking at people's reminders: what leaves now goes as one message, and the next look is planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.core.cadences import Cadence, Occurrence
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member
from handlers.nudges import away_store, store, views
from handlers.nudges.rules import Decision, State, decide, leaves_until, whole
from handlers.nudges.store import Item, Nudge, Standing

WAKE_JOB = "nudges.wake"


def look_at(ctx: Context, person: int, at: datetime) -> None:
    """Look at a person's reminders at an instant, unless that is planned for an earlier one."""
    at = whole(max(at, ctx.now + timedelta(seconds=1)))  # what is asked in one minute goes together
    planned = store.wake_of(ctx, person)
    if planned is not None:
        if planned[1] <= at:
            return
        forget(ctx, [planned[0]])
    _plan(ctx, person, at)


def look_anew(ctx: Context, person: int) -> None:
    """Look at a person's reminders now, whatever was planned."""
    planned = store.wake_of(ctx, person)
    if planned is not None:
        forget(ctx, [planned[0]])
    if store.has_waiting(ctx, person):
        _plan(ctx, person, ctx.now)


def forget(ctx: Context, wakes: Sequence[int]) -> None:
    """Do not look then."""
    ctx.forget(WAKE_JOB, wakes)
    store.delete_wakes(ctx, wakes)


def _plan(ctx: Context, person: int, at: datetime) -> None:
    at = whole(max(at, ctx.now + timedelta(seconds=1)))
    ctx.plan(WAKE_JOB, store.insert_wake(ctx, person, at), Cadence("UTC", at.time(), at.date(), at.date()))


def standings(ctx: Context, persons: Iterable[int]) -> dict[int, Standing]:
    """How it stands between people and reminders, with their days away."""
    persons = list(persons)
    return store.standings(ctx, persons, away_store.ranges(ctx, persons))


def wake(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Send what may leave now, a message for each person at most."""
    wakes = [occurrence.subject for occurrence in occurrences]
    persons = store.woken(ctx, wakes)
    forget(ctx, wakes)
    if not persons:
        return
    store.let_go(ctx, persons)
    members, stands = people.members(ctx.session, persons), standings(ctx, persons)
    waiting, used = store.waiting(ctx, persons), store.used(ctx, persons)
    for person in persons:
        items = waiting.get(person, [])
        if (member := members.get(person)) is None:
            store.end(ctx, [item.id for item in items], State.DROPPED)
        elif items:
            _look(ctx, member, stands[person], items, used.get(person, {}))


def _look(ctx: Context, member: Member, standing: Standing, items: Sequence[Item], used: Mapping[date, int]) -> None:
    ignored = standing.ignored + standing.is_awaited
    decision = decide(standing.terms, [item.waiting for item in items], used, ignored, ctx.now)
    if decision.expired:
        store.end(ctx, decision.expired, State.EXPIRED)
    if decision.asks or decision.goes:
        if standing.is_awaited:
            store.close_open(ctx, member.id, store.IGNORED)
        _send(ctx, member, standing, decision, items, used)
        if decision.asks:
            store.set_state(ctx, member.id, ignored=0, stopped_at=ctx.now, is_silent=True)
        elif ignored != standing.ignored:
            store.set_state(ctx, member.id, ignored=ignored)
    if decision.again_at is not None:
        _plan(ctx, member.id, decision.again_at)


def _send(ctx: Context, member: Member, standing: Standing, decision: Decision, items: Sequence[Item], used: Mapping[date, int]) -> None:
    on, until = ctx.now.astimezone(member.tz).date(), leaves_until(standing.terms, ctx.now)
    nudge = store.insert_nudge(ctx, member.id, on, used.get(on, 0) if decision.takes else None, until)
    store.sent_in(ctx, decision.goes, nudge.id)
    going = [replace(item, state=State.SENT) for item in items if item.id in decision.goes]
    message = views.keep_going() if decision.asks else views.reminder(nudge.id, going, member.zone)
    ctx.post(member, message, kind=Kind.REMINDER, key=post_key(nudge.id), expires_in=until - ctx.now)
    store.await_act(ctx, member.id, ctx.now)


def post_key(nudge: int) -> str:
    """The key of the message that reminds."""
    return f"nudge/{nudge}"


def show(ctx: Context, member: Member, nudge: Nudge) -> None:
    """Let a message that reminds say how it stands now; one that never left and has nothing left to say never does."""
    items = store.items_of(ctx, nudge.id)
    if not items:
        return
    message = views.reminder(nudge.id, items, member.zone)
    if all(item.state is State.SETTLED for item in items):
        ctx.take_back(member, post_key(nudge.id), message)
    else:
        ctx.rewrite(member, post_key(nudge.id), message, expires_in=nudge.leaves_until - ctx.now)

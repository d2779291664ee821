"""Looking at people's reminders: what leaves now goes as one message, and the next look is planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.core.cadences import Cadence, Occurrence
from bot.core.context import Context, For
from bot.core.outbox import Kind
from bot.lean import dataclass
from bot.people import store as people
from bot.people.values import Member
from handlers.nudges import away_store, store, views, wake_store
from handlers.nudges.rules import Decision, State, decide, leaves_until, whole
from handlers.nudges.store import Item, Leaving, Nudge, Standing

WAKE_JOB = "nudges.wake"


def look_at(ctx: Context, person: int, at: datetime) -> None:
    """Look at a person's reminders at an instant, unless that is planned for an earlier one."""
    look_at_all(ctx, {person: at})


def look_at_all(ctx: Context, wanted: Mapping[int, datetime]) -> None:
    """The same for many: person -> when."""
    planned = wake_store.planned(ctx, list(wanted))
    at = {person: _then(ctx, when) for person, when in wanted.items()}
    moved = {person: when for person, when in at.items() if person not in planned or planned[person][1] > when}
    forget(ctx, [planned[person][0] for person in moved if person in planned])
    _plan(ctx, moved)


def look_anew(ctx: Context, person: int) -> None:
    """Look at a person's reminders now, whatever was planned."""
    forget(ctx, [wake for wake, _at in wake_store.planned(ctx, [person]).values()])
    if store.has_waiting(ctx, person):
        _plan(ctx, {person: ctx.now})


def forget(ctx: Context, wakes: Sequence[int]) -> None:
    """Do not look then."""
    if wakes:
        ctx.forget(WAKE_JOB, wakes)
        wake_store.forget(ctx, wakes)


def _then(ctx: Context, at: datetime) -> datetime:
    return whole(max(at, ctx.now + timedelta(seconds=1)))  # what is asked in one minute goes together


def _plan(ctx: Context, wanted: Mapping[int, datetime]) -> None:
    at = {person: _then(ctx, when) for person, when in wanted.items()}
    if at:
        wakes = wake_store.insert(ctx, at)
        ctx.plan_all(WAKE_JOB, {wakes[person]: Cadence("UTC", when.time(), when.date(), when.date()) for person, when in at.items()})


def standings(ctx: Context, persons: Iterable[int]) -> dict[int, Standing]:
    """How it stands between people and reminders, with their days away."""
    persons = list(persons)
    return store.standings(ctx, persons, away_store.ranges(ctx, persons))


@dataclass(frozen=True, slots=True)
class Look:
    """What is decided for one person."""

    member: Member
    standing: Standing
    items: Sequence[Item]
    used: Mapping[date, int]
    ignored: int
    decision: Decision

    @property
    def says(self) -> bool:
        """Whether something leaves now."""
        return self.decision.asks or bool(self.decision.goes)

    @property
    def has_ignored_more(self) -> bool:
        """Whether the message before this one was left alone."""
        return self.ignored != self.standing.ignored


def wake(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Send what may leave now, a message for each person at most; for a thousand in as many statements as for one."""
    wakes = [occurrence.subject for occurrence in occurrences]
    persons = wake_store.woken(ctx, wakes)
    forget(ctx, wakes)
    if not persons:
        return
    members, stands = people.members(ctx.session, persons), standings(ctx, persons)
    waiting, used = store.waiting(ctx, persons), store.used(ctx, persons)
    gone = [item.id for person, items in waiting.items() if person not in members for item in items]
    store.end(ctx, gone, State.DROPPED)
    present = [each for each in persons if each in waiting and each in members]
    looks = [_look(ctx, members[each], stands[each], waiting[each], used.get(each, {})) for each in present]
    store.end(ctx, [item for look in looks for item in look.decision.expired], State.EXPIRED)
    _send(ctx, [look for look in looks if look.says])
    _plan(ctx, {look.member.id: look.decision.again_at for look in looks if look.decision.again_at is not None})


def _look(ctx: Context, member: Member, standing: Standing, items: Sequence[Item], used: Mapping[date, int]) -> Look:
    ignored = standing.ignored + standing.is_awaited
    decision = decide(standing.terms, [item.waiting for item in items], used, ignored, ctx.now)
    return Look(member, standing, items, used, ignored, decision)


def _send(ctx: Context, looks: Sequence[Look]) -> None:
    """Let the messages leave, and keep what came of those before."""
    store.close_open(ctx, [look.member.id for look in looks if look.standing.is_awaited], store.IGNORED)
    leaving = {look.member.id: _leaving(ctx, look) for look in looks}
    nudges = store.insert_nudges(ctx, leaving)
    store.sent_in(ctx, {item: nudges[look.member.id].id for look in looks for item in look.decision.goes})
    posts = []
    for look in looks:
        nudge = nudges[look.member.id]
        going = [replace(item, state=State.SENT) for item in look.items if item.id in look.decision.goes]
        message = views.keep_going() if look.decision.asks else views.reminder(nudge.id, going, look.member.zone)
        posts.append(For(look.member, message, post_key(nudge.id), expires_in=nudge.leaves_until - ctx.now))
    ctx.post_all(posts, kind=Kind.REMINDER)
    store.await_act(ctx, [look.member.id for look in looks], ctx.now)
    silent = {"ignored": 0, "stopped_at": ctx.now, "is_silent": True}
    changed = {look.member.id: {"ignored": look.ignored} for look in looks if look.has_ignored_more}
    store.set_states(ctx, changed | {look.member.id: silent for look in looks if look.decision.asks})


def _leaving(ctx: Context, look: Look) -> Leaving:
    on = ctx.now.astimezone(look.member.tz).date()
    slot = look.used.get(on, 0) if look.decision.takes else None
    return Leaving(on, slot, leaves_until(look.standing.terms, ctx.now))


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

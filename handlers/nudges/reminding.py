"""What other features do with reminders: ask for one, settle it, drop it for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.chat.message import Message
from bot.chat.reading import resolved
from bot.core.context import Context
from bot.core.facts import LinkBegun, PeopleLinked, PersonActed, PersonChanged, PersonLeft
from bot.people import store as people
from bot.people.values import Member
from handlers.nudges import store, views, waking
from handlers.nudges.rules import State
from handlers.nudges.store import Item, Reminder
from handlers.nudges.waking import look_at, look_at_all, show


def remind(ctx: Context, member: Member, reminder: Reminder) -> None:
    """Remind somebody of something once, as soon as their hours, days and budget allow it; asked again, it gets the newer words."""
    remind_all(ctx, [(member, reminder)])


def remind_all(ctx: Context, asked: Sequence[tuple[Member, Reminder]]) -> None:
    """The same for many at once, in as few statements as for one."""
    first: dict[int, datetime] = {}
    for member, reminder in store.ask(ctx, asked) if asked else ():
        ready_at = max(ctx.now, reminder.not_before or ctx.now)
        first[member.id] = min(ready_at, first.get(member.id, ready_at))
    look_at_all(ctx, first)


def settle(ctx: Context, member: Member, key: str, instead: Message) -> None:
    """It is done: what waits never leaves, and what stands says so."""
    _settle(ctx, store.with_keys(ctx, [key], member.id), {member.id: member}, instead)


def drop(ctx: Context, *keys: str) -> None:
    """These things are over for everybody."""
    items = store.with_keys(ctx, keys)
    members = people.members(ctx.session, {item.person for item in items}) if items else {}
    store.end(ctx, [item.id for item in items if item.person not in members], State.DROPPED)
    _settle(ctx, [item for item in items if item.person in members], members, views.over())


def _settle(ctx: Context, items: Sequence[Item], members: Mapping[int, Member], instead: Message) -> None:
    """What never left ends in one statement for all; what stands is edited, message by message."""
    nudges = store.nudges(ctx, {item.nudge for item in items if item.nudge is not None})
    store.end(ctx, [item.id for item in items if item.nudge not in nudges], State.SETTLED)
    standing = [item for item in items if item.nudge in nudges]
    store.settle(ctx, {item.id: resolved(instead, members[item.person].language) for item in standing})
    for nudge in nudges.values():
        show(ctx, members[nudge.person], nudge)


def mark_urgent(ctx: Context, key: str) -> bool:
    """Let what the acting lead asks for under a key be urgent; False where the community has its urgent request of this month."""
    if not store.mark_urgent(ctx, key):
        return False
    look_at_all(ctx, dict.fromkeys(store.people_waiting_for(ctx, key), ctx.now))
    return True


def is_urgent(ctx: Context, key: str) -> bool:
    """Whether a key was marked as urgent, this month or lately."""
    return key in store.urgent_keys(ctx)


def follow_person(ctx: Context, fact: PersonChanged) -> None:
    """Hours, days, zone or budget may be others now: what waits is looked at anew."""
    if store.has_waiting(ctx, fact.member.id):
        look_at(ctx, fact.member.id, ctx.now)


def see_act(ctx: Context, fact: PersonActed) -> None:
    """Somebody did something after a reminder: they are there, and reminders that ended with their silence go on."""
    person = fact.member.id
    store.await_act(ctx, [person], None)
    store.close_open(ctx, [person], store.ACTED)
    standing = waking.standings(ctx, [person])[person]
    if standing.is_silent:
        store.set_state(ctx, person, ignored=0, stopped_at=None, is_silent=False)
        look_at(ctx, person, ctx.now)
    elif standing.ignored:
        store.set_state(ctx, person, ignored=0)


def set_apart(ctx: Context, fact: LinkBegun) -> None:
    """What two got on a day is what the one got that they are from now on."""
    store.set_slots_apart(ctx, fact.kept, fact.gone)


def follow_link(ctx: Context, fact: PeopleLinked) -> None:
    """What waited for two waits for one now, within one budget: it is looked at anew, once."""
    waking.look_anew(ctx, fact.member.id)


def release_person(ctx: Context, fact: PersonLeft) -> None:
    """Nothing waits for somebody who has left."""
    store.end(ctx, [item.id for item in store.waiting(ctx, [fact.person]).get(fact.person, [])], State.DROPPED)

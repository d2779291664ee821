"""Named queries of reminders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import aliased

from bot.chat import wire
from bot.chat.message import Footnote, Message
from bot.chat.reading import resolved
from bot.chat.text import Words
from bot.core.context import Context
from bot.core.feature import Goes
from bot.data.ids import new_id
from bot.lean import dataclass
from bot.people.rows import PersonRow
from bot.people.store import hour_of
from bot.people.values import HowOften, Member
from handlers.nudges.rows import NudgeRow, NudgeStateRow, ReminderRow, UrgentRow
from handlers.nudges.rules import State, Terms, Waiting

BODY = "reminders.body"
OPEN, ACTED, IGNORED = "open", "acted", "ignored"
KEPT_FOR = timedelta(days=60)
GOES = (
    Goes(
        "what somebody was reminded of, its words sealed",
        KEPT_FOR,
        "so that leads can be told of a whole month, in counts, and nothing is said twice",
        ReminderRow,
        lambda before: ReminderRow.expires_at < before,
    ),
    Goes(
        "when a reminder was sent, and whether somebody did anything since",
        KEPT_FOR,
        "so that leads can be told of a whole month, in counts, and nobody is asked too often",
        NudgeRow,
        lambda before: NudgeRow.sent_at < before,
    ),
)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a feature wants somebody reminded of: once for each key, from `not_before` until `expires_at`, and why."""

    key: str
    message: Message
    why: Words
    expires_at: datetime
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One reminder as it stands in a message, its words said in the person's language."""

    id: int
    person: int
    key: str
    state: State
    ready_at: datetime
    expires_at: datetime
    message: Message
    why: Words = ""
    nudge: int | None = None
    is_free: bool = False

    @property
    def waiting(self) -> Waiting:
        """What the rules need to know of it."""
        return Waiting(self.id, self.ready_at, self.expires_at, self.is_free)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands between a person and reminders."""

    terms: Terms
    ignored: int = 0
    is_silent: bool = False
    is_awaited: bool = False


@dataclass(frozen=True, slots=True)
class Leaving:
    """A message that leaves now: on which local date, which part of the day's budget it takes or none, and until when it makes sense."""

    on: date
    slot: int | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Nudge:
    """One message that was sent."""

    id: int
    person: int
    leaves_until: datetime


# -- reminders -----------------------------------------------------------------------------------------------------------


def ask(ctx: Context, asked: Sequence[tuple[Member, Reminder]]) -> list[tuple[Member, Reminder]]:
    """Keep reminders, or their newer words while they wait; those that were not said or settled already."""
    people, keys = {member.id for member, _reminder in asked}, {reminder.key for _member, reminder in asked}
    query = select(ReminderRow).where(ReminderRow.person_id.in_(people), ReminderRow.key.in_(keys)).order_by(ReminderRow.id)
    rows = {(row.person_id, row.key): row for row in ctx.session.execute(query.with_for_update()).scalars()}
    kept = []
    for member, reminder in asked:
        row = rows.get((member.id, reminder.key))
        if row is None:
            row = ReminderRow(id=new_id(), community_id=ctx.community.id, person_id=member.id, key=reminder.key, is_put_off=False)
            rows[member.id, reminder.key] = row
            ctx.session.add(row)
        elif row.state in (State.SENT, State.SETTLED) or row.is_put_off:
            continue
        body = Message(reminder.message.summary, (*reminder.message.blocks, Footnote(reminder.why)))
        row.state = State.WAITING.value
        row.body = _sealed(ctx, row.id, resolved(body, member.language))
        row.asked_at, row.ready_at, row.expires_at = ctx.now, reminder.not_before or ctx.now, reminder.expires_at
        kept.append((member, reminder))
    ctx.session.flush()
    return kept


def with_keys(ctx: Context, keys: Iterable[str], person: int | None = None) -> Sequence[Item]:
    """What waits or stands somewhere under some keys, of one person or of all, locked."""
    query = select(ReminderRow).where(ReminderRow.key.in_(list(keys)), ReminderRow.state.in_((State.WAITING.value, State.SENT.value)))
    if person is not None:
        query = query.where(ReminderRow.person_id == person)
    return [_item(ctx, row) for row in ctx.session.execute(query.order_by(ReminderRow.id).with_for_update()).scalars()]


def waiting(ctx: Context, people: Iterable[int]) -> dict[int, list[Item]]:
    """Person -> what waits for them."""
    query = select(ReminderRow).where(ReminderRow.person_id.in_(list(people)), ReminderRow.state == State.WAITING.value)
    urgent = urgent_keys(ctx)
    found: dict[int, list[Item]] = {}
    for row in ctx.session.execute(query.order_by(ReminderRow.id)).scalars():
        item = _item(ctx, row)
        found.setdefault(row.person_id, []).append(replace(item, is_free=row.is_put_off or row.key in urgent))
    return found


def has_waiting(ctx: Context, person: int) -> bool:
    """Whether anything waits for a person."""
    query = select(ReminderRow.id).where(ReminderRow.person_id == person, ReminderRow.state == State.WAITING.value)
    return ctx.session.execute(query.limit(1)).first() is not None


def items_of(ctx: Context, nudge: int) -> Sequence[Item]:
    """What one message reminds of, as far as it still has words."""
    query = select(ReminderRow).where(ReminderRow.nudge_id == nudge, ReminderRow.body.is_not(None)).order_by(ReminderRow.ready_at)
    return [_item(ctx, row) for row in ctx.session.execute(query.order_by(ReminderRow.id)).scalars()]


def end(ctx: Context, items: Collection[int], state: State) -> None:
    """Reminders that never leave (any more): their words go."""
    if items:
        values: dict[str, Any] = {"state": state.value, "body": None}
        ctx.session.execute(update(ReminderRow).where(ReminderRow.id.in_(items)).values(**values))


def sent_in(ctx: Context, sent: Mapping[int, int]) -> None:
    """These reminders stand in a message now: reminder -> message."""
    if sent:
        for row in ctx.session.execute(select(ReminderRow).where(ReminderRow.id.in_(list(sent)))).scalars():
            row.state, row.nudge_id, row.is_put_off = State.SENT.value, sent[row.id], False
        ctx.session.flush()


def settle(ctx: Context, instead: Mapping[int, Message]) -> None:
    """What reminders were about is done: reminder -> what says so."""
    if instead:
        for row in ctx.session.execute(select(ReminderRow).where(ReminderRow.id.in_(list(instead)))).scalars():
            said = instead[row.id]
            row.state = State.SETTLED.value
            row.body = _sealed(ctx, row.id, Message(said.summary, (*said.blocks, Footnote(""))))
        ctx.session.flush()


def put_off(ctx: Context, items: Iterable[int], until: datetime) -> None:
    """Let reminders come again later; they stay with the message in which they stood."""
    values = {"state": State.WAITING.value, "is_put_off": True, "ready_at": until}
    ctx.session.execute(update(ReminderRow).where(ReminderRow.id.in_(list(items))).values(**values))


def _sealed(ctx: Context, row: int, message: Message) -> bytes:
    return ctx.vault.seal(BODY, row, wire.encode(message))


def summary_of(ctx: Context, row: ReminderRow) -> str | None:
    """What a reminder is about, as far as it still has words."""
    return str(_item(ctx, row).message.summary) if row.body is not None else None


def _item(ctx: Context, row: ReminderRow) -> Item:
    assert row.body is not None
    body = wire.decode(ctx.vault.open(BODY, row.id, row.body))
    *blocks, last = body.blocks
    assert isinstance(last, Footnote)
    message = Message(body.summary, tuple(blocks))
    return Item(row.id, row.person_id, row.key, State(row.state), row.ready_at, row.expires_at, message, last.words, row.nudge_id)


# -- what was sent -------------------------------------------------------------------------------------------------------


def used(ctx: Context, people: Iterable[int]) -> dict[int, dict[date, int]]:
    """Person -> date -> how much of the budget is used; only dates that can be today somewhere."""
    since = ctx.now.date() - timedelta(days=2)
    query = (
        select(NudgeRow.person_id, NudgeRow.on_date, func.count(NudgeRow.id))
        .where(NudgeRow.person_id.in_(list(people)), NudgeRow.on_date >= since, NudgeRow.slot.is_not(None))
        .group_by(NudgeRow.person_id, NudgeRow.on_date)
    )
    found: dict[int, dict[date, int]] = {}
    for person, on, count in ctx.session.execute(query):
        found.setdefault(person, {})[on] = count
    return found


def insert_nudges(ctx: Context, leaving: Mapping[int, Leaving]) -> dict[int, Nudge]:
    """Person -> the message that leaves now."""
    rows = {
        person: NudgeRow(
            id=new_id(),
            community_id=ctx.community.id,
            person_id=person,
            on_date=each.on,
            slot=each.slot,
            sent_at=ctx.now,
            leaves_until=each.until,
            outcome=OPEN,
        )
        for person, each in leaving.items()
    }
    ctx.session.add_all(rows.values())
    ctx.session.flush()
    return {person: _nudge(row) for person, row in rows.items()}


def set_slots_apart(ctx: Context, kept: int, gone: int) -> None:
    """Two are about to be one person: what either got on a day counts, so the slots of the one come after those of the other."""
    theirs = aliased(NudgeRow)
    used = select(func.count(theirs.id)).where(theirs.person_id == kept, theirs.on_date == NudgeRow.on_date, theirs.slot.is_not(None))
    query = update(NudgeRow).where(NudgeRow.person_id == gone, NudgeRow.slot.is_not(None))
    ctx.session.execute(query.values(slot=NudgeRow.slot + used.scalar_subquery()).execution_options(synchronize_session=False))


def nudge(ctx: Context, nudge_id: int) -> Nudge | None:
    """A message of the actor's own, locked."""
    query = select(NudgeRow).where(NudgeRow.id == nudge_id, NudgeRow.person_id == ctx.actor.id).with_for_update()
    row = ctx.session.execute(query).scalar_one_or_none()
    return _nudge(row) if row is not None else None


def nudges(ctx: Context, ids: Collection[int]) -> dict[int | None, Nudge]:
    """Messages by their ids."""
    if not ids:
        return {}
    return {row.id: _nudge(row) for row in ctx.session.execute(select(NudgeRow).where(NudgeRow.id.in_(list(ids)))).scalars()}


def close_open(ctx: Context, people: Collection[int], outcome: str) -> None:
    """What came of the messages that people have not answered so far."""
    if people:
        query = update(NudgeRow).where(NudgeRow.person_id.in_(people), NudgeRow.sent_at >= ctx.now - KEPT_FOR, NudgeRow.outcome == OPEN)
        ctx.session.execute(query.values(outcome=outcome))


def _nudge(row: NudgeRow) -> Nudge:
    return Nudge(row.id, row.person_id, row.leaves_until)


# -- people --------------------------------------------------------------------------------------------------------------


def standings(ctx: Context, people: Iterable[int], away: Mapping[int, tuple[tuple[date, date], ...]]) -> dict[int, Standing]:
    """Person -> how it stands between them and reminders, settings included; away days come from where they are kept."""
    query = (
        select(PersonRow, NudgeStateRow)
        .outerjoin(NudgeStateRow, NudgeStateRow.person_id == PersonRow.id)
        .where(PersonRow.id.in_(list(people)))
        .execution_options(populate_existing=True)  # settings are saved by an update that the session does not follow
    )
    found = {}
    for person, found_state in ctx.session.execute(query):
        state: NudgeStateRow | None = found_state
        terms = Terms(
            person.zone,
            hour_of(person.minute),
            person.quiet_from,
            person.quiet_to,
            person.weekdays,
            person.reminders,
            is_stopped=state is not None and state.stopped_at is not None,
            paused_until=state.paused_until if state is not None else None,
            away=away.get(person.id, ()),
        )
        is_silent = state is not None and state.is_silent
        found[person.id] = Standing(terms, state.ignored if state is not None else 0, is_silent, person.awaited_since is not None)
    return found


def set_state(ctx: Context, person: int, **values: Any) -> None:
    """Keep what changed between a person and reminders."""
    set_states(ctx, {person: values})


def set_states(ctx: Context, changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Person -> what changed between them and reminders."""
    if not changed:
        return
    query = select(NudgeStateRow).where(NudgeStateRow.person_id.in_(list(changed))).order_by(NudgeStateRow.id)
    rows = {row.person_id: row for row in ctx.session.execute(query.with_for_update()).scalars()}
    for person, values in changed.items():
        if (row := rows.get(person)) is None:
            row = NudgeStateRow(id=new_id(), community_id=ctx.community.id, person_id=person, ignored=0, is_silent=False)
            ctx.session.add(row)
        for name, value in values.items():
            setattr(row, name, value)
    ctx.session.flush()


def await_act(ctx: Context, people: Collection[int], since: datetime | None) -> None:
    """From now on the next thing that these people do tells that they are there; None: they have done it."""
    if people:
        ctx.session.execute(update(PersonRow).where(PersonRow.id.in_(people)).values(awaited_since=since))


def choose_activity(ctx: Context, activity: HowOften) -> None:
    """How often the actor wants the daily activity."""
    ctx.session.execute(update(PersonRow).where(PersonRow.id == ctx.actor.id).values(activity=activity.value))


# -- urgent --------------------------------------------------------------------------------------------------------------


def mark_urgent(ctx: Context, key: str) -> bool:
    """Let a request be the month's urgent one; False where another one is."""
    month = ctx.community_today().replace(day=1)
    standing = ctx.session.execute(select(UrgentRow.key).where(UrgentRow.month == month)).scalar_one_or_none()
    if standing is None:
        values = {"month": month, "key": key, "lead_id": ctx.actor.id, "marked_at": ctx.now}
        ctx.session.add(UrgentRow(id=new_id(), community_id=ctx.community.id, **values))
        ctx.session.flush()
    return standing in (None, key)


def people_waiting_for(ctx: Context, key: str) -> Sequence[int]:
    """For whom a key waits."""
    query = select(ReminderRow.person_id).where(ReminderRow.key == key, ReminderRow.state == State.WAITING.value)
    return ctx.session.execute(query.order_by(ReminderRow.person_id)).scalars().all()


def urgent_keys(ctx: Context) -> set[str]:
    """What was marked as urgent in the last two months."""
    lately = ctx.now.date() - timedelta(days=62)
    return set(ctx.session.execute(select(UrgentRow.key).where(UrgentRow.month >= lately)).scalars())

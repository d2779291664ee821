"""What features above may ask about who takes part: many at once, in a few statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import func, select, update

from bot.core.context import Context
from bot.lean import dataclass
from bot.people.days import day_of
from bot.people.rows import PersonRow
from bot.people.store import hour_of
from handlers import nudges
from handlers.challenges import store
from handlers.challenges.facts import PartnerWish
from handlers.challenges.rows import DoneRow, ParticipantRow, PauseRow
from handlers.challenges.rules import State
from handlers.challenges.store import Challenge
from handlers.challenges.taking_part_store import GOAL, UNIT

DayState: TypeAlias = Literal["done", "not yet", "resting"]


@dataclass(frozen=True, slots=True)
class Taking:
    """How one person takes part; `active_on` is the last date on which they did a day, came, or came back from a pause."""

    person: int
    wants_partner: bool | None
    goal: str
    unit: str
    hour: time
    paused_until: date | None  # the first date on which something comes again, of whoever paused or is away
    joined_on: date
    has_left: bool
    active_on: date


def running(ctx: Context) -> Sequence[Challenge]:
    """The challenges that have begun and are not over, the newest first."""
    return [each for each in store.open_challenges(ctx) if each.state is not State.ANNOUNCED]


def participants(ctx: Context, challenge: int, people: Collection[int] | None = None) -> Sequence[Taking]:
    """Everybody who takes part, or ever did, or those of them who are asked for."""
    rows = _rows(ctx, challenge, people)
    pauses = _rests(ctx, challenge, rows)
    done = (
        select(DoneRow.participant_id, func.max(DoneRow.done_at))
        .join(ParticipantRow, ParticipantRow.id == DoneRow.participant_id)
        .where(ParticipantRow.challenge_id == challenge)
    )
    if people is not None:
        done = done.where(ParticipantRow.person_id.in_(people))
    last_done: dict[int, datetime] = {row[0]: row[1] for row in ctx.session.execute(done.group_by(DoneRow.participant_id))}
    return [_taking(ctx, row, zone, pauses.get(row.id, ()), last_done.get(row.id)) for row, zone in rows]


def day_state(ctx: Context, challenge: int, people: Collection[int], now: datetime) -> dict[int, DayState]:
    """How each person's own day stands: done, not yet, or resting, because they paused, are away, or the day has no activity."""
    found = store.challenge(ctx, challenge)
    if found is None:
        return {}
    rows = _rows(ctx, challenge, people)
    today = {row.id: day_of(now, zone) for row, zone in rows}
    pauses = _rests(ctx, challenge, rows)
    done = select(DoneRow.participant_id, DoneRow.number).where(DoneRow.participant_id.in_(list(today)))
    did = {(row.participant_id, row.number) for row in ctx.session.execute(done)}
    states: dict[int, DayState] = {}
    for row, _zone in rows:
        on = today[row.id]
        number = found.plan.number_of(on)
        rests = number is None or row.left_at is not None or any(begins <= on <= ends for begins, ends in pauses.get(row.id, ()))
        states[row.person_id] = "done" if (row.id, number) in did else "resting" if rests else "not yet"
    return states


def wish_partner(ctx: Context, challenge: int, person: int, *, wants: bool) -> bool:
    """Say for a person whether they want a partner; False where they do not take part."""
    query = select(ParticipantRow).where(ParticipantRow.challenge_id == challenge, ParticipantRow.person_id == person)
    row = ctx.session.execute(query.where(ParticipantRow.left_at.is_(None)).with_for_update()).scalar_one_or_none()
    if row is None:
        return False
    if row.wants_partner is not wants:
        ctx.session.execute(update(ParticipantRow).where(ParticipantRow.id == row.id).values(wants_partner=wants))
        ctx.publish(PartnerWish(challenge, person, wants))
    return True


def own(ctx: Context, person: int) -> Sequence[Challenge]:
    """The open challenges that a person takes part in, the newest first."""
    return [part.challenge for part in store.own_parts(ctx, person)]


def hours(ctx: Context, challenge: int, people: Collection[int]) -> dict[int, time]:
    """At what hour the day of a challenge comes to each of these people who take part."""
    query = select(ParticipantRow.person_id, ParticipantRow.minute).where(ParticipantRow.challenge_id == challenge)
    return {row.person_id: hour_of(row.minute) for row in ctx.session.execute(query.where(ParticipantRow.person_id.in_(people)))}


def _rows(ctx: Context, challenge: int, people: Collection[int] | None) -> Sequence[Any]:
    query = select(ParticipantRow, PersonRow.zone).join(PersonRow, PersonRow.id == ParticipantRow.person_id)
    query = query.where(ParticipantRow.challenge_id == challenge).order_by(ParticipantRow.id)
    if people is not None:
        query = query.where(ParticipantRow.person_id.in_(people))
    return ctx.session.execute(query).all()


def _rests(ctx: Context, challenge: int, rows: Sequence[Any]) -> Mapping[int, Sequence[tuple[date, date]]]:
    """Participant -> when they have paused, or are away from everything, as far as it has begun."""
    query = select(PauseRow).join(ParticipantRow, ParticipantRow.id == PauseRow.participant_id)
    query = query.where(ParticipantRow.challenge_id == challenge, ParticipantRow.id.in_([row.id for row, _zone in rows]))
    away = nudges.days_away_of(ctx, [row.person_id for row, _zone in rows])
    found: dict[int, list[tuple[date, date]]] = {}
    for row, zone in rows:
        begun = [each for each in away.get(row.person_id, ()) if each[0] <= day_of(ctx.now, zone)]
        found[row.id] = list(begun)
    for pause in ctx.session.execute(query.order_by(PauseRow.from_on)).scalars():
        found[pause.participant_id].append((pause.from_on, pause.to_on))
    return found


def _taking(ctx: Context, row: ParticipantRow, zone: str, pauses: Sequence[tuple[date, date]], last_done: datetime | None) -> Taking:
    today = day_of(ctx.now, zone)
    joined_on = day_of(row.joined_at, zone)
    signs = [joined_on, *(ends for _begins, ends in pauses if ends < today), *([day_of(last_done, zone)] if last_done else [])]
    until = [ends + timedelta(days=1) for _begins, ends in pauses if ends >= today]
    return Taking(
        person=row.person_id,
        wants_partner=row.wants_partner,
        goal=ctx.vault.open_text(GOAL, row.id, row.goal) if row.goal is not None else "",
        unit=ctx.vault.open_text(UNIT, row.id, row.unit) if row.unit is not None else "",
        hour=hour_of(row.minute),
        paused_until=max(until, default=None),
        joined_on=joined_on,
        has_left=row.left_at is not None,
        active_on=max(signs),
    )

"""Named queries of somebody who takes part: their pauses, what they put off, their goal, and what a week came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import bindparam, delete, func, select, update

from bot.core.context import Context
from bot.data import scope
from bot.data.among import among
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.scope import BIND
from bot.lean import dataclass
from handlers.challenges.rows import ChallengeRow, DayRow, DoneRow, ParticipantRow, PauseRow, SnoozeRow
from handlers.challenges.streaks import Pause
from handlers.packs import Activity

GOAL, UNIT = "participants.goal", "participants.unit"
_pauses, _snoozes = table(PauseRow), table(SnoozeRow)
_PAUSES = (
    select(_pauses.c.from_on, _pauses.c.to_on)
    .where(_pauses.c.participant_id == bindparam("participant"), _pauses.c.community_id == bindparam(BIND))
    .order_by(_pauses.c.from_on)
)
_PAUSES_SINCE = select(_pauses.c.participant_id, _pauses.c.from_on, _pauses.c.to_on).where(
    among(_pauses.c.participant_id, "participants"), _pauses.c.to_on >= bindparam("since"), _pauses.c.community_id == bindparam(BIND)
)
_TIMES_CAME = select(func.count(_snoozes.c.id)).where(
    _snoozes.c.participant_id == bindparam("participant"),
    _snoozes.c.number == bindparam("number"),
    _snoozes.c.came_at.is_not(None),
    _snoozes.c.community_id == bindparam(BIND),
)
_ALL_TIMES_CAME = (
    select(_snoozes.c.participant_id, _snoozes.c.number, func.count(_snoozes.c.id))
    .where(among(_snoozes.c.participant_id, "participants"), _snoozes.c.came_at.is_not(None), _snoozes.c.community_id == bindparam(BIND))
    .group_by(_snoozes.c.participant_id, _snoozes.c.number)
)


@dataclass(frozen=True, slots=True)
class AboutMe:
    """What a participant told, and since when they are in."""

    joined_at: datetime
    goal: str
    unit: str
    wants_partner: bool | None


@dataclass(frozen=True, slots=True)
class Snoozed:
    """A card that was put off."""

    id: int
    participant: int
    number: int
    due_at: datetime
    has_come: bool


def about_me(ctx: Context, participant: int) -> AboutMe:
    """What a participant told of themselves."""
    row = ctx.session.execute(select(ParticipantRow).where(ParticipantRow.id == participant)).scalar_one()
    goal = ctx.vault.open_text(GOAL, row.id, row.goal) if row.goal is not None else ""
    unit = ctx.vault.open_text(UNIT, row.id, row.unit) if row.unit is not None else ""
    return AboutMe(row.joined_at, goal, unit, row.wants_partner)


def tell(ctx: Context, participant: int, *, goal: str, unit: str, wants_partner: bool, at: time, has_own_hour: bool) -> None:
    """Keep what a participant told, sealed, and their hour."""
    row = ctx.session.execute(select(ParticipantRow).where(ParticipantRow.id == participant).with_for_update()).scalar_one()
    row.goal = ctx.vault.seal(GOAL, row.id, goal) if goal else None
    row.unit = ctx.vault.seal(UNIT, row.id, unit) if unit else None
    row.wants_partner = wants_partner
    row.minute, row.has_own_hour = at.hour * 60 + at.minute, has_own_hour
    ctx.session.flush()


def done_numbers(ctx: Context, participant: int) -> set[int]:
    """Which days a participant did."""
    return set(ctx.session.execute(select(DoneRow.number).where(DoneRow.participant_id == participant)).scalars())


def pauses(ctx: Context, participant: int) -> Sequence[Pause]:
    """All pauses of a participant, the earliest first."""
    rows = scope.execute(ctx.session, _PAUSES, {"participant": participant, BIND: ctx.community.id})
    return [Pause(row.from_on, row.to_on) for row in rows]


def resumes_on(ctx: Context, participant: int, today: date) -> date | None:
    """When a pause that holds today, or would where the clocks say less, is over; None where there is none."""
    ends = [pause.to_on for pause in pauses(ctx, participant) if pause.to_on >= today]
    return max(ends) + timedelta(days=1) if ends else None


def paused(ctx: Context, dates: Mapping[int, date]) -> set[int]:
    """Which of these participants have paused on the date that is given for each."""
    given = {"participants": list(dates), "since": min(dates.values()), BIND: ctx.community.id}
    rows = scope.execute(ctx.session, _PAUSES_SINCE, given)
    return {row.participant_id for row in rows if row.from_on <= dates[row.participant_id] <= row.to_on}


def pause(ctx: Context, participant: int, from_on: date, to_on: date) -> None:
    """Pause, or move the end of the pause that is on."""
    query = select(PauseRow).where(PauseRow.participant_id == participant, PauseRow.to_on >= from_on).order_by(PauseRow.from_on)
    row = ctx.session.execute(query.with_for_update()).scalars().first()
    if row is not None:
        row.to_on = to_on
    else:
        ctx.session.add(PauseRow(id=new_id(), community_id=ctx.community.id, participant_id=participant, from_on=from_on, to_on=to_on))
    ctx.session.flush()


def end_pause(ctx: Context, participant: int, today: date) -> bool:
    """End the pause that is on, so that today is not part of it; whether there was one."""
    is_on = (PauseRow.participant_id == participant, PauseRow.to_on >= today)
    found = ctx.session.execute(select(PauseRow.id).where(*is_on).with_for_update()).first() is not None
    ctx.session.execute(delete(PauseRow).where(*is_on, PauseRow.from_on >= today))
    ctx.session.execute(update(PauseRow).where(*is_on).values(to_on=today - timedelta(days=1)))
    return found


def times_came(ctx: Context, participant: int, number: int) -> int:
    """How often a day's card has come again."""
    keys = {"participant": participant, "number": number, BIND: ctx.community.id}
    return int(scope.execute(ctx.session, _TIMES_CAME, keys).scalar_one())


def all_times_came(ctx: Context, numbers: Mapping[int, int]) -> dict[int, int]:
    """Participant -> how often the card of their day has come again; `numbers` says which day that is."""
    found = scope.execute(ctx.session, _ALL_TIMES_CAME, {"participants": list(numbers), BIND: ctx.community.id})
    return {participant: count for participant, number, count in found if number == numbers[participant]}


def snoozes(ctx: Context, participant: int, number: int | None = None) -> Sequence[Snoozed]:
    """What a participant put off, of one day or of all, the earliest first."""
    query = select(SnoozeRow).where(SnoozeRow.participant_id == participant).order_by(SnoozeRow.due_at, SnoozeRow.slot)
    if number is not None:
        query = query.where(SnoozeRow.number == number)
    return [_snoozed(row) for row in ctx.session.execute(query).scalars()]


def snooze(ctx: Context, snooze_id: int) -> Snoozed | None:
    """One card that was put off."""
    row = ctx.session.execute(select(SnoozeRow).where(SnoozeRow.id == snooze_id)).scalar_one_or_none()
    return _snoozed(row) if row is not None else None


def insert_snooze(ctx: Context, participant: int, number: int, slot: int, due_at: datetime) -> int:
    """Put a card off; its id."""
    row = SnoozeRow(id=new_id(), community_id=ctx.community.id, participant_id=participant, number=number, slot=slot, due_at=due_at)
    ctx.session.add(row)
    ctx.session.flush()
    return row.id


def snooze_came(ctx: Context, snooze_id: int) -> None:
    """The card has come again."""
    ctx.session.execute(update(SnoozeRow).where(SnoozeRow.id == snooze_id).values(came_at=ctx.now))


def delete_snooze(ctx: Context, snooze_id: int) -> None:
    """It was not put off after all."""
    ctx.session.execute(delete(SnoozeRow).where(SnoozeRow.id == snooze_id))


def activities_before(ctx: Context, challenge_id: int, number: int) -> Sequence[tuple[int, Activity]]:
    """The activities of the days before a number, with theirs."""
    query = select(DayRow.number, DayRow.activity).where(DayRow.challenge_id == challenge_id, DayRow.number < number)
    return [(row.number, Activity(**row.activity)) for row in ctx.session.execute(query.order_by(DayRow.number))]


def challenges_from(ctx: Context, first_on: date, last_on: date) -> Sequence[int]:
    """Challenges that began between two dates, closed ones included; their ids."""
    query = select(ChallengeRow.id).where(ChallengeRow.starts_on.between(first_on, last_on)).order_by(ChallengeRow.id)
    return ctx.session.execute(query).scalars().all()


def theme(ctx: Context, challenge_id: int, week: int) -> str:
    """The theme of a week, counted from 1; empty where the challenge has none."""
    themes = ctx.session.execute(select(ChallengeRow.themes).where(ChallengeRow.id == challenge_id)).scalar_one()
    return themes[week - 1] if 0 < week <= len(themes) else ""


def done_together(ctx: Context, challenge_id: int, first: int, last: int) -> int:
    """How many days everybody together did, of these numbers."""
    query = (
        select(func.count(DoneRow.id))
        .join(ParticipantRow, ParticipantRow.id == DoneRow.participant_id)
        .where(ParticipantRow.challenge_id == challenge_id, DoneRow.number.between(first, last))
    )
    return ctx.session.execute(query).scalar_one()


def _snoozed(row: SnoozeRow) -> Snoozed:
    return Snoozed(row.id, row.participant_id, row.number, row.due_at, row.came_at is not None)

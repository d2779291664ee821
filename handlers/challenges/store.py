"""Named queries of challenges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from bot.core.context import Context
from bot.data import scope
from bot.data.among import among
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.scope import BIND
from bot.lean import dataclass
from handlers.challenges.rows import ChallengeRow, DayRow, DoneRow, ParticipantRow
from handlers.challenges.rules import OPEN, PAST, Plan, Rhythm, State
from handlers.packs import Activity, Pack

_challenges, _participants, _days, _done = table(ChallengeRow), table(ParticipantRow), table(DayRow), table(DoneRow)
_INSERT_DONE = insert(_done)
_MINE = (
    select(
        _participants.c.id.label("participant"),
        _participants.c.person_id,
        _participants.c.minute.label("own_minute"),
        _participants.c.has_own_hour,
        _challenges,
    )
    .select_from(_participants)
    .join(_challenges, _challenges.c.id == _participants.c.challenge_id)
    .where(_participants.c.community_id == bindparam(BIND), _participants.c.left_at.is_(None))
)
_OPEN = _MINE.where(or_(*(_challenges.c.state == state.value for state in OPEN)))
_OPEN_BY_PERSON = _OPEN.where(_participants.c.person_id == bindparam("person")).order_by(_challenges.c.id.desc())
_OPEN_SOME = _OPEN.where(among(_participants.c.id, "participants")).order_by(_participants.c.id)
_OPEN_IN = _OPEN.where(_participants.c.challenge_id == bindparam("challenge")).order_by(_participants.c.id)
_PART = _MINE.where(_participants.c.person_id == bindparam("person"), _challenges.c.id == bindparam("challenge"))
_BY_ID = select(_challenges).where(_challenges.c.id == bindparam("challenge"), _challenges.c.community_id == bindparam(BIND))
_BY_ID_LOCKED = _BY_ID.with_for_update()
_ACTIVITY = select(_days.c.activity).where(
    _days.c.challenge_id == bindparam("challenge"), _days.c.number == bindparam("number"), _days.c.community_id == bindparam(BIND)
)
_is_the_day = and_(
    _done.c.participant_id == bindparam("participant"), _done.c.number == bindparam("number"), _done.c.community_id == bindparam(BIND)
)
_IS_DONE = select(_done.c.by_entry).where(_is_the_day)
_UNMARK = delete(_done).where(_is_the_day)
_WHO_DID = select(_done.c.participant_id, _done.c.number).where(
    among(_done.c.participant_id, "participants"), among(_done.c.number, "numbers"), _done.c.community_id == bindparam(BIND)
)
_COUNT_DONE = (
    select(func.count())
    .select_from(_done)
    .where(_done.c.participant_id == bindparam("participant"), _done.c.community_id == bindparam(BIND))
)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge as handlers see it."""

    id: int
    title: str
    purpose: str
    state: State
    at: time
    plan: Plan
    pack: str = ""  # its name
    started_by: int = 0
    revision: int = 0
    edited_by: int | None = None


@dataclass(frozen=True, slots=True)
class Participant:
    """A member's part in a challenge."""

    id: int
    person: int
    at: time
    challenge: Challenge
    has_own_hour: bool = False


def insert_challenge(ctx: Context, *, pack: Pack, plan: Plan, at: time, challenge_id: int | None = None) -> Challenge:
    """A new challenge with its days copied from the pack."""
    row = ChallengeRow(
        id=challenge_id or new_id(),
        community_id=ctx.community.id,
        title=pack.title,
        purpose=pack.purpose,
        pack=f"{pack.name} {pack.version}",
        starts_on=plan.starts_on,
        days=plan.days,
        minute=at.hour * 60 + at.minute,
        rhythm=plan.rhythm.value,
        state=State.ANNOUNCED.value,
        started_by=ctx.actor.id,
        announced_at=ctx.now,
        themes=list(pack.themes),
        breaks=[],
    )
    ctx.session.add(row)
    ctx.session.flush()
    for number, activity in enumerate(pack.activities[: plan.days], start=1):
        ctx.session.add(DayRow(id=new_id(), community_id=ctx.community.id, challenge_id=row.id, number=number, activity=activity.as_json()))
    ctx.session.flush()
    return of_row(row)


def challenge(ctx: Context, challenge_id: int, *, lock: bool = False) -> Challenge | None:
    """A challenge of this community by its id."""
    keys = {"challenge": challenge_id, BIND: ctx.community.id}
    row = scope.execute(ctx.session, _BY_ID_LOCKED if lock else _BY_ID, keys).one_or_none()
    return of_row(row) if row is not None else None


def open_challenges(ctx: Context) -> Sequence[Challenge]:
    """What is announced, running or paused, the newest first."""
    query = select(ChallengeRow).where(ChallengeRow.state.in_([state.value for state in OPEN])).order_by(ChallengeRow.id.desc())
    return [of_row(row) for row in ctx.session.execute(query).scalars()]


def past_challenges(ctx: Context, most: int) -> Sequence[Challenge]:
    """What is over or was cancelled, the newest first."""
    query = select(ChallengeRow).where(ChallengeRow.state.in_([state.value for state in PAST])).order_by(ChallengeRow.id.desc())
    return [of_row(row) for row in ctx.session.execute(query.limit(most)).scalars()]


def set_state(ctx: Context, challenge_id: int, state: State) -> None:
    """Move a challenge on."""
    values: dict[str, object] = {"state": state.value}
    if state is State.CLOSED:
        values["closed_at"] = ctx.now
    ctx.session.execute(update(ChallengeRow).where(ChallengeRow.id == challenge_id).values(**values))


def activity(ctx: Context, challenge_id: int, number: int) -> Activity | None:
    """One day's activity."""
    stored = scope.execute(ctx.session, _ACTIVITY, {"challenge": challenge_id, "number": number, BIND: ctx.community.id}).scalar()
    return Activity(**stored) if stored is not None else None


def participation(ctx: Context, challenge_id: int, person: int) -> Participant | None:
    """A person's part in one challenge, None where they have none."""
    row = scope.execute(ctx.session, _PART, {"person": person, "challenge": challenge_id, BIND: ctx.community.id}).one_or_none()
    return _participant(row) if row is not None else None


def join(ctx: Context, joined: Challenge, person: int, at: time) -> tuple[Participant, bool]:
    """Take a person in, or back in; the second value says whether they were not in before."""
    query = select(ParticipantRow).where(ParticipantRow.challenge_id == joined.id, ParticipantRow.person_id == person)
    row = ctx.session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        row = ParticipantRow(
            id=new_id(),
            community_id=ctx.community.id,
            challenge_id=joined.id,
            person_id=person,
            minute=at.hour * 60 + at.minute,
            joined_at=ctx.now,
        )
        ctx.session.add(row)
        is_new = True
    else:
        is_new = row.left_at is not None
        row.left_at = None
        row.minute = row.minute if row.has_own_hour else at.hour * 60 + at.minute
    ctx.session.flush()
    return Participant(row.id, person, _time(row.minute), joined, row.has_own_hour), is_new


def leave(ctx: Context, participant: int) -> None:
    """Let a participant go; what they did stays theirs."""
    ctx.session.execute(update(ParticipantRow).where(ParticipantRow.id == participant).values(left_at=ctx.now))


def move_hour(ctx: Context, participants: Iterable[int], at: time) -> None:
    """Let these parts come at another hour."""
    moved = update(ParticipantRow).where(ParticipantRow.id.in_(list(participants)))
    ctx.session.execute(moved.values(minute=at.hour * 60 + at.minute))


def own_parts(ctx: Context, person: int) -> Sequence[Participant]:
    """A person's parts in open challenges, the newest challenge first."""
    rows = scope.execute(ctx.session, _OPEN_BY_PERSON, {"person": person, BIND: ctx.community.id})
    return [_participant(row) for row in rows]


def parts(ctx: Context, participants: Iterable[int]) -> Sequence[Participant]:
    """Parts in open challenges by their ids."""
    rows = scope.execute(ctx.session, _OPEN_SOME, {"participants": list(participants), BIND: ctx.community.id})
    return [_participant(row) for row in rows]


def parts_of(ctx: Context, challenge_id: int) -> Sequence[Participant]:
    """Everybody who is in an open challenge."""
    rows = scope.execute(ctx.session, _OPEN_IN, {"challenge": challenge_id, BIND: ctx.community.id})
    return [_participant(row) for row in rows]


def count_in(ctx: Context, challenge_id: int) -> int:
    """How many are in."""
    query = select(func.count()).select_from(ParticipantRow)
    return ctx.session.execute(query.where(ParticipantRow.challenge_id == challenge_id, ParticipantRow.left_at.is_(None))).scalar_one()


def mark_done(ctx: Context, participant: int, number: int, *, by_entry: bool) -> bool:
    """Mark a day done; False when it was done before."""
    if is_done(ctx, participant, number):
        return False
    values = {"id": new_id(), "participant_id": participant, "number": number, "done_at": ctx.now, "by_entry": by_entry}
    scope.execute(ctx.session, _INSERT_DONE, {**values, "community_id": ctx.community.id})
    return True


def unmark(ctx: Context, participant: int, number: int, *, only_by_entry: bool = False) -> bool:
    """Take a done day back; whether there was one."""
    if not is_done(ctx, participant, number, only_by_entry=only_by_entry):
        return False
    scope.execute(ctx.session, _UNMARK, {"participant": participant, "number": number, BIND: ctx.community.id})
    return True


def is_done(ctx: Context, participant: int, number: int, *, only_by_entry: bool = False) -> bool:
    """Whether a participant did a day."""
    keys = {"participant": participant, "number": number, BIND: ctx.community.id}
    by_entry = scope.execute(ctx.session, _IS_DONE, keys).scalar_one_or_none()
    return bool(by_entry) if only_by_entry else by_entry is not None


def who_did(ctx: Context, numbers: Mapping[int, int]) -> set[int]:
    """Of participants, each with a number of a day: those who did that day."""
    asked = {"participants": list(numbers), "numbers": sorted(set(numbers.values())), BIND: ctx.community.id}
    found = scope.execute(ctx.session, _WHO_DID, asked)
    return {row.participant_id for row in found if row.number == numbers[row.participant_id]}


def days_done(ctx: Context, challenge_id: int) -> dict[int, int]:
    """Participant id -> how many days they did, everybody who is in counted."""
    query = (
        select(ParticipantRow.id, func.count(DoneRow.id))
        .outerjoin(DoneRow, DoneRow.participant_id == ParticipantRow.id)
        .where(ParticipantRow.challenge_id == challenge_id, ParticipantRow.left_at.is_(None))
        .group_by(ParticipantRow.id)
    )
    return {row[0]: row[1] for row in ctx.session.execute(query)}


def count_done(ctx: Context, participant: int) -> int:
    """How many days one participant did."""
    return int(scope.execute(ctx.session, _COUNT_DONE, {"participant": participant, BIND: ctx.community.id}).scalar_one())


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)


def of_row(row: Any) -> Challenge:
    """A challenge from its row."""
    breaks = tuple((date.fromisoformat(begins), date.fromisoformat(ends) if ends else None) for begins, ends in row.breaks)
    plan = Plan(row.starts_on, row.days, Rhythm(row.rhythm), breaks)
    name, _space, _version = row.pack.partition(" ")
    return Challenge(
        row.id, row.title, row.purpose, State(row.state), _time(row.minute), plan, name, row.started_by, row.revision, row.edited_by
    )


def _participant(row: Any) -> Participant:
    return Participant(row.participant, row.person_id, _time(row.own_minute), of_row(row), row.has_own_hour)

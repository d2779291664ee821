"""Named queries of meetups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from bot.core.context import Context
from bot.data.ids import new_id
from bot.lean import dataclass
from handlers.meetups.rows import AnswerRow, MeetupRow
from handlers.meetups.rules import Answer

LINK, AGENDA, REASON = "meetups.link", "meetups.agenda", "meetups.reason"


@dataclass(frozen=True, slots=True)
class Meetup:
    """A meetup as handlers see it."""

    id: int
    challenge: int
    title: str
    starts_at: datetime
    ends_at: datetime
    link: str = ""
    agenda: str = ""
    sequence: int = 0
    occasion: int = 0
    set_by: int | None = None
    is_cancelled: bool = False
    reason: str = ""

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Given:
    """Somebody's answer."""

    id: int
    meetup: int
    person: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Counts:
    """How many said what; nobody is named."""

    coming: int = 0
    maybe: int = 0
    declined: int = 0


# -- meetups -------------------------------------------------------------------------------------------------------------


def meetup(ctx: Context, meetup_id: int, *, lock: bool = False) -> Meetup | None:
    """A meetup by its id."""
    return _one(ctx, MeetupRow.id == meetup_id, lock=lock)


def of_challenge(ctx: Context, challenge: int, *, lock: bool = False) -> Meetup | None:
    """The meetup of a challenge, a cancelled one included."""
    return _one(ctx, MeetupRow.challenge_id == challenge, lock=lock)


def of_occasion(ctx: Context, occasion: int) -> Meetup | None:
    """The meetup that stands for an occasion; None once it was moved."""
    return _one(ctx, MeetupRow.occasion == occasion)


def to_come(ctx: Context) -> Sequence[Meetup]:
    """The meetups that are not over, the next one first."""
    query = select(MeetupRow).where(
        MeetupRow.community_id == ctx.community.id, MeetupRow.ends_at > ctx.now, MeetupRow.cancelled_at.is_(None)
    )
    return [_meetup(ctx, row) for row in ctx.session.execute(query.order_by(MeetupRow.starts_at, MeetupRow.id)).scalars()]


def insert(ctx: Context, challenge: int, title: str, starts_at: datetime, ends_at: datetime, link: str, agenda: str) -> Meetup:
    """A new meetup of a challenge; a cancelled one makes room for it."""
    ctx.session.execute(delete(MeetupRow).where(MeetupRow.challenge_id == challenge, MeetupRow.cancelled_at.is_not(None)))
    row = MeetupRow(id=new_id(), community_id=ctx.community.id, challenge_id=challenge, title=title, sequence=0, set_by=ctx.actor.id)
    _write(ctx, row, starts_at, ends_at, link, agenda)
    ctx.session.add(row)
    ctx.session.flush()
    return _meetup(ctx, row)


def change(ctx: Context, meetup_id: int, starts_at: datetime, ends_at: datetime, link: str, agenda: str) -> Meetup:
    """Keep what a lead changed."""
    row = ctx.session.get_one(MeetupRow, meetup_id)
    row.sequence += 1
    _write(ctx, row, starts_at, ends_at, link, agenda)
    ctx.session.flush()
    return _meetup(ctx, row)


def set_agenda(ctx: Context, meetup_id: int, agenda: str) -> Meetup:
    """Let the agenda say something else; the calendar file's number stays, since nobody has to come at another time."""
    row = ctx.session.get_one(MeetupRow, meetup_id)
    row.agenda, row.changed_at = ctx.vault.seal(AGENDA, row.id, agenda) if agenda else None, ctx.now
    ctx.session.flush()
    return _meetup(ctx, row)


def cancel(ctx: Context, meetup_id: int, reason: str) -> Meetup:
    """Call it off."""
    row = ctx.session.get_one(MeetupRow, meetup_id)
    row.sequence += 1
    row.cancelled_at = row.changed_at = ctx.now
    row.reason = ctx.vault.seal(REASON, row.id, reason) if reason else None
    ctx.session.flush()
    return _meetup(ctx, row)


def _write(ctx: Context, row: MeetupRow, starts_at: datetime, ends_at: datetime, link: str, agenda: str) -> None:
    if row.starts_at != starts_at or row.ends_at != ends_at:
        row.occasion = new_id()
    row.starts_at, row.ends_at, row.changed_at = starts_at, ends_at, ctx.now
    row.link = ctx.vault.seal(LINK, row.id, link) if link else None
    row.agenda = ctx.vault.seal(AGENDA, row.id, agenda) if agenda else None


def _one(ctx: Context, which: Any, *, lock: bool = False) -> Meetup | None:
    query = select(MeetupRow).where(which)
    row = ctx.session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    return _meetup(ctx, row) if row is not None else None


def _meetup(ctx: Context, row: MeetupRow) -> Meetup:
    def opened(column: str, sealed: bytes | None) -> str:
        return ctx.vault.open_text(column, row.id, sealed) if sealed is not None else ""

    return Meetup(
        row.id,
        row.challenge_id,
        row.title,
        row.starts_at,
        row.ends_at,
        opened(LINK, row.link),
        opened(AGENDA, row.agenda),
        row.sequence,
        row.occasion,
        row.set_by,
        row.cancelled_at is not None,
        opened(REASON, row.reason),
    )


# -- answers -------------------------------------------------------------------------------------------------------------


def give(ctx: Context, meetup_id: int, answer: Answer) -> tuple[Given, Answer | None]:
    """Keep the actor's answer; the second value is the one before, None where there was none. The meetup is locked."""
    mine = (AnswerRow.meetup_id == meetup_id, AnswerRow.person_id == ctx.actor.id)
    row = ctx.session.execute(select(AnswerRow).where(*mine)).scalar_one_or_none()
    before = Answer(row.answer) if row is not None else None
    if row is None:
        row = AnswerRow(id=new_id(), community_id=ctx.community.id, meetup_id=meetup_id, person_id=ctx.actor.id)
        ctx.session.add(row)
    row.answer, row.answered_at = answer.value, ctx.now
    ctx.session.flush()
    return _given(row), before


def answers(ctx: Context, meetup_id: int) -> Mapping[int, Given]:
    """Person -> what they said."""
    query = select(AnswerRow).where(AnswerRow.meetup_id == meetup_id).order_by(AnswerRow.id)
    return {row.person_id: _given(row) for row in ctx.session.execute(query).scalars()}


def given(ctx: Context, ids: Sequence[int]) -> Sequence[Given]:
    """Answers by their ids."""
    query = select(AnswerRow).where(AnswerRow.id.in_(list(ids))).order_by(AnswerRow.id)
    return [_given(row) for row in ctx.session.execute(query).scalars()]


def answers_of(ctx: Context, person: int) -> Sequence[tuple[Given, Meetup]]:
    """A person's answers to what is still to come, the next one first."""
    query = (
        select(AnswerRow, MeetupRow)
        .join(MeetupRow, MeetupRow.id == AnswerRow.meetup_id)
        .where(AnswerRow.person_id == person, MeetupRow.ends_at > ctx.now, MeetupRow.cancelled_at.is_(None))
        .order_by(MeetupRow.starts_at, MeetupRow.id)
    )
    return [(_given(answer), _meetup(ctx, row)) for answer, row in ctx.session.execute(query)]


def take_out(ctx: Context, answer_id: int) -> None:
    """Forget an answer."""
    ctx.session.execute(delete(AnswerRow).where(AnswerRow.id == answer_id))


def counts(ctx: Context, meetup_id: int) -> Counts:
    """How many said what."""
    query = select(AnswerRow.answer, func.count(AnswerRow.id)).where(AnswerRow.meetup_id == meetup_id).group_by(AnswerRow.answer)
    found = {Answer(row[0]): row[1] for row in ctx.session.execute(query)}
    return Counts(found.get(Answer.COMING, 0), found.get(Answer.MAYBE, 0), found.get(Answer.NOT, 0))


def exported(ctx: Context) -> list[dict[str, Any]]:
    """The actor's own answers as plain values."""
    query = select(AnswerRow, MeetupRow.title, MeetupRow.starts_at).join(MeetupRow, MeetupRow.id == AnswerRow.meetup_id)
    rows = ctx.session.execute(query.where(AnswerRow.person_id == ctx.actor.id).order_by(AnswerRow.id))
    return [
        {"meetup_of": title, "starts_at": starts_at.isoformat(), "answer": row.answer, "answered_at": row.answered_at.isoformat()}
        for row, title, starts_at in rows
    ]


def own_set(ctx: Context) -> list[dict[str, Any]]:
    """The meetups that the actor set, as plain values."""
    query = select(MeetupRow).where(MeetupRow.set_by == ctx.actor.id).order_by(MeetupRow.id)
    found = [_meetup(ctx, row) for row in ctx.session.execute(query).scalars()]
    return [{"meetup_of": each.title, "starts_at": each.starts_at.isoformat(), "link": each.link, "agenda": each.agenda} for each in found]


def _given(row: AnswerRow) -> Given:
    return Given(row.id, row.meetup_id, row.person_id, Answer(row.answer))

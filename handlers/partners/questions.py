"""Named queries of what members are asked privately, about themselves or another, and what they answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select, update

from bot.core.context import Context
from bot.data.ids import new_id
from bot.lean import dataclass
from handlers.partners.rows import GroupRow, QuestionRow

SILENCE = ("silent", "very silent")  # the kinds of questions that offer help


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody was asked privately."""

    id: int
    group: int
    asked: int
    about: int
    kind: str
    answer: str | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """What is to be asked of somebody privately, about themselves or another, once for each date."""

    group: int
    asked: int
    about: int
    kind: str
    on: date


def ask(ctx: Context, wanted: Sequence[Asking]) -> dict[Asking, int]:
    """Remember that these are asked; what is asked for the first time -> the question's id."""
    if not wanted:
        return {}
    query = select(QuestionRow.group_id, QuestionRow.asked_id, QuestionRow.about_id, QuestionRow.kind, QuestionRow.on_date)
    query = query.where(QuestionRow.group_id.in_({each.group for each in wanted}))
    before = {Asking(*row) for row in ctx.session.execute(query)}
    rows = {
        each: QuestionRow(
            id=new_id(),
            community_id=ctx.community.id,
            group_id=each.group,
            asked_id=each.asked,
            about_id=each.about,
            kind=each.kind,
            on_date=each.on,
            asked_at=ctx.now,
        )
        for each in wanted
        if each not in before
    }
    ctx.session.add_all(rows.values())
    ctx.session.flush()
    return {each: row.id for each, row in rows.items()}


def question(ctx: Context, question_id: int) -> Question | None:
    """A question, locked."""
    row = ctx.session.execute(select(QuestionRow).where(QuestionRow.id == question_id).with_for_update()).scalar_one_or_none()
    return _question(row) if row is not None else None


def questions_about(ctx: Context, person: int, kind: str) -> Sequence[Question]:
    """What was asked about somebody, in groups that stand, the oldest first."""
    query = select(QuestionRow).join(GroupRow, GroupRow.id == QuestionRow.group_id)
    query = query.where(QuestionRow.about_id == person, QuestionRow.kind == kind, GroupRow.ended_at.is_(None))
    return [_question(row) for row in ctx.session.execute(query.order_by(QuestionRow.id)).scalars()]


def answer(ctx: Context, question_id: int, words: str) -> None:
    """Keep an answer."""
    ctx.session.execute(update(QuestionRow).where(QuestionRow.id == question_id).values(answer=words, answered_at=ctx.now))


def open_offers(ctx: Context, groups: Collection[int], about: int | None = None) -> dict[int, int]:
    """The questions of some groups that offer help in days of silence and wait for an answer -> whom they went to."""
    query = select(QuestionRow.id, QuestionRow.asked_id).where(QuestionRow.group_id.in_(groups), QuestionRow.kind.in_(SILENCE))
    query = query.where(QuestionRow.answer.is_(None))
    if about is not None:
        query = query.where(QuestionRow.about_id == about)
    return {row.id: row.asked_id for row in ctx.session.execute(query)}


def settle_questions(ctx: Context, questions: Collection[int]) -> None:
    """Nobody needs to answer these any more."""
    ctx.session.execute(update(QuestionRow).where(QuestionRow.id.in_(questions)).values(answer="settled", answered_at=ctx.now))


def _question(row: QuestionRow) -> Question:
    return Question(row.id, row.group_id, row.asked_id, row.about_id, row.kind, row.answer, row.asked_at)

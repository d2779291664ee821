"""Named queries of the learning agenda."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, select

from bot.core.context import Context
from bot.data.ids import new_id
from bot.lean import dataclass
from handlers.agenda.rows import BackingRow, QuestionRow
from handlers.agenda.rules import first_to_last

TEXT, CAME_OF = "agenda_questions.text", "agenda_questions.came_of"


@dataclass(frozen=True, slots=True)
class Question:
    """An open question, how many back it, and what came of it."""

    id: int
    text: str
    came_of: str = ""
    added_by: int | None = None
    is_settled: bool = False
    backers: int = 0


def question(ctx: Context, question_id: int, *, lock: bool = False) -> Question | None:
    """A question by its id."""
    query = select(QuestionRow).where(QuestionRow.id == question_id)
    return next(iter(_questions(ctx, query.with_for_update().execution_options(populate_existing=True) if lock else query)), None)


def questions(ctx: Context, *, settled: bool) -> Sequence[Question]:
    """The open questions, those that most people back first; or those of which something came, the newest first."""
    is_settled = QuestionRow.settled_at.is_not(None) if settled else QuestionRow.settled_at.is_(None)
    query = select(QuestionRow).where(QuestionRow.community_id == ctx.community.id, is_settled).order_by(QuestionRow.id.desc())
    found = _questions(ctx, query)
    if settled:
        return found
    by_id = {each.id: each for each in found}
    return [by_id[each] for each in first_to_last((each.id, each.backers) for each in found)]


def add(ctx: Context, text: str) -> Question:
    """A new question of the actor's, who backs it."""
    row = QuestionRow(id=new_id(), community_id=ctx.community.id, added_by=ctx.actor.id, added_at=ctx.now)
    row.text, row.came_of, row.settled_at = ctx.vault.seal(TEXT, row.id, text), None, None
    ctx.session.add(row)
    ctx.session.flush()
    back(ctx, row.id)
    found = question(ctx, row.id)
    assert found is not None, "it was just written"
    return found


def back(ctx: Context, question_id: int) -> bool:
    """It matters to the actor, too; whether that is new."""
    mine = select(BackingRow.id).where(BackingRow.question_id == question_id, BackingRow.person_id == ctx.actor.id)
    if ctx.session.execute(mine).scalar_one_or_none() is not None:
        return False
    row = BackingRow(id=new_id(), community_id=ctx.community.id, question_id=question_id, person_id=ctx.actor.id, backed_at=ctx.now)
    ctx.session.add(row)
    ctx.session.flush()
    return True


def back_no_more(ctx: Context, question_id: int) -> None:
    """It does not matter to the actor any more."""
    ctx.session.execute(delete(BackingRow).where(BackingRow.question_id == question_id, BackingRow.person_id == ctx.actor.id))


def backs(ctx: Context, question_id: int) -> bool:
    """Whether it matters to the actor."""
    mine = select(BackingRow.id).where(BackingRow.question_id == question_id, BackingRow.person_id == ctx.actor.id)
    return ctx.session.execute(mine).scalar_one_or_none() is not None


def backers(ctx: Context, question_id: int) -> set[int]:
    """To whom it matters."""
    return set(ctx.session.execute(select(BackingRow.person_id).where(BackingRow.question_id == question_id)).scalars())


def settle(ctx: Context, question_id: int, came_of: str) -> None:
    """Something came of it; said again, the newest words count."""
    row = ctx.session.get_one(QuestionRow, question_id)
    row.came_of, row.settled_at = ctx.vault.seal(CAME_OF, row.id, came_of), row.settled_at or ctx.now
    ctx.session.flush()


def export_added(ctx: Context) -> list[dict[str, Any]]:
    """The questions that the actor added, as plain values."""
    found = _questions(ctx, select(QuestionRow).where(QuestionRow.added_by == ctx.actor.id).order_by(QuestionRow.id))
    return [{"question": each.text, "came_of": each.came_of} for each in found]


def export_backed(ctx: Context) -> list[dict[str, Any]]:
    """The questions that the actor backs, as plain values."""
    backed = select(BackingRow.question_id).where(BackingRow.person_id == ctx.actor.id)
    return [{"question": each.text} for each in _questions(ctx, select(QuestionRow).where(QuestionRow.id.in_(backed)))]


def _questions(ctx: Context, query: Select[QuestionRow]) -> Sequence[Question]:
    rows = ctx.session.execute(query).scalars().all()
    counts = _counts(ctx, [row.id for row in rows]) if rows else {}
    return [_question(ctx, row, counts.get(row.id, 0)) for row in rows]


def _counts(ctx: Context, ids: Collection[int]) -> Counter[int]:
    query = select(BackingRow.question_id, func.count()).where(BackingRow.question_id.in_(list(ids))).group_by(BackingRow.question_id)
    return Counter({row[0]: row[1] for row in ctx.session.execute(query)})


def _question(ctx: Context, row: QuestionRow, count: int) -> Question:
    came_of = ctx.vault.open_text(CAME_OF, row.id, row.came_of) if row.came_of is not None else ""
    return Question(row.id, ctx.vault.open_text(TEXT, row.id, row.text), came_of, row.added_by, row.settled_at is not None, count)

"""Named queries of how reminders are received: counts of a month that is over, kept as first told, so that no two looks differ."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from bot.core.context import Context
from bot.data.ids import new_id
from bot.people.days import instant_of
from bot.people.disclosure import may_follow
from bot.people.rows import PersonRow
from handlers.nudges import store
from handlers.nudges.rows import HealthRow, NudgeRow, NudgeStateRow
from handlers.nudges.rules import MIDNIGHT, Behind, K, everybody, shown

OUTCOMES = (store.ACTED, store.IGNORED, store.OPEN)


def counts(ctx: Context, month: date) -> dict[str, int | None]:
    """What may be told of a month, by its first day."""
    row = ctx.session.execute(select(HealthRow).where(HealthRow.month == month)).scalar_one_or_none() or _counted(ctx, month)
    return {"sent": row.sent, "acted": row.acted, "ignored": row.ignored, "open": row.open, "stopped": row.stopped}


def _counted(ctx: Context, month: date) -> HealthRow:
    """Count a month, once: what happens later to one of its reminders would stand in the difference."""
    parts = _outcomes(ctx, month)
    told = shown(parts) | shown({"sent": everybody(parts.values())})
    row = HealthRow(id=new_id(), community_id=ctx.community.id, month=month, stopped=_stopped(ctx, month), counted_at=ctx.now, **told)
    ctx.session.add(row)
    ctx.session.flush()
    return row


def _outcomes(ctx: Context, month: date) -> dict[str, Behind]:
    begins, ends = (instant_of(each, MIDNIGHT, ctx.community.zone) for each in (month, (month + timedelta(days=31)).replace(day=1)))
    query = (
        select(NudgeRow.outcome, NudgeRow.person_id, func.count(NudgeRow.id))
        .where(NudgeRow.community_id == ctx.community.id, NudgeRow.sent_at >= begins, NudgeRow.sent_at < ends)
        .group_by(NudgeRow.outcome, NudgeRow.person_id)
    )
    found: dict[str, dict[int, int]] = {outcome: {} for outcome in OUTCOMES}
    for outcome, person, count in ctx.session.execute(query):
        found[outcome][person] = count
    return {outcome: Behind(sum(by.values()), frozenset(by)) for outcome, by in found.items()}


def _stopped(ctx: Context, month: date) -> int | None:
    """How many receive none now; the number that was told last, as long as so few came or went that the difference would tell of them."""
    here = (PersonRow.community_id == ctx.community.id, PersonRow.left_at.is_(None))
    query = select(PersonRow.id, NudgeStateRow.stopped_at).outerjoin(NudgeStateRow, NudgeStateRow.person_id == PersonRow.id)
    found = ctx.session.execute(query.where(*here)).all()
    stopped = frozenset(person for person, at in found if at is not None)
    others = frozenset(person for person, at in found if at is None)
    parts = {"stopped": Behind(len(stopped), stopped), "others": Behind(len(others), others)}
    told = select(HealthRow.stopped).where(HealthRow.month < month, HealthRow.stopped.is_not(None)).order_by(HealthRow.month.desc())
    last = ctx.session.execute(told.limit(1)).scalar()
    if shown(parts)["stopped"] is None:
        return None
    return len(stopped) if may_follow(last, len(stopped), K) else last

"""Named queries of when people's reminders are looked at next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from bot.core.context import Context
from bot.data.ids import new_id
from handlers.nudges.rows import NudgeWakeRow


def planned(ctx: Context, people: Collection[int]) -> dict[int, tuple[int, datetime]]:
    """Person -> the id under which their next look is planned, and when it is."""
    query = select(NudgeWakeRow).where(NudgeWakeRow.person_id.in_(people)).order_by(NudgeWakeRow.person_id)
    return {row.person_id: (row.id, row.at) for row in ctx.session.execute(query.with_for_update()).scalars()}


def insert(ctx: Context, at: Mapping[int, datetime]) -> dict[int, int]:
    """Look at people's reminders then; person -> the id under which it is planned."""
    rows = [NudgeWakeRow(id=new_id(), community_id=ctx.community.id, person_id=person, at=when) for person, when in at.items()]
    ctx.session.add_all(rows)
    ctx.session.flush()
    return {row.person_id: row.id for row in rows}


def forget(ctx: Context, wakes: Collection[int]) -> None:
    """These looks are over."""
    ctx.session.execute(delete(NudgeWakeRow).where(NudgeWakeRow.id.in_(wakes)))


def woken(ctx: Context, wakes: Collection[int]) -> Sequence[int]:
    """Whose reminders are to be looked at, each locked."""
    query = select(NudgeWakeRow).where(NudgeWakeRow.id.in_(wakes)).order_by(NudgeWakeRow.person_id)
    return [row.person_id for row in ctx.session.execute(query.with_for_update()).scalars()]

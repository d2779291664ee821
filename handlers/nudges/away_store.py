"""Named queries of the days on which people are away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select

from bot.core.context import Context
from bot.data import scope
from bot.data.among import among
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.scope import BIND
from bot.lean import dataclass
from handlers.nudges.rows import AwayRow
from handlers.nudges.rules import joined

_away = table(AwayRow)
_RANGES = (
    select(_away.c.person_id, _away.c.from_on, _away.c.to_on)
    .where(among(_away.c.person_id, "people"), _away.c.community_id == bindparam(BIND))
    .order_by(_away.c.from_on)
)


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which somebody is away, both ends included."""

    id: int
    first: date
    last: date


def ranges(ctx: Context, people: Iterable[int]) -> dict[int, tuple[tuple[date, date], ...]]:
    """Person -> the days on which they were, are or will be away."""
    found: dict[int, tuple[tuple[date, date], ...]] = {}
    for row in scope.execute(ctx.session, _RANGES, {"people": list(people), BIND: ctx.community.id}):
        found[row.person_id] = (*found.get(row.person_id, ()), (row.from_on, row.to_on))
    return found


def own(ctx: Context, since: date) -> Sequence[Away]:
    """The actor's days away that are not over, the earliest first."""
    query = select(AwayRow).where(AwayRow.person_id == ctx.actor.id, AwayRow.to_on >= since).order_by(AwayRow.from_on)
    return [Away(row.id, row.from_on, row.to_on) for row in ctx.session.execute(query).scalars()]


def add(ctx: Context, new: Sequence[tuple[date, date]]) -> bool:
    """The actor is away on these days too; what touches becomes one. Whether anything is new in it."""
    query = select(AwayRow).where(AwayRow.person_id == ctx.actor.id).with_for_update()
    rows = list(ctx.session.execute(query).scalars())
    known = {(row.from_on, row.to_on) for row in rows}
    wanted = set(joined([*known, *new]))
    gone = [row.id for row in rows if (row.from_on, row.to_on) not in wanted]
    ctx.session.execute(delete(AwayRow).where(AwayRow.id.in_(gone)))
    for first, last in sorted(wanted - known):
        ctx.session.add(AwayRow(id=new_id(), community_id=ctx.community.id, person_id=ctx.actor.id, from_on=first, to_on=last))
    ctx.session.flush()
    return bool(wanted - known)


def cancel(ctx: Context, away: int, today: date) -> Away | None:
    """The actor is here from today on, or was never away if that has not begun; None where there was nothing to cancel."""
    query = select(AwayRow).where(AwayRow.id == away, AwayRow.person_id == ctx.actor.id, AwayRow.to_on >= today)
    row = ctx.session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        return None
    was = Away(row.id, row.from_on, row.to_on)
    if row.from_on >= today:
        ctx.session.delete(row)
    else:
        row.to_on = today - timedelta(days=1)
    ctx.session.flush()
    return was


def export(ctx: Context) -> list[dict[str, Any]]:
    """All of the actor's days away as plain JSON."""
    return [{"from": first.isoformat(), "to": last.isoformat()} for first, last in ranges(ctx, [ctx.actor.id]).get(ctx.actor.id, ())]

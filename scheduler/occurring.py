"""Occurring: cadences that are due are taken, each firing is written down once, and so is when each comes round next.

Thousands often have the same hour in the same zone: the calendar is asked once for all of them, and the statements are as many as there
are such groups, not as there are cadences.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.core.cadences import Cadence, Occurrence
from bot.core.feature import Job
from bot.core.rows import CadenceRow, OccurrenceRow
from bot.data import scope
from bot.data.among import among
from bot.data.base import Instant, table
from bot.data.ids import new_ids
from bot.data.inserts import insert_if_new
from scheduler.due import due_now

_cadences, _occurrences = table(CadenceRow), table(OccurrenceRow)
_SHAPE = ("job", "zone", "minute", "weekdays", "first_on", "last_on", "next_on", "next_at")


def _take(kind: str, *, only_one: bool = False) -> Select[Any]:
    """Cadences that are due and that nobody else holds, those of one shape together."""
    named = (_cadences.c[name] for name in ("id", "subject", "community_id", *_SHAPE))
    due: Any = select(*named).where(_cadences.c.next_at <= bindparam("now")).order_by(_cadences.c.next_at)
    due = due.where(_cadences.c.id == bindparam("only")) if only_one else due.limit(bindparam("limit", type_=BigInteger()))
    due = due.with_for_update(skip_locked=True).cte("due")
    shape = [due.c[name] for name in _SHAPE]
    of_each = (due.c.id, due.c.subject, due.c.community_id)
    together = (
        func.array_agg(each, type_=ARRAY(BigInteger())) if kind == "postgresql" else func.json_group_array(each) for each in of_each
    )
    return select(*shape, *together).group_by(*shape).order_by(due.c.next_at)


_TAKE = {kind: (_take(kind), _take(kind, only_one=True)) for kind in ("postgresql", "sqlite")}
_number = func.row_number().over(order_by=_cadences.c.id)
_firing = select(
    bindparam("first_id", type_=BigInteger()) + _number,
    _cadences.c.community_id,
    _cadences.c.job,
    _cadences.c.subject,
    bindparam("on", type_=_occurrences.c.on_date.type),
    bindparam("slot", type_=_occurrences.c.slot.type),
    bindparam("now", type_=Instant()),
).where(among(_cadences.c.id, "cadences"))
_FIRED = ("id", "community_id", "job", "subject", "on_date", "slot", "fired_at")
_GO_ON = (
    update(_cadences)
    .where(among(_cadences.c.id, "cadences"))
    .values(next_on=bindparam("on", type_=_cadences.c.next_on.type), next_at=bindparam("at", type_=Instant()))
)


@cache
def _fire(kind: str) -> Any:
    return insert_if_new(kind, _occurrences).from_select(_FIRED, _firing).returning(_occurrences.c.subject)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch took: how many cadences, and what is to be run of each community's jobs."""

    count: int
    due: Mapping[tuple[int, str], Sequence[Occurrence]]


class _Shape(NamedTuple):
    """What cadences have in common that are due together."""

    job: str
    zone: str
    minute: int
    weekdays: int
    first_on: date
    last_on: date | None
    next_on: date
    next_at: datetime

    @property
    def cadence(self) -> Cadence:
        return Cadence(self.zone, time(*divmod(self.minute, 60)), self.first_on, self.last_on, self.weekdays)


def take(session: Session, jobs: Mapping[str, Job], now: datetime, limit: int, only: int | None = None) -> Taken:
    """Take cadences that are due, or one of them, and write down what occurred; whoever else takes some meanwhile takes others."""
    scope.enter(session, scope.SYSTEM)
    kind = scope.connection(session).dialect.name
    all_due, one = _TAKE[kind]
    asked = {"now": now, "limit": limit} if only is None else {"now": now, "only": only}
    rows = scope.execute(session, all_due if only is None else one, asked).all()
    due: dict[tuple[int, str], list[Occurrence]] = defaultdict(list)
    count = 0
    for row in rows:
        shape, (ids, subjects, communities) = _Shape(*row[:-3]), (json.loads(each) if kind == "sqlite" else each for each in row[-3:])
        count += len(ids)
        _occur(session, shape, ids, dict(zip(subjects, communities, strict=True)), jobs.get(shape.job), now, due)
        on, at = shape.cadence.next_due(now) or (None, None)
        scope.execute(session, _GO_ON, {"cadences": ids, "on": on, "at": at})
    return Taken(count, due)


def pass_over(session: Session, now: datetime, cadence: int) -> None:
    """Let a cadence go on to its next date without anything having occurred."""
    take(session, {}, now, 1, cadence)


def _occur(
    session: Session,
    shape: _Shape,
    cadences: Sequence[int],
    subjects: Mapping[int, int],
    job: Job | None,
    now: datetime,
    due: dict[tuple[int, str], list[Occurrence]],
) -> None:
    """Write down what fires, and leave out what had fired before, for instance before its hour was moved."""
    found = due_now(shape.cadence, 0, shape.next_on, shape.next_at, now=now, grace=job.grace) if job is not None else None
    if job is None or found is None:
        return
    slot = shape.minute + 1 if job.is_by_minute else 0
    values = {"cadences": cadences, "first_id": new_ids(len(cadences) + 1), "on": found.on, "slot": slot, "now": now}
    fired = scope.execute(session, _fire(scope.connection(session).dialect.name), values)
    for subject in sorted(row.subject for row in fired):
        due[subjects[subject], shape.job].append(Occurrence(subject, found.on, found.due_at))

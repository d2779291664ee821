"""Occurring: rhythms that are due are taken up, each firing is written down once, and so is when they come round next.

Thousands often have the same hour in the same zone: the calendar is asked once for all of them, and the statements are as many as there
are such rhythms, or fewer, not as there are people.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, bindparam, delete, exists, func, select, update
from sqlalchemy.orm import Session

from bot.core.cadences import Cadence, Occurrence, cadence_of
from bot.core.feature import Job
from bot.core.rows import CadenceRow, OccurrenceRow, RhythmRow
from bot.data import scope
from bot.data.among import among
from bot.data.base import Instant, table
from bot.data.bulk import Bulk
from bot.data.given import Given
from bot.data.ids import new_ids
from bot.data.inserts import insert_if_new
from bot.lean import dataclass
from scheduler.due import due_now

WIDTH = 4  # rhythms taken up at first; where only few have each, four times as many the next time
BEFORE_ALL = -1  # smaller than every subject

_rhythms, _cadences, _occurrences = table(RhythmRow), table(CadenceRow), table(OccurrenceRow)
_now = bindparam("now", type_=Instant())
_due = select(_rhythms).where(_rhythms.c.next_at <= _now)
_TAKE = _due.order_by(_rhythms.c.next_at).limit(bindparam("limit", type_=BigInteger())).with_for_update(skip_locked=True)
_TAKE_OF = (
    _due.add_columns(_cadences.c.subject, _cadences.c.begins_at)
    .join(_cadences, _cadences.c.rhythm_id == _rhythms.c.id)
    .where(_cadences.c.id == bindparam("only"))
    .with_for_update(of=_rhythms)
)
_GO_ON = Bulk(
    {"rhythm": BigInteger(), "on": _rhythms.c.next_on.type, "at": Instant(), "reached_now": BigInteger()},
    lambda given: (
        update(_rhythms)
        .where(_rhythms.c.id == given("rhythm"))
        .values(next_on=given("on"), next_at=given("at"), reached=given("reached_now"))
    ),
)
_NOBODY_HAS = delete(_rhythms).where(among(_rhythms.c.id, "rhythms"), ~exists().where(_cadences.c.rhythm_id == _rhythms.c.id))
_OVER = (delete(_cadences).where(among(_cadences.c.rhythm_id, "rhythms")), delete(_rhythms).where(among(_rhythms.c.id, "rhythms")))
WAITING = (
    select(_cadences.c.id)
    .join(_rhythms, _rhythms.c.id == _cadences.c.rhythm_id)
    .where(_rhythms.c.next_at <= _now, _cadences.c.subject > func.coalesce(_rhythms.c.reached, BEFORE_ALL))
    .order_by(_rhythms.c.next_at, _rhythms.c.id, _cadences.c.subject)
    .limit(bindparam("limit", type_=BigInteger()))
)


def _subjects(given: Any, dialect: str) -> Any:
    is_theirs = (_cadences.c.rhythm_id == given.c.rhythm, _cadences.c.subject > given.c.after, _cadences.c.begins_at < given.c.due_at)
    some: Any = select(_cadences.c.subject).where(*is_theirs).order_by(_cadences.c.subject).limit(bindparam("limit", type_=BigInteger()))
    some = some.correlate(given).subquery()
    is_array = dialect == "postgresql"
    together = func.array_agg(some.c.subject, type_=ARRAY(BigInteger())) if is_array else func.json_group_array(some.c.subject)
    return select(given.c.rhythm, select(together).scalar_subquery().label("subjects"))


def _occur(given: Any, dialect: str) -> Any:
    alike = ("job", "on_date", "slot", "fired_at")
    named = ("id", "community_id", "subject", *alike)
    is_theirs = (
        _cadences.c.rhythm_id == given.c.rhythm,
        _cadences.c.subject.between(given.c.first, given.c.last),
        _cadences.c.begins_at < given.c.due_at,
    )
    rows = select(
        bindparam("first_id", type_=BigInteger()) + func.row_number().over() - 1,
        given.c.community,
        _cadences.c.subject,
        *(bindparam(name, type_=_occurrences.c[name].type) for name in alike),
    )
    return insert_if_new(dialect, _occurrences).from_select(named, rows.where(*is_theirs))


_SUBJECTS = Given({"rhythm": BigInteger(), "after": BigInteger(), "due_at": Instant()}, _subjects)
_OCCUR = Given({**dict.fromkeys(("rhythm", "community", "first", "last"), BigInteger()), "due_at": Instant()}, _occur)
_made_now = _occurrences.c.id.between(bindparam("first_id", type_=BigInteger()), bindparam("last_id", type_=BigInteger()))
_HOW_MANY, _WHICH = (select(each).where(_made_now) for each in (func.count(_occurrences.c.id), _occurrences.c.subject))


@dataclass(frozen=True, slots=True)
class Taken:
    """What a batch took: how many rhythms, and what is to be run of each community's jobs."""

    rhythms: int
    due: Mapping[tuple[int, str], Sequence[Occurrence]]

    @property
    def count(self) -> int:
        """How much occurred."""
        return sum(map(len, self.due.values()))


@dataclass(slots=True)
class _Firing:
    """A rhythm that is due: what fires now, if it is not too late for all of it, and for whom."""

    row: Any
    job: Job | None
    found: Occurrence | None
    subjects: Sequence[int] = ()
    reached: int | None = None  # not all of them: those up to here

    @property
    def cadence(self) -> Cadence:
        return cadence_of(self.row)

    @property
    def after(self) -> int:
        """Those up to here have had what fires now."""
        assert self.found is not None
        is_begun = self.row.reached is not None and self.row.next_at == self.found.due_at
        return int(self.row.reached) if is_begun else BEFORE_ALL

    def is_first_for(self, subject: int, begins_at: datetime) -> bool:
        """Whether it has not reached a subject that it concerns."""
        return self.found is not None and subject > self.after and begins_at < self.found.due_at


def take(session: Session, jobs: Mapping[str, Job], now: datetime, limit: int) -> Taken:
    """Take rhythms up that are due and write down what occurs, so many at most; whoever else takes some meanwhile takes others."""
    scope.enter(session, scope.SYSTEM)
    due: dict[tuple[int, str], list[Occurrence]] = defaultdict(list)
    rhythms, room, width = 0, limit, WIDTH
    while room > 0:
        rows = scope.execute(session, _TAKE, {"now": now, "limit": width}).all()
        firings = list(_with_subjects(session, [_firing(row, jobs, now) for row in rows], room))
        _write(session, firings, now, due)
        _go_on(session, firings, now)
        rhythms += len(rows)
        room -= sum(len(each.subjects) for each in firings)
        if len(rows) < width:
            break
        width *= 4
    return Taken(rhythms, due)


def take_one(session: Session, jobs: Mapping[str, Job], now: datetime, cadence: int) -> Taken:
    """Write down what occurs for one alone, next in its rhythm; whoever has the rhythm just now is waited for."""
    scope.enter(session, scope.SYSTEM)
    due: dict[tuple[int, str], list[Occurrence]] = defaultdict(list)
    rows = scope.execute(session, _TAKE_OF, {"now": now, "only": cadence}).all()
    for row in rows:
        firing = _firing(row, jobs, now)
        if firing.is_first_for(row.subject, row.begins_at):
            firing.subjects, firing.reached = [row.subject], row.subject
            _write(session, [firing], now, due)
            _go_on(session, [firing], now)
    return Taken(len(rows), due)


def _firing(row: Any, jobs: Mapping[str, Job], now: datetime) -> _Firing:
    job = jobs.get(row.job)
    found = due_now(cadence_of(row), 0, row.next_on, row.next_at, now=now, grace=job.grace) if job is not None else None
    return _Firing(row, job, found)


def _with_subjects(session: Session, firings: Sequence[_Firing], room: int) -> Iterator[_Firing]:
    """Rhythms with those who have them, until there is no room; what is left of the last one, and those behind it, stay due."""
    asked = [(each.row.id, each.after, each.found.due_at) for each in firings if each.found is not None]
    found = {row.rhythm: row.subjects for row in _SUBJECTS.run(session, asked, limit=room)}
    for each in firings:
        if room == 0:
            return
        subjects = found.get(each.row.id) or ()
        each.subjects = (json.loads(subjects) if isinstance(subjects, str) else subjects)[:room]
        room -= len(each.subjects)
        each.reached = each.subjects[-1] if room == 0 else None
        yield each


def _write(session: Session, firings: Iterable[_Firing], now: datetime, due: dict[tuple[int, str], list[Occurrence]]) -> None:
    """Write down what fires, and leave out what had fired before, for instance before its hour was moved."""
    alike: dict[tuple[str, date, int], list[_Firing]] = defaultdict(list)
    for each in firings:
        if each.found is not None and each.job is not None and each.subjects:
            alike[each.row.job, each.found.on, each.row.minute + 1 if each.job.is_by_minute else 0].append(each)
    for (job, on, slot), together in alike.items():
        is_new = _occurs(session, together, job=job, on_date=on, slot=slot, fired_at=now)
        for each in together:
            assert each.found is not None
            at = each.found.due_at
            whose = each.subjects if is_new is None else filter(is_new, each.subjects)
            due[each.row.community_id, job] += [Occurrence(subject, on, at) for subject in whose]


def _occurs(session: Session, together: Sequence[_Firing], **alike: Any) -> Callable[[int], bool] | None:
    """Write down what fires; tells which of the subjects that is true of, None that it is of all, as nearly always."""
    many = sum(len(each.subjects) for each in together)
    first = new_ids(many)
    rows = [(each.row.id, each.row.community_id, each.subjects[0], each.subjects[-1], each.found.due_at) for each in together if each.found]
    _OCCUR.run(session, rows, first_id=first, **alike)
    made = {"first_id": first, "last_id": first + many - 1}
    if scope.execute(session, _HOW_MANY, made).scalar_one() == many:
        return None
    return set(scope.execute(session, _WHICH, made).scalars()).__contains__


def _go_on(session: Session, firings: Iterable[_Firing], now: datetime) -> None:
    """Say when rhythms come round next; what is over goes, and so does what nobody has any more."""
    steps, over, idle = [], [], []
    for each in firings:
        on_and_at = (
            (each.found.on, each.found.due_at) if each.found is not None and each.reached is not None else each.cadence.next_due(now)
        )
        if on_and_at is None:
            over.append(each.row.id)
            continue
        steps.append((each.row.id, *on_and_at, each.reached))
        if not each.subjects:
            idle.append(each.row.id)
    _GO_ON.run(scope.connection(session), steps)
    for statement in _OVER if over else ():
        scope.execute(session, statement, {"rhythms": over})
    if idle:
        scope.execute(session, _NOBODY_HAS, {"rhythms": idle})

"""Cadences: when something comes round, and the rows that remember for whom and when it is due next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Set
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, String, bindparam, delete, exists, select, true, update
from sqlalchemy.orm import Session

from bot.core.rows import CadenceRow, RhythmRow
from bot.data import scope
from bot.data.among import among
from bot.data.base import Instant, table
from bot.data.given import Given
from bot.data.ids import new_id
from bot.data.inserts import insert, insert_if_new
from bot.data.scope import BIND
from bot.lean import dataclass
from bot.people.days import instant_of

EVERY_DAY = 0b1111111
WORKING_DAYS = 0b0011111


@dataclass(frozen=True, slots=True)
class Cadence:
    """Daily at a local time on the given weekdays (bit 0 is Monday), from a first to a last date.

    Once when both are the same, without end when there is no last one.
    """

    zone: str
    at: time
    first_on: date
    last_on: date | None = None
    weekdays: int = EVERY_DAY

    def falls_on(self, day: date) -> bool:
        """Whether the date is one of the cadence's."""
        is_over = self.last_on is not None and day > self.last_on
        return self.first_on <= day and not is_over and bool(self.weekdays >> day.weekday() & 1)

    def next_date(self, day: date) -> date | None:
        """The first date of the cadence that is `day` or later."""
        day = max(day, self.first_on)
        for ahead in range(7):
            if self.falls_on(candidate := day + timedelta(days=ahead)):
                return candidate
        return None

    def next_due(self, after: datetime) -> tuple[date, datetime] | None:
        """The first due date and instant strictly after an instant."""
        return _next_due(self, after)


@lru_cache(maxsize=4096)  # many communities have the same hour in the same zone, and a tick asks of each twice
def _next_due(cadence: Cadence, after: datetime) -> tuple[date, datetime] | None:
    day = cadence.next_date(after.date() - timedelta(days=2))
    while day is not None:
        due = instant_of(day, cadence.at, cadence.zone)
        if due > after:
            return day, due
        day = cadence.next_date(day + timedelta(days=1))
    return None


def once(at: datetime) -> Cadence:
    """A cadence that comes once, in the minute of an instant and not before it."""
    exact = at.astimezone(UTC)
    whole = exact.replace(second=0, microsecond=0)
    if whole < exact:
        whole += timedelta(minutes=1)
    return Cadence("UTC", whole.time(), whole.date(), whole.date())


class Occurrence(NamedTuple):  # a million of them are made in a third of the time
    """One firing: the job's subject, the local date it belongs to, and the instant at which it was due."""

    subject: int
    on: date
    due_at: datetime


def plan(session: Session, community: int, job: str, wanted: Mapping[int, Cadence], after: datetime) -> None:
    """Let a job come round for subjects, first after an instant; planning the same again changes nothing, planning anew replaces.

    What is planned already is left alone, because the hour that is just striking would be lost otherwise.
    """
    found = scope.execute(session, _STANDING, {BIND: community, "job": job, "subjects": list(wanted)})
    standing = {row.subject: row for row in found}
    changed = {
        subject: cadence for subject, cadence in wanted.items() if subject not in standing or cadence_of(standing[subject]) != cadence
    }
    dues = {cadence: cadence.next_due(after) for cadence in set(changed.values())}
    rhythms = sorted(
        ((_digest(community, job, cadence), cadence, *due) for cadence, due in dues.items() if due is not None), key=lambda each: each[0]
    )
    ids = {cadence: rhythm for rhythm, cadence, _on, _at in rhythms}
    known = {BIND: community, "job": job}
    _BEGIN.run(session, [(rhythm, *_shape(cadence), on, at) for rhythm, cadence, on, at in rhythms], **known)
    joining = [(new_id(), subject, ids[cadence]) for subject, cadence in changed.items() if cadence in ids]
    _JOIN.run(session, joining, begins_at=after, **known)  # from here to the commit nobody takes these rhythms up
    _GO_BACK.run(session, [(rhythm, on, at) for rhythm, _cadence, on, at in rhythms], **{BIND: community})
    forget(session, community, job, [subject for subject, cadence in changed.items() if cadence not in ids and subject in standing])
    _let_go(session, community, {standing[subject].rhythm_id for subject in changed if subject in standing})


def forget(session: Session, community: int, job: str, subjects: Iterable[int]) -> None:
    """Let a job come round no more for these subjects."""
    ids = list(subjects)
    if ids:
        gone = scope.execute(session, _FORGET, {BIND: community, "job": job, "subjects": ids})
        _let_go(session, community, {row.rhythm_id for row in gone})


def _let_go(session: Session, community: int, rhythms: Set[int]) -> None:
    """Rhythms that nobody has any more go; where somebody holds one just now, it goes when it is due."""
    if rhythms:
        scope.execute(session, _LET_GO, {BIND: community, "rhythms": list(rhythms)})


def _digest(community: int, job: str, cadence: Cadence) -> int:
    """The id of a rhythm is what it is, so that whoever plans needs no look whether it is there."""
    words = repr((community, job, *map(str, _shape(cadence)))).encode()
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest()) >> 1


def _shape(cadence: Cadence) -> tuple[str, int, int, date, date | None]:
    return cadence.zone, cadence.at.hour * 60 + cadence.at.minute, cadence.weekdays, cadence.first_on, cadence.last_on


def cadence_of(row: Any) -> Cadence:
    """The cadence that a row holds."""
    return Cadence(row.zone, time(*divmod(row.minute, 60)), row.first_on, row.last_on, row.weekdays)


_rhythms, _cadences = table(RhythmRow), table(CadenceRow)
_SHAPE = ("zone", "minute", "weekdays", "first_on", "last_on")
_community, _job = bindparam(BIND, type_=BigInteger()), bindparam("job", type_=String())
_OURS = (_cadences.c.community_id == _community, _cadences.c.job == _job, among(_cadences.c.subject, "subjects"))
_STANDING = (
    select(_cadences.c.subject, _cadences.c.rhythm_id, *(_rhythms.c[name] for name in _SHAPE))
    .join(_rhythms, _rhythms.c.id == _cadences.c.rhythm_id)
    .where(*_OURS)
)
_FORGET = delete(_cadences).where(*_OURS).returning(_cadences.c.rhythm_id)
_nobody_has = ~exists().where(_cadences.c.rhythm_id == _rhythms.c.id)
_idle = select(_rhythms.c.id).where(among(_rhythms.c.id, "rhythms"), _rhythms.c.community_id == _community, _nobody_has)
_LET_GO = delete(_rhythms).where(_rhythms.c.id.in_(_idle.with_for_update(skip_locked=True)))


def _begin(given: Any, dialect: str) -> Any:
    named = ("id", *_SHAPE, "next_on", "next_at")
    rows = select(*(given.c[name] for name in named), _community, _job).where(true())
    return insert_if_new(dialect, _rhythms).from_select([*named, "community_id", "job"], rows)


def _join(given: Any, dialect: str) -> Any:
    named = ("id", "subject", "rhythm_id")
    rows = select(*(given.c[name] for name in named), _community, _job, bindparam("begins_at", type_=Instant())).where(true())
    joined = insert(dialect, _cadences).from_select([*named, "community_id", "job", "begins_at"], rows)
    new = joined.excluded
    return joined.on_conflict_do_update(
        index_elements=["job", "subject"],
        set_={"rhythm_id": new.rhythm_id, "begins_at": new.begins_at},
        where=_cadences.c.community_id == new.community_id,
    )


def _go_back(given: Any, _dialect: str) -> Any:
    """A rhythm that has gone past the instant at which somebody's first comes goes back to it; whoever had theirs has it once."""
    is_past = (_rhythms.c.next_at > given.c.next_at) | (_rhythms.c.next_at == given.c.next_at) & _rhythms.c.reached.is_not(None)
    return (
        update(_rhythms)
        .where(_rhythms.c.id == given.c.id, _rhythms.c.community_id == _community, is_past)
        .values(next_on=given.c.next_on, next_at=given.c.next_at, reached=None)
    )


_KINDS = {name: _rhythms.c[name].type for name in ("id", *_SHAPE, "next_on", "next_at")}
_BEGIN = Given(_KINDS, _begin)
_JOIN = Given({"id": BigInteger(), "subject": BigInteger(), "rhythm_id": BigInteger()}, _join)
_GO_BACK = Given({name: _KINDS[name] for name in ("id", "next_on", "next_at")}, _go_back)

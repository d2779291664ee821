"""The tick: finds cadences that are due, records each occurrence once, and runs its job in the same transaction."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import structlog
from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from bot.core.cadences import Occurrence, cadence_of
from bot.core.clock import Clock
from bot.core.context import Context
from bot.core.feature import Job
from bot.core.installations import remove_what_ended
from bot.core.registry import Registry
from bot.core.rows import CadenceRow, OccurrenceRow
from bot.data import scope
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.units import Units
from bot.people.rows import CommunityRow
from bot.people.values import Community
from scheduler.due import due_now
from scheduler.scrub import scrub
from scheduler.sweep import EVERY, sweep

BATCH = 200

log = structlog.get_logger()
_cadences, _occurrences = table(CadenceRow), table(OccurrenceRow)
_NEXT_AT = select(_cadences.c.next_at).where(_cadences.c.next_at.is_not(None)).order_by(_cadences.c.next_at).limit(1)
_FIRED = select(_occurrences.c.id).where(
    _occurrences.c.job == bindparam("job"),
    _occurrences.c.subject == bindparam("subject"),
    _occurrences.c.on_date == bindparam("on_date"),
    _occurrences.c.slot == bindparam("slot"),
)
_FIRE = insert(_occurrences)


class Ticker:
    """Any number of processes may tick at once: a row is locked while it fires, and its occurrence is unique."""

    def __init__(self, units: Units, registry: Registry, clock: Clock, wake: Callable[[], None] = lambda: None) -> None:
        self._units = units
        self._wake = wake
        self._registry = registry
        self._clock = clock
        self._swept_at: datetime | None = None

    async def tick(self) -> int:
        """Fire everything that is due now; returns how many cadences were taken up."""
        await self.sweep()
        await self.scrub()
        total = 0
        while True:
            now = self._clock.now()
            following = await self.next_at()
            if following is None or following > now:  # nearly every second: a tick that finds nothing takes no lock
                return total
            try:
                taken = await self._units.run(partial(self._fire_batch, now=now, limit=BATCH), start_within=None)
            except Exception:
                log.exception("a batch of jobs failed, its occurrences run singly")
                taken = await self._fire_singly(now)
            total += taken
            if taken:
                self._wake()
            if taken < BATCH:
                return total

    async def sweep(self) -> None:
        """Let go what is past its time, where that is due: rows of all kinds, and workspaces that the app was taken out of."""
        now = self._clock.now()
        if self._swept_at is None or now - self._swept_at >= EVERY:
            self._swept_at = now
            await self._units.run(partial(sweep, now=now), start_within=None)
            try:
                await remove_what_ended(self._units, self._registry, now)
            except Exception:
                log.exception("a workspace was not removed and is tried again")

    async def scrub(self) -> None:
        """Let what was deleted for good leave the database's files, where somebody asked for it."""
        await scrub(self._units)

    async def next_at(self) -> datetime | None:
        """When the next cadence is due."""
        return await self._units.read(self.look)

    def look(self, session: Session) -> datetime | None:
        """When the next cadence is due."""
        scope.enter(session, scope.SYSTEM)
        next_at: datetime | None = scope.execute(session, _NEXT_AT, {}).scalar()
        return next_at

    async def horizon(self) -> datetime | None:
        """An instant after everything planned that has an end, None when nothing has."""

        def work(session: Session) -> date | None:
            scope.enter(session, scope.SYSTEM)
            return session.execute(select(func.max(CadenceRow.last_on)).where(CadenceRow.next_at.is_not(None))).scalar()

        last = await self._units.read(work)
        return datetime.combine(last, time(), UTC) + timedelta(days=2) if last is not None else None

    async def _fire_singly(self, now: datetime) -> int:
        """After a failure in a batch: one cadence per unit, so that a broken one stops nobody else."""
        due = await self._units.run(partial(_due_ids, now=now), start_within=None)
        for cadence in due:
            try:
                await self._units.run(partial(self._fire_batch, now=now, limit=1, only=cadence), start_within=None)
            except Exception:
                log.exception("a job failed and is skipped until its next date")
                await self._units.run(partial(_skip, now=now, cadence=cadence), start_within=None)
        return len(due)

    def _fire_batch(self, session: Session, now: datetime, limit: int, only: int | None = None) -> int:
        scope.enter(session, scope.SYSTEM)
        rows = _claim(session, now, limit, only)
        due: dict[tuple[int, str], list[Occurrence]] = defaultdict(list)
        for row in rows:
            job = self._registry.jobs.get(row.job)
            assert row.next_on is not None
            assert row.next_at is not None
            if job is not None:
                found = due_now(cadence_of(row), row.subject, row.next_on, row.next_at, now=now, grace=job.grace)
                if found is not None and _is_first(session, row, found, now, is_by_minute=job.is_by_minute):
                    due[row.community_id, row.job].append(found)
            _advance(row, now)
        session.flush()
        for (community, name), occurrences in due.items():
            self._run(session, community, self._registry.jobs[name], occurrences, now)
        return len(rows)

    def _run(self, session: Session, community_id: int, job: Job, occurrences: Sequence[Occurrence], now: datetime) -> None:
        scope.enter(session, scope.SYSTEM)
        row = session.get_one(CommunityRow, community_id)
        community = Community(row.id, row.name, row.zone, row.language)
        scope.enter(session, community_id)
        seed = zlib.crc32(f"{job.name} {community_id} {now.isoformat()}".encode())
        job.run(Context(session=session, registry=self._registry, now=now, seed=seed, community=community), occurrences)


def _due_ids(session: Session, now: datetime) -> list[int]:
    scope.enter(session, scope.SYSTEM)
    query = select(CadenceRow.id).where(CadenceRow.next_at <= now).order_by(CadenceRow.next_at, CadenceRow.id).limit(BATCH)
    return list(session.execute(query).scalars())


def _skip(session: Session, now: datetime, cadence: int) -> None:
    scope.enter(session, scope.SYSTEM)
    for row in _claim(session, now, 1, cadence):
        _advance(row, now)


def _claim(session: Session, now: datetime, limit: int, only: int | None = None) -> Sequence[CadenceRow]:
    query = (
        select(CadenceRow)
        .where(CadenceRow.next_at <= now)
        .order_by(CadenceRow.next_at, CadenceRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if only is not None:
        query = query.where(CadenceRow.id == only)
    return session.execute(query).scalars().all()


def _advance(row: CadenceRow, now: datetime) -> None:
    following = cadence_of(row).next_due(now)
    row.next_on, row.next_at = following if following is not None else (None, None)


def _is_first(session: Session, row: CadenceRow, found: Occurrence, now: datetime, *, is_by_minute: bool) -> bool:
    """Record the occurrence; False when it fired before, for instance before its hour was moved."""
    slot = row.minute + 1 if is_by_minute else 0
    fired = {"job": row.job, "subject": row.subject, "on_date": found.on, "slot": slot}
    if scope.execute(session, _FIRED, fired).first() is not None:
        return False
    scope.execute(session, _FIRE, {"id": new_id(), "community_id": row.community_id, "fired_at": now, **fired})
    return True

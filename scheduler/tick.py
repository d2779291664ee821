"""The tick: finds cadences that are due, records each occurrence once, and runs its job in the same transaction."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from time import monotonic as time_now

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.cadences import Occurrence
from bot.core.clock import Clock
from bot.core.context import Context
from bot.core.feature import Job
from bot.core.installations import remove_what_ended
from bot.core.registry import Registry
from bot.core.rows import CadenceRow
from bot.data import scope
from bot.data.among import among
from bot.data.base import table
from bot.data.units import Units
from bot.people.rows import CommunityRow
from bot.people.values import Community
from scheduler.occurring import pass_over, take
from scheduler.scrub import scrub
from scheduler.sweep import EVERY, sweep, what_goes

BATCH = 500
AGAIN = timedelta(minutes=1)  # after which a sweep that failed is tried again, then each time twice as long
SELDOM = 7  # failures, after which it is tried as often as any

log = structlog.get_logger()
_cadences, _communities = table(CadenceRow), table(CommunityRow)
_COMMUNITIES = select(_communities.c.id, _communities.c.name, _communities.c.zone, _communities.c.language).where(
    among(_communities.c.id, "ids")
)
_NEXT_AT = select(_cadences.c.next_at).where(_cadences.c.next_at.is_not(None)).order_by(_cadences.c.next_at).limit(1)


class Ticker:
    """Any number of processes may tick at once: a row is locked while it fires, and its occurrence is unique."""

    def __init__(self, units: Units, registry: Registry, clock: Clock, wake: Callable[[], None] = lambda: None) -> None:
        self._units = units
        self._wake = wake
        self._registry = registry
        self._clock = clock
        self._sweeps_at: datetime | None = None
        self._unswept = 0  # sweeps that failed, one after the other
        self._ticked_at = time_now()

    @property
    def age(self) -> timedelta:
        """How long ago this process has last looked for what is due, in real time."""
        return timedelta(seconds=time_now() - self._ticked_at)

    async def tick(self) -> int:
        """Fire everything that is due now; returns how many cadences were taken up."""
        taken = await self._tick()
        self._ticked_at = time_now()
        return taken

    async def _tick(self) -> int:
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
        """Let go what is past its time, where that is due; what fails is tried again soon, then more and more seldom."""
        now = self._clock.now()
        if self._sweeps_at is not None and now < self._sweeps_at:
            return
        try:
            await self._sweep(now)
            self._unswept = 0
        except Exception:
            log.exception("what is past its time was not let go and is tried again")
            self._unswept += 1
        self._sweeps_at = now + (AGAIN * 2 ** (self._unswept - 1) if 0 < self._unswept < SELDOM else EVERY)

    async def _sweep(self, now: datetime) -> None:
        """Rows of all kinds, and workspaces that the app was taken out of, whatever becomes of the rows."""
        try:
            while await self._units.run(partial(sweep, goes=what_goes(self._registry), now=now), start_within=None):
                pass
        finally:
            await remove_what_ended(self._units, self._registry, now)

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
                await self._units.run(partial(pass_over, now=now, cadence=cadence), start_within=None)
        return len(due)

    def _fire_batch(self, session: Session, now: datetime, limit: int, only: int | None = None) -> int:
        taken = take(session, self._registry.jobs, now, limit, only)
        ids = {community for community, _job in taken.due}
        communities = {row.id: Community(*row) for row in scope.execute(session, _COMMUNITIES, {"ids": list(ids)})} if ids else {}
        for (community, name), occurrences in taken.due.items():
            self._run(session, communities[community], self._registry.jobs[name], occurrences, now)
        return taken.count

    def _run(self, session: Session, community: Community, job: Job, occurrences: Sequence[Occurrence], now: datetime) -> None:
        scope.enter(session, community.id)
        seed = zlib.crc32(f"{job.name} {community.id} {now.isoformat()}".encode())
        job.run(Context(session=session, registry=self._registry, now=now, seed=seed, community=community), occurrences)


def _due_ids(session: Session, now: datetime) -> list[int]:
    scope.enter(session, scope.SYSTEM)
    query = select(CadenceRow.id).where(CadenceRow.next_at <= now).order_by(CadenceRow.next_at, CadenceRow.id).limit(BATCH)
    return list(session.execute(query).scalars())

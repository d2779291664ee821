"""The tick: finds rhythms that are due, records each occurrence once, and runs its job in the same transaction."""

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
from bot.core.rows import RhythmRow
from bot.data import scope
from bot.data.among import among
from bot.data.base import table
from bot.data.units import Units
from bot.people.rows import CommunityRow
from bot.people.values import Community
from scheduler.occurring import WAITING, Taken, take, take_one
from scheduler.scrub import scrub, wanted
from scheduler.sweep import EVERY, sweep, what_goes

BATCH = 1000  # occurrences of one unit
AGAIN = timedelta(minutes=1)  # after which a sweep that failed is tried again, then each time twice as long
SELDOM = 7  # failures, after which it is tried as often as any

log = structlog.get_logger()
_rhythms, _communities = table(RhythmRow), table(CommunityRow)
_COMMUNITIES = select(_communities.c.id, _communities.c.name, _communities.c.zone, _communities.c.language).where(
    among(_communities.c.id, "ids")
)
_NEXT_AT = select(_rhythms.c.next_at).order_by(_rhythms.c.next_at).limit(1)


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
        """Fire everything that is due now; returns how much occurred."""
        taken = await self._tick()
        self._ticked_at = time_now()
        return taken

    async def _tick(self) -> int:
        await self.sweep()
        now = self._clock.now()
        following, is_to_scrub = await self._units.read(self._look)
        if is_to_scrub:
            await self.scrub()
        total = 0
        while following is not None and following <= now:  # nearly every second nothing is: such a tick takes no lock
            try:
                rhythms, occurred = await self._units.run(partial(self._fire_batch, now=now, limit=BATCH), start_within=None)
            except Exception:
                log.exception("a batch of jobs failed, its occurrences run singly")
                rhythms, occurred = await self._fire_singly(now)
            total += occurred
            if occurred:
                self._wake()
            if not rhythms:  # whoever holds them takes care of them
                break
            now, following = self._clock.now(), await self.next_at()
        return total

    async def sweep(self) -> None:
        """Let go what is past its time, where that is due; what fails is tried again soon, then more and more seldom."""
        now = self._clock.now()
        if self._sweeps_at is not None and now < self._sweeps_at <= now + EVERY:  # further ahead only by a clock that was set back
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
        """When the next rhythm is due."""
        return await self._units.read(self.look)

    def _look(self, session: Session) -> tuple[datetime | None, bool]:
        """When the next rhythm is due, and whether to scrub, at one go."""
        return self.look(session), bool(wanted(session))

    def look(self, session: Session) -> datetime | None:
        """When the next rhythm is due."""
        scope.enter(session, scope.SYSTEM)
        next_at: datetime | None = scope.execute(session, _NEXT_AT, {}).scalar()
        return next_at

    async def horizon(self) -> datetime | None:
        """An instant after everything planned that has an end, None when nothing has."""

        def work(session: Session) -> date | None:
            scope.enter(session, scope.SYSTEM)
            return session.execute(select(func.max(RhythmRow.last_on))).scalar()

        last = await self._units.read(work)
        return datetime.combine(last, time(), UTC) + timedelta(days=2) if last is not None else None

    async def _fire_singly(self, now: datetime) -> tuple[int, int]:
        """After a failure in a batch: one subject per unit, so that a broken one stops nobody else."""
        waiting = await self._units.run(partial(_waiting, now=now), start_within=None)
        occurred = 0
        for cadence in waiting:
            try:
                occurred += await self._units.run(partial(self._fire_one, now=now, cadence=cadence), start_within=None)
            except Exception:
                log.exception("a job failed and is skipped until its next date")
                await self._units.run(partial(take_one, jobs=self._registry.jobs, now=now, cadence=cadence), start_within=None)
        return len(waiting), occurred

    def _fire_batch(self, session: Session, now: datetime, limit: int) -> tuple[int, int]:
        return self._fire(session, take(session, self._registry.jobs, now, limit), now)

    def _fire_one(self, session: Session, now: datetime, cadence: int) -> int:
        return self._fire(session, take_one(session, self._registry.jobs, now, cadence), now)[1]

    def _fire(self, session: Session, taken: Taken, now: datetime) -> tuple[int, int]:
        ids = {community for community, _job in taken.due}
        communities = {row.id: Community(*row) for row in scope.execute(session, _COMMUNITIES, {"ids": list(ids)})} if ids else {}
        for (community, name), occurrences in taken.due.items():
            if occurrences:
                self._run(session, communities[community], self._registry.jobs[name], occurrences, now)
        return taken.rhythms, taken.count

    def _run(self, session: Session, community: Community, job: Job, occurrences: Sequence[Occurrence], now: datetime) -> None:
        scope.enter(session, community.id)
        seed = zlib.crc32(f"{job.name} {community.id} {now.isoformat()}".encode())
        job.run(Context(session=session, registry=self._registry, now=now, seed=seed, community=community), occurrences)


def _waiting(session: Session, now: datetime) -> Sequence[int]:
    scope.enter(session, scope.SYSTEM)
    return scope.execute(session, WAITING, {"now": now, "limit": BATCH}).scalars()

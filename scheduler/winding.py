"""Winding: domain time jumps from one due instant to the next; laters and lanes are drained before it moves on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from bot.core.clock import Clock
from bot.data.units import Units
from scheduler.delivery import Delivery
from scheduler.scrub import wanted
from scheduler.tick import Ticker
from scheduler.worker import Worker

STEP = timedelta(seconds=1)


class WindableClock(Clock, Protocol):
    """A clock that can be moved forward."""

    def wind(self, to: datetime) -> None:
        """Move to an instant; never back."""
        ...


class Waiting(NamedTuple):
    """When the next cadence and the next lane are due, whether something is to be computed, and whether to scrub."""

    cadence: datetime | None
    lane: datetime | None
    computes: bool
    is_to_scrub: bool

    @property
    def next_at(self) -> datetime | None:
        """When something is due."""
        return min((at for at in (self.cadence, self.lane) if at is not None), default=None)


class Winder:
    """Winds the clock of a playground or a test; `settle` waits for whatever the platforms still do by themselves."""

    def __init__(
        self,
        units: Units,
        clock: WindableClock,
        ticker: Ticker,
        worker: Worker,
        delivery: Delivery,
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self._units = units
        self._clock = clock
        self._ticker = ticker
        self._worker = worker
        self._delivery = delivery
        self._settle = settle
        self._watchers: list[Callable[[datetime], None]] = []
        self.running = False

    def watch(self, progressed: Callable[[datetime], None]) -> None:
        """Call `progressed(now)` whenever the clock moved."""
        self._watchers.append(progressed)

    def now(self) -> datetime:
        """Domain time."""
        return self._clock.now()

    async def horizon(self) -> datetime | None:
        """An instant after everything planned that has an end."""
        return await self._ticker.horizon()

    def stop(self) -> None:
        """Let `advance` end at the next due instant."""
        self.running = False

    async def advance(self, to: datetime) -> None:
        """Fire everything up to an instant, each thing at its own, in order."""
        self.running, earliest = True, self._clock.now()
        try:
            await self._settle()
            while self.running:
                waiting = await self._look()
                following = max(waiting.next_at or to, earliest)
                self._wind(min(following, to))
                await self._fire(waiting)
                if following >= to:
                    return
                earliest = self._clock.now() + STEP
        finally:
            self.running = False

    async def settle(self, within: timedelta = timedelta(seconds=10)) -> None:
        """Deliver what is waiting only for its pace."""
        until = self._clock.now() + within
        await self._settle()
        waiting = await self._look()
        while True:
            if await self._fire(waiting):
                waiting = await self._look()
            if waiting.lane is None or waiting.lane > until:
                return
            self._wind(max(waiting.lane, self._clock.now() + STEP))

    def _wind(self, to: datetime) -> None:
        self._clock.wind(to)
        for progressed in self._watchers:
            progressed(self._clock.now())

    async def _fire(self, waiting: Waiting) -> bool:
        """Let happen what is due by now, as it was seen before the clock moved, and wait until it is over; whether there was anything."""
        await self._ticker.sweep()
        if waiting.is_to_scrub:
            await self._ticker.scrub()
        is_due, may_leave = (at is not None and at <= self._clock.now() for at in (waiting.cadence, waiting.lane))
        if is_due:
            await self._ticker.tick()
        computes = waiting.computes or is_due or self._worker.is_busy
        if computes:
            await self._worker.drain()
        if computes or may_leave:
            await self._delivery.drain()
        await self._settle()
        return waiting.is_to_scrub or is_due or computes or may_leave

    async def _look(self) -> Waiting:
        return await self._units.read(self._waiting)

    def _waiting(self, session: Session) -> Waiting:
        cadence, lane = self._ticker.look(session), self._delivery.look(session)
        return Waiting(cadence, lane, computes=self._worker.look(session), is_to_scrub=bool(wanted(session)))

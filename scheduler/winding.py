"""Winding: domain time jumps from one due instant to the next; laters and lanes are drained before it moves on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

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
        self.running = True
        try:
            while self.running:
                await self._fire()
                following = await self._next(to)
                self._wind(min(following, to))
                if following >= to:
                    await self._fire()
                    return
        finally:
            self.running = False

    async def settle(self, within: timedelta = timedelta(seconds=10)) -> None:
        """Deliver what is waiting only for its pace."""
        until = self._clock.now() + within
        while True:
            await self._fire()
            following = await self._delivery.next_at()
            if following is None or following > until:
                return
            self._wind(max(following, self._clock.now() + STEP))

    def _wind(self, to: datetime) -> None:
        self._clock.wind(to)
        for progressed in self._watchers:
            progressed(self._clock.now())

    async def _fire(self) -> None:
        await self._ticker.sweep()
        cadence, waits, lane, is_to_scrub = await self._units.read(self._look)
        if is_to_scrub:
            await self._ticker.scrub()
        is_due, may_leave = (at is not None and at <= self._clock.now() for at in (cadence, lane))
        if is_due:
            await self._ticker.tick()
        waits = waits or is_due or self._worker.is_busy
        if waits:
            await self._worker.drain()
        if waits or may_leave:
            await self._delivery.drain()
        await self._settle()

    async def _next(self, otherwise: datetime) -> datetime:
        cadence, _waits, lane, _is_to_scrub = await self._units.read(self._look)
        following = min((at for at in (cadence, lane) if at is not None), default=otherwise)
        return max(following, self._clock.now() + STEP)

    def _look(self, session: Session) -> tuple[datetime | None, bool, datetime | None, bool]:
        """When the next cadence is due, whether something is to be computed, when the next lane is due, and whether to scrub."""
        return self._ticker.look(session), self._worker.look(session), self._delivery.look(session), bool(wanted(session))

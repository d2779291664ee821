"""The winding of the domain clock: one at a time, in the background, to be stopped at any instant."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

log = logging.getLogger(__name__)

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


class Winder(Protocol):
    """The domain clock and all that hangs on it; the composition root gives the real one."""

    def now(self) -> datetime:
        """Where the clock stands (aware, UTC)."""
        ...

    async def advance(self, to: datetime) -> None:
        """Fire everything between now and `to` at its own instant, in order, and return when all is done or `stop` was called."""
        ...

    def stop(self) -> None:
        """Finish the instant that is under way and go no further; harmless when nothing is."""
        ...

    async def horizon(self) -> datetime | None:
        """The instant at which the last running challenge ends, None when none runs."""
        ...

    def watch(self, progressed: Callable[[datetime], None]) -> None:
        """Call `progressed(now)` whenever the clock moved."""
        ...


class AlreadyWinding(Exception):
    """The clock is being wound already."""


class Winding:
    """Winds in a task of its own and remembers from where to where."""

    def __init__(self, clock: Winder, told: Callable[[], None]) -> None:
        self._clock = clock
        self._told = told
        self._task: asyncio.Task[None] | None = None
        self._span: tuple[datetime, datetime] | None = None
        self._failure = ""
        clock.watch(lambda _now: told())

    @property
    def state(self) -> dict[str, Any]:
        """Where the clock stands, and how far a winding has come."""
        winding = None
        if self._span is not None:
            winding = {"from": iso(self._span[0]), "to": iso(self._span[1])}
        return {"now": iso(self._clock.now()), "winding": winding, "failure": self._failure}

    def begin(self, to: datetime) -> None:
        """Start winding, unless it is under way."""
        if self._task is not None and not self._task.done():
            raise AlreadyWinding
        self._failure = ""
        self._span = (self._clock.now(), to)
        self._task = asyncio.create_task(self._wind(to))
        self._told()

    def stop(self) -> None:
        """Ask the clock to stop at the instant it has reached."""
        if self._span is not None:
            self._clock.stop()

    async def end(self) -> None:
        """Stop and wait, when the playground ends."""
        self.stop()
        if self._task is not None:
            await self._task

    async def _wind(self, to: datetime) -> None:
        try:
            await self._clock.advance(to)
        except Exception:
            log.exception("winding the clock failed")
            self._failure = "Winding stopped because something went wrong; the playground's log tells more."
        finally:
            self._span = None
            self._told()


def iso(moment: datetime) -> str:
    """Write an instant the way the page reads it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

"""Clockwork: APScheduler strikes every second, and that is all it does; what is due is decided from the database."""

from __future__ import annotations

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.tick import Ticker


class Clockwork:
    """One interval job in memory; a strike that would overlap the last one is left out."""

    def __init__(self, ticker: Ticker, seconds: float = 1.0) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(ticker.tick, "interval", seconds=seconds, coalesce=True, max_instances=1, misfire_grace_time=None)

    def start(self) -> None:
        """Begin to strike; needs a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Strike no more."""
        self._scheduler.shutdown(wait=False)

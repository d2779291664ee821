"""One machine without any waiting: its clock, and its database in memory."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import time_machine
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from bot.data.units import new_session
from tests.chaos.story import BEGINS, Size, settle_in
from tests.kit.moving_in import VAULT

T = TypeVar("T")


class Clock:
    """The time of the simulation, domain and real."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller
        self._seconds, self._wrong = 0.0, timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def pass_to(self, seconds: float) -> None:
        """So many seconds have really passed."""
        self._seconds = seconds
        self._traveller.move_to(BEGINS + timedelta(seconds=seconds) + self._wrong, tick=False)

    def step(self, by: timedelta) -> None:
        """Somebody sets the clock."""
        self._wrong += by
        self.pass_to(self._seconds)


class Shared:
    """One SQLite database in memory; a unit is a request on its way, a transaction, and an answer on its way."""

    def __init__(self, template: str) -> None:
        self._engine = create_engine("sqlite://", poolclass=StaticPool)

        @event.listens_for(self._engine, "connect")
        def _connect(connection: sqlite3.Connection, _record: Any) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys=ON")

        @event.listens_for(self._engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN")

        with closing(sqlite3.connect(template.removeprefix("sqlite:///"))) as written:
            written.backup(self._raw())

    def _raw(self) -> sqlite3.Connection:
        found: sqlite3.Connection = self._engine.raw_connection().driver_connection  # type: ignore[assignment]
        return found

    async def run(
        self,
        work: Callable[[Session], T],
        *,
        start_within: float | None = 2.0,  # noqa: ARG002 - the port's
        ahead: bool = False,  # noqa: ARG002 - the port's
    ) -> T:
        await asyncio.sleep(0)
        outcome = self.at_once(work)
        await asyncio.sleep(0)
        return outcome

    async def read(self, work: Callable[[Session], T]) -> T:
        return await self.run(work)

    def at_once(self, work: Callable[[Session], T]) -> T:
        with self._engine.begin() as connection, new_session(connection, VAULT) as session:
            session.info["connection"] = connection
            outcome = work(session)
            if session.in_transaction():
                session.commit()
        return outcome

    async def scrub(self) -> bool:
        return True

    async def close(self) -> None:
        self.dispose()

    def dispose(self) -> None:
        self._engine.dispose()


@contextmanager
def machine_without_waiting(units: Shared, size: Size, seed: int) -> Iterator[Clock]:
    """The time of a story, with what is promised in the database."""
    with time_machine.travel(BEGINS, tick=False) as traveller:
        random.seed(seed)  # ids
        units.at_once(lambda session: settle_in(session, size))
        yield Clock(traveller)

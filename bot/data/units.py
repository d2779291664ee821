"""Units of work: one interaction, one transaction, re-runnable; where it runs is decided here and nowhere else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Session
from sqlalchemy.util import greenlet_spawn

from bot.chat.errors import StillBusy
from bot.data.scrub import write_anew
from bot.data.vault import Vault

T = TypeVar("T")
Work = Callable[[Session], T]

START_WITHIN = 2.0  # seconds; a unit that has not started by then is refused unrun
CONNECTIONS = 10  # to PostgreSQL, each for one unit at a time
ATTEMPTS = 6
RETRY_STATES = {"40001", "40P01", "23505"}  # serialisation failure, deadlock, an id or row that another unit was first to insert

log = structlog.get_logger()


class Units(Protocol):
    """Runs work over a Session: commits what returns, rolls back what raises."""

    async def run(self, work: Work[T], *, start_within: float | None = START_WITHIN) -> T:
        """Run one unit; `work` may be called again after a deadlock or a lost race. Raises StillBusy when it could not start in time."""
        ...

    async def read(self, work: Work[T]) -> T:
        """Run work that changes nothing."""
        ...

    async def scrub(self) -> bool:
        """Let deleted rows of the tables that say so leave the files; False where somebody is in the way just now."""
        ...

    async def close(self) -> None:
        """Finish what is under way and give the connections back."""
        ...


def new_session(bind: Any, vault: Vault, **options: Any) -> Session:
    """A session as every unit gets it: nothing expires, nothing loads behind our back, no scope yet."""
    return Session(bind, expire_on_commit=False, info={"vault": vault}, **options)


class PostgresUnits:
    """Units on PostgreSQL: as many at once as there are connections, each re-run after a deadlock or a lost race."""

    def __init__(self, engine: AsyncEngine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault
        self._room = asyncio.Semaphore(CONNECTIONS)  # first come, first served, which the pool's own queue is not

    async def run(self, work: Work[T], *, start_within: float | None = START_WITHIN) -> T:
        """Run one unit; a connection that cannot be had in time refuses it unrun."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._once(work, start_within)
            except PoolTimeout as error:
                raise StillBusy from error
            except DBAPIError as error:
                if attempt == ATTEMPTS or not _is_worth_another_try(error):
                    raise
                log.info("unit re-run", attempt=attempt, state=_state(error))
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    async def _once(self, work: Work[T], start_within: float | None) -> T:
        has_begun = False

        def begun_unit() -> T:
            nonlocal has_begun
            with self._engine.sync_engine.begin() as connection, new_session(connection, self._vault) as session:
                has_begun = True
                limit.reschedule(None)
                session.info["connection"] = connection
                result = work(session)
                if session.in_transaction():  # a unit of Core statements alone never begins the session's own
                    session.commit()
            return result

        try:
            async with asyncio.timeout(start_within) as limit, self._room:
                return await greenlet_spawn(begun_unit)
        except (TimeoutError, OSError) as error:
            if has_begun:
                raise
            raise StillBusy from error  # no connection in time, or no server: nothing was run

    async def read(self, work: Work[T]) -> T:
        """Run work that changes nothing; the transaction is rolled back."""
        async with self._room:
            return await greenlet_spawn(self._seen, work)

    def _seen(self, work: Work[T]) -> T:
        with self._engine.sync_engine.connect() as connection, new_session(connection, self._vault) as session:
            return work(session)

    async def scrub(self) -> bool:
        """Write the tables anew; their old files go with the commit."""
        await self.run(lambda session: write_anew(session.info["connection"]), start_within=None)
        return True

    async def close(self) -> None:
        """Give the connections back."""
        await self._engine.dispose()


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def _is_worth_another_try(error: DBAPIError) -> bool:
    return _state(error) in RETRY_STATES or isinstance(error, IntegrityError) or error.connection_invalidated

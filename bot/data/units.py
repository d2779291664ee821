"""Units of work: one interaction, one transaction, re-runnable; where it runs is decided here and nowhere else."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar, cast

import structlog
from sqlalchemy import Connection, RootTransaction, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from sqlalchemy.util import greenlet_spawn

from bot.chat.errors import StillBusy
from bot.data import prepared
from bot.data.scrub import write_anew
from bot.data.vault import Vault
from bot.lean import dataclass

T = TypeVar("T")
Work = Callable[[Session], T]

START_WITHIN = 2.0  # seconds; a unit that has not started by then is refused unrun
CONNECTIONS = 10  # to PostgreSQL, each for one unit at a time
LONGEST_HOLD = 0.05  # seconds for which a connection goes from unit to unit before others may have it; longer was not faster
ATTEMPTS = 6
RETRY_STATES = {"40001", "40P01", "23505"}  # serialisation failure, deadlock, an id or row that another unit was first to insert

_CHAIN = text("COMMIT AND CHAIN")

log = structlog.get_logger()


class Units(Protocol):
    """Runs work over a Session: commits what returns, rolls back what raises."""

    async def run(self, work: Work[T], *, start_within: float | None = START_WITHIN, ahead: bool = False) -> T:
        """Run one unit; `work` may be called again after a deadlock or a lost race. Raises StillBusy when it could not start in time.

        What goes `ahead` of all that waits must be small.
        """
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


@dataclass(slots=True, eq=False)
class _Waiting:
    """A unit that waits for a connection, and for whom it runs."""

    work: Work[Any]
    answer: asyncio.Future[Any]
    has_begun: bool = False

    def end(self, outcome: Any, failure: BaseException | None = None) -> None:
        if self.answer.done():
            return
        if failure is None:
            self.answer.set_result(outcome)
        elif isinstance(failure, asyncio.CancelledError):
            self.answer.cancel()
        else:
            self.answer.set_exception(failure)

    def refuse(self, why: BaseException | None = None) -> None:
        """No connection in time, or no server: nothing was run."""
        if not self.has_begun:
            busy = StillBusy()
            busy.__cause__ = why
            self.end(None, busy)


class PostgresUnits:
    """Units on PostgreSQL: as many at once as there are connections, each re-run after a deadlock or a lost race.

    Under load a connection goes from unit to unit: the commit of one begins the transaction of the next in the same round trip.
    """

    def __init__(self, engine: AsyncEngine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault
        self._room = asyncio.Semaphore(CONNECTIONS)  # first come, first served, which the pool's own queue is not
        self._queue: deque[_Waiting] = deque()
        self._serving: set[asyncio.Task[None]] = set()

    async def run(self, work: Work[T], *, start_within: float | None = START_WITHIN, ahead: bool = False) -> T:
        """Run one unit; a connection that cannot be had in time refuses it unrun."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._once(work, start_within, ahead=ahead)
            except DBAPIError as error:
                if attempt == ATTEMPTS or not _is_worth_another_try(error):
                    raise
                log.info("unit re-run", attempt=attempt, state=_state(error))
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    async def _once(self, work: Work[T], start_within: float | None, *, ahead: bool) -> T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        unit = _Waiting(work, answer)
        (self._queue.appendleft if ahead else self._queue.append)(unit)
        if len(self._serving) < CONNECTIONS:
            self._serving.add(loop.create_task(self._serve()))
        if start_within is None:
            return await answer
        timer = loop.call_later(start_within, unit.refuse)
        try:
            return await answer
        finally:
            timer.cancel()

    async def _serve(self) -> None:
        """Run what waits, a few units for each time that there is room: whoever only reads waits for room too."""
        try:
            while self._queue:
                async with self._room:
                    try:
                        await greenlet_spawn(self._run_some)
                    except Exception as error:  # its unit was answered; what waits behind it must not wait for ever
                        log.warning("a connection was not given back properly", why=type(error).__name__)
        finally:  # at once: a unit that comes before the loop's next turn must not count on this server
            self._serving.remove(cast("asyncio.Task[None]", asyncio.current_task()))

    def _run_some(self) -> None:
        unit = self._next()
        if unit is None:
            return
        try:
            connection = self._engine.sync_engine.connect()
        except (TimeoutError, OSError, PoolTimeout) as error:
            unit.refuse(error)
            return
        except BaseException as error:
            unit.end(None, error)
            raise
        with connection:
            until = time.monotonic() + LONGEST_HOLD
            transaction = connection.begin()
            following: _Waiting | None = unit
            while following is not None:
                unit, following = following, None
                if unit.answer.done():  # refused while the connection was made
                    following = self._next()
                    continue
                try:
                    outcome = self._run_in(connection, unit)
                    following = self._next() if time.monotonic() < until else None
                    self._commit(connection, transaction, goes_on=following is not None)
                except BaseException as error:
                    unit.end(None, error)
                    if following is not None:
                        self._queue.appendleft(following)
                    if not isinstance(error, Exception):
                        raise
                    if transaction.is_active:  # the session may have rolled it back already
                        transaction.rollback()
                    return
                unit.end(outcome)

    def _run_in(self, connection: Connection, unit: _Waiting) -> Any:
        unit.has_begun = True
        with new_session(connection, self._vault) as session:
            session.info["connection"] = connection
            outcome = unit.work(session)
            if session.in_transaction():  # a unit of Core statements alone never begins the session's own
                session.commit()
        return outcome

    @staticmethod
    def _commit(connection: Connection, transaction: RootTransaction, *, goes_on: bool) -> None:
        driver: Any = connection.connection.driver_connection
        if not goes_on:
            transaction.commit()
        elif driver.is_in_transaction():  # it begins with its first statement
            prepared.execute(connection, _CHAIN, {})

    def _next(self) -> _Waiting | None:
        while self._queue:
            unit = self._queue.popleft()
            if not unit.answer.done():  # nobody was refused or gave up meanwhile
                return unit
        return None

    async def read(self, work: Work[T]) -> T:
        """Run work that changes nothing; the transaction is rolled back."""
        async with self._room:
            return await greenlet_spawn(self._seen, work)

    def _seen(self, work: Work[T]) -> T:
        with self._engine.sync_engine.connect() as connection, new_session(connection, self._vault) as session:
            return work(session)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[AsyncConnection]:
        """A connection beside the pool, for what lasts."""
        engine = create_async_engine(self._engine.url, poolclass=NullPool)
        try:
            async with engine.connect() as connection:
                yield connection
        finally:
            await engine.dispose()

    async def scrub(self) -> bool:
        """Write the tables anew; their old files go with the commit."""
        await self.run(lambda session: write_anew(session.info["connection"]), start_within=None)
        return True

    async def close(self) -> None:
        """Finish what waits and give the connections back."""
        while self._serving:
            await asyncio.wait(set(self._serving))
        await self._engine.dispose()


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def _is_worth_another_try(error: DBAPIError) -> bool:
    return _state(error) in RETRY_STATES or isinstance(error, IntegrityError) or error.connection_invalidated

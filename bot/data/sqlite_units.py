"""Units on SQLite: one writer thread commits a group of waiting units together, each under its own savepoint."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from enum import Enum
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

from bot.chat.errors import StillBusy
from bot.data.scrub import write_anew
from bot.data.units import START_WITHIN, Work, new_session
from bot.data.vault import Vault
from bot.lean import dataclass

T = TypeVar("T")

GROUP_SIZE = 64
GROUP_SECONDS = 0.05  # a group takes no further unit once it has run this long
SLOW_UNIT = 0.5
FOR_EVER = float("inf")

log = structlog.get_logger()


class _Locked(Exception):
    """Another process holds the write lock."""


class _GroupLost(Exception):
    """The transaction of the whole group is gone; nothing may run in what is left of it."""


@dataclass(slots=True)
class _Waiting:
    work: Callable[[Any], Any]
    answer: asyncio.Future[Any]
    start_before: float
    outcome: Any = None
    failure: BaseException | None = None
    is_apart: bool = False  # runs between two transactions, on the writer's own connection


class _Signal(Enum):
    NUDGE = "something goes ahead"
    CLOSE = "nothing comes any more"


_Next = _Waiting | _Signal


class SqliteUnits:
    """The single writer: units wait in a queue, an answer goes out only after the commit that holds its unit."""

    def __init__(self, engine: Engine, readers: Engine, vault: Vault) -> None:
        self._engine = engine
        self._readers = readers
        self._vault = vault
        self._queue: queue.SimpleQueue[_Next] = queue.SimpleQueue()
        self._ahead: deque[_Waiting] = deque()  # goes before what is in the queue, where a nudge tells of it
        self._read_threads = ThreadPoolExecutor(4, thread_name_prefix="convene-read")
        self._put_off: _Waiting | None = None  # comes when the group under way is committed
        self._thread = threading.Thread(target=self._write, name="convene-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Work[T], *, start_within: float | None = START_WITHIN, ahead: bool = False) -> T:
        """Queue one unit and wait for the commit of its group."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        start_before = time.monotonic() + start_within if start_within is not None else FOR_EVER
        unit = _Waiting(work, answer, start_before)
        if ahead:
            self._ahead.append(unit)
        self._queue.put(_Signal.NUDGE if ahead else unit)
        return await answer

    async def read(self, work: Work[T]) -> T:
        """Run work that changes nothing, beside the writer."""
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, self._read, work)

    def _read(self, work: Work[T]) -> T:
        with self._readers.begin() as connection, new_session(connection, self._vault) as session:
            session.info["connection"] = connection
            return work(session)

    async def scrub(self) -> bool:
        """Write the tables anew and cut the log off; False while a reader still needs what stands in the log."""
        await self.run(lambda session: write_anew(session.info["connection"]), start_within=None)
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.put(_Waiting(self._cut_log, answer, FOR_EVER, is_apart=True))
        return await answer

    async def close(self) -> None:
        """Let the queue run empty, then stop the thread and close the file."""
        self._queue.put(_Signal.CLOSE)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)
        self._read_threads.shutdown()
        self._readers.dispose()
        self._engine.dispose()

    def _write(self) -> None:
        is_open = True
        while is_open or self._put_off is not None or self._ahead or not self._queue.empty():
            first = self._put_off or self._next(self._queue.get)
            self._put_off = None
            if isinstance(first, _Signal):
                is_open = is_open and first is not _Signal.CLOSE
            elif first.is_apart:
                self._run_apart(first)
            else:
                is_open = self._run_group([first]) and is_open

    def _next(self, get: Callable[[], _Next]) -> _Next:
        """What goes ahead, otherwise what waits longest."""
        return self._ahead.popleft() if self._ahead else get()

    def _run_group(self, group: list[_Waiting]) -> bool:
        """Run the group's first unit and whatever waits behind it, commit, answer; False once the queue was closed."""
        is_open = True
        try:
            with _transaction(self._engine, group[0].start_before) as connection:
                started = time.monotonic()
                self._run_one(connection, group[0])
                while len(group) < GROUP_SIZE and time.monotonic() - started < GROUP_SECONDS:
                    try:
                        following = self._next(self._queue.get_nowait)
                    except queue.Empty:
                        break
                    if following is _Signal.NUDGE:
                        continue
                    if following is _Signal.CLOSE:
                        is_open = False
                        break
                    if following.is_apart:
                        self._put_off = following
                        break
                    group.append(following)
                    self._run_one(connection, following)
        except _Locked as error:
            if group[0].start_before == FOR_EVER:  # behind the others, so that they are refused in time
                self._queue.put(group[0])
                return is_open
            group[0].failure = StillBusy()
            group[0].failure.__cause__ = error
        except Exception as error:
            self._run_singly(group, error)
        _answer(group)
        return is_open

    def _run_apart(self, waiting: _Waiting) -> None:
        connection = self._engine.raw_connection()
        try:
            waiting.outcome = waiting.work(connection)
        except Exception as error:
            waiting.failure = error
        finally:
            connection.close()
        _answer([waiting])

    @staticmethod
    def _cut_log(connection: PoolProxiedConnection) -> bool:
        """What was committed goes into the file, and the log becomes empty; whether nobody was in the way."""
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = cursor.fetchone()
        return found is not None and found[0] == 0

    def _run_one(self, connection: Connection, unit: _Waiting) -> None:
        unit.outcome = unit.failure = None
        started = time.monotonic()
        if started > unit.start_before:
            unit.failure = StillBusy()
            return
        for attempt in (1, 2, 3):
            try:
                with _savepoint(connection), self._session(connection) as session:
                    unit.outcome = unit.work(session)
                break
            except _GroupLost:
                raise
            except IntegrityError as error:  # an id drawn twice: run the unit again with fresh ones
                if attempt == 3:
                    unit.failure = error
            except Exception as error:
                unit.failure = error
                break
        if (took := time.monotonic() - started) > SLOW_UNIT:
            log.warning("slow unit", seconds=round(took, 3))

    @contextmanager
    def _session(self, connection: Connection) -> Iterator[Session]:
        session = new_session(connection, self._vault, join_transaction_mode="create_savepoint")
        session.info["connection"] = connection
        try:
            yield session
            if session.in_transaction():  # a unit of Core statements alone never begins the session's own
                session.commit()
        except BaseException:
            with suppress(OperationalError):  # its savepoint may be gone; the unit's own is looked at next
                session.close()
            raise
        session.close()

    def _run_singly(self, group: list[_Waiting], cause: Exception) -> None:
        """A group that fails as a whole took its released savepoints with it: run every unit again in a transaction of its own."""
        log.warning("group failed, its units run singly", units=len(group), why=type(cause).__name__)
        for unit in group:
            try:
                unit.start_before = FOR_EVER
                with _transaction(self._engine, time.monotonic() + START_WITHIN) as connection:
                    self._run_one(connection, unit)
            except _Locked:
                unit.failure = StillBusy()
            except _GroupLost as lost:
                unit.failure = lost.__cause__
            except Exception as error:
                unit.failure = error


@contextmanager
def _transaction(engine: Engine, start_before: float) -> Iterator[Connection]:
    """A transaction that holds the write lock from its beginning; commits at the end of the block."""
    with engine.connect() as connection:
        _begin(connection, start_before)
        try:
            yield connection
            connection.commit()
        except BaseException:
            connection.connection.rollback()  # a commit that failed leaves it open, and would be in the way of the next unit
            raise


@contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    """One unit's savepoint, set past SQLAlchemy, whose own took a quarter of a small unit's time."""
    cursor = connection.connection.cursor()
    cursor.execute("SAVEPOINT unit")
    try:
        yield
    except BaseException as error:
        _end(cursor, error, "ROLLBACK TO unit", "RELEASE unit")
        raise
    _end(cursor, None, "RELEASE unit")


def _end(cursor: DBAPICursor, cause: BaseException | None, *statements: str) -> None:
    try:
        for statement in statements:
            cursor.execute(statement)
    except sqlite3.Error as error:  # a full disk rolls the whole transaction back, savepoints and all
        raise _GroupLost from cause or error


def _begin(connection: Connection, start_before: float) -> None:
    """Take the write lock; another process that holds it beyond the unit's patience refuses the unit unrun."""
    while time.monotonic() <= start_before:
        try:
            connection.begin()
        except sqlite3.OperationalError as error:
            connection.rollback()
            if "locked" not in str(error):
                raise
            if start_before == FOR_EVER:
                break
        else:
            return
    raise _Locked


def _answer(group: list[_Waiting]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for unit in group:
        by_loop.setdefault(unit.answer.get_loop(), []).append(unit)
    for loop, units in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, units)


def _resolve(units: list[_Waiting]) -> None:
    for unit in units:
        if unit.answer.done():
            continue
        if unit.failure is not None:
            unit.answer.set_exception(unit.failure)
        else:
            unit.answer.set_result(unit.outcome)

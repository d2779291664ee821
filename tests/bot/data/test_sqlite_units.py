"""The single writer: groups, savepoints, answers after the commit, the deadline, and what BEGIN IMMEDIATE is for."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot.chat.errors import StillBusy
from bot.data import sqlite_units as sqlite_units_module
from bot.data.engine import BUSY_MS
from bot.data.sqlite_units import SqliteUnits
from tests.bot.data.test_units import community, names


def stored(path: Path) -> set[str]:
    """What a second connection sees."""
    with sqlite3.connect(path) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM communities")}


@contextmanager
def lock_held(path: Path) -> Iterator[None]:
    """Another process in the middle of a long write."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.rollback()
        connection.close()


class Gate:
    """A first unit that holds the writer until everybody else waits behind it, so that they all become one group."""

    def __init__(self, units: SqliteUnits) -> None:
        self.commits = 0
        self._units = units
        self._opened = threading.Event()
        event.listen(units._engine, "commit", self._count)

    def _count(self, _connection: Any) -> None:
        self.commits += 1

    async def together(self, *works: Any) -> list[Any]:
        waiting = [asyncio.ensure_future(self._units.run(work)) for work in (lambda _session: self._opened.wait(5), *works)]
        await asyncio.sleep(0)
        self._opened.set()
        opened, *answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert opened is True
        return answers


def named(number: int) -> Any:
    return lambda session: community(session, number, f"c{number}")


def fail(session: Session) -> None:
    community(session, 50, "never")
    raise LookupError("on purpose")


def test_without_begin_immediate_updates_are_lost(sqlite_path: Path) -> None:
    """The negative of test_units_at_once_in_several_processes_lose_no_update: a plain engine reads before it has any lock."""
    engine = create_engine(f"sqlite:///{sqlite_path}", connect_args={"check_same_thread": False})
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO communities (id, name, zone, language, created_at) VALUES (1, '0', 'UTC', 'en', '2026-03-20')")
        )
    have_read = threading.Barrier(2)

    def read_then_write() -> None:
        with engine.begin() as connection:
            seen = int(connection.execute(text("SELECT name FROM communities WHERE id = 1")).scalar_one())
            have_read.wait(5)
            connection.execute(text("UPDATE communities SET name = :name WHERE id = 1"), {"name": str(seen + 1)})

    threads = [threading.Thread(target=read_then_write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert stored(sqlite_path) == {"1"}, "two counted up and one update is gone"


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group may take its time, so that a busy machine does not make two of one."""
    monkeypatch.setattr(sqlite_units_module, "GROUP_SECONDS", 5.0)


async def test_units_that_wait_together_are_committed_together(sqlite_units: SqliteUnits, sqlite_path: Path) -> None:
    gate = Gate(sqlite_units)
    assert await gate.together(*(named(n) for n in range(1, 11))) == [None] * 10
    assert gate.commits == 1
    assert len(stored(sqlite_path)) == 10


async def test_a_failing_unit_rolls_back_alone(sqlite_units: SqliteUnits, sqlite_path: Path) -> None:
    gate = Gate(sqlite_units)
    before, failed, after = await gate.together(named(1), fail, named(2))
    assert isinstance(failed, LookupError)
    assert (before, after) == (None, None)
    assert gate.commits == 1
    assert stored(sqlite_path) == {"c1", "c2"}


async def test_an_answer_comes_only_after_its_commit(sqlite_units: SqliteUnits, sqlite_path: Path) -> None:
    seen: dict[int, set[str]] = {}

    def look(number: int) -> None:
        seen[number] = stored(sqlite_path)

    async def one(number: int) -> None:
        answered = asyncio.ensure_future(sqlite_units.run(named(number)))
        answered.add_done_callback(lambda _: look(number))
        await answered

    await asyncio.gather(*(one(number) for number in range(1, 20)))
    assert all(f"c{number}" in names for number, names in seen.items())
    assert len(seen) == 19


async def test_a_group_whose_commit_fails_is_run_again_one_by_one(sqlite_units: SqliteUnits, sqlite_path: Path) -> None:
    def orphan(session: Session) -> None:  # noticed only by the commit, which takes the whole group with it
        session.connection().execute(text("PRAGMA defer_foreign_keys=ON"))
        session.connection().execute(
            text("INSERT INTO workspaces (id, community_id, platform, external_id, name) VALUES (1, 99, 's', 'T', 'x')")
        )

    gate = Gate(sqlite_units)
    before, failed, after = await gate.together(named(1), orphan, named(2))
    assert isinstance(failed, IntegrityError)
    assert (before, after) == (None, None)
    assert stored(sqlite_path) == {"c1", "c2"}


async def test_a_full_disk_fails_what_does_not_fit_and_nothing_else(sqlite_units: SqliteUnits, sqlite_path: Path) -> None:
    def fill_up(session: Session) -> None:
        pages = int(session.connection().execute(text("PRAGMA page_count")).scalar_one())
        session.connection().execute(text(f"PRAGMA max_page_count={pages + 8}"))

    def too_much(session: Session) -> None:
        for number in range(100, 200):
            community(session, number, "x" * 300 + f"{number}")
            session.connection().execute(text("INSERT INTO seen (key, at) VALUES (:key, '2026-03-20')"), {"key": f"{number}" * 2000})

    await sqlite_units.run(fill_up)
    gate = Gate(sqlite_units)
    before, failed, after = await gate.together(named(1), too_much, named(2))
    assert isinstance(failed, OperationalError)
    assert "full" in f"{failed} {failed.__context__}"
    assert (before, after) == (None, None)
    assert stored(sqlite_path) == {"c1", "c2"}


@pytest.mark.thorough
async def test_what_cannot_start_in_time_is_refused_unrun(sqlite_units: SqliteUnits, sqlite_path: Path) -> None:
    ran: list[int] = []
    with lock_held(sqlite_path):
        started = time.monotonic()
        refused = await asyncio.gather(
            *(sqlite_units.run(lambda _session: ran.append(1), start_within=0.01) for _ in range(6)), return_exceptions=True
        )
        took = time.monotonic() - started
    assert [type(each) for each in refused] == [StillBusy] * 6
    assert ran == []
    assert took < 3 * BUSY_MS / 1000, "those behind the first do not wait for the lock one after the other"
    assert await sqlite_units.run(lambda _session: "again") == "again"


async def test_what_may_wait_waits_until_the_lock_is_free(sqlite_units: SqliteUnits, sqlite_path: Path) -> None:
    with lock_held(sqlite_path):
        waiting = asyncio.ensure_future(sqlite_units.run(named(1), start_within=None))
        await asyncio.sleep(0.02)
        assert not waiting.done()
    await waiting
    assert stored(sqlite_path) == {"c1"}


@pytest.mark.thorough
async def test_what_may_wait_for_ever_keeps_nobody_else_waiting(sqlite_units: SqliteUnits, sqlite_path: Path) -> None:
    with lock_held(sqlite_path):
        patient = asyncio.ensure_future(sqlite_units.run(named(1), start_within=None))
        await asyncio.sleep(0)
        with pytest.raises(StillBusy):
            async with asyncio.timeout(4 * BUSY_MS / 1000):
                await sqlite_units.run(named(2), start_within=0.01)
    await patient
    assert stored(sqlite_path) == {"c1"}


async def test_what_waits_at_the_closing_is_still_done(sqlite_units: SqliteUnits, sqlite_path: Path) -> None:
    waiting = [asyncio.ensure_future(sqlite_units.run(named(number))) for number in range(1, 101)]
    await asyncio.sleep(0)
    await sqlite_units.close()
    await asyncio.gather(*waiting)
    assert len(stored(sqlite_path)) == 100


async def test_an_answer_that_nobody_hears_any_more_does_not_stop_the_writer(sqlite_units: SqliteUnits) -> None:
    def other_loop() -> None:
        async def leave_early() -> None:
            task = asyncio.ensure_future(sqlite_units.run(named(1)))
            await asyncio.sleep(0)
            task.cancel()

        asyncio.run(leave_early())

    await asyncio.to_thread(other_loop)
    await sqlite_units.run(named(2))
    assert "c2" in await sqlite_units.read(names)

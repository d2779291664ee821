"""Copying: a whole installation goes from one database into another, and every row is compared on both sides.

A backup is the same copy into a file of its own, which is a SQLite database whatever the installation runs on, so that it can be
restored into either. What is sealed is copied as it is: it opens with the same key, and with no other.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, insert, inspect, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import greenlet_spawn

from bot.data import schema
from bot.data.base import Base
from bot.lean import dataclass

BATCH, BATCH_BYTES = 1000, 4 * 1024 * 1024
PREFETCHED = 50  # rows; files of five megabytes are among them
OUTSIDE = {"alembic_version"}


class CannotCopy(Exception):
    """Why nothing was copied, and what mends it; both databases are as they were."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a table has, and the sum of their digests, in which their order does not count."""

    rows: int = 0
    digest: int = 0

    def plus(self, rows: Iterable[Sequence[Any]]) -> Tally:
        """The tally with more rows."""
        number, digest = self.rows, self.digest
        for row in rows:
            number += 1
            digest += int.from_bytes(hashlib.blake2b(_line(tuple(row)).encode(), digest_size=16).digest(), "big")
        return Tally(number, digest % 2**128)


def _plain(value: Any) -> str:
    """What JSON does not know, as it stands in the line that is digested: the same on both databases."""
    return str(value.hex()) if isinstance(value, bytes) else str(value.isoformat())


_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


async def copy(source: str, target: str) -> dict[str, Tally]:
    """Copy an installation that nobody writes to into an empty database; table -> what it has on both sides."""
    if make_url(source) == make_url(target):
        raise CannotCopy("both addresses are the same database")
    await _check_source(source)
    await _make_ready(target)
    return await greenlet_spawn(partial(_copied, source, target, stands_still=True))


async def back_up(source: str, file: Path) -> dict[str, Tally]:
    """Write an installation as it stands at one instant into a file that its owner alone can read; the bot may go on meanwhile."""
    _check_new(file)
    await _check_source(source)
    unfinished = file.with_name(f"{file.name}.part")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise CannotCopy(f"{unfinished} cannot be written ({error.strerror})") from error
    try:
        await schema.migrate(_address(unfinished))
        copied = await greenlet_spawn(partial(_copied, source, _address(unfinished), stands_still=False))
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return copied


async def restore(file: Path, target: str) -> dict[str, Tally]:
    """Bring a backup into an empty database; one that an earlier version made is brought to this program's schema on the way."""
    _check_exists(_address(file))
    if await _revision(_address(file)) in {None, schema.head()}:
        return await copy(_address(file), target)
    with tempfile.TemporaryDirectory(prefix="convene-") as folder:
        own = Path(folder) / "backup.db"
        shutil.copyfile(file, own)
        await schema.migrate(_address(own))
        return await copy(_address(own), target)


def _address(file: Path) -> str:
    return URL.create("sqlite", database=str(file)).render_as_string()


async def _check_source(url: str) -> None:
    _check_exists(url)
    found, wanted = await _revision(url), schema.head()
    if found is None:
        raise CannotCopy(f"{_shown(url)} is no database of Convene")
    if found != wanted:
        raise CannotCopy(f"{_shown(url)} is at revision {found}, this program needs {wanted}: bring it there with `python -m bot migrate`")


async def _make_ready(url: str) -> None:
    """A target without any table gets them; one that has them already must be at this program's revision, which `_copied` finds empty."""
    found, wanted = await _revision(url), schema.head()
    if found is None:
        if await schema.inspected(url, _tables_in):
            raise CannotCopy(f"{_shown(url)} has tables of something else: make a database of its own")
        await schema.migrate(url)
    elif found != wanted:
        raise CannotCopy(f"{_shown(url)} is at revision {found}, this program needs {wanted}: give an empty database")


def _check_exists(url: str) -> None:
    """SQLite would make a database that is not there."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise CannotCopy(f"{_shown(url)} is not there")


def _check_new(file: Path) -> None:
    if file.exists():
        raise CannotCopy(f"{file} is there already: choose another name")


async def _revision(url: str) -> str | None:
    try:
        return await schema.current(url)
    except (OSError, DBAPIError) as error:
        raise CannotCopy(f"{_shown(url)} does not answer ({type(error).__name__})") from error


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


def _tables_in(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - OUTSIDE


def _copied(source: str, target: str, *, stands_still: bool) -> dict[str, Tally]:
    """All of it in one transaction of the target, which commits only what was compared."""
    tables = Base.metadata.sorted_tables
    with _opened(source, writes=False) as reading, _opened(target, writes=True) as writing:
        if unknown := _tables_in(reading) ^ {table.name for table in tables}:
            raise CannotCopy(f"{_shown(source)} and this program do not have the same tables ({', '.join(sorted(unknown))})")
        if full := [table.name for table in tables if writing.execute(select(table).limit(1)).first() is not None]:
            raise CannotCopy(f"{_shown(target)} is not empty (it has {', '.join(full[:3])}): give an empty database")
        read = {table.name: _copy_table(reading, writing, table) for table in tables}
        _compare(read, {table.name: _tally(writing, table) for table in tables}, "arrived otherwise than it left")
        if stands_still:
            with _opened(source, writes=False) as again:
                now = {table.name: _tally(again, table) for table in tables}
            _compare(read, now, "changed while it was copied: stop the bot first")
        writing.commit()
    return read


def _compare(one: Mapping[str, Tally], other: Mapping[str, Tally], otherwise: str) -> None:
    if differing := sorted(name for name in one if one[name] != other[name]):
        raise CannotCopy(f"{', '.join(differing)} {otherwise}; nothing was copied")


def _copy_table(reading: Connection, writing: Connection, table: Table) -> Tally:
    tally, names = Tally(), [column.name for column in table.columns]
    try:
        for batch in _batches(_rows(reading, table)):
            tally = tally.plus(batch)
            writing.execute(insert(table), [dict(zip(names, row, strict=True)) for row in batch])
    except DBAPIError as refused:
        raise CannotCopy(f"{table.name}: the other database refuses a row ({type(refused.orig).__name__}); nothing was copied") from refused
    return tally


def _tally(connection: Connection, table: Table) -> Tally:
    return Tally().plus(_rows(connection, table))


def _rows(connection: Connection, table: Table) -> Iterable[Any]:
    return connection.execute(select(table), execution_options={"stream_results": True, "max_row_buffer": PREFETCHED})


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(value) for value in row if isinstance(value, bytes))
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@contextmanager
def _opened(url: str, *, writes: bool) -> Iterator[Connection]:
    """A connection in a transaction of its own; one that only reads sees the database as it is at its beginning, to the end."""
    engine = _engine(url, writes=writes)
    try:
        with engine.connect() as connection:
            if not writes and connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection
    finally:
        engine.dispose()


def _engine(url: str, *, writes: bool) -> Engine:
    """An engine through which JSON passes as the text that it is, so that nothing in it changes on the way."""
    as_it_is: dict[str, Any] = {"json_serializer": _same, "json_deserializer": _same, "hide_parameters": True}
    if make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(url, **as_it_is).sync_engine
    engine = create_engine(url, **as_it_is)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON" if writes else "PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _same(value: Any) -> Any:
    return value

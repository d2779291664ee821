"""The schema's history: migrating up, and what stands between a database and this program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, MetaData, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.data.base import PARTIAL

T = TypeVar("T")
log = structlog.get_logger()

MIGRATIONS = Path(__file__).parent / "migrations"


def head() -> str:
    """The newest revision that this program knows."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head() or "")


async def migrate(url: str) -> None:
    """Bring a database to the newest revision."""
    await _with_connection(url, _upgrade)


async def current(url: str) -> str | None:
    """The revision at which a database stands, None for an empty one."""
    return await _with_connection(url, _current)


async def inspected(url: str, look: Callable[[Connection], T]) -> T:
    """What a look at a database finds, whatever is in it."""
    return await _with_connection(url, look)


async def differences(url: str, metadata: MetaData) -> list[Any]:
    """What the tables in the code have and the migrated database has not, or the other way round."""

    def compare(connection: Connection) -> list[Any]:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        _tell_postgres(metadata)
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

    return await _with_connection(url, compare)


def table_of(change: Any) -> str:
    """The table that a difference is about: alone, in a list of changes to its columns, or by an index or constraint of its own."""
    kind, *about = change[0] if isinstance(change, list) else change
    first = about[0]
    table = first if kind.endswith("_table") else getattr(first, "table", None)
    return str(table.name if table is not None else about[1])


def new_revision(url: str, metadata: MetaData, message: str) -> str:
    """Write the migration that brings a database (SQLite, at the newest revision) to the tables in the code."""
    from alembic import command

    _tell_postgres(metadata)
    engine = create_engine(url)
    with engine.connect() as connection:
        script = command.revision(_config(connection, metadata), message=message, autogenerate=True, rev_id=_next_number())
    engine.dispose()
    assert script is not None
    return str(getattr(script, "path", script))


def _tell_postgres(metadata: MetaData) -> None:
    """Give indexes of some rows their condition for PostgreSQL, whose dialect is 2 MB that nobody needs who serves SQLite."""
    for each in metadata.tables.values():
        for index in each.indexes:
            if PARTIAL in index.info:
                index.dialect_options["postgresql"]["where"] = text(index.info[PARTIAL])


def _next_number() -> str:
    taken = [int(path.name.split("_")[0]) for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")]
    return f"{max(taken, default=0) + 1:04d}"


def _config(connection: Connection, metadata: MetaData | None = None) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    return config


def _upgrade(connection: Connection) -> None:
    """A batch migration with foreign keys on would delete the children of a parent it rebuilds, so SQLite migrates with them off.

    What a table that is rebuilt frees is overwritten at once; then the file is written anew, where there is room, to give that back.
    """
    from alembic import command

    is_sqlite, before = connection.dialect.name == "sqlite", _current(connection)
    connection.rollback()
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        connection.commit()
    command.upgrade(_config(connection), "head")
    if is_sqlite:
        broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        if broken:
            connection.rollback()
            raise RuntimeError(f"the migration would leave {len(broken)} rows without their parents")
    connection.commit()
    if is_sqlite and before != head():
        try:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")
        except DBAPIError as error:  # it takes as much room again
            log.warning("the file was migrated, and not written anew: it keeps its size", why=str(error.orig))


def _current(connection: Connection) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


async def _with_connection(url: str, work: Callable[[Connection], T]) -> T:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url)
        try:
            with engine.connect() as connection:
                return work(connection)
        finally:
            engine.dispose()
    remote = create_async_engine(url)
    try:
        async with remote.connect() as connection:
            return await connection.run_sync(work)
    finally:
        await remote.dispose()

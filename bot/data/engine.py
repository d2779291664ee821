"""Engines: the settings that keep SQLite honest, and PostgreSQL through asyncpg."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from bot.data.prepared import forget_values
from bot.data.units import CONNECTIONS, PostgresUnits, Units
from bot.data.vault import Vault

BUSY_MS = 500
CACHE_KB = 512  # of the file, for each connection: more made nothing faster, be it deliveries or a million who are planned for
LOG_PAGES = 4000  # as many are written before they are copied into the file; with 1000 the same pages were copied again and again
PLANNING = {
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "enable_seqscan": "off",  # a plan that was made while a table was small is kept when it has grown
}  # all go by an index: planning anew costs more than running


def sqlite_engine(path: str | Path, *, writes: bool, outlasts_power: bool = True) -> Engine:
    """A SQLite engine in WAL mode; what was committed outlasts a power cut, or the death of the process only, which is quicker.

    Without an explicit BEGIN the driver starts no transaction before a SELECT, and two units that read and then write lose each other's
    changes silently; BEGIN IMMEDIATE takes the write lock first.
    """
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=1 if writes else 4,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_MS}",
            "journal_mode=WAL",
            f"synchronous={'FULL' if outlasts_power else 'NORMAL'}",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            f"wal_autocheckpoint={LOG_PAGES}",
            f"cache_size=-{CACHE_KB}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA secure_delete=ON" if writes else "PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.connection.driver_connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")  # past what SQLAlchemy does around it

    return engine


def postgres_engine(url: str) -> AsyncEngine:
    """A PostgreSQL engine; a connection that cannot be had within two seconds refuses the unit."""
    engine = create_async_engine(
        url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=2, hide_parameters=True, connect_args={"server_settings": PLANNING}
    )
    event.listen(engine.sync_engine, "handle_error", _forget_values)
    return engine


def _forget_values(failed: ExceptionContext) -> None:
    forget_values(failed.sqlalchemy_exception, failed.original_exception)


def units_for(url: str, vault: Vault, *, outlasts_power: bool = True) -> Units:
    """The units of work of a database by its address; in a playground a power cut may take the last of what was done."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        from bot.data.sqlite_units import SqliteUnits

        path = parsed.database or ""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return SqliteUnits(sqlite_engine(path, writes=True, outlasts_power=outlasts_power), sqlite_engine(path, writes=False), vault)
    return PostgresUnits(postgres_engine(url), vault)

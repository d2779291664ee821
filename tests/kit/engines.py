"""One engine of each kind for all tests of a process, so that a statement is compiled once and not once in every test."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.data.engine import postgres_engine, sqlite_engine
from bot.data.sqlite_units import SqliteUnits
from bot.data.units import PostgresUnits, Units
from bot.data.vault import Vault

_now_at = {"sqlite": "", "postgresql": ""}  # the database that new connections go to


def units_at(url: str, vault: Vault) -> Units:
    """The units of a test's database, as `units_for` makes them; only one at a time may be open."""
    kind = make_url(url).get_backend_name()
    _now_at[kind] = url
    if kind == "sqlite":
        return SqliteUnits(_sqlite(writes=True), _sqlite(writes=False), vault)
    return PostgresUnits(_postgres(), vault)


@cache
def _sqlite(*, writes: bool) -> Engine:
    made = sqlite_engine("", writes=writes)
    event.listen(made, "do_connect", _go)
    return made


@cache
def _postgres() -> AsyncEngine:
    made = postgres_engine(_now_at["postgresql"])
    event.listen(made.sync_engine, "do_connect", _go)
    return made


def _go(dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
    positions, names = dialect.create_connect_args(make_url(_now_at[dialect.name]))
    arguments[:] = positions
    options.update({**names, **{name: options[name] for name in ("check_same_thread", "server_settings") if name in options}})


def file_of(units: SqliteUnits) -> Path:
    """Where the database of these units lies."""
    with units._engine.connect() as connection:
        return Path(connection.exec_driver_sql("PRAGMA database_list").one().file)

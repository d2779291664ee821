"""Fills any schema, declared or reflected, with one row per table and community, whatever its columns are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Integer, LargeBinary, MetaData, String, Table, insert

from bot.data.base import Instant

AT = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)
LEFT_OUT = {"alembic_version"}


def fill(connection: Connection, metadata: MetaData, community: int) -> dict[str, dict[str, Any]]:
    """One row in every table, each hanging on the rows of its own community; table name -> its row."""
    made: dict[str, dict[str, Any]] = {}
    for number, table in enumerate(metadata.sorted_tables, start=1):
        if table.name in LEFT_OUT:
            continue
        row = {column.name: _value(column, community, community * 1000 + number, made) for column in table.columns}
        connection.execute(insert(table), row)
        made[table.name] = row
    return made


def counts(connection: Connection, metadata: MetaData) -> dict[str, int]:
    """How many rows every table has."""
    return {table.name: _count(connection, table) for table in metadata.sorted_tables if table.name not in LEFT_OUT}


def _count(connection: Connection, table: Table) -> int:
    return len(connection.execute(table.select()).all())


def _value(column: Column[Any], community: int, number: int, made: dict[str, dict[str, Any]]) -> Any:
    if column.table.name == "communities" and column.name == "id":
        return community
    for key in column.foreign_keys:
        parent, name = key.target_fullname.split(".")[-2:]
        if parent in made:
            return made[parent][name]
    if column.name == "community_id":
        return community
    match column.type:
        case Boolean():
            return True
        case Integer():
            return number
        case Instant():
            return AT
        case DateTime():
            return AT if column.type.timezone else AT.replace(tzinfo=None)
        case Date():
            return date(2026, 3, 20)
        case JSON():
            return {"n": number}
        case LargeBinary():
            return b"sealed"
        case String():
            return f"v{number}"
    raise TypeError(f"{column} has a type that nobody knows how to fill: {column.type!r}")

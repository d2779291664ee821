"""The scrub: small tables written anew, so that what was deleted in them stands in none of the database's files any more.

Deleting a row only makes its room free: SQLite leaves pieces of it in pages that were divided, PostgreSQL leaves it whole until it is
written over, and its VACUUM keeps what an older transaction could still see.
"""

from __future__ import annotations

import random

from sqlalchemy import Connection, Table, insert, select, text

from bot.data.base import REALLY_GOES, Base


def scrubbed_tables() -> list[Table]:
    """The tables that are written anew, in the order in which they are locked."""
    return sorted((each for each in Base.metadata.tables.values() if each.info == REALLY_GOES), key=lambda each: each.name)


def write_anew(connection: Connection) -> None:
    """Give each of these tables new pages, with the rows that it still has, in an order that tells nothing."""
    tables = scrubbed_tables()
    is_postgres = connection.dialect.name == "postgresql"
    if tables and is_postgres:
        connection.execute(text(f"LOCK TABLE {', '.join(each.name for each in tables)} IN ACCESS EXCLUSIVE MODE"))
    for each in tables:
        rows = [dict(row._mapping) for row in connection.execute(select(each))]
        random.SystemRandom().shuffle(rows)
        if is_postgres:
            connection.execute(text(f"TRUNCATE {each.name}"))  # the old file goes with the commit, whoever still looks at it
        else:
            each.drop(connection)  # with secure_delete its pages are overwritten
            each.create(connection)
        if rows:
            connection.execute(insert(each), rows)

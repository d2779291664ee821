"""The loop that anybody would write by hand: claim some, say them, mark them; one flat table, no order, no pace, no unknown state."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence

import asyncpg

AT_ONCE = 100  # more do not make it faster
_TABLE = "CREATE TABLE flat (id BIGINT PRIMARY KEY, conversation TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, message_id TEXT)"
_INDEX = "CREATE INDEX flat_ready ON flat (id) WHERE state = 'ready'"
_CLAIM = "UPDATE flat SET state = 'sending' WHERE id IN (SELECT id FROM flat WHERE state = 'ready' ORDER BY id LIMIT {}) RETURNING *"

Flat = Sequence[tuple[int, str, str]]  # id, conversation, words


async def by_asyncpg(url: str, posts: Flat) -> float:
    """Seconds that the loop takes on PostgreSQL, with one connection."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute(f"{_TABLE}; {_INDEX}")
    rows = [(*post, "ready", None) for post in posts]
    await connection.copy_records_to_table("flat", records=rows)
    await connection.execute("ANALYZE flat")
    claim, said = _CLAIM.format("$1 FOR UPDATE SKIP LOCKED"), 0
    mark = "UPDATE flat SET state = 'sent', message_id = told.message FROM unnest($1::bigint[], $2::text[]) AS told(id, message)"
    began = time.perf_counter()
    while claimed := await connection.fetch(claim, AT_ONCE):
        told = [(row["id"], await _say(row["conversation"], row["body"])) for row in claimed]
        await connection.execute(f"{mark} WHERE flat.id = told.id", *map(list, zip(*told, strict=True)))
        said += len(told)
    took = time.perf_counter() - began
    await connection.close()
    assert said == len(posts)
    return took


def by_sqlite3(path: str, posts: Flat) -> float:
    """Seconds that the loop takes on SQLite, with the settings that the bot has."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(_TABLE)
    connection.execute(_INDEX)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO flat VALUES (?, ?, ?, 'ready', NULL)", posts)
    connection.execute("COMMIT")
    took = asyncio.run(_loop(connection, len(posts)))
    connection.close()
    return took


async def _loop(connection: sqlite3.Connection, count: int) -> float:
    claim, said = _CLAIM.format("?"), 0
    began = time.perf_counter()
    while claimed := connection.execute(claim, (AT_ONCE,)).fetchall():
        told = [(await _say(row[1], row[2]), row[0]) for row in claimed]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("UPDATE flat SET state = 'sent', message_id = ? WHERE id = ?", told)
        connection.execute("COMMIT")
        said += len(told)
    took = time.perf_counter() - began
    assert said == count
    return took


async def _say(_conversation: str, words: str) -> str:
    return words

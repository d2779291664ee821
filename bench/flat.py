"""The loop that anybody would write by hand: claim some, say them, mark them; one flat table, no order, no pace, no unknown state.

It is given the same sealed posts and the same platform; what it costs with words that lie open is told beside it.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence

import asyncpg

from bench.silence import Silence
from bot.chat import wire
from bot.core.outbox import BODY, token_of
from bot.core.ports import Address
from bot.data.vault import Vault

AT_ONCE = 100  # more do not make it faster
_TABLE = "CREATE TABLE flat (id BIGINT PRIMARY KEY, conversation TEXT NOT NULL, body {} NOT NULL, state TEXT NOT NULL, message_id TEXT)"
_INDEX = "CREATE INDEX flat_ready ON flat (id) WHERE state = 'ready'"
_CLAIM = (
    "UPDATE flat SET state = 'sending' WHERE id IN (SELECT id FROM flat WHERE state = 'ready' ORDER BY id LIMIT {})"
    " RETURNING id, conversation, body"
)
_MARK = (
    "UPDATE flat SET state = 'sent', message_id = told.message"
    " FROM unnest($1::bigint[], $2::text[]) AS told (id, message) WHERE flat.id = told.id"
)

Flat = Sequence[tuple[int, str, bytes]]  # id, conversation, sealed words
Say = Callable[[int, str, bytes], Awaitable[str]]


def saying(vault: Vault, platform: Silence) -> Say:
    """What a post costs whoever sends it: its words are opened and given to the platform."""

    async def say(post: int, conversation: str, body: bytes) -> str:
        message = wire.decode(vault.open(BODY, post, body))
        return (await platform.post(Address("T", conversation, "place"), message, token_of(post, 1))).message_id

    return say


async def say_nothing(post: int, conversation: str, body: bytes) -> str:  # noqa: ARG001 - the signature is that of saying
    """The least that a loop can do."""
    return conversation


async def by_asyncpg(url: str, posts: Flat, say: Say) -> float:
    """Seconds that the loop takes on PostgreSQL, with one connection."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute(f"DROP TABLE IF EXISTS flat; {_TABLE.format('BYTEA')}; {_INDEX}")
    await connection.copy_records_to_table("flat", records=[(*post, "ready", None) for post in posts])
    await connection.execute("ANALYZE flat")
    claim, said = _CLAIM.format("$1 FOR UPDATE SKIP LOCKED"), 0
    began = time.perf_counter()
    while claimed := await connection.fetch(claim, AT_ONCE):
        told = [(post, await say(post, conversation, body)) for post, conversation, body in claimed]
        await connection.execute(_MARK, *map(list, zip(*told, strict=True)))
        said += len(told)
    took = time.perf_counter() - began
    await connection.close()
    assert said == len(posts)
    return took


def by_sqlite3(path: str, posts: Flat, say: Say) -> float:
    """Seconds that the loop takes on SQLite, with the settings that the bot has."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("DROP TABLE IF EXISTS flat")
    connection.execute(_TABLE.format("BLOB"))
    connection.execute(_INDEX)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO flat VALUES (?, ?, ?, 'ready', NULL)", posts)
    connection.execute("COMMIT")
    took = asyncio.run(_loop(connection, len(posts), say))
    connection.close()
    return took


async def _loop(connection: sqlite3.Connection, count: int, say: Say) -> float:
    claim, said = _CLAIM.format("?"), 0
    began = time.perf_counter()
    while claimed := connection.execute(claim, (AT_ONCE,)).fetchall():
        told = [(await say(post, conversation, body), post) for post, conversation, body in claimed]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("UPDATE flat SET state = 'sent', message_id = ? WHERE id = ?", told)
        connection.execute("COMMIT")
        said += len(told)
    took = time.perf_counter() - began
    assert said == count
    return took

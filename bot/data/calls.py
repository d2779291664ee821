"""Calls between processes on PostgreSQL (LISTEN/NOTIFY): a hint that there is work, never the only way to learn of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.units import PostgresUnits, Units

CHANNEL = "convene_outbox"
AGAIN = 5.0  # seconds until a listener that lost its connection makes another

log = structlog.get_logger()
_CALL = select(func.pg_notify(CHANNEL, ""))


def call(session: Session) -> None:
    """Let the other processes look, once this unit is committed; on SQLite there are none."""
    connection = scope.connection(session)
    if connection.dialect.name == "postgresql":
        connection.execute(_CALL)


async def hear(units: Units, called: Callable[[], None]) -> None:
    """Listen for as long as the task runs, on a connection of its own."""
    while isinstance(units, PostgresUnits):
        try:
            await _hear(units, called)
        except Exception as error:
            log.info("calls of other processes are not heard", why=type(error).__name__)
        await asyncio.sleep(AGAIN)


async def _hear(units: PostgresUnits, called: Callable[[], None]) -> None:
    lost = asyncio.Event()
    async with units.alone() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        driver.add_termination_listener(lambda _driver: lost.set())
        await driver.add_listener(CHANNEL, lambda *_: called())
        called()  # what was said while nobody listened
        await lost.wait()

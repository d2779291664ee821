"""What stands in the database after a round, read beside the server: acknowledged means committed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.serving import KEY
from bot.core.outbox import Kind, State
from bot.core.rows import PostRow
from bot.data import scope
from bot.data.engine import units_for
from bot.data.units import Units
from bot.data.vault import Vault
from handlers.challenges.rows import DoneRow
from handlers.journal.rows import EntryRow
from handlers.polls.ballot_rows import VoteRow

WAITING = (State.READY.value, State.SENDING.value, State.UNKNOWN.value)


class Ledger:
    """Reads rows by a connection of its own."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def texts(self) -> list[str]:
        """Every journal entry, opened."""
        return await self._units.read(_texts)

    async def days_done(self) -> int:
        """How many days are done."""
        return await self._units.read(_days_done)

    async def votes(self) -> int:
        """How many votes count."""
        return await self._units.read(_votes)

    async def cards_written(self) -> int:
        """How often a day's card was written, its first time included."""
        return await self._units.read(_cards_written)

    async def delivered(self, within: float = 60.0) -> None:
        """Wait until nothing waits in the outbox."""
        async with asyncio.timeout(within):
            while await self._units.read(_waiting):  # noqa: ASYNC110 - another process delivers
                await asyncio.sleep(0.05)


@asynccontextmanager
async def ledger(database: str) -> AsyncIterator[Ledger]:
    """A ledger over a database."""
    units = units_for(database, Vault([KEY]))
    try:
        yield Ledger(units)
    finally:
        await units.close()


def _texts(session: Session) -> list[str]:
    scope.enter(session, scope.SYSTEM)
    vault: Vault = session.info["vault"]
    rows = session.execute(select(EntryRow.id, EntryRow.text)).all()
    return [vault.open_text("entries.text", row.id, row.text) for row in rows if row.text is not None]


def _days_done(session: Session) -> int:
    scope.enter(session, scope.SYSTEM)
    return session.execute(select(func.count()).select_from(DoneRow)).scalar_one()


def _votes(session: Session) -> int:
    scope.enter(session, scope.SYSTEM)
    return session.execute(select(func.count()).select_from(VoteRow)).scalar_one()


def _cards_written(session: Session) -> int:
    scope.enter(session, scope.SYSTEM)
    query = select(func.coalesce(func.sum(PostRow.revision), 0)).where(PostRow.kind == Kind.ASKED_FOR.value)
    return int(session.execute(query).scalar_one())


def _waiting(session: Session) -> int:
    scope.enter(session, scope.SYSTEM)
    return session.execute(select(func.count()).select_from(PostRow).where(PostRow.state.in_(WAITING))).scalar_one()

"""Calls between processes: a hint that there is work in the outbox."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.calls import call, hear
from bot.data.engine import units_for
from bot.data.units import PostgresUnits, Units
from bot.data.vault import Vault

pytestmark = pytest.mark.both_databases


def _call(session: Session) -> None:
    scope.enter(session, scope.SYSTEM)
    call(session)


async def test_whoever_listens_hears_a_call_once_its_unit_is_committed(units: Units, database_url: str, vault: Vault) -> None:
    if not isinstance(units, PostgresUnits):
        await units.run(_call)
        await asyncio.wait_for(hear(units, lambda: pytest.fail("there is nobody to hear")), 5)
        return
    other, heard = units_for(database_url, vault), asyncio.Event()
    listening = asyncio.create_task(hear(other, heard.set))
    await asyncio.wait_for(heard.wait(), 5)
    heard.clear()

    def fail(session: Session) -> None:
        _call(session)
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        await units.run(fail)
    await units.read(lambda session: scope.enter(session, scope.SYSTEM))
    assert not heard.is_set(), "what was rolled back calls nobody"
    await units.run(_call)
    await asyncio.wait_for(heard.wait(), 5)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await other.close()

"""What every kind of units keeps: nothing lost, rollback by default, races run again."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.engine import units_for
from bot.data.units import Units
from bot.data.vault import Vault
from bot.people.rows import CommunityRow
from tests.bot.data.filling import AT

UNITS = 16


def community(session: Session, number: int, name: str = "0") -> None:
    scope.enter(session, scope.SYSTEM)
    session.add(CommunityRow(id=number, name=name, zone="UTC", language="en", created_at=AT))
    session.flush()


def count_up(session: Session) -> int:
    """Read, then write what was read and one more."""
    scope.enter(session, scope.SYSTEM)
    seen = int(session.execute(select(CommunityRow.name).where(CommunityRow.id == 1).with_for_update()).scalar_one())
    session.execute(update(CommunityRow).where(CommunityRow.id == 1).values(name=str(seen + 1)))
    return seen


def names(session: Session) -> list[str]:
    scope.enter(session, scope.SYSTEM)
    return list(session.execute(select(CommunityRow.name).order_by(CommunityRow.id)).scalars())


@pytest.mark.both_databases
async def test_units_at_once_in_several_processes_lose_no_update(units: Units, database_url: str, vault: Vault) -> None:
    others = [units_for(database_url, vault) for _ in range(3)]  # each with connections of its own, like a process of its own
    await units.run(lambda session: community(session, 1))
    seen = await asyncio.gather(*([units, *others][n % 4].run(count_up) for n in range(UNITS)))
    assert sorted(seen) == list(range(UNITS))
    assert await units.read(names) == [str(UNITS)]
    for other in others:
        await other.close()


@pytest.mark.both_databases
async def test_what_raises_leaves_nothing_behind(units: Units) -> None:
    def fail(session: Session) -> None:
        community(session, 1)
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        await units.run(fail)
    assert await units.read(names) == []


@pytest.mark.both_databases
async def test_a_read_keeps_nothing(units: Units) -> None:
    with pytest.raises(Exception, match=r"readonly|nothing"):
        await units.read(_write_and_complain)
    assert await units.run(names) == []


def _write_and_complain(session: Session) -> None:
    community(session, 1)
    raise RuntimeError("nothing of a read is kept")


@pytest.mark.both_databases
async def test_an_id_that_was_drawn_twice_is_drawn_again(units: Units) -> None:
    await units.run(lambda session: community(session, 1))
    drawn = iter((1, 1, 2))
    await units.run(lambda session: community(session, next(drawn), "second"))
    assert await units.read(names) == ["0", "second"]


@pytest.mark.both_databases
async def test_a_clash_that_stays_is_told_in_the_end(units: Units) -> None:
    await units.run(lambda session: community(session, 1))
    with pytest.raises(IntegrityError):
        await units.run(lambda session: community(session, 1, "again"))
    assert await units.read(names) == ["0"]


@pytest.mark.both_databases
async def test_whoever_stops_waiting_stops_nobody_else(units: Units) -> None:
    waiting = asyncio.create_task(units.run(lambda session: community(session, 1)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await units.run(lambda session: community(session, 2, "still here"))
    assert (await units.read(names))[-1] == "still here"


@pytest.mark.both_databases
async def test_a_unit_can_go_on_after_a_refused_statement_of_its_own(units: Units) -> None:
    await units.run(lambda session: community(session, 1))

    def go_on(session: Session) -> str:
        scope.enter(session, scope.SYSTEM)
        try:
            with session.begin_nested():
                community(session, 1, "clash")
        except IntegrityError:
            community(session, 2, "instead")
        return str(session.connection().execute(text("SELECT count(*) FROM communities")).scalar_one())

    assert await units.run(go_on) == "2"
    assert await units.read(names) == ["0", "instead"]

"""Units on PostgreSQL: deadlocks, serialisation failures and lost insert races run again; the single SQLite writer hides them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.orm import Session

from bot.chat.errors import StillBusy
from bot.data import scope
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.units import CONNECTIONS, PostgresUnits
from bot.people import joining
from bot.people.rows import CommunityRow, PersonRow, WorkspaceRow
from handlers.community.rows import ConnectTryRow
from tests.bot.data.test_units import community, names

AT = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)
PAUSE = "SELECT pg_sleep(0.03)"


async def test_a_deadlock_is_run_again_with_the_same_arguments(postgres_units: PostgresUnits) -> None:
    for number in (1, 2):
        await postgres_units.run(lambda session, number=number: community(session, number))  # type: ignore[misc]
    calls: list[tuple[int, int]] = []

    def add(session: Session, first: int, then: int) -> None:
        scope.enter(session, scope.SYSTEM)
        calls.append((first, then))
        session.connection().execute(text("SET LOCAL deadlock_timeout = '20ms'"))
        for number in (first, then):
            seen = session.execute(select(CommunityRow.name).where(CommunityRow.id == number).with_for_update()).scalar_one()
            session.execute(update(CommunityRow).where(CommunityRow.id == number).values(name=str(int(seen) + 1)))
            session.connection().execute(text(PAUSE))

    await asyncio.gather(postgres_units.run(lambda s: add(s, 1, 2)), postgres_units.run(lambda s: add(s, 2, 1)))
    assert len(calls) >= 3, "they did lock each other out"
    assert set(calls) == {(1, 2), (2, 1)}
    assert await postgres_units.read(names) == ["2", "2"]


async def test_a_serialisation_failure_is_run_again(postgres_units: PostgresUnits) -> None:
    await postgres_units.run(lambda session: community(session, 1))
    calls: list[int] = []

    def count_up(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        calls.append(1)
        session.connection().execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
        seen = session.execute(select(CommunityRow.name)).scalar_one()
        session.connection().execute(text(PAUSE))
        session.execute(update(CommunityRow).values(name=str(int(seen) + 1)))

    await asyncio.gather(*(postgres_units.run(count_up) for _ in range(3)))
    assert len(calls) > 3
    assert await postgres_units.read(names) == ["3"]


async def test_who_loses_an_insert_race_finds_what_the_other_inserted(postgres_units: PostgresUnits) -> None:
    await postgres_units.run(lambda session: community(session, 1))
    calls: list[int] = []

    def find_or_insert(session: Session, own: int) -> int:
        scope.enter(session, scope.SYSTEM)
        calls.append(own)
        found = session.execute(select(WorkspaceRow.id).where(WorkspaceRow.external_id == "T1")).scalar()
        session.connection().execute(text(PAUSE))
        if found is None:
            session.add(WorkspaceRow(id=own, community_id=1, platform="slack", external_id="T1", name="x"))
        return int(found or own)

    ids = await asyncio.gather(*(postgres_units.run(lambda s, own=own: find_or_insert(s, own)) for own in (7, 8)))  # type: ignore[misc]
    assert len(set(ids)) == 1
    assert len(calls) == 3


@pytest.mark.thorough
async def test_without_a_free_connection_a_unit_is_refused_unrun(postgres_units: PostgresUnits) -> None:
    ran: list[int] = []
    holding = [
        asyncio.ensure_future(postgres_units.run(lambda s: s.connection().execute(text("SELECT pg_sleep(0.3)")).all()))
        for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(0.15)
    with pytest.raises(StillBusy):
        await postgres_units.run(lambda _session: ran.append(1), start_within=0.02)
    await asyncio.gather(*holding)
    assert ran == []
    assert await postgres_units.run(lambda _session: "again") == "again"


async def test_a_connection_that_was_lost_is_replaced(postgres_units: PostgresUnits) -> None:
    attempts: list[int] = []

    def lose_the_first(session: Session) -> str:
        attempts.append(1)
        if len(attempts) == 1:
            session.connection().execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return str(session.connection().execute(text("SELECT 'done'")).scalar_one())

    assert await postgres_units.run(lose_the_first) == "done"
    assert len(attempts) == 2


async def test_a_connection_lost_under_a_prebuilt_statement_is_replaced_too(postgres_units: PostgresUnits) -> None:
    attempts: list[int] = []
    by_id = select(table(CommunityRow).c.name).where(table(CommunityRow).c.id == bindparam("id"))

    def lose_the_first(session: Session) -> object:
        attempts.append(1)
        scope.enter(session, scope.SYSTEM)
        scope.execute(session, by_id, {"id": 1})
        if len(attempts) == 1:
            session.connection().execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return scope.execute(session, by_id, {"id": 1}).one_or_none()

    assert await postgres_units.run(lose_the_first) is None
    assert len(attempts) == 2


async def test_units_start_about_in_the_order_in_which_they_came(postgres_units: PostgresUnits) -> None:
    started: list[int] = []

    def unit(number: int, session: Session) -> None:
        started.append(number)
        session.connection().execute(text("SELECT pg_sleep(0.01)"))

    await asyncio.gather(*(postgres_units.run(partial(unit, number)) for number in range(4 * CONNECTIONS)))
    assert max(abs(place - number) for place, number in enumerate(started)) <= 2 * CONNECTIONS  # nobody waits while others pass them by


@pytest.mark.thorough
async def test_a_row_for_somebody_who_is_being_merged_away_goes_to_who_they_are_now(postgres_units: PostgresUnits) -> None:
    """The insert waits for the merge, then finds nobody: the unit is run again and sees who the person is now."""
    units = postgres_units

    def begin(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.add(CommunityRow(id=1, name="One", zone="UTC", language="en", created_at=AT))
        session.flush()
        for number in (11, 12):
            session.add(
                PersonRow(id=number, community_id=1, name="X", zone="UTC", language="en", role="member", joined_at=AT, left_at=None)
            )

    await units.run(begin)
    merging, ran = asyncio.Event(), []
    loop = asyncio.get_running_loop()

    def merge(session: Session) -> None:
        scope.enter(session, 1)
        joining.merge_people(session, 11, 12, chat=7)
        loop.call_soon(merging.set)
        session.connection().execute(text("SELECT pg_sleep(0.2)"))

    def write(ids: list[int], session: Session) -> None:
        scope.enter(session, 1)
        who = session.execute(select(PersonRow.id).where(PersonRow.id.in_(ids)).order_by(PersonRow.id.desc()).limit(1)).scalar_one()
        ran.append(who)
        session.add(ConnectTryRow(id=new_id(), community_id=1, person_id=who, tried_at=AT))
        session.flush()

    running = asyncio.create_task(units.run(merge))
    await merging.wait()
    await asyncio.gather(*(units.run(partial(write, [11, 12])) for _ in range(3)), running)

    def left(session: Session) -> list[int]:
        scope.enter(session, scope.SYSTEM)
        return list(session.execute(select(ConnectTryRow.person_id)).scalars())

    assert await units.read(left) == [11, 11, 11]
    assert ran.count(12) >= 3, "each of them met the merge"


async def test_a_unit_that_comes_as_the_last_server_goes_is_served(postgres_units: PostgresUnits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.data.units.CONNECTIONS", 1)
    async with asyncio.timeout(20):
        for number in range(3):
            assert await postgres_units.run(lambda _session, number=number: number, start_within=None) == number  # type: ignore[misc]

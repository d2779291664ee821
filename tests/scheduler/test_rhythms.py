"""Rhythms: what many have in common goes on once for all of them, and each still has everything once, whenever they came to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core import cadences
from bot.core.cadences import Cadence, once
from bot.core.clock import WoundClock
from bot.core.context import Context
from bot.core.feature import Job
from bot.core.rows import CadenceRow, RhythmRow
from bot.data import scope
from bot.data.engine import units_for
from bot.data.units import PostgresUnits, Units, new_session
from scheduler.occurring import take
from tests.kit.moving_in import VAULT
from tests.scheduler.desk import COMMUNITY, Desk
from tests.scheduler.test_tick import DAY, JOB, fired, plan, ticker

NEXT = DAY + timedelta(days=1)
NINE = datetime.combine(DAY, time(9), UTC)


def nothing(_ctx: Context, _occurrences: Sequence[Any]) -> None:
    """What comes round is only written down."""


async def rhythms(units: Units) -> list[tuple[datetime, int | None]]:
    def work(session: Session) -> list[tuple[datetime, int | None]]:
        scope.enter(session, scope.SYSTEM)
        return [(row.next_at, row.reached) for row in session.execute(select(RhythmRow.next_at, RhythmRow.reached))]

    return await units.read(work)


@pytest.mark.both_databases
async def test_who_comes_late_with_a_way_back_has_todays_and_nobody_has_it_twice(desk: Desk, units: Units, clock: WoundClock) -> None:
    await plan(units, (1, 2), before=clock.now())
    desk.passes(hours=3)
    tick = ticker(units, clock, nothing)
    assert await tick.tick() == 2
    await plan(units, (3,), before=clock.now() - timedelta(hours=12))
    assert await rhythms(units) == [(NINE, None)], "it has gone back for the newcomer"
    assert await tick.tick() == 1
    assert sorted(await units.read(fired)) == [(1, DAY), (2, DAY), (3, DAY)]
    assert await rhythms(units) == [(NINE + timedelta(days=1), None)]


@pytest.mark.both_databases
async def test_who_comes_after_the_hour_does_not_have_what_was_late_for_others(desk: Desk, units: Units, clock: WoundClock) -> None:
    await plan(units, (1,), before=clock.now())
    desk.passes(hours=3)
    await plan(units, (2,), before=clock.now())
    tick = ticker(units, clock, nothing)
    assert await tick.tick() == 1
    desk.passes(days=1)
    assert await tick.tick() == 2
    assert sorted(await units.read(fired)) == [(1, DAY), (1, NEXT), (2, NEXT)]


@pytest.mark.both_databases
async def test_what_was_left_in_the_middle_goes_on_there_and_the_next_day_is_for_everybody(
    desk: Desk, units: Units, clock: WoundClock
) -> None:
    await plan(units, range(1, 8), before=clock.now())
    desk.passes(hours=3)
    jobs = {JOB: Job(JOB, nothing)}
    assert (await units.run(lambda session: take(session, jobs, clock.now(), 3))).count == 3
    assert await rhythms(units) == [(NINE, 3)]
    assert (await units.run(lambda session: take(session, jobs, clock.now(), 2))).count == 2
    await plan(units, (0,), before=NINE - timedelta(minutes=1))
    assert await rhythms(units) == [(NINE, None)], "somebody came who would have been passed by"
    assert (await units.run(lambda session: take(session, jobs, clock.now(), 7))).count == 2, "of seven that it looked at"
    desk.passes(days=1)
    assert await ticker(units, clock, nothing).tick() == 8
    days = {day: sorted(subject for subject, on in await units.read(fired) if on == day) for day in (DAY, NEXT)}
    assert days == {DAY: list(range(7)), NEXT: list(range(8))}, "after downtime the latest comes, to all of them"


@pytest.mark.both_databases
async def test_what_nobody_has_any_more_goes(desk: Desk, units: Units, clock: WoundClock) -> None:
    await plan(units, (1, 2), before=clock.now())
    await plan(units, (1,), at=time(11), before=clock.now())
    assert len(await rhythms(units)) == 2
    await plan(units, (2,), at=time(11), before=clock.now())
    assert await rhythms(units) == [(NINE + timedelta(hours=2), None)], "both moved, and the hour that they had is gone"

    def forget(session: Session, subject: int) -> None:
        scope.enter(session, COMMUNITY)
        cadences.forget(session, COMMUNITY, JOB, [subject])

    def erase(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(delete(CadenceRow))

    await units.run(lambda session: forget(session, 1))
    assert len(await rhythms(units)) == 1
    await units.run(lambda session: forget(session, 2))
    assert await rhythms(units) == []
    await plan(units, (1,), before=clock.now())
    await units.run(erase)
    desk.passes(hours=3)
    assert await ticker(units, clock, nothing).tick() == 0
    assert await rhythms(units) == [], "what an erasure left behind goes when it is due"


@pytest.mark.both_databases
async def test_what_came_once_leaves_nothing_and_can_be_planned_anew(desk: Desk, units: Units, clock: WoundClock) -> None:
    tick = ticker(units, clock, nothing)
    for _time in range(2):
        desk.passes(hours=24)

        def work(session: Session) -> None:
            scope.enter(session, COMMUNITY)
            at = clock.now() + timedelta(minutes=5)
            cadences.plan(session, COMMUNITY, JOB, {n: once(at) for n in (1, 2)} | {3: once(at - timedelta(hours=1))}, clock.now())

        await units.run(work)
        assert len(await rhythms(units)) == 1, "what would be over at once is not planned"
        desk.passes(minutes=10)
        assert await tick.tick() == 2
        assert await rhythms(units) == []


@pytest.mark.both_databases
async def test_what_somebody_is_coming_to_is_not_taken_up(
    desk: Desk, units: Units, clock: WoundClock, database_kind: str, database_url: str
) -> None:
    """Otherwise it could go on past the instant that the newcomer waits for."""
    if database_kind != "postgres":
        pytest.skip("one unit at a time writes to SQLite")
    others = units_for(database_url, VAULT)
    assert isinstance(others, PostgresUnits)
    await plan(units, (1,), before=clock.now())
    tick = ticker(units, clock, nothing)

    def comes(connection: Any) -> None:
        with new_session(connection, VAULT) as session:
            session.info["connection"] = connection
            scope.enter(session, COMMUNITY)
            wanted = {2: Cadence("UTC", time(9), DAY, DAY + timedelta(days=2))}
            cadences.plan(session, COMMUNITY, JOB, wanted, clock.now())

    async with others.alone() as connection:
        await connection.run_sync(comes)
        desk.passes(hours=3)
        assert await tick.tick() == 0
        await connection.commit()
    assert await tick.tick() == 2
    assert sorted(await units.read(fired)) == [(1, DAY), (2, DAY)]
    await others.close()

"""The tick: every occurrence once, however many processes tick, whatever fails and wherever one dies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat.message import Message
from bot.core import cadences, outbox
from bot.core.cadences import Cadence, Occurrence
from bot.core.clock import WoundClock
from bot.core.context import Context
from bot.core.feature import Feature, Job
from bot.core.outbox import Kind
from bot.core.registry import Registry
from bot.core.rows import CadenceRow, OccurrenceRow
from bot.data import scope
from bot.data.units import Units
from scheduler.tick import BATCH, Ticker
from tests.scheduler.desk import COMMUNITY, Desk

DAY = date(2026, 3, 20)
JOB, OTHER = "tests.job", "tests.other"
Run = Callable[[Context, Sequence[Occurrence]], None]


def saying() -> Run:
    """A job that posts into the first lane, so that what it did is seen in the database and nowhere else."""

    def run(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
        for occurrence in occurrences:
            outbox.queue(
                ctx.session,
                community=ctx.community.id,
                lane=10,
                message=Message(f"{occurrence.subject} on {occurrence.on}"),
                now=ctx.now,
                kind=Kind.PLACE,
            )

    return run


def ticker(units: Units, clock: WoundClock, run: Run, *, grace: timedelta = timedelta(hours=12)) -> Ticker:
    return Ticker(units, Registry([Feature("tests", jobs=(Job(JOB, run, grace), Job(OTHER, run, grace)))]), clock)


async def plan(units: Units, subjects: Sequence[int], *, at: time = time(9), days: int = 3, job: str = JOB, before: datetime) -> None:
    def work(session: Session) -> None:
        scope.enter(session, COMMUNITY)
        cadence = Cadence("UTC", at, DAY, DAY + timedelta(days=days - 1))
        cadences.plan(session, COMMUNITY, job, dict.fromkeys(subjects, cadence), before)

    await units.run(work)


def fired(session: Session) -> list[tuple[int, date]]:
    """What fired on which date, as it is recorded."""
    scope.enter(session, scope.SYSTEM)
    return [(row.subject, row.on_date) for row in session.execute(select(OccurrenceRow.subject, OccurrenceRow.on_date))]


async def said(desk: Desk) -> list[str]:
    return sorted(words for _, words in desk.wall.posted) if await desk.delivery.drain() is not None else []


@pytest.mark.both_databases
async def test_two_tickers_at_once_fire_everything_once(desk: Desk, units: Units, clock: WoundClock) -> None:
    await plan(units, range(1, 31), before=clock.now())
    desk.passes(hours=3)
    tickers = [ticker(units, clock, saying()) for _ in range(4)]
    assert sum(await asyncio.gather(*(each.tick() for each in tickers))) == 30
    assert await said(desk) == sorted(f"{subject} on 2026-03-20" for subject in range(1, 31))
    assert await tickers[0].tick() == 0


@pytest.mark.both_databases
async def test_a_job_that_fails_is_skipped_until_its_next_date_and_stops_nobody(desk: Desk, units: Units, clock: WoundClock) -> None:
    say = saying()

    def run(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
        say(ctx, occurrences)
        if any(occurrence.subject == 2 and occurrence.on == DAY for occurrence in occurrences):
            raise LookupError("on purpose")

    await plan(units, (1, 2, 3), before=clock.now())
    tick = ticker(units, clock, run)
    desk.passes(hours=3)
    await tick.tick()
    assert await said(desk) == ["1 on 2026-03-20", "3 on 2026-03-20"]
    desk.passes(days=1)
    await tick.tick()
    assert [words for words in await said(desk) if words.startswith("2")] == ["2 on 2026-03-21"]


@pytest.mark.both_databases
async def test_a_death_in_the_middle_repeats_nothing_and_loses_nothing(desk: Desk, units: Units, clock: WoundClock) -> None:
    say = saying()
    dies = [True, False]

    def run(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
        say(ctx, occurrences)
        if dies.pop(0):
            raise LookupError("the process ends before its commit")

    await plan(units, (1,), before=clock.now())
    desk.passes(hours=3)
    tick = ticker(units, clock, run)
    with pytest.raises(LookupError):
        await units.run(lambda session: tick._fire_batch(session, clock.now(), BATCH))
    assert await desk.posts() == []
    await tick.tick()
    assert await said(desk) == ["1 on 2026-03-20"]


async def test_after_downtime_the_latest_fires_and_the_others_do_not(desk: Desk, units: Units, clock: WoundClock) -> None:
    await plan(units, (1,), days=10, before=clock.now())
    desk.passes(days=5, hours=3)
    tick = ticker(units, clock, saying())
    await tick.tick()
    assert await said(desk) == ["1 on 2026-03-25"]
    assert await tick.next_at() == datetime.combine(date(2026, 3, 26), time(9), clock.now().tzinfo)


async def test_what_is_later_than_its_grace_does_not_fire(desk: Desk, units: Units, clock: WoundClock) -> None:
    await plan(units, (1,), before=clock.now())
    desk.passes(hours=5)
    tick = ticker(units, clock, saying(), grace=timedelta(hours=1))
    assert await tick.tick() == 0
    assert await said(desk) == []
    assert await tick.next_at() is not None


async def test_an_hour_that_is_moved_back_does_not_fire_the_day_again(desk: Desk, units: Units, clock: WoundClock) -> None:
    await plan(units, (1,), before=clock.now())
    desk.passes(hours=3)
    tick = ticker(units, clock, saying())
    await tick.tick()
    await plan(units, (1,), at=time(11), before=clock.now())
    desk.passes(hours=2)
    await tick.tick()
    assert await said(desk) == ["1 on 2026-03-20"]


async def test_after_the_last_date_nothing_is_planned(desk: Desk, units: Units, clock: WoundClock) -> None:
    await plan(units, (1,), days=1, before=clock.now())
    tick = ticker(units, clock, saying())
    assert await tick.horizon() is not None
    desk.passes(hours=3)
    await tick.tick()
    assert (await tick.next_at(), await tick.horizon()) == (None, None)


async def test_a_job_that_no_longer_exists_is_passed_over(desk: Desk, units: Units, clock: WoundClock) -> None:
    await plan(units, (1,), job="tests.gone", before=clock.now())
    await plan(units, (1,), before=clock.now())
    desk.passes(hours=3)
    await ticker(units, clock, saying()).tick()
    assert await said(desk) == ["1 on 2026-03-20"]


async def test_more_than_a_batch_fires_in_one_tick(desk: Desk, units: Units, clock: WoundClock) -> None:
    await plan(units, range(BATCH + 20), before=clock.now())
    desk.passes(hours=3)
    assert await ticker(units, clock, lambda *_: None).tick() == BATCH + 20

    def count(session: Session) -> tuple[int, int]:
        scope.enter(session, scope.SYSTEM)
        return len(session.execute(select(OccurrenceRow.id)).all()), len(session.execute(select(CadenceRow.id)).all())

    assert await units.read(count) == (BATCH + 20, BATCH + 20)


async def test_a_job_acts_for_one_community_and_nobody_in_it(desk: Desk, units: Units, clock: WoundClock) -> None:
    seen: list[int] = []

    def run(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
        with pytest.raises(LookupError):
            _ = ctx.actor
        seen.extend([ctx.community.id, len(occurrences), ctx.session.info["scope"]])

    await plan(units, (1, 2), before=clock.now())
    desk.passes(hours=3)
    await ticker(units, clock, run).tick()
    assert seen == [COMMUNITY, 2, COMMUNITY]

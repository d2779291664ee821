"""Laters: asked for in one unit, computed off the event loop, carried out in another; once, whoever dies and however many work."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.app import machine
from bot.chat.errors import UserError
from bot.chat.language import _
from bot.chat.message import Message, Paragraph
from bot.chat.reply import Reply, Say
from bot.core import later, outbox
from bot.core.clock import WoundClock
from bot.core.context import Context
from bot.core.feature import Command, Feature, Later
from bot.core.outbox import Kind
from bot.core.registry import Registry
from bot.core.rows import LaterRow, PostRow
from bot.data import scope
from bot.data.units import Units
from bot.people.rows import PersonRow
from bot.playground import PEOPLE, Playground, playground
from handlers import features
from scheduler.sweep import PARKED_FOR
from scheduler.worker import ATTEMPTS, Worker, own_process
from tests.kit.people import Person
from tests.scheduler.desk import COMMUNITY, LONG_AGO, Desk, plan_of

SUM = "tests.sum"
Given = dict[str, Any]


def add_up(given: Given) -> Given:
    return {"sum": sum(given["numbers"]), "process": os.getpid(), "thread": threading.get_ident()}


def say_sum(ctx: Context, given: Given, result: Given) -> None:
    """Says it in the first place, so that what it did is seen in the database and nowhere else."""
    words = f"{'+'.join(map(str, given['numbers']))} = {result['sum']}"
    outbox.queue(ctx.session, community=ctx.community.id, lane=10, message=Message(words), now=ctx.now, kind=Kind.PLACE)


def registry(compute: Callable[[Given], Given] = add_up, then: Callable[[Context, Given, Given], None] = say_sum) -> Registry:
    return Registry([Feature("tests", laters=(Later(SUM, compute, then),))])


async def ask(units: Units, *numbers: int, name: str = SUM, person: int | None = None) -> None:
    def work(session: Session) -> None:
        scope.enter(session, COMMUNITY)
        given = {"numbers": numbers}
        later.ask(session, community=COMMUNITY, person=person, name=name, given=given, now=datetime.now(UTC))

    await units.run(work)


async def rows(units: Units) -> list[LaterRow]:
    def work(session: Session) -> list[LaterRow]:
        scope.enter(session, scope.SYSTEM)
        return list(session.execute(select(LaterRow).order_by(LaterRow.id)).scalars())

    return await units.read(work)


async def lose_leases(units: Units) -> None:
    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(update(LaterRow).values(due_at=LONG_AGO))

    await units.run(work)


@pytest.mark.both_databases
async def test_several_workers_compute_each_thing_once(desk: Desk, units: Units, clock: WoundClock) -> None:
    for number in range(12):
        await ask(units, number, 1)
    workers = [Worker(units, registry(), clock) for _ in range(3)]
    assert sum(await asyncio.gather(*(worker.drain() for worker in workers))) == 12
    assert sorted(await desk.drain()) == sorted(f"{number}+1 = {number + 1}" for number in range(12))
    assert await rows(units) == []
    assert await workers[0].drain() == 0


@pytest.mark.both_databases
async def test_whoever_died_just_before_the_clock_was_set_back_keeps_nothing_waiting(desk: Desk, units: Units, clock: WoundClock) -> None:
    await ask(units, 1, 2)

    def leave(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(update(LaterRow).values(due_at=datetime.now(UTC) + timedelta(hours=1), lease=7, attempts=1))

    await units.run(leave)
    assert await Worker(units, registry(), clock).drain() == 1
    assert await desk.drain() == ["1+2 = 3"]


async def test_what_is_asked_stands_sealed_until_it_is_done(desk: Desk, units: Units) -> None:
    await ask(units, 31337)
    (row,) = await rows(units)
    assert b"31337" not in row.input
    assert (row.attempts, row.lease, row.person_id) == (0, None, None)


async def test_what_a_unit_asked_for_goes_with_it(desk: Desk, units: Units) -> None:
    def work(session: Session) -> None:
        scope.enter(session, COMMUNITY)
        later.ask(session, community=COMMUNITY, person=None, name=SUM, given={}, now=datetime.now(UTC))
        raise LookupError("nothing of this is kept")

    with pytest.raises(LookupError):
        await units.run(work)
    assert await rows(units) == []


async def test_it_is_computed_off_the_event_loop(desk: Desk, units: Units, clock: WoundClock) -> None:
    seen: list[Given] = []
    await ask(units, 1)
    await Worker(units, registry(then=lambda _ctx, _given, result: seen.append(result)), clock).drain()
    assert seen[0]["process"] == os.getpid()
    assert seen[0]["thread"] != threading.get_ident()


@pytest.mark.thorough
async def test_a_bot_that_serves_computes_in_a_process_of_its_own(desk: Desk, units: Units, clock: WoundClock) -> None:
    seen: list[Given] = []
    await ask(units, 1)
    await ask(units, 2)
    parts = machine(units, clock, registry(then=lambda _ctx, _given, result: seen.append(result)), computes_apart=True)
    await parts.worker.drain()
    assert [result["sum"] for result in seen] == [1, 2]
    assert seen[0]["process"] == seen[1]["process"] != os.getpid()


def die(_given: Given) -> Given:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it was killed")


@pytest.mark.thorough
async def test_a_process_that_dies_takes_nobody_with_it(desk: Desk, units: Units, clock: WoundClock) -> None:
    await ask(units, 1)
    assert await Worker(units, registry(compute=die), clock, make_executor=own_process).drain() == ATTEMPTS
    (row,) = await rows(units)
    assert (row.due_at, row.attempts) == (None, ATTEMPTS)


@pytest.mark.both_databases
async def test_what_fails_is_tried_three_times_and_stops_nobody(desk: Desk, units: Units, clock: WoundClock) -> None:
    tried: list[int] = []

    def compute(given: Given) -> Given:
        tried.extend(given["numbers"])
        if 13 in given["numbers"]:
            raise ValueError("on purpose")
        return add_up(given)

    await ask(units, 13)
    await ask(units, 1)
    worker = Worker(units, registry(compute=compute), clock)
    await worker.drain()
    assert await desk.drain() == ["1 = 1"]
    assert tried.count(13) == ATTEMPTS
    (row,) = await rows(units)
    assert row.due_at is None
    assert await worker.drain() == 0


@pytest.mark.both_databases
async def test_what_could_not_be_carried_out_leaves_nothing_behind(desk: Desk, units: Units, clock: WoundClock) -> None:
    fails = [True, True, False]

    def then(ctx: Context, given: Given, result: Given) -> None:
        say_sum(ctx, given, result)
        given["numbers"].clear()  # its own copy each time
        if fails.pop(0):
            raise LookupError("before its commit")

    await ask(units, 2, 3)
    await Worker(units, registry(then=then), clock).drain()
    assert await desk.drain() == ["2+3 = 5"]
    assert await rows(units) == []


@pytest.mark.both_databases
async def test_a_lease_that_ran_out_carries_nothing_out_twice(desk: Desk, units: Units, clock: WoundClock) -> None:
    gate = threading.Event()

    def compute(given: Given) -> Given:
        assert gate.wait(10)
        return add_up(given)

    await ask(units, 7)
    slow = Worker(units, registry(compute=compute), clock)
    working = asyncio.create_task(slow.drain())
    async with asyncio.timeout(5):
        while not (await rows(units))[0].attempts:  # noqa: ASYNC110 - the database cannot tell us
            await asyncio.sleep(0.005)
    other = Worker(units, registry(), clock)
    assert await other.drain() == 0, "it is leased"
    await lose_leases(units)
    assert await other.drain() == 1
    gate.set()
    await working
    assert await desk.drain() == ["7 = 7"]


async def test_a_long_computation_keeps_its_lease(desk: Desk, units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.worker.RENEWED", 0.01)
    gate = threading.Event()

    def compute(given: Given) -> Given:
        assert gate.wait(10)
        return add_up(given)

    await ask(units, 7)
    working = asyncio.create_task(Worker(units, registry(compute=compute), clock).drain())
    seen: set[datetime | None] = set()
    async with asyncio.timeout(5):
        while len(seen) < 4:
            seen.add((await rows(units))[0].due_at)
            await asyncio.sleep(0.005)
    gate.set()
    await working
    assert await desk.drain() == ["7 = 7"]


async def test_a_bot_that_stops_gives_its_work_to_others(desk: Desk, units: Units, clock: WoundClock) -> None:
    has_begun, goes_on = threading.Event(), threading.Event()

    def compute(given: dict[str, Any]) -> dict[str, Any]:
        has_begun.set()
        return {"sum": 0} if goes_on.wait(5) else given

    worker = Worker(units, registry(compute), clock)
    await ask(units, 1, 2)
    working = asyncio.create_task(worker.run())
    while not has_begun.is_set():  # noqa: ASYNC110 - the thread has no event of this loop's
        await asyncio.sleep(0.01)
    worker.close()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    (row,) = await rows(units)
    assert (row.lease, row.attempts) == (None, 0)
    assert row.due_at is not None
    assert row.due_at <= datetime.now(UTC)
    goes_on.set()
    await Worker(units, registry(), clock).drain()
    assert await desk.drain() == ["1+2 = 3"]


async def test_what_never_ends_is_given_up(desk: Desk, units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.worker.RENEWED", 0.01)
    monkeypatch.setattr("scheduler.worker.LONGEST", 0.02)
    gate = threading.Event()
    await ask(units, 7)
    await Worker(units, registry(compute=lambda _given: {"ended": gate.wait(10)}), clock).drain()
    gate.set()
    (row,) = await rows(units)
    assert row.due_at is None


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_a_killed_process_loses_nothing(desk: Desk, units: Units, database_url: str, clock: WoundClock) -> None:
    await ask(units, 20, 22)
    with subprocess.Popen(  # noqa: ASYNC220, S603 - a process that is to be killed
        [sys.executable, "-m", "tests.scheduler.dying_worker", database_url],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "computing\n" in process.stdout, "it ended before it began"  # a slow machine's log lines may stand before it
        os.kill(process.pid, signal.SIGKILL)

    worker = Worker(units, registry(), clock)
    assert await worker.drain() == 0, "nobody knows yet that it died"
    await lose_leases(units)
    assert await worker.drain() == 1
    assert await desk.drain() == ["20+22 = 42"]
    assert await rows(units) == []


async def test_names_of_another_version_are_left_to_it(desk: Desk, units: Units, clock: WoundClock) -> None:
    await ask(units, 1, name="tests.of_the_future")
    await ask(units, 2)
    assert await Worker(units, registry(), clock).drain() == 1
    (row,) = await rows(units)
    assert (row.name, row.attempts) == ("tests.of_the_future", 0)


async def test_looking_goes_by_an_index(desk: Desk, units: Units, database_kind: str) -> None:
    if database_kind != "sqlite":
        pytest.skip("a table of three rows is read whole there, whatever indexes it has")
    found = await plan_of(units, "SELECT due_at FROM laters WHERE due_at IS NOT NULL AND name IN ('a') ORDER BY due_at LIMIT 1")
    assert "ix_laters_due_at" in found


def test_every_later_can_be_computed_in_another_process() -> None:
    for declared in Registry(features()).laters.values():
        assert pickle.loads(pickle.dumps(declared.compute)) is declared.compute  # noqa: S301 - our own


# In a conversation.


def ask_for_sum(ctx: Context, typed: str) -> Reply:
    ctx.later(SUM, {"numbers": [int(number) for number in typed.split()]})
    words = _("I am adding that up.")
    return Say(Message(words, (Paragraph(words),)))


def answer(ctx: Context, _given: Given, result: Given) -> None:
    if result["sum"] == 13:
        raise UserError(_("Nobody likes thirteen."))
    if result["sum"] == 17:
        raise LookupError("on purpose")
    words = _("That makes {sum}, {name}.", sum=result["sum"], name=ctx.actor.name)
    ctx.post(ctx.actor, Message(words, (Paragraph(words),)), kind=Kind.ANSWER)


@pytest.fixture
async def adding(units: Units, clock: WoundClock) -> AsyncIterator[Playground]:
    adds = Feature("tests", commands=(Command("sum", _("Add up"), ask_for_sum),), laters=(Later(SUM, add_up, answer),))
    async with playground(units, clock, pace=timedelta(0), registry=Registry([*features(), adds])) as made:
        await made.populate()
        yield made


def somebody(stage: Playground, account: str) -> Person:
    return Person(stage, next(p for p in PEOPLE if account in p.account))


@pytest.mark.both_databases
async def test_who_asked_hears_what_came_of_it(adding: Playground) -> None:
    for account, name in (("BOB", "Bob O'Brien"), ("layla", "ليلى حداد")):
        asker = somebody(adding, account)
        await asker.types("/sum 20 22")
        asker.sees("I am adding that up.", f"That makes 42, {name}.")
    somebody(adding, "PRIYA").does_not_see("That makes")


@pytest.mark.thorough
async def test_who_asked_hears_what_stands_in_the_way(adding: Playground, units: Units) -> None:
    bob = somebody(adding, "BOB")
    await bob.types("/sum 13")
    bob.sees("Nobody likes thirteen.")
    assert await rows(units) == []


@pytest.mark.thorough
async def test_who_asked_hears_that_it_could_not_be_done(adding: Playground, units: Units) -> None:
    layla = somebody(adding, "layla")
    await layla.types("/sum 17")
    layla.sees("What you asked for could not be finished")
    assert layla.count("could not be finished") == 1
    assert [row.due_at for row in await rows(units)] == [None]
    await adding.winder.advance(adding.winder.now() + PARKED_FOR + timedelta(hours=2))
    assert await rows(units) == []


@pytest.mark.thorough
async def test_what_was_asked_by_somebody_who_left_goes(adding: Playground, units: Units, clock: WoundClock) -> None:
    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        bob = session.execute(select(PersonRow).where(PersonRow.name == "Bob O'Brien")).scalar_one()
        bob.left_at = clock.now()
        given = {"numbers": [1]}
        later.ask(session, community=bob.community_id, person=bob.id, name=SUM, given=given, now=clock.now())

    def posts(session: Session) -> int:
        scope.enter(session, scope.SYSTEM)
        return len(session.execute(select(PostRow.id)).all())

    before = await units.read(posts)
    await units.run(work)
    await adding.winder.settle()
    assert await rows(units) == []
    assert await units.read(posts) == before

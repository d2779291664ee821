"""What was promised to be kept only for a while is gone when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.core.clock import WoundClock
from bot.core.feature import Goes
from bot.core.kept import KEPT_FOR
from bot.core.registry import Registry
from bot.core.rows import InstallStateRow, KeptTextRow, LaterRow, PostRow, SeenRow
from bot.data import scope
from bot.data.base import Base, table
from bot.data.units import Units
from bot.playground import Playground
from handlers import features
from handlers.nudges.rows import NudgeRow, ReminderRow
from scheduler import tick
from scheduler.sweep import AT_ONCE, sweep, what_goes
from scheduler.tick import Ticker
from tests.bot.data.filling import AT, fill
from tests.kit.people import Person

ENDS = (KeptTextRow, InstallStateRow)  # their rows say themselves when they are over
TABLE = [goes for goes in what_goes(Registry(features())) if goes.over is not None]


def count(stage: Playground, row: type) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        scope.enter(session, scope.SYSTEM)
        return session.execute(select(func.count()).select_from(row)).scalar_one()

    return work


async def test_a_text_that_nothing_took_goes_after_its_week(stage: Playground, person: Callable[[str], Person]) -> None:
    bob, units = person("BOB"), stage.parts.units
    await bob.types("a sentence about nothing in particular")
    bob.sees("I kept what you wrote")
    now = stage.parts.clock.now()
    await stage.winder.advance(now + KEPT_FOR - timedelta(hours=2))
    assert await units.read(count(stage, KeptTextRow)) == 1
    await stage.winder.advance(now + KEPT_FOR + timedelta(hours=2))
    assert await units.read(count(stage, KeptTextRow)) == 0
    assert await units.read(count(stage, SeenRow)) == 0
    await bob.presses("Save as journal entry")
    bob.sees("This card is out of date")


@pytest.fixture
async def filled(units: Units) -> Units:
    """A row in every table, of one instant; the post was sent, the computation is parked."""

    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        fill(session.connection(), Base.metadata, 1)
        session.execute(update(PostRow).values(state="sent", key=None, on_reply=None))
        session.execute(update(LaterRow).values(due_at=None))

    await units.run(work)
    return units


def left(goes: Goes, now: datetime) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        sweep(session, [goes], now)
        return session.execute(select(func.count()).select_from(table(goes.row))).scalar_one()

    return work


@pytest.mark.both_databases
async def test_each_kind_stays_for_its_time_and_no_longer(filled: Units) -> None:
    for goes in TABLE:
        stays_until = (
            AT if "expires_at" in table(goes.row).c and goes.row is not ReminderRow and goes.row is not PostRow else AT + goes.kept
        )
        assert await filled.run(left(goes, stays_until - timedelta(seconds=1))) == 1, goes.what
        if goes.row is not PostRow or goes.kept.days == 400:
            assert await filled.run(left(goes, stays_until + timedelta(seconds=1))) == 0, goes.what


@pytest.mark.both_databases
async def test_a_card_that_may_change_and_what_has_not_been_said_stay(filled: Units) -> None:
    longest = max(TABLE, key=lambda goes: (goes.row is PostRow, goes.kept))
    for stays in ({"key": "poll/42"}, {"key": None, "state": "ready"}, {"state": "unknown"}, {"state": "held"}):
        await filled.run(lambda session, stays=stays: _change(session, stays))  # type: ignore[misc]
        assert await filled.run(left(longest, AT + timedelta(days=4000))) == 1, stays
    await filled.run(lambda session: _change(session, {"state": "sent", "on_reply": "[]"}))
    shorter = next(goes for goes in TABLE if goes.row is PostRow and goes.kept.days == 90)
    assert await filled.run(left(shorter, AT + timedelta(days=4000))) == 1, "one can reply to it"
    assert await filled.run(left(longest, AT + timedelta(days=401))) == 0


def _change(session: Session, values: dict[str, str | None]) -> None:
    scope.enter(session, scope.SYSTEM)
    session.execute(update(PostRow).values(**values))


@pytest.mark.both_databases
async def test_what_goes_is_found_by_an_index(units: Units, database_kind: str) -> None:
    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        connection = session.connection()
        if database_kind == "postgres":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for goes in TABLE:
            assert goes.over is not None
            query = str(
                select(next(iter(table(goes.row).primary_key)))
                .where(goes.over(AT))
                .params(now=AT)
                .compile(connection, compile_kwargs={"literal_binds": True})
            )
            explain = "EXPLAIN QUERY PLAN " if database_kind == "sqlite" else "EXPLAIN "
            plan = "\n".join(str(row) for row in connection.exec_driver_sql(explain + query.replace("%", "%%")))
            assert f"SCAN {goes.row.__tablename__}'" not in plan, (goes.what, plan)
            assert f"Seq Scan on {goes.row.__tablename__}" not in plan, (goes.what, plan)

    await units.read(work)


async def test_more_than_one_unit_takes_goes_in_several(units: Units) -> None:
    def fill_up(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.connection().execute(table(SeenRow).insert(), [{"key": f"k{n}", "at": AT} for n in range(AT_ONCE + 5)])

    await units.run(fill_up)
    seen = next(goes for goes in TABLE if goes.row is SeenRow)
    later_on = AT + timedelta(days=4)
    assert await units.run(lambda session: sweep(session, [seen], later_on)) is True
    assert await units.run(lambda session: sweep(session, [seen], later_on)) is False
    assert await units.run(left(seen, later_on)) == 0


async def test_reminders_of_somebody_who_hears_no_more_go_too(stage: Playground) -> None:
    """They went with the next reminder that somebody got; who had stopped them kept them for good."""
    units, now = stage.parts.units, stage.parts.clock.now()

    def remind(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(delete(NudgeRow))
        person, community = session.execute(select(table(KeptTextRow).metadata.tables["people"].c["id", "community_id"]).limit(1)).one()
        row = NudgeRow(id=1, community_id=community, person_id=person, on_date=now.date(), slot=1, sent_at=now, leaves_until=now)
        row.outcome = "open"
        session.add(row)
        more = ReminderRow(id=2, community_id=community, person_id=person, key="k", state="sent", body=None, asked_at=now, ready_at=now)
        more.expires_at = now
        session.add(more)

    await units.run(remind)
    await stage.winder.advance(now + timedelta(days=59))
    assert (await units.read(count(stage, NudgeRow)), await units.read(count(stage, ReminderRow))) == (1, 1)
    await stage.winder.advance(now + timedelta(days=60, hours=2))
    assert (await units.read(count(stage, NudgeRow)), await units.read(count(stage, ReminderRow))) == (0, 0)


async def test_a_sweep_that_fails_is_tried_again_soon_then_more_seldom_and_holds_up_nothing(
    units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[datetime] = []
    is_mended = False

    def fails(_session: Session, **_given: object) -> bool:
        tried.append(clock.now())
        if not is_mended:
            raise LookupError("the disk is full")
        return False

    monkeypatch.setattr(tick, "sweep", fails)
    ticker = Ticker(units, Registry([]), clock)
    began = clock.now()

    async def ticks(minutes: int) -> list[int]:
        for _minute in range(minutes):
            assert await ticker.tick() == 0
            clock.wind(clock.now() + timedelta(minutes=1))
        return [round((at - began).total_seconds()) // 60 for at in tried]

    assert await ticks(200) == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    is_mended = True
    assert (await ticks(120))[9:] == [243, 303]


async def test_a_sweep_waits_for_no_clock_that_was_set_back(units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[datetime] = []

    def note(_session: Session, now: datetime, **_given: object) -> bool:
        swept.append(now)
        return False

    monkeypatch.setattr(tick, "sweep", note)
    ticker = Ticker(units, Registry([]), clock)
    await ticker.tick()
    clock._now -= timedelta(days=3)
    for _ in range(3):
        await ticker.tick()
    assert len(swept) == 2, "once when that is noticed, and not at every tick from then on"

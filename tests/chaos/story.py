"""A short life of everything between a claim and its mark: posts, cards that change, a job that strikes and a computation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.chat.message import Message, Paragraph
from bot.chat.reading import resolved
from bot.core import cadences, outbox
from bot.core.cadences import Cadence, Occurrence
from bot.core.clock import Clock
from bot.core.context import Context
from bot.core.feature import Feature, Job, Later
from bot.core.outbox import Kind, State
from bot.core.registry import Registry
from bot.core.rows import AllowanceRow, CadenceRow, LaneRow, LaterRow, OccurrenceRow, PostRow, RhythmRow
from bot.data import scope
from bot.data.units import Units
from bot.people.rows import CommunityRow
from scheduler.delivery import Delivery
from scheduler.tick import Ticker
from scheduler.worker import Worker
from tests.chaos.record import ASKED, BLIND, Mood, Platform, Promise, Record

COMMUNITY = 1
BEGINS = datetime(2026, 3, 20, 8, 59, 30, tzinfo=UTC)
JOB, SUM = "tests.strikes", "tests.sum"
KINDS = (Kind.PLACE, Kind.REMINDER, Kind.PERSONAL)


class AtOnce(Executor):
    """Computes where it is asked to, so that nothing happens between two steps."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **named))
        return done


@dataclass(frozen=True)
class Size:
    """How much is promised on each platform."""

    lanes: int = 1
    posts: int = 2
    strikes: bool = False  # a job, and the computation that it asks for
    cards: bool = False

    @property
    def at_once(self) -> int:
        """How many posts one replica may have in its hands."""
        return 2 * self.lanes


def saying(text: str) -> Message:
    """A message of these words."""
    return resolved(Message(text, (Paragraph(text),)), "en")


def _strike(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    for each in occurrences:
        said = saying(f"{each.subject}/struck: on {each.on}")
        outbox.queue(ctx.session, community=COMMUNITY, lane=each.subject, message=said, now=ctx.now, kind=Kind.ASKED_FOR)
        ctx.later(SUM, {"lane": each.subject, "numbers": [20, 22]})


def _compute(given: dict[str, Any]) -> dict[str, Any]:
    return {"sum": sum(given["numbers"])}


def _tell(ctx: Context, given: dict[str, Any], result: dict[str, Any]) -> None:
    said = saying(f"{given['lane']}/sum: {result['sum']}")
    outbox.queue(ctx.session, community=COMMUNITY, lane=given["lane"], message=said, now=ctx.now, kind=Kind.ANSWER)


def registry() -> Registry:
    """One job, which asks for one computation."""
    return Registry([Feature("tests", jobs=(Job(JOB, _strike),), laters=(Later(SUM, _compute, _tell),))])


def settle_in(session: Session, size: Size) -> None:
    """Lanes on both platforms, in each of them posts of all kinds in turn, and one card that changes while it waits."""
    scope.enter(session, scope.SYSTEM)
    for row in (PostRow, LaneRow, CadenceRow, RhythmRow, OccurrenceRow, LaterRow, AllowanceRow, CommunityRow):
        session.execute(delete(row))
    session.add(CommunityRow(id=COMMUNITY, name="Practice", zone="Europe/Berlin", language="en", created_at=BEGINS))
    session.flush()
    for lane in lanes_of(size.lanes):
        way = {"platform": platform_of(lane), "workspace": "T1", "external_id": f"C{lane}", "kind": "place", "reference": {}}
        outbox.open_lane(session, lane=lane, community=COMMUNITY, **way)  # type: ignore[arg-type]
        for turn in range(size.posts):
            outbox.queue(
                session, community=COMMUNITY, lane=lane, message=saying(f"{lane}/{turn}: said"), now=BEGINS, kind=_kind(lane, turn)
            )
        for state in ("as it was", "as it is") if size.cards else ():
            outbox.queue(
                session, community=COMMUNITY, lane=lane, key="card", message=saying(f"{lane}/card: {state}"), now=BEGINS, kind=Kind.NEWS
            )
        if size.strikes:
            on = date(2026, 3, 20)
            cadences.plan(session, COMMUNITY, JOB, {lane: Cadence("UTC", time(9), on, on)}, BEGINS)


def promised(size: Size) -> list[Promise]:
    """What must have been said at the end, in the order of each conversation."""
    found = []
    for lane in lanes_of(size.lanes):
        said = [(str(turn), _kind(lane, turn), "said") for turn in range(size.posts)]
        if size.cards:
            said.append(("card", Kind.NEWS, "as it became"))
        if size.strikes:
            said += [("struck", Kind.ASKED_FOR, "on 2026-03-20"), ("sum", Kind.ANSWER, "42")]
        found += [Promise(platform_of(lane), f"C{lane}", f"{lane}/{name}", kind, words) for name, kind, words in said]
    return found


def _kind(lane: int, turn: int) -> Kind:
    return KINDS[(lane + turn) % len(KINDS)]


def change_cards(session: Session, now: datetime) -> None:
    """Somebody else changes every card, wherever it stands by then."""
    scope.enter(session, scope.SYSTEM)
    for lane in session.execute(select(LaneRow.id).order_by(LaneRow.id)).scalars().all():
        outbox.queue(
            session, community=COMMUNITY, lane=lane, key="card", message=saying(f"{lane}/card: as it became"), now=now, kind=Kind.NEWS
        )


def lanes_of(each: int) -> list[int]:
    """The lanes of both platforms."""
    return [*range(100, 100 + each), *range(200, 200 + each)]


def platform_of(lane: int) -> str:
    """Where a lane leads."""
    return ASKED if lane < 200 else BLIND


class Replica:
    """What one process does over and over."""

    def __init__(self, units: Units, clock: Clock, record: Record, mood: Mood, on_its_way: float = 0.0) -> None:
        platforms = {name: Platform(name, record, mood, on_its_way=on_its_way) for name in (ASKED, BLIND)}
        parts = registry()
        self._ticker = Ticker(units, parts, clock)
        self._worker = Worker(units, parts, clock, make_executor=AtOnce)
        self._delivery = Delivery(units, platforms, clock, registry=parts, pace=timedelta(0))

    async def once(self) -> None:
        """One look at everything."""
        await self._ticker.tick()
        await self._worker.drain()
        await self._delivery.drain()

    async def runs(self, every: float) -> None:
        """Look again and again, as a process does from its start."""
        await self._delivery.begin()
        while True:
            await self.once()
            await asyncio.sleep(every)


def states(session: Session) -> list[State]:
    """Where everything stands."""
    scope.enter(session, scope.SYSTEM)
    return [State(state) for state in session.execute(select(PostRow.state)).scalars()]


def is_settled(session: Session) -> bool:
    """Whether nobody has anything to do any more."""
    waits = {State.READY, State.SENDING, State.UNKNOWN}
    scope.enter(session, scope.SYSTEM)
    computes = session.execute(select(LaterRow.id).where(LaterRow.due_at.is_not(None))).first()
    due = session.execute(select(RhythmRow.id)).first()
    return not waits & set(states(session)) and computes is None and due is None

"""Each call that we make of the connector, gone wrong in each way: nothing is lost, and nothing comes twice where that is promised.

Run with `-s`, it prints the table. A cell says how often the words stand there in the end: those of a kind that may repeat after an
unclear outcome, and those of a reminder, which may not.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.playground.teams.faults import Operation
from adapters.teams import client
from bot.chat.errors import DeliveryFailed
from bot.chat.message import Message, Paragraph
from bot.chat.reading import resolved
from bot.core import outbox, reach
from bot.core.clock import WoundClock
from bot.core.outbox import Kind
from bot.core.rows import PostRow
from bot.data import scope
from bot.data.units import Units
from bot.people.rows import CommunityRow
from scheduler.delivery import Delivery
from tests.adapters.teams.conftest import ANN, CYD, PLACE, Stage, staged

COMMUNITY, STEP = 1, timedelta(seconds=1)
IMPATIENT = aiohttp.ClientTimeout(total=0.2)


@dataclass(frozen=True)
class Way:
    """One way in which a call goes wrong, and what it may come to."""

    fault: dict[str, Any]
    is_unclear: bool = False  # a post may have arrived, and nobody can tell
    arrives: bool = False  # it has
    stops: bool = False  # nobody is there
    is_ours: bool = False  # the platform refuses the words themselves


def unclear(name: str, **fault: Any) -> Iterator[tuple[str, Way]]:
    yield name, Way(fault, is_unclear=True)
    yield f"{name} after", Way({**fault, "effect": "before"}, is_unclear=True, arrives=True)


def error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": "An ordered refusal."}}


WAYS: dict[str, Way] = dict(
    [
        ("429", Way({"status": 429})),
        ("429, in 7 s", Way({"status": 429, "retry_after": 7})),
        ("401", Way({"status": 401})),
        ("412", Way({"status": 412})),
        ("412, in 7 s", Way({"status": 412, "retry_after": 7})),
        *unclear("500", status=500),
        *unclear("502", status=502),
        *unclear("502, in 7 s", status=502, retry_after=7),
        ("503, in 7 s", Way({"status": 503, "retry_after": 7})),
        *unclear("503", status=503),
        *unclear("504", status=504),
        *unclear("timeout", hang=True),
        *unclear("disconnect"),
        ("comes late", Way({"effect": "after"}, is_unclear=True, arrives=True)),
        ("400", Way({"status": 400, "body": error("BadSyntax")}, is_ours=True)),
        ("413", Way({"status": 413}, is_ours=True)),
        ("403", Way({"status": 403, "body": error("BotNotInConversationRoster")}, stops=True)),
        ("404", Way({"status": 404, "body": error("ConversationNotFound")}, stops=True)),
    ]
)


@dataclass
class Office:
    """The real outbox before the real adapter: one lane after the other, each a place or a person of its own."""

    units: Units
    clock: WoundClock
    stage: Stage
    delivery: Delivery
    lanes: list[str] = field(default_factory=list)

    async def lane(self, kind: str) -> int:
        number = len(self.lanes) + 1
        place = f"19:cell{number}@thread.tacv2" if kind == "place" else f"29:cell{number}"
        self.lanes.append(place)
        if kind == "place":
            self.stage.fake.add_channel(place, f"Cell {number}", [ANN])
            external, reference = place, {"service_url": self.stage.fake.service_url}
        else:
            self.stage.fake.add_user(place, f"Person {number}", zone=None)
            known = self.stage.person(place, bot=self.stage.fake.bot_id)
            external, reference = known.external_id, dict(known.reference)

        def found(session: Session) -> None:
            scope.enter(session, scope.SYSTEM)
            about = {"platform": "teams", "workspace": self.stage.tenant, "external_id": external, "kind": kind}
            outbox.open_lane(session, lane=number, community=COMMUNITY, reference=reference, **about)

        await self.units.run(found)
        return number

    async def post(self, lane: int, said: str, kind: Kind = Kind.ASKED_FOR, key: str | None = None) -> None:
        message = resolved(Message(said, (Paragraph(said),)), "en")

        def work(session: Session) -> None:
            scope.enter(session, COMMUNITY)
            outbox.queue(session, community=COMMUNITY, lane=lane, message=message, now=self.clock.now(), kind=kind, key=key)

        await self.units.run(work)

    async def settle(self) -> None:
        """Let time pass until nobody has anything to say."""
        await self.delivery.drain()
        await self.stage.fake.settles()
        while (following := await self.delivery.next_at()) is not None:
            self.clock.wind(max(following, self.clock.now() + STEP))
            await self.delivery.drain()

    async def comes_back(self, lane: int) -> None:
        """Somebody adds us there."""

        def work(session: Session) -> None:
            scope.enter(session, COMMUNITY)
            reach.go_on(session, [lane], self.clock.now())

        await self.units.run(work)
        await self.settle()

    async def state(self, lane: int) -> str:
        """How the first post of a lane stands."""

        def work(session: Session) -> str:
            scope.enter(session, scope.SYSTEM)
            return session.execute(select(PostRow.state).where(PostRow.lane_id == lane).order_by(PostRow.id)).scalars().first() or ""

        return await self.units.read(work)

    def said(self, lane: int) -> list[str]:
        where = self.lanes[lane - 1]
        room = self.stage.fake._core.room(where if where.startswith("19:") else self.stage.fake.chat_of(where))
        return [str(each.body["summary"]) for each in room.messages.values() if not each.deleted]

    def fails(self, operation: Operation, way: Way) -> None:
        self.stage.fake.faults.add(operation, **way.fault)

    def is_over(self, operation: Operation) -> bool:
        return self.stage.fake.faults.take(operation) is None


@asynccontextmanager
async def opened(units: Units, clock: WoundClock, **options: Any) -> AsyncIterator[Office]:
    def found(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.add(CommunityRow(id=COMMUNITY, name="Practice", zone="Europe/Berlin", language="en", created_at=clock.now()))

    await units.run(found)
    async with staged(now=clock.now, **options) as stage:
        yield Office(units, clock, stage, Delivery(units, {"teams": stage.adapter}, clock))


async def post(office: Office, kind: str, operation: Operation, way: Way, sort: Kind) -> int:
    """Say something; how often it stands there in the end."""
    lane = await office.lane(kind)
    office.fails(operation, way)
    await office.post(lane, "one", sort)
    await office.post(lane, "two", sort)
    await office.settle()
    assert office.is_over(operation), "the call was made"
    is_refused = operation != "token" and way.is_ours
    if (operation != "token" and way.stops) or (is_refused and operation == "create_conversation" and way.fault["status"] == 400):
        if office.said(lane) == ["two"]:
            assert await office.state(lane) == "ready", "what arrives shows that the way is open again"
        await office.comes_back(lane)
        assert sorted(set(office.said(lane))) == ["one", "two"]
    elif is_refused:
        assert (office.said(lane), await office.state(lane)) == (["two"], "parked")
    else:
        assert [each for n, each in enumerate(office.said(lane)) if each not in office.said(lane)[:n]] in (["one", "two"], ["two"])
    assert office.said(lane).count("two") == 1
    return office.said(lane).count("one")


async def edit(office: Office, kind: str, operation: Operation, way: Way, sort: Kind) -> int:
    """Bring a living card up to date; how often its newest words stand there, and the old ones nowhere."""
    lane = await office.lane(kind)
    await office.post(lane, "0 votes", sort, key="poll/42")
    await office.settle()
    office.fails(operation, way)
    await office.post(lane, "1 vote", sort, key="poll/42")
    await office.settle()
    assert office.is_over(operation), "the call was made"
    if way.stops:
        assert await office.state(lane) == "held"
        await office.comes_back(lane)
    if way.is_ours:
        assert (office.said(lane), await office.state(lane)) == (["0 votes"], "parked")
        return 0
    assert set(office.said(lane)) == {"1 vote"}
    return office.said(lane).count("1 vote")


Act = Callable[[Office, str, Operation, Way, Kind], Awaitable[int]]
CALLS: dict[str, tuple[Act, str, Operation]] = {
    "post in a place": (post, "place", "post"),
    "post to a person": (post, "chat", "post"),
    "open a person's chat": (post, "chat", "create_conversation"),
    "edit in a place": (edit, "place", "update"),
    "edit in a person's chat": (edit, "chat", "update"),
    "token": (post, "place", "token"),
}


def allowed(operation: Operation, way: Way, kind: Kind) -> set[int]:
    """How often the words may stand there."""
    if operation == "post":
        if way.is_ours:
            return {0}
        if way.is_unclear:
            # Nothing can be looked up here: what may repeat is said again, a reminder is not.
            return {int(way.arrives)} if kind is Kind.REMINDER else {1 + way.arrives}
    if operation in ("update", "create_conversation") and way.is_ours:
        return {0} if operation == "update" or way.fault["status"] == 413 else {1}
    return {1}


def table(rows: dict[str, dict[str, str]]) -> str:
    """The matrix, a line for each way."""
    width = max(map(len, WAYS))
    lines = [" " * width + " | " + " | ".join(rows)]
    lines += [f"{way:{width}} | " + " | ".join(f"{rows[call][way]:{len(call)}}" for call in rows) for way in WAYS]
    return "\n".join(lines) + "\n"


@pytest.mark.thorough
async def test_the_matrix(units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENCE", IMPATIENT)
    monkeypatch.setattr("adapters.teams.credentials.PATIENCE", IMPATIENT)
    rows: dict[str, dict[str, str]] = {call: {} for call in CALLS}
    wrong = []
    async with opened(units, clock) as office:
        for call, (act, kind, operation) in CALLS.items():
            for name, way in WAYS.items():
                counts = []
                for sort in (Kind.ASKED_FOR, Kind.REMINDER) if operation == "post" else (Kind.REMINDER,):
                    if operation == "token":
                        office.stage.adapter._token._ends_at = 0.0  # type: ignore[union-attr]
                    counts.append(await act(office, kind, operation, way, sort))
                    if counts[-1] not in allowed(operation, way, sort):
                        wrong.append((call, name, sort.value, counts[-1]))
                rows[call][name] = " / ".join(map(str, counts))
        assert office.stage.fake.card_problems == []
    sys.stdout.write("\n" + table(rows))
    assert wrong == []


@pytest.mark.parametrize(("status", "seconds"), [(412, 7), (429, 7), (502, 7), (503, 7), (504, 7), (502, 5), (504, 15)])
async def test_a_post_is_said_again_when_the_platform_asked_for_it(units: Units, clock: WoundClock, status: int, seconds: int) -> None:
    async with opened(units, clock) as office:
        lane = await office.lane("place")
        office.stage.fake.faults.add("post", status=status, retry_after=seconds if seconds == 7 else None)
        await office.post(lane, "one")
        await office.delivery.drain()
        clock.wind(clock.now() + timedelta(seconds=seconds - 0.5))
        await office.delivery.drain()
        assert office.said(lane) == [], "not before"
        clock.wind(clock.now() + timedelta(seconds=0.5))
        await office.delivery.drain()
        assert office.said(lane) == ["one"]


async def test_a_platform_that_is_away_for_an_hour_finds_everything_waiting(units: Units, clock: WoundClock) -> None:
    async with opened(units, clock) as office:
        lane, begun = await office.lane("place"), clock.now()
        office.stage.fake.faults.add("post", 99, status=429)
        await office.post(lane, "one")
        await office.delivery.drain()
        calls = 1
        while clock.now() < begun + timedelta(hours=1):
            following = await office.delivery.next_at()
            assert following is not None
            clock.wind(max(following, clock.now() + STEP))
            await office.delivery.drain()
            calls += 1
        assert await office.state(lane) == "ready"
        assert calls < 30, "and is asked less and less often"
        office.stage.fake.faults.clear()
        await office.settle()
        assert office.said(lane) == ["one"]


@pytest.mark.thorough
@pytest.mark.parametrize("name", WAYS)
async def test_deleting_and_reading_fail_as_facts_and_nothing_else(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENCE", IMPATIENT)
    async with staged() as stage:
        await stage.types(ANN, "hi")
        posted = await stage.adapter.post(stage.place(), Message("Hello"), "t")
        for operation, act in (
            ("delete", lambda: stage.adapter.delete(stage.place(), posted.message_id)),
            ("members", lambda: stage.adapter.describe(stage.tenant, stage.account(ANN))),
        ):
            stage.fake.faults.add(operation, 2, **WAYS[name].fault)  # type: ignore[arg-type]
            try:
                await act()
            except DeliveryFailed as failed:
                assert str(failed)  # noqa: PT017 - which leaf it is stands in the table of errors
            stage.fake.faults.clear()
        await stage.fake.settles()
        await stage.adapter.delete(stage.place(), posted.message_id)
        assert stage.last(ANN, PLACE)["deleted"]


@pytest.mark.parametrize("name", WAYS)
async def test_a_reply_in_a_place_stays_private_whatever_goes_wrong(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENCE", IMPATIENT)
    monkeypatch.setattr("adapters.teams.pauses.LONGEST_PAUSE", 0.0)
    async with staged() as stage:
        stage.script.says("Only for Cyd")
        stage.fake.faults.add("post", **WAYS[name].fault)
        assert (await stage.types(CYD, "@Convene help", PLACE)).status == 200
        await stage.adapter.settles()
        await stage.fake.settles()
        told = "what is meant for one person does not become public for a failure"
        assert "Only for Cyd" not in [each["plain"] for each in stage.messages(ANN, PLACE)], told
        assert len(stage.messages(CYD, PLACE)) <= 1


@pytest.mark.thorough
async def test_posts_keep_the_pace_of_a_conversation(units: Units, clock: WoundClock) -> None:
    async with opened(units, clock, rate_limits=True, monotonic=lambda: clock.now().timestamp()) as office:
        lane, other = await office.lane("place"), await office.lane("chat")
        for number in range(20):
            await office.post(lane, f"{number}")
            await office.post(other, f"{number}")
        await office.settle()
        assert office.said(lane) == office.said(other) == [f"{number}" for number in range(20)]
        assert 429 not in {call.status for call in office.stage.fake.calls}

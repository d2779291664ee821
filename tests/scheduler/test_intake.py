"""What was acknowledged before it was handled is handled and answered once, in its order, whoever died meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.chat.reading import say_label
from bot.chat.reply import Say
from bot.core import erasure, inbox, leaving
from bot.core.clock import WoundClock
from bot.core.incoming import Incoming
from bot.core.ports import Actor, Answer, Commanded, Conversation, Interaction
from bot.core.rows import InboxRow
from bot.data import scope
from bot.data.units import Units
from bot.people.rows import PersonRow
from handlers.journal.rows import EntryRow
from scheduler import intake as intakes
from scheduler.intake import Intake
from tests.bot.core.world import PLACE, TEAM, World, world
from tests.handlers.test_hot_paths import listening

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Counter:
    """An adapter that takes up, writes down whom it told what, and does as it is told."""

    parts: Any
    told: list[str] = field(default_factory=list)
    fails: list[BaseException] = field(default_factory=list)

    async def take_up(self, incoming: Incoming) -> Answer:
        if self.fails:
            raise self.fails.pop(0)
        answer = incoming.answer or await self.parts.dispatcher.dispatch(interaction(dict(incoming.payload)), incoming)
        if not incoming.is_tried_again(answer) and isinstance(answer.reply, Say):
            self.told.append(say_label(answer.reply.message.summary, "en"))
        return answer


def interaction(payload: dict[str, Any]) -> Interaction:
    where = Conversation(payload["where"], "place" if payload["where"] == PLACE else "chat")
    did = Commanded("journal", payload["text"])
    return Interaction("slack", TEAM, Actor(payload["who"], zone="Europe/Berlin"), where, did, key=payload["key"])


def request(text: str, *, who: str = "ann", where: str | None = None, key: str | None = "", kind: str = "command") -> Incoming:
    payload = {"text": text, "who": who, "where": where or who, "key": f"trigger:{text}" if key == "" else key}
    return Incoming.of(interaction(payload), kind, payload)


@dataclass
class House:
    """A community, and processes that work off what it was sent."""

    community: World
    counter: Counter

    def process(self) -> Intake:
        """A further process at the same database."""
        return Intake(self.community.parts.units, inbox.UnitInbox(self.community.parts.units), {"slack": self.counter})

    async def stores(self, incoming: Incoming, *, is_under_way: bool = False) -> bool:
        return await self.community.parts.inbox.store(incoming, within=2, is_under_way=is_under_way)

    async def rows(self) -> list[InboxRow]:
        return sorted(await self.community.stored(InboxRow), key=lambda row: row.id)

    async def change(self, **values: Any) -> None:
        def work(session: Session) -> None:
            scope.enter(session, scope.SYSTEM)
            session.execute(update(InboxRow).values(**values))

        await self.community.parts.units.run(work)

    async def entries(self) -> list[str]:
        def work(session: Session) -> list[str]:
            scope.enter(session, scope.SYSTEM)
            found = session.execute(select(EntryRow).order_by(EntryRow.id)).scalars()
            return [session.info["vault"].open_text("entries.text", row.id, row.text) for row in found]

        return await self.community.parts.units.read(work)


@pytest.fixture
async def house(units: Units, clock: WoundClock) -> House:
    community = await world(units, clock)
    counter = Counter(community.parts)
    community.parts.inlets["slack"] = counter
    return House(community, counter)


@pytest.mark.both_databases
async def test_what_was_stored_is_handled_and_answered_once_and_what_was_typed_is_sealed(house: House) -> None:
    one = request("My secret thought")
    assert await house.stores(one)
    assert await house.stores(request("My secret thought")), "a redelivery of what is stored is safe as well"
    (row,) = await house.rows()
    assert (row.platform, row.workspace, row.conversation, row.account, row.kind) == ("slack", TEAM, "ann", "ann", "command")
    assert b"secret" not in row.content
    assert await house.process().drain() == 1
    assert await house.process().drain() == 0
    assert (await house.entries(), len(house.counter.told), await house.rows()) == (["My secret thought"], 1, [])
    assert await house.stores(request("My secret thought"))
    assert await house.process().drain() == 1
    assert (await house.entries(), len(house.counter.told)) == (["My secret thought"], 1), "what comes again is known by its key"


@pytest.mark.both_databases
async def test_what_is_under_way_is_left_to_its_process_until_that_must_have_died(house: House) -> None:
    one = request("A thought")
    assert await house.stores(one, is_under_way=True)
    assert await house.process().drain() == 0
    await house.change(due_at=LONG_AGO)
    assert await house.process().drain() == 1
    late = await house.community.parts.dispatcher.dispatch(interaction(dict(one.payload)), one)
    assert not isinstance(late.reply, Say), "whoever was slow finds it handled"
    assert (await house.entries(), len(house.counter.told), await house.rows()) == (["A thought"], 1, [])


@pytest.mark.both_databases
async def test_whoever_died_just_before_the_clock_was_set_back_keeps_nothing_waiting(house: House) -> None:
    await house.stores(request("A thought"), is_under_way=True)
    await house.stores(request("Another"))
    await house.change(due_at=datetime.now(UTC) + timedelta(hours=1))
    assert await house.process().drain() == 2
    assert await house.entries() == ["A thought", "Another"]


@pytest.mark.both_databases
async def test_the_answer_stays_with_the_handling_until_it_is_told(house: House) -> None:
    one = request("A thought")
    await house.stores(one, is_under_way=True)
    answer = await house.community.parts.dispatcher.dispatch(interaction(dict(one.payload)), one)
    (row,) = await house.rows()
    assert row.answer is not None
    assert b"journal" not in row.answer
    await house.change(due_at=LONG_AGO)  # the process died before it told anybody
    assert await house.process().drain() == 1
    assert isinstance(answer.reply, Say)
    assert house.counter.told == [say_label(answer.reply.message.summary, "en")]
    assert (await house.entries(), await house.rows()) == (["A thought"], [])


@pytest.mark.both_databases
async def test_what_was_committed_before_it_was_stored_keeps_its_answer(house: House) -> None:
    one = request("A thought")
    await house.community.parts.dispatcher.dispatch(interaction(dict(one.payload)), one)
    assert await house.stores(one, is_under_way=True)
    assert (await house.rows())[0].answer is not None
    await house.community.parts.inbox.forget(one)
    assert await house.rows() == []


@pytest.mark.both_databases
async def test_two_replicas_share_an_inbox_and_keep_each_conversation_in_order(house: House) -> None:
    texts = {who: [f"{who} {n:02}" for n in range(12)] for who in ("ann", "bob", "carl", "dora")}
    for n in range(12):
        await asyncio.gather(*(house.stores(request(texts[who][n], who=who)) for who in texts))
    house.community.parts.inbox.is_empty(house.community.parts.inbox.mark())
    one, two = house.process(), house.process()
    taken = sum(await asyncio.gather(one.drain(), two.drain()))
    while await house.rows():
        taken += await one.drain()
    entries = await house.entries()
    assert taken == len(entries) == len(house.counter.told) == 48
    for who, written in texts.items():
        assert [each for each in entries if each.startswith(who)] == written


@pytest.mark.both_databases
async def test_what_has_no_key_is_handled_once_as_well(house: House) -> None:
    await house.stores(request("Keyless", key=None))
    taken = await asyncio.gather(house.process().drain(), house.process().drain())
    assert sorted(taken) == [0, 1]
    assert await house.entries() == ["Keyless"]


async def test_what_fails_is_tried_again_and_parked_with_its_reason_and_holds_nobody_up_for_good(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intakes, "TRIES_AGAIN", timedelta(0))
    await house.stores(request("Poison"))
    await house.stores(request("Behind it"))
    house.counter.fails = [RuntimeError("My words"), RuntimeError("My words")]
    await house.process().drain()
    assert await house.entries() == ["Poison", "Behind it"], "the third attempt went well"
    await house.stores(request("More poison"))
    await house.stores(request("Behind that"))
    house.counter.fails = [RuntimeError("My words")] * 3
    await house.process().drain()
    (parked,) = await house.rows()
    assert (parked.due_at, parked.why, parked.attempts) == (None, "RuntimeError", 3)
    assert (await house.entries())[2:] == ["Behind that"]


async def test_what_kills_each_process_or_cannot_be_read_is_parked(house: House) -> None:
    await house.stores(request("It kills"))
    for _death in range(3):
        house.counter.fails = [asyncio.CancelledError()]
        with pytest.raises(asyncio.CancelledError):
            await house.process().drain()
        await house.change(due_at=LONG_AGO)
    await house.process().drain()
    assert [(row.due_at, row.why) for row in await house.rows()] == [(None, "each process that worked on it died")]
    await house.change(content=b"of another key", due_at=LONG_AGO)
    await house.process().drain()
    assert [(row.due_at, row.why) for row in await house.rows()] == [(None, "it cannot be read")]
    house.counter.fails = [ValueError("of another version")]
    await house.stores(request("Not understood"))
    await house.process().drain()
    assert {row.why for row in await house.rows()} == {"it cannot be read", "it cannot be read: ValueError"}


async def test_what_nobody_took_up_for_a_day_is_parked_and_goes_after_a_week(house: House) -> None:
    await house.stores(request("Old news"))
    await house.change(stored_at=datetime.now(UTC) - timedelta(hours=25))
    await house.process().drain()
    assert [row.why for row in await house.rows()] == ["nobody took it up for a day"]
    assert await house.entries() == []
    await house.change(stored_at=datetime.now(UTC) - timedelta(days=8))
    await house.process().drain()
    assert await house.rows() == []


async def test_the_inbox_of_a_workspace_has_an_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST", 2)
    assert [await house.stores(request(f"Number {n}")) for n in range(3)] == [True, True, False]
    await house.community.parts.intake.drain()
    assert await house.stores(request("There is room again"))


async def test_nothing_overtakes_what_waits_in_its_conversation(house: House) -> None:
    stored = house.community.parts.inbox
    await house.stores(request("First"))
    assert stored.is_behind(request("Second"))
    assert not stored.is_behind(request("Elsewhere", who="bob"))
    await house.community.parts.intake.drain()
    assert not stored.is_behind(request("Second"))


async def test_what_was_stored_too_late_is_taken_out_again(house: House) -> None:
    one = request("Too late")
    assert not await house.community.parts.inbox.store(one, within=0.0, is_under_way=False)
    await asyncio.sleep(0.1)
    assert await house.rows() == []


async def test_an_erased_person_leaves_nothing_in_the_inbox(house: House) -> None:
    await house.community.writes("ann", "help")
    await house.stores(request("Mine"))
    await house.stores(request("Not mine", who="bob"))

    def erase(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        ann = session.execute(select(PersonRow.id).where(PersonRow.name == "Ann")).scalar_one()
        erasure.erase(session, ann, datetime.now(UTC))

    await house.community.parts.units.run(erase)
    assert [row.account for row in await house.rows()] == ["bob"]


async def test_the_usual_path_of_a_command_has_no_statement_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.community.writes("ann", "help")
    counted = []
    for number, incoming in enumerate((None, request("With a request"))):
        event = interaction({"text": f"Thought {number}", "who": "ann", "where": "ann", "key": f"trigger:{number}"})
        with listening(monkeypatch) as (executed, prebuilt):
            await house.community.parts.dispatcher.dispatch(event, incoming)
            if incoming is not None:
                await house.community.parts.inbox.forget(incoming)
        counted.append((len(executed), len(prebuilt)))
    assert counted[0] == counted[1]


async def test_a_workspace_that_goes_takes_what_waits_of_it_along(house: House) -> None:
    await house.stores(request("Mine"))

    def remove(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        leaving.remove_workspace(session, "slack", TEAM, datetime.now(UTC))

    await house.community.parts.units.run(remove)
    assert await house.rows() == []

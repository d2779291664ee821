"""A post of which nobody knows is looked for before it is said again: nothing is lost, and nothing is said twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.chat.errors import RetryLater, Unclear, Unreachable
from bot.core import outbox
from bot.core.outbox import Kind
from bot.data import scope
from scheduler.ledger import UNKNOWN_FOR
from scheduler.outcomes import ATTEMPTS
from tests.scheduler.desk import Desk

pytestmark = pytest.mark.both_databases
LOST = Unclear("the answer was lost")


async def settle(desk: Desk) -> list[str]:
    desk.passes(seconds=UNKNOWN_FOR.total_seconds())
    return await desk.drain()


async def arrived(desk: Desk, token: str, message_id: str, workspace: str = "T1") -> None:
    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        outbox.arrived(session, platform="slack", workspace=workspace, token=token, message_id=message_id, now=desk.clock.now())

    await desk.units.run(work)


@pytest.mark.parametrize("kind", [Kind.PLACE, Kind.PERSONAL, Kind.REMINDER])
async def test_what_arrived_is_said_once(desk: Desk, kind: Kind) -> None:
    desk.wall.can_look = True
    desk.wall.after.append(LOST)
    await desk.post("one", kind=kind)
    await desk.post("two", kind=kind)
    tried = desk.clock.now()
    assert await desk.drain() == ["one"]
    desk.passes(seconds=UNKNOWN_FOR.total_seconds() - 1)
    assert await desk.drain() == ["one"]
    assert desk.wall.looked == [], "nobody looks before the worst case has passed"
    desk.passes(seconds=1)
    assert await desk.drain() == ["one", "two"]
    assert await desk.states() == ["sent", "sent"]
    assert desk.wall.looked == [tried]
    first, _second = await desk.posts()
    assert (first.message_id, first.body) == ("msg-1", None)


@pytest.mark.parametrize("kind", [Kind.PLACE, Kind.REMINDER])
async def test_what_did_not_arrive_is_said_then_a_reminder_too(desk: Desk, kind: Kind) -> None:
    desk.wall.can_look = True
    desk.wall.before.append(LOST)
    await desk.post("one", kind=kind)
    assert await desk.drain() == []
    assert await settle(desk) == ["one"]
    assert await desk.states() == ["sent"]


async def test_it_is_looked_for_again_where_looking_fails_and_since_the_first_attempt(desk: Desk) -> None:
    desk.wall.can_look = True
    desk.wall.after.append(LOST)
    desk.wall.looks.append(RetryLater(60))
    tried = desk.clock.now()
    await desk.post("one")
    await desk.drain()
    assert await settle(desk) == ["one"]
    assert await desk.states() == ["unknown"]
    desk.passes(seconds=60)
    assert await desk.drain() == ["one"]
    assert await desk.states() == ["sent"]
    assert desk.wall.looked == [tried, tried]


async def test_looking_ends_some_day(desk: Desk) -> None:
    desk.wall.can_look = True
    desk.wall.before.append(LOST)
    desk.wall.looks.extend([RetryLater(1)] * ATTEMPTS)
    await desk.post("one")
    await desk.drain()
    await settle(desk)
    for _ in range(ATTEMPTS):
        desk.passes(seconds=1)
        await desk.drain()
    assert await desk.states() == ["sent"]
    assert await desk.drain() == ["one"]


async def test_a_look_that_is_refused_leaves_it_to_the_kind(desk: Desk) -> None:
    desk.wall.can_look = True
    desk.wall.after.extend([LOST, LOST])
    desk.wall.looks.extend([Unreachable("missing_scope")] * 2)
    await desk.post("a day", lane=10, kind=Kind.ASKED_FOR)
    await desk.post("a reminder", lane=11, kind=Kind.REMINDER)
    await desk.drain()
    assert sorted(await settle(desk)) == ["a day", "a day", "a reminder"]
    assert sorted(await desk.states()) == ["dropped", "sent"]


async def test_a_card_that_changed_meanwhile_is_found_and_edited(desk: Desk) -> None:
    desk.wall.can_look = True
    desk.wall.after.append(LOST)
    await desk.post("0 votes", key="poll/42")
    await desk.drain()
    await desk.post("1 vote", key="poll/42")
    assert await settle(desk) == ["0 votes"]
    assert desk.wall.edited == [("msg-1", "1 vote")]
    assert await desk.states() == ["sent"]


async def test_what_is_too_late_is_looked_for_and_not_said(desk: Desk) -> None:
    desk.wall.can_look = True
    desk.wall.before.append(LOST)
    await desk.post("good morning", expires_in=timedelta(seconds=30))
    await desk.drain()
    assert await settle(desk) == []
    assert await desk.states() == ["dropped"]


async def test_what_took_the_place_of_a_deleted_message_is_looked_for_too(desk: Desk) -> None:
    from bot.chat.errors import MessageGone

    desk.wall.can_look = True
    await desk.post("0 votes", key="poll/42")
    await desk.drain()
    desk.wall.tokens.clear()  # somebody deleted it
    desk.wall.before.append(MessageGone("message_not_found"))
    desk.wall.after.append(LOST)
    await desk.post("1 vote", key="poll/42")
    assert await desk.drain() == ["0 votes", "1 vote"]
    assert await desk.states() == ["unknown"]
    assert await settle(desk) == ["0 votes", "1 vote"]
    assert await desk.states() == ["sent"]


async def test_a_receipt_settles_at_once(desk: Desk) -> None:
    desk.wall.after.append(LOST)
    await desk.post("one", kind=Kind.REMINDER)
    await desk.post("two")
    await desk.drain()
    await arrived(desk, "17.1", "msg-9")
    await arrived(desk, "nonsense", "msg-9")
    await arrived(desk, desk.wall.tokens[0], "msg-9", workspace="T9")
    assert await desk.states() == ["unknown", "ready"], "receipts of others settle nothing of ours"
    await arrived(desk, desk.wall.tokens[0], "msg-1")
    assert await desk.states() == ["sent", "ready"]
    assert (await desk.posts())[0].body is None
    assert await desk.drain() == ["one", "two"]


async def test_a_receipt_of_what_is_being_sent_outlives_its_lost_answer(desk: Desk) -> None:
    async def receipt() -> None:
        await arrived(desk, f"{(await desk.posts())[0].id}.1", "msg-1")

    desk.wall.before.extend([receipt, None])
    desk.wall.after.append(LOST)
    await desk.post("one", kind=Kind.PERSONAL)
    await desk.drain()
    assert await settle(desk) == ["one"]
    assert await desk.states() == ["sent"]
    assert desk.wall.edited == [("msg-1", "one")], "which says nothing twice"


async def test_a_receipt_of_an_older_revision_lets_the_newer_one_be_an_edit(desk: Desk) -> None:
    desk.wall.after.append(LOST)
    await desk.post("0 votes", key="poll/42")
    await desk.drain()
    await desk.post("1 vote", key="poll/42")
    await arrived(desk, desk.wall.tokens[0], "msg-1")
    assert await desk.drain() == ["0 votes"]
    assert desk.wall.edited == [("msg-1", "1 vote")]
    assert await desk.states() == ["sent"]

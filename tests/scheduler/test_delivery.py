"""Delivery: nothing lost, in order, and nothing twice that could be known to have arrived."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.chat import wire
from bot.chat.errors import Malformed, MessageGone, RetryLater, Unclear
from bot.chat.message import Message
from bot.core import metrics, outbox
from bot.core.clock import WoundClock
from bot.core.outbox import Kind
from bot.core.rows import PostRow
from bot.data import scope
from bot.data.units import Units
from scheduler.delivery import LONGEST_PAUSE
from scheduler.lanes import AT_ONCE
from scheduler.ledger import UNKNOWN_FOR, Ledger, Settled
from scheduler.outcomes import ATTEMPTS
from scheduler.standing import show
from scheduler.sweep import MACHINE, sweep
from tests.scheduler.desk import COMMUNITY, Desk, at_desk, held_until, taken_up
from tests.scheduler.desk import desk as opened

pytestmark = pytest.mark.both_databases


async def test_what_is_posted_leaves_in_order(desk: Desk) -> None:
    for said in ("one", "two", "three"):
        await desk.post(said)
    assert await desk.drain() == ["one", "two", "three"]
    assert await desk.states() == ["sent"] * 3
    assert await desk.drain() == ["one", "two", "three"]


async def test_who_is_woken_takes_what_was_posted_without_looking_and_who_is_not_looks_before_taking(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    units, done = type(desk.units), list[str]()
    for name in ("read", "run"):
        usual = getattr(units, name)

        def counted(self: Units, *given: Any, usual: Any = usual, name: str = name, **more: Any) -> Any:
            done.append(name)
            return usual(self, *given, **more)

        monkeypatch.setattr(units, name, counted)
    await desk.post("one")
    done.clear()
    desk.delivery.wake()
    assert await desk.drain() == ["one"]
    assert done == ["run", "run"], "it is claimed, and settled"
    done.clear()
    assert await desk.drain() == ["one"]
    assert done == ["read"]


async def test_lanes_do_not_wait_for_each_other(desk: Desk) -> None:
    for lane in (10, 11, 12):
        for number in (1, 2):
            await desk.post(f"{lane}/{number}", lane=lane)
    desk.wall.before.append(RetryLater(30))
    said = await desk.drain()
    assert len(said) == 4, "the lane that was refused waits, the others go on"
    desk.passes(seconds=30)
    await desk.drain()
    for place in ("C10", "C11", "C12"):
        assert [words[-1] for where, words in desk.wall.posted if where == place] == ["1", "2"]


async def test_what_many_are_told_is_read_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[bytes]()
    usual = wire.decode

    def reading(words: bytes) -> Message:
        read.append(words)
        return usual(words)

    monkeypatch.setattr(wire, "decode", reading)
    for lane in (10, 11, 12):
        await desk.post("Day 7" if lane != 12 else "How is it going?", lane=lane)
    assert sorted(await desk.drain()) == ["Day 7", "Day 7", "How is it going?"]
    assert len(read) == 2


async def test_ten_updates_while_it_waits_are_one_post(desk: Desk) -> None:
    ids = {await desk.post(f"{votes} votes", key="poll/42") for votes in range(10)}
    assert len(ids) == 1
    assert await desk.drain() == ["9 votes"]
    assert desk.wall.edited == []


@pytest.mark.thorough
async def test_a_storm_of_updates_edits_at_most_every_three_seconds_and_holds_up_nothing_else(desk: Desk) -> None:
    every = timedelta(seconds=3)
    await desk.post("0 votes", key="poll/42", edits_every=every)
    await desk.drain()
    for second in range(1, 10):
        desk.passes(seconds=1)
        for vote in range(100):
            await desk.post(f"{second}.{vote} votes", key="poll/42", edits_every=every)
        await desk.drain()
    assert [said for _id, said in desk.wall.edited] == ["3.99 votes", "6.99 votes", "9.99 votes"]
    await desk.post("result", key="poll/42/result")
    await desk.post("9.100 votes", key="poll/42", edits_every=every)
    assert await desk.drain() == ["0 votes", "result"]
    assert (await desk.lane()).next_at == desk.clock.now() + every, "the lane sleeps until the edit may leave"
    desk.passes(seconds=3)
    await desk.drain()
    assert desk.wall.edited[-1][1] == "9.100 votes"
    assert (await desk.lane()).next_at is None


async def test_an_update_during_an_edit_waits_its_time_too(desk: Desk) -> None:
    every, goes_on = timedelta(seconds=3), asyncio.Event()
    await desk.post("0 votes", key="poll/42", edits_every=every)
    desk.wall.before.append(lambda: held_until(goes_on))
    sending = asyncio.create_task(desk.drain())
    await taken_up(desk.wall)
    await desk.post("1 vote", key="poll/42", edits_every=every)
    goes_on.set()
    assert await sending == ["0 votes"]
    assert desk.wall.edited == []
    desk.passes(seconds=3)
    await desk.drain()
    assert [said for _id, said in desk.wall.edited] == ["1 vote"]


async def test_an_update_of_what_stands_there_edits_it(desk: Desk) -> None:
    await desk.post("0 votes", key="poll/42")
    await desk.drain()
    for votes in range(1, 10):
        await desk.post(f"{votes} votes", key="poll/42")
    assert await desk.drain() == ["0 votes"]
    assert desk.wall.edited == [("msg-1", "9 votes")]
    assert await desk.states() == ["sent"]


async def test_an_update_while_it_is_being_sent_is_one_more_edit(desk: Desk) -> None:
    async def vote() -> None:
        await desk.post("1 vote", key="poll/42")
        await desk.post("2 votes", key="poll/42")

    desk.wall.before.append(vote)
    await desk.post("0 votes", key="poll/42")
    assert await desk.drain() == ["0 votes"]
    assert desk.wall.edited == [("msg-1", "2 votes")]
    assert await desk.states() == ["sent"]


async def test_a_busy_platform_is_asked_again_when_it_said(desk: Desk) -> None:
    desk.wall.before.append(RetryLater(30))
    await desk.post("one")
    await desk.post("two")
    assert await desk.drain() == []
    assert await desk.states() == ["ready", "ready"]
    desk.passes(seconds=29)
    assert await desk.drain() == []
    desk.passes(seconds=1)
    assert await desk.drain() == ["one", "two"]


async def test_a_card_that_was_edited_often_is_not_parked_by_one_busy_moment(desk: Desk) -> None:
    for votes in range(ATTEMPTS + 5):
        await desk.post(f"{votes} votes", key="poll/42")
        await desk.drain()
    desk.wall.before.append(RetryLater(5))
    await desk.post("the last vote", key="poll/42")
    await desk.drain()
    assert await desk.states() == ["ready"]
    desk.passes(seconds=5)
    await desk.drain()
    assert desk.wall.edited[-1][1] == "the last vote"


async def test_who_is_never_free_is_given_up_in_the_end(desk: Desk) -> None:
    desk.wall.before.extend([RetryLater(1)] * (ATTEMPTS + 1))
    await desk.post("one")
    begun = desk.clock.now()
    for _ in range(ATTEMPTS):
        await desk.drain()
        desk.passes(seconds=LONGEST_PAUSE)
    assert await desk.states() == ["parked"]
    assert desk.clock.now() - begun > timedelta(hours=2)


async def test_what_is_refused_for_good_is_parked_with_the_reason(desk: Desk) -> None:
    desk.wall.before.append(Malformed("invalid_blocks"))
    await desk.post("one")
    await desk.post("two")
    assert await desk.drain() == ["two"], "the lane goes on"
    parked, sent = await desk.posts()
    assert (parked.state, sent.state) == ("parked", "sent")
    assert parked.why == "Malformed: invalid_blocks"
    assert parked.body is not None, "an operator may let it try again"
    assert await shown_as_parked(desk) == 1
    desk.passes(days=8)
    await desk.units.run(lambda session: sweep(session, MACHINE, desk.clock.now()))
    assert (await desk.posts())[0].body is None, "but not for ever"
    assert await shown_as_parked(desk) == 0


async def shown_as_parked(desk: Desk) -> float | None:
    """What Prometheus is shown."""
    await desk.units.read(lambda session: show(session, desk.clock.now()))
    return metrics.REGISTRY.get_sample_value("convene_outbox_posts", {"state": "parked"})


@pytest.mark.parametrize(
    "unclear", [Unclear("reset"), TimeoutError(), ValueError("a fault of the adapter")], ids=lambda r: type(r).__name__
)
async def test_a_place_post_of_which_nobody_knows_is_said_again_after_a_while(desk: Desk, unclear: Exception) -> None:
    desk.wall.before.append(unclear)
    await desk.post("one", kind=Kind.PLACE)
    await desk.post("two", kind=Kind.PLACE)
    assert await desk.drain() == []
    assert await desk.states() == ["unknown", "ready"], "two waits: the order of a conversation is kept"
    desk.passes(seconds=UNKNOWN_FOR.total_seconds() - 1)
    assert await desk.drain() == []
    desk.passes(seconds=1)
    assert await desk.drain() == ["one", "two"]
    assert await desk.states() == ["sent", "sent"]


async def test_a_reminder_of_which_nobody_knows_is_never_said_twice(desk: Desk) -> None:
    desk.wall.after.append(Unclear("arrived, but nobody heard"))
    await desk.post("one", kind=Kind.REMINDER)
    await desk.post("two", kind=Kind.REMINDER)
    await desk.drain()
    desk.passes(seconds=UNKNOWN_FOR.total_seconds())
    assert await desk.drain() == ["one", "two"]
    assert await desk.states() == ["dropped", "sent"]
    assert [post.body for post in await desk.posts()] == [None, None]


async def test_an_edit_of_which_nobody_knows_is_repeated(desk: Desk) -> None:
    await desk.post("0 votes", key="poll/42")
    await desk.drain()
    desk.wall.before.append(Unclear("reset"))
    await desk.post("1 vote", key="poll/42")
    await desk.drain()
    desk.passes(seconds=5)
    await desk.drain()
    assert desk.wall.edited == [("msg-1", "1 vote")]
    assert len(desk.wall.posted) == 1


async def test_an_edit_of_a_message_that_is_gone_is_posted_anew(desk: Desk) -> None:
    await desk.post("0 votes", key="poll/42")
    await desk.drain()
    desk.wall.before.append(MessageGone("message_not_found"))
    await desk.post("1 vote", key="poll/42")
    assert await desk.drain() == ["0 votes", "1 vote"]
    await desk.post("2 votes", key="poll/42")
    await desk.drain()
    assert desk.wall.edited == [("msg-2", "2 votes")]


async def test_what_comes_too_late_is_dropped(desk: Desk) -> None:
    desk.wall.before.append(RetryLater(7200))
    await desk.post("good morning", expires_in=timedelta(hours=1))
    await desk.post("still true")
    await desk.drain()
    desk.passes(hours=2)
    assert await desk.drain() == ["still true"]
    assert await desk.states() == ["dropped", "sent"]


async def test_what_was_settled_keeps_no_words(desk: Desk) -> None:
    await desk.post("a secret of the community", key="a")
    (waiting,) = await desk.posts()
    assert waiting.body is not None
    assert b"secret" not in waiting.body
    await desk.drain()
    (sent,) = await desk.posts()
    assert sent.body is None
    assert sent.message_id == "msg-1"
    assert (await desk.lane()).reference == {"seen": "yes"}
    assert (await desk.lane()).next_at is None


async def test_what_a_dead_process_was_sending_is_settled_by_its_kind(desk: Desk, units: Units, clock: WoundClock) -> None:
    forever = asyncio.Event()
    desk.wall.before.extend([lambda: held_until(forever)] * 2)
    await desk.post("for a place", lane=10, kind=Kind.PLACE)
    await desk.post("a reminder", lane=11, kind=Kind.REMINDER)
    dying = asyncio.create_task(desk.delivery.drain())
    await taken_up(desk.wall)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)

    other = at_desk(units, clock)
    assert await other.drain() == [], "the lease is the dead one's"
    await desk.lose_leases()
    assert await other.drain() == []
    assert await other.states() == ["unknown", "unknown"]
    other.passes(seconds=UNKNOWN_FOR.total_seconds())
    assert await other.drain() == ["for a place"]
    assert sorted(await other.states()) == ["dropped", "sent"]


async def test_two_processes_say_everything_once(desk: Desk, units: Units, clock: WoundClock) -> None:
    other = at_desk(units, clock)
    for number in range(12):
        await desk.post(f"{number}", lane=10 + number % 3)
    await asyncio.gather(desk.delivery.drain(), other.delivery.drain())
    for _ in range(12):
        await desk.delivery.drain()
        await other.delivery.drain()
    said = [*desk.wall.posted, *other.wall.posted]
    assert sorted(int(words) for _, words in said) == list(range(12))
    assert await desk.states() == ["sent"] * 12


async def test_a_conversation_says_some_at_once_and_then_keeps_its_pace(units: Units, clock: WoundClock) -> None:
    desk = await opened(units, clock, lanes=2, pace=timedelta(seconds=1))
    for number in range(AT_ONCE + 3):
        await desk.post(f"{number}", lane=10)
        await desk.post(f"{number}", lane=11)
    for seconds in range(4):
        assert len(await desk.drain()) == 2 * (AT_ONCE + seconds)
        desk.passes(seconds=1)
    for place in ("C10", "C11"):
        assert [said for where, said in desk.wall.posted if where == place] == [str(number) for number in range(AT_ONCE + 3)]


async def test_a_pace_is_kept_where_posts_come_one_by_one(units: Units, clock: WoundClock) -> None:
    desk = await opened(units, clock, pace=timedelta(seconds=1))
    for number in range(2 * AT_ONCE):
        await desk.post(f"{number}")
        await desk.drain()
    assert len(desk.wall.posted) == AT_ONCE
    assert (await desk.lane()).next_at == clock.now() + timedelta(seconds=1)
    desk.passes(seconds=30)
    assert len(await desk.drain()) == 2 * AT_ONCE
    desk.passes(seconds=30)
    for number in range(2 * AT_ONCE):
        await desk.post(f"{number}")
    assert len(await desk.drain()) == 3 * AT_ONCE, "what was not said meanwhile is not made up for"


async def test_a_post_that_cannot_be_read_stops_nobody_else(desk: Desk, units: Units) -> None:
    broken = await desk.post("sealed with a lost key")
    await desk.post("one")
    await desk.post("two", lane=11)

    def spoil(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(update(PostRow).where(PostRow.id == broken).values(body=b"\0" * 40))

    await units.run(spoil)
    assert sorted(await desk.drain()) == ["one", "two"]
    assert sorted(await desk.states()) == ["parked", "sent", "sent"]


@pytest.mark.parametrize("key", [None, "poll/42"])
async def test_what_is_posted_while_its_lane_is_let_go_is_not_forgotten(
    desk: Desk, units: Units, database_kind: str, key: str | None
) -> None:
    """The lane falls asleep when nothing waits in it: a post that is being committed at that moment must wake it."""
    pause = "SELECT pg_sleep(0.1)" if database_kind == "postgres" else "SELECT 1"
    await desk.post("zero", key=key)
    await desk.drain()
    holding = asyncio.Event()
    desk.wall.before.append(lambda: held_until(holding))
    await desk.post("one")
    delivering = asyncio.create_task(desk.delivery.drain())
    await taken_up(desk.wall)

    queued, loop = asyncio.Event(), asyncio.get_running_loop()

    def slow_post(session: Session) -> None:
        scope.enter(session, COMMUNITY)
        outbox.queue(session, community=COMMUNITY, lane=10, message=Message("two"), now=desk.clock.now(), kind=Kind.PLACE, key=key)
        loop.call_soon_threadsafe(queued.set)
        session.connection().execute(text(pause))

    posting = asyncio.create_task(units.run(slow_post))
    await queued.wait()
    holding.set()
    await asyncio.gather(delivering, posting)
    await desk.drain()
    said = [*desk.wall.posted, *desk.wall.edited]
    assert [words for _, words in said] == ["zero", "one", "two"]


async def test_what_could_not_be_written_down_is_written_down_when_the_database_is_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.delivery.AGAIN_SECONDS", 0)
    settle, away = Ledger.settle, [True, True]

    def sometimes(*given: Any, **more: Any) -> Settled:
        if away and away.pop():
            raise OperationalError("UPDATE", {}, Exception("the database is away"))
        return settle(*given, **more)

    monkeypatch.setattr(Ledger, "settle", sometimes)
    await desk.post("one", kind=Kind.REMINDER)
    await desk.post("two")
    assert await desk.drain() == ["one", "two"]
    assert await desk.states() == ["sent", "sent"]

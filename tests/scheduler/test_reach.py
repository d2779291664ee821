"""Who is out of reach is known with the reason, and what still makes sense leaves when they can be reached again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat.errors import Barrier, Unreachable
from bot.core import outbox, reach
from bot.core.outbox import Kind
from bot.core.rows import LaneRow
from bot.data import scope
from scheduler.sweep import MACHINE, sweep
from tests.scheduler.desk import COMMUNITY, Desk, plan_of

pytestmark = pytest.mark.both_databases
STOPPED = select(LaneRow.id).where(LaneRow.barrier.is_not(None))
REFUSED = Unreachable("create: 403", Barrier.NOT_ADDED)


async def added(desk: Desk, lane: int = 10) -> None:
    """Somebody adds us there."""

    def work(session: Session) -> None:
        scope.enter(session, COMMUNITY)
        reach.go_on(session, [lane], desk.clock.now())

    await desk.units.run(work)


async def test_what_reaches_nobody_is_held_and_leaves_once_we_are_added(desk: Desk) -> None:
    desk.wall.before += [REFUSED, REFUSED]
    await desk.post("one", kind=Kind.NEWS)
    assert await desk.drain() == []
    since = (await desk.lane()).unreachable_since
    desk.passes(hours=1)
    await desk.post("two", kind=Kind.NEWS)
    assert await desk.drain() == []
    assert await desk.states() == ["held", "held"]
    lane = await desk.lane()
    assert (lane.barrier, lane.unreachable_since, lane.next_at) == ("not added", since, None), "since the first of them"
    await added(desk)
    assert await desk.drain() == ["one", "two"]
    assert [post.body for post in await desk.posts()] == [None, None]
    assert (await desk.lane()).unreachable_since is None


async def test_whatever_arrives_shows_that_the_lane_is_open_again(desk: Desk) -> None:
    desk.wall.before.append(REFUSED)
    await desk.post("one")
    await desk.drain()
    await desk.post("two")
    assert await desk.drain() == ["one", "two"], "what waits longest is what is tried"
    assert (await desk.lane()).barrier is None


async def test_what_makes_no_sense_any_more_is_dropped(desk: Desk) -> None:
    desk.wall.before.append(REFUSED)
    await desk.post("today", expires_in=timedelta(hours=8))
    await desk.post("always")
    await desk.drain()
    desk.passes(days=1)
    await added(desk)
    assert await desk.drain() == ["always"]


async def test_a_card_is_held_in_its_newest_words_and_can_be_taken_back(desk: Desk) -> None:
    desk.wall.before += [REFUSED, REFUSED]
    await desk.post("0 votes", key="poll/42")
    await desk.post("news", key="news/1")
    await desk.drain()
    await desk.post("1 vote", key="poll/42")
    await desk.drain()

    def take_back(session: Session) -> bool:
        scope.enter(session, COMMUNITY)
        return outbox.withdraw(session, community=COMMUNITY, lane=10, key="news/1")

    assert await desk.units.run(take_back) is False, "nothing of it stands there"
    await added(desk)
    assert await desk.drain() == ["1 vote"]


async def test_what_one_member_says_to_another_is_given_back_at_once(desk: Desk) -> None:
    desk.wall.before.append(REFUSED)
    await desk.post("dear partner", kind=Kind.PERSONAL)
    await desk.drain()
    (post,) = await desk.posts()
    assert (post.state, post.body, (await desk.lane()).barrier) == ("parked", None, "not added")
    await added(desk)
    assert await desk.drain() == []


async def test_words_are_not_held_for_longer_than_a_week(desk: Desk) -> None:
    desk.wall.before.append(REFUSED)
    await desk.post("for today", expires_in=timedelta(hours=8))
    await desk.post("one")
    await desk.drain()
    await desk.units.run(lambda session: sweep(session, MACHINE, desk.clock.now() + timedelta(hours=9)))
    assert [(post.state, post.body is None) for post in await desk.posts()] == [("dropped", True), ("held", False)]
    await desk.units.run(lambda session: sweep(session, MACHINE, desk.clock.now() + reach.KEPT_FOR + timedelta(minutes=1)))
    assert [(post.state, post.body is None) for post in await desk.posts()] == [("dropped", True), ("parked", True)]


async def test_a_whole_workspace_is_told_once_and_goes_on_together(desk: Desk) -> None:
    revoked = Unreachable("token_revoked", Barrier.REVOKED)
    for lane in (10, 11):
        desk.wall.before.append(revoked)
        await desk.post(f"in {lane}", lane=lane)
        await desk.drain()

    def tell(session: Session) -> list[list[int]]:
        scope.enter(session, scope.SYSTEM)
        now = desk.clock.now()
        return [
            reach.stop(session, {12: Barrier.REVOKED}, now),  # of the workspace somebody was told
            reach.stop(session, {12: Barrier.NOT_HERE}, now),
            reach.stop(session, {12: Barrier.NOT_HERE}, now),
        ]

    assert await desk.units.run(tell) == [[], [12], []]

    def go_on(session: Session) -> tuple[int, int]:
        scope.enter(session, COMMUNITY)
        return reach.go_on_alike(session, 10, desk.clock.now()), len(session.execute(STOPPED).all())

    assert await desk.units.run(go_on) == (2, 1), "the one that has a reason of its own stays as it is"
    assert sorted(await desk.drain()) == ["in 10", "in 11"]


async def test_who_is_out_of_reach_is_found_by_an_index(desk: Desk) -> None:
    plan = await plan_of(desk.units, "SELECT id FROM lanes WHERE unreachable_since IS NOT NULL ORDER BY unreachable_since")
    assert "ix_lanes_unreachable_since" in plan or "Seq Scan" in plan, "PostgreSQL reads a table of three rows as it stands"

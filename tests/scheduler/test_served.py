"""A process claims only what it can say: conversations of platforms that it serves."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.core.clock import WoundClock
from bot.core.ports import Platform
from bot.core.rows import LaneRow
from bot.data import scope
from bot.data.units import Units
from scheduler.delivery import Delivery
from tests.scheduler.desk import Desk, Wall
from tests.scheduler.desk import desk as opened

pytestmark = pytest.mark.both_databases


async def spread(units: Units, platforms: Mapping[int, str]) -> None:
    """Lanes of several platforms."""

    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        for lane, platform in platforms.items():
            session.execute(update(LaneRow).where(LaneRow.id == lane).values(platform=platform))

    await units.run(work)


async def test_what_is_of_a_platform_that_is_not_served_here_waits_for_whoever_serves_it(units: Units, clock: WoundClock) -> None:
    desk = await opened(units, clock, lanes=3)
    await spread(units, {10: "teams", 11: "slack", 12: "teams"})
    for lane in (10, 11, 12):
        await desk.post(f"in {lane}", lane=lane)
    assert await desk.drain() == ["in 11"]
    assert await desk.delivery.next_at() is None, "nothing is due here"
    attempts = [post.attempts for post in await desk.posts()]
    assert attempts == [0, 1, 0]
    other = Desk(units, clock, wall := Wall(name="teams"), Delivery(units, {"teams": wall}, clock))
    assert sorted(await other.drain()) == ["in 10", "in 12"]


async def test_who_serves_several_delivers_for_all_of_them(units: Units, clock: WoundClock) -> None:
    desk = await opened(units, clock, lanes=3)
    await spread(units, {10: "teams", 11: "slack", 12: "elsewhere"})
    walls = {name: Wall(name=name) for name in ("slack", "teams")}
    for lane in (10, 11, 12):
        await desk.post(f"in {lane}", lane=lane)
    await Delivery(units, walls, clock).drain()
    assert {name: [said for _, said in wall.posted] for name, wall in walls.items()} == {"slack": ["in 11"], "teams": ["in 10"]}


async def test_who_is_given_a_platform_later_delivers_for_it_from_then_on(desk: Desk, units: Units, clock: WoundClock) -> None:
    await desk.post("one")
    platforms: dict[str, Platform] = {}
    delivery = Delivery(units, platforms, clock)
    assert await delivery.drain() == 0
    platforms["slack"] = desk.wall
    assert await delivery.drain() == 1
    assert [said for _, said in desk.wall.posted] == ["one"]


async def test_who_serves_none_has_nothing_to_do(desk: Desk, units: Units, clock: WoundClock) -> None:
    await desk.post("one")
    assert await Delivery(units, {}, clock).drain() == 0
    assert [post.attempts for post in await desk.posts()] == [0]

"""A bot that stops ends what it has in hand, begins nothing new, and leaves no lease behind."""

from __future__ import annotations

import asyncio

import pytest

from tests.scheduler.desk import Desk, held_until, taken_up
from tests.scheduler.desk import desk as opened

__all__ = ["opened"]


@pytest.mark.both_databases
async def test_what_is_being_sent_ends_and_nobody_waits_for_a_lease(desk: Desk) -> None:
    goes_on = asyncio.Event()
    desk.wall.before.append(lambda: held_until(goes_on))
    await desk.post("one")
    delivering = asyncio.create_task(desk.delivery.run())
    await taken_up(desk.wall)
    desk.delivery.close()
    goes_on.set()
    await asyncio.wait_for(delivering, 5)
    assert [words for _where, words in desk.wall.posted] == ["one"]
    assert await desk.states() == ["sent"]
    lane = await desk.lane()
    assert (lane.lease, lane.leased_until) == (None, None)

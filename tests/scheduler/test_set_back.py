"""Clocks that differ, and clocks that are set back: order is kept, and nothing waits for an instant that is far ahead."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.chat.errors import RetryLater, Unclear
from bot.chat.message import Message
from bot.core import outbox
from bot.core.clock import WoundClock
from bot.core.outbox import Kind, Letter
from bot.core.ports import Allowance
from bot.core.rows import LaneRow, PostRow
from bot.data import ids, scope
from bot.data.units import Units
from scheduler.ledger import UNKNOWN_FOR
from tests.scheduler.desk import COMMUNITY, Desk, at_desk
from tests.scheduler.desk import desk as opened

pytestmark = pytest.mark.both_databases
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


class Elsewhere:
    """Ids of a process whose clock is an hour behind."""

    def draw(self, count: int = 1) -> int:  # noqa: ARG002 - the signature is that of the ids
        return (int(datetime.now(UTC).timestamp() * 1000) - 3_600_000 - ids.EPOCH_MS) << ids.LOW_BITS | random.getrandbits(20)


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on posts come from a process whose clock is an hour behind."""
    return lambda: monkeypatch.setattr(ids, "_sequence", Elsewhere())


async def test_what_a_process_posts_whose_clock_is_behind_comes_after_what_waits(desk: Desk, behind: Callable[[], None]) -> None:
    await desk.post("one")
    behind()
    for said in ("two", "three"):
        await desk.post(said)
    assert await desk.drain() == ["one", "two", "three"]


async def test_an_edit_keeps_its_place_too(desk: Desk, behind: Callable[[], None]) -> None:
    await desk.post("0 votes", key="poll/42")
    await desk.drain()
    desk.wall.before += [RetryLater(30)]
    await desk.post("first")
    behind()
    await desk.post("1 vote", key="poll/42")
    await desk.drain()
    assert desk.wall.edited == [], "it waits behind what was said before it"


async def test_so_do_many_posts_at_once(desk: Desk, behind: Callable[[], None]) -> None:
    await desk.post("one", lane=10)
    behind()

    def post_all(session: Session) -> None:
        scope.enter(session, COMMUNITY)
        letters = [Letter(lane, Message(f"{said} of {lane}")) for said in ("two", "three") for lane in (11, 10)]
        outbox.queue_all(session, community=COMMUNITY, letters=letters, now=desk.clock.now(), kind=Kind.PLACE)

    await desk.units.run(post_all)
    await desk.post("four", lane=10)
    await desk.drain()
    assert [said for where, said in desk.wall.posted if where == "C10"] == ["one", "two of 10", "three of 10", "four"]
    assert [said for where, said in desk.wall.posted if where == "C11"] == ["two of 11", "three of 11"]


async def set_back(desk: Desk, by: timedelta) -> None:
    """The clock goes back, for everybody."""
    desk.clock._now -= by


async def test_what_was_just_posted_does_not_wait_until_the_clock_is_there_again(desk: Desk) -> None:
    await desk.drain()
    await desk.post("one")
    await set_back(desk, HOUR)
    await desk.drain()
    desk.passes(seconds=UNKNOWN_FOR.total_seconds())
    assert await desk.drain() == ["one"]


async def test_a_quiet_conversation_speaks_at_once_after_it(units: Units, clock: WoundClock) -> None:
    desk = await opened(units, clock, pace=SECOND)
    for said in ("one", "two", "three"):
        await desk.post(said)
    await desk.drain()
    await set_back(desk, HOUR)
    await desk.drain()
    await desk.post("four")
    await desk.drain()
    desk.passes(seconds=5)
    assert (await desk.drain())[-1] == "four"


async def test_what_is_unknown_is_still_left_alone_for_as_long_as_ever(desk: Desk) -> None:
    desk.wall.after.append(Unclear("reset"))
    await desk.post("one")
    await desk.drain()
    await set_back(desk, HOUR)
    desk.wall.can_look = True
    await desk.drain()
    desk.passes(seconds=UNKNOWN_FOR.total_seconds() - 1)
    await desk.drain()
    assert desk.wall.looked == []
    desk.passes(seconds=1)
    assert await desk.drain() == ["one"]
    assert await desk.states() == ["sent"]


async def test_edits_and_allowances_wait_no_longer_either(units: Units, clock: WoundClock) -> None:
    desk = await opened(units, clock, edits=Allowance(60, 1))
    desk.wall.posts = Allowance(60, 1)
    await desk.post("0 votes", key="poll/42", edits_every=3 * SECOND)
    await desk.drain()
    await desk.post("1 vote", key="poll/42", edits_every=3 * SECOND)
    await desk.drain()
    await set_back(desk, HOUR)
    await desk.drain()
    desk.passes(seconds=UNKNOWN_FOR.total_seconds())
    await desk.drain()
    assert [said for _id, said in desk.wall.edited] == ["1 vote"]
    await desk.post("one")
    await desk.drain()
    desk.passes(seconds=3)
    assert (await desk.drain())[-1] == "one"


async def test_a_process_that_starts_after_it_sees_that_too(desk: Desk, units: Units, clock: WoundClock) -> None:
    await desk.post("one")
    await set_back(desk, HOUR)
    other = at_desk(units, clock)
    await other.delivery.begin()
    assert await other.drain() == []
    desk.passes(seconds=UNKNOWN_FOR.total_seconds())
    assert await other.drain() == ["one"]


async def test_a_lease_that_ends_in_an_hour_is_nobodys(desk: Desk, units: Units, clock: WoundClock) -> None:
    """Whoever held it died, and the machine's clock was set back."""
    await desk.post("one")
    far = datetime.now(UTC) + HOUR

    def leave(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(update(LaneRow).where(LaneRow.id == 10).values(leased_until=far, lease=7))
        session.execute(update(PostRow).values(attempts=1))

    await desk.units.run(leave)
    assert await at_desk(units, clock).drain() == ["one"]

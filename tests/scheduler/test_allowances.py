"""The edits of a workspace are shared by all its living cards: never more than its platform takes, nobody left out, the newest words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.errors import RetryLater
from bot.core.clock import WoundClock
from bot.core.ports import Allowance
from bot.data.units import Units
from scheduler.allowances import turn
from tests.scheduler.desk import Desk, at_desk
from tests.scheduler.desk import desk as opened

SOME = Allowance(at_once=3, a_minute=6)
START = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)


async def cards(units: Units, clock: WoundClock, lanes: int, *, elsewhere: int = 0) -> Desk:
    """A desk with a living card in each of its places."""
    desk = await opened(units, clock, lanes=lanes, edits=SOME, elsewhere=elsewhere)
    for lane in range(10, 10 + lanes):
        await desk.post(f"{lane}: 0 votes", lane=lane, key="poll/42")
    await desk.drain()
    return desk


async def counts(desk: Desk, votes: int, lanes: int) -> None:
    for lane in range(10, 10 + lanes):
        await desk.post(f"{lane}: {votes} votes", lane=lane, key="poll/42")


def edited(desk: Desk) -> list[str]:
    return [said for _id, said in desk.wall.edited]


@pytest.mark.both_databases
async def test_many_cards_share_a_workspaces_edits_in_turn_and_the_newest_words_win(units: Units, clock: WoundClock) -> None:
    desk = await cards(units, clock, 5)
    assert len(desk.wall.posted) == 5, "what is new is not an edit"
    await counts(desk, 1, 5)
    await desk.drain()
    assert edited(desk) == ["10: 1 votes", "11: 1 votes", "12: 1 votes"]
    for votes in range(2, 10):
        await counts(desk, votes, 5)
        desk.passes(seconds=10)
        await desk.drain()
    assert edited(desk)[3:] == [
        *("13: 2 votes", "14: 3 votes"),  # they came first, and say what is true now
        *("10: 4 votes", "11: 5 votes", "12: 6 votes", "13: 7 votes", "14: 8 votes", "10: 9 votes"),
    ]
    desk.passes(minutes=2)
    await desk.drain()
    assert sorted(edited(desk)[-4:]) == ["11: 9 votes", "12: 9 votes", "13: 9 votes", "14: 9 votes"]
    assert (await desk.lane()).next_at is None


async def test_an_edit_that_waits_for_its_turn_holds_up_nothing_else(units: Units, clock: WoundClock) -> None:
    desk = await cards(units, clock, 4)
    await counts(desk, 1, 4)
    await desk.post("result", lane=13)
    await desk.drain()
    assert desk.wall.posted[-1] == ("C13", "result")
    assert len(desk.wall.edited) == 3
    assert (await desk.lane(13)).next_at == clock.now() + timedelta(seconds=10), "the lane sleeps until its card's turn"


async def test_a_workspace_pays_for_itself_only(units: Units, clock: WoundClock) -> None:
    desk = await cards(units, clock, 6, elsewhere=2)
    await counts(desk, 1, 6)
    await desk.drain()
    assert edited(desk) == [f"{lane}: 1 votes" for lane in (10, 11, 12, 14, 15)]


@pytest.mark.both_databases
async def test_two_processes_share_one_allowance(units: Units, clock: WoundClock) -> None:
    desk = await cards(units, clock, 5)
    await counts(desk, 1, 3)
    await desk.drain()
    await counts(desk, 2, 5)
    other = at_desk(units, clock, edits=SOME)
    assert await other.delivery.drain() == 5, "all of them were looked at"
    assert other.wall.edited == []
    desk.passes(seconds=10)
    await desk.drain()
    assert len(desk.wall.edited) + len(other.wall.edited) == 4


async def test_an_edit_that_was_refused_takes_another_turn(units: Units, clock: WoundClock) -> None:
    desk = await cards(units, clock, 3)
    await counts(desk, 1, 2)
    desk.wall.before.append(RetryLater(1, "429"))
    await desk.drain()
    assert len(desk.wall.edited) == 1
    await desk.post("12: 1 votes", lane=12, key="poll/42")
    await desk.drain()
    assert edited(desk)[1:] == ["12: 1 votes"]
    desk.passes(seconds=1)
    await desk.drain()
    assert len(edited(desk)) == 2, "the allowance is spent, refused or not"
    desk.passes(seconds=9)
    await desk.drain()
    assert len(edited(desk)) == 3


@given(
    st.lists(st.floats(0, 90), min_size=1, max_size=80),
    st.builds(Allowance, at_once=st.integers(1, 12), a_minute=st.integers(1, 60)),
)
def test_no_minute_has_more_than_the_allowance(gaps: list[float], allowance: Allowance) -> None:
    now, whole_at, left = START, None, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        at, whole_at = turn(whole_at, now, allowance)
        assert at >= now
        left.append(at)
    assert left == sorted(left), "whoever came first goes first"
    for start in left:
        minute = [at for at in left if start <= at < start + timedelta(minutes=1)]
        assert len(minute) <= allowance.at_once + allowance.a_minute


def test_after_a_quiet_minute_the_allowance_is_whole() -> None:
    whole_at = None
    for _edit in range(3):
        at, whole_at = turn(whole_at, START, SOME)
        assert at == START
    assert turn(whole_at, START, SOME)[0] == START + timedelta(seconds=10)
    later = START + timedelta(minutes=1)
    assert turn(whole_at, later, SOME)[0] == later

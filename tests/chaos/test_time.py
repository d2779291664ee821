"""Clocks that are set by an hour, and a week without any process over a change to summer time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import outbox
from bot.core.outbox import Kind, State
from bot.core.rows import LaneRow
from bot.data import scope
from bot.data.units import Units
from tests.chaos import plain
from tests.chaos.crowd import Community
from tests.chaos.drawn import Act, Member, drawn
from tests.chaos.ledger import line_of
from tests.chaos.mortal import Life, ShockedLife, begin, run_timeless
from tests.chaos.record import InMemory, Mood, Verdict, judged
from tests.chaos.story import Replica, Size, change_cards, is_settled, promised, saying, states
from tests.chaos.timeless import Clock, Shared, machine_without_waiting

pytestmark = pytest.mark.thorough
SEED = 20260325
HOUR = timedelta(hours=1)
UNSAID = {State.READY, State.SENDING, State.UNKNOWN}
SIZE = Size(lanes=1, posts=3, strikes=True, cards=True)
LONGEST = 3 * 3600.0
MEANWHILE = (900.0, 3000.0)  # what was posted has left by then, though its clock is not there again
STRIDES = {HOUR: 7, -HOUR: 21}  # every so-manieth await point; what is set back takes an hour more


async def _live(units: Shared, clock: Clock, record: InMemory, life: Life, bad: float) -> None:
    """Two replicas beside each other; the clock is set while the first is at one of its await points."""
    mood = Mood(str(SEED), bad)
    tasks = [begin(each, Replica(units, clock, record, mood, on_its_way=0.1).runs(every)) for each, every in ((life, 20.0), (Life(), 17.0))]
    await asyncio.sleep(40)
    units.at_once(lambda session: change_cards(session, clock.now()))
    loop = asyncio.get_running_loop()
    while not units.at_once(is_settled):
        assert loop.time() < LONGEST, "something is never settled"
        if MEANWHILE[0] < loop.time() < MEANWHILE[1]:
            assert not UNSAID & set(units.at_once(states)), "something waits for the clock"
        await asyncio.sleep(30)
        for task in tasks:
            assert not task.done(), task.exception()


def lived(units: Shared, at: int, by: timedelta, bad: float) -> tuple[int, Verdict]:
    """Tell the story once, with a clock that is set at an await point; how many there were."""
    record = InMemory()
    with machine_without_waiting(units, SIZE, SEED) as clock:
        life = ShockedLife(at, lambda: clock.step(by))
        run_timeless(_live(units, clock, record, life, bad), clock.pass_to)
    return life.steps, judged(record.read(), promised(SIZE), in_doubt=0)


@pytest.mark.parametrize("bad", [0.0, 0.3], ids=["calm", "busy"])
@pytest.mark.parametrize("by", [HOUR, -HOUR], ids=["ahead", "back"])
def test_a_clock_that_is_set_by_an_hour_loses_and_repeats_nothing(
    shared: Shared, by: timedelta, bad: float, tell: Callable[[str], None]
) -> None:
    points, _verdict = lived(shared, 0, by, bad)
    tried = range(1, points + 1, STRIDES[by])
    for at in tried:
        _steps, verdict = lived(shared, at, by, bad)
        assert verdict.faults == (), f"set at await point {at} (seed {SEED})"
        assert bad or verdict.repeated == verdict.dropped == 0, f"set at await point {at} (seed {SEED})"
    tell(f"seed {SEED}: the clock was set by {by} at {len(tried)} of {points} await points, {bad} bad")


GONE_AT = datetime(2026, 3, 24, 12, 0, tzinfo=UTC)


def _stayers() -> list[Member]:
    """People who joined before it began, and do nothing else."""
    joined = (Act(datetime(2026, 3, 21, 7, 0, tzinfo=UTC), "joins"),)
    return [Member(each.platform, each.account, each.zone, each.hour, joined) for each in drawn(24, SEED)]


def _post_two(session: Session, now: datetime) -> None:
    """One that makes sense for a day, and one that always does."""
    scope.enter(session, scope.SYSTEM)
    lane = session.execute(select(LaneRow).where(LaneRow.external_id == "practice").order_by(LaneRow.id)).scalars().first()
    assert lane is not None
    for text, expires_in in (("for today", timedelta(days=1)), ("for ever", None)):
        said = saying(text)
        outbox.queue(session, community=lane.community_id, lane=lane.id, message=said, now=now, kind=Kind.PLACE, expires_in=expires_in)


@pytest.mark.parametrize("back", [time(3, 10), time(13, 5), time(20, 45)], ids=str)
async def test_after_a_week_over_a_change_to_summer_time_what_makes_sense_comes_once(
    units: Units, back: time, tell: Callable[[str], None]
) -> None:
    members, gap = _stayers(), plain.Gap(GONE_AT, datetime.combine(GONE_AT.date() + timedelta(days=7), back, UTC))
    community = Community.of(units, Mood("well"))
    await community.moves_in(members)
    await community.winder.advance(members[0].acts[0].at)
    for member in members:
        await community.acts(member, member.acts[0], member.zone)
    await community.winder.advance(gap.gone_at)
    await units.run(lambda session: _post_two(session, gap.gone_at))
    community.clock.wind(gap.back_at)
    community.restarts()
    until = gap.back_at + timedelta(days=2)
    await community.winder.advance(until)
    posted = [line for line in community.record.lines if line["did"] == "posted"]
    found = Counter(map(line_of, posted))
    expected = Counter(line for line in plain.all_of(members, gap) if line[0] <= until)
    expected[gap.back_at, "slack", "practice", "for ever"] += 1
    assert found - expected == Counter(), f"what nobody was promised (seed {SEED})"
    assert expected - found == Counter(), f"what was promised and did not come (seed {SEED})"
    caught_up = sum(number for (at, *_rest), number in found.items() if at == gap.back_at)
    tell(f"seed {SEED}: {len(posted)} posts, {caught_up} of them at {gap.back_at} when the bot was back")
    assert caught_up > 1

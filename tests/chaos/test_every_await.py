"""A worker is killed at every await point between the claim and the mark, one life for each; what stands on the platforms is the judge."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.chaos.mortal import Life, begin, run_timeless
from tests.chaos.record import InMemory, Mood, Verdict, judged
from tests.chaos.story import Replica, Size, change_cards, is_settled, promised
from tests.chaos.timeless import Clock, Shared, machine_without_waiting

LONGEST = 1800.0  # seconds that pass in the simulation, of which none is waited for


SMALL = Size(lanes=1, posts=3, strikes=True, cards=True)


@dataclass(frozen=True)
class Plot:
    """How a story goes: its size, how badly the platforms take it, whether another replica works beside, whether the second dies too."""

    seed: int
    size: Size = SMALL
    bad: float = 0.0
    beside: bool = False
    both_die: bool = False


@dataclass(frozen=True)
class End:
    """What came of one life."""

    steps: int
    has_died: bool
    verdict: Verdict


def lived(units: Shared, plot: Plot, ends_at: int | None) -> End:
    """Tell the story once; the first replica dies at a step, others come after it or are there already."""
    record = InMemory()
    with machine_without_waiting(units, plot.size, plot.seed) as clock:
        deaths, first = run_timeless(_live(units, clock, record, plot, ends_at), clock.pass_to)
    return End(first.steps, first.has_ended(), judged(record.read(), promised(plot.size), in_doubt=deaths * plot.size.at_once))


async def _live(units: Shared, clock: Clock, record: InMemory, plot: Plot, ends_at: int | None) -> tuple[int, Life]:
    mood = Mood(str(plot.seed), plot.bad)

    def replica() -> Replica:
        return Replica(units, clock, record, mood, on_its_way=0.1)

    first = Life(ends_at)
    lives = [first]
    drawn = random.Random(f"{plot.seed}/{ends_at}")
    tasks = [begin(first, replica().runs(every=20))]
    if plot.beside:
        tasks.append(begin(Life(), replica().runs(every=17)))
    has_changed = False
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(10)
        if not has_changed and (has_changed := loop.time() >= 40):
            units.at_once(lambda session: change_cards(session, clock.now()))
        if lives[-1].has_ended():
            lives.append(Life(drawn.randrange(1, 60) if plot.both_die and len(lives) == 1 else None))
            tasks.append(begin(lives[-1], replica().runs(every=20)))
        if has_changed and units.at_once(is_settled):
            return sum(life.has_ended() for life in lives), first
        assert loop.time() < LONGEST, f"something is never settled: {plot} {ends_at}"
        for task in tasks:
            assert not task.done(), task.exception()


def every_death(units: Shared, plot: Plot) -> tuple[int, int, int]:
    """Once undisturbed, then once for every await point; how many there are, how often something was repeated, and dropped."""
    whole = lived(units, plot, None)
    assert not whole.verdict.faults
    repeated = dropped = 0
    for step in range(1, whole.steps + 1):
        end = lived(units, plot, step)
        assert end.has_died
        assert not end.verdict.faults, f"killed at await point {step} of {whole.steps} ({plot}): {end.verdict.faults}"
        repeated, dropped = repeated + end.verdict.repeated, dropped + end.verdict.dropped
    return whole.steps, repeated, dropped


def told(plot: Plot, points: int, repeated: int, dropped: int) -> str:
    """What a run came to, for the log."""
    return f"{plot}: killed at each of {points} await points; {repeated} repeated and {dropped} dropped where nobody can be asked"


@pytest.mark.thorough
@pytest.mark.parametrize(
    "plot", [Plot(1, Size(2, 3, strikes=True, cards=True)), Plot(2, both_die=True)], ids=lambda plot: f"seed {plot.seed}"
)
def test_a_worker_may_die_at_every_await_point(shared: Shared, plot: Plot, tell: Callable[[str], None]) -> None:
    points, repeated, dropped = every_death(shared, plot)
    tell(told(plot, points, repeated, dropped))
    assert points > 50
    assert repeated, "the kinds' policies were put to the test"


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize("plot", [Plot(3, bad=0.5), Plot(4, bad=0.3, beside=True)], ids=lambda plot: f"seed {plot.seed}")
def test_so_it_may_while_platforms_are_busy_or_away(shared: Shared, plot: Plot, tell: Callable[[str], None]) -> None:
    points, repeated, dropped = every_death(shared, plot)
    tell(told(plot, points, repeated, dropped))
    assert points > 50

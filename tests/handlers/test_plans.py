"""The plan of a challenge against the slow, obvious computation: a list of dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.challenges.leading_rules import comebacks, day_numbers_from, extended, paused, resumed, untouched
from handlers.challenges.rules import MOVES, OPEN, Break, Move, Plan, Rhythm, State, moved

BEGINS = date(2026, 3, 2)
dates = st.integers(-5, 80).map(lambda n: BEGINS + timedelta(days=n))


@st.composite
def breaks(draw: st.DrawFn) -> Break:
    begins = draw(dates)
    return begins, draw(st.none() | st.integers(1, 20).map(lambda n: begins + timedelta(days=n)))


plans = st.builds(
    Plan,
    dates,
    st.integers(1, 40),
    st.sampled_from(Rhythm),
    st.lists(breaks(), max_size=4).map(tuple),
)


def slowly(plan: Plan) -> list[date]:
    """Every date with an activity, one after the other; two years are enough for any of these plans."""
    found: list[date] = []
    for n in range(730):
        on = plan.starts_on + timedelta(days=n)
        if len(found) == plan.days:
            break
        if plan.rhythm is Rhythm.WORKING_DAYS and on.weekday() > 4:
            continue
        if any(begins <= on and (ends is None or on < ends) for begins, ends in plan.breaks):
            continue
        found.append(on)
    return found


@pytest.mark.thorough
@settings(deadline=None, max_examples=150)
@given(plans)
def test_a_plan_with_pauses_is_the_list_of_its_dates(plan: Plan) -> None:
    expected = slowly(plan)
    assert [on for n in range(-3, 200) if plan.number_of(on := plan.starts_on + timedelta(days=n)) is not None] == expected[:200]
    assert [plan.number_of(on) for on in expected] == list(range(1, len(expected) + 1))
    assert plan.last_on == (expected[-1] if expected else plan.starts_on - timedelta(days=1))
    assert [plan.date_of(number) for number in range(1, plan.days + 1)] == expected + [None] * (plan.days - len(expected))
    assert plan.date_of(0) is None
    cadence = plan.daily("Europe/Berlin", time(9))
    assert all(cadence.falls_on(on) for on in expected)


@pytest.mark.thorough
@settings(deadline=None, max_examples=150)
@given(plans, dates)
def test_the_days_from_a_date_on(plan: Plan, on: date) -> None:
    before = sum(day < on for day in slowly(plan))
    assert list(day_numbers_from(plan, on)) == list(range(before + 1, plan.days + 1))


@pytest.mark.thorough
@settings(deadline=None, max_examples=150)
@given(st.builds(Plan, dates, st.integers(1, 40), st.sampled_from(Rhythm)), st.integers(0, 30), st.integers(-3, 30))
def test_a_pause_moves_the_rest_and_nothing_else(plan: Plan, after: int, length: int) -> None:
    begins = plan.starts_on + timedelta(days=after)
    ends = begins + timedelta(days=length)
    was, pausing = slowly(plan), paused(plan, begins)
    assert pausing.is_paused
    assert slowly(pausing) == [on for on in was if on < begins]
    going_on = resumed(pausing, ends)
    assert not going_on.is_paused
    now = slowly(going_on)
    assert len(now) == plan.days
    assert [on for on in now if on < begins] == [on for on in was if on < begins]
    assert not any(begins <= on < ends for on in now)
    if length <= 0:
        assert going_on == plan
    if plan.rhythm is Rhythm.EVERY_DAY and length >= 0 and after < plan.days:
        assert now[-1] == was[-1] + timedelta(days=length)
    assert slowly(extended(going_on, 5, begins))[: plan.days] == now
    late = now[-1] + timedelta(days=3)
    assert slowly(extended(going_on, 5, late))[plan.days :][0] >= late


def test_a_change_begins_where_nobody_has_had_the_day_yet() -> None:
    today, berlin, auckland = date(2026, 3, 24), ("Europe/Berlin", time(9)), ("Pacific/Auckland", time(9))
    assert untouched(today, [berlin], datetime(2026, 3, 24, 7, 0, tzinfo=UTC)) == today
    assert untouched(today, [berlin], datetime(2026, 3, 24, 9, 0, tzinfo=UTC)) == date(2026, 3, 25)
    assert untouched(today, [berlin, auckland], datetime(2026, 3, 24, 7, 0, tzinfo=UTC)) == date(2026, 3, 25)
    assert untouched(today, [berlin, auckland], datetime(2026, 3, 24, 21, 0, tzinfo=UTC)) == date(2026, 3, 26)
    assert untouched(today, [], datetime(2026, 3, 24, 21, 0, tzinfo=UTC)) == today


def test_the_moves() -> None:
    assert moved(State.RUNNING, Move.PAUSE) is State.PAUSED
    assert moved(State.PAUSED, Move.RESUME) is State.RUNNING
    assert all(moved(state, move) is None for state in (State.CLOSED, State.CANCELLED) for move in Move)
    reached = {State.PROPOSED}
    for _round in State:
        reached |= {to for (state, _move), to in MOVES.items() if state in reached}
    assert reached == set(State), "every state can be reached"
    assert all(moved(state, Move.CANCEL) is State.CANCELLED for state in OPEN)


def test_whoever_comes_back_is_counted_once() -> None:
    assert comebacks([[1, 2, 3], [1, 5, 9], [1, 4], [], [7]]) == 1

"""When reminders leave, against a slow and obvious simulation that looks at every minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.nudges.rules import (
    HOUR_LASTS,
    Behind,
    PutOff,
    State,
    Terms,
    Waiting,
    decide,
    everybody,
    joined,
    leaves_at,
    leaves_until,
    put_off_until,
    shown,
)

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Niue", "UTC")
BEGINS = (datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC))  # clocks change
DAYS = 5
QUIET = ((1200, 480), (0, 0), (120, 180), (150, 120), (0, 1439))
MINUTE = timedelta(minutes=1)
minutes = st.integers(0, DAYS * 24 * 60)


@st.composite
def terms(draw: st.DrawFn, begins: date) -> Terms:
    first = begins + timedelta(days=draw(st.integers(-1, DAYS)))
    return Terms(
        draw(st.sampled_from(ZONES)),
        draw(st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))),
        *draw(
            st.sampled_from(((1200, 480), (0, 0), (120, 180), (150, 120), (0, 1439)))
            | st.tuples(st.integers(0, 1439), st.integers(0, 1439))
        ),
        draw(st.sampled_from((0b1111111, 0b1111111, 0b0011111, 0b1010101, 0))),
        draw(st.sampled_from((2, 1, 3, 5, 0))),
        is_stopped=draw(st.sampled_from((False,) * 7 + (True,))),
        paused_until=draw(st.sampled_from((None, None, None, first))),
        away=draw(st.sampled_from(((), (), ((first, first + timedelta(days=1)),)))),
    )


@dataclass
class World:
    """What happens to one person: terms that change, reminders that are asked for and settled, acts; each at a minute."""

    begins: datetime
    terms: dict[datetime, Terms]
    asked: dict[datetime, list[Waiting]]
    settled: dict[datetime, int]
    acts: set[datetime]
    sent: list[tuple[datetime, tuple[int, ...], bool]] = field(default_factory=list)
    state: dict[int, State] = field(default_factory=dict)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    begins = draw(st.sampled_from(BEGINS))

    def at(minute: int) -> datetime:
        return begins + minute * MINUTE

    changes = {begins: draw(terms(begins.date()))}
    for minute in draw(st.lists(minutes, max_size=3)):
        changes[at(minute)] = draw(terms(begins.date()))
    asked: dict[datetime, list[Waiting]] = {}
    settled: dict[datetime, int] = {}
    for number in range(draw(st.integers(3, 10))):
        asked_at = at(draw(minutes))
        ready_at = asked_at + draw(st.sampled_from((0, 0, 0, 90, 1500))) * MINUTE
        expires_at = asked_at + draw(st.sampled_from((9000, 3000, 700, 60, 1))) * MINUTE
        asked.setdefault(asked_at, []).append(Waiting(number, ready_at, expires_at, draw(st.sampled_from((False, False, False, True)))))
        if draw(st.sampled_from((False, False, True))):
            settled[asked_at + draw(st.integers(1, 3000)) * MINUTE] = number
    return World(begins, changes, asked, settled, {at(minute) for minute in draw(st.lists(minutes, max_size=2))})


@lru_cache
def quiet_minutes(begins: int, ends: int) -> set[int]:
    """Every quiet minute of a day, one after the other, over midnight if need be."""
    found: set[int] = set()
    while begins != ends:
        found.add(begins)
        begins = (begins + 1) % 1440
    return found


def is_open(terms: Terms, at: datetime) -> bool:
    """Said as plainly as possible."""
    local = at.astimezone(ZoneInfo(terms.zone))
    on, minute = local.date(), local.hour * 60 + local.minute
    if terms.is_stopped or terms.budget == 0 or minute in quiet_minutes(terms.quiet_from, terms.quiet_to):
        return False
    if on.weekday() not in [day for day in range(7) if terms.weekdays & 2**day]:
        return False
    return not (terms.paused_until and on < terms.paused_until) and not any(a <= on <= b for a, b in terms.away)


def has_room(terms: Terms, at: datetime, used: int) -> bool:
    """The last part of the budget is for the person's hour."""
    local = at.astimezone(ZoneInfo(terms.zone))
    own = terms.hour.hour * 60 + terms.hour.minute
    if own in quiet_minutes(terms.quiet_from, terms.quiet_to):
        own = terms.quiet_to
    is_own = own <= local.hour * 60 + local.minute < own + HOUR_LASTS
    return used < terms.budget - 1 or (used == terms.budget - 1 and is_own)


def slowly(world: World) -> None:
    """Look at every minute of the days."""
    waiting: list[Waiting] = []
    used: Counter[date] = Counter()
    ignored, is_awaited, is_silent = 0, False, False
    for n in range((DAYS + 3) * 24 * 60):
        at = world.begins + n * MINUTE
        now_terms = world.terms[max(key for key in world.terms if key <= at)]
        if at in world.acts:
            ignored, is_awaited, is_silent = 0, False, False
        waiting += world.asked.get(at, [])
        if at in world.settled and any(each.id == world.settled[at] for each in waiting):
            waiting = [each for each in waiting if each.id != world.settled[at]]
            world.state[world.settled[at]] = State.SETTLED
        for each in waiting:
            if each.expires_at <= at:
                world.state[each.id] = State.EXPIRED
        waiting = [each for each in waiting if each.expires_at > at]
        ready = [each for each in waiting if each.ready_at <= at]
        if not ready or is_silent or not is_open(now_terms, at):
            continue
        on = at.astimezone(ZoneInfo(now_terms.zone)).date()
        takes = any(not each.is_free for each in ready) and has_room(now_terms, at, used[on])
        going = ready if takes else [each for each in ready if each.is_free]
        if not going:
            continue
        used[on] += takes
        ignored, is_awaited = ignored + is_awaited, True
        if ignored >= 3:
            ignored, is_silent = 0, True
            world.sent.append((at, (), takes))
            continue
        waiting = [each for each in waiting if each not in going]
        for each in going:
            world.state[each.id] = State.SENT
        world.sent.append((at, tuple(each.id for each in sorted(going, key=lambda each: (each.ready_at, each.id))), takes))


def by_looks(world: World) -> None:
    """Look only when something happens, and when the last look said so."""
    waiting: list[Waiting] = []
    used: Counter[date] = Counter()
    ignored, is_awaited, is_silent = 0, False, False
    happenings = {*world.terms, *world.asked, *world.settled, *world.acts}
    looks = set(happenings)
    while looks:
        at = min(looks)
        looks.remove(at)
        if at >= world.begins + (DAYS + 3) * timedelta(days=1):
            return
        now_terms = world.terms[max(key for key in world.terms if key <= at)]
        if at in world.acts:
            ignored, is_awaited, is_silent = 0, False, False
        waiting += world.asked.get(at, [])
        if at in world.settled and any(each.id == world.settled[at] for each in waiting):
            waiting = [each for each in waiting if each.id != world.settled[at]]
            world.state[world.settled[at]] = State.SETTLED
        stands = replace(now_terms, is_stopped=now_terms.is_stopped or is_silent)
        decision = decide(stands, waiting, used, ignored + is_awaited, at)
        for gone in decision.expired:
            world.state[gone] = State.EXPIRED
        waiting = [each for each in waiting if each.id not in (*decision.expired, *decision.goes)]
        if decision.goes or decision.asks:
            on = at.astimezone(ZoneInfo(now_terms.zone)).date()
            used[on] += decision.takes
            ignored, is_awaited = ignored + is_awaited, True
            if decision.asks:
                ignored, is_silent = 0, True
            for gone in decision.goes:
                world.state[gone] = State.SENT
            world.sent.append((at, decision.goes, decision.takes))
        if decision.again_at is not None:
            assert decision.again_at > at, "a look that leads nowhere"
            looks.add(decision.again_at)


@pytest.mark.thorough
@settings(deadline=None, max_examples=50)
@given(worlds())
def test_looking_when_it_matters_is_looking_at_every_minute(world: World) -> None:
    other = replace(world, sent=[], state={})
    slowly(world)
    by_looks(other)
    assert other.sent == world.sent
    assert other.state == world.state
    _nothing_out_of_bounds(world)


def _nothing_out_of_bounds(world: World) -> None:
    """What was promised, said once more without either of the two."""
    taken: Counter[tuple[str, date]] = Counter()
    expires = {each.id: each.expires_at for asked in world.asked.values() for each in asked}
    said: Sequence[int] = [one for _at, ids, _takes in world.sent for one in ids]
    assert len(said) == len(set(said)), "each once"
    assert set(world.state) | {one for one, at in expires.items() if at > world.begins + (DAYS + 3) * timedelta(days=1)} >= set(expires)
    for at, ids, takes in world.sent:
        now_terms = world.terms[max(key for key in world.terms if key <= at)]
        local = at.astimezone(ZoneInfo(now_terms.zone))
        taken[now_terms.zone, local.date()] += takes
        assert not takes or taken[now_terms.zone, local.date()] <= now_terms.budget
        assert is_open(now_terms, at)
        assert all(at < expires[one] for one in ids)


BASE = Terms("Europe/Berlin", time(9), 20 * 60, 8 * 60, 0b0011111, 2)
FRIDAY = datetime(2026, 3, 20, 13, 0, tzinfo=UTC)


def test_the_last_of_the_day_waits_for_the_persons_hour() -> None:
    friday = date(2026, 3, 20)
    assert leaves_at(BASE, FRIDAY, {}) == FRIDAY
    assert leaves_at(BASE, FRIDAY, {friday: 1}) == datetime(2026, 3, 23, 7, 0, tzinfo=UTC), "Monday, once the quiet hours are over"
    assert leaves_at(BASE, FRIDAY.replace(hour=5), {friday: 1}) == FRIDAY.replace(hour=8), "this day's hour"
    assert leaves_at(BASE, FRIDAY, {friday: 2}) == datetime(2026, 3, 23, 7, 0, tzinfo=UTC)
    assert leaves_at(BASE, FRIDAY, None) == FRIDAY, "what takes nothing does not wait"
    assert leaves_at(replace(BASE, budget=0), FRIDAY, None) is None
    assert leaves_at(replace(BASE, is_stopped=True), FRIDAY, None) is None
    assert leaves_at(replace(BASE, weekdays=0), FRIDAY, None) is None


def test_what_leaves_late_does_not_leave_in_the_quiet_hours() -> None:
    assert leaves_until(BASE, FRIDAY) == FRIDAY + timedelta(hours=2)
    assert leaves_until(BASE, FRIDAY.replace(hour=18)) == FRIDAY.replace(hour=19)


def test_more_than_fits_into_one_message_waits_for_the_next_day() -> None:
    waiting = [Waiting(n, FRIDAY, FRIDAY + timedelta(days=9)) for n in range(13)]
    decision = decide(BASE, waiting, {}, 0, FRIDAY)
    assert decision.goes == tuple(range(10))
    assert decision.again_at == datetime(2026, 3, 23, 7, 0, tzinfo=UTC)


def test_until_when_it_is_put_off() -> None:
    assert put_off_until(PutOff.TWO_HOURS, FRIDAY + timedelta(seconds=5), BASE) == FRIDAY + timedelta(hours=2, minutes=1)
    assert put_off_until(PutOff.EVENING, FRIDAY, BASE) == FRIDAY.replace(hour=17)
    assert put_off_until(PutOff.EVENING, FRIDAY.replace(hour=17), BASE) == datetime(2026, 3, 21, 8, 0, tzinfo=UTC)
    assert put_off_until(PutOff.TOMORROW, FRIDAY, BASE) == datetime(2026, 3, 21, 8, 0, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6)), max_size=8))
def test_days_away_that_touch_are_one(drawn: list[tuple[int, int]]) -> None:
    ranges = [(date(2026, 3, 1) + timedelta(days=a), date(2026, 3, 1) + timedelta(days=a + n)) for a, n in drawn]
    days = {first + timedelta(days=n) for first, last in ranges for n in range((last - first).days + 1)}
    found = joined(ranges)
    assert {first + timedelta(days=n) for first, last in found for n in range((last - first).days + 1)} == days
    assert all(after[0] - before[1] > timedelta(days=1) for before, after in pairwise(found))


@pytest.mark.thorough
@given(st.lists(st.dictionaries(st.integers(1, 12), st.integers(1, 4)), min_size=3, max_size=3))
def test_no_count_of_few_can_be_told_or_computed(found: list[dict[int, int]]) -> None:
    """Person -> messages, for each of three outcomes; somebody may be behind several."""
    parts = {str(n): Behind(sum(by.values()), frozenset(by)) for n, by in enumerate(found)}
    told = shown(parts)
    hidden = [parts[name] for name, count in told.items() if count is None]
    assert all(len(parts[name].people) >= 5 and parts[name].count == count for name, count in told.items() if count is not None)
    assert len(hidden) != 1
    assert len(hidden) in (0, 3) or len(everybody(hidden).people) >= 5

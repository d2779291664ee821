"""Sizes, dates, promises and decisions of an opinion request: every boundary, and the same from the same."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cadences import Cadence
from handlers.opinions.gradients import LEVELS, NAMES, Gradients, gradients
from handlers.opinions.rules import (
    SHARES,
    SHORTEST,
    Decision,
    Fallback,
    Missing,
    Phase,
    Position,
    Promise,
    Promises,
    Quorum,
    Rule,
    Size,
    TooSoon,
    Way,
    decide,
    is_rapid,
    looser,
    next_phase,
    phases,
    plan,
    plan_rest,
    way_of,
)

OPENS = datetime(2026, 3, 20, 10, 29, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "UTC")
S, G, A, C, N, X = Position
positions = st.lists(st.sampled_from(Position), max_size=30)
quorums = st.builds(Quorum, st.integers(0, 100), st.integers(1, 10))


# -- dates ---------------------------------------------------------------------------------------------------------------


@given(
    st.sampled_from(Size),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001 - aware a moment later
    st.integers(24 * 60, 90 * 24 * 60),
    st.sampled_from(ZONES),
)
def test_phases_end_one_after_the_other_at_times_that_a_cadence_can_meet(size: Size, opens: datetime, minutes: int, zone: str) -> None:
    deadline = opens + timedelta(minutes=minutes)
    stops = plan(size, opens, deadline, zone)
    assert tuple(stop.phase for stop in stops) == tuple(SHARES[size])
    assert all(before < after for before, after in pairwise([opens, *(stop.ends_at for stop in stops)]))
    assert stops[-1].ends_at == deadline
    for stop in stops[:-1]:
        assert stop.at.minute == 0
        due = Cadence(zone, stop.at, stop.on, stop.on).next_due(stop.ends_at - timedelta(minutes=1))
        assert due == (stop.on, stop.ends_at)


def test_phases_of_some_weeks_end_at_the_end_of_working_days() -> None:
    deadline = datetime(2026, 4, 3, 16, tzinfo=UTC)
    ends = plan(Size.FULL, OPENS, deadline, "Europe/Berlin")
    assert [(stop.phase, f"{stop.on:%d %b} {stop.at:%H:%M}") for stop in ends] == [
        (Phase.INFORM, "21 Mar 18:00"),
        (Phase.STATEMENTS, "26 Mar 18:00"),
        (Phase.MAP, "28 Mar 18:00"),
        (Phase.DRAFT, "30 Mar 18:00"),
        (Phase.RATIFY, "02 Apr 18:00"),
        (Phase.SEND, "03 Apr 18:00"),
    ]


def test_a_request_of_a_day_has_all_its_phases() -> None:
    ends = plan(Size.FULL, OPENS, OPENS + SHORTEST, "UTC")
    assert [f"{stop.ends_at:%d %H:%M}" for stop in ends] == ["20 13:00", "20 21:00", "21 00:00", "21 03:00", "21 08:00", "21 10:29"]


@pytest.mark.parametrize("size", Size)
def test_less_than_a_day_is_refused(size: Size) -> None:
    assert plan(size, OPENS, OPENS + SHORTEST, "UTC")
    with pytest.raises(TooSoon):
        plan(size, OPENS, OPENS + SHORTEST - timedelta(seconds=1), "UTC")


def test_rapid_is_two_days_at_most() -> None:
    assert is_rapid(OPENS, OPENS + timedelta(hours=48))
    assert not is_rapid(OPENS, OPENS + timedelta(hours=48, seconds=1))


def test_what_is_left_is_planned_anew() -> None:
    deadline = OPENS + timedelta(days=10)
    rest = plan_rest((Phase.SEND, Phase.RATIFY), OPENS, deadline, "UTC", Size.FULL)
    assert [stop.phase for stop in rest] == [Phase.RATIFY, Phase.SEND]
    only = plan_rest((Phase.SEND,), OPENS, OPENS + timedelta(hours=3), "UTC", Size.FULL)
    assert [(stop.phase, stop.ends_at) for stop in only] == [(Phase.SEND, OPENS + timedelta(hours=3))]
    with pytest.raises(TooSoon):
        plan_rest((Phase.OUTCOME,), OPENS, deadline, "UTC", Size.FULL)


def test_a_deadline_keeps_its_own_hour() -> None:
    deadline = datetime(2026, 4, 3, 16, 30, tzinfo=UTC)
    last = plan(Size.QUICK, OPENS, deadline, "Asia/Kathmandu")[-1]
    assert (last.on, last.at) == (datetime(2026, 4, 3, tzinfo=UTC).date(), time(22, 15))
    assert datetime.combine(last.on, last.at, ZoneInfo("Asia/Kathmandu")) == deadline


def test_phases_follow_each_other_and_a_request_can_grow() -> None:
    assert phases(Size.QUICK) == (Phase.STATEMENTS, Phase.DRAFT, Phase.SEND, Phase.OUTCOME)
    assert next_phase(Size.STANDARD, Phase.STATEMENTS) is Phase.DRAFT
    assert next_phase(Size.FULL, Phase.STATEMENTS) is Phase.MAP  # a standard request that grew
    assert next_phase(Size.FULL, Phase.OUTCOME) is Phase.ENDED
    assert [phase for phase in Phase if phase.is_over] == [Phase.ENDED, Phase.CANCELLED]
    assert all(sum(shares.values()) == 100 for shares in SHARES.values())


# -- promises ------------------------------------------------------------------------------------------------------------

promised = st.builds(
    Promises,
    st.booleans(),
    st.integers(3, 7),
    st.sampled_from(Rule),
    quorums,
    st.sampled_from(Fallback),
    st.frozensets(st.integers(1, 4), max_size=4),
    st.integers(0, 3).map(lambda days: OPENS + timedelta(days=days)),
)


def changed(**to: object) -> Promises:
    usual: dict[str, object] = {
        "is_anonymous": True,
        "k": 5,
        "rule": Rule.TWO_THIRDS,
        "quorum": Quorum(30, 3),
        "fallback": Fallback.SIGNATORIES,
        "invited": frozenset({1, 2}),
        "deadline": OPENS,
    }
    return Promises(**{**usual, **to})  # type: ignore[arg-type]  # the names are those of the fields


@pytest.mark.parametrize(
    ("stricter", "weaker", "promise"),
    [
        ({}, {"is_anonymous": False}, Promise.ANONYMITY),
        ({"k": 6}, {"k": 4}, Promise.SMALL_GROUPS),
        ({"rule": Rule.CONSENT}, {"rule": Rule.MAJORITY}, Promise.RULE),
        ({"quorum": Quorum(31, 3)}, {"quorum": Quorum(29, 3)}, Promise.QUORUM),
        ({"quorum": Quorum(30, 4)}, {"quorum": Quorum(40, 2)}, Promise.QUORUM),
        ({"fallback": Fallback.DO_NOT_SEND}, {"fallback": Fallback.ANNEX}, Promise.FALLBACK),
        ({"invited": frozenset()}, {"invited": frozenset({1, 3})}, Promise.INVITED),
        ({"invited": frozenset({1, 2, 3})}, {"invited": frozenset({1})}, Promise.INVITED),
        ({"deadline": OPENS + timedelta(days=1)}, {"deadline": OPENS - timedelta(seconds=1)}, Promise.DEADLINE),
    ],
)
def test_promises_get_stricter_only(stricter: dict[str, object], weaker: dict[str, object], promise: Promise) -> None:
    assert looser(changed(), changed(**stricter)) == frozenset()
    assert looser(changed(), changed(**weaker)) == {promise}
    assert looser(changed(invited=frozenset()), changed()) == {Promise.INVITED}


@given(promised, promised, promised)
def test_stricter_is_an_order(one: Promises, other: Promises, third: Promises) -> None:
    assert not looser(one, one)
    if not looser(one, other) and not looser(other, one):
        assert one == other
    if not looser(one, other) and not looser(other, third):
        assert not looser(one, third)


# -- decisions -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("invited", "needed"), [(0, 0), (1, 1), (2, 2), (3, 3), (9, 3), (10, 3), (11, 4), (13, 4), (14, 5), (24, 8), (100, 30), (101, 31)]
)
def test_the_quorum(invited: int, needed: int) -> None:
    assert Quorum().of(invited) == needed == min(invited, max(3, -(-invited * 3 // 10)))


@given(positions, st.integers(0, 60), st.sampled_from(Rule), quorums)
def test_a_decision_is_what_the_rule_says(given_: list[Position], more: int, rule: Rule, quorum: Quorum) -> None:
    invited = len(given_) + more
    found = decide(given_, invited, rule, quorum)
    deciding = [each for each in given_ if each is not X]
    support = Fraction(sum(each in (S, G) for each in deciding), max(1, len(deciding)))
    enough = support > Fraction(1, 2) if rule is Rule.MAJORITY else support >= Fraction(2, 3)
    in_the_way = rule is Rule.CONSENT and any(each in (C, N) for each in given_)
    present = len(given_) > 0 and len(given_) >= min(
        Fraction(invited), max(Fraction(quorum.least), Fraction(invited * quorum.percent, 100))
    )
    assert found.passed == (enough and present and not in_the_way)
    assert (Missing.VOTERS in found.missing, Missing.SUPPORT in found.missing) == (not present, not enough)
    assert (Missing.CONSENT in found.missing) == in_the_way
    assert sum(found.counts.values()) == found.voted == len(given_)


@given(positions, st.integers())
def test_no_decision_hangs_on_the_order_of_ballots(given_: list[Position], seed: int) -> None:
    shuffled = random.Random(seed).sample(given_, len(given_))
    assert decide(shuffled, 40, Rule.CONSENT, Quorum()) == decide(given_, 40, Rule.CONSENT, Quorum())


@pytest.mark.parametrize(
    ("given_", "rule", "missing"),
    [
        ([S, S, A], Rule.CONSENT, ()),  # exactly two thirds
        ([S, S, S, A, A], Rule.CONSENT, (Missing.SUPPORT,)),
        ([S, G, X, X, A], Rule.CONSENT, ()),  # abstentions are not counted against it
        ([S, S, S, C], Rule.CONSENT, (Missing.CONSENT,)),
        ([S, S, N], Rule.CONSENT, (Missing.CONSENT,)),
        ([S, S, N], Rule.TWO_THIRDS, ()),
        ([S, N, S, N], Rule.MAJORITY, (Missing.SUPPORT,)),  # an even split is no majority
        ([S, N, S, N, G], Rule.MAJORITY, ()),
        ([X, X, X], Rule.MAJORITY, (Missing.SUPPORT,)),
        ([X, X, X], Rule.CONSENT, (Missing.SUPPORT,)),
        ([S, S], Rule.CONSENT, (Missing.VOTERS,)),
        ([], Rule.CONSENT, (Missing.VOTERS, Missing.SUPPORT)),
    ],
)
def test_what_a_draft_lacks(given_: list[Position], rule: Rule, missing: tuple[Missing, ...]) -> None:
    assert decide(given_, 10, rule, Quorum()).missing == missing


def test_an_even_split_is_told_as_one() -> None:
    assert decide([S, N, S, N, X], 10, Rule.MAJORITY, Quorum()).is_even
    assert not decide([S, N, S], 10, Rule.MAJORITY, Quorum()).is_even
    assert not decide([X, X, X], 10, Rule.MAJORITY, Quorum()).is_even


def test_nobody_invited_and_nobody_there_decides_nothing() -> None:
    assert decide([], 0, Rule.CONSENT, Quorum()).missing == (Missing.VOTERS, Missing.SUPPORT)


def test_a_settled_objection_is_not_in_the_way() -> None:
    given_ = [S] * 4 + [C, N]
    assert decide(given_, 6, Rule.CONSENT, Quorum(), settled=1).missing == (Missing.CONSENT,)
    assert decide(given_, 6, Rule.CONSENT, Quorum(), settled=2).passed


def test_the_fallback_decides_where_the_rule_is_not_met_and_support_is_there() -> None:
    met: Decision = decide([S, S, S], 3, Rule.CONSENT, Quorum())
    unmet = decide([S, S, N], 3, Rule.CONSENT, Quorum())
    unwanted = decide([A, A, N], 3, Rule.CONSENT, Quorum())
    assert {way_of(met, each) for each in Fallback} == {Way.OURS}
    assert [way_of(unmet, each) for each in Fallback] == [Way.ANNEX, Way.SIGNATORIES, Way.NOT_SENT]
    assert {way_of(unwanted, each) for each in Fallback} == {Way.NOT_SENT}


def test_which_positions_support_object_and_dissent() -> None:
    assert [each for each in Position if each.supports] == [S, G]
    assert [each for each in Position if each.objects] == [C, N]
    assert [each for each in Position if each.dissents] == [A, C, N]


# -- gradients -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "is_split"),
    [
        ([1, 2, 7, 8], True),
        ([1, 4, 4, 8], True),  # a quarter each, exactly
        ([1, 4, 4, 4, 8], False),
        ([1, 1, 1, 3, 3, 3, 7, 8], True),
        ([1, 1, 1, 3, 3, 3, 3, 8], False),
        ([1, 1, 1, 1], False),
        ([], False),
    ],
)
def test_a_split_has_no_mean(levels: list[int], is_split: bool) -> None:
    found = gradients(levels)
    assert found.is_split is is_split
    assert (found.mean is None) == (is_split or not levels)


@given(st.lists(st.sampled_from(LEVELS), max_size=40))
def test_gradients_are_what_a_slow_count_finds(levels: list[int]) -> None:
    found = gradients(levels)
    low, high = sum(level <= 2 for level in levels), sum(level >= 7 for level in levels)
    assert found.counts == tuple(sum(each == level for each in levels) for level in range(1, 9))
    assert found.is_split == (bool(levels) and min(Fraction(low, len(levels)), Fraction(high, len(levels))) >= Fraction(1, 4))
    if found.mean is not None:
        assert found.mean == pytest.approx(sum(levels) / len(levels))


def test_every_level_has_a_name() -> None:
    assert tuple(NAMES) == tuple(LEVELS)
    assert Gradients((0,) * 8).mean is None

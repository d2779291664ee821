"""Pairing: most pairs, fewest repeats, a fair third, exclusions kept; against an exhaustive oracle where it is small."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.pairing import crowd
from handlers.partners.rules import Candidate, Group, Past, Plan, Why, WhyWaiting, audit, plan_pairs
from tests.kit.effort import EVERYTHING

Never = frozenset[frozenset[int]]


def people(count: int) -> list[Candidate]:
    """So many who are all alike."""
    return [Candidate(number) for number in range(1, count + 1)]


def past_of(plan: Plan) -> list[Past]:
    return [Past((a, b), plan.round) for group in plan.groups for a, b in combinations(group.members, 2)]


def with_thirds(candidates: Sequence[Candidate], plan: Plan) -> list[Candidate]:
    thirds = {group.third for group in plan.groups}
    return [replace(each, times_third=each.times_third + (each.id in thirds)) for each in candidates]


def live(candidates: Sequence[Candidate], rounds: int, seed: int, never: Never = frozenset()) -> list[Plan]:
    """Round after round, each knowing those before."""
    plans: list[Plan] = []
    past: list[Past] = []
    for number in range(1, rounds + 1):
        plan = plan_pairs(candidates, past, never, [], number, seed)
        plans.append(plan)
        past += past_of(plan)
        candidates = with_thirds(candidates, plan)
    return plans


def placed(plan: Plan) -> list[int]:
    return [member for group in plan.groups for member in group.members]


@st.composite
def situations(draw: st.DrawFn, most: int = 12) -> tuple[list[Candidate], list[Past], Never]:
    count = draw(st.integers(0, most))
    some = st.sets(st.sampled_from([frozenset(pair) for pair in combinations(range(1, count + 1), 2)])) if count > 1 else st.just(set())
    candidates = [
        Candidate(
            number,
            draw(st.sampled_from((None, "a", "b"))),
            draw(st.frozensets(st.sampled_from(("write", "speak", "ship")))),
            draw(st.frozensets(st.integers(6, 12))),
            draw(st.sampled_from(("en", "de"))),
            draw(st.integers(0, 2)),
            draw(st.integers(0, 9)) == 0,
        )
        for number in range(1, count + 1)
    ]
    met = [(min(pair), max(pair)) for pair in sorted(draw(some), key=sorted)]
    return candidates, [Past(pair, draw(st.integers(1, 6))) for pair in met], frozenset(draw(some))


def matchings(who: Sequence[int], never: Never) -> Iterator[list[tuple[int, int]]]:
    """Every matching of these."""
    if len(who) < 2:
        yield []
        return
    first, *others = who
    yield from matchings(others, never)
    for other in others:
        if frozenset((first, other)) not in never:
            for rest in matchings([each for each in others if each != other], never):
                yield [(first, other), *rest]


@pytest.mark.thorough
@settings(max_examples=60)
@given(situations(), st.integers(0, 3))
def test_everybody_is_in_one_group_unless_there_is_none(situation: tuple[list[Candidate], list[Past], Never], seed: int) -> None:
    candidates, past, never = situation
    plan = plan_pairs(candidates, past, never, [], 7, seed)
    present = sorted(each.id for each in candidates if not each.is_paused)
    over = [waiting.id for waiting in plan.waiting]
    assert sorted([*placed(plan), *over]) == present
    for group in plan.groups:
        assert len(group.members) == (2 if group.third is None else 3)
        assert not any(frozenset(pair) in never for pair in combinations(group.members, 2)), "an exclusion is broken"
    for each in over:
        assert all(frozenset((each, other)) in never for other in over if other != each)
        for group in plan.groups:
            assert len(group.members) == 3 or any(frozenset((each, member)) in never for member in group.members)
    if len(present) == 1:
        assert plan.waiting[0].why is WhyWaiting.NOBODY_ELSE


@pytest.mark.thorough
@settings(max_examples=60)
@given(situations(9))
def test_the_largest_number_of_pairs_with_the_fewest_repeats(situation: tuple[list[Candidate], list[Past], Never]) -> None:
    check_against_oracle(*situation)


@pytest.mark.thorough
@pytest.mark.parametrize("count", [11, 12])
def test_the_oracle_agrees_about_larger_ones(count: int) -> None:
    for seed in range(20) if EVERYTHING else (count,):
        draw = random.Random(seed)
        pairs = list(combinations(range(1, count + 1), 2))
        past = [Past(pair, draw.randint(1, 6)) for pair in draw.sample(pairs, draw.choice((20, 45, len(pairs) - 8)))]
        check_against_oracle(people(count), past, frozenset(frozenset(pair) for pair in draw.sample(pairs, 6)))


def check_against_oracle(candidates: list[Candidate], past: list[Past], never: Never) -> None:
    """Of all ways: most pairs, then whoever is over was third least often, then fewest repeats; a third in a single trio counts too."""
    plan = plan_pairs(candidates, past, never, [], 7, 1)
    thirds = {each.id: each.times_third for each in candidates}
    met = {frozenset(each.pair) for each in past}
    present = [each.id for each in candidates if not each.is_paused]
    best: tuple[int, int, int, int] | None = None
    for pairs in matchings(present, never):
        over = set(present) - {each for pair in pairs for each in pair}
        repeats = sum(frozenset(pair) in met for pair in pairs)
        again, waits = 0, len(over)
        if len(over) == 1:
            (third,) = over
            joins = [pair for pair in pairs if all(frozenset((third, each)) not in never for each in pair)]
            again = min((sum(frozenset((third, each)) in met for each in pair) for pair in joins), default=0)
            waits = 0 if joins else 1
        key = (-len(pairs), sum(thirds[each] for each in over), repeats + again if waits < 2 else repeats, waits)
        best = min(best, key) if best is not None else key
    assert best is not None
    over_in_plan = [group.third for group in plan.groups if group.third is not None] + [waiting.id for waiting in plan.waiting]
    assert len(plan.groups) == -best[0]
    assert sum(thirds[each] for each in over_in_plan) == best[1]
    if len(over_in_plan) < 2:
        found = sum(frozenset(pair) in met for group in plan.groups for pair in combinations(group.members, 2))
        assert found == best[2]


@pytest.mark.parametrize("count", range(4, 41, 2))
def test_nobody_meets_again_before_almost_all_have_met(count: int) -> None:
    """In an even number of people who are all alike there is no repeat in the first n - 3 rounds; every seed where everything is tested."""
    for seed in range(200) if EVERYTHING else (count,):
        plans = live(people(count), count - 3, seed)
        assert audit(plans).repeats == 0
        assert all(len(plan.groups) == count // 2 for plan in plans)


@pytest.mark.parametrize("count", [3, 5, 7, 9, 13, 21])
def test_nobody_is_third_twice_before_everybody_was_once(count: int) -> None:
    rounds = min(2 * count, 26)
    plans = live(people(count), rounds, seed=count)
    for number in range(1, rounds + 1):
        times = [audit(plans[:number]).times_third.get(each, 0) for each in range(1, count + 1)]
        assert sum(times) == number
        assert max(times) - min(times) <= 1


def test_who_was_third_outweighs_all_that_fits() -> None:
    alike = {"goal_words": frozenset(("a", "b", "c")), "awake": frozenset(range(24))}
    candidates = [Candidate(1, "x", **alike), Candidate(2, "y", **alike), Candidate(3, "z", language="ja", times_third=1)]  # type: ignore[arg-type]
    (group,) = plan_pairs(candidates, [], frozenset(), [], 1, 1).groups
    assert group.third in (1, 2)


@pytest.mark.thorough
@settings(max_examples=40)
@given(situations(14), st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_does_not_matter(situation: tuple[list[Candidate], list[Past], Never], draw: random.Random) -> None:
    candidates, past, never = situation
    shuffled, mixed = draw.sample(candidates, len(candidates)), draw.sample(past, len(past))
    assert plan_pairs(shuffled, mixed, never, [], 7, 5) == plan_pairs(candidates, past, never, [], 7, 5)


def varied(count: int) -> list[Candidate]:
    draw = random.Random(count)
    hours = [frozenset(hour % 24 for hour in range(start, start + 10)) for start in (0, 7, 16)]
    return [
        Candidate(number, draw.choice("abc"), frozenset(draw.sample("tuvwxyz", 2)), draw.choice(hours), draw.choice(("en", "de")))
        for number in range(1, count + 1)
    ]


SAME = """
from bench.pairing import crowd
from handlers.partners.rules import plan_pairs
import sys
assert "numpy" not in sys.modules, "it is there only where something is paired"
for count in (41, 1100):
    print([group.members for group in plan_pairs(crowd(count), [], frozenset(), [], 3, 11).groups])
"""


@pytest.mark.thorough
def test_another_process_comes_to_the_same_groups() -> None:
    said = subprocess.run(  # noqa: S603
        [sys.executable, "-c", SAME],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "42"},
    ).stdout.splitlines()
    here = [[group.members for group in plan_pairs(crowd(count), [], frozenset(), [], 3, 11).groups] for count in (41, 1100)]
    assert said == [str(groups) for groups in here]


def test_another_seed_and_another_round_give_other_groups() -> None:
    plans = [plan_pairs(people(12), [], frozenset(), [], number, seed) for number, seed in ((1, 1), (1, 2), (2, 1))]
    assert len({tuple(group.members for group in plan.groups) for plan in plans}) == 3


def test_fixed_groups_stay() -> None:
    never = frozenset((frozenset((5, 6)),))
    fixed = [frozenset((1, 2)), frozenset((3, 4, 7)), frozenset((5, 6)), frozenset((2, 8)), frozenset((9, 99))]
    plan = plan_pairs(people(12), [], never, fixed, 1, 3)
    found = {group.members: group for group in plan.groups}
    assert {(1, 2), (3, 4, 7)} <= set(found)
    assert found[1, 2].reasons[0].why is Why.FIXED
    assert (5, 6) not in found, "two who are never to be paired are not fixed either"
    assert sorted(placed(plan)) == list(range(1, 13))


def test_who_is_over_joins_a_fixed_pair_where_there_is_no_other() -> None:
    (group,) = plan_pairs(people(3), [], frozenset(), [frozenset((1, 2))], 1, 3).groups
    assert (group.members, group.third) == ((1, 2, 3), 3)
    groups = plan_pairs(people(5), [], frozenset(), [frozenset((1, 2))], 1, 3).groups
    assert [group.members for group in groups] == [(1, 2), (3, 4, 5)]


def test_a_group_says_why() -> None:
    one = Candidate(1, "design", frozenset(("write", "daily")), frozenset(range(8, 18)))
    two = Candidate(2, "sales", frozenset(("write",)), frozenset(range(10, 20)))
    (group,) = plan_pairs([one, two], [Past((2, 1), 2), Past((1, 2), 4)], frozenset(), [], 5, 1).groups
    told = {reason.why: (reason.words, reason.number) for reason in group.reasons}
    assert told == {
        Why.SHARED_GOAL: (("write",), 0),
        Why.SHARED_HOURS: ((), 8),
        Why.SAME_LANGUAGE: ((), 0),
        Why.DIFFERENT_UNIT: ((), 0),
        Why.MET_IN: ((), 4),
    }


def test_what_fits_decides_where_nothing_else_does() -> None:
    candidates = [Candidate(n, goal_words=frozenset((word,))) for n, word in enumerate(("a", "b", "c", "a", "b", "c"), 1)]
    assert [group.members for group in plan_pairs(candidates, [], frozenset(), [], 1, 1).groups] == [(1, 4), (2, 5), (3, 6)]


def test_the_longest_ago_comes_back_first() -> None:
    past = [Past((1, 2), 1), Past((3, 4), 1), Past((1, 3), 2), Past((2, 4), 2), Past((1, 4), 3), Past((2, 3), 3)]
    assert [group.members for group in plan_pairs(people(4), past, frozenset(), [], 4, 1).groups] == [(1, 2), (3, 4)]


def test_the_audit_counts_what_happened() -> None:
    plans = [
        Plan(1, (Group((1, 2, 3), (), 3),), ()),
        Plan(2, (Group((1, 2), ()), Group((4, 5), ())), ()),
        Plan(3, (Group((4, 5), ()),), ()),
    ]
    told = audit(plans)
    assert (told.repeats, told.times_third, told.waited) == (2, {3: 1}, ())


@pytest.mark.thorough
def test_more_than_a_thousand_are_matched_in_blocks() -> None:
    candidates = varied(1501)
    never = frozenset(frozenset((1, other)) for other in range(2, 800))
    first = plan_pairs(candidates, [], never, [], 1, 9)
    second = plan_pairs(with_thirds(candidates, first), past_of(first), never, [], 2, 9)
    for plan in (first, second):
        assert sorted(placed(plan)) == [each.id for each in candidates]
        assert Counter(len(group.members) for group in plan.groups) == {2: 749, 3: 1}
        assert not any(frozenset(pair) in never for group in plan.groups for pair in combinations(group.members, 2))
        assert 0.95 <= plan.bound <= 1
    assert audit([first, second]).repeats == 0
    assert max(audit([first, second]).times_third.values()) == 1

"""A seed gives people other seats in one and the same round robin, so what holds of one seed holds of two hundred.

Every count is tried with every fifth seed, and each seed with some counts; with all of them where everything is tested.
"""

from __future__ import annotations

import random

import pytest

from handlers.partners.rules import Past, plan_pairs
from tests.handlers.test_partner_rules import live, past_of, people
from tests.kit.effort import EVERYTHING

SEEDS = 200


def seats(count: int, seed: int) -> list[int]:
    """Who sits where: what a seed decides."""
    free = list(range(1, count + 1))
    random.Random(seed).shuffle(free)
    return free


@pytest.mark.thorough
@pytest.mark.parametrize("count", range(4, 41, 2))
def test_with_other_names_every_seed_makes_the_same_round(count: int) -> None:
    """People who are all alike: a whole history of n - 3 rounds without a repeat is one for each seed, and each seed tries one round."""
    plans = live(people(count), count - 3, 0)
    chance, first = random.Random(count), seats(count, 0)
    for seed in range(1, SEEDS) if EVERYTHING else range(1 + count // 2 % 5, SEEDS, 5):
        number = chance.randint(1, count - 3)
        named = dict(zip(first, seats(count, seed), strict=True))
        past = [Past((named[each.pair[0]], named[each.pair[1]]), each.round) for plan in plans[: number - 1] for each in past_of(plan)]
        found = plan_pairs(people(count), past, frozenset(), [], number, seed)
        expected = {frozenset(named[each] for each in group.members) for group in plans[number - 1].groups}
        assert {frozenset(group.members) for group in found.groups} == expected
        met = {frozenset(each.pair) for each in past}
        assert not met & {frozenset(group.members) for group in found.groups}

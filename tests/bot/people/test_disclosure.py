"""The rules of small groups, tried from the side of somebody who adds and subtracts whatever is shown."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.disclosure import (
    USUAL_K,
    chosen_k,
    least_to_quote,
    may_be_anonymous,
    may_follow,
    may_show,
    told,
)

ks = st.integers(3, 12)


@pytest.mark.parametrize(("asked", "k"), [(None, 5), (0, 3), (-4, 3), (3, 3), (8, 8)])
def test_k_is_five_unless_asked_and_never_below_three(asked: int | None, k: int) -> None:
    assert chosen_k(asked) == k


@pytest.mark.thorough
@given(st.integers(0, 40), ks)
def test_nothing_is_told_of_fewer_than_k(people: int, k: int) -> None:
    assert may_show(people, k) == may_be_anonymous(people, k) == (people >= k)
    assert (people >= least_to_quote(k)) == (people >= k and people >= 10)


@given(st.lists(st.integers(0, 4), max_size=30), st.lists(st.integers(0, 4), max_size=30), ks)
def test_between_two_tallies_stand_nobody_or_at_least_k(first: list[int], later: list[int], k: int) -> None:
    before, now = len(first), len(first) + len(later)
    if may_show(before, k) and may_follow(before, now, k):
        assert not later or len(later) >= k
    assert may_follow(None, now, k) == may_show(now, k)


@pytest.mark.parametrize("voters", range(USUAL_K, 2 * USUAL_K + 3))
def test_what_is_told_of_one_choice_leaves_open_whether_all_agreed(voters: int) -> None:
    """Every outcome of a poll with three options: those that look alike when told are counted, below 2k."""
    looks: dict[object, set[tuple[int, ...]]] = {}
    for outcome in product(range(voters + 1), repeat=3):
        if sum(outcome) == voters:
            seen = told(dict(enumerate(outcome)), voters, USUAL_K, is_exclusive=True)
            looks.setdefault((tuple(seen.counts.values()), seen.nearly_all), set()).add(outcome)
    for outcomes in looks.values():
        unanimous = [outcome for outcome in outcomes if voters in outcome]
        assert not unanimous or len(outcomes) > 1 or voters >= 2 * USUAL_K


@given(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9), min_size=1), st.integers(5, 9))
def test_where_several_may_be_chosen_an_option_of_all_is_blurred_alone(counts: dict[str, int], voters: int) -> None:
    seen = told({key: min(count, voters) for key, count in counts.items()}, voters, 5, is_exclusive=False)
    for key, count in seen.counts.items():
        assert (count is None) == (min(counts[key], voters) >= voters - 1) == (key in seen.nearly_all)
    assert seen.is_exact == (not seen.nearly_all)


def test_what_stands_in_place_of_a_count() -> None:
    seen = told({"yes": 7, "no": 0}, 7, 5, is_exclusive=True)
    assert str(seen.words("yes")) != str(seen.words("no"))
    assert told({"yes": 10, "no": 0}, 10, 5, is_exclusive=True).words("yes") == 10
    assert told({"yes": 4, "no": 3}, 7, 5, is_exclusive=True).words("no") == 3

"""The formulae of one statement against the worked example and fractions, and what a statement is on the map."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.opinions.mapping import (
    Kind,
    Sheet,
    has_seen_enough,
    mapped,
    standing,
)
from handlers.opinions.rules import Stance
from handlers.opinions.voices import Voices, consensus, draw, shown_consensus, voices, weight

A, D, P, U = Stance
counts = st.integers(0, 60)
said = st.builds(Voices, counts, counts, counts)
rows = st.lists(st.text("adpu-", min_size=8, max_size=8), min_size=1, max_size=30)


def of_rows(given_: Sequence[str]) -> Sheet:
    return Sheet(tuple(range(1, len(given_[0]) + 1)), dict(enumerate(given_)))


# -- one statement -------------------------------------------------------------------------------------------------------


def test_the_worked_example_to_three_digits() -> None:
    one = [Voices(9, 3), Voices(5, 1)]
    two = [Voices(12, 0), Voices(0, 6)]
    three = [Voices(7, 5), Voices(4, 2)]
    four = [Voices(12, 0), Voices(0, 0)]
    assert [f"{consensus(each):.3f}" for each in (one, two, three, four)] == ["0.536", "0.116", "0.357", "0.464"]
    assert shown_consensus(one) == pytest.approx(math.sqrt(consensus(one)))
    found = []
    for groups in (one, two, three, four):
        total = Voices(sum(each.agree for each in groups), sum(each.disagree for each in groups))
        found.append(standing(1, total, groups, [12, 6], 0.0, 5))
    assert [each.kind for each in found] == [Kind.BRIDGES, Kind.DIVIDES, Kind.MILD, Kind.NEEDS_VOICES]
    assert [each.lacking for each in found] == [(), (), (), (1,)]
    assert found[0].consensus == shown_consensus(one)


def test_the_worked_example_from_the_ballots() -> None:
    """Eighteen people whose other answers make groups of 12 and 6."""
    chance = random.Random(3)
    rows_ = []
    for n in range(18):
        yes = [n < 9, True, n < 7] if n < 12 else [n < 17, False, n < 16]
        others = ["a" if (n < 12) == (chance.random() < 0.8) else "d" for _statement in range(30)]
        rows_.append("".join("a" if each else "d" for each in yes) + ("a" if n < 12 else "-") + "".join(others))
    found = mapped(of_rows(rows_), 5)
    assert [len(group.seats) for group in found.groups] == [12, 6]
    assert found.groups[0].seats == tuple(range(12))
    assert [f"{consensus(each.by_group):.3f}" for each in found.standings[:4]] == ["0.536", "0.116", "0.357", "0.464"]
    assert [each.kind for each in found.standings[:4]] == [Kind.BRIDGES, Kind.DIVIDES, Kind.MILD, Kind.NEEDS_VOICES]
    assert {seat for seat, wanted in found.wanted.items() if wanted == {4}} == set(range(12, 18))
    assert found.is_tentative


@given(said, st.floats(0, 20))
def test_the_formulae_against_fractions(about: Voices, extremity: float) -> None:
    a, d, p = about.agree, about.disagree, about.unsure
    seen = a + d + p
    pa, pd = Fraction(a + 1, seen + 2), Fraction(d + 1, seen + 2)
    assert about.seen == seen
    assert (about.pa, about.pd) == pytest.approx((float(pa), float(pd)))
    assert about.division == pytest.approx(float(4 * pa * pd))
    z = 2 * math.sqrt(seen + 1) * ((a + 1) / (seen + 1) - 0.5)
    assert about.z_agree == pytest.approx(z)
    assert about.is_agreed == (z > 1.2816 and seen >= 5)
    clear = 1 - (p + 1) / (seen + 2)
    expected = (clear * (extremity + 1) * float(pa) * (1 + 8 * 2 ** (-seen / 5))) ** 2
    assert weight(about, extremity) == pytest.approx(expected)
    assert weight(about) > 0


def test_four_voices_are_never_significant_and_five_may_be() -> None:
    assert Voices(4, 0).z_agree > 1.2816
    assert not Voices(4, 0).is_agreed
    assert Voices(5, 0).is_agreed
    assert Voices(0, 5).is_rejected
    assert not Voices(3, 2).is_agreed
    assert Voices(4, 4).division == 1


@given(st.lists(st.sampled_from(Stance)))
def test_voices_are_counted(stances: list[Stance]) -> None:
    assert voices(stances) == Voices(stances.count(A), stances.count(D), stances.count(P) + stances.count(U))


def test_statements_are_drawn_in_proportion_to_their_weights() -> None:
    weights = {1: weight(Voices()), 2: weight(Voices(20, 20)), 3: weight(Voices(0, 0, 40))}
    drawn = Counter(draw(random.Random(n), weights) for n in range(6000))
    for statement, share in weights.items():
        assert drawn[statement] / 6000 == pytest.approx(share / sum(weights.values()), abs=0.02)


def test_what_a_group_has_to_see_is_drawn_first_and_the_same_chance_draws_the_same() -> None:
    weights = {1: 1e9, 2: 1.0, 3: 1.0}
    assert {draw(random.Random(n), weights, {3, 9}) for n in range(50)} == {3}
    assert draw(random.Random(5), weights) == draw(random.Random(5), dict(reversed(weights.items())))
    assert draw(random.Random(5), weights, {9}) in weights
    assert draw(random.Random(5), {}, {9}) is None


# -- what a statement is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "members", "enough"), [(2, 4, False), (3, 4, True), (3, 6, True), (3, 7, False), (4, 7, True), (4, 8, True), (5, 11, False)]
)
def test_a_group_ranks_what_half_of_it_has_seen(seen: int, members: int, enough: bool) -> None:
    assert has_seen_enough(seen, members) is enough
    found = standing(1, Voices(20 + seen, 0), [Voices(20, 0), Voices(seen, 0)], [20, members], 0.0, 5)
    assert (found.lacking == ()) is enough
    assert (found.kind is Kind.NEEDS_VOICES) is not enough


@pytest.mark.parametrize(
    ("total", "kind"),
    [
        (Voices(4, 0), Kind.NEEDS_VOICES),
        (Voices(5, 0), Kind.BRIDGES),
        (Voices(4, 1), Kind.BRIDGES),
        (Voices(1, 4), Kind.REJECTED),
        (Voices(5, 5), Kind.DIVIDES),
        (Voices(22, 11), Kind.DIVIDES),
        (Voices(23, 10), Kind.BRIDGES),
        (Voices(11, 6), Kind.DIVIDES),
        (Voices(3, 1, 2), Kind.UNSURE),
        (Voices(11, 3, 5), Kind.MILD),
    ],
)
def test_kinds_without_groups(total: Voices, kind: Kind) -> None:
    assert standing(1, total, (), (), 0.0, 3).kind is kind


def test_fewer_than_k_voices_are_not_ranked() -> None:
    assert standing(1, Voices(6, 0), (), (), 0.0, 7).kind is Kind.NEEDS_VOICES
    assert standing(1, Voices(7, 0), (), (), 0.0, 7).kind is Kind.BRIDGES


@given(said, said)
def test_kinds_of_two_groups_say_what_they_are_called(one: Voices, other: Voices) -> None:
    total = Voices(one.agree + other.agree, one.disagree + other.disagree, one.unsure + other.unsure)
    found = standing(1, total, (one, other), (one.seen, other.seen), 0.0, 5)
    if min(one.seen, other.seen) < 3:
        assert found.kind is Kind.NEEDS_VOICES
    if found.kind is Kind.BRIDGES:
        assert all(2 * each.agree > each.seen for each in (one, other))
    if found.kind is Kind.REJECTED:
        assert all(2 * each.disagree > each.seen for each in (one, other))
    if found.kind is Kind.DIVIDES:
        assert any(each.agree > each.disagree for each in (one, other))
        assert any(each.disagree > each.agree for each in (one, other))
    swapped = standing(1, total, (other, one), (other.seen, one.seen), 0.0, 5)
    assert swapped.kind is found.kind


def test_the_clearest_comes_first_and_equals_keep_their_order() -> None:
    given_ = [("a" * 3 + ("a" if n < 9 else "d")) + "a" * 3 for n in range(10)]
    found = mapped(of_rows(given_), 5)
    assert [each.statement for each in found.of_kind(Kind.BRIDGES)] == [1, 2, 3, 5, 6, 7, 4]

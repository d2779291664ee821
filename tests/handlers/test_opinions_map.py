"""The map of opinions: the worked example, planted groups, every threshold at its boundary, and slow independent computations."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.opinions.mapping import (
    LEAST_SILHOUETTE,
    Kind,
    NoGroups,
    OpinionMap,
    Sheet,
    doubt,
    has_seen_enough,
    made,
    map_of,
    mapped,
    sheet,
    sheet_of,
    standing,
)
from handlers.opinions.plane import Plane
from handlers.opinions.rules import Stance
from handlers.opinions.voices import Voices, consensus, draw, shown_consensus, voices, weight

A, D, P, U = Stance
counts = st.integers(0, 60)
said = st.builds(Voices, counts, counts, counts)
rows = st.lists(st.text("adpu-", min_size=8, max_size=8), min_size=1, max_size=30)


def of_rows(given_: Sequence[str]) -> Sheet:
    return Sheet(tuple(range(1, len(given_[0]) + 1)), dict(enumerate(given_)))


def planted(
    sizes: Sequence[int], statements: int = 12, noise: float = 0.1, unseen: float = 0.2, seed: int = 1
) -> tuple[Sheet, list[set[int]]]:
    """Groups whose members mostly answer alike; four of them differ along two lines, as a plane can show; seats are shuffled."""
    chance = random.Random(seed)
    seats = chance.sample(range(1000), sum(sizes))
    table, groups = {}, []
    for number, size in enumerate(sizes):
        groups.append(set(seats[:size]))
        for seat in seats[:size]:
            usual = ["a" if agrees(number, column, len(sizes)) else "d" for column in range(statements)]
            table[seat] = "".join(
                "-" if chance.random() < unseen else chance.choice("adp") if chance.random() < noise else letter for letter in usual
            )
        seats = seats[size:]
    return Sheet(tuple(range(1, statements + 1)), table), groups


def agrees(group: int, column: int, groups: int) -> bool:
    return bool(group >> column % 2 & 1) if groups == 4 else (column + group) % groups == 0


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


# -- the sheet -----------------------------------------------------------------------------------------------------------


def test_a_sheet_is_the_same_in_whatever_order_answers_come() -> None:
    answers = [(7, 2, A), (3, 1, D), (7, 1, U), (3, 9, A)]
    made_ = sheet([2, 1], answers)
    assert made_ == sheet([1, 2], answers[::-1]) == Sheet((1, 2), {3: "d-", 7: "ua"})
    assert list(made_.rows) == [3, 7]
    assert sheet_of(json.loads(json.dumps(made_.as_json()))) == made_


@settings(deadline=None, max_examples=6)
@given(st.randoms(use_true_random=False))
def test_no_map_hangs_on_the_order_of_ballots_or_on_who_has_which_seat(chance: random.Random) -> None:
    given_, _groups = planted((20, 20), seed=chance.randrange(5))
    usual = mapped(given_, 5)
    seats = list(given_.rows)
    again = mapped(Sheet(given_.statements, {seat: given_.rows[seat] for seat in chance.sample(seats, len(seats))}), 5)
    assert again == usual
    other = dict(zip(seats, chance.sample(range(5000), len(seats)), strict=True))
    moved = mapped(Sheet(given_.statements, {other[seat]: row for seat, row in given_.rows.items()}), 5)
    assert moved.standings == usual.standings
    assert [{other[seat] for seat in group.seats} for group in usual.groups] == [set(group.seats) for group in moved.groups]


@settings(deadline=None, max_examples=30)
@given(rows)
def test_a_map_survives_its_plain_form(given_: list[str]) -> None:
    found = mapped(of_rows(given_), 3)
    plain = json.loads(json.dumps(made({"sheet": of_rows(given_).as_json(), "k": 3})))
    assert map_of(plain["map"]) == found


@settings(deadline=None, max_examples=30)
@given(rows)
def test_every_voice_is_counted_once(given_: list[str]) -> None:
    found = mapped(of_rows(given_), 3)
    assert found.voters == sum(row.strip("-") != "" for row in given_)
    for column, each in enumerate(found.standings):
        letters = Counter(row[column] for row in given_)
        assert each.total == Voices(letters["a"], letters["d"], letters["p"] + letters["u"])
        for number, group in enumerate(found.groups):
            letters = Counter(given_[seat][column] for seat in group.seats)
            assert each.by_group[number] == Voices(letters["a"], letters["d"], letters["p"] + letters["u"])
    assert all(len(group.seats) >= 3 for group in found.groups)
    assert (found.why_no_groups is None) == bool(found.groups)
    assert sum(len(group.seats) for group in found.groups) in (0, found.voters - found.unplaced)


# -- groups --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(20, 20), (20, 20, 20), (20, 40), (20, 20, 20, 20)])
@pytest.mark.parametrize("seed", range(3))
def test_planted_groups_are_found_exactly(sizes: tuple[int, ...], seed: int) -> None:
    given_, groups = planted(sizes, statements=24, seed=seed, noise=0.1, unseen=0.15)
    found = mapped(given_, 5)
    assert sorted(sorted(group.seats) for group in found.groups) == sorted(sorted(group) for group in groups)
    assert found.is_tentative == (sum(sizes) < 50)
    assert found.unplaced == 0


def test_the_largest_group_comes_first_and_says_what_sets_it_apart() -> None:
    given_, groups = planted((20, 35), seed=4)
    found = mapped(given_, 5)
    assert set(found.groups[0].seats) == groups[1]
    for group in found.groups:
        assert len(group.marks) == 3
        for statement, stance in group.marks:
            letters = Counter(given_.rows[seat][statement - 1] for seat in group.seats)
            assert letters[stance] > sum(letters[each] for each in "adpu") / 2


def alike(people: int, statements: int) -> list[str]:
    """Two camps of as many people as there are, who answer opposite things."""
    half = people // 2
    return ["a" * statements] * half + ["d" * statements] * (people - half)


@pytest.mark.parametrize(("people", "why"), [(14, NoGroups.FEW_VOTERS), (15, None)])
def test_groups_need_fifteen_voters(people: int, why: NoGroups | None) -> None:
    assert mapped(of_rows(alike(people, 7)), 5).why_no_groups is why


@pytest.mark.parametrize(("statements", "why"), [(6, NoGroups.FEW_STATEMENTS), (7, None)])
def test_groups_need_seven_statements(statements: int, why: NoGroups | None) -> None:
    assert mapped(of_rows(alike(15, statements)), 5).why_no_groups is why
    unseen = [row + "-" for row in alike(15, statements)]  # one that nobody has seen is none
    assert mapped(of_rows(unseen), 5).why_no_groups is why


@pytest.mark.parametrize(("people", "is_tentative"), [(49, True), (50, False)])
def test_groups_are_tentative_below_fifty(people: int, is_tentative: bool) -> None:
    found = mapped(of_rows(alike(people, 8)), 5)
    assert found.is_tentative is is_tentative
    assert found.groups


@pytest.mark.parametrize(("small", "why"), [(4, NoGroups.TOO_SMALL), (5, None)])
@pytest.mark.parametrize("large", [15, 80])
def test_no_group_has_fewer_than_k(small: int, large: int, why: NoGroups | None) -> None:
    rows_ = ["a" * 8] * large + ["d" * 8] * small
    found = mapped(of_rows(rows_), 5)
    assert found.why_no_groups is why
    assert all(len(group.seats) >= 5 for group in found.groups)


def test_fewer_groups_are_told_where_more_would_be_too_small() -> None:
    given_, groups = planted((20, 20, 4), statements=12, seed=2, noise=0.0, unseen=0.0)
    found = mapped(given_, 5)
    assert len(found.groups) == 2
    assert all(any(group <= set(mine.seats) for mine in found.groups) for group in groups)


@pytest.mark.parametrize(
    ("placed", "silhouette", "why"),
    [
        (15, LEAST_SILHOUETTE, None),
        (49, LEAST_SILHOUETTE - 1e-9, NoGroups.NOT_CLEAR),
        (50, LEAST_SILHOUETTE - 1e-9, None),
        (49, 0.25, None),
        (15, -1.0, NoGroups.NOT_CLEAR),
    ],
)
def test_groups_of_a_few_people_must_be_well_apart(placed: int, silhouette: float, why: NoGroups | None) -> None:
    assert doubt(placed, silhouette) is why


def at_random(people: int, statements: int, seed: int) -> Sheet:
    """Everybody answers as the dice fall, and skips some."""
    chance = random.Random(seed)
    return of_rows(["".join(chance.choice("aaddp-") for _column in range(statements)) for _person in range(people)])


@pytest.mark.parametrize(("people", "statements"), [(20, 10), (40, 20), (60, 12)])
def test_answers_at_random_have_no_groups_but_once_in_a_while(people: int, statements: int) -> None:
    found = [mapped(at_random(people, statements, seed), 5) for seed in range(12)]
    partings = [Plane(at_random(people, statements, seed)).parted(5) for seed in range(12)]
    assert sum(each is not None and each.silhouette > LEAST_SILHOUETTE for each in partings) > 6  # the limit alone would tell groups
    assert sum(bool(each.groups) for each in found) <= 2
    assert NoGroups.CHANCE in {each.why_no_groups for each in found}


def test_a_real_group_stands_out_of_what_chance_does() -> None:
    rows_ = [*at_random(25, 12, 5).rows.values(), *(["a" * 12] * 20)]
    found = mapped(of_rows(rows_), 5)
    assert any(set(range(25, 45)) <= set(group.seats) for group in found.groups)


def test_total_agreement_has_no_groups() -> None:
    found = mapped(of_rows(["a" * 9] * 30), 5)
    assert found.why_no_groups is NoGroups.ALL_ALIKE
    assert {each.kind for each in found.standings} == {Kind.BRIDGES}


def test_an_even_split_has_two_groups_and_divides() -> None:
    found = mapped(of_rows(alike(30, 9)), 5)
    assert [len(group.seats) for group in found.groups] == [15, 15]
    assert {each.kind for each in found.standings} == {Kind.DIVIDES}


@pytest.mark.parametrize("given_", [{}, {1: "-", 2: "-"}, {1: "a"}])
def test_one_statement_and_hardly_anybody(given_: dict[int, str]) -> None:
    found = mapped(Sheet((1,), given_), 5)
    assert found.why_no_groups is NoGroups.FEW_VOTERS
    assert [each.kind for each in found.standings] == [Kind.NEEDS_VOICES]
    assert mapped(Sheet((), {}), 5).standings == ()
    assert mapped(Sheet((), dict.fromkeys(given_, "")), 5).voters == 0


def test_who_answered_next_to_nothing_stands_in_no_group_and_is_counted() -> None:
    found = mapped(of_rows([*alike(20, 8), "a-------", "aaa-----", "aaaa----"]), 5)
    assert found.unplaced == 2
    assert 22 in found.groups[0].seats or 22 in found.groups[1].seats
    assert found.standings[0].total.seen == 23
    assert 20 not in found.wanted


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


# -- against slow computations -------------------------------------------------------------------------------------------


def slow_points(given_: Sheet) -> list[complex]:
    """Imputed by column means, the two strongest directions by power iteration, scaled; one number for each voter in the order of rows."""
    worth = {"a": 1.0, "d": -1.0, "p": 0.0, "u": 0.0}
    table = sorted(given_.rows.values())
    columns = range(len(given_.statements))
    means = []
    for column in columns:
        known = [worth[row[column]] for row in table if row[column] != "-"]
        means.append(sum(known) / len(known))
    centred = [[0.0 if row[c] == "-" else worth[row[c]] - means[c] for c in columns] for row in table]
    covariance = [[sum(line[i] * line[j] for line in centred) for j in columns] for i in columns]
    axes: list[list[float]] = []
    for _component in range(2):
        axis = [1.0 + 0.1 * c for c in columns]
        for _step in range(3000):
            for earlier in axes:
                along = sum(a * b for a, b in zip(axis, earlier, strict=True))
                axis = [a - along * b for a, b in zip(axis, earlier, strict=True)]
            axis = [sum(covariance[i][j] * axis[j] for j in columns) for i in columns]
            length = math.sqrt(sum(a * a for a in axis))
            axis = [a / length for a in axis]
        axes.append(axis)
    points = []
    for row, line in zip(table, centred, strict=True):
        scale = math.sqrt(len(columns) / sum(letter != "-" for letter in row))
        x, y = (scale * sum(a * b for a, b in zip(line, axis, strict=True)) for axis in axes)
        points.append(complex(x, y))
    return points


def slow_silhouette(points: Sequence[complex], labels: Sequence[int]) -> float:
    total = 0.0
    for i, point in enumerate(points):
        mean: dict[int, float] = {}
        for label in set(labels):
            others = [abs(point - other) for j, other in enumerate(points) if labels[j] == label and j != i]
            mean[label] = sum(others) / len(others) if others else 0.0
        if labels.count(labels[i]) == 1:
            continue
        own = mean.pop(labels[i])
        near = min(mean.values())
        total += (near - own) / max(near, own) if max(near, own) > 0 else 0.0
    return total / len(points)


@pytest.mark.parametrize("seed", range(4))
def test_points_and_silhouette_are_what_a_slow_computation_finds(seed: int) -> None:
    given_, _groups = planted((14, 9, 11), statements=9, seed=seed)
    given_ = Sheet(given_.statements, {seat: row for seat, row in given_.rows.items() if row.count("-") <= 4})
    plane = Plane(given_)
    assert plane.placed == len(given_.rows) > 25
    slow = slow_points(given_)
    for axis, expected in ((0, [p.real for p in slow]), (1, [p.imag for p in slow])):
        ours = plane.points[:, axis]
        assert np.allclose(ours, expected, atol=1e-6) or np.allclose(ours, [-each for each in expected], atol=1e-6)
    parting = plane.parted(3)
    assert parting is not None
    labels = [int(label) for label in parting.labels]
    assert parting.silhouette == pytest.approx(slow_silhouette(slow, labels))
    for i, point in enumerate(slow):  # everybody stands nearest to the middle of their own group
        middles = {n: sum(p for p, mine in zip(slow, labels, strict=True) if mine == n) / labels.count(n) for n in set(labels)}
        assert min(middles, key=lambda n: abs(point - middles[n])) == labels[i]


def test_two_groups_are_the_best_of_all_partings() -> None:
    """Of all ways to part the same points into two, none has less spread."""
    given_, _groups = planted((7, 8), statements=8, noise=0.3, seed=3)
    plane = Plane(given_)
    points = [complex(x, y) for x, y in plane.points]
    parting = plane.parted(1)
    assert parting is not None

    def spread(labels: Sequence[int]) -> float:
        total = 0.0
        for n in set(labels):
            mine = [p for p, label in zip(points, labels, strict=True) if label == n]
            total += sum(abs(p - sum(mine) / len(mine)) ** 2 for p in mine)
        return total

    best = min(spread([code >> n & 1 for n in range(15)]) for code in range(1, 2**14))
    labels = [int(label) for label in parting.labels]
    assert set(labels) == {0, 1}
    assert spread(labels) == pytest.approx(best)


def test_extremity_is_how_far_one_answer_takes_somebody() -> None:
    given_, _groups = planted((20, 20), statements=9, seed=1, noise=0.0, unseen=0.0)
    found: OpinionMap = mapped(given_, 5)
    assert all(each.extremity == pytest.approx(1.0) for each in found.standings)  # nine equal loadings on one component
    assert {each.extremity for each in mapped(of_rows(alike(14, 9)), 5).standings} == {0.0}

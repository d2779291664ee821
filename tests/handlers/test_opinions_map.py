"""The map of opinions: planted groups, every threshold at its boundary, what chance does, and slow independent computations."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Sequence

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
    made,
    map_of,
    mapped,
    sheet,
    sheet_of,
)
from handlers.opinions.plane import Plane
from handlers.opinions.rules import Stance
from handlers.opinions.voices import Voices

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


# -- the sheet -----------------------------------------------------------------------------------------------------------


def test_a_sheet_is_the_same_in_whatever_order_answers_come() -> None:
    answers = [(7, 2, A), (3, 1, D), (7, 1, U), (3, 9, A)]
    made_ = sheet([2, 1], answers)
    assert made_ == sheet([1, 2], answers[::-1]) == Sheet((1, 2), {3: "d-", 7: "ua"})
    assert list(made_.rows) == [3, 7]
    assert sheet_of(json.loads(json.dumps(made_.as_json()))) == made_


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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

"""Every tally against a slow and obvious one, and what counts as an answer."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.polls.kinds import SCALES, Answer, Choice, Kind, NotAnAnswer, Terms, checked, said_again
from handlers.polls.tallies import Tally, borda, is_split, run_off, tally

IDS = (11, 22, 33, 44)
OPTIONS = tuple(Choice(each, f"option {each}") for each in IDS)


def terms(kind: Kind, **values: Any) -> Terms:
    return Terms(1, kind, "Which?", SCALES.get(kind, OPTIONS), points=10, **values)


rankings = st.lists(st.lists(st.sampled_from(IDS), min_size=1, max_size=4, unique=True).map(tuple), max_size=12)
pairs = st.dictionaries(st.sampled_from(IDS), st.integers(1, 5), min_size=1).map(lambda d: tuple(sorted(d.items())))


@st.composite
def answered(draw: st.DrawFn) -> tuple[Terms, list[Answer]]:
    kind = draw(st.sampled_from(Kind))
    about = terms(kind)
    one = st.sampled_from([option.id for option in about.options])
    several = st.sets(one, min_size=1).map(lambda s: tuple(sorted(s)))
    answer: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.SINGLE: one,
        Kind.AGREEMENT: one,
        Kind.CONSENT: one,
        Kind.MULTIPLE: several,
        Kind.RANKED: st.lists(one, min_size=1, unique=True).map(tuple),
        Kind.DOTS: pairs.filter(lambda p: sum(n for _o, n in p) <= 10),
        Kind.SCORE: pairs,
        Kind.OPEN: st.text("abc ", min_size=1, max_size=5).map(str.strip).filter(bool),
    }
    return about, draw(st.lists(answer[kind], max_size=12))


@pytest.mark.thorough
@given(answered(), st.integers())
def test_no_tally_depends_on_the_order_of_ballots(case: tuple[Terms, list[Answer]], seed: int) -> None:
    about, answers = case
    shuffled = list(answers)
    random.Random(seed).shuffle(shuffled)
    assert tally(about, shuffled) == tally(about, answers)


@pytest.mark.thorough
@given(answered())
def test_an_answer_survives_its_plain_form(case: tuple[Terms, list[Answer]]) -> None:
    about, answers = case
    for answer in answers:
        assert checked(about, json.loads(json.dumps(said_again(answer)))) == answer


@pytest.mark.thorough
@given(answered())
def test_counts_are_what_a_slow_count_finds(case: tuple[Terms, list[Answer]]) -> None:
    about, answers = case
    found = tally(about, answers)
    assert found.voters == len(answers)
    for option, count in found.counts:
        slow = 0
        for answer in answers:
            slow += _worth(about.kind, option, answer)
        assert count == slow
    most = max((count for _option, count in found.counts), default=0)
    assert found.leading == tuple(o for o, count in found.counts if count == most and most > 0)
    assert sorted(found.texts) == (sorted(map(str, answers)) if about.kind is Kind.OPEN else [])


def _worth(kind: Kind, option: int, answer: Any) -> int:
    """What one ballot gives to one option, by going through all pairs."""
    if kind in (Kind.SINGLE, Kind.AGREEMENT, Kind.CONSENT):
        return 1 if answer == option else 0
    if kind is Kind.MULTIPLE:
        return len([o for o in answer if o == option])
    if kind is Kind.DOTS:
        return sum(points for o, points in answer if o == option)
    assert kind is Kind.RANKED
    beaten = 0
    for other in IDS:
        if option in answer and other != option and (other not in answer or answer.index(option) < answer.index(other)):
            beaten += 1
    return beaten


@pytest.mark.thorough
@given(st.lists(pairs, max_size=12))
def test_scores_are_what_sorting_finds(answers: list[tuple[tuple[int, int], ...]]) -> None:
    for scored in tally(terms(Kind.SCORE), answers).scores:
        line = sorted(score for answer in answers for option, score in answer if option == scored.option)
        assert list(scored.distribution) == [line.count(level) for level in range(1, 6)]
        if not line:
            assert (scored.median, scored.mean, scored.is_split) == (None, None, False)
            continue
        middle = len(line) // 2
        assert scored.median == (line[middle] if len(line) % 2 else Fraction(line[middle - 1] + line[middle], 2))
        low, high = (Fraction(len([s for s in line if s in end]), len(line)) for end in ((1, 2), (4, 5)))
        assert scored.is_split == (low >= Fraction(1, 4) and high >= Fraction(1, 4))
        assert (scored.mean is None) == scored.is_split
        assert scored.is_split or scored.mean == pytest.approx(sum(line) / len(line))


@given(rankings)
def test_a_run_off_is_what_recounting_by_hand_finds(answers: list[tuple[int, ...]]) -> None:
    """Each round is counted anew on ballots from which those who went out are crossed out."""
    rounds, winners = run_off(borda(IDS, answers), answers)
    ballots = [list(answer) for answer in answers]
    standing = set(IDS)
    for number, shown in enumerate(rounds):
        named = [ballot[0] for ballot in ballots if ballot]
        assert dict(shown.counts) == {option: named.count(option) for option in standing}
        assert shown.exhausted == len(ballots) - len(named)
        is_last = number == len(rounds) - 1
        assert bool(shown.out) != is_last
        for option in shown.out:
            assert named.count(option) == min(named.count(each) for each in standing)
            assert named.count(option) * 2 <= len(named)
        standing -= set(shown.out)
        ballots = [[option for option in ballot if option in standing] for ballot in ballots]
    if len(winners) == 1:
        named = [ballot[0] for ballot in ballots if ballot]
        assert named.count(winners[0]) * 2 > len(named)
    else:
        assert set(winners) == (standing if answers else set()), "a tie is between all who are still in"


@given(rankings, st.sampled_from(IDS))
def test_whoever_most_put_first_wins(answers: list[tuple[int, ...]], favourite: int) -> None:
    loud = [*answers, *[(favourite,)] * (len(answers) + 1)]
    assert tally(terms(Kind.RANKED), loud).winners == (favourite,)


def test_ties_are_said() -> None:
    tied = tally(terms(Kind.RANKED), [(11, 22), (22, 11)])
    assert tied.winners == (11, 22)
    assert tied.rounds[-1].tied == (11, 22)
    first = tally(terms(Kind.RANKED), [(11,), (11,), (11,), (22,), (22,), (33, 22), (33, 22)]).rounds[1]
    assert (first.tied, first.out) == ((22, 33), (33,)), "of two last ones the one with fewer Borda points goes"
    assert tally(terms(Kind.SINGLE), [11, 22]).leading == (11, 22)


def test_nobody_voted() -> None:
    for kind in Kind:
        found = tally(terms(kind), [])
        assert (found.voters, found.leading, found.winners, found.rounds, found.is_split) == (0, (), (), (), False)


def test_split_where_both_ends_hold_a_quarter() -> None:
    assert is_split([1, 0, 2, 0, 1])
    assert not is_split([1, 0, 3, 0, 1])
    assert is_split([0, 1, 0, 1, 0])
    assert tally(terms(Kind.AGREEMENT), [5, 5, 1, 1]).is_split
    assert not tally(terms(Kind.AGREEMENT), [5, 5, 4, 3, 1]).is_split


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        *[(kind, raw) for kind in (Kind.SINGLE, Kind.AGREEMENT, Kind.CONSENT) for raw in (99, -1, True, "11", None, [11], 2**70)],
        *[(kind, raw) for kind in (Kind.MULTIPLE, Kind.RANKED) for raw in ([], [11, 99], 11, "11", None, [True], [[11]])],
        (Kind.MULTIPLE, [11, 22, 33]),
        (Kind.RANKED, [11, 11]),
        *[(Kind.DOTS, raw) for raw in ([], [[11, 0]], [[11, -1]], [[11, 1000]], [[11, 6], [22, 5]], [[99, 1]], [[11, 1.5]])],
        *[(Kind.DOTS, raw) for raw in ([[11, 1], [11, 1]], [[11]], [11], "x", [[11, True]])],
        *[(Kind.SCORE, raw) for raw in ([], [[11, 0]], [[11, 6]], [[11, -3]], [[99, 3]], [[11, "3"]])],
        *[(Kind.OPEN, raw) for raw in ("", "  \n", None, 5, "x" * 1001)],
    ],
)
def test_what_is_no_answer_is_refused(kind: Kind, raw: object) -> None:
    with pytest.raises(NotAnAnswer):
        checked(terms(kind, most=2), raw)


def test_an_answer_has_one_normal_form() -> None:
    assert checked(terms(Kind.MULTIPLE), [33, 11, 33]) == (11, 33)
    assert checked(terms(Kind.DOTS), [[22, 3], [11, 0]]) == ((22, 3),)
    assert checked(terms(Kind.RANKED), [33, 11]) == (33, 11)
    assert checked(terms(Kind.OPEN), "  a\r\nb ") == "a\nb"
    assert tally(terms(Kind.OPEN), ["b", "a"]) == Tally(2, texts=("a", "b"))

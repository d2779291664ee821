"""Tallies: what the answers to a poll come to; pure, and the same in whatever order the ballots lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from bot.lean import dataclass
from handlers.polls.kinds import HIGHEST, LOWEST, Answer, Kind, Terms

LEVELS = range(LOWEST, HIGHEST + 1)


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores that one option got: how many gave 1, 2, 3, 4 and 5."""

    option: int
    distribution: tuple[int, ...]
    median: float | None
    mean: float | None  # None where the two ends are split, for a mean would tell of a middle where nobody stands
    is_split: bool

    @property
    def voters(self) -> int:
        """How many scored it."""
        return sum(self.distribution)


@dataclass(frozen=True, slots=True)
class Round:
    """One round of an instant run-off: first places among those still in, who goes out, and how a tie for the last place was settled."""

    counts: tuple[tuple[int, int], ...]
    exhausted: int  # ballots that name nobody who is still in
    out: tuple[int, ...] = ()
    tied: tuple[int, ...] = ()  # all who shared the last place, where several did


@dataclass(frozen=True, slots=True)
class Tally:
    """What the answers come to; `counts` are votes, points of dots, or Borda points, by option in the poll's order."""

    voters: int
    counts: tuple[tuple[int, int], ...] = ()
    scores: tuple[Scored, ...] = ()
    rounds: tuple[Round, ...] = ()
    winners: tuple[int, ...] = ()  # of the run-off: several are a tie
    texts: tuple[str, ...] = ()
    is_split: bool = False  # of an agreement scale

    @property
    def leading(self) -> tuple[int, ...]:
        """The options with the highest count; several are a tie, none where nobody voted."""
        most = max((count for _option, count in self.counts), default=0)
        return tuple(option for option, count in self.counts if count == most) if most else ()


def tally(terms: Terms, answers: Sequence[Answer]) -> Tally:
    """Count the answers to a poll."""
    voters = len(answers)
    match terms.kind:
        case Kind.SINGLE | Kind.CONSENT:
            return Tally(voters, _ordered(terms, Counter(cast("Sequence[int]", answers))))
        case Kind.AGREEMENT:
            counts = Counter(cast("Sequence[int]", answers))
            return Tally(voters, _ordered(terms, counts), is_split=is_split([counts[level] for level in LEVELS]))
        case Kind.MULTIPLE:
            chosen = cast("Sequence[tuple[int, ...]]", answers)
            return Tally(voters, _ordered(terms, Counter(option for each in chosen for option in each)))
        case Kind.DOTS:
            return Tally(voters, _ordered(terms, _sums(cast("Sequence[tuple[tuple[int, int], ...]]", answers))))
        case Kind.RANKED:
            return _ranked(terms, cast("Sequence[tuple[int, ...]]", answers))
        case Kind.SCORE:
            return Tally(voters, scores=_scores(terms, cast("Sequence[tuple[tuple[int, int], ...]]", answers)))
        case Kind.OPEN:
            return Tally(voters, texts=tuple(sorted(cast("Sequence[str]", answers))))


def is_split(distribution: Sequence[int]) -> bool:
    """Whether both ends of a scale, its two lowest and its two highest levels, hold a quarter of the answers each."""
    total = sum(distribution)
    return total > 0 and 4 * sum(distribution[:2]) >= total and 4 * sum(distribution[-2:]) >= total


def _ordered(terms: Terms, counts: Mapping[int, int]) -> tuple[tuple[int, int], ...]:
    return tuple((option.id, counts.get(option.id, 0)) for option in terms.options)


def _sums(answers: Sequence[tuple[tuple[int, int], ...]]) -> Counter[int]:
    sums: Counter[int] = Counter()
    for answer in answers:
        for option, points in answer:
            sums[option] += points
    return sums


def _scores(terms: Terms, answers: Sequence[tuple[tuple[int, int], ...]]) -> tuple[Scored, ...]:
    given: dict[int, list[int]] = {option.id: [] for option in terms.options}
    for answer in answers:
        for option, score in answer:
            given[option].append(score)
    return tuple(_scored(option, scores) for option, scores in given.items())


def _scored(option: int, scores: Sequence[int]) -> Scored:
    from statistics import median  # which brings fractions and decimals along

    counts = Counter(scores)
    distribution = tuple(counts[level] for level in LEVELS)
    split = is_split(distribution)
    return Scored(
        option,
        distribution,
        float(median(scores)) if scores else None,
        sum(scores) / len(scores) if scores and not split else None,
        split,
    )


# -- ranked --------------------------------------------------------------------------------------------------------------


def _ranked(terms: Terms, answers: Sequence[tuple[int, ...]]) -> Tally:
    points = borda([option.id for option in terms.options], answers)
    rounds, winners = run_off(points, answers)
    return Tally(len(answers), tuple(points.items()), rounds=rounds, winners=winners)


def borda(options: Sequence[int], answers: Sequence[tuple[int, ...]]) -> dict[int, int]:
    """A point for every option that it stands above on a ballot; options that a ballot leaves out stand below all that it names."""
    points = dict.fromkeys(options, 0)
    for answer in answers:
        for place, option in enumerate(answer):
            points[option] += len(options) - 1 - place
    return points


def run_off(points: Mapping[int, int], answers: Sequence[tuple[int, ...]]) -> tuple[tuple[Round, ...], tuple[int, ...]]:
    """The rounds of an instant run-off and who won; several winners are a tie.

    More than half of the ballots that still name somebody wins. Otherwise the last goes out. Of several last ones those with
    the fewest Borda points go, all of them where these are equal too; where that would leave nobody, it is a tie between all who are in.
    """
    remaining = list(points)
    rounds: list[Round] = []
    while True:
        firsts = Counter(first for answer in answers if (first := next((o for o in answer if o in remaining), None)) is not None)
        counts = tuple((option, firsts[option]) for option in remaining)
        exhausted = len(answers) - firsts.total()
        if not firsts:
            return (*rounds, Round(counts, exhausted)) if rounds else (), ()
        winners = tuple(option for option in remaining if 2 * firsts[option] > firsts.total())
        if winners:
            return (*rounds, Round(counts, exhausted)), winners
        fewest = min(firsts[option] for option in remaining)
        last = tuple(option for option in remaining if firsts[option] == fewest)
        weakest = min(points[option] for option in last)
        out = tuple(option for option in last if points[option] == weakest)
        if len(out) == len(remaining):
            return (*rounds, Round(counts, exhausted, tied=out)), out
        rounds.append(Round(counts, exhausted, out, last if len(last) > 1 else ()))
        remaining = [option for option in remaining if option not in out]

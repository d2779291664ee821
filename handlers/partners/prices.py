"""Prices: a number for each, so that no pair is worth more than both of its prices. Their sum bounds every matching from above, and a
pair that is worth both needs no other partner.

Whoever shares some words stands in a circle with everybody who has them; there the best of another is looked up by waking hours, among
all and among those of one language. Only the unit counts as if there were always somebody of another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bot.lean import dataclass
from handlers.partners.pairing import MOST_HOURS, MOST_WORDS, OTHER_UNIT, PER_HOUR, PER_WORD, SAME_LANGUAGE, Crowd

PART = 64  # prices are whole numbers of these parts of a weight
ROUNDS = 4  # in which prices fall
MOST_COMBINED = 8  # words of one person whose combinations are looked at
MOST_PATTERNS = 3000  # of waking hours that are compared with each other
NOBODY = np.int64(-(1 << 40))

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Circles:
    """Rows of an owner in a circle, brought together in cells of one circle and one pattern of waking hours, which stand in order."""

    owners: Ints
    worth: Ints  # of the circle, for each row
    cell: Ints  # of each row
    circle: Ints  # of each cell
    pattern: Ints  # of each cell
    starts: Ints  # where the rows of each cell begin, when they are ordered by cell
    counts: Ints  # of rows in each cell


def prices(crowd: Crowd) -> Ints:
    """The price of each who is to be matched.

    Half of what each could get at best is one; halfway down to what the others' prices leave of it there is a lower one.
    """
    patterns, pattern = np.unique(crowd.awake[: crowd.free], return_inverse=True)
    hours = _hours(patterns)
    words, many = _words(crowd)
    own = OTHER_UNIT * _has_others(crowd.units[: crowd.free])
    circles = list(_circles(crowd, words, pattern, own))
    beyond = np.where(many > 0, PART * (PER_WORD * many + own + SAME_LANGUAGE + hours.max(axis=1)[pattern]), 0)
    price = np.zeros(crowd.free, np.int64)
    for turn in range(ROUNDS + 1):
        left = np.maximum(_left(circles, hours, price), beyond - price.min(initial=0))
        price = (left + 1) // 2 if turn == 0 else (price + np.clip(left, 0, price) + 1) // 2
    return price


def _left(circles: Sequence[Circles], hours: Ints, price: Ints) -> Ints:
    """What the best other leaves to each when they take their price."""
    left = np.zeros(len(price), np.int64)
    for each in circles:
        np.maximum.at(left, each.owners, PART * each.worth + _best_other(each, hours, price))
    return left


def _best_other(circles: Circles, hours: Ints, price: Ints) -> Ints:
    """For each row: the hours shared with another of the circle, less their price, at best; far below zero where there is no other."""
    of_row = price[circles.owners]
    order = np.lexsort((of_row, circles.cell))
    first, second = order[circles.starts], order[np.minimum(circles.starts + 1, len(order) - 1)]
    cheapest = of_row[first]
    best = np.full(len(circles.circle), NOBODY)
    column = circles.pattern if hours.shape[1] > 1 else np.zeros_like(circles.pattern)
    for step in range(1, len(best)):  # cells of a circle stand side by side
        one = np.flatnonzero(circles.circle[step:] == circles.circle[:-step])
        if not len(one):
            break
        other = one + step
        best[one] = np.maximum(best[one], PART * hours[circles.pattern[one], column[other]] - cheapest[other])
        best[other] = np.maximum(best[other], PART * hours[circles.pattern[other], column[one]] - cheapest[one])
    within = PART * hours[circles.pattern, column]  # somebody with the very same hours
    next_best = np.where(circles.counts > 1, of_row[second], -NOBODY)
    with_own = np.where(circles.counts > 1, within - cheapest, NOBODY)
    found = np.maximum(best, with_own)[circles.cell]
    found[first] = np.maximum(best, within - next_best)
    return np.asarray(found, np.int64)


def _circles(crowd: Crowd, words: Ints, pattern: Ints, own: Ints) -> Iterator[Circles]:
    """Everybody's circles, by how many words are shared, among all and among those of one language."""
    languages = crowd.languages[: crowd.free] + 1
    for size in range(MOST_WORDS + 1):
        owners, sets = _having(words, size)
        if len(owners):
            worth = PER_WORD * size + own[owners]
            yield _brought_together(owners, worth, sets, pattern)
            yield _brought_together(owners, worth + SAME_LANGUAGE, sets * (languages.max() + 1) + languages[owners], pattern)


def _brought_together(owners: Ints, worth: Ints, circles: Ints, pattern: Ints) -> Circles:
    base = int(pattern.max()) + 1
    cells, cell, counts = np.unique(circles * base + pattern[owners], return_inverse=True, return_counts=True)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return Circles(owners, worth, cell, cells // base, cells % base, starts, counts)


def _hours(patterns: NDArray[np.uint64]) -> Ints:
    """What shared waking hours are worth, pattern by pattern; where there are too many of them, as if somebody had the same."""
    if len(patterns) > MOST_PATTERNS:
        shared = np.bitwise_count(patterns)[:, None]
    else:
        shared = np.bitwise_count(patterns[:, None] & patterns[None, :])
    return PER_HOUR * np.minimum(shared, MOST_HOURS).astype(np.int64)


def _has_others(units: Ints) -> NDArray[np.bool_]:
    """Who has a unit, where there is another one."""
    return (units >= 0) & (len(np.unique(units[units >= 0])) > 1)


def _words(crowd: Crowd) -> tuple[Ints, Ints]:
    """The words of each that others have too, as numbers in order and 0 where there are no more; and how many anybody with too many shares.

    Whoever has more words than can be combined stands in no group; with them each shares as many as they have in common with all such.
    """
    people = crowd.people[: crowd.free]
    counts = Counter(word for each in people for word in each.goal_words)
    rank = {word: n for n, word in enumerate(sorted(word for word, count in counts.items() if count > 1), start=1)}
    own = [sorted(rank[word] for word in each.goal_words if word in rank) for each in people]
    wordy = {word for each in own if len(each) > MOST_COMBINED for word in each}
    many = [min(len(wordy.intersection(each)), MOST_WORDS) if wordy else 0 for each in own]
    width = max((len(each) for each in own if len(each) <= MOST_COMBINED), default=0)
    padded = [[*each, *[0] * (width - len(each))] if len(each) <= MOST_COMBINED else [0] * width for each in own]
    return np.array(padded, np.int64).reshape(len(people), width), np.array(many, np.int64)


def _having(words: Ints, size: int) -> tuple[Ints, Ints]:
    """Who has which so many words: an owner and the number of a set for each."""
    everybody, base = np.arange(len(words)), int(words.max(initial=0)) + 1
    owners, sets = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for columns in combinations(range(words.shape[1]), size):
        having = everybody[(words[:, list(columns)] > 0).all(axis=1)]
        number = np.zeros(len(having), np.int64)
        for column in columns:
            number = number * base + words[having, column]
        owners.append(having)
        sets.append(number)
    return np.concatenate(owners), np.unique(np.concatenate(sets), return_inverse=True)[1].astype(np.int64)

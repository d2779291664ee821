"""What each could get at best from anybody: half the sum of it bounds every matching from above, and who has it needs no other partner.

Somebody who shares these words with me stands in the group of everybody who has them; there the hours that we share at most are looked
up, among all and among those of my language. Only the unit counts as if there were always somebody of another one.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from handlers.partners.pairing import MOST_HOURS, MOST_WORDS, OTHER_UNIT, PER_HOUR, PER_WORD, SAME_LANGUAGE, Crowd

MOST_COMBINED = 8  # words of one person whose combinations are looked at
MOST_PATTERNS = 3000  # of waking hours that are compared with each other
NOBODY = -1

Ints = NDArray[np.int64]


def ideals(crowd: Crowd) -> Ints:
    """The best of each who is to be matched."""
    patterns, pattern = np.unique(crowd.awake[: crowd.free], return_inverse=True)
    if len(patterns) <= MOST_PATTERNS:
        hours = np.minimum(np.bitwise_count(patterns[:, None] & patterns[None, :]), MOST_HOURS).astype(np.int64)
    else:
        hours = np.minimum(np.bitwise_count(patterns), MOST_HOURS).astype(np.int64)[:, None]  # as if somebody had the same
    languages = crowd.languages[: crowd.free]
    words, many = _words(crowd)
    best = np.zeros(crowd.free, np.int64)
    for size in range(MOST_WORDS + 1):
        owners, groups = _groups(words, size)
        for groups_of, extra in ((groups, 0), (groups * (languages.max() + 2) + languages[owners] + 1, SAME_LANGUAGE)):
            shared = _most_hours(groups_of, pattern[owners], hours)
            worth = np.where(shared == NOBODY, 0, PER_WORD * size + extra + PER_HOUR * shared)
            np.maximum.at(best, owners, worth)
    most = SAME_LANGUAGE + PER_HOUR * hours.max(axis=1)[pattern]
    best = np.maximum(best, np.where(many > 0, PER_WORD * many + most, 0))
    units = crowd.units[: crowd.free]
    return best + OTHER_UNIT * ((units >= 0) & (len(np.unique(units[units >= 0])) > 1))


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


def _groups(words: Ints, size: int) -> tuple[Ints, Ints]:
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


def _most_hours(groups: Ints, patterns: Ints, hours: Ints) -> Ints:
    """How many hours each shares at most with another of their group; NOBODY where there is no other."""
    cells, which, counts = np.unique(groups * len(hours) + patterns, return_inverse=True, return_counts=True)
    group, pattern = cells // len(hours), cells % len(hours)
    column = pattern if hours.shape[1] > 1 else np.zeros_like(pattern)
    best = np.where(counts > 1, hours[pattern, column], NOBODY)
    for step in range(1, len(cells)):  # cells of a group stand side by side
        first = np.flatnonzero(group[step:] == group[:-step])
        if not len(first):
            break
        second = first + step
        best[first] = np.maximum(best[first], hours[pattern[first], column[second]])
        best[second] = np.maximum(best[second], hours[pattern[second], column[first]])
    return np.asarray(best[which], np.int64)

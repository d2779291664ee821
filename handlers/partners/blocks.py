"""More people than one matching can hold: exact inside blocks that are cut anew in each pass, so that no pass makes anything worse."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from handlers.partners.pairing import MOST_HOURS, MOST_WORDS, OTHER_UNIT, PER_HOUR, PER_WORD, SAME_LANGUAGE, Crowd, Pair, matching
from handlers.partners.prices import PART, prices

BLOCK = 500  # people solved together
BEST = 8  # partners that each may get in a block, beside the one they have
PASSES = 12
MOST_DAWNS = 10_000  # that are remembered
ENOUGH = 0.0005  # a pass that gains less of the bound is the last

Unit = tuple[int, ...]  # two who are a pair so far, or one who is over


def match_in_blocks(crowd: Crowd) -> tuple[list[Pair], list[int], float]:
    """Pairs, who is over, and what share of an upper bound they reach."""
    price = prices(crowd)
    fit = cache(partial(_fit, crowd))
    units: list[Unit] = [(index,) for index in range(crowd.free)]
    reached = 0.0
    for turn in range(PASSES):
        settled: list[Unit] = []
        open_: list[Unit] = []
        for unit in units:
            (settled if _is_settled(crowd, unit, price, fit) else open_).append(unit)
        units = [*settled, *(unit for block in _blocks(crowd, open_, turn) for unit in _solved(crowd, block, price))]
        before, reached = reached, _share(units, price, fit)
        has_most_pairs = sum(len(unit) == 1 for unit in units) < 2
        if turn > 1 and reached - before < ENOUGH and has_most_pairs:
            break
    pairs = sorted((unit[0], unit[1]) for unit in units if len(unit) == 2)
    return pairs, sorted(unit[0] for unit in units if len(unit) == 1), reached


def _blocks(crowd: Crowd, units: Sequence[Unit], turn: int) -> Iterator[list[Unit]]:
    """Units cut into blocks of people who may fit: ordered by language, hours and, differently in each pass, what they want."""
    draw = random.Random(f"{crowd.turn} {turn}")
    names = sorted({word for unit in units for index in unit for word in crowd.people[index].goal_words})
    draw.shuffle(names)
    rank = {word: n for n, word in enumerate(names)}
    dawn = [_dawn(each.awake) for each in crowd.people]

    def likeness(unit: Unit) -> tuple[int, int, int, int, float]:
        index = unit[turn % len(unit)]
        wanted = min((rank[word] for word in crowd.people[index].goal_words), default=len(rank))
        near = (dawn[index] + turn) % 24 // 3
        return len(unit), int(crowd.languages[index]), near if turn % 2 else 0, wanted, draw.random()  # those who are over first, together

    block: list[Unit] = []
    people = 0
    for unit in sorted(units, key=likeness):
        if people + len(unit) > BLOCK:
            yield block
            block, people = [], 0
        block.append(unit)
        people += len(unit)
    if block:
        yield block


@lru_cache(maxsize=MOST_DAWNS)
def _dawn(awake: frozenset[int]) -> int:
    """The hour at which somebody's day begins."""
    return min(awake, key=lambda hour: ((hour - 1) % 24 in awake, hour), default=0)


def _solved(crowd: Crowd, block: Sequence[Unit], price: NDArray[np.int64]) -> list[Unit]:
    """The block matched anew; the pairs it came with are among the choices, so that it cannot get worse."""
    who = np.array(sorted(index for unit in block for index in unit), np.intp)
    weights, permitted = crowd.weights(who)
    size = len(who)
    if size > BEST:
        steps = (np.arange(size)[None, :] - np.arange(size)[:, None]) % size  # of equals, each takes others
        left = weights - crowd.fit * price[who][None, :] // PART  # what remains to each when the other takes their price
        liked = np.where(permitted, left * size - steps, np.iinfo(np.int64).min)
        best = np.argpartition(-liked, BEST, axis=1)[:, :BEST]
        chosen = np.zeros_like(permitted)
        np.put_along_axis(chosen, best, values=True, axis=1)
        place = {int(index): n for n, index in enumerate(who)}
        for a, b in (unit for unit in block if len(unit) == 2):
            chosen[place[a], place[b]] = True
        alone = [place[unit[0]] for unit in block if len(unit) == 1]
        if len(alone) <= BEST:
            chosen[alone] = True  # whoever is over may get anybody: the number of pairs comes first
        permitted &= chosen | chosen.T
    pairs, over = matching(weights, permitted)
    return [*((int(who[a]), int(who[b])) for a, b in pairs), *((int(who[index]),) for index in over)]


def _fit(crowd: Crowd, pair: Unit) -> int:
    """What a pair is worth."""
    a, b = (crowd.people[index] for index in pair)
    shared = (int(crowd.awake[pair[0]]) & int(crowd.awake[pair[1]])).bit_count()
    fits = PER_HOUR * min(shared, MOST_HOURS) + PER_WORD * min(len(a.goal_words & b.goal_words), MOST_WORDS)
    fits += OTHER_UNIT * (a.unit is not None and b.unit is not None and a.unit != b.unit)
    return fits + SAME_LANGUAGE * (a.language == b.language) - crowd.met.get(pair[0], {}).get(pair[1], 0)


def _is_settled(crowd: Crowd, unit: Unit, price: NDArray[np.int64], fit: Callable[[Unit], int]) -> bool:
    return len(unit) == 2 and not crowd.has_met(*unit) and PART * fit(unit) >= price[unit[0]] + price[unit[1]]


def _share(units: Sequence[Unit], price: NDArray[np.int64], fit: Callable[[Unit], int]) -> float:
    possible = int(price.sum()) / PART
    found = sum(max(fit(unit), 0) for unit in units if len(unit) == 2)
    return found / possible if possible else 1.0

"""Pairing as a matching of greatest weight, exact up to a thousand people; rules.py says what it is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from typing import TYPE_CHECKING, Any

import numpy as np
import rustworkx
from numpy.typing import NDArray

from bot.lean import dataclass

if TYPE_CHECKING:
    from handlers.partners.rules import Candidate, Past

EXACT = 1000  # people; above, blocks
PER_HOUR, MOST_HOURS = 2, 8
PER_WORD, MOST_WORDS = 8, 3
OTHER_UNIT, SAME_LANGUAGE = 10, 20
MOST = PER_HOUR * MOST_HOURS + PER_WORD * MOST_WORDS + OTHER_UNIT + SAME_LANGUAGE
JUST_MET = 2 * MOST  # halved with every round since; several meetings add up to twice that at most
MOST_THIRDS = 20
TRIOS_TRIED = 500  # all that there are among eleven people
CHUNK = EXACT // 2  # pairs among which somebody who is over looks for company at once

Matrix = NDArray[np.int64]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """Groups of indices, each with its third; who is over; and what share of the upper bound was reached."""

    groups: list[tuple[tuple[int, ...], int | None]]
    over: list[int]
    bound: float


class Crowd:
    """Candidates as numbers. Weights are whole numbers of four storeys, of which each outweighs all below it in a whole matching:
    who was third before, repeats, what fits (less what was just had), and whose turn it is to meet.

    The first `free` are to be matched; the others stand in fixed groups.
    """

    def __init__(self, people: Sequence[Candidate], past: Iterable[Past], never: Set[frozenset[int]], turn: int, free: int) -> None:
        self.people, self.turn, self.free = people, turn, free
        self.at = {each.id: index for index, each in enumerate(people)}
        self.awake = np.array([sum(1 << hour for hour in each.awake) for each in people], np.uint64)
        self.units = _codes([each.unit for each in people])
        self.languages = _codes([each.language for each in people])
        fewest = min((each.times_third for each in people[:free]), default=0)
        thirds = [min(max(each.times_third - fewest, 0), MOST_THIRDS) for each in people]
        self.thirds = np.array(thirds, np.int64)
        self.met: dict[int, dict[int, int]] = defaultdict(dict)
        for each in past:
            if each.round < turn and each.pair[0] in self.at and each.pair[1] in self.at:
                a, b = (self.at[member] for member in each.pair)
                had = self.met[a].get(b, 0) + max(JUST_MET >> min(turn - each.round - 1, 60), 1)
                self.met[a][b] = self.met[b][a] = min(had, 2 * JUST_MET)
        self.shut: dict[int, set[int]] = defaultdict(set)
        for pair in never:
            if len(pair) == 2 and all(member in self.at for member in pair):
                a, b = (self.at[member] for member in pair)
                self.shut[a].add(b)
                self.shut[b].add(a)
        room = min(len(people), EXACT) // 2 + 1  # pairs in one matching, and one more
        self.fit = room
        self.repeat = self.fit * room * (MOST + 2 * JUST_MET + 1)
        self.third = room * (self.repeat + self.fit * (MOST + 2 * JUST_MET + 1))

    def weights(self, who: NDArray[np.intp], *, counts_thirds: bool = True) -> tuple[Matrix, NDArray[np.bool_]]:
        """What speaks for each pair of these, and which pairs are permitted."""
        weights = self.fit * self.compatibility(who) + self._turns(who)
        if counts_thirds:
            weights += self.third * (self.thirds[who][:, None] + self.thirds[who][None, :])
        permitted = ~np.eye(len(who), dtype=np.bool_)
        place = {int(index): n for n, index in enumerate(who)}
        for index, n in place.items():
            for other, had in self.met.get(index, {}).items():
                if other in place:
                    weights[n, place[other]] -= self.repeat + self.fit * had
            for other in self.shut.get(index, ()):
                if other in place:
                    permitted[n, place[other]] = False
        return weights, permitted

    def compatibility(self, who: NDArray[np.intp]) -> Matrix:
        """Shared hours, shared goal, different unit, same language."""
        awake, units, languages = self.awake[who], self.units[who], self.languages[who]
        fits = PER_HOUR * np.minimum(_in_common(awake), MOST_HOURS)
        fits += PER_WORD * np.minimum(sum(map(_in_common, self._words(who)), np.zeros_like(fits)), MOST_WORDS)
        fits += np.int16(OTHER_UNIT) * ((units[:, None] != units) & (units[:, None] >= 0) & (units >= 0))
        fits += np.int16(SAME_LANGUAGE) * (languages[:, None] == languages)
        return fits.astype(np.int64)

    def _words(self, who: NDArray[np.intp]) -> list[NDArray[np.uint64]]:
        """The words of each as bits, 64 words at a time; those that only one has are left out."""
        owners: dict[str, list[int]] = defaultdict(list)
        for n, index in enumerate(who):
            for word in self.people[index].goal_words:
                owners[word].append(n)
        shared = [owners[word] for word in sorted(owners) if len(owners[word]) > 1]
        bits = [np.zeros(len(who), np.uint64) for _ in range(0, len(shared), 64)]
        for number, having in enumerate(shared):
            bits[number // 64][having] |= np.uint64(1 << number % 64)
        return bits

    def _turns(self, who: NDArray[np.intp]) -> Matrix:
        """Whose turn it is to meet where nothing else decides: a round robin, in which nobody meets twice before all have met."""
        size = self.free + self.free % 2 - 1
        if size < 1:
            return np.zeros((len(who), len(who)), np.int64)
        sums = who[:, None] + who[None, :]
        for index in (self.free - 1,) if self.free % 2 == 0 else ():  # whoever stands in the middle of the circle
            sums = np.where(who[:, None] == index, 2 * who[None, :], sums)
            sums = np.where(who[None, :] == index, 2 * who[:, None], sums)
        return np.asarray(sums % size == self.turn % size, np.int64)

    def has_met(self, a: int, b: int) -> bool:
        """Whether two were partners before."""
        return b in self.met.get(a, {})

    def may_meet(self, a: int, b: int) -> bool:
        """Whether two may be in one group."""
        return b not in self.shut.get(a, ())


def _in_common(bits: NDArray[np.uint64]) -> NDArray[np.int16]:
    """How many bits each two have in common."""
    return np.asarray(np.bitwise_count(bits[:, None] & bits[None, :]), np.int16)


def _codes(names: Sequence[str | None]) -> NDArray[np.int64]:
    """Numbers for names, -1 for none."""
    known = {name: n for n, name in enumerate(sorted({name for name in names if name is not None}))}
    return np.array([known.get(name, -1) if name is not None else -1 for name in names], np.int64)


def pair_up(crowd: Crowd, fixed: Sequence[tuple[int, ...]]) -> Found:
    """Pairs, trios and who is over."""
    if crowd.free <= EXACT:
        everybody = np.arange(crowd.free)
        weights, permitted = crowd.weights(everybody)
        pairs, over = matching(weights, permitted)
        bound = 1.0
        if len(over) == 1 and (trio := _better_trio(crowd, weights, permitted, pairs, over[0])) is not None:
            return Found([*((group, None) for group in fixed), *trio], [], bound)
    else:
        from handlers.partners.blocks import match_in_blocks

        pairs, over, bound = match_in_blocks(crowd)
    groups, over = _join(crowd, pairs, over, fixed)
    return Found(groups, over, bound)


def matching(weights: Matrix, permitted: NDArray[np.bool_]) -> tuple[list[Pair], list[int]]:
    """The heaviest of the largest matchings, and who is over."""
    first, second = np.nonzero(np.triu(permitted, 1))
    graph: Any = rustworkx.PyGraph(multigraph=False, node_count_hint=len(weights), edge_count_hint=len(first))
    graph.add_nodes_from(range(len(weights)))
    graph.add_edges_from(list(zip(first.tolist(), second.tolist(), weights[first, second].tolist(), strict=True)))
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    pairs = sorted((min(pair), max(pair)) for pair in found)
    matched = {index for pair in pairs for index in pair}
    return pairs, [index for index in range(len(weights)) if index not in matched]


def _join(
    crowd: Crowd, pairs: Sequence[Pair], over: list[int], fixed: Sequence[tuple[int, ...]]
) -> tuple[list[tuple[tuple[int, ...], int | None]], list[int]]:
    """Let whoever is over join a permitted pair, as many as can; a fixed pair only where there is no other."""
    joined: dict[tuple[int, ...], int] = {}
    chunks = [pairs[n : n + CHUNK] for n in range(0, len(pairs), CHUNK)]
    for chunk in (*chunks, [group for group in fixed if len(group) == 2]):
        if over and chunk:
            found = _companies(crowd, chunk, over)
            joined |= found
            over = [index for index in over if index not in found.values()]
    groups = [(tuple(sorted((*group, joined[group]))) if group in joined else group, joined.get(group)) for group in (*pairs, *fixed)]
    return groups, over


def _companies(crowd: Crowd, pairs: Sequence[tuple[int, ...]], over: Sequence[int]) -> dict[tuple[int, ...], int]:
    """Pair -> who joins it: as many as can, each where it fits best."""
    who = np.array([*over, *(index for pair in pairs for index in pair)], np.intp)
    weights, permitted = crowd.weights(who, counts_thirds=False)
    size, room = len(over), len(over) + len(pairs)
    total, may = np.zeros((room, room), np.int64), np.zeros((room, room), np.bool_)
    firsts, seconds = slice(size, None, 2), slice(size + 1, None, 2)
    total[:size, size:] = weights[:size, firsts] + weights[:size, seconds]
    may[:size, size:] = permitted[:size, firsts] & permitted[:size, seconds]
    found, _rest = matching(total, may)
    return {pairs[b - size]: over[a] for a, b in found}


def _better_trio(
    crowd: Crowd, weights: Matrix, permitted: NDArray[np.bool_], pairs: Sequence[Pair], over: int
) -> list[tuple[tuple[int, ...], int | None]] | None:
    """Where the third would meet somebody again in whichever pair: a trio with which there are fewer repeats in all; None where none is.

    A matching knows nothing of whom the third will join, so trios are tried one by one, the others being matched anew.
    """
    fewest = sum(crowd.has_met(*pair) for pair in pairs)  # no trio can do with less
    joins = [sum(crowd.has_met(over, each) for each in pair) for pair in pairs if all(crowd.may_meet(over, each) for each in pair)]
    if not joins or min(joins) == 0 or len(weights) > 60:
        return None
    least, best = fewest + min(joins), None
    for third, a, b in _trios(crowd, permitted, over)[:TRIOS_TRIED]:
        own = crowd.has_met(third, a) + crowd.has_met(third, b)
        if least == fewest or fewest + own >= least:
            break
        rest = np.array([index for index in range(len(weights)) if index not in (third, a, b)], np.intp)
        others, alone = matching(weights[np.ix_(rest, rest)], permitted[np.ix_(rest, rest)])
        again = [(int(rest[x]), int(rest[y])) for x, y in others]
        repeats = own + crowd.has_met(a, b) + sum(crowd.has_met(*pair) for pair in again)
        if not alone and repeats < least:
            least, best = repeats, [(tuple(sorted((third, a, b))), third), *((pair, None) for pair in again)]
    return best


def _trios(crowd: Crowd, permitted: NDArray[np.bool_], over: int) -> list[tuple[int, int, int]]:
    """Every permitted (third, a, b) whose third was one no more often than the one who is over; those who met least first."""
    size = len(permitted)
    found = [
        (third, a, b)
        for third in range(size)
        if crowd.thirds[third] <= crowd.thirds[over]
        for a in range(size)
        if permitted[third, a]
        for b in range(a + 1, size)
        if permitted[third, b] and permitted[a, b]
    ]
    return sorted(found, key=lambda trio: (crowd.has_met(trio[0], trio[1]) + crowd.has_met(trio[0], trio[2]), trio))

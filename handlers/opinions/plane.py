"""Voters as points on a plane, and the groups in which they stand: principal components and k-means, pure and reproducible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.lean import dataclass
from handlers.opinions.rules import Stance
from handlers.opinions.voices import Voices

if TYPE_CHECKING:
    from handlers.opinions.mapping import Sheet

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

MOST_GROUPS, PEOPLE_FOR_ONE_MORE = 5, 12
ENOUGH_ANSWERS = 7  # of somebody who is placed; half of the statements where these are fewer
STARTS, MOST_STEPS = 10, 100
SAMPLE = 2_000  # people who try where groups begin and whose silhouette is measured, where there are more
SHUFFLES, STARTS_OF_SHUFFLED, SHUFFLED = 19, 3, 120  # to see what chance does: what none of nineteen reaches, one of twenty would
AT_ONCE = 50
NO_SPREAD = 1e-9


@dataclass(frozen=True, slots=True)
class Parting:
    """The placed voters parted into groups: the group of each, how large they are, and how well they are apart."""

    labels: Numbers
    sizes: tuple[int, ...]
    silhouette: float


class Plane:
    """A sheet's voters by where they stand. Voters lie in the order of what they answered, so that nothing hangs on who they are."""

    def __init__(self, given: Sheet) -> None:
        width = len(given.statements)
        ordered = sorted((row, seat) for seat, row in given.rows.items())
        letters = np.frombuffer("".join(row for row, _seat in ordered).encode(), np.uint8).reshape(len(ordered), width)
        self._agree, self._disagree = letters == ord(Stance.AGREE), letters == ord(Stance.DISAGREE)
        self._seen = self._agree | self._disagree | (letters == ord(Stance.PASS)) | (letters == ord(Stance.UNCLEAR))
        self.seen_statements = int(self._seen.any(axis=0).sum())
        answers = self._seen.sum(axis=1)
        self.voters = int((answers > 0).sum())
        self._placed: Numbers = np.flatnonzero(answers >= max(1, min(ENOUGH_ANSWERS, -(-self.seen_statements // 2))))
        self.placed = len(self._placed)
        self._seats = [seat for _row, seat in ordered]
        self._votes = self._agree[self._placed].astype(np.float64) - self._disagree[self._placed]
        self._loadings, self.points = _principal(self._votes, self._seen[self._placed], self.seen_statements)
        self.tells_apart = bool(self.placed) and float(np.abs(self.points).max(initial=0.0)) > NO_SPREAD

    def extremities(self) -> list[float]:
        """How far each statement takes somebody who answers nothing else from the middle."""
        lengths = np.sqrt((self._loadings**2).sum(axis=1) * self.seen_statements)
        return [float(each) for each in np.round(np.where(self._seen.any(axis=0), lengths, 0.0), 9)]

    def parted(self, k: int) -> Parting | None:
        """The parting into groups of at least k people that are best apart, the fewest groups among equals; None where there is none."""
        return _parted(self.points, k, STARTS) if self.tells_apart else None

    def may_be_chance(self, found: Parting, k: int) -> bool:
        """Whether groups as well apart come out once in twenty times where each statement's answers are shuffled among those who gave them.

        Of many people an even sample is shuffled.
        """
        chance = np.random.default_rng(SHUFFLES)
        some = _even_sample(self.placed, SHUFFLED)
        votes, seen, least = self._votes[some], self._seen[self._placed[some]], max(1, round(k * len(some) / self.placed))
        for _shuffle in range(SHUFFLES):
            _loadings, points = _principal(_shuffled(votes, seen, chance), seen, self.seen_statements)
            parting = _parted(points, least, STARTS_OF_SHUFFLED)
            if parting is not None and parting.silhouette >= found.silhouette:
                return True
        return False

    def groups(self, found: Parting) -> list[tuple[tuple[int, ...], tuple[float, float]]]:
        """Each group's seats and its middle, the largest group first, of equal ones the one further along the first component."""
        groups = []
        for number in range(len(found.sizes)):
            mine = found.labels == number
            x, y = self.points[mine].mean(axis=0)
            seats = tuple(sorted(self._seats[index] for index in self._placed[mine]))
            groups.append((seats, (round(float(x), 6), round(float(y), 6))))
        return sorted(groups, key=lambda group: (-len(group[0]), -group[1][0], -group[1][1]))

    def voices(self, groups: Sequence[tuple[tuple[int, ...], tuple[float, float]]]) -> list[list[Voices]]:
        """For each statement the voices of all, then those of each group."""
        where = {seat: index for index, seat in enumerate(self._seats)}
        rows = [np.arange(len(self._seats)), *(np.array([where[seat] for seat in seats], np.intp) for seats, _at in groups)]
        counts = [(self._agree[r].sum(axis=0), self._disagree[r].sum(axis=0), self._seen[r].sum(axis=0)) for r in rows]
        return [
            [Voices(int(a[column]), int(d[column]), int(s[column] - a[column] - d[column])) for a, d, s in counts]
            for column in range(self._seen.shape[1])
        ]


def _principal(votes: Floats, seen: NDArray[np.bool_], statements: int) -> tuple[Floats, Floats]:
    """The loadings of the statements on the first two principal components, and where the voters stand.

    Who has not answered a statement stands at its mean, so few answers keep near the middle; that is scaled away.
    """
    means = votes.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    centred = np.where(seen, votes - means, 0.0)
    loadings = _strongest(centred)
    scale = np.sqrt(statements / np.maximum(seen.sum(axis=1), 1))
    return loadings, np.round(centred @ loadings * scale[:, None], 9)


def _shuffled(votes: Floats, seen: NDArray[np.bool_], chance: np.random.Generator) -> Floats:
    """Each statement's votes among those who have seen it, at random."""
    found = votes.copy()
    for column in range(votes.shape[1]):
        those = np.flatnonzero(seen[:, column])
        found[those, column] = votes[chance.permutation(those), column]
    return found


def _strongest(centred: Floats) -> Floats:
    """The two directions of most spread; where there is no spread, none, and each with its largest number above nought."""
    people, statements = centred.shape
    found = np.zeros((statements, 2))
    are_few = people < statements  # then the smaller matrix has the same spreads
    values, vectors = np.linalg.eigh(centred @ centred.T if are_few else centred.T @ centred)
    for component in range(min(2, len(values))):
        if values[-1 - component] > NO_SPREAD:
            axis = vectors[:, -1 - component]
            axis = centred.T @ axis / np.sqrt(values[-1 - component]) if are_few else axis
            found[:, component] = axis * np.sign(axis[np.abs(np.round(axis, 9)).argmax()])
    return found


def _parted(points: Floats, k: int, starts: int) -> Parting | None:
    most = min(MOST_GROUPS, 2 + len(points) // PEOPLE_FOR_ONE_MORE, len(np.unique(points, axis=0)))
    found = [labels for count in range(2, most + 1) if np.bincount(labels := _k_means(points, count, starts)).min() >= k]
    if not found:
        return None
    scores = _silhouettes(points, found)
    best = int(np.argmax(np.round(scores, 9)))
    return Parting(found[best], tuple(int(size) for size in np.bincount(found[best])), float(scores[best]))


def _k_means(points: Floats, count: int, starts: int) -> Numbers:
    """The nearest-centre parting with the least spread of several beginnings, which are drawn the same each time.

    Of many people an even sample tries the beginnings, and everybody joins for the best of them.
    """
    chance = np.random.default_rng(count)
    some = points[_even_sample(len(points), SAMPLE)]
    tried = [_settled(some, _beginning(some, count, chance)) for _start in range(starts)]
    _spread, _labels, centres = min(tried, key=lambda each: each[0])
    return _settled(points, centres)[1]


def _settled(points: Floats, centres: Floats) -> tuple[float, Numbers, Floats]:
    """Centres moved to the middle of those nearest to them until nothing moves: how far people are from them, who belongs where, where."""
    labels = _nearest(points, centres)
    for _step in range(MOST_STEPS):
        centres = np.array([points[labels == n].mean(axis=0) if (labels == n).any() else centres[n] for n in range(len(centres))])
        before, labels = labels, _nearest(points, centres)
        if (before == labels).all():
            break
    return round(float(((points - centres[labels]) ** 2).sum()), 9), labels, centres


def _even_sample(people: int, most: int) -> Numbers:
    return np.linspace(0, people - 1, min(most, people)).astype(np.intp)


def _beginning(points: Floats, count: int, chance: np.random.Generator) -> Floats:
    """Centres that are likely to be far from each other (k-means++)."""
    centres = [points[chance.integers(len(points))]]
    while len(centres) < count:
        nearest = np.min([((points - centre) ** 2).sum(axis=1) for centre in centres], axis=0)
        centres.append(points[chance.choice(len(points), p=nearest / nearest.sum())])
    return np.array(centres)


def _nearest(points: Floats, centres: Floats) -> Numbers:
    nearest: Numbers = np.argmin([((points - centre) ** 2).sum(axis=1) for centre in centres], axis=0)
    return nearest


def _silhouettes(points: Floats, partings: Sequence[Numbers]) -> Floats:
    """The mean silhouette of each parting; of many people, that of an even sample, measured against everybody."""
    chosen = _even_sample(len(points), SAMPLE)
    belongs = [np.eye(labels.max() + 1)[labels] for labels in partings]
    together = np.concatenate(belongs, axis=1)
    sums = np.concatenate([_distances(points[part], points) @ together for part in np.array_split(chosen, -(-len(chosen) // AT_ONCE))])
    scores, at = [], 0
    for labels, columns in zip(partings, belongs, strict=True):
        scores.append(_silhouette(sums[:, at : at + columns.shape[1]], labels[chosen], columns.sum(axis=0)))
        at += columns.shape[1]
    return np.array(scores)


def _distances(some: Floats, points: Floats) -> Floats:
    across, along = some[:, 0, None] - points[None, :, 0], some[:, 1, None] - points[None, :, 1]
    distances: Floats = np.sqrt(across * across + along * along)  # three times as fast as hypot
    return distances


def _silhouette(sums: Floats, labels: Numbers, sizes: Floats) -> float:
    """From each chosen point's summed distances to the groups: how much nearer its own is than the next."""
    rows = np.arange(len(labels))
    own = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    others = sums / sizes
    others[rows, labels] = np.inf
    next_best = others.min(axis=1)
    widest = np.maximum(own, next_best)
    scores = np.where((sizes[labels] > 1) & (widest > 0), (next_best - own) / np.where(widest > 0, widest, 1), 0.0)
    return float(scores.mean())

"""What people say to one statement: counts, probabilities, significance, division, and which statement is shown next; pure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from math import exp2, prod, sqrt

from bot.lean import dataclass
from handlers.opinions.rules import Stance

SIGNIFICANT = 1.2816
LEAST_VOICES = 5


@dataclass(frozen=True, slots=True)
class Voices:
    """How many agree, disagree, and are unsure (they pass, or find it unclear)."""

    agree: int = 0
    disagree: int = 0
    unsure: int = 0

    @property
    def seen(self) -> int:
        """How many have answered it."""
        return self.agree + self.disagree + self.unsure

    @property
    def pa(self) -> float:
        """The probability of agreement."""
        return (self.agree + 1) / (self.seen + 2)

    @property
    def pd(self) -> float:
        """The probability of disagreement."""
        return (self.disagree + 1) / (self.seen + 2)

    @property
    def division(self) -> float:
        """How divided opinions are; 1 means evenly split."""
        return 4 * self.pa * self.pd

    @property
    def z_agree(self) -> float:
        """How far agreement stands out."""
        return _z(self.agree, self.seen)

    @property
    def z_disagree(self) -> float:
        """How far disagreement stands out."""
        return _z(self.disagree, self.seen)

    @property
    def is_agreed(self) -> bool:
        """Whether agreement is significant."""
        return self.seen >= LEAST_VOICES and self.z_agree > SIGNIFICANT

    @property
    def is_rejected(self) -> bool:
        """Whether disagreement is significant."""
        return self.seen >= LEAST_VOICES and self.z_disagree > SIGNIFICANT


def _z(count: int, seen: int) -> float:
    return 2 * sqrt(seen + 1) * ((count + 1) / (seen + 1) - 0.5)


def voices(stances: Iterable[Stance]) -> Voices:
    """The stances counted."""
    found = Counter(stances)
    return Voices(found[Stance.AGREE], found[Stance.DISAGREE], found[Stance.PASS] + found[Stance.UNCLEAR])


def consensus(groups: Sequence[Voices]) -> float:
    """Group-informed consensus: the product of each group's probability of agreement."""
    return prod(each.pa for each in groups)


def shown_consensus(groups: Sequence[Voices]) -> float:
    """The consensus as it is shown: its root, so that it does not shrink with the number of groups."""
    return float(consensus(groups) ** (1 / len(groups)))


def weight(about: Voices, extremity: float = 0.0) -> float:
    """How much a statement asks to be shown: new ones, clear ones and those that tell people apart more than others."""
    clear = 1 - (about.unsure + 1) / (about.seen + 2)
    new = 1 + 8 * exp2(-about.seen / 5)
    asked = clear * (extremity + 1) * about.pa * new
    return asked * asked


def draw(chance: random.Random, weights: Mapping[int, float], wanted: Set[int] = frozenset()) -> int | None:
    """The next statement, drawn in proportion to the weights, from those that one's own group has to see first; None when there is none."""
    those = sorted(weights.keys() & wanted) or sorted(weights)
    return chance.choices(those, [weights[each] for each in those])[0] if those else None

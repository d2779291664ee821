"""Gradients of agreement: eight levels that may test a draft; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.chat.language import Phrase, _
from bot.lean import dataclass

LEVELS = range(1, 9)
NAMES: Mapping[int, Phrase] = {
    1: _("With all my heart"),
    2: _("Yes, with a small point"),
    3: _("Yes, with reservations"),
    4: _("I abstain"),
    5: _("Let us talk more first"),
    6: _("I do not like it, and go along"),
    7: _("I disagree seriously"),
    8: _("I block it"),
}


@dataclass(frozen=True, slots=True)
class Gradients:
    """How many chose each level, from 1 to 8."""

    counts: tuple[int, ...]

    @property
    def voters(self) -> int:
        """How many answered."""
        return sum(self.counts)

    @property
    def is_split(self) -> bool:
        """Whether both ends, levels 1 and 2 and levels 7 and 8, hold a quarter of the answers each."""
        return self.voters > 0 and 4 * sum(self.counts[:2]) >= self.voters and 4 * sum(self.counts[-2:]) >= self.voters

    @property
    def mean(self) -> float | None:
        """The mean level; None where opinions are split, for it would tell of a middle where nobody stands."""
        if not self.voters or self.is_split:
            return None
        return sum(level * count for level, count in zip(LEVELS, self.counts, strict=True)) / self.voters


def gradients(levels: Iterable[int]) -> Gradients:
    """The levels counted."""
    given = list(levels)
    return Gradients(tuple(given.count(level) for level in LEVELS))

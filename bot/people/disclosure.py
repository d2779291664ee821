"""What may be told about what a few people said: the rules of small groups, pure.

They guard the number of people behind a figure, never an option's own count: with k or more voters "1 chose B" says nothing about whom.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

from bot.chat.language import Phrase, _, n_
from bot.lean import dataclass

USUAL_K, LEAST_K, VERBATIM_K = 5, 3, 10

Key = TypeVar("Key", bound=Hashable)

ALL_OR_NEARLY_ALL = _("all or nearly all")
FEW_OR_NONE = _("few or none")


def chosen_k(asked: int | None) -> int:
    """The k of a new poll: the usual one unless another was asked for, and never below the floor; it is fixed from then on."""
    return max(LEAST_K, USUAL_K if asked is None else asked)


def may_be_anonymous(eligible: int, k: int) -> bool:
    """Whether an anonymous poll is offered to so many people at all."""
    return eligible >= k


def may_show(voters: int, k: int) -> bool:
    """Whether a tally of so many voters may be shown."""
    return voters >= k


def least_to_quote(k: int) -> int:
    """How many have to answer for comments to be shown word for word: how somebody writes tells more than a cross."""
    return max(k, VERBATIM_K)


def may_follow(shown: int | None, voters: int, k: int) -> bool:
    """Whether a tally may be shown after another of the same poll: those who came between stand in the difference."""
    if not may_show(voters, k):
        return False
    return shown is None or shown == voters or abs(voters - shown) >= k


@dataclass(frozen=True, slots=True)
class Told(Generic[Key]):
    """The counts as they may be told; None says that it is "few or none", or, for a key in `nearly_all`, "all or nearly all"."""

    counts: Mapping[Key, int | None]
    nearly_all: frozenset[Key] = frozenset()

    @property
    def is_exact(self) -> bool:
        """Whether everything is told, so that means and shares may be too."""
        return not self.nearly_all

    def words(self, key: Key) -> int | Phrase:
        """A count, or what is said in its place."""
        count = self.counts[key]
        if count is not None:
            return count
        return ALL_OR_NEARLY_ALL if key in self.nearly_all else FEW_OR_NONE


def told(counts: Mapping[Key, int], voters: int, k: int, *, is_exclusive: bool) -> Told[Key]:
    """Unanimity among few tells what everybody said, so below 2k it is blurred together with its neighbour, "all but one".

    Where each voter chose one option only (`is_exclusive`), the other counts would give it away and are blurred with it.
    """
    if voters >= 2 * k:
        return Told(dict(counts))
    nearly_all = frozenset(key for key, count in counts.items() if voters > 1 and count >= voters - 1)
    if not nearly_all:
        return Told(dict(counts))
    return Told({key: None if is_exclusive or key in nearly_all else count for key, count in counts.items()}, nearly_all)


def fewer_than(k: int) -> Phrase:
    """What stands in place of a result."""
    return _("Fewer than {k} people voted, so no result is shown. That protects those who did.", k=k)


def too_few_to_be_anonymous(eligible: int, k: int) -> Phrase:
    """Why no anonymous poll is offered here."""
    return n_(
        "Only {count} person could vote here. An anonymous poll needs at least {k}, or everybody could guess who said what.",
        "Only {count} people could vote here. An anonymous poll needs at least {k}, or everybody could guess who said what.",
        eligible,
        k=k,
    )

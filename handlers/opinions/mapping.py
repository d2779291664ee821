"""The map of opinions: where all agree, what divides, and which groups there are, or why none are told; pure and reproducible.

It is computed apart from any unit: `made` takes plain values and gives plain values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from handlers.opinions.rules import Stance
from handlers.opinions.voices import Voices

Json: TypeAlias = "dict[str, Any]"

LEAST_VOTERS, LEAST_STATEMENTS, LEAST_SURE = 15, 7, 50  # below the last of them groups are tentative
LEAST_SILHOUETTE = 0.25
LEAST_SEEN = 3
UNSEEN = "-"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Who said what: statements by their ids, and for each voter (a seat: any number) a letter for each statement, `-` where unseen."""

    statements: tuple[int, ...]
    rows: Mapping[int, str]

    def as_json(self) -> Json:
        """The sheet as plain values."""
        return {"statements": list(self.statements), "rows": [[seat, row] for seat, row in self.rows.items()]}


def sheet_of(given: Json) -> Sheet:
    """The sheet that these plain values are."""
    return Sheet(tuple(given["statements"]), dict(given["rows"]))


def sheet(statements: Iterable[int], answers: Iterable[tuple[int, int, Stance]]) -> Sheet:
    """The sheet of answers, each (seat, statement, stance), in whatever order they come; what is about another statement is left out."""
    raise NotImplementedError


class NoGroups(StrEnum):
    """Why no groups are told."""

    FEW_VOTERS = "few voters"
    FEW_STATEMENTS = "few statements"
    ALL_ALIKE = "all alike"  # nothing tells people apart
    NOT_CLEAR = "not clear"  # fewer than 50 people, and the groups run into each other
    TOO_SMALL = "too small"  # a group would have fewer than k people


class Kind(StrEnum):
    """What a statement is on the map."""

    BRIDGES = "bridges"  # every group agrees; without groups: most agree
    REJECTED = "rejected"  # every group disagrees; without groups: most disagree
    DIVIDES = "divides"  # most of one group agree, most of another disagree; without groups: close to an even split
    UNSURE = "unsure"  # many pass or find it unclear
    MILD = "mild"  # none of these
    NEEDS_VOICES = "needs voices"  # too few have seen it, all in all or in a group


@dataclass(frozen=True, slots=True)
class Standing:
    """How one statement stands: all voices, those of each group in the order of groups, and what that makes it."""

    statement: int
    kind: Kind
    total: Voices
    by_group: tuple[Voices, ...] = ()
    lacking: tuple[int, ...] = ()  # groups that have to see it still, by their position
    extremity: float = 0.0

    @property
    def consensus(self) -> float | None:
        """The group-informed consensus as it is shown; None without groups."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Group:
    """People who answer alike: their seats, where they stand on the plane, and the statements that set them apart with their stance."""

    seats: tuple[int, ...]
    at: tuple[float, float]
    marks: tuple[tuple[int, Stance], ...] = ()


@dataclass(frozen=True, slots=True)
class OpinionMap:
    """The map: every statement as it stands, and the groups, the largest first, or why there are none."""

    voters: int
    standings: tuple[Standing, ...]  # in the order of statements
    groups: tuple[Group, ...] = ()
    why_no_groups: NoGroups | None = None
    is_tentative: bool = False
    silhouette: float = 0.0
    unplaced: int = 0  # voters with too few answers to stand in a group

    def of_kind(self, kind: Kind) -> tuple[Standing, ...]:
        """The statements of one kind, the clearest first."""
        raise NotImplementedError

    @property
    def wanted(self) -> Mapping[int, frozenset[int]]:
        """For each seat in a group the statements that its group has to see."""
        raise NotImplementedError

    def as_json(self) -> Json:
        """The map as plain values."""
        raise NotImplementedError


def map_of(given: Json) -> OpinionMap:
    """The map that these plain values are."""
    raise NotImplementedError


def mapped(given: Sheet, k: int) -> OpinionMap:
    """The map of a sheet; no group has fewer than k people."""
    raise NotImplementedError


def made(given: Json) -> Json:
    """What a Later computes: `{"sheet": ..., "k": ...}` in, `{"map": ...}` out."""
    return {"map": mapped(sheet_of(given["sheet"]), given["k"]).as_json()}

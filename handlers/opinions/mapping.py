"""The map of opinions: where all agree, what divides, and which groups there are, or why none are told; pure and reproducible.

It is computed apart from any unit: `made` takes plain values and gives plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.lean import dataclass
from handlers.opinions.rules import Stance
from handlers.opinions.voices import LEAST_VOICES, Voices, shown_consensus

if TYPE_CHECKING:
    from handlers.opinions.plane import Plane

Json: TypeAlias = "dict[str, Any]"

LEAST_VOTERS, LEAST_STATEMENTS, LEAST_SURE = 15, 7, 50  # below the last of them groups are tentative
LEAST_SILHOUETTE = 0.25
LEAST_SEEN = 3
MOST_MARKS, LEAST_APART = 3, 0.25
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
    ids = tuple(sorted(statements))
    columns = {statement: column for column, statement in enumerate(ids)}
    blank = bytearray(UNSEEN.encode() * len(ids))
    rows: dict[int, bytearray] = {}
    for seat, statement, stance in answers:
        column = columns.get(statement)
        if column is not None:
            row = rows.get(seat)
            if row is None:
                row = rows[seat] = blank.copy()
            row[column] = ord(stance)
    return Sheet(ids, {seat: rows[seat].decode() for seat in sorted(rows)})


class NoGroups(StrEnum):
    """Why no groups are told."""

    FEW_VOTERS = "few voters"
    FEW_STATEMENTS = "few statements"
    ALL_ALIKE = "all alike"  # nothing tells people apart
    TOO_SMALL = "too small"  # a group would have fewer than k people
    NOT_CLEAR = "not clear"  # fewer than 50 people, and the groups run into each other
    CHANCE = "chance"  # shuffled answers part as well


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
        return shown_consensus(self.by_group) if self.by_group else None


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
        """The statements of one kind, the clearest first; equals in their own order."""
        return tuple(sorted((each for each in self.standings if each.kind is kind), key=_CLEARNESS[kind], reverse=True))

    @property
    def wanted(self) -> Mapping[int, frozenset[int]]:
        """For each seat in a group the statements that its group has to see."""
        lacks = [frozenset(each.statement for each in self.standings if number in each.lacking) for number in range(len(self.groups))]
        return {seat: lacks[number] for number, group in enumerate(self.groups) for seat in group.seats}

    def only(self, statements: Container[int]) -> OpinionMap:
        """The map of these statements alone; others were taken away since it was made."""
        groups = (replace(group, marks=tuple(mark for mark in group.marks if mark[0] in statements)) for group in self.groups)
        return replace(self, standings=tuple(each for each in self.standings if each.statement in statements), groups=tuple(groups))

    def as_json(self) -> Json:
        """The map as plain values."""
        return asdict(self)


def map_of(given: Json) -> OpinionMap:
    """The map that these plain values are."""
    groups = (Group(tuple(g["seats"]), (g["at"][0], g["at"][1]), tuple((s, Stance(v)) for s, v in g["marks"])) for g in given["groups"])
    why = NoGroups(given["why_no_groups"]) if given["why_no_groups"] is not None else None
    read = {"standings": tuple(_standing_of(each) for each in given["standings"]), "groups": tuple(groups), "why_no_groups": why}
    return OpinionMap(**{**given, **read})


def _standing_of(given: Json) -> Standing:
    of_groups = tuple(Voices(**each) for each in given["by_group"])
    read = {"kind": Kind(given["kind"]), "total": Voices(**given["total"]), "by_group": of_groups, "lacking": tuple(given["lacking"])}
    return Standing(**{**given, **read})


def made(given: Json) -> Json:
    """What a Later computes: `{"sheet": ..., "k": ...}` in, `{"map": ...}` out."""
    return {"map": mapped(sheet_of(given["sheet"]), given["k"]).as_json()}


def mapped(given: Sheet, k: int) -> OpinionMap:
    """The map of a sheet; no group has fewer than k people."""
    from handlers.opinions.plane import Plane

    plane = Plane(given)
    why = _too_few(plane)
    found = plane.parted(k) if why is None else None
    if found is not None:
        why = doubt(plane.placed, found.silhouette) or (NoGroups.CHANCE if plane.may_be_chance(found, k) else None)
    elif why is None:
        why = NoGroups.TOO_SMALL if plane.tells_apart else NoGroups.ALL_ALIKE
    groups = plane.groups(found) if found is not None and why is None else ()
    counts = plane.voices(groups)
    extremities = plane.extremities() if plane.placed >= LEAST_VOTERS else [0.0] * len(given.statements)
    standings = tuple(
        standing(statement, total, of_groups, [len(seats) for seats, _at in groups], extremity, k)
        for statement, (total, *of_groups), extremity in zip(given.statements, counts, extremities, strict=True)
    )
    return OpinionMap(
        plane.voters,
        standings,
        tuple(Group(seats, at, _marks(standings, number)) for number, (seats, at) in enumerate(groups)),
        why,
        is_tentative=bool(groups) and plane.placed < LEAST_SURE,
        silhouette=found.silhouette if found is not None and groups else 0.0,
        unplaced=plane.voters - plane.placed,
    )


# -- what may be told ----------------------------------------------------------------------------------------------------


def _too_few(plane: Plane) -> NoGroups | None:
    if plane.placed < LEAST_VOTERS:
        return NoGroups.FEW_VOTERS
    return NoGroups.FEW_STATEMENTS if plane.seen_statements < LEAST_STATEMENTS else None


def doubt(placed: int, silhouette: float) -> NoGroups | None:
    """What speaks against telling groups of so many people that are so well apart."""
    return NoGroups.NOT_CLEAR if placed < LEAST_SURE and silhouette < LEAST_SILHOUETTE else None


def has_seen_enough(seen: int, members: int) -> bool:
    """Whether a group has seen a statement well enough that it may be ranked: three of it, and half."""
    return seen >= LEAST_SEEN and 2 * seen >= members


def standing(statement: int, total: Voices, of_groups: Sequence[Voices], members: Sequence[int], extremity: float, k: int) -> Standing:
    """How a statement stands with all and with each group of so many members."""
    lacking = tuple(number for number, size in enumerate(members) if not has_seen_enough(of_groups[number].seen, size))
    is_ranked = not lacking and total.seen >= max(LEAST_VOICES, k)
    kind = _kind_of(total, of_groups) if is_ranked else Kind.NEEDS_VOICES
    return Standing(statement, kind, total, tuple(of_groups), lacking, extremity)


def _kind_of(total: Voices, of_groups: Sequence[Voices]) -> Kind:
    each = of_groups or [total]
    if total.is_agreed and all(3 * (one.agree + 1) >= 2 * (one.seen + 2) for one in each):
        return Kind.BRIDGES
    if total.is_rejected and all(3 * (one.disagree + 1) >= 2 * (one.seen + 2) for one in each):
        return Kind.REJECTED
    if _divides(total, of_groups):
        return Kind.DIVIDES
    return Kind.UNSURE if 3 * total.unsure >= total.seen else Kind.MILD


def _divides(total: Voices, of_groups: Sequence[Voices]) -> bool:
    """Whether most of one group agree and most of another disagree; without groups, whether it is no clearer than one to three."""
    if not of_groups:
        return 3 * total.unsure < total.seen and 4 * min(total.agree, total.disagree) >= total.agree + total.disagree
    return any(2 * one.agree > one.seen for one in of_groups) and any(2 * one.disagree > one.seen for one in of_groups)


def _marks(standings: Sequence[Standing], group: int) -> tuple[tuple[int, Stance], ...]:
    """The statements on which most of a group say what far fewer of the others say."""
    found: list[tuple[float, int, Stance]] = []
    for each in standings:
        if each.lacking:
            continue
        own = each.by_group[group]
        others = _together([voices for number, voices in enumerate(each.by_group) if number != group])
        for stance, count, apart in (
            (Stance.AGREE, own.agree, own.pa - others.pa),
            (Stance.DISAGREE, own.disagree, own.pd - others.pd),
        ):
            if 2 * count > own.seen and apart >= LEAST_APART:
                found.append((-apart, each.statement, stance))
    return tuple((statement, stance) for _apart, statement, stance in sorted(found)[:MOST_MARKS])


def _together(voices: Sequence[Voices]) -> Voices:
    return Voices(sum(each.agree for each in voices), sum(each.disagree for each in voices), sum(each.unsure for each in voices))


def _common_yes(each: Standing) -> float:
    return shown_consensus(each.by_group or (each.total,))


def _common_no(each: Standing) -> float:
    return shown_consensus([Voices(one.disagree, one.agree, one.unsure) for one in each.by_group or (each.total,)])


def _apart(each: Standing) -> float:
    if not each.by_group:
        return each.total.division
    return max(one.pa for one in each.by_group) - min(one.pa for one in each.by_group)


_CLEARNESS: Mapping[Kind, Callable[[Standing], float]] = {
    Kind.BRIDGES: _common_yes,
    Kind.REJECTED: _common_no,
    Kind.DIVIDES: _apart,
    Kind.UNSURE: lambda each: each.total.unsure / each.total.seen,
    Kind.MILD: _common_yes,
    Kind.NEEDS_VOICES: lambda each: -each.total.seen,
}

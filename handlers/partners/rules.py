"""Who goes on with whom: values in, groups with their reasons out; the same from the same, in whatever order it is given."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from enum import StrEnum
from itertools import combinations

from bot.lean import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who would like a partner: `awake` are the UTC hours at which they can be reached, `goal_words` are normalised."""

    id: int
    unit: str | None = None
    goal_words: frozenset[str] = frozenset()
    awake: frozenset[int] = frozenset()
    language: str = "en"
    times_third: int = 0
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """Two who were partners in an earlier round; the three of a trio are three of these."""

    pair: tuple[int, int]
    round: int


class Why(StrEnum):
    """What speaks for a group."""

    SHARED_GOAL = "shared goal"  # `words`
    SHARED_HOURS = "shared hours"  # `number` of them
    SAME_LANGUAGE = "same language"
    DIFFERENT_UNIT = "different unit"
    NOT_MET = "not met"
    MET_IN = "met in"  # `number` of the last round in which two of them were together
    FIXED = "fixed"  # by a lead's hand


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why these are together, with what belongs to it."""

    why: Why
    words: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Two or three who go on together, by their ids in order; `third` is who joined a pair."""

    members: tuple[int, ...]
    reasons: tuple[Reason, ...]
    third: int | None = None


class WhyWaiting(StrEnum):
    """Why somebody has nobody yet; which people may not be paired is nobody else's business."""

    NOBODY_ELSE = "nobody else"
    NO_GROUP = "no group"  # none that they could join


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody without a partner, and why."""

    id: int
    why: WhyWaiting


@dataclass(frozen=True, slots=True)
class Plan:
    """A round's groups; `bound` is the share of what is possible at best that was reached at least, 1.0 where nothing better exists."""

    round: int
    groups: tuple[Group, ...]
    waiting: tuple[Waiting, ...]
    bound: float = 1.0


@dataclass(frozen=True, slots=True)
class Audit:
    """What can be shown of several rounds: pairs that had met before, how often each was third, who waited in which round and why."""

    repeats: int
    times_third: Mapping[int, int]
    waited: tuple[tuple[int, Waiting], ...]


def plan_pairs(
    candidates: Sequence[Candidate],
    past: Sequence[Past],
    never: Set[frozenset[int]],
    fixed: Sequence[frozenset[int]],
    round: int,  # noqa: A002 - the noun of the domain
    seed: int,
) -> Plan:
    """Groups of a round: as many pairs as possible, then whoever was third before is none again, then fewest repeats, then what fits best.

    Whoever is over joins a permitted pair as third. Paused people take no part, two who are never to be paired are in no group together,
    fixed groups stay. Up to 1,000 people nothing better exists; above, the plan says how close it came.
    """
    from handlers.partners.pairing import Crowd, pair_up  # numbers and graphs, which take a while to import

    people = {each.id: each for each in sorted(candidates, key=lambda each: each.id) if not each.is_paused}
    kept = _kept(fixed, people, never)
    placed = {member for group in kept for member in group}
    free = [each for each in people.values() if each.id not in placed]
    random.Random(seed).shuffle(free)
    last_met = _last_met(past, round)
    # Those in fixed groups stand behind the others: nobody is matched with them, but a third may find no other place.
    crowd = Crowd([*free, *(people[member] for group in kept for member in group)], past, never, round, len(free))
    found = pair_up(crowd, [tuple(sorted(crowd.at[member] for member in group)) for group in kept])
    groups = []
    for members, third in found.groups:
        ids = tuple(sorted(crowd.people[index].id for index in members))
        is_fixed = any(group <= set(ids) for group in kept)
        group = [people[member] for member in ids]
        groups.append(Group(ids, _reasons(group, last_met, is_fixed=is_fixed), crowd.people[third].id if third is not None else None))
    alone = WhyWaiting.NOBODY_ELSE if len(people) == 1 else WhyWaiting.NO_GROUP
    waiting = sorted(crowd.people[index].id for index in found.over)
    ordered = tuple(sorted(groups, key=lambda group: group.members))
    return Plan(round, ordered, tuple(Waiting(each, alone) for each in waiting), found.bound)


def audit(rounds: Sequence[Plan]) -> Audit:
    """What became of everybody over several rounds, in their order."""
    met: set[tuple[int, int]] = set()
    repeats, thirds = 0, Counter[int]()
    for plan in rounds:
        pairs = {pair for group in plan.groups for pair in combinations(group.members, 2)}
        repeats += len(pairs & met)
        met |= pairs
        thirds.update(group.third for group in plan.groups if group.third is not None)
    waited = tuple((plan.round, each) for plan in rounds for each in plan.waiting)
    return Audit(repeats, dict(sorted(thirds.items())), waited)


def _kept(fixed: Iterable[frozenset[int]], people: Mapping[int, Candidate], never: Set[frozenset[int]]) -> list[frozenset[int]]:
    """Fixed groups of those who take part; one with two who are never to be paired is none, and nobody is in two."""
    kept: list[frozenset[int]] = []
    placed: set[int] = set()
    for group in sorted(fixed, key=sorted):
        present = frozenset(member for member in group if member in people)
        is_permitted = all(frozenset(pair) not in never for pair in combinations(present, 2))
        if len(present) >= 2 and is_permitted and not present & placed:
            kept.append(present)
            placed |= present
    return kept


def _last_met(past: Iterable[Past], before: int) -> dict[frozenset[int], int]:
    found: dict[frozenset[int], int] = {}
    for each in past:
        if each.round < before:
            pair = frozenset(each.pair)
            found[pair] = max(each.round, found.get(pair, each.round))
    return found


def _reasons(group: Sequence[Candidate], last_met: Mapping[frozenset[int], int], *, is_fixed: bool) -> tuple[Reason, ...]:
    """What all of a group have in common, and what is new to them."""
    reasons = [Reason(Why.FIXED)] if is_fixed else []
    words = frozenset.intersection(*(each.goal_words for each in group))
    hours = frozenset.intersection(*(each.awake for each in group))
    if words:
        reasons.append(Reason(Why.SHARED_GOAL, words=tuple(sorted(words))))
    if hours:
        reasons.append(Reason(Why.SHARED_HOURS, number=len(hours)))
    if len({each.language for each in group}) == 1:
        reasons.append(Reason(Why.SAME_LANGUAGE))
    units = {each.unit for each in group}
    if None not in units and len(units) == len(group):
        reasons.append(Reason(Why.DIFFERENT_UNIT))
    met = [last_met[pair] for a, b in combinations(group, 2) if (pair := frozenset((a.id, b.id))) in last_met]
    reasons.append(Reason(Why.MET_IN, number=max(met)) if met else Reason(Why.NOT_MET))
    return tuple(reasons)

"""What goes into a round and what comes out of it, by the numbers of seats: no id of anybody and no word of theirs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from bot.lean import dataclass
from handlers.partners.rules import Candidate, Group, Past, Reason, plan_pairs


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who wants a partner, with what counts for the pairing."""

    person: int
    unit: str
    words: frozenset[str]
    awake: frozenset[int]
    language: str
    times_third: int


@dataclass(frozen=True, slots=True)
class Seating:
    """Who sits where, and the inputs of the round as they are stored."""

    people: tuple[int, ...]
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Audit:
    """What can be proved of a round."""

    number: int
    seed: int
    pairs: int
    trios: int
    repeats: int
    is_reproducible: bool | None  # None where it is too large to be matched again here
    groups: tuple[tuple[str, ...], ...]


def seated(
    applicants: Iterable[Applicant],
    met: Iterable[tuple[int, int, int]],
    nevers: Iterable[tuple[int, int]],
    fixed: Iterable[tuple[int, int]],
    number: int,
    seed: int,
) -> Seating:
    """Give everybody a seat, and say everything else by seats; words and units become numbers, since only their sameness counts."""
    order = sorted(applicants, key=lambda each: each.person)
    seat = {each.person: n for n, each in enumerate(order)}
    words: dict[str, int] = {}
    units: dict[str, int] = {"": 0}
    inputs: dict[str, Any] = {
        "candidates": [
            {
                "unit": units.setdefault(each.unit.casefold().strip(), len(units)),
                "words": sorted(words.setdefault(word, len(words)) for word in sorted(each.words)),
                "awake": sorted(each.awake),
                "language": each.language,
                "times_third": each.times_third,
            }
            for each in order
        ],
        "past": sorted([*sorted((seat[one], seat[other])), n] for one, other, n in met if one in seat and other in seat),
        "never": sorted({tuple(sorted((seat[one], seat[other]))) for one, other in nevers if one in seat and other in seat}),
        "fixed": sorted({tuple(sorted((seat[one], seat[other]))) for one, other in fixed if one in seat and other in seat}),
        "number": number,
        "seed": seed,
    }
    return Seating(tuple(each.person for each in order), inputs)


def match(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Match the seats: groups with their reasons, and who waits; the same again for the same inputs."""
    candidates = [
        Candidate(
            id=seat,
            unit=str(each["unit"]) if each["unit"] else None,
            goal_words=frozenset(map(str, each["words"])),
            awake=frozenset(each["awake"]),
            language=each["language"],
            times_third=each["times_third"],
        )
        for seat, each in enumerate(inputs["candidates"])
    ]
    past = [Past((one, other), number) for one, other, number in inputs["past"]]
    never = {frozenset(pair) for pair in inputs["never"]}
    fixed = [frozenset(pair) for pair in inputs["fixed"]]
    plan = plan_pairs(candidates, past, never, fixed, inputs["number"], inputs["seed"])
    return {
        "groups": [{"seats": _third_last(group), "reasons": [_counted(reason) for reason in group.reasons]} for group in plan.groups],
        "waiting": [waiting.id for waiting in plan.waiting],
        "bound": plan.bound,
    }


def _third_last(group: Group) -> list[int]:
    return sorted(group.members, key=lambda seat: (seat == group.third, seat))


def _counted(reason: Reason) -> list[str | int]:
    """A reason with its number: of words that are shared only how many."""
    return [reason.why.value, len(reason.words) or reason.number]


def repeats(inputs: Mapping[str, Any], outcome: Mapping[str, Any]) -> int:
    """How many of the pairs that a round made had met before."""
    met = {(one, other) for one, other, _number in inputs["past"]}
    made = (tuple(sorted(pair)) for group in outcome["groups"] for pair in combinations(group["seats"], 2))
    return sum(pair in met for pair in made)

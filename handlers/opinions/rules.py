"""The rules of an opinion request: sizes, phases and their dates, promises, and what a ratifying ballot decides; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.chat.errors import UserError
from bot.chat.language import n_
from bot.lean import dataclass
from bot.people.days import instant_of

LONGEST_STATEMENT = 280
SHORTEST, RAPID = timedelta(hours=24), timedelta(hours=48)
ASKED_AGAIN = timedelta(days=30)  # what we will do differently, and an asker who has not answered


class Size(StrEnum):
    """How much of the way a request goes; it may grow into the next."""

    QUICK = "quick"
    STANDARD = "standard"
    FULL = "full"


class Phase(StrEnum):
    """Where a request stands."""

    PREPARED = "prepared"  # only its opener has seen it
    PROPOSED = "proposed"  # a lead is asked whether it opens
    INFORM = "inform"
    STATEMENTS = "statements"
    MAP = "map"
    DRAFT = "draft"
    RATIFY = "ratify"
    SEND = "send"
    OUTCOME = "outcome"
    ENDED = "ended"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing comes any more."""
        return self in {Phase.ENDED, Phase.CANCELLED}


class Stance(StrEnum):
    """What somebody says to a statement; the value is its letter in a sheet."""

    AGREE = "a"
    DISAGREE = "d"
    PASS = "p"  # noqa: S105 - a letter of a sheet
    UNCLEAR = "u"


class Position(StrEnum):
    """What somebody says to a draft that is to be ratified."""

    SUPPORT = "support"
    SUGGEST = "suggest"  # support, suggestions attached
    STAND_ASIDE = "stand aside"  # no support, and not in the way
    ONLY_IF_CHANGED = "only if changed"
    DO_NOT_SEND = "do not send"
    ABSTAIN = "abstain"

    @property
    def supports(self) -> bool:
        """Whether it counts as support."""
        return self in {Position.SUPPORT, Position.SUGGEST}

    @property
    def objects(self) -> bool:
        """Whether it is an objection, until it is settled."""
        return self in {Position.ONLY_IF_CHANGED, Position.DO_NOT_SEND}

    @property
    def dissents(self) -> bool:
        """Whether its reason belongs into the dissent annex."""
        return self.objects or self is Position.STAND_ASIDE


# -- phases and dates ----------------------------------------------------------------------------------------------------

# What part of the time between opening and deadline each phase gets, in percent.
SHARES: Mapping[Size, Mapping[Phase, int]] = {
    Size.QUICK: {Phase.STATEMENTS: 70, Phase.DRAFT: 20, Phase.SEND: 10},
    Size.STANDARD: {Phase.STATEMENTS: 45, Phase.DRAFT: 20, Phase.RATIFY: 25, Phase.SEND: 10},
    Size.FULL: {Phase.INFORM: 10, Phase.STATEMENTS: 35, Phase.MAP: 10, Phase.DRAFT: 15, Phase.RATIFY: 20, Phase.SEND: 10},
}
# Hours at which phases end: the first line that keeps all ends apart is taken.
ENDING_HOURS: Sequence[Sequence[int]] = ((18,), (9, 18), range(24))


class TooSoon(UserError):
    """Less time than the shortest request needs."""

    def __init__(self) -> None:
        hours = SHORTEST // timedelta(hours=1)
        super().__init__(n_("Please leave at least {count} hour until then.", "Please leave at least {count} hours until then.", hours))


@dataclass(frozen=True, slots=True)
class Stop:
    """When a phase ends: the instant, and the local date and time of it."""

    phase: Phase
    ends_at: datetime
    on: date
    at: time


def phases(size: Size) -> tuple[Phase, ...]:
    """The phases of a request in their order, with the outcome at the end."""
    return (*SHARES[size], Phase.OUTCOME)


def next_phase(size: Size, phase: Phase) -> Phase:
    """What comes after a phase; a request that grew goes on with the first phase of its new size that is later."""
    order = list(Phase)
    return next((each for each in phases(size) if order.index(each) > order.index(phase)), Phase.ENDED)


def is_rapid(opens: datetime, deadline: datetime) -> bool:
    """Whether there is so little time that a lower bar is offered."""
    return deadline - opens <= RAPID


def plan(size: Size, opens: datetime, deadline: datetime, zone: str) -> tuple[Stop, ...]:
    """When each phase ends, the last one at the deadline; ends fall at 18:00 where the time allows, otherwise at full hours."""
    return plan_rest(tuple(SHARES[size]), opens, deadline, zone, size)


def plan_rest(remaining: Collection[Phase], now: datetime, deadline: datetime, zone: str, size: Size) -> tuple[Stop, ...]:
    """The ends of the phases that are still to come, when one ended early, the deadline moved or the request grew.

    Raises TooSoon where less than the shortest time is left in proportion.
    """
    shares = {each: share for each, share in SHARES[size].items() if each in remaining}
    whole = sum(shares.values())
    if not shares or (deadline - now) * 100 < SHORTEST * whole:
        raise TooSoon
    passed, wanted = 0, []
    for share in shares.values():
        passed += share
        wanted.append(now + (deadline - now) * passed / whole)
    for hours in ENDING_HOURS:
        ends = [_nearest(instant, hours, zone) for instant in wanted[:-1]]
        if all(before < after for before, after in pairwise([now, *(instant_of(*end, zone) for end in ends), deadline])):
            break
    local = deadline.astimezone(ZoneInfo(zone))
    stops = [Stop(each, instant_of(*end, zone), *end) for each, end in zip(shares, ends, strict=False)]
    return (*stops, Stop(list(shares)[-1], deadline, local.date(), local.time()))


def _nearest(instant: datetime, hours: Sequence[int], zone: str) -> tuple[date, time]:
    """The local date and hour, of these hours, that lie nearest to an instant; of two the earlier."""
    day = instant.astimezone(ZoneInfo(zone)).date()
    candidates = [(day + timedelta(days=ahead), time(hour)) for ahead in (-1, 0, 1) for hour in hours]
    return min(candidates, key=lambda each: abs(instant_of(*each, zone) - instant))


# -- promises ------------------------------------------------------------------------------------------------------------


class Rule(StrEnum):
    """What a draft needs to be ratified, from the lowest bar to the highest."""

    MAJORITY = "majority"  # more than half of those not abstaining support it
    TWO_THIRDS = "two thirds"  # at least two thirds of them
    CONSENT = "consent"  # at least two thirds of them, and no open objection


class Fallback(StrEnum):
    """What happens where the rule is not met, from the freest to the strictest."""

    ANNEX = "annex"  # sent with the dissent annex
    SIGNATORIES = "signatories"  # sent in the names of those who sign only
    DO_NOT_SEND = "do not send"


class Audience(StrEnum):
    """Who is invited."""

    EVERYBODY = "everybody"
    GROUP = "group"  # the people of a chartered group, as they are by now
    NAMED = "named"


class Printing(StrEnum):
    """How the holder of a minority reason wants it printed."""

    NAMED = "named"
    UNNAMED = "unnamed"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many have to take part: a share of the invited, at least a few, never more than there are."""

    percent: int = 30
    least: int = 3

    def of(self, invited: int) -> int:
        """The number for so many invited people."""
        return min(invited, max(self.least, -(-invited * self.percent // 100)))


class Promise(StrEnum):
    """What was promised when a request was opened."""

    ANONYMITY = "anonymity"
    SMALL_GROUPS = "small groups"
    RULE = "rule"
    QUORUM = "quorum"
    FALLBACK = "fallback"
    INVITED = "invited"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Promises:
    """Everything that was promised; where nobody is named as invited, everybody is."""

    is_anonymous: bool
    k: int
    rule: Rule
    quorum: Quorum
    fallback: Fallback
    invited: frozenset[int]
    deadline: datetime


def looser(before: Promises, after: Promises) -> frozenset[Promise]:
    """What would be promised less strictly than before; once somebody has answered it must be nothing."""
    loosened = {
        Promise.ANONYMITY: before.is_anonymous and not after.is_anonymous,
        Promise.SMALL_GROUPS: after.k < before.k,
        Promise.RULE: _rank(after.rule) < _rank(before.rule),
        Promise.QUORUM: after.quorum.percent < before.quorum.percent or after.quorum.least < before.quorum.least,
        Promise.FALLBACK: _rank(after.fallback) < _rank(before.fallback),
        Promise.INVITED: bool(after.invited) and (not before.invited or not before.invited <= after.invited),
        Promise.DEADLINE: after.deadline < before.deadline,
    }
    return frozenset(promise for promise, is_looser in loosened.items() if is_looser)


def _rank(choice: Rule | Fallback) -> int:
    return list[StrEnum](type(choice)).index(choice)


# -- what a ballot decides -----------------------------------------------------------------------------------------------


class Missing(StrEnum):
    """What a draft lacked."""

    VOTERS = "voters"  # the quorum
    SUPPORT = "support"
    CONSENT = "consent"  # objections are open


class Way(StrEnum):
    """How a response goes out."""

    OURS = "ours"  # in the community's name; minority reasons travel with it
    ANNEX = "annex"  # not ratified, sent with the dissent annex
    SIGNATORIES = "signatories"
    NOT_SENT = "not sent"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a ratifying ballot came to, with every number that the card needs to say why."""

    rule: Rule
    invited: int
    quorum: int
    counts: Mapping[Position, int]
    settled: int = 0  # objections that their holders call settled
    missing: tuple[Missing, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the draft is ratified."""
        return not self.missing

    @property
    def voted(self) -> int:
        """How many took part, abstentions included."""
        return sum(self.counts.values())

    @property
    def deciding(self) -> int:
        """How many did not abstain."""
        return self.voted - self.counts[Position.ABSTAIN]

    @property
    def support(self) -> int:
        """How many support it, with suggestions or without."""
        return sum(count for position, count in self.counts.items() if position.supports)

    @property
    def objections(self) -> int:
        """How many objections are open."""
        return sum(count for position, count in self.counts.items() if position.objects) - self.settled

    @property
    def is_even(self) -> bool:
        """Whether those who did not abstain stand half against half."""
        return self.deciding > 0 and 2 * self.support == self.deciding


def decide(positions: Iterable[Position], invited: int, rule: Rule, quorum: Quorum, settled: int = 0) -> Decision:
    """What these positions decide, the same in whatever order they lie."""
    found = Counter(positions)
    decision = Decision(rule, invited, quorum.of(invited), {each: found[each] for each in Position}, settled)
    lacks = {
        Missing.VOTERS: decision.voted < max(1, decision.quorum),
        Missing.SUPPORT: not _suffices(decision.support, decision.deciding, rule),
        Missing.CONSENT: rule is Rule.CONSENT and decision.objections > 0,
    }
    return replace(decision, missing=tuple(each for each, is_lacking in lacks.items() if is_lacking))


def _suffices(support: int, deciding: int, rule: Rule) -> bool:
    return 2 * support > deciding if rule is Rule.MAJORITY else support > 0 and 3 * support >= 2 * deciding


def way_of(decision: Decision, fallback: Fallback) -> Way:
    """How the response goes out; what nobody supports goes out in no way."""
    if decision.passed:
        return Way.OURS
    return _WAYS[fallback] if decision.support else Way.NOT_SENT


_WAYS: Mapping[Fallback, Way] = {
    Fallback.ANNEX: Way.ANNEX,
    Fallback.SIGNATORIES: Way.SIGNATORIES,
    Fallback.DO_NOT_SEND: Way.NOT_SENT,
}

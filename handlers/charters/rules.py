"""The rules of charters: which way they go, when a charter passes, when a seat may be given, when a report is due; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.cadences import WORKING_DAYS
from bot.lean import dataclass
from bot.people.days import instant_of

LEAST_SUPPORTS = 3
DAYS_SHOWN = 3  # working days that an open seat stands in all places before it is given
USUAL_DAYS, FEWEST_DAYS, MOST_DAYS = 7, 2, 60  # of an endorsement
REMINDED = timedelta(hours=36)  # before an endorsement ends
FARTHEST = timedelta(days=3 * 366)


class Kind(StrEnum):
    """Light or chartered."""

    GROUP = "group"
    PROJECT = "project"


class State(StrEnum):
    """Where a charter stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ENDORSING = "endorsing"
    CONFIRMING = "confirming"
    RECRUITING = "recruiting"
    ACTIVE = "active"
    DORMANT = "dormant"
    RESULTS = "results"
    CLOSED = "closed"
    SUNSET = "sunset"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self in {State.CLOSED, State.SUNSET, State.CANCELLED}

    @property
    def is_known(self) -> bool:
        """Whether the community knows of it."""
        return self not in {State.DRAFT, State.PROPOSED}

    @property
    def is_at_work(self) -> bool:
        """Whether the community hears from it."""
        return self in {State.RECRUITING, State.ACTIVE}


class Move(StrEnum):
    """What takes a charter from one state to the next."""

    PROPOSE = "propose"
    SEND_BACK = "send back"
    PUBLISH = "publish"
    ANNOUNCE = "announce"
    ENDORSE = "endorse"
    REJECT = "reject"
    CONFIRM = "confirm"
    BEGIN = "begin"
    ASK_AGAIN = "ask again"
    REST = "rest"
    WAKE = "wake"
    BRING = "bring results"
    CLOSE = "close"
    SET = "set"
    CANCEL = "cancel"


MOVES: Mapping[State, Mapping[Move, State]] = {
    State.DRAFT: {
        Move.PROPOSE: State.PROPOSED,
        Move.PUBLISH: State.ENDORSING,
        Move.ANNOUNCE: State.RECRUITING,
        Move.CANCEL: State.CANCELLED,
    },
    State.PROPOSED: {Move.PUBLISH: State.ENDORSING, Move.SEND_BACK: State.DRAFT, Move.CANCEL: State.CANCELLED},
    State.ENDORSING: {
        Move.ENDORSE: State.CONFIRMING,
        Move.REJECT: State.DRAFT,
        Move.ASK_AGAIN: State.ENDORSING,
        Move.CANCEL: State.CANCELLED,
    },
    State.CONFIRMING: {Move.CONFIRM: State.RECRUITING, Move.ASK_AGAIN: State.ENDORSING, Move.CANCEL: State.CANCELLED},
    State.RECRUITING: {Move.BEGIN: State.ACTIVE, Move.ASK_AGAIN: State.ENDORSING, Move.CANCEL: State.CANCELLED},
    State.ACTIVE: {
        Move.BRING: State.RESULTS,
        Move.REST: State.DORMANT,
        Move.SET: State.SUNSET,
        Move.ASK_AGAIN: State.ENDORSING,
        Move.CANCEL: State.CANCELLED,
    },
    State.DORMANT: {Move.WAKE: State.ACTIVE, Move.BRING: State.RESULTS, Move.SET: State.SUNSET, Move.CANCEL: State.CANCELLED},
    State.RESULTS: {Move.BRING: State.RESULTS, Move.CLOSE: State.CLOSED, Move.CANCEL: State.CANCELLED},
    State.CLOSED: {},
    State.SUNSET: {},
    State.CANCELLED: {},
}


def next_state(state: State, move: Move) -> State | None:
    """Where a move leads from a state; None where there is no such way."""
    return MOVES[state].get(move)


# -- endorsement ---------------------------------------------------------------------------------------------------------


class Stance(StrEnum):
    """What a member says to a charter."""

    SUPPORT = "support"
    CONDITION = "condition"
    CONCERN = "concern"


class Missing(StrEnum):
    """Why a charter does not pass."""

    SUPPORTS = "supports"
    CONCERNS = "concerns"
    CONDITIONS = "conditions"


@dataclass(frozen=True, slots=True)
class Said:
    """One member's stance, and whether their condition or concern was answered."""

    stance: Stance
    is_answered: bool = False


def decide(said: Collection[Said]) -> frozenset[Missing]:
    """What is missing at the end of the time; nothing means that it passes, and waits for its lead's confirmation.

    A support on a condition counts as support once whoever gave it says so: an answer alone does not speak for them.
    """
    supports = sum(each.stance is Stance.SUPPORT for each in said)
    concerns = sum(each.stance is Stance.CONCERN for each in said)
    missing = set()
    if supports < LEAST_SUPPORTS:
        missing.add(Missing.SUPPORTS)
    if supports <= concerns:
        missing.add(Missing.CONCERNS)
    if any(each.stance is Stance.CONDITION and not each.is_answered for each in said):
        missing.add(Missing.CONDITIONS)
    return frozenset(missing)


def reminded_at(until: datetime) -> datetime:
    """When those who have said nothing yet are reminded of an endorsement, once."""
    return until - REMINDED


# -- what is written -----------------------------------------------------------------------------------------------------

ENDORSED = ("name", "goal", "scope_in", "scope_out", "hours", "pledged", "budget")  # a change of these asks for endorsement again
WRITTEN = (
    *ENDORSED,
    "deliverables",
    "asset",
    "measures",
    "served",
    "gets",
    "interaction",
    "link",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One field as it was and as it is."""

    field: str
    before: str
    after: str


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """What differs between two versions, in the order of the form."""
    both = [(field, before.get(field, ""), after.get(field, "")) for field in WRITTEN]
    return tuple(Change(*each) for each in both if each[1] != each[2])


def needs_endorsement(kind: Kind, hours: str, budget: str) -> bool:
    """A project does; a group where hours or money are asked."""
    return kind is Kind.PROJECT or bool(hours or budget)


def asks_again(found: Collection[Change]) -> bool:
    """Whether what was endorsed is another thing now."""
    return any(each.field in ENDORSED for each in found)


# -- seats and reports ---------------------------------------------------------------------------------------------------


def given_from(shown_at: datetime, zone: str) -> datetime:
    """The earliest instant at which a seat may be given: after three whole working days in the community's zone."""
    day, left = shown_at.astimezone(ZoneInfo(zone)).date(), DAYS_SHOWN
    while left:
        day += timedelta(days=1)
        left -= WORKING_DAYS >> day.weekday() & 1
    return instant_of(day + timedelta(days=1), time(0), zone)


def next_meeting(starts_at: datetime, weeks: int, zone: str, last_on: date | None, now: datetime) -> datetime | None:
    """When a team meets next, at the same local time all year; None where it does not meet again."""
    first = starts_at.astimezone(ZoneInfo(zone))
    on = first.date()
    if starts_at < now:
        if not weeks:
            return None
        passed = (now.astimezone(ZoneInfo(zone)).date() - on).days // (7 * weeks)
        on += timedelta(weeks=weeks * passed)
        if instant_of(on, first.time(), zone) < now:
            on += timedelta(weeks=weeks)
    return instant_of(on, first.time(), zone) if last_on is None or on <= last_on or on == first.date() else None


class Rhythm(StrEnum):
    """How often the community hears from a team."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    NEVER = "never"


DAYS_OF: Mapping[Rhythm, int] = {Rhythm.WEEKLY: 7, Rhythm.FORTNIGHTLY: 14, Rhythm.MONTHLY: 28}


def report_due(rhythm: Rhythm, heard_on: date) -> date | None:
    """When the next report is due; None where there is no rhythm."""
    days = DAYS_OF.get(rhythm)
    return heard_on + timedelta(days=days) if days is not None else None

"""What a lead may change of a running challenge, and what that does to its plan: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bot.core.cadences import Cadence
from handlers.challenges.rules import LONGEST_DAYS, Plan

COMES_BACK_AFTER = 3  # days without one between two that were done


def untouched(today: date, hours: Iterable[tuple[str, time]], now: datetime) -> date:
    """The first date, today or later, whose activity has reached nobody yet: `hours` are everybody's zones and hours.

    What is changed from that date on is changed for all alike, wherever on earth they get up first.
    """
    begins = today - timedelta(days=2)
    due = (Cadence(zone, at, begins).next_due(now) for zone, at in hours)
    return max([today, *(found[0] for found in due if found is not None)])


def paused(plan: Plan, on: date) -> Plan:
    """The plan with a pause from a date on."""
    return replace(plan, breaks=(*plan.breaks, (on, None)))


def resumed(plan: Plan, on: date) -> Plan:
    """The plan going on from a date; a pause that took nothing away was none."""
    ended = ((begins, on if ends is None else ends) for begins, ends in plan.breaks)
    return replace(plan, breaks=tuple((begins, ends) for begins, ends in ended if begins < ends))


def room(plan: Plan) -> int:
    """How many days a challenge may still grow by."""
    return LONGEST_DAYS - plan.days


def extended(plan: Plan, more: int, on: date) -> Plan:
    """The plan with more days at its end; where its last day is over, they begin on a date that has come for nobody yet."""
    longer, following = replace(plan, days=plan.days + more), plan.last_on + timedelta(days=1)
    return longer if plan.is_paused or on <= following else replace(longer, breaks=(*plan.breaks, (following, on)))


def moved_to(plan: Plan, starts_on: date) -> Plan:
    """The plan beginning on another date."""
    return replace(plan, starts_on=starts_on, breaks=())


def day_numbers_from(plan: Plan, on: date) -> range:
    """The numbers of the activities on a date and later."""
    before = sum(plan.number_of(plan.starts_on + timedelta(days=n)) is not None for n in range((on - plan.starts_on).days))
    return range(before + 1, plan.days + 1)


def comebacks(done: Iterable[Sequence[int]]) -> int:
    """How many came back after some days away; `done` has each participant's numbers in order."""
    return sum(any(after - before > COMES_BACK_AFTER for before, after in pairwise(numbers)) for numbers in done)


def themes_of(themes: Sequence[str], days: int) -> Sequence[str]:
    """The themes that so many days touched, one for each seven; a pack that is gone through again says nothing twice."""
    return list(themes[: -(-days // 7)])

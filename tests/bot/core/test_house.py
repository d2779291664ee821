"""What the house test asked for: options by name, taking a post back, cadences without end, planning twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat.errors import FieldErrors
from bot.chat.form import Choice, Draft, Line, form, picked_by_name, read
from bot.chat.language import _
from bot.chat.message import Option
from bot.core import cadences, outbox
from bot.core.cadences import Cadence
from bot.core.clock import WoundClock
from bot.core.outbox import State
from bot.core.rows import RhythmRow
from bot.data import scope
from bot.data.units import Units
from tests.scheduler.desk import COMMUNITY, desk


@form("house.thanks", title=_("Thank somebody"), submit=_("Send"))
class ThanksDraft(Draft):
    to: Annotated[str, Choice(_("Whom?"))]
    why: Annotated[str, Line(_("For what?"))]


NAMES = {"to": {"1": "Priya Raman", "2": "Ann Keller", "3": "Anna Berg"}}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("priya", "1"), ("@Priya", "1"), ("raman", "1"), ("Ann Keller", "2"), ("ann", "ann"), ("nobody", "nobody"), ("2", "2"), ("", "")],
)
def test_options_are_meant_by_their_names_where_that_is_clear(typed: str, meant: str) -> None:
    assert picked_by_name(ThanksDraft, {"to": typed, "why": "x"}, NAMES)["to"] == meant


def test_a_choice_without_options_takes_nothing() -> None:
    with pytest.raises(FieldErrors):
        read(ThanksDraft, {"to": "garbage", "why": "x"}, {"to": ()})
    assert read(ThanksDraft, {"to": "1", "why": "x"}, {"to": (Option("1", "Priya"),)}).to == "1"


def test_a_cadence_without_end_goes_on() -> None:
    mondays = Cadence("Europe/Berlin", time(9), date(2026, 3, 20), None, 0b1)
    found = mondays.next_due(datetime(2060, 1, 1, tzinfo=UTC))
    assert found is not None
    assert found[0].weekday() == 0


@pytest.mark.both_databases
async def test_what_has_not_left_can_be_taken_back_for_good(units: Units, clock: WoundClock) -> None:
    there = await desk(units, clock)
    await there.post("first", key="card")
    await there.drain()
    await there.post("second", key="other")

    def take_back(session: Session) -> tuple[bool, bool, bool]:
        scope.enter(session, COMMUNITY)
        taken = [outbox.withdraw(session, community=COMMUNITY, lane=10, key=key) for key in ("card", "other", "never")]
        return taken[0], taken[1], taken[2]

    assert await units.run(take_back) == (True, False, False)
    assert await there.drain() == ["first"]
    assert sorted(await there.states()) == [State.DROPPED, State.SENT]


@pytest.mark.both_databases
async def test_planning_the_same_again_does_not_lose_the_hour_that_strikes(units: Units, clock: WoundClock) -> None:
    await desk(units, clock)
    mondays = Cadence("Europe/Berlin", time(9), date(2026, 3, 20), None, 0b1)
    due = datetime(2026, 3, 23, 8, 0, tzinfo=UTC)

    def plan(session: Session, after: datetime, cadence: Cadence) -> datetime | None:
        scope.enter(session, COMMUNITY)
        cadences.plan(session, COMMUNITY, "house.week", {7: cadence}, after)
        return session.execute(select(RhythmRow.next_at)).scalar_one()

    assert await units.run(lambda session: plan(session, clock.now(), mondays)) == due
    assert await units.run(lambda session: plan(session, due.replace(second=3), mondays)) == due
    moved = Cadence("Europe/Berlin", time(10), date(2026, 3, 20), None, 0b1)
    assert await units.run(lambda session: plan(session, due.replace(second=3), moved)) == due.replace(hour=9)

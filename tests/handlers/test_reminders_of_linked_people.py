"""The budget of reminders when two identities turn out to be one person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.playground import Playground
from handlers.nudges.rows import NudgeRow, ReminderRow
from tests.handlers.test_linked_people import link
from tests.kit.cast import Cast, count, rows
from tests.kit.people import Person
from tests.kit.reminders import at, lives_in_berlin, remind, states

At = Callable[[str], Person]


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_what_two_got_on_a_day_is_what_the_one_got_that_they_are_now(stage: Playground, person: At) -> None:
    """Each had one of two at ten past eight, so at nine, when the last of the day would come, nothing does."""
    bob, layla = person("BOB"), person("layla")
    cast = Cast.of(stage, "slack", person)
    for each in (bob, layla):
        await lives_in_berlin(cast, each)
    await stage.winder.advance(at("2026-03-23", 7, 10))
    for each in (bob, layla):
        await remind(cast, each, f"tree of {each.who.account}")
    await stage.winder.advance(at("2026-03-23", 7, 15))
    assert await count(stage, NudgeRow) == 2
    await link(bob, layla)
    await remind(cast, bob, "bird")
    await stage.winder.advance(at("2026-03-23", 22))
    assert sorted(await rows(stage, NudgeRow.slot)) == [0, 1]
    assert states(await rows(stage, ReminderRow))["bird"] == "waiting"
    await stage.winder.advance(at("2026-03-24", 12))
    assert sorted(await rows(stage, NudgeRow.slot)) == [0, 0, 1]
    assert states(await rows(stage, ReminderRow))["bird"] == "sent"

"""What was promised to be kept only for a while is gone when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.kept import KEPT_FOR
from bot.core.rows import KeptTextRow, SeenRow
from bot.data import scope
from bot.playground import Playground
from tests.kit.people import Person


def count(stage: Playground, row: type) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        scope.enter(session, scope.SYSTEM)
        return session.execute(select(func.count()).select_from(row)).scalar_one()

    return work


async def test_a_text_that_nothing_took_goes_after_its_week(stage: Playground, person: Callable[[str], Person]) -> None:
    bob, units = person("BOB"), stage.parts.units
    await bob.types("a sentence about nothing in particular")
    bob.sees("I kept what you wrote")
    now = stage.parts.clock.now()
    await stage.winder.advance(now + KEPT_FOR - timedelta(hours=2))
    assert await units.read(count(stage, KeptTextRow)) == 1
    await stage.winder.advance(now + KEPT_FOR + timedelta(hours=2))
    assert await units.read(count(stage, KeptTextRow)) == 0
    assert await units.read(count(stage, SeenRow)) == 0
    await bob.presses("Save as journal entry")
    bob.sees("This card is out of date")

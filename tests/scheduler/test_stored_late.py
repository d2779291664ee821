"""What was stored too late to be acknowledged is taken back, but not from the repetition that was acknowledged because of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.inbox import UnitInbox
from bot.core.rows import InboxRow
from bot.data import scope
from bot.data.units import Units
from tests.scheduler.test_intake import request


class SlowAnswers:
    """Units whose commit is heard of only when somebody lets it."""

    def __init__(self, units: Units) -> None:
        self.units, self.is_heard, self.is_done = units, asyncio.Event(), asyncio.Event()

    async def run(self, work: Callable[[Session], Any], **options: Any) -> Any:
        found = await self.units.run(work, **options)
        self.is_done.set()
        await self.is_heard.wait()
        return found


async def stored(units: Units) -> int:
    def work(session: Session) -> int:
        scope.enter(session, scope.SYSTEM)
        return int(session.scalar(select(func.count()).select_from(InboxRow)) or 0)

    return await units.read(work)


@pytest.mark.both_databases
@pytest.mark.parametrize("comes_again", [True, False])
async def test_what_was_stored_too_late_goes_unless_it_came_again(units: Units, comes_again: bool) -> None:
    slow = SlowAnswers(units)
    first = UnitInbox(slow)  # type: ignore[arg-type]
    assert not await first.store(request("Words", kind="event"), within=0.3, is_under_way=False)
    await slow.is_done.wait()
    if comes_again:
        assert await UnitInbox(units).store(request("Words", kind="event"), within=2, is_under_way=False)
    slow.is_heard.set()
    async with asyncio.timeout(5):
        while await stored(units) and not comes_again:  # noqa: ASYNC110 - nobody tells when it is taken back
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)
    assert await stored(units) == int(comes_again)

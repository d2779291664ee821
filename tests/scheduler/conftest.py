"""Fixtures of the scheduler: a desk to post from."""

from __future__ import annotations

import pytest

from bot.core.clock import WoundClock
from bot.data.units import Units
from tests.scheduler.desk import Desk
from tests.scheduler.desk import desk as opened


@pytest.fixture
async def desk(units: Units, clock: WoundClock) -> Desk:
    return await opened(units, clock, lanes=3)

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.core.clock import WoundClock
from bot.data.units import Units
from tests.adapters.slack.installing import Cloud, cloud
from tests.adapters.slack.stage import Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as made:
        yield made


@pytest.fixture
async def slack(units: Units, clock: WoundClock) -> AsyncIterator[Cloud]:
    """The app that two workspaces can install."""
    async with cloud(units, clock) as made:
        yield made

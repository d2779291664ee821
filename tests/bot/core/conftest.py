"""Fixtures of the machine: a community without any platform."""

from __future__ import annotations

import pytest

from bot.core.clock import WoundClock
from bot.data.units import Units
from tests.bot.core.world import World, world


@pytest.fixture
async def community(units: Units, clock: WoundClock) -> World:
    return await world(units, clock)

"""An entry that was meant for a partner never leaves once its writer has erased themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.playground import Playground
from tests.handlers.test_relay import paired
from tests.kit.pairs import At


@pytest.mark.thorough
async def test_an_entry_that_still_waits_goes_with_its_writer(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    stage.slack.faults.add("chat.postMessage", times=50, status=429, retry_after=60)
    await layla.types("/journal")
    await layla.fills("Save", text="A canary in the sun.", visibility="partner")
    layla.sees("It goes to Bob O'Brien")
    await stage.winder.advance(stage.winder.now() + timedelta(seconds=5))
    await layla.types("/convene erase")
    await layla.fills("Erase everything", word="erase")
    stage.slack.faults.clear()
    await stage.winder.advance(stage.winder.now() + timedelta(hours=1))
    bob.does_not_see("canary")
    bob.sees("has left")

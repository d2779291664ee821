"""Words for a partner whose platform does not take them for good: their writer hears it, once, and has them back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.playground import Playground
from tests.handlers.test_relay import ASKS, paired
from tests.kit.pairs import At
from tests.kit.people import Person


async def on(stage: Playground, **time: float) -> None:
    await stage.winder.advance(stage.winder.now() + timedelta(**time))


def told(writer: Person) -> int:
    return writer.count("could not bring it to")


@pytest.mark.thorough
async def test_whoever_writes_to_a_partner_that_blocked_the_bot_is_told_once_and_has_the_words(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    stage.teams.block_for(layla.who.account)
    await bob.types("/partner")
    await bob.presses("Reply to ليلى حداد", on="Your evening line comes at")
    await bob.fills("Send it", text="A canary in the sun.")
    await on(stage, minutes=10)
    bob.sees("I could not bring it to ليلى حداد", "A canary in the sun.", "another way")
    assert told(bob) == 1
    await on(stage, hours=5)
    assert told(bob) == 1
    layla.does_not_see("canary")
    stage.teams.unblock_for(layla.who.account)
    await bob.presses("Reply to ليلى حداد", on="Your evening line comes at")
    await bob.fills("Send it", text="A tree in the rain.")
    layla.sees("A tree in the rain.")
    assert told(bob) == 1


async def test_an_edit_that_is_refused_for_good_says_that_the_first_words_still_stand(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    await layla.types("The frist.", reply_to=ASKS)
    bob.sees("The frist.")
    stage.slack.faults.add("chat.update", status=200, error="account_inactive")
    await layla.edits("The frist.", "The first.")
    await on(stage, minutes=10)
    layla.sees("I could not bring your change to Bob O'Brien", "The first.")
    bob.sees("The frist.")


@pytest.mark.thorough
async def test_of_three_only_whom_it_did_not_reach_is_named(stage: Playground, person: At) -> None:
    bob, layla, wei = await paired(stage, person, "BOB", "layla", "wei")
    stage.teams.block_for(wei.who.account)
    await layla.types("To the two of you.", reply_to=ASKS)
    await on(stage, minutes=10)
    bob.sees("To the two of you.")
    layla.sees("I could not bring it to 王小明")
    layla.does_not_see("could not bring it to Bob")

"""What partners on two platforms write to each other, the other way round, and over a platform that fails."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.playground import Playground
from tests.handlers.test_relay import ASKS, paired
from tests.kit.pairs import At


@pytest.mark.thorough
async def test_each_direction_knows_edits_deletions_files_and_reactions(stage: Playground, person: At) -> None:
    """The asker is on Teams here, and whoever replies, edits and deletes on Slack."""
    layla, bob = await paired(stage, person, "layla", "BOB")
    await bob.types("Slower than I thougt.", reply_to=ASKS)
    layla.sees("Bob O'Brien writes to you", "Slower than I thougt.")
    await bob.edits("Slower than I thougt.", "Slower than I thought.")
    layla.sees("Slower than I thought.")
    layla.does_not_see("Slower than I thougt.")
    assert layla.count("Slower than I thought.") == 1
    await layla.reacts("heart", on="Slower than I thought.")
    await layla.reacts("like", on="Slower than I thought.")
    bob.sees("ليلى حداد reacted: heart, thumbs up")
    assert bob.count("ليلى حداد reacted") == 1
    await layla.reacts("heart", on="Slower than I thought.")  # a second time takes it back
    bob.sees("ليلى حداد reacted: thumbs up")
    bob.does_not_see("heart")
    await layla.sends_file("plan.png", b"a picture", reply_to="Slower than I thought.")
    layla.sees("Files do not pass through me, so Bob O'Brien did not get plan.png")
    bob.does_not_see("plan.png")
    await layla.types("A bird in the wind.", reply_to="Slower than I thought.")
    bob.sees("A bird in the wind.")
    await layla.deletes("A bird in the wind.")
    bob.sees("This was taken back by ليلى حداد")
    bob.does_not_see("A bird in the wind.")
    await bob.types("A bare message.")
    layla.does_not_see("A bare message.")
    await bob.presses("Leave", on="You are in")
    await layla.types("Are you still there?", reply_to="Slower than I thought.")
    layla.sees("do not go along together any more", "Are you still there?")
    bob.does_not_see("Are you still there?")
    assert stage.teams.card_problems == []


@pytest.mark.thorough
async def test_words_arrive_once_and_in_order_over_refusals_of_posts_and_faults_of_edits(stage: Playground, person: At) -> None:
    """A post that is refused is said again; an edit may fail in whichever way, and is repeated until it stands."""
    bob, layla = await paired(stage, person, "BOB", "layla")
    stage.slack.faults.add("chat.postMessage", times=3, status=429, retry_after=20)
    for n in range(3):
        await layla.types(f"Word {n}.", reply_to=ASKS)
    await stage.winder.advance(stage.winder.now() + timedelta(minutes=20))
    seen = bob.reads()
    assert [bob.count(f"Word {n}.") for n in range(3)] == [1, 1, 1]
    assert [seen.index(f"Word {n}.") for n in range(3)] == sorted(seen.index(f"Word {n}.") for n in range(3))
    stage.slack.faults.add("chat.update", times=2, status=500, effect="after")
    await layla.edits("Word 1.", "Word one.")
    await layla.deletes("Word 2.")
    await stage.winder.advance(stage.winder.now() + timedelta(minutes=20))
    bob.sees("Word one.", "taken back by ليلى حداد")
    bob.does_not_see("Word 1.", "Word 2.")

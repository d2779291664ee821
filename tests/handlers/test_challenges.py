"""The small challenge, lived on both platforms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.playground import Playground
from tests.kit.people import Person

At = Callable[[str], Person]
DAY_ONE = datetime(2026, 3, 23, 12, 0, tzinfo=UTC)


async def start_challenge(lead: Person) -> None:
    await lead.types("/challenge")
    await lead.fills("Announce it", starts_on="2026-03-23")


@pytest.mark.both_databases
async def test_members_of_both_platforms_live_one_challenge(stage: Playground, person: At) -> None:
    ann, bob, jurgen, layla = person("ANN"), person("BOB"), person("jurgen"), person("layla")
    await start_challenge(ann)
    ann.sees("First steps in learning together is announced")
    for somebody in (bob, layla):
        somebody.sees("Seven small days", in_place=True)

    for somebody in (bob, layla, jurgen):
        await somebody.presses("Join", on="Seven small days")
        somebody.sees("You are in: First steps in learning together")
    ann.sees("3 people", in_place=True)
    jurgen.sees("3 people", in_place=True)

    await stage.winder.advance(DAY_ONE)
    for somebody in (ann, bob, jurgen, layla):
        somebody.sees("One question about today", in_place=True)

    await stage.winder.advance(datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    await bob.presses("Done", on="your words become today's journal entry")
    bob.sees("Day 1 is done.", "That makes 1 day of 7.", "Done. It counts.")
    await layla.types("I asked why we do it this way, and nobody knew. 🙂")
    layla.sees("Saved in your journal", "Only you can read it", "Day 1 of First steps in learning together is done as well")
    bob.does_not_see("nobody knew")

    end = await stage.winder.horizon()
    assert end is not None
    await stage.winder.advance(end)
    for somebody in (ann, jurgen):
        somebody.sees("is over", "2 days were done together", in_place=True)
    bob.sees("You did 1 day of 7.")
    for n, title in enumerate(("One question", "Watch how", "Say what", "A small failure", "Ask for", "Leave a trace", "Look back"), 1):
        assert bob.count(title) == 2, f"day {n}: once in the place, once in the chat"
        assert layla.count(title) == 2, f"day {n}"
    assert stage.slack.broadcasts == []
    assert stage.teams.card_problems == []

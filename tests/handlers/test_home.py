"""The front door: help, unknown words, and what happens to texts that nobody took."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.core.rows import KeptTextRow
from bot.playground import Playground
from tests.kit.cast import Cast, count, entries
from tests.kit.people import Person

At = Callable[[str], Person]
ASKS, SAVED = "What shall I do with it?", "Saved in your journal"


async def test_help_comes_for_a_command_a_greeting_and_a_mention_and_its_buttons_work(cast: Cast) -> None:
    member = cast.member
    for n, cry in enumerate(("/convene", "help", "Hello", "?"), 1):
        await member.types(cry)
        chat = next(c for c in member.screen["conversations"] if c["kind"] == "chat")
        helped = [m for m in chat["messages"] if "What I can do" in m["plain"] and m["author"]["is_bot"]]
        assert len(helped) >= n, cry
    await member.types(cast.mention, in_place=True)
    member.sees("/journal", "/challenge")
    cast.other.does_not_see(f"{member.who.name} What I can do")
    await member.presses("Challenge", on="What I can do")
    member.sees("There is no challenge now")
    await member.presses("Write in my journal", on="What I can do")
    await member.fills("Save", text="By the front door.")
    assert await entries(cast.stage) == ["By the front door."]
    assert cast.is_clean()


async def test_a_mistyped_command_names_the_nearest_and_an_unknown_one_the_door(cast: Cast) -> None:
    member = cast.member
    for typed, meant in ((" /jurnal x", "/journal"), (" /chalenge", "/challenge"), (" /CONVEN", "/convene")):
        await member.types(typed)
        member.sees(f"Did you mean {meant}?")
    await member.types(" /zzzzzz")
    member.sees("I do not know", "What I can do")
    assert await count(cast.stage, KeptTextRow) == 0


@pytest.mark.thorough
async def test_a_kept_text_waits_for_an_answer_half_an_hour_for_a_word_and_a_week_for_a_button(cast: Cast) -> None:
    member = cast.member
    await member.types("A first thought.")
    await member.types("no")
    member.sees("I have forgotten it")
    assert await count(cast.stage, KeptTextRow) == 0
    await member.types("yes")
    assert member.count(ASKS) == 2, "a yes without a question is a text like any other"
    await member.presses("Forget it", on="yes")
    await member.types("A second thought.")
    await cast.passes(minutes=31)
    await member.types("ok")
    assert await entries(cast.stage) == []
    await member.presses("Save as journal entry", on="A second thought.")
    assert await entries(cast.stage) == ["A second thought."]
    await member.presses("Forget it", on=ASKS)
    assert await count(cast.stage, KeptTextRow) == 0
    await member.types("A third thought.")
    await cast.passes(days=8)
    await member.presses("Save as journal entry", on="A third thought.")
    member.sees("out of date")
    assert await entries(cast.stage) == ["A second thought."]
    assert await count(cast.stage, KeptTextRow) == 0


async def test_a_button_about_a_kept_text_that_is_gone_is_out_of_date(stage: Playground, person: At) -> None:
    bob = person("BOB")
    await bob.types("Only once.")
    await bob.presses("Save as journal entry", on=ASKS)
    await stage.slack.redeliver()
    await stage.settle()
    assert bob.count(SAVED) == 1
    assert await entries(stage) == ["Only once."]
    await stage.winder.advance(stage.winder.now() + timedelta(seconds=1))

"""Thirty days lived through on both platforms: who joins late, who pauses, what is edited and what is deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.playground import Playground
from handlers import packs
from handlers.challenges.rows import DoneRow, ParticipantRow
from tests.kit.cast import entries, rows
from tests.kit.people import Person

pytestmark = pytest.mark.thorough

At = Callable[[str], Person]
PACK = packs.shipped()["better_practitioner"]
CARD = "Or just write to me"


def noon(day: int) -> datetime:
    """The middle of a day of the challenge, after everybody's hour."""
    return datetime(2026, 3, 23, 16, 0, tzinfo=UTC) + timedelta(days=day - 1)


def comings(member: Person, day: int) -> int:
    """How often a day's card came into somebody's own chat, as far as the chat still shows it."""
    chat = next(c for c in member.screen["conversations"] if c["kind"] == "chat")
    return sum(f"day {day} of 30" in m["plain"] and PACK.activities[day - 1].title in m["plain"] for m in chat["messages"])


async def test_thirty_days_with_a_late_joiner_a_pause_edits_and_deletions(stage: Playground, person: At) -> None:
    ann, bob, layla, wei = person("ANN"), person("BOB"), person("layla"), person("wei")
    to = stage.winder.advance
    await ann.types("/challenge")
    await ann.fills("Announce it", pack=PACK.title, starts_on="2026-03-23")
    for member in (bob, layla):
        await member.presses("Join", on=PACK.purpose[:40])

    await to(noon(1))
    await bob.types("I drew the line.")
    await layla.presses("Done", on=CARD)
    await to(noon(2))
    await bob.edits("I drew the line.", "I drew the line twice.")  # a day later: the entry follows, the day stays
    assert await entries(stage) == ["I drew the line twice."]
    await layla.types("Written by mistake.")
    await layla.deletes("Written by mistake.")  # and the day is open again
    await bob.types("The second day.")
    assert sorted(await rows(stage, DoneRow.number)) == [1, 1, 2]

    await to(noon(3))
    await bob.presses("Pause", on=CARD)
    await bob.fills("Pause until then", until="2026-03-30")  # the eighth day
    await layla.presses("Done", on="day 2 of 30")  # backfilled, within the 48 hours
    await layla.presses("Done", on="day 3 of 30")
    await to(noon(7))
    assert [comings(bob, day) for day in (3, 4, 5, 6, 7)] == [1, 0, 0, 0, 0]
    for somebody in (ann, layla):
        somebody.sees(f"{PACK.title}: the week", "Together you did 5 days.", PACK.themes[0], in_place=True)

    await to(noon(12))
    await wei.presses("Join", on=PACK.purpose[:40])
    assert comings(wei, 12) == 1
    await wei.presses("See earlier days", on="You are in")
    wei.sees("Earlier days of", PACK.activities[0].title, "You owe nothing")
    await wei.presses("Next page", on="Earlier days of")
    wei.sees(PACK.activities[10].title)
    await wei.types("My first day of it.")
    assert [comings(bob, day) for day in (8, 12)] == [1, 1]
    await bob.presses("Done", on="day 12 of 30")
    await bob.presses("My progress", on=PACK.purpose[:40])
    bob.sees("You have done 3 days of 30.", "Comebacks", "days 3, 4, 5, 6, 7")

    await to(noon(14))
    ann.sees("Together you did 2 days.", PACK.themes[1], in_place=True)
    await to(noon(20))
    await wei.presses("My progress", on=PACK.purpose[:40])
    wei.sees("You have done 1 day of 30.", "days 13, 14, 15, 16", "day 17")
    wei.does_not_see("Day 11, ")
    await wei.presses("Done", on="day 12 of 30")
    wei.sees("Day 12 is closed.", "could be marked until")

    end = await stage.winder.horizon()
    assert end is not None
    await to(end)
    for somebody in (ann, layla, wei):
        somebody.sees(f"{PACK.title}", "is over", in_place=True)
    bob.sees("You did 3 days of 30.")
    wei.sees("You did 1 day of 30.")
    for member in (bob, layla, wei):
        came = [comings(member, day) for day in range(1, 31)]
        assert max(came) == 1, "nothing came twice"
        assert came[19:] == [1] * 11
    for week in range(1, 5):
        assert bob.count(PACK.themes[week - 1]) == 1  # a lead sees them once more, in the draft of the report
    assert await rows(stage, ParticipantRow.left_at) == [None] * 3
    assert stage.slack.broadcasts == []
    assert stage.teams.card_problems == []

"""The last day of a challenge: what it came to for each, once, when they did it or in their own evening."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.core.rows import CadenceRow
from bot.playground import Playground
from handlers.endings.rows import FarewellRow
from tests.handlers.test_endings import END, at, files
from tests.handlers.test_leading import comings, manages
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, rows
from tests.kit.people import Person

At = Callable[[str], Person]
FAREWELL = "Only you can get them."
LAST = "2026-03-29"


@pytest.mark.thorough
async def test_it_comes_on_the_last_day_once_and_says_what_stands(cast: Cast) -> None:
    await announced(cast.lead, cast.member, cast.other, until=at("2026-03-28"))
    await cast.member.types("/convene next")
    cast.member.sees("what it came to for you")
    await cast.stage.winder.advance(at(LAST, 12))
    assert comings(cast.member, FAREWELL) == []
    await cast.member.types("The last thing.")
    assert comings(cast.member, FAREWELL) == [LAST]
    cast.member.sees("This is the last day. You did 1 day of 7.")
    assert comings(cast.other, FAREWELL) == []
    await cast.member.presses("Done", on="day 6 of 7")  # missed, and done later
    cast.member.sees("You did 2 days of 7.")
    cast.member.does_not_see("You did 1 day of 7.")
    await cast.stage.winder.advance(at(LAST, 23))
    assert [comings(each, FAREWELL) for each in (cast.member, cast.other)] == [[LAST], [LAST]]
    cast.other.sees("Thank you for coming along.")
    await cast.member.presses("My days as files", on=FAREWELL)
    markdown, _pdf = await files(cast, "Your days to read and change", "Your days to print")
    assert "I did 2 days of 7." in markdown.decode()
    await cast.stage.winder.advance(at(END, 18))
    cast.member.sees("This challenge is over. You did 2 days of 7.")
    assert [comings(each, FAREWELL) for each in (cast.member, cast.other)] == [[LAST], [LAST]]
    assert cast.is_clean()


@pytest.mark.thorough
async def test_everybody_has_their_own_evening(stage: Playground, person: At) -> None:
    hanako, layla = person("HANAKO"), person("layla")
    await announced(person("ANN"), hanako, layla)
    await hanako.types("/convene settings")
    await hanako.fills("Save", zone="Asia/Tokyo")
    await layla.types("/convene settings")
    await layla.fills("Save", zone="America/New_York")
    await stage.winder.advance(datetime(2026, 3, 29, 8, 55, tzinfo=UTC))
    assert hanako.count(FAREWELL) == 0
    await stage.winder.advance(datetime(2026, 3, 29, 9, 5, tzinfo=UTC))
    assert (hanako.count(FAREWELL), layla.count(FAREWELL)) == (1, 0)
    await stage.winder.advance(datetime(2026, 3, 29, 21, 55, tzinfo=UTC))
    assert layla.count(FAREWELL) == 0
    await stage.winder.advance(datetime(2026, 3, 29, 22, 5, tzinfo=UTC))
    assert (hanako.count(FAREWELL), layla.count(FAREWELL)) == (1, 1)


@pytest.mark.thorough
async def test_it_comes_after_the_last_activity_however_late_that_is(stage: Playground, person: At) -> None:
    bob, hanako, layla = person("BOB"), person("HANAKO"), person("layla")
    await announced(person("ANN"), bob, hanako, layla, until=at("2026-03-28", 19))
    for who, hour in ((bob, "20:30"), (hanako, "23:59"), (layla, "21:00")):
        await who.types("/convene settings")
        await who.fills("Save", hour=hour, zone="Europe/Berlin")
    await stage.winder.advance(at(LAST))
    await layla.types("/convene settings")
    await layla.fills("Save", hour="16:00")  # the activity comes at once, and the evening when it was to come
    assert [each.count(FAREWELL) for each in (bob, hanako, layla)] == [0, 0, 0]
    await stage.winder.advance(at("2026-03-30", 1))
    for who in (bob, hanako, layla):
        last_two = [said for said in plainly(who) if "day 7 of 7" in said or FAREWELL in said]
        assert [FAREWELL in said for said in last_two] == [False, True], last_two


def plainly(who: Person) -> list[str]:
    """What the bot said in somebody's own chat, in its order."""
    chat = next(each for each in who.screen["conversations"] if each["kind"] == "chat")
    return [message["plain"] for message in chat["messages"] if message["author"]["is_bot"]]


@pytest.mark.thorough
async def test_whoever_joins_on_the_last_day_is_told_once_too(stage: Playground, person: At) -> None:
    layla = person("layla")
    await announced(person("ANN"), person("BOB"), until=at(LAST, 9))
    await layla.presses("Join", on="Seven small days")
    await stage.winder.advance(at(LAST, 23))
    assert layla.count(FAREWELL) == 1
    await stage.winder.advance(at(END, 18))
    assert layla.count(FAREWELL) == 1


@pytest.mark.thorough
async def test_a_challenge_that_becomes_longer_has_another_last_day(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    await announced(ann, bob, until=at(LAST, 12))
    await bob.presses("Done", on="day 7 of 7")
    assert comings(bob, FAREWELL) == [LAST]
    await manages(ann)
    await ann.presses("More days")
    await ann.fills("Add them", more=2)
    bob.sees("goes on: its last day is")
    assert comings(bob, FAREWELL) == []
    await stage.winder.advance(at("2026-03-31", 23))
    assert comings(bob, FAREWELL) == ["2026-03-31"]
    assert len(await rows(stage, FarewellRow.id)) == 1


@pytest.mark.thorough
async def test_nothing_comes_of_what_was_called_off(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    await announced(ann, bob, until=at(LAST, 12))
    await manages(ann)
    await ann.presses("Cancel the challenge")
    await stage.winder.advance(at(END, 18))
    assert bob.count(FAREWELL) == 0
    assert not [job for job in await rows(stage, CadenceRow.job) if job.startswith("ending.")]

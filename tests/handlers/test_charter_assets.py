"""Files of what a team brought back: sent by the team in their own chat, got by everybody, taken away, gone with whoever sent them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.core.ports import LARGEST_FILE
from bot.playground import Playground
from handlers.charters.rows import AssetRow
from tests.handlers.test_erase import erases
from tests.handlers.test_journal_export import kept
from tests.kit.cast import Cast, confirms, rows
from tests.kit.charters import ids_of, starts_group
from tests.kit.people import Person

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


async def brings_results(cast: Cast, *team: Person) -> None:
    """A group of the member's with these on its team has brought back results."""
    await starts_group(cast.member, people=await ids_of(cast, *team))
    await cast.member.presses("Look after it")
    await cast.member.presses("Bring back results")
    await cast.member.fills("Tell everybody", found="Small mishaps are cheap lessons.")


async def versions(cast: Cast) -> list[int]:
    return sorted(await rows(cast.stage, AssetRow.version))


@pytest.mark.both_databases
@pytest.mark.both_platforms
async def test_a_team_adds_files_and_everybody_gets_them(cast: Cast, person: At) -> None:
    bob, priya = cast.member, cast.other
    elsewhere = person("layla" if cast.is_slack else "BOB")
    await brings_results(cast, priya)
    await bob.presses("Add a file")
    bob.sees("Send me the file now, in our own chat.")
    await bob.sends_file("Prüfliste.pdf", b"%PDF one")
    bob.sees("Added, for all members to get.", "Prüfliste.pdf (version 1)")
    elsewhere.sees("Files: Prüfliste.pdf (version 1)", in_place=True)

    # A reply to what came of it is a file of it, too; the same name is the next version, however it is typed.
    await priya.sends_file("prüfliste.PDF", b"%PDF two", reply_to="You had a hand in it.")
    priya.sees("Added as the next version", "Prüfliste.pdf (version 2)")
    await priya.sends_file("prüfliste.PDF", b"%PDF two", reply_to="You had a hand in it.")
    priya.sees("This very file is there already, so nothing was changed.")
    await priya.types("Thank you all.", reply_to="You had a hand in it.")
    priya.sees("Words are kept nowhere; these were yours:", "Thank you all.")
    assert await versions(cast) == [1, 2]

    await elsewhere.presses("Get the file", on="Results: Retro circle")
    elsewhere.sees("Prüfliste.pdf (version 2), 8 bytes", priya.who.name)
    assert "Take version 2 away" not in elsewhere.reads()
    await priya.presses("Get the file", on="Results: Retro circle")
    await priya.presses("Get version 1")
    priya.sees("The file comes to you in our own chat.")
    if not cast.is_slack:
        await priya.presses("Allow", on="Version 1, from Retro circle")
    assert kept(cast)[-1] == b"%PDF one"
    gets_it = elsewhere.holds("Get version 2")
    await confirms(priya, "Take version 2 away")()
    priya.sees("Taken away.")
    elsewhere.sees("Files: Prüfliste.pdf (version 1)", in_place=True)
    await gets_it()
    elsewhere.sees("This file is there no more.")
    assert cast.is_clean()


@pytest.mark.thorough
async def test_what_is_not_awaited_too_large_or_not_theirs_is_not_taken(cast: Cast) -> None:
    bob, priya = cast.member, cast.other
    await starts_group(bob)
    await bob.sends_file("early.pdf", b"%PDF")
    bob.sees("I did nothing with early.pdf.")
    await bob.presses("Look after it")
    await bob.presses("Bring back results")
    await bob.fills("Tell everybody", found="Small mishaps are cheap lessons.")
    awaits = bob.holds("Add a file")
    await awaits()
    await bob.sends_file("large.pdf", b"x" * (LARGEST_FILE + 1))
    bob.sees("large.pdf is larger than 5 MB, so I did not take it.")
    await bob.sends_file("nothing.pdf", b"")
    bob.sees("nothing.pdf is empty")
    await bob.sends_file("list.ics", b"as large as it may be" * 249_660)
    bob.sees("list.ics (version 1)")
    for number in range(2, 9):
        await bob.sends_file(f"{number}.md", f"# {number}")
    await bob.sends_file("9.md", "# 9")
    bob.sees("8 files are kept of one charter, so I did not take 9.md.")
    for number in range(3):
        await bob.sends_file("8.md", f"# 8 and {number}")
    assert await versions(cast) == [1] * 7 + [2, 3, 4], "of each the newest three are kept"
    await confirms(bob, "Take it away")()
    bob.sees("Taken away.")

    await priya.sends_file("theirs.pdf", b"%PDF")
    priya.sees("I did nothing with theirs.pdf.")
    await cast.passes(hours=1)
    await bob.sends_file("late.pdf", b"%PDF")
    bob.sees("I did nothing with late.pdf.")
    assert cast.is_clean()


@pytest.mark.thorough
async def test_a_file_goes_with_whoever_sent_it(slack: Cast, person: At) -> None:
    bob, priya = slack.member, slack.other
    await brings_results(slack, priya)
    await bob.presses("Add a file")
    await bob.sends_file("ours.pdf", b"%PDF one")
    await priya.sends_file("ours.pdf", b"%PDF two", reply_to="You had a hand in it.")
    await priya.presses("Add another")
    await priya.sends_file("mine.txt", "A canary.")
    person("layla").sees("Files: mine.txt (version 1), ours.pdf (version 2)", in_place=True)
    await erases(priya)
    person("layla").sees("Files: ours.pdf (version 1)", in_place=True)
    person("layla").does_not_see("mine.txt")
    assert await versions(slack) == [1]


@pytest.mark.thorough
async def test_the_library_and_the_page_have_the_way_to_the_files(slack: Cast, person: At) -> None:
    bob, layla = slack.member, person("layla")
    await brings_results(slack)
    await bob.presses("Add a file")
    await bob.sends_file("ours.pdf", b"%PDF one")
    await layla.presses("Read it in the library", on="Results: Retro circle")
    await layla.presses("Get the file", on="The question")
    layla.sees("ours.pdf (version 1)")
    await layla.presses("See all of it", on="Results: Retro circle")
    layla.sees("Files: ours.pdf (version 1)")
    await layla.presses("Take it along")
    await slack.settle()
    await layla.presses("Allow", on="To read and change")
    assert "ours.pdf" in slack.stage.teams.uploads.popitem()[1].decode()

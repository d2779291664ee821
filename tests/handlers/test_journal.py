"""The journal: whose day it is, who reads it, and what follows what was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.rows import KeptTextRow
from bot.playground import Playground
from handlers.challenges.rows import DoneRow
from handlers.journal.rows import EntryRow
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, count, entries, rows
from tests.kit.people import Person

At = Callable[[str], Person]
SAVED, DAY = "Saved in your journal", "One question about today"


async def first_day(stage: Playground, person: At, *members: Person) -> None:
    await announced(person("ANN"), *members, until=datetime(2026, 3, 23, 15, 0, tzinfo=UTC))


@pytest.mark.both_databases
async def test_a_form_says_who_may_read_and_a_line_writes_at_once(stage: Playground, person: At) -> None:
    for name in ("BOB", "layla"):
        member = person(name)
        await member.types("/journal")
        await member.fills("Save", text="   ")
        assert await count(stage, EntryRow) == (0 if name == "BOB" else 2)
        await member.fills("Save", text="For everybody to read.", visibility="community")
        member.sees(SAVED, "Everybody in the community can read it")
        await member.types("/journal   Only for me.  ")
        member.sees("Only you can read it")
    assert await entries(stage) == ["For everybody to read.", "Only for me."] * 2
    assert await rows(stage, EntryRow.visibility) == ["community", "private"] * 2
    person("PRIYA").does_not_see("Only for me", "For everybody")


async def test_nothing_visible_is_no_entry(cast: Cast) -> None:
    await cast.member.types("/journal \u200b\u2060\u00ad" + "\u202e" * 400)
    assert await count(cast.stage, EntryRow) == 0
    cast.member.does_not_see("Something went wrong")
    assert cast.values(cast.member)["text"] in ("", None)


async def test_a_day_lasts_until_four_in_the_morning_where_the_writer_is(stage: Playground, person: At) -> None:
    await stage.winder.advance(datetime(2026, 3, 21, 7, 59, tzinfo=UTC))  # 03:59 in New York
    await person("BOB").types("/journal Late at night.")
    await person("HANAKO").types("/journal In the afternoon.")
    await stage.winder.advance(datetime(2026, 3, 21, 8, 1, tzinfo=UTC))
    await person("BOB").types("/journal Early in the morning.")
    assert [f"{on}" for on in await rows(stage, EntryRow.on_date)] == ["2026-03-20", "2026-03-21", "2026-03-21"]


@pytest.mark.thorough
async def test_a_day_stays_done_as_long_as_one_entry_or_a_press_holds_it(stage: Playground, person: At) -> None:
    bob, layla = person("BOB"), person("layla")
    await first_day(stage, person, bob, layla)
    for n, member in enumerate((bob, layla)):
        await member.types("The first of two.")
        await member.types("The second of two.")
        assert await count(stage, DoneRow) == n + 1
        await member.deletes("The first of two.")
        assert await count(stage, DoneRow) == n + 1
        await member.deletes("The second of two.")
        assert await count(stage, DoneRow) == n
        member.does_not_see("Done. It counts.")
        await member.presses("Done", on="Or just write to me")
        await member.types("A third.")
        await member.deletes("A third.")
        assert await count(stage, DoneRow) == n + 1, "the press stands without the entry"
        member.sees("Done. It counts.")


@pytest.mark.thorough
async def test_an_edit_never_revives_what_was_taken_back_and_too_long_a_one_changes_nothing(cast: Cast) -> None:
    await first_day(cast.stage, lambda name: _somebody(cast, name), cast.member)
    await cast.member.types("Taken back soon.")
    await cast.member.presses("Undo", on=SAVED)
    await cast.member.edits("Taken back soon.", "Edited afterwards.")
    assert await entries(cast.stage) == []
    await cast.member.types("Short enough.")
    await cast.member.edits("Short enough.", "x" * 3001)
    assert await entries(cast.stage) == ["Short enough."]
    cast.member.sees("fit in one entry")
    await cast.passes(minutes=1)
    await cast.member.edits("x" * 3001, "Short again.")
    assert await entries(cast.stage) == ["Short again."]
    assert cast.is_clean()


async def test_what_is_pasted_beyond_the_room_of_a_field_is_not_cut_off_but_told(stage: Playground, person: At) -> None:
    layla = person("layla")
    await layla.types("journal")
    await layla.fills("Save", text="x" * 3500)
    layla.sees("This has 3500 characters; 3000 fit here.", "x" * 3500)
    await layla.fills("Save", text="x" * 3000)
    layla.sees("Saved in your journal")


async def test_undo_of_an_entry_that_went_with_its_message_says_so(cast: Cast) -> None:
    await first_day(cast.stage, lambda name: _somebody(cast, name), cast.member)
    await cast.member.types("Too early.")
    await cast.member.deletes("Too early.")
    await cast.member.presses("Undo", on=SAVED)
    cast.member.sees("This entry is no longer in your journal.")


@pytest.mark.both_platforms
async def test_a_second_press_of_undo_changes_nothing(cast: Cast) -> None:
    await cast.member.types("/journal Once.")
    await cast.member.presses("Undo", on=SAVED)
    if not cast.is_slack:
        activity = {**cast.stage.teams.sent[-1], "id": "pressed-again"}
        await cast.stage.teams._core.courier.carries_again(activity)
    else:
        await cast.again()
    await cast.settle()
    assert cast.member.count("Taken back") == 1
    assert await count(cast.stage, KeptTextRow) == 1
    await cast.member.presses("Save it after all")
    assert await entries(cast.stage) == ["Once."]


async def test_an_entry_that_was_asked_about_follows_its_message_too(cast: Cast) -> None:
    await cast.member.types("It was a god day.")
    await cast.member.presses("Save as journal entry")
    await cast.passes(seconds=2)
    await cast.member.edits("It was a god day.", "It was a good day.")
    assert await entries(cast.stage) == ["It was a good day."]
    await cast.passes(seconds=2)
    await cast.member.deletes("It was a good day.")
    assert await entries(cast.stage) == []


async def test_a_reply_in_a_place_follows_its_edit_there(stage: Playground, person: At) -> None:
    layla = person("layla")
    await first_day(stage, person, layla)
    await layla.types("@Convene We asked twice.", in_place=True, reply_to=DAY)
    layla.sees(SAVED, "Everybody in the community")
    await stage.winder.advance(stage.winder.now() + timedelta(seconds=5))
    await layla.edits("We asked twice.", "@Convene We asked three times.")
    assert await entries(stage) == ["We asked three times."]


def _somebody(cast: Cast, name: str) -> Person:
    from bot.playground import PEOPLE

    return Person(cast.stage, next(p for p in PEOPLE if name in p.account))


@pytest.mark.both_platforms
async def test_a_message_becomes_the_beginning_of_an_entry_from_its_menu(cast: Cast) -> None:
    said = "Ask before you answer, & <listen>."
    await cast.other.types(said, in_place=True)
    await cast.member.picks_up("Save as journal entry", on=said)
    assert cast.values(cast.member)["text"] == said
    assert await count(cast.stage, EntryRow) == 0, "nothing is kept before they say so"
    await cast.member.fills("Save", text=f"{said} I want to try that.")
    cast.member.sees(SAVED, "Only you can read it")
    assert await entries(cast.stage) == [f"{said} I want to try that."]
    assert await rows(cast.stage, EntryRow.visibility) == ["private"]
    cast.other.does_not_see("I want to try that")
    await cast.other.types("学" * 3500, in_place=True)
    await cast.member.picks_up("Save as journal entry", on="学学")
    cast.member.sees("This is its beginning.")
    assert cast.is_clean()

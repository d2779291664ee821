"""Reading in one's own journal: lists, days, search, one entry, who reads it; what stands in a place and is private all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bot.data import scope
from bot.playground import Playground
from handlers.journal import reading
from handlers.journal.payloads import Turn
from handlers.journal.rows import EntryRow
from tests.kit.cast import Cast, count, entries, rows
from tests.kit.people import Person

At = Callable[[str], Person]
SAVED, LIST, DAY, WHOLE = "Saved in your journal", "Your journal", "One question about today", "Your entry for"


def card(somebody: Person, some: str) -> str:
    """The newest message with these words, as one reads it."""
    chat = next(c for c in somebody.screen["conversations"] if c["id"] == somebody.chat)
    return [m["plain"] for m in chat["messages"] if some in m["plain"]][-1]


async def opened(cast: Cast, some: str) -> Person:
    """The member, who has just opened the newest entry with a text from a search for it."""
    await cast.member.types(f'/journal search "{some}"')
    label = next(c["label"] for c in cast.member.message("Your entries with")["controls"] if c["label"].startswith("Open "))
    await cast.member.presses(label, on="Your entries with")
    return cast.member


@pytest.mark.both_databases
async def test_a_journal_is_read_in_pages_by_day_and_by_words_from_both_platforms(stage: Playground, person: At) -> None:
    for name in ("BOB", "layla"):
        member = person(name)
        await member.types("/journal list")
        member.sees("Nothing here yet")
        for number in range(1, 8):
            await member.types(f"/journal Entry number {number} of {name}.")
            await stage.winder.advance(stage.winder.now() + timedelta(seconds=1))
        await member.types("/journal list")
        shown = card(member, f"Entry number 7 of {name}.\n")
        assert [f"number {n} of" in shown for n in range(1, 8)] == [False, False, True, True, True, True, True]
        assert shown.index("number 7") < shown.index("number 3")
        await member.presses("Older", on="number 7")
        shown = card(member, "Your journal\n")
        assert "number 2" in shown
        assert "number 1" in shown
        assert "number 3" not in shown
        await member.presses("Newer", on="number 2")
        assert "number 7" in card(member, "Your journal\n")
        await member.types("/journal search NUMBER 4")
        shown = card(member, "Your entries with")
        assert "number 4" in shown
        assert "number 5" not in shown
        await member.types("/journal 2026-03-19")
        member.sees("Your journal for Thu 19 Mar")
        await member.types("/journal yesterday")
        member.sees("Your journal for Wed 18 Mar", "no entry for this day")
    assert await count(stage, EntryRow) == 14, "reading writes nothing"
    person("BOB").does_not_see("of layla")
    person("layla").does_not_see("of BOB")


async def test_search_alone_asks_for_the_words(cast: Cast) -> None:
    await cast.member.types("/journal I was patient")
    await cast.member.types("/journal search")
    await cast.member.fills("Search", words="patient")
    cast.member.sees("Your entries with “patient”")
    assert await entries(cast.stage) == ["I was patient"]


async def test_a_sentence_that_begins_like_a_command_is_an_entry_whose_receipt_leads_to_the_list(cast: Cast) -> None:
    for line in ("list of things I learnt", "search went well.", "yesterday I asked"):
        await cast.member.types(f"/journal {line}")
    assert await entries(cast.stage) == ["list of things I learnt", "search went well.", "yesterday I asked"]
    await cast.member.presses("My journal", on=SAVED)
    cast.member.sees("list of things I learnt")
    assert cast.is_clean()


async def test_the_receipt_stands_while_its_list_is_read(cast: Cast) -> None:
    await cast.member.types("/journal Kept.")
    await cast.member.presses("My journal", on=SAVED)
    await cast.member.presses("Undo", on=SAVED)
    cast.member.sees("Taken back")
    await cast.member.types("/journal list")
    cast.member.sees("Nothing here yet")


@pytest.mark.thorough
async def test_odd_letters_come_back_as_they_were_written(cast: Cast) -> None:
    written = ["🙂🎉", "今日は質問を一つ多くした", "I didn't *ask* <b>them</b> & it's _fine_", "لقد تعلمت اليوم", "Café ☕"]
    for each in written:
        await cast.member.types(f"/journal {each}")
    assert await entries(cast.stage) == written
    for words, each in (("質問", written[1]), ("didn’t", written[2]), ("CAFE", written[4]), ("🎉", written[0])):
        await cast.passes(seconds=1)
        await cast.member.types(f"/journal search {words}")
        await cast.passes(seconds=1)
        await cast.member.presses("Open Thu 19 Mar", on="Your entries with")
        assert each in card(cast.member, WHOLE)
    assert cast.is_clean()


async def test_search_asks_for_words_in_a_form_and_says_so_when_nothing_has_them(cast: Cast) -> None:
    await cast.member.types("/journal Patience helped.")
    await cast.member.types("/journal list")
    await cast.member.presses("Search", on=LIST)
    await cast.member.fills("Search", words="pätience")
    assert "Patience helped." in card(cast.member, "Your entries with")
    await cast.member.types("/journal search impatience")
    cast.member.sees("No entry has these words")
    cast.other.does_not_see("Patience")
    await cast.other.types("/journal search patience")
    cast.other.sees("No entry has these words")


async def test_a_long_entry_is_shortened_in_the_list_and_whole_on_its_card(cast: Cast) -> None:
    long = "word " * 400 + "and the end."
    await cast.member.types(f"/journal {long}")
    await cast.member.types("/journal list")
    assert "the end" not in card(cast.member, "Your journal\n")
    await cast.member.presses("Open Thu 19 Mar")
    assert "the end" in card(cast.member, WHOLE)
    assert cast.is_clean()


async def test_an_entry_is_changed_in_a_form_that_holds_what_it_says(cast: Cast) -> None:
    await cast.member.types("/journal I lerned.")
    await opened(cast, "lerned")
    await cast.member.presses("Change", on=WHOLE)
    assert cast.values(cast.member)["text"] == "I lerned."
    await cast.member.fills("Save", text="x" * 3001, visibility="private")
    assert await entries(cast.stage) == ["I lerned."]
    await cast.member.fills("Save", text="I learned.", visibility="community")
    assert await entries(cast.stage) == ["I learned."]
    assert await rows(cast.stage, EntryRow.visibility) == ["community"]
    cast.member.sees("Saved.", "Everybody in the community can read it.")
    await cast.member.types("/journal search lerned")
    cast.member.sees("No entry has these words")
    assert cast.is_clean()


async def test_who_may_read_is_picked_on_the_card(cast: Cast) -> None:
    await cast.member.types("/journal Mine.")
    await opened(cast, "Mine.")
    await _picks(cast, "community")
    assert await rows(cast.stage, EntryRow.visibility) == ["community"]
    await _picks(cast, "private")
    assert await rows(cast.stage, EntryRow.visibility) == ["private"]
    assert cast.is_clean()


async def test_a_deleted_entry_never_shows_and_comes_back_for_its_own_day(cast: Cast) -> None:
    await cast.member.types("/journal Of Friday.")
    await cast.passes(days=1)
    await cast.member.types("/journal Of Saturday.")
    await opened(cast, "Of Friday.")
    await cast.member.presses("Newer entry", on=WHOLE)
    assert "Of Saturday." in card(cast.member, WHOLE)
    await cast.member.presses("Older entry", on=WHOLE)
    await cast.member.presses("Delete", on=WHOLE)
    cast.member.sees("Taken back")
    await cast.member.presses("Open Thu 19 Mar", on="Your entries with")
    cast.member.sees("no longer in your journal")
    await cast.member.presses("My journal", on="no longer in your journal")
    assert "Of Friday." not in card(cast.member, "Your journal\n")
    await cast.member.types("/journal search Friday")
    cast.member.sees("No entry has these words")
    await cast.member.presses("Save it after all")
    assert await entries(cast.stage) == ["Of Saturday.", "Of Friday."]
    living = await rows(cast.stage, EntryRow.on_date, EntryRow.deleted_at)
    assert sorted(f"{on}" for on, deleted in living if deleted is None) == ["2026-03-19", "2026-03-20"]
    assert cast.is_clean()


@pytest.mark.thorough
async def test_what_was_written_in_a_place_becomes_private_and_outlives_its_message(stage: Playground, person: At) -> None:
    await person("ANN").types("/challenge")
    await person("ANN").fills("Announce it", starts_on="2026-03-23")
    for name in ("BOB", "layla"):
        await person(name).presses("Join", on="Seven small days")
    await stage.winder.advance(datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    for name, mention in (("BOB", "@convene"), ("layla", "@Convene")):
        member = person(name)
        await member.types(f"{mention} {name} asked twice.", in_place=True, reply_to=DAY)
        member.sees(SAVED, "Everybody in the community can read it.")
        held = member.holds("Write privately instead")
        await member.presses("Write privately instead")
        member.sees("Only you can read this entry now.", "still stands there", "delete it yourself")
        await held()
        await stage.winder.advance(stage.winder.now() + timedelta(seconds=5))
        await member.edits(f"{name} asked twice.", f"{mention} {name} asked often.")
        await member.deletes(f"{name} asked often.")
        member.does_not_see("Your message is gone")
        await member.types("/journal list")
        member.sees(f"{name} asked twice.")
    assert await entries(stage) == ["BOB asked twice.", "layla asked twice."]
    assert [v for v, gone in await rows(stage, EntryRow.visibility, EntryRow.deleted_at) if gone is None] == ["private"] * 2


async def test_too_long_a_text_comes_back_whole_and_an_edit_hears_what_fits_an_edit(cast: Cast) -> None:
    long = "a" * 1500 + "b" * 1500 + "c"
    await cast.member.types(f"/journal {long}")
    shown = card(cast.member, "fit in one entry")
    assert (shown.count("a" * 1000), "b" * 1000 in shown, shown.count("c") > 0) == (1, True, True)
    assert "Send it in two parts" in shown
    await cast.member.types("Short.")
    await cast.member.presses("Save as journal entry")
    await cast.passes(seconds=2)
    await cast.member.edits("Short.", long)
    cast.member.sees("Your message now has 3001 characters", "stays as it was", "Shorten the message")
    assert await entries(cast.stage) == ["Short."]
    assert cast.is_clean()


async def test_a_list_in_a_place_is_for_the_asker_alone(cast: Cast) -> None:
    await cast.member.types("/journal For me.")
    await cast.member.types(f"{cast.mention} journal list", in_place=True)
    cast.member.sees("Your journal\n")
    cast.other.does_not_see("For me.", "Your journal\n")
    cast.lead.does_not_see("For me.", "Your journal\n")


async def test_an_old_turn_of_a_page_whose_entries_are_gone_shows_what_there_is(cast: Cast) -> None:
    for number in range(6):
        await cast.member.types(f"/journal Number {number}.")
    await cast.member.types("/journal list")
    older = cast.member.holds("Older", on="Your journal\n")
    await opened(cast, "Number 0.")
    await cast.member.presses("Delete", on=WHOLE)
    await older()
    cast.member.sees("Nothing here yet")
    await cast.member.presses("Newer", on="Nothing here yet")
    assert "Number 5." in card(cast.member, "Your journal\n")


async def test_the_list_asks_the_database_once_and_by_its_index(stage: Playground, person: At) -> None:
    bob = person("BOB")
    for number in range(7):
        await bob.types(f"/journal Number {number}.")
    asked: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM entries" in statement:
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        await bob.types("/journal list")
        assert len(asked) == 1
        asked.clear()
        await bob.types("/journal search number")
        assert len(asked) == 1
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    for turn in (Turn(), Turn(day=date(2026, 3, 20)), Turn(on=date(2026, 3, 20), entry=7, newer=True)):
        compiled = reading.listing(7, turn).limit(6).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})

        def plan(session: Session, sql: str = str(compiled)) -> str:
            scope.enter(session, scope.SYSTEM)
            return " ".join(str(row) for row in session.connection().execute(text(f"EXPLAIN QUERY PLAN {sql}")))

        assert "USING INDEX ix_entries_person_id_on_date" in await stage.parts.units.read(plan)


async def test_a_search_through_years_goes_on_with_the_next_press(stage: Playground, person: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    monkeypatch.setattr(reading, "MOST_SEARCHED", 4)
    bob = person("BOB")
    for line in ("Needle one.", *(f"Straw {n}." for n in range(5)), "Needle two."):
        await bob.types(f"/journal {line}")
    await bob.types("/journal search needle")
    shown = card(bob, "Your entries with")
    assert "Needle two." in shown
    assert "Needle one." not in shown
    await bob.presses("Search further")
    assert "Needle one." in card(bob, "Your entries with")


async def _picks(cast: Cast, who: str) -> None:
    if cast.is_slack:
        await cast.member.presses("Who may read it", on=WHOLE, picking=who)
        return
    message, control = cast.member._control("Choose", WHOLE)
    name = next(c["name"] for c in message["controls"] if c["options"])
    await cast.member._done(await cast.member.driver.presses(cast.member.who.account, message["id"], control["id"], {name: who}))


async def test_a_day_of_another_year_says_which(stage: Playground, person: At) -> None:
    await person("BOB").types("/journal Of this year.")
    await stage.winder.advance(datetime(2027, 1, 2, 15, 0, tzinfo=UTC))
    await person("BOB").types("/journal Of the next.")
    await person("BOB").types("/journal list")
    person("BOB").sees("Thu 19 Mar 2026", "Open Thu 19 Mar 2026")
    await person("BOB").presses("Open Sat 2 Jan")
    await person("BOB").presses("Older entry")
    person("BOB").sees("Your entry for Thu 19 Mar 2026")

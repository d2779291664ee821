"""The front door: one's own things, everything as a button, words behind its name, the home tab, accounts that always count as leads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.data import scope
from bot.people.rows import IdentityRow, PersonRow
from bot.playground import Playground
from bot.settings import Settings, WrongSettings, load
from handlers.challenges.rows import DoneRow
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, count, entries, rows
from tests.kit.people import Person

At = Callable[[str], Person]
DOOR = "What I can do"


def controls(who: Person, text: str = DOOR) -> set[str]:
    return {control["label"] for control in who.message(text)["controls"]}


async def test_everything_has_a_button_and_leads_have_their_own_group(cast: Cast) -> None:
    for who, is_lead in ((cast.member, False), (cast.lead, True)):
        await who.types("/convene")
        who.sees("For everybody", "Also for you", "For instance:", "/convene settings", "/convene privacy")
        registry = cast.stage.parts.registry
        wanted = [c.button for c in registry.commands.values() if c.button and (is_lead or c.role != "lead")]
        wanted += [d.button for d in registry.doors.values() if is_lead or d.role != "lead"]
        shown = {
            control["label"] for each in who.screen["conversations"] for message in each["messages"] for control in message["controls"]
        }
        assert {button.msgid for button in wanted} <= shown
    assert cast.is_clean()


@pytest.mark.thorough
async def test_buttons_of_the_door_go_through_its_doors(cast: Cast) -> None:
    member = cast.member
    await member.types("/convene")
    await member.presses("My settings", on=DOOR)
    await member.fills("Save", zone="Tokyo")
    member.sees("Your settings are saved", "Asia/Tokyo")
    await member.presses("What comes next", on=DOOR)
    await member.presses("What I know about you", on=DOOR)
    member.sees("This is all that I keep about you")
    await member.presses("Give me my data", on=DOOR)
    member.sees("Here is everything that I keep about you")
    await member.presses("Erase my data", on=DOOR)
    await member.fills("Erase everything", word="erase")
    member.sees("Everything that was about you is erased")
    assert cast.is_clean()


@pytest.mark.thorough
async def test_a_word_behind_its_name_is_a_door_a_command_or_nearly_one(cast: Cast) -> None:
    member = cast.member
    for typed, meant in (("setings", "/convene settings"), ("PRIVACI", "/convene privacy"), ("jurnal a b", "/journal")):
        await member.types(f"/convene {typed}")
        member.sees(f"I do not know {typed.split()[0]}. Did you mean {meant}?")
    await member.types("/convene setings")
    await member.presses("My settings", on="I do not know setings")
    await member.fills("Save")
    member.sees("Nothing has changed")
    await member.types("/convene qqqqqqq what I typed")
    member.sees("I do not know qqqqqqq. Here is what I can do.", "what I typed")
    await member.types("/convene journal By the long way.")
    assert await entries(cast.stage) == ["By the long way."]
    shown = member.count(DOOR)
    await member.types("/convene help")
    assert member.count(DOOR) == shown + 1
    member.does_not_see("I do not know help")


@pytest.mark.thorough
async def test_ones_own_things_stand_first_and_are_done_there(cast: Cast) -> None:
    member = cast.member
    await member.types("/convene")
    member.sees("Nothing is waiting for you just now")
    await cast.lead.types("/challenge")
    await cast.lead.fills("Announce it", starts_on="2026-03-23")
    await member.types("/convene")
    member.sees("First steps in learning together is open to you.")
    await member.presses("Join", on=DOOR)
    await member.types("/convene")
    member.sees("First steps in learning together begins on")
    await cast.stage.winder.advance(datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    await member.types("/convene")
    member.sees("First steps in learning together, day 1 of 7: One question about today")
    await member.presses("Done", on=DOOR)
    assert await count(cast.stage, DoneRow) == 1
    await member.types("/convene")
    member.sees("day 1 of 7: One question about today. Done. It counts.")
    assert cast.is_clean()


async def test_the_home_tab_shows_the_same_and_is_drawn_anew_after_a_press(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    await ann.types("/challenge")
    await ann.fills("Announce it", starts_on="2026-03-23")
    await stage.slack.opens_home(bob.who.account)
    await stage.settle()
    assert "is open to you" in bob.screen["home"]["plain"]  # type: ignore[index]
    join = next(c for c in bob.screen["home"]["controls"] if c["label"] == "Join")  # type: ignore[index]
    await stage.slack.presses(bob.who.account, "home", join["id"], None)
    await stage.settle()
    bob.sees("You are in: First steps in learning together")
    home = bob.screen["home"]["plain"]  # type: ignore[index]
    assert "begins on" in home
    assert "is open to you" not in home
    labels = {c["label"] for c in bob.screen["home"]["controls"]}  # type: ignore[index]
    assert {"My settings", "What comes next", "What I know about you", "Erase my data", "My progress"} <= labels


@pytest.mark.thorough
async def test_the_home_tab_is_drawn_anew_after_a_form_that_was_opened_there(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    await announced(ann, bob, until=datetime(2026, 3, 23, 15, 0, tzinfo=UTC))
    await stage.slack.opens_home(bob.who.account)
    await stage.settle()
    assert "Done. It counts." not in bob.screen["home"]["plain"]  # type: ignore[index]
    write = next(c for c in bob.screen["home"]["controls"] if c["label"] == "Write in my journal")  # type: ignore[index]
    await stage.slack.presses(bob.who.account, "home", write["id"], None)
    await stage.settle()
    await bob.fills("Save", text="", visibility="private")
    assert "Done. It counts." not in bob.screen["home"]["plain"], "nothing was saved"  # type: ignore[index]
    await bob.fills("Save", text="I asked a question.", visibility="private")
    assert "Done. It counts." in bob.screen["home"]["plain"]  # type: ignore[index]


async def test_an_account_that_the_operator_names_counts_as_a_lead_where_none_is_left(cast: Cast) -> None:
    def demote(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(update(PersonRow).values(role="member"))

    await cast.stage.parts.units.run(demote)
    await cast.member.types("/challenge")
    cast.member.does_not_see("Announce it")
    account = next(row.account for row in await rows(cast.stage, IdentityRow) if row.name == cast.member.who.name)
    cast.stage.parts.registry.admins = frozenset({f"{cast.platform}:{account}".casefold()})
    await cast.member.types("/challenge")
    await cast.member.fills("Announce it", starts_on="2026-03-23")
    cast.other.sees("First steps in learning together")
    assert await rows(cast.stage, PersonRow.role) == ["member"] * 8, "it counts as long as it is named, and is written nowhere"
    await cast.other.types("/challenge")
    cast.other.does_not_see("Announce it")


def test_admins_are_read_from_a_list_and_a_wrong_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVENE_ADMINS", "slack:U123, teams:11111111-2222-4333-8444-555555555555")
    assert load(None).admins == ["slack:U123", "teams:11111111-2222-4333-8444-555555555555"]
    monkeypatch.setenv("CONVENE_ADMINS", "U123")
    with pytest.raises(WrongSettings) as wrong:
        load(None)
    assert "CONVENE_ADMINS: is a list like slack:" in str(wrong.value)
    monkeypatch.delenv("CONVENE_ADMINS")
    assert Settings(_env_file=None).admins == []

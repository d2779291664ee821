"""A group chat is a place like any other: commands with a mention, answers for one person, a poll, its name, its end and its return."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.core.rows import LaneRow
from bot.people.rows import PlaceRow
from bot.playground import Playground
from tests.kit.cast import entries, rows
from tests.kit.people import Person

CHAT = "19:evening@thread.v2"
POLL = "@Convene poll Lunch? | Pizza | Sushi"


@pytest.fixture
async def people(stage: Playground, person: Callable[[str], Person]) -> tuple[Person, Person, Person]:
    """A lead and two members in a group chat to which the lead has added the bot."""
    everybody = person("jurgen"), person("layla"), person("wei")
    stage.teams.add_channel(CHAT, "Evening talk", [each.who.account for each in everybody], kind="groupChat", bot=False)
    for each in everybody:
        each.place = CHAT
    await stage.teams.add_bot_to(CHAT, everybody[0].who.account)
    await stage.settle()
    await stage.winder.settle()
    return everybody


async def settled(stage: Playground) -> None:
    await stage.settle()
    await stage.winder.settle()


@pytest.mark.both_databases
async def test_a_poll_is_asked_voted_in_and_lives_there(stage: Playground, people: tuple[Person, ...]) -> None:
    jurgen, layla, wei = people
    layla.sees("I am here for", in_place=True)
    await layla.types(POLL, in_place=True)
    wei.sees("Lunch?", in_place=True)
    await wei.presses("Pizza", on="Choose one.")
    jurgen.sees("1 person has voted.", in_place=True)
    layla.sees("Your poll is open in: Evening talk", in_place=True)
    wei.does_not_see("Your poll is open")
    assert stage.teams.card_problems == stage.teams.protocol_problems == []


async def test_what_is_said_there_to_others_is_nobodys_business_and_a_mention_is_ours(
    stage: Playground, people: tuple[Person, ...]
) -> None:
    _jurgen, layla, wei = people
    await wei.types("Shall we go for lunch?", in_place=True)
    await layla.types("@Convene journal I asked one question more.", in_place=True)
    assert await entries(stage) == ["I asked one question more."]
    layla.sees("Saved in your journal", "Everybody in the community can read it", in_place=True)
    wei.does_not_see("Saved in your journal")
    await layla.edits("@Convene journal I asked one question more.", "@Convene journal I asked two questions more.")
    assert await entries(stage) == ["I asked two questions more."]
    await layla.deletes("I asked two questions more.")
    assert await entries(stage) == []


async def test_it_is_called_anew_closes_when_we_are_removed_and_goes_on_when_we_are_back(
    stage: Playground, people: tuple[Person, ...]
) -> None:
    jurgen, layla, wei = people

    async def place() -> PlaceRow:
        found: list[PlaceRow] = [row for row in await rows(stage, PlaceRow) if row.external_id == CHAT]
        return found[0]

    await stage.teams.rename_channel(CHAT, "Late talk")
    await settled(stage)
    assert (await place()).name == "Late talk"
    await layla.types(POLL, in_place=True)
    await stage.teams.remove_bot_from(CHAT, jurgen.who.account)
    await settled(stage)
    assert (await place()).closed_at is not None
    await wei.presses("Pizza", on="Choose one.")
    assert wei.screen["notices"][-1]["text"] == "Unable to reach app. Please try again."
    await stage.teams.add_bot_to(CHAT, jurgen.who.account)
    await settled(stage)
    assert (await place()).closed_at is None
    await wei.presses("Pizza", on="Choose one.")
    jurgen.sees("1 person has voted.", in_place=True)


async def test_addresses_of_the_service_follow_what_the_platform_says(stage: Playground, people: tuple[Person, ...]) -> None:
    _jurgen, layla, _wei = people

    async def known() -> dict[str, str]:
        """Where posts go: to whom, and by which address."""
        return {row.external_id: row.reference.get("service_url", "") for row in await rows(stage, LaneRow) if row.platform == "teams"}

    before = stage.teams.service_url
    moved = before.replace("127.0.0.1", "localhost")
    stage.teams._core.scribe.service_url = stage.teams.tokens.service_url = moved
    await layla.types("@Convene help", in_place=True)
    await layla.types("help")
    await settled(stage)
    addresses = await known()
    assert addresses[CHAT] == addresses[stage.teams.object_id(layla.who.account)] == moved
    assert before in addresses.values(), "of whom nothing was heard keeps the address that was good"

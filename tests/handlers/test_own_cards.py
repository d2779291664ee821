"""Cards in a place that say something of their own to whoever looks at them, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.core.rows import PostRow, SeenRow
from bot.people.rows import PersonRow
from bot.playground import TEAMS_PLACE, Playground
from handlers.polls import cards
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, count
from tests.kit.people import Person
from tests.kit.requests import LINE, QUESTION, moves_on, opens, writes

At = Callable[[str], Person]
POLL = "Lunch?"


@pytest.fixture
def teams(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "teams", person)


def card_of(somebody: Person, text: str) -> str:
    """The newest message with this text that everybody has in the place, as this person sees it."""
    where = next(each for each in somebody.screen["conversations"] if each["id"] == somebody.place)["messages"]
    return str(next(each["plain"] for each in reversed(where) if text in each["plain"] and not each["private"]))


@pytest.mark.both_databases
async def test_a_poll_shows_each_voter_their_own_vote(teams: Cast, person: At, monkeypatch: pytest.MonkeyPatch) -> None:
    lead, layla, anil, wei = teams.lead, teams.member, teams.other, person("wei")
    await lead.types(f"/poll {POLL} | Pizza | Sushi")
    await layla.presses("Pizza", on=POLL)
    await anil.looks(on=POLL)
    assert "Your vote" not in card_of(anil, POLL)
    await layla.looks(on=POLL)
    assert "Your vote: Pizza" in card_of(layla, POLL)
    assert "Your vote" not in card_of(anil, POLL), "what is said to one person is seen by nobody else"

    await layla.presses("Sushi", on=POLL)
    assert "Your vote" not in card_of(layla, POLL), "an edit of the card takes the view of before with it"
    await teams.stage.teams.catches_up(layla.who.account)
    assert "Your vote: Sushi" in card_of(layla, POLL)
    assert "1 person has voted" in card_of(layla, POLL)

    before = [await count(teams.stage, row) for row in (PersonRow, SeenRow, PostRow)]
    for somebody in (layla, anil, wei):
        await somebody.looks(on=POLL, by_hand=True)
    assert [await count(teams.stage, row) for row in (PersonRow, SeenRow, PostRow)] == before, "looking changes nothing"
    person("BOB").sees(POLL, in_place=True)

    await lead.presses("Sushi", on=POLL)
    monkeypatch.setattr(cards, "MANY", 1)
    await layla.looks(on=POLL)
    assert "Your vote" not in card_of(layla, POLL), "votes of many are not counted anew for each who looks"


async def test_looking_is_no_act_of_ones_own(teams: Cast) -> None:
    newcomer = "29:newcomer"
    await teams.lead.types(f"/poll {POLL} | Pizza | Sushi")
    teams.stage.teams.add_user(newcomer, "New Comer", zone=None)
    teams.stage.teams._core.room(TEAMS_PLACE).members.append(newcomer)
    before = await count(teams.stage, PersonRow)
    message = teams.lead.message(POLL, TEAMS_PLACE)["id"]
    assert (await teams.stage.teams.looks(newcomer, message)).delivered
    await teams.settle()
    assert await count(teams.stage, PersonRow) == before, "whoever only looks is no member"


async def test_an_anonymous_poll_says_the_same_to_everybody(teams: Cast) -> None:
    await teams.lead.types("/poll")
    await teams.lead.fills("Show me the preview", question=POLL, options="Pizza\nSushi", is_anonymous="true")
    await teams.lead.presses("Post it")
    await teams.member.presses("Pizza", on="Confidential until close")
    assert not (await teams.member.looks(on=POLL, by_hand=True)).delivered, "there is nothing to be asked"
    assert "Your vote" not in card_of(teams.member, POLL)


async def test_a_request_says_whether_it_waits_for_me(teams: Cast) -> None:
    await opens(teams.lead)
    for somebody in (teams.member, teams.other):
        await somebody.looks(on=QUESTION)
        assert "This needs your voice" in card_of(somebody, QUESTION)
    await writes(teams.member, "The rule slows us down.")
    for somebody in (teams.member, teams.other):
        await somebody.looks(on=QUESTION)
    assert "You have taken part in this phase." in card_of(teams.member, QUESTION)
    assert "This needs your voice" in card_of(teams.other, QUESTION)
    await moves_on(teams.lead, "Close statements now")
    await teams.other.looks(on=QUESTION)
    assert "This needs your voice" not in card_of(teams.other, QUESTION), "nothing is asked of anybody while it is drafted"


async def test_an_anonymous_request_says_the_same_to_everybody(teams: Cast) -> None:
    await opens(teams.lead, LINE, is_anonymous="true")
    assert not (await teams.member.looks(on=QUESTION, by_hand=True)).delivered


async def test_a_day_is_done_on_the_card_of_whoever_did_it(teams: Cast, person: At) -> None:
    await announced(teams.lead, teams.member, until=datetime(2026, 3, 23, 12, tzinfo=UTC))
    day = "One question about today"
    await teams.member.looks(on=day)
    assert "It counts" not in card_of(teams.member, day)
    await teams.member.presses("Done", on=day)
    for somebody in (teams.member, teams.other):
        await somebody.looks(on=day)
    assert "Done. It counts." in card_of(teams.member, day)
    assert "It counts" not in card_of(teams.other, day)
    assert teams.is_clean()

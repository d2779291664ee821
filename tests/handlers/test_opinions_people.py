"""Time and people in opinion requests: phases that end, owners who leave, whoever comes late, is two, or goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.playground import SLACK_PLACE, TEAMS_PLACE, Playground, Somebody
from handlers.nudges.rows import NudgeRow
from handlers.opinions.rows import ContributionRow, RequestRow, SheetRow
from tests.handlers.test_erase import everything
from tests.handlers.test_linked_people import link
from tests.kit.cast import Cast, rows
from tests.kit.people import Person
from tests.kit.requests import LINE, QUESTION, drafted, moves_on, opens, votes, writes

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


# -- time and people -----------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_phases_end_by_themselves_and_those_who_are_silent_are_reminded(slack: Cast, person: At) -> None:
    await opens(slack.lead)
    await writes(slack.member, "We review each tool once a year.")
    await slack.other.types("/convene")
    slack.other.sees("Say what this changes in your practice")
    await slack.stage.winder.advance(datetime(2026, 3, 27, tzinfo=UTC))
    why = "This request needs your voice"
    slack.other.sees(why)
    slack.member.does_not_see(why)
    await slack.other.presses("Answer statements", on=why)
    await slack.other.presses("Agree")
    slack.other.sees("You took part:")
    await slack.stage.winder.advance(datetime(2026, 3, 30, tzinfo=UTC))
    slack.member.sees("You are here: Draft", in_place=True)
    slack.lead.sees("Here is a first draft")
    await slack.stage.winder.advance(datetime(2026, 4, 20, tzinfo=UTC))
    slack.lead.sees("Too few voted.", "The response was not ratified, and is not sent.")
    assert await rows(slack.stage, RequestRow.phase) == ["ended"]


@pytest.mark.thorough
async def test_a_place_that_is_deleted_in_the_middle(slack: Cast, person: At) -> None:
    layla = person("layla")
    await opens(slack.lead)
    await writes(layla, "The rule slows us down.")
    await slack.stage.teams.delete_channel(TEAMS_PLACE)
    await slack.settle()
    await slack.other.presses("Answer statements", on="You are here: Statements")
    await slack.other.presses("Agree")
    await moves_on(slack.lead, "Close statements now")
    await moves_on(slack.lead, "Put it to the vote now")
    for somebody in (slack.member, slack.other, slack.lead):
        await votes(somebody, "I support it as it is")
    await moves_on(slack.lead, "Close the vote now")
    slack.member.sees("The response is ratified.", in_place=True)
    await slack.lead.presses("It was sent", on="The response is ready.")
    await slack.lead.fills("Tell everybody", words="By mail.")
    layla.sees("Thank you to all who took part.")
    assert await rows(slack.stage, RequestRow.phase) == ["outcome"]


@pytest.mark.thorough
async def test_more_time_a_new_owner_and_an_end(slack: Cast, person: At) -> None:
    layla, jurgen = person("layla"), person("jurgen")
    await opens(slack.lead)
    await writes(layla, "The rule slows us down.")
    await slack.lead.presses("Look after it")
    await slack.lead.presses("Give it more time")
    await slack.lead.fills("Tell everybody", on="2026-04-01", reason="The board gave us another week.")
    layla.sees("There is more time: this phase ends", "The board gave us another week.", in_place=True)
    await slack.lead.presses("Look after it")
    await slack.lead.presses("Hand it over")
    await slack.lead.fills("Hand it over", to="Bob O'Brien")
    slack.member.sees("has handed this request over to you.")
    await slack.stage.slack.deactivate_user("U0BOB")
    await slack.settle()
    jurgen.sees("Whoever looked after this request has left.")
    held = slack.lead.holds("Take it on")
    await jurgen.presses("Take it on")
    jurgen.sees("You look after this request now.")
    await held()
    slack.lead.sees("Jürgen Groß looks after it now.")
    await jurgen.presses("Look after it")
    await jurgen.presses("Call it off")
    await jurgen.fills("Call it off", reason="The board took the rule back.")
    layla.sees("This request was called off.", "The board took the rule back.")
    assert await rows(slack.stage, ContributionRow.id) == []
    assert slack.is_clean()


@pytest.mark.thorough
async def test_a_request_of_which_nobody_says_anything(slack: Cast) -> None:
    await opens(slack.lead)
    await slack.stage.winder.advance(datetime(2026, 3, 30, tzinfo=UTC))
    slack.lead.sees("Nobody has answered yet, so there is nothing to make a draft of.")
    await slack.stage.winder.advance(datetime(2026, 4, 5, tzinfo=UTC))
    slack.lead.sees("Nobody wrote anything, so this request ended without a response.")
    slack.member.sees("This request is over, and nothing was sent.", in_place=True)
    assert await rows(slack.stage, RequestRow.phase) == ["ended"]


async def test_a_place_that_joins_later_has_the_card_and_members_manage_nothing(slack: Cast, person: At) -> None:
    await opens(slack.lead)
    await slack.member.types("/convene opinions")
    await slack.member.presses("See it")
    slack.member.sees("Statements, a draft, a vote")
    assert "Look after it" not in slack.member.reads()
    slack.stage.slack.add_channel("C0LATER", "later", ["U0BOB"], bot=False)
    await slack.stage.slack.invite_bot("U0BOB", "C0LATER")
    await slack.settle()
    assert slack.member.count("You are here: Statements") == 3


# -- who one is ----------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_two_who_are_one_have_one_voice_and_the_later_counts(slack: Cast, person: At) -> None:
    bob, layla = slack.member, person("layla")
    await opens(slack.lead)
    await writes(slack.other, "We review each tool once a year.")
    await writes(bob, "A list of tools would help newcomers.")
    for somebody, stance in ((bob, "Agree"), (layla, "Disagree")):
        await somebody.presses("Answer statements", on="Say what this changes")
        for _ in range(2 if somebody is layla else 1):
            await somebody.presses(stance)
    await link(bob, layla)
    found = await rows(slack.stage, ContributionRow.agreed, ContributionRow.disagreed)
    assert sorted(found) == [(0, 1), (0, 1)]
    assert len(await rows(slack.stage, SheetRow.seat)) == 1
    slack.other.sees("2 people have taken part.", in_place=True)
    await bob.presses("What holds, and what I said")
    bob.sees("You answered 2 statements.", "A list of tools would help newcomers.")
    await bob.types("/convene export")
    bob.sees("my-data")


@pytest.mark.thorough
async def test_whoever_is_erased_leaves_no_voice(slack: Cast) -> None:
    await opens(slack.lead)
    await writes(slack.other, "We review each tool once a year.")
    await writes(slack.member, "A list of tools would help newcomers.")
    await slack.member.presses("Answer statements", on="Your statement is in.")
    await slack.member.presses("Agree")
    await slack.member.types("/convene erase")
    await slack.member.fills("Erase everything", word="erase")
    assert sorted(await rows(slack.stage, ContributionRow.state, ContributionRow.agreed)) == [("gone", 0), ("open", 0)]
    assert await rows(slack.stage, SheetRow.seat) == []
    assert "newcomers" not in await everything(slack.stage)
    slack.other.sees("1 person has taken part.", in_place=True)


@pytest.mark.thorough
async def test_the_map_in_places_shows_what_still_stands(slack: Cast, person: At) -> None:
    text, lead = "A list of tools would help newcomers.", slack.lead
    voters = [person(name) for name in ("HANAKO", "PRIYA", "layla", "wei", "anil")]
    await opens(lead, size="Full: with a map of opinions")
    await moves_on(lead, "Open statements now")
    await writes(slack.member, text)
    for somebody in voters:
        await somebody.presses("Answer statements", on="Say what this changes in your practice")
        await somebody.presses("Agree", on=text)
    await moves_on(lead, "Close statements now")
    for somebody in (slack.other, voters[-1]):
        card = somebody.message("Read the map in words")
        assert text in card["plain"]
        assert "5 / 0 / 0" in card["plain"].replace("\N{NO-BREAK SPACE}", " ")
        assert "1 statement unites" in card["plain"]  # the picture's words
        assert picture_of(card)
        await somebody.presses("Read the map in words", on="Map of opinions")
        somebody.sees("Most agree that “A list of tools would help newcomers.”")
    before = picture_of(slack.other.message("Read the map in words"))

    await slack.member.types("/convene erase")
    await slack.member.fills("Erase everything", word="erase")
    card = slack.other.message("Read the map in words")
    assert "newcomers" not in card["plain"]
    assert before is not None
    assert picture_of(card) is None
    await slack.passes(minutes=2)
    assert picture_of(slack.other.message("Read the map in words")) not in (None, before)
    assert slack.other.count("Read the map in words") == 1

    await lead.presses("Look after it")
    await lead.presses("Call it off")
    await lead.fills("Call it off", reason="The rule is gone.")
    slack.other.sees("The map of opinions went with its request.", in_place=True)
    assert slack.is_clean()


def picture_of(card: Any) -> object:
    """Where the picture of a card is taken from, None where it has none."""
    found = [part for part in card["body"].get("blocks", ()) if part["type"] == "image"]
    found += [part for each in card["body"].get("attachments", ()) for part in each["content"]["body"] if part["type"] == "Image"]
    return found[0].get("slack_file", found[0].get("url")) if found else None


@pytest.mark.thorough
async def test_whoever_handed_it_over_looks_after_it_no_more(slack: Cast) -> None:
    await slack.member.types(LINE)
    await slack.member.presses("Propose it to the leads")
    await slack.lead.presses("Open it")
    await slack.member.presses("Look after it")
    held = slack.member.holds("Give it more time")
    await slack.member.presses("Hand it over")
    await slack.member.fills("Hand it over", to="Priya Raman")
    await held()
    slack.member.sees("Only whoever looks after this request, or a lead, can do that.")
    await slack.other.presses("Look after it", on="handed this request over to you.")
    await slack.other.presses("Look through statements")
    slack.other.sees("Nobody has written a statement yet.")


@pytest.mark.thorough
async def test_somebody_who_arrives_late_is_asked_too_and_a_proposal_may_wait(slack: Cast) -> None:
    await slack.member.types("/opinion-request Another thing? | 2026-04-10")
    await slack.member.presses("Propose it to the leads")
    await slack.lead.presses("Not now")
    slack.member.sees("does not open it for now.")
    await opens(slack.lead)
    await moves_on(slack.lead, "Close statements now")
    await slack.lead.presses("Write the response")
    await slack.lead.fills("Save as a new version", text="We say yes.")
    await moves_on(slack.lead, "Put it to the vote now")
    late = Person(slack.stage, Somebody("slack", "U0LATE", "Lee Late", "Europe/Berlin"))
    slack.stage.slack.add_user("U0LATE", "Lee Late", zone="Europe/Berlin")
    await slack.stage.slack.join_channel("U0LATE", SLACK_PLACE)
    await late.types("/convene")
    late.sees(QUESTION, "Read the response and vote on it.")
    late.does_not_see("Another thing?")
    for somebody in (late, slack.member, slack.other):
        await votes(somebody, "I support it as it is")
    await moves_on(slack.lead, "Close the vote now")
    late.sees("3 of 3 who did not abstain support it.", "The response is ratified.", in_place=True)


@pytest.mark.thorough
async def test_several_requests_remind_within_one_budget(slack: Cast) -> None:
    for number in range(3):
        await opens(slack.lead, f"/opinion-request Question {number}? | 2026-04-10 | The board")
    await slack.stage.winder.advance(datetime(2026, 3, 27, tzinfo=UTC))
    sent = await rows(slack.stage, NudgeRow.person_id, NudgeRow.on_date)
    assert sent
    assert max(Counter(sent).values()) <= 2
    await slack.other.types("/convene")
    slack.other.sees("Question 0?", "Question 1?", "Question 2?")


@pytest.mark.thorough
async def test_people_of_one_platform_alone_make_a_whole_request(slack: Cast) -> None:
    """Nobody of the other platform says anything, and what is left in time decides."""
    await drafted(slack, quorum="0")
    await moves_on(slack.lead, "Put it to the vote now")
    for somebody in (slack.lead, slack.member, slack.other):
        await votes(somebody, "I support it as it is")
    await moves_on(slack.lead, "Close the vote now")
    slack.other.sees("3 of 3 who did not abstain support it.", "The response is ratified.", in_place=True)


@pytest.mark.thorough
@pytest.mark.parametrize(("positions", "said"), [(("support", "against"), "1 of 2"), (("support", "support"), "2 of 2")])
async def test_an_even_split_and_total_agreement_are_told_as_they_are(slack: Cast, positions: tuple[str, ...], said: str) -> None:
    await drafted(slack, quorum="0")
    await moves_on(slack.lead, "Put it to the vote now")
    for somebody, position in zip((slack.member, slack.other), positions, strict=True):
        answer = "I support it as it is" if position == "support" else "I do not support it, but will not stand in the way"
        await votes(somebody, answer, "" if position == "support" else "I would rather wait.")
    await moves_on(slack.lead, "Close the vote now")
    slack.other.sees(f"{said} who did not abstain support it.", "Too few voted.", in_place=True)

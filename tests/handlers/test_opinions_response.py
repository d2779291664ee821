"""The response to a request: its draft, the vote on it, and the fallback."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.playground import Playground
from handlers.opinions.rows import RequestRow, SheetRow
from tests.kit.cast import Cast, rows
from tests.kit.people import Person
from tests.kit.requests import drafted, moves_on, votes

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


# -- the draft -----------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_suggestions_versions_and_a_test(cast: Cast) -> None:
    lead, member, other = cast.lead, cast.member, cast.other
    await drafted(cast)
    await lead.sends_file("response.md", "# Our view\n\nWe review each tool.\n\nSmall projects are exempt.")
    lead.sees("Saved as version 2.")
    for somebody, text in ((member, "We review each tool once a year."), (other, "We review nothing.")):
        await somebody.presses("Suggest other words", on="You are here: Draft")
        await somebody.fills("Suggest", sentence="We review each tool.", text=text, why="It is clearer.")
        somebody.sees("Your suggestion is in.")
    lead.sees("2 suggestions wait for your answer.")
    await lead.presses("Answer suggestions")
    shown = lead.message("Somebody suggests:")
    first = "Accept" if shown["plain"].index("once a year") < shown["plain"].index("nothing") else "Decline"
    held = {label: [c for c in shown["controls"] if c["label"] == label] for label in ("Accept", "Decline")}
    accept, decline = (held["Accept"][0], held["Decline"][1]) if first == "Accept" else (held["Accept"][1], held["Decline"][0])
    await lead._done(await lead.driver.presses(lead.who.account, shown["id"], accept["id"], None))
    lead.sees("Saved as version 3.")
    member.sees("Your suggestion is in the response now.")
    await lead._done(await lead.driver.presses(lead.who.account, shown["id"], decline["id"], None))
    await lead.fills("Decline it", reason="We want to review something.")
    other.sees("Your suggestion was not taken.", "We want to review something.")
    await member.presses("See the draft", on="Your suggestion is in the response now.")
    await member.presses("See what changed")
    member.sees("What changed in version 3", "We review each tool once a year.")

    await lead.presses("See the draft")
    await lead.presses("Test how much all agree")
    for somebody, level in ((member, "With all my heart"), (other, "I block it")):
        await somebody.presses("Say how much I agree")
        await somebody.fills("Answer", level=level)
        somebody.sees("Counted. You can change it until the test ends.")
    await lead.presses("See the draft")
    await lead.presses("End the test")
    member.sees("2 people answered the test.", "Opinions are split", in_place=True)
    assert cast.is_clean()


# -- the vote ------------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_objections_are_worked_in_and_all_vote_again(cast: Cast) -> None:
    lead, member, other = cast.lead, cast.member, cast.other
    await drafted(cast)
    await moves_on(lead, "Put it to the vote now")
    await votes(member, "I support it only if it is changed", "Say that small projects are exempt.")
    await votes(other, "I support it as it is")
    await other.presses("Take it back")
    other.sees("Your ballot is taken back")
    await votes(other, "I support it as it is")
    await votes(lead, "I support it as it is")
    await moves_on(lead, "Close the vote now")
    lead.sees("Say that small projects are exempt.")
    await lead.presses("See the draft", on="This is what voters wrote.")
    await lead.presses("Edit the response")
    await lead.fills("Save as a new version", text="We review each tool once a year. Small projects are exempt.")
    lead.sees("has not been voted on")
    await lead.presses("See the draft", on="Saved as version 2.")
    await lead.presses("Edit the response")
    await lead.fills("Save as a new version", text="We review each tool once a year. Small projects are exempt. We ask for a list.")
    await lead.presses("Change it, vote again")
    await lead.fills("Ask everybody again", on="2026-04-08")
    told = member.message("A new round")["plain"]
    assert all(text in told for text in ("Earlier ballots do not count.", "Small projects are exempt.", "We ask for a list."))
    for somebody in (member, other, lead):
        await votes(somebody, "I support it as it is")
    await moves_on(lead, "Close the vote now")
    member.sees("The response is ratified.", "0 objections are open.", in_place=True)
    assert await rows(cast.stage, RequestRow.round, RequestRow.decision) == [(2, "ours")]
    await _only_what_was_voted_on_is_sent(lead, member)
    assert cast.is_clean()


async def _only_what_was_voted_on_is_sent(lead: Person, member: Person) -> None:
    await lead.presses("Read the response", on="The response is ready.")
    await lead.presses("Edit the response")
    await lead.fills("Save as a new version", text="We review nothing at all.")
    lead.sees("Saved as version 4.", "has not been voted on. Version 3 is sent, unless all vote again.")
    await member.presses("Read the response", on="You are here: Sending")
    member.sees("We ask for a list.")
    member.does_not_see("We review nothing at all.")
    await lead.presses("It was sent", on="The response is ready.")
    await lead.fills("Tell everybody", words="By mail.")
    await member.presses("Read the response", on="Thank you to all who took part.")
    member.sees("We ask for a list.", "Statements: until Fri 20 Mar 2026", "Ratifying: until Fri 20 Mar 2026")
    member.does_not_see("We review nothing at all.")


@pytest.mark.thorough
async def test_the_fallback_is_what_was_agreed(slack: Cast, person: At) -> None:
    await drafted(slack, fallback="Send it in the names of those who sign")
    await moves_on(slack.lead, "Put it to the vote now")
    await votes(slack.member, "I support it as it is")
    await moves_on(slack.lead, "Close the vote now")
    slack.member.sees("Too few voted.", "in the names of those who sign it", in_place=True)
    await slack.lead.presses("Change it, vote again", on="The response is ready.")
    await slack.lead.fills("Ask everybody again", on="2026-04-08")
    slack.member.sees("All of us vote on the response anew, in the words it had.")
    slack.member.does_not_see("The response was changed")
    await votes(slack.member, "I support it as it is")
    await moves_on(slack.lead, "Close the vote now")
    layla = person("layla")
    for somebody in (slack.member, layla):
        await somebody.presses("Sign it")
        await somebody.fills("Sign", affiliation="Unit seven")
        somebody.sees("You sign the response with your name.")
    await layla.presses("Take my name off")
    layla.sees("Your name is not on the response.")
    await slack.lead.presses("It was sent", on="The response is ready.")
    await slack.lead.fills("Tell everybody", words="By mail.")
    await slack.member.presses("Read the response", on="Thank you to all who took part.")
    slack.member.sees("Signed by", "Bob O'Brien, Unit seven", "It speaks for those who sign it")
    slack.member.does_not_see("ليلى حداد, Unit seven")


@pytest.mark.thorough
async def test_what_is_not_ratified_may_stay_unsent(slack: Cast) -> None:
    await drafted(slack, fallback="Do not send it")
    await slack.stage.winder.advance(datetime(2026, 4, 9, tzinfo=UTC))
    slack.lead.sees("It was not ratified, so it is not sent.")
    await slack.stage.winder.advance(datetime(2026, 4, 12, tzinfo=UTC))
    slack.member.sees("The response was not ratified, and is not sent.")
    assert await rows(slack.stage, RequestRow.phase) == ["ended"]
    assert await rows(slack.stage, SheetRow.seat) == []

"""Statements of opinion requests: written, answered one at a time, looked after by stewards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.playground import Playground
from handlers.opinions.rows import ContributionRow
from tests.kit.cast import Cast, rows
from tests.kit.people import Person
from tests.kit.requests import opens, writes

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


@pytest.mark.thorough
async def test_stewards_do_nothing_silently(cast: Cast) -> None:
    lead, member, other = cast.lead, cast.member, cast.other
    await opens(lead)
    await writes(member, "We would review each tool once a year.")
    await other.presses("Write a statement")
    await other.fills("Submit", text="We would review each tool once a year!")
    other.sees("This is close to what others say.")
    await other.presses("Mine says more: submit it")
    other.sees("Your statement is in.")
    await writes(other, "Nobody asked Bob, and he is slow.")
    await writes(other, "Tools are fine, and so are rules.")

    await lead.presses("Look after it")
    await lead.presses("Look through statements")
    shown = lead.message("Whatever you do here")
    for text, button, submit, filled in (
        ("We would review each tool once a year!", "Merge", "Merge", {"into": "We would review each tool once a year."}),
        ("Nobody asked Bob", "Breaks the house rules", "Tell its writer", {"reason": "It is about a person."}),
        ("Tools are fine", "Send back", "Tell its writer", {"reason": "These are two ideas."}),
    ):
        place = shown["plain"].index(text)
        number = sum(shown["plain"].index(each) < place for each in STATEMENTS)
        buttons = [control for control in shown["controls"] if control["label"] == button]
        await lead._done(await lead.driver.presses(lead.who.account, shown["id"], buttons[number]["id"], None))
        await lead.fills(submit, **filled)
    other.sees("was merged into another that says the same.", "It is about a person.", "These are two ideas.")
    await other.presses("Write it anew")
    await other.fills("Submit", text="Tools are fine.")
    other.sees("Your statement is in.")

    await member.presses("Answer statements", on="Your statement is in.")
    member.sees("1 statement is left for you.", "Tools are fine.")
    await member.presses("Unclear")
    member.sees("You have answered every statement there is.")
    await member.presses("Change the one before")
    member.sees("You said: Unclear")
    await member.presses("Pass")
    found = await rows(cast.stage, ContributionRow.state, ContributionRow.passed, ContributionRow.unclear)
    assert sorted(found) == [("flagged", 0, 0), ("merged", 0, 0), ("open", 0, 0), ("open", 1, 0), ("sent back", 0, 0)]
    assert cast.is_clean()


STATEMENTS = (
    "We would review each tool once a year.",
    "We would review each tool once a year!",
    "Nobody asked Bob",
    "Tools are fine",
)


async def test_a_question_is_answered_to_all(slack: Cast, person: At) -> None:
    layla = person("layla")
    await opens(slack.lead)
    await layla.presses("Ask what is unclear")
    await layla.fills("Ask", text="Does it hold for our own tools?")
    slack.lead.sees("Something is unclear:", "Does it hold for our own tools?")
    await slack.lead.presses("Answer the question")
    await slack.lead.fills("Tell everybody", text="Yes, for those too.")
    for somebody in (layla, slack.member):
        somebody.sees("Does it hold for our own tools?", "Yes, for those too.", in_place=True)
    await slack.lead.presses("Answer the question") if slack.lead.count("Something is unclear:") else None
    slack.lead.does_not_see("Something is unclear:")


@pytest.mark.thorough
async def test_a_statement_goes_back_while_nobody_has_answered_it(slack: Cast) -> None:
    await opens(slack.lead)
    await writes(slack.member, "A first thought.")
    held = slack.member.holds("Take it back")
    await slack.other.presses("Answer statements", on="You are here: Statements")
    await slack.other.presses("Agree")
    await held()
    slack.member.sees("Others have answered this, so it stays.")
    await writes(slack.member, "A second thought.")
    await slack.member.presses("Take it back")
    slack.member.sees("Taken back; nothing of it is kept.")
    await slack.member.presses("Write another")
    await slack.member.fills("Submit", text="a first THOUGHT.")
    slack.member.sees("This stands there already, word for word.")
    assert await rows(slack.stage, ContributionRow.agreed) == [1]

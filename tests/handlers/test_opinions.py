"""Opinion requests from the question to what comes of it, with voices from both platforms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.playground import Playground
from handlers.opinions.rows import ContributionRow, ParticipantRow, ParticipationRow, RequestRow, SecretRow, SheetRow
from tests.kit.cast import Cast, count, rows
from tests.kit.people import Person

At = Callable[[str], Person]
QUESTION = "What do we say to the new rule on tools?"
LINE = f"/opinion-request {QUESTION} | 2026-04-10 | The board"


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


async def opens(lead: Person, line: str = LINE, **terms: object) -> None:
    """Type the three answers, look at the sentence, change what is given, and open it."""
    await lead.types(line)
    if terms:
        await lead.presses("Change", on="This will hold")
        await lead.fills("Save", **terms)
    await lead.presses("Open it")


async def writes(somebody: Person, text: str, **more: str) -> None:
    await somebody.presses("Write a statement")
    await somebody.fills("Submit", text=text, **more)
    somebody.sees("Your statement is in.")


async def moves_on(lead: Person, button: str) -> None:
    """Look after the request and end the phase."""
    await lead.presses("Look after it")
    await lead.presses(button)
    await lead.stage.winder.settle()


async def votes(somebody: Person, position: str, words: str = "", printing: str = "Print them without my name") -> None:
    await somebody.presses("Vote on the response")
    await somebody.fills("Vote", position=position, words=words, printing=printing)


@pytest.mark.both_databases
async def test_a_request_from_its_question_to_what_comes_of_it(slack: Cast, person: At) -> None:
    ann, bob, priya = slack.lead, slack.member, slack.other
    layla, wei, anil = person("layla"), person("wei"), person("anil")
    await ann.types(LINE)
    ann.sees("Asked by The board.", "Standard: statements, draft, ratify", "Ann Keller speaks for us", "Nobody else sees this yet.")
    bob.does_not_see(QUESTION)
    await ann.presses("Open it")
    for somebody in (bob, layla):
        somebody.sees(QUESTION, "You are here: Statements", "Asked by The board.", in_place=True)

    await writes(bob, "We would review each tool once a year.", reason="Nobody knows what is in use.")
    await writes(layla, "The rule slows us down in small projects.")
    for somebody in (priya, wei, anil, bob):
        await somebody.presses("Answer statements", on="You are here: Statements")
        somebody.sees("statements are left for you." if somebody is not bob else "1 statement is left for you.")
        await somebody.presses("Agree")
        if somebody is not bob:
            await somebody.presses("Disagree" if somebody is wei else "Agree")
        somebody.sees("You have answered every statement there is.")
    bob.sees("5 people have taken part.", in_place=True)

    await moves_on(ann, "Close statements now")
    ann.sees("Here is a first draft, made of what people said.")
    await ann.presses("Edit the response", on="Here is a first draft")
    await ann.fills("Save as a new version", text="We review each tool once a year.\n\nSmall projects are exempt.", more="")
    ann.sees("Saved as version 2.")
    await moves_on(ann, "Put it to the vote now")
    layla.sees("You are here: Vote on the response", in_place=True)

    await votes(bob, "I support it as it is")
    await votes(layla, "Do not send it", "")
    layla.sees("Please say which harm you see.")
    await layla.fills("Vote", words="It will be read as a yes to everything.")
    layla.sees("Your ballot is counted.", "Do not send it")
    await votes(wei, "I support it as it is")
    await votes(anil, "I abstain")
    ann.does_not_see("It will be read as a yes")
    await moves_on(ann, "Close the vote now")
    for somebody in (bob, layla):
        somebody.sees("The response is not ratified.", "Objections are open.", "sent with the dissent annex", in_place=True)
    ann.sees("This is what voters wrote.", "It will be read as a yes to everything.")

    await ann.presses("Get it as files", on="The response is ready.")
    ann.sees("response.md", "response.pdf")
    await ann.presses("It was sent", on="The response is ready.")
    await ann.fills("Tell everybody", words="By mail to the board's secretary.")
    for somebody in (bob, layla, wei, anil, priya):
        somebody.sees("Thank you to all who took part.", "By mail to the board's secretary.")
    for row in (ContributionRow, SheetRow, SecretRow, ParticipantRow):
        assert await rows(slack.stage, row.request_id) == []
    assert len(await rows(slack.stage, ParticipationRow.person_id)) == 5

    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(days=31))
    ann.sees("All who took part would like to hear what the asker answered.")
    await ann.presses("Tell what they answered")
    await ann.fills("Tell all who took part", words="They dropped the rule for small projects.")
    for somebody in (bob, layla):
        somebody.sees("They dropped the rule for small projects.", "what do you see differently now?")
    await layla.presses("What changed for me")
    await layla.fills("Tell", text="An objection can be heard without a quarrel.")
    layla.sees("An objection can be heard without a quarrel.")
    assert await rows(slack.stage, RequestRow.phase) == ["ended"]
    assert slack.is_clean()

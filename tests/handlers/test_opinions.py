"""Opinion requests from the question to what comes of it, with voices from both platforms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.playground import Playground
from handlers.library.rows import LibraryItemRow
from handlers.opinions.rows import ContributionRow, ParticipantRow, ParticipationRow, RequestRow, SecretRow, SheetRow
from tests.kit.cast import Cast, count, rows
from tests.kit.people import Person
from tests.kit.requests import LINE, QUESTION, moves_on, opens, votes, writes

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


@pytest.mark.both_databases
async def test_a_request_from_its_question_to_what_comes_of_it(slack: Cast, person: At) -> None:
    ann, bob, priya = slack.lead, slack.member, slack.other
    layla, wei, anil = person("layla"), person("wei"), person("anil")
    await ann.types(LINE)
    ann.sees("Asked by The board.", "Statements, a draft, a vote", "Ann Keller speaks for us", "Nobody else sees this yet.")
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
        somebody.sees("The response is not ratified.", "1 objection is open.", "sent with the dissent annex", in_place=True)
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
    ann.sees("people who took part hear of it.", "what do you see differently now?")
    await ann.presses("What changed for me")
    await ann.fills("Tell", text="I ask sooner.")
    ann.sees("I ask sooner.")
    assert len(await rows(slack.stage, LibraryItemRow.id)) == 1
    await bob.presses("Read the response", on="Thank you to all who took part.")
    bob.sees("What came of it", "What they answered:", "Sent to: By mail to the board's secretary.")
    await layla.presses("What changed for me")
    await layla.fills("Tell", text="An objection can be heard without a quarrel.")
    layla.sees("An objection can be heard without a quarrel.", "I ask sooner.")
    assert await rows(slack.stage, RequestRow.phase) == ["ended"]
    assert slack.is_clean()


# -- opening -------------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_all_that_holds_can_be_changed_until_somebody_answers_then_it_becomes_stricter(cast: Cast) -> None:
    lead, member = cast.lead, cast.member
    await lead.types("/opinion-request")
    await lead.fills("Show me what holds", question="Do we adapt?", by="2026-03-20")
    lead.sees("Please leave at least 24 hours until then.")
    await lead.fills("Show me what holds", by="2026-03-21")
    lead.sees("We ask ourselves.", "rapid, with a lower bar", "passes when two thirds support it;")
    await lead.presses("Change")
    await lead.fills("Save", on="2026-04-20", rule="Two thirds, and no open objection", background="The tool is gone.")
    lead.sees("two thirds support it and no objection is open")
    await lead.presses("Open it")
    member.sees("Do we adapt?", in_place=True)

    await lead.presses("Look after it")
    await lead.presses("Change what holds")
    lead.sees("Nobody has answered yet, so everything can be changed.")
    await lead.fills("Save", question="How do we adapt?", quorum="20")
    member.sees("How do we adapt?", "What holds was changed.", in_place=True)
    await writes(member, "I try something else.")

    await lead.presses("Change what holds")
    lead.sees("what was promised can only become stricter")
    await lead.fills("Save", quorum="10")
    lead.sees("The quorum can only be raised.")
    await lead.fills("Save", quorum="50", question="Something else?")
    lead.sees("People have answered this question, so its words stay.")
    await lead.fills("Save", question="How do we adapt?", is_anonymous=["yes"] if cast.is_slack else "true")
    member.sees("Confidential until sent, anonymous after", in_place=True)
    assert await rows(cast.stage, RequestRow.quorum, RequestRow.is_anonymous) == [(50, True)]
    assert await rows(cast.stage, ContributionRow.person_id) == [None]
    assert cast.is_clean()


async def test_what_is_begun_in_a_place_is_set_up_in_ones_own_chat(slack: Cast) -> None:
    await slack.lead.types(f"{slack.mention} {LINE[1:]}", in_place=True)
    slack.lead.sees("Nobody else sees this yet.")
    slack.member.does_not_see("Nobody else sees this yet.")
    await slack.lead.presses("Discard")
    slack.lead.sees("Discarded. Nobody saw it.")
    assert await count(slack.stage, RequestRow) == 0


@pytest.mark.both_platforms
async def test_a_message_becomes_what_is_asked_about_from_its_menu(cast: Cast) -> None:
    said, asked = "The board wants every tool approved.\nFrom May on.", "Do we need more reviews?"
    for text in (said, asked):
        await cast.other.types(text, in_place=True)
    await cast.lead.picks_up("Ask for opinions on this", on=asked)
    assert (cast.values(cast.lead)["question"], cast.values(cast.lead)["background"]) == (asked, "")
    await cast.lead.picks_up("Ask for opinions on this", on="The board wants")
    assert (cast.values(cast.lead)["question"], cast.values(cast.lead)["background"]) == ("", said)
    assert await count(cast.stage, RequestRow) == 0, "nothing is kept before they say so"
    await cast.lead.fills("Show me what holds", question=QUESTION, by="2026-02-01", background=f"{said} All of them.")
    assert cast.values(cast.lead)["background"] == f"{said} All of them.", "a date that is over gives everything back"
    await cast.lead.fills("Show me what holds", by="2026-05-08")
    cast.lead.sees(QUESTION, "From May on. All of them.", "Nobody else sees this yet.")
    await cast.lead.presses("Open it")
    cast.member.sees(QUESTION, "From May on. All of them.", in_place=True)
    assert cast.is_clean()


async def test_a_shortcut_that_came_too_late_is_offered_by_a_button(slack: Cast) -> None:
    said = "The board wants every tool approved."
    await slack.other.types(said, in_place=True)
    await slack.other.types("学" * 1500, in_place=True)
    slack.stage.slack.faults.add("views.open", error="expired_trigger_id")
    await slack.lead.picks_up("Ask for opinions on this", on=said)
    await slack.lead.presses("Open the form", on="I was too slow to open the form")
    assert slack.values(slack.lead)["background"] == said
    slack.stage.slack.faults.add("views.open", error="expired_trigger_id")
    await slack.lead.begins("Write in my journal")
    await slack.lead.presses("Open the form", on="I was too slow to open the form")
    assert "text" in slack.values(slack.lead)
    slack.stage.slack.faults.add("views.open", error="expired_trigger_id")
    await slack.lead.picks_up("Ask for opinions on this", on="学学")
    slack.lead.sees("Please try it once more.")  # no button has room for so many words


@pytest.mark.both_platforms
async def test_what_can_be_begun_anywhere_opens_its_form(cast: Cast) -> None:
    offered = {each["label"] for each in cast.member.screen["anywhere"]}
    assert offered == {"Write in my journal", "Ask for an opinion", "Ask the community"}
    for label, field in (("Ask for an opinion", "by"), ("Ask the community", "question"), ("Write in my journal", "text")):
        await cast.member.begins(label, in_place=True)
        assert field in cast.values(cast.member)
        assert "background" not in cast.values(cast.member)
    await cast.member.fills("Save", text="From wherever I was.")
    cast.member.sees("Only you can read it")
    cast.other.does_not_see("From wherever I was.")
    assert cast.is_clean()


async def test_an_old_card_does_not_say_that_what_is_over_is_open(slack: Cast) -> None:
    await slack.lead.types(LINE)
    held = slack.lead.holds("Open it")
    await slack.lead.presses("Open it")
    await held()
    await slack.lead.presses("Look after it")
    await slack.lead.presses("Call it off")
    await slack.lead.fills("Call it off", reason="The rule is gone.")
    await held()
    slack.lead.sees("This has moved on, so nothing was changed.")
    assert await rows(slack.stage, RequestRow.phase) == ["cancelled"]


async def test_a_members_request_waits_for_a_lead(cast: Cast, person: At) -> None:
    other_lead = person("jurgen" if cast.is_slack else "ANN")
    await cast.member.types(LINE)
    await cast.member.presses("Propose it to the leads")
    cast.member.sees("The leads are asked.")
    cast.other.does_not_see(QUESTION)
    await cast.lead.presses("Change", on="would like to ask the community.")
    await cast.lead.fills("Save", speaker="The core group")
    await cast.lead.presses("Open it", on="The core group speaks for us")
    cast.other.sees(QUESTION, in_place=True)
    cast.member.sees("opened it.")
    other_lead.sees("opened it.")
    assert await rows(cast.stage, RequestRow.phase) == ["statements"]


async def test_a_member_takes_a_proposal_back_before_a_lead_opens_it(cast: Cast) -> None:
    await cast.member.types(LINE)
    await cast.member.presses("Propose it to the leads")
    held = cast.member.holds("Take it back")
    opens_it = cast.lead.holds("Open it", on="would like to ask the community.")
    await held()
    cast.member.sees("Taken back. The leads see that you did.")
    cast.lead.sees("took it back.")
    cast.lead.does_not_see("would like to ask the community.")
    assert await rows(cast.stage, RequestRow.phase) == []
    await held()
    cast.member.sees("It is gone already.")
    await opens_it()
    cast.other.does_not_see(QUESTION)


async def test_what_a_lead_has_opened_is_not_taken_back(slack: Cast) -> None:
    await slack.member.types(LINE)
    await slack.member.presses("Propose it to the leads")
    held = slack.member.holds("Take it back")
    await slack.lead.presses("Open it", on="would like to ask the community.")
    await held()
    assert await rows(slack.stage, RequestRow.phase) == ["statements"]


# -- sizes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_a_quick_one_is_one_poll_and_why(cast: Cast) -> None:
    lead, member, other = cast.lead, cast.member, cast.other
    await opens(lead, "/opinion-request Do we move? | 2026-04-10", size="Quick: one poll and why", options="Yes\nNo")
    for somebody, answer, why, printing in (
        (member, "Yes", "There is more light.", "Print them without my name"),
        (lead, "Yes", "", "Print them without my name"),
        (other, "No", "I would travel an hour.", "Print them with my name"),
    ):
        await somebody.presses("Answer and say why")
        await somebody.fills("Vote", position=answer, words=why, printing=printing)
        somebody.sees("Your ballot is counted.")
    await moves_on(lead, "Close the poll now")
    member.sees("3 people answered.", "2 (67%)", "1 (33%)", in_place=True)
    await lead.presses("See the draft", on="Here is a first draft")
    lead.sees("Reasons", "There is more light.", "Dissent", "I would travel an hour.", f"— {other.who.name}")
    await lead.presses("Edit the response", on="Here is a first draft")
    await lead.fills("Save as a new version", text="Two of three would move.")
    await moves_on(lead, "It is ready to send")
    await lead.presses("Say what we will do", on="The response is ready.")
    await lead.fills("Tell everybody", words="We look at the rooms together.")
    await member.presses("Read the response", on="Thank you to all who took part.")
    member.sees("Two of three would move.", "There is more light.", "Dissent", "I would travel an hour.", other.who.name)

    await cast.passes(days=31)
    lead.sees("Thirty days ago we said what we would do differently.", "We look at the rooms together.")
    await lead.presses("Tell what we did")
    await lead.fills("Tell all who took part", words="We looked, and stayed.")
    member.sees("We looked, and stayed.")
    assert cast.is_clean()


@pytest.mark.thorough
async def test_a_quick_one_grows_with_all_that_was_said(slack: Cast) -> None:
    await opens(slack.lead, "/opinion-request Do we move? | 2026-04-10", size="Quick: one poll and why")
    await slack.member.presses("Answer and say why")
    await slack.member.fills("Vote", position="I disagree", words="I would travel an hour.")
    await slack.lead.presses("Look after it")
    await slack.lead.presses("Make it larger")
    await slack.lead.fills("Go on like this", size="Full: with a map of opinions", on="2026-05-08")
    slack.other.sees("This goes further now.", in_place=True)
    await slack.other.presses("Answer statements", on="You are here: Statements")
    slack.other.sees("I would travel an hour.", "Bob O'Brien")
    assert await rows(slack.stage, RequestRow.size, RequestRow.phase) == [("full", "statements")]

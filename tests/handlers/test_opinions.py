"""Opinion requests from the question to what comes of it, with voices from both platforms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.playground import SLACK_PLACE, Playground, Somebody
from handlers.opinions.rows import ContributionRow, ParticipantRow, ParticipationRow, RequestRow, SecretRow, SheetRow
from tests.handlers.test_erase import everything
from tests.handlers.test_leading import confirms
from tests.handlers.test_linked_people import link
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
        await lead.presses("Change", on="Nobody else sees this yet.")
        await lead.fills("Save", **terms)
    await lead.presses("Open it")


async def writes(somebody: Person, text: str, **more: str) -> None:
    await somebody.presses("Write a statement")
    await somebody.fills("Submit", text=text, **more)
    somebody.sees("Your statement is in.")


async def moves_on(lead: Person, button: str) -> None:
    """Look after the request and end the phase."""
    await lead.presses("Look after it")
    await confirms(lead, button)()


async def votes(somebody: Person, position: str, words: str = "", printing: str = "Print them without my name") -> None:
    await somebody.presses("Vote on the response")
    await somebody.fills("Vote", position=position, words=words, printing=printing)


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


# -- opening -------------------------------------------------------------------------------------------------------------


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


# -- statements ----------------------------------------------------------------------------------------------------------


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


# -- the draft -----------------------------------------------------------------------------------------------------------


async def drafted(cast: Cast, *, line: str = LINE, **terms: object) -> None:
    """A request with one statement and its first draft."""
    await opens(cast.lead, line, **terms)
    await writes(cast.member, "We review each tool once a year.")
    await cast.other.presses("Answer statements", on="You are here: Statements")
    await cast.other.presses("Agree")
    await moves_on(cast.lead, "Close statements now")


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
    await lead.presses("Change it, vote again")
    await lead.fills("Ask everybody again", on="2026-04-08")
    member.sees("A new round", "Earlier ballots do not count.", "Small projects are exempt.")
    for somebody in (member, other, lead):
        await votes(somebody, "I support it as it is")
    await moves_on(lead, "Close the vote now")
    member.sees("The response is ratified.", "0 objections are open.", in_place=True)
    assert await rows(cast.stage, RequestRow.round, RequestRow.decision) == [(2, "ours")]
    assert cast.is_clean()


async def test_the_fallback_is_what_was_agreed(slack: Cast, person: At) -> None:
    await drafted(slack, fallback="Send it in the names of those who sign")
    await moves_on(slack.lead, "Put it to the vote now")
    await votes(slack.member, "I support it as it is")
    await moves_on(slack.lead, "Close the vote now")
    slack.member.sees("Too few voted.", "in the names of those who sign it", in_place=True)
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


async def test_what_is_not_ratified_may_stay_unsent(slack: Cast) -> None:
    await drafted(slack, fallback="Do not send it")
    await slack.stage.winder.advance(datetime(2026, 4, 9, tzinfo=UTC))
    slack.lead.sees("It was not ratified, so it is not sent.")
    await slack.stage.winder.advance(datetime(2026, 4, 12, tzinfo=UTC))
    slack.member.sees("The response was not ratified, and is not sent.")
    assert await rows(slack.stage, RequestRow.phase) == ["ended"]
    assert await rows(slack.stage, SheetRow.seat) == []


# -- sizes ---------------------------------------------------------------------------------------------------------------


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
    await moves_on(lead, "Close statements now")
    member.sees("3 people answered.", "Yes: 2 of 3.", "No: 1 of 3.", in_place=True)
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


# -- time and people -----------------------------------------------------------------------------------------------------


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

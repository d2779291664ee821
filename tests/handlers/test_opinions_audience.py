"""Who is invited to a request, and a chartered group that drafts it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.people.rows import PersonRow
from bot.playground import Playground
from handlers.opinions.rows import InvitedRow, ParticipantRow, RequestRow
from tests.handlers.test_linked_people import link
from tests.kit.cast import Cast, rows
from tests.kit.charters import starts_group
from tests.kit.people import Person
from tests.kit.requests import LINE, QUESTION, drafted, moves_on, opens, votes, writes

At = Callable[[str], Person]
NOT_ASKED = "This asks other people. You can read along"


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


async def prepares(lead: Person, **audience: object) -> None:
    """Type the three answers and choose who is invited, and who drafts."""
    await lead.types(LINE)
    await lead.presses("Who is invited", on="Nobody else sees this yet.")
    await lead.fills("Save", **audience)


async def id_of(stage: Playground, somebody: Person) -> str:
    return next(str(row.id) for row in await rows(stage, PersonRow) if row.name == somebody.who.name)


@pytest.mark.thorough
async def test_people_are_invited_by_name_and_the_quorum_counts_them(cast: Cast) -> None:
    lead, member, other = cast.lead, cast.member, cast.other
    await lead.types(LINE)
    await lead.presses("Who is invited", on="Nobody else sees this yet.")
    await lead.fills("Save", invited="The people whom I choose below")
    lead.sees("Please choose at least one person who is here.")
    await lead.fills("Save", named=[await id_of(cast.stage, lead), await id_of(cast.stage, member)])
    lead.sees("2 people are invited by name", "2 people have to vote")
    await lead.presses("Open it")
    member.sees("You are invited to say what you think.")
    other.sees("This asks 2 people by name. Everybody can read along.", in_place=True)
    other.does_not_see("You are invited to say what you think.")

    await other.presses("Write a statement", on="You are here: Statements")
    other.sees(NOT_ASKED)
    await other.presses("Answer statements", on="You are here: Statements")
    await other.types("/convene")
    other.does_not_see("Say what this changes in your practice, and answer what others say, one statement at a time. Until")
    await member.presses("Write a statement", on="You are invited to say what you think.")
    await member.fills("Submit", text="We would review each tool once a year.")
    assert len(await rows(cast.stage, ParticipantRow.person_id)) == 1

    await lead.presses("Look after it")
    await lead.presses("Who is invited")
    await lead.fills("Save", named=[await id_of(cast.stage, lead)])
    lead.sees("Nobody who is invited can be left out.")
    await lead.fills("Save", invited="Everybody", named=[])
    other.sees("What holds was changed.", "of us are invited", in_place=True)
    await writes(other, "A list of tools helps newcomers.")
    assert await rows(cast.stage, InvitedRow.person_id) == []
    assert cast.is_clean()


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_a_chartered_group_drafts_and_the_community_ratifies(slack: Cast, person: At) -> None:
    lead, bob, priya, layla = slack.lead, slack.member, slack.other, person("layla")
    await starts_group(bob, people=[await id_of(slack.stage, layla)])
    await drafted(slack)
    await lead.presses("Look after it")
    await lead.presses("Hand it over")
    await lead.fills("Hand it over", to="Retro circle")
    lead.sees("Retro circle looks after it now")
    for somebody in (bob, layla):
        somebody.sees("Retro circle drafts this response")
    await layla.presses("Look after it", on="Retro circle drafts this response")
    layla.sees("Retro circle drafts it")
    await layla.presses("See the draft")
    await layla.presses("Edit the response")
    await layla.fills("Save as a new version", text="We review each tool once a year. Small projects are exempt.")
    layla.sees("Saved as version 2.")
    priya.does_not_see("Edit the response")
    await bob.types("/convene")
    bob.sees("You look after this request.")
    await layla.types("/convene")
    layla.sees("Your group drafts this response.")

    await moves_on(bob, "Put it to the vote now")
    for somebody in (priya, lead, layla):
        await votes(somebody, "I support it as it is")
    await slack.stage.slack.deactivate_user("U0BOB")
    await slack.settle()
    layla.sees("You look after this request now.")
    await moves_on(layla, "Close the vote now")
    await layla.presses("It was sent", on="The response is ready.")
    await layla.fills("Tell everybody", words="By mail.")
    await priya.presses("Read the response", on="Thank you to all who took part.")
    priya.sees("Retro circle drafted it.", "Sent to: By mail.")
    assert slack.is_clean()


@pytest.mark.thorough
async def test_a_group_can_be_all_that_is_asked(slack: Cast, person: At) -> None:
    layla, wei = person("layla"), person("wei")
    await starts_group(slack.member, people=[await id_of(slack.stage, layla)])
    await prepares(slack.lead, invited="Retro circle", drafts="Retro circle")
    slack.lead.sees("the 2 people of Retro circle are invited", "Retro circle drafts it")
    await slack.lead.presses("Open it")
    layla.sees("You are invited to say what you think.", "Retro circle drafts this response")
    wei.sees("This asks the people of Retro circle.", QUESTION, in_place=True)
    await wei.presses("Ask what is unclear", on="You are here: Statements")
    wei.sees(NOT_ASKED)
    await slack.stage.winder.advance(slack.stage.winder.now().replace(day=27))
    layla.sees("This request needs your voice")
    wei.does_not_see("This request needs your voice")
    assert await rows(slack.stage, RequestRow.audience) == ["group"]


async def test_few_who_are_invited_cannot_be_anonymous(slack: Cast, person: At) -> None:
    await prepares(slack.lead)
    await slack.lead.presses("Change", on="Nobody else sees this yet.")
    await slack.lead.fills("Save", is_anonymous=["yes"])
    await slack.lead.presses("Who is invited", on="anonymous after it is sent")
    await slack.lead.fills("Save", invited="The people whom I choose below", named=[await id_of(slack.stage, slack.member)])
    slack.lead.sees("Only 1 person could vote here.")


@pytest.mark.thorough
async def test_whoever_asks_for_the_group_has_somebody_there(slack: Cast) -> None:
    await starts_group(slack.member)
    await opens(slack.lead)
    await slack.lead.presses("Look after it")
    await slack.lead.presses("Hand it over")
    await slack.stage.slack.deactivate_user("U0BOB")
    await slack.settle()
    await slack.lead.fills("Hand it over", to="Retro circle")
    slack.lead.sees("Nobody of this group is here now.")


@pytest.mark.thorough
async def test_two_who_are_one_are_invited_once(slack: Cast, person: At) -> None:
    layla = person("layla")
    ids = [await id_of(slack.stage, each) for each in (slack.member, layla, slack.other)]
    await prepares(slack.lead, invited="The people whom I choose below", named=ids)
    await slack.lead.presses("Open it")
    await link(slack.member, layla)
    assert len(await rows(slack.stage, InvitedRow.person_id)) == 2
    await slack.lead.presses("Look after it")
    slack.lead.sees("2 people are invited by name")
    await slack.member.types("/convene export")
    slack.member.sees("my-data")

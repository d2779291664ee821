"""What happens around a poll while it is open: places come and go, people leave, are linked or are guests, communities join."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.clock import WoundClock
from bot.people.rows import PersonRow
from bot.playground import Playground
from handlers.polls.ballot_rows import BallotRow, ParticipationRow, SecretVoterRow, VoteRow
from handlers.polls.rows import PollRow
from tests.handlers.test_community import at, born, empty
from tests.handlers.test_connect import code_of
from tests.handlers.test_linked_people import link
from tests.handlers.test_polls import FORM, asks
from tests.kit.cast import Cast, count, rows
from tests.kit.people import Person

__all__ = ["at", "empty"]

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


async def closes(lead: Person, question: str) -> None:
    await lead.types("/convene")
    await lead.presses("See all and my vote", on=question)
    await lead.presses("Close, extend, change", on=question)
    await lead.presses("Close it now", on=question)


# -- places --------------------------------------------------------------------------------------------------------------


async def test_a_place_that_joins_later_gets_the_card_and_the_result(slack: Cast) -> None:
    await slack.lead.types("/poll Lunch? | Pizza | Sushi")
    await slack.member.presses("Pizza", on="Choose one.")
    slack.stage.slack.add_channel("C0LATE", "latecomers", [slack.lead.who.account, slack.other.who.account], bot=False)
    await slack.stage.slack.invite_bot(slack.lead.who.account, "C0LATE")
    await slack.settle()
    late = [m["plain"] for c in slack.other.screen["conversations"] if c["id"] == "C0LATE" for m in c["messages"]]
    assert sum("1 person has voted." in each for each in late) == 1
    await closes(slack.lead, "Lunch?")
    late = [m["plain"] for c in slack.other.screen["conversations"] if c["id"] == "C0LATE" for m in c["messages"]]
    assert sum("Result: Lunch?" in each for each in late) == 1


async def test_a_place_that_was_not_chosen_gets_nothing_and_a_chosen_one_that_comes_back_gets_its_card(slack: Cast, person: At) -> None:
    await slack.lead.types("/poll")
    dialog = slack.lead.screen["dialog"]
    assert dialog is not None
    places = next(control for control in dialog["controls"] if control["name"] == "places")["options"]
    here = next(each["value"] for each in places if "practice" in each["label"])
    await slack.lead.fills("Show me the preview", question="Only here?", places=[here], **FORM)
    await slack.lead.presses("Post it")
    await slack.archives_place()
    await slack.stage.slack.unarchive_channel(slack.member.place)
    await slack.stage.slack.invite_bot(slack.lead.who.account, slack.member.place)
    await slack.settle()
    slack.member.sees("Only here?", in_place=True)
    person("layla").does_not_see("Only here?")
    await slack.lead.presses("Close, extend, change", on="Only here?")
    await slack.lead.presses("Close it now", on="Only here?")
    slack.member.sees("Result: Only here?", in_place=True)
    person("layla").does_not_see("Only here?")


# -- people --------------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_the_vote_of_somebody_who_has_left_counts_and_nobody_waits_for_the_others(slack: Cast, person: At) -> None:
    await asks(slack.lead, "All in?", closes_when_all_voted=["yes"], **FORM)
    await slack.member.presses("Pizza", on="All in?")
    for name in ("ANN", "HANAKO", "jurgen", "layla", "wei", "anil"):
        await person(name).presses("Soup", on="All in?")
    await slack.stage.slack.deactivate_user(slack.member.who.account)
    await slack.settle()
    slack.other.does_not_see("Result: All in?")
    await slack.stage.slack.deactivate_user(slack.other.who.account)
    await slack.settle()
    slack.lead.sees("Result: All in?", "7 people voted.", "Most for Soup.", in_place=True)
    await slack.lead.presses("See all of it", on="Result: All in?")
    await slack.lead.presses("Get it as a table")
    slack.lead.sees("Names are in it")


async def test_a_poll_whose_poser_has_left_is_closed_by_a_lead_and_asks_nobody_what_comes_of_it(slack: Cast) -> None:
    await asks(slack.member, "What now?", is_decision=["yes"], **FORM)
    await slack.other.presses("Soup", on="What now?")
    await slack.stage.slack.deactivate_user(slack.member.who.account)
    await slack.settle()
    await closes(slack.lead, "What now?")
    slack.other.sees("Result: What now?", in_place=True)
    slack.lead.does_not_see("What do we do with this?")


@pytest.mark.thorough
@pytest.mark.parametrize("is_anonymous", [False, True], ids=["open", "anonymous"])
async def test_two_accounts_that_are_one_person_have_one_vote_the_later_one(stage: Playground, person: At, is_anonymous: bool) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    more = {"is_anonymous": ["yes"]} if is_anonymous else {}
    await asks(ann, "Lunch?", **FORM, **more)
    for name in ("PRIYA", "HANAKO", "wei", "anil", "BOB"):
        await person(name).presses("Pizza", on="Lunch?")
    await stage.winder.advance(stage.winder.now() + timedelta(minutes=5))
    await layla.presses("Soup", on="Lunch?")
    await link(bob, layla)
    for chat in (bob, layla):
        chat.sees("where you had voted with both, the later vote counts")
    if not is_anonymous:
        ann.sees("5 people have voted.", in_place=True)
    await bob.presses("See all and my vote", on="Lunch?")
    bob.sees("Soup")
    assert await count_of(stage, SecretVoterRow if is_anonymous else VoteRow) == 5
    await ann.presses("Close, extend, change", on="Lunch?")
    await ann.presses("Close it now", on="Lunch?")
    ann.sees("Result: Lunch?", "5 people voted.", in_place=True)
    if is_anonymous:
        assert [await count_of(stage, row) for row in (BallotRow, ParticipationRow)] == [5, 5]
    else:
        ann.sees("1 (20%)", in_place=True)


async def test_who_has_voted_with_no_account_hears_nothing_of_votes(stage: Playground, person: At) -> None:
    await person("ANN").types("/poll Lunch? | Pizza | Sushi")
    await link(person("BOB"), person("layla"))
    person("BOB").does_not_see("the later vote counts")


@pytest.mark.thorough
async def test_a_linked_pair_was_the_last_that_everybody_waited_for(stage: Playground, person: At) -> None:
    await asks(person("ANN"), "All in?", closes_when_all_voted=["yes"], **FORM)
    for name in ("ANN", "BOB", "HANAKO", "PRIYA", "jurgen", "wei", "anil"):
        await person(name).presses("Soup", on="All in?")
    person("ANN").does_not_see("Result: All in?")
    await link(person("BOB"), person("layla"))
    person("ANN").sees("Result: All in?", "7 people voted.", in_place=True)


async def test_guests_vote_and_ask_and_manage_only_their_own(stage: Playground, person: At) -> None:
    stage.slack.ws.users[person("PRIYA").who.account].is_guest = True
    ann, guest = person("ANN"), person("PRIYA")
    await ann.types("/poll Lunch? | Pizza | Sushi")
    await guest.presses("Pizza", on="Choose one.")
    guest.sees("Counted:")
    await guest.presses("See all and my vote", on="Choose one.")
    assert "Close, extend, change" not in guest.reads()
    await guest.types("/poll Tea? | Green | Black")
    guest.sees("Your poll is open in:")
    await guest.presses("Close, extend, change", on="Tea?")
    await guest.presses("Close it now", on="Tea?")
    ann.sees("Result: Tea?", in_place=True)


# -- time ----------------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_votes_at_the_closing_second(cast: Cast, person: At, clock: WoundClock) -> None:
    elsewhere = person("layla" if cast.is_slack else "BOB")
    closing = datetime(2026, 3, 20, 16, 0, tzinfo=UTC)
    await asks(cast.lead, "Now?", on="2026-03-20", at="17:00", **FORM)
    await cast.stage.winder.advance(closing - timedelta(seconds=1))
    clock.wind(closing - timedelta(seconds=1))
    await cast.member.presses("Pizza", on="Now?")
    cast.member.sees("Counted:")
    await cast.other.presses("See all and my vote", on="Now?")
    late, later = elsewhere.holds("Soup", on="Now?"), cast.other.holds("Soup", on="Now?")
    clock.wind(closing)
    await late()
    elsewhere.sees("This poll is over, so nothing was changed.")
    await cast.stage.winder.advance(closing + timedelta(minutes=1))
    await later()
    cast.other.sees("This poll is over, so nothing was changed.")
    elsewhere.sees("Result: Now?", "1 person voted.", in_place=True)
    assert await count(cast.stage, VoteRow) == 1


# -- communities ---------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_two_communities_that_join_bring_their_open_polls_along(empty: Playground, at: At) -> None:
    ann, bob, jurgen, layla = at("ANN"), at("BOB"), at("jurgen"), at("layla")
    slack = [ann, bob, at("PRIYA"), at("HANAKO")]
    teams = [jurgen, layla, at("wei"), at("anil")]
    for lead, others in ((ann, slack), (jurgen, teams)):
        await born(empty, lead)
        for each in others:
            await each.types("/convene")
    await bob.types("/poll Here? | Yes | No")
    await at("PRIYA").presses("Yes", on="Here?")
    await layla.types("/poll There? | Yes | No")
    await at("wei").presses("No", on="There?")

    mention = "@Convene"
    await jurgen.types(f"{mention} /convene connect {await code_of(ann)}", in_place=True)
    await jurgen.presses("Join our places", on="This code is from")
    await ann.presses("Agree", on="wants to bring")
    await empty.winder.settle()
    layla.sees("Here?", in_place=True)
    bob.sees("There?", in_place=True)
    await layla.presses("Yes", on="Here?")
    await bob.presses("No", on="There?")
    for somebody in (bob, layla):
        somebody.sees("2 people have voted.", in_place=True)
    assert len(set(await rows(empty, PollRow.community_id))) == 1
    await bob.presses("Close, extend, change", on="Here?")
    await bob.presses("Close it now", on="Here?")
    layla.sees("Result: Here?", "2 people voted.", in_place=True)


@pytest.mark.thorough
async def test_an_anonymous_poll_keeps_its_ballots_when_its_community_joins_another(empty: Playground, at: At) -> None:
    ann, jurgen, bob = at("ANN"), at("jurgen"), at("BOB")
    slack = [ann, bob, at("PRIYA"), at("HANAKO")]
    await born(empty, ann)
    await born(empty, jurgen)
    for each in (*slack, jurgen, at("layla"), at("wei"), at("anil")):
        await each.types("/convene")
    empty.slack.add_user("U0EVE", "Eve Stone", zone="Europe/Berlin")
    await empty.slack.join_channel("U0EVE", bob.place)
    await empty.slack.opens_home("U0EVE")
    await empty.settle()
    await asks(bob, "Do we trust?", kind="agreement", is_anonymous=["yes"])
    for each in (ann, at("PRIYA"), at("HANAKO")):
        await each.presses("I agree", on="Do we trust?")
    await ann.types(f"@convene /convene connect {await code_of(jurgen)}", in_place=True)
    await ann.presses("Join our places", on="This code is from")
    await jurgen.presses("Agree", on="wants to bring")
    await empty.winder.settle()
    for each in (at("layla"), at("wei")):
        each.sees("Confidential until close, anonymous after", in_place=True)
        await each.presses("I disagree", on="Do we trust?")
    await ann.presses("I disagree strongly", on="Confidential until close")
    ann.sees("Changed to:")
    assert await count_of(empty, SecretVoterRow) == 5
    await bob.presses("Close, extend, change", on="Do we trust?")
    await bob.presses("Close it now", on="Do we trust?")
    at("layla").sees("Result: Do we trust?", "5 people voted.", in_place=True)
    assert [await count_of(empty, row) for row in (BallotRow, ParticipationRow, SecretVoterRow)] == [5, 5, 0]
    assert await count(empty, PersonRow) == 9


async def count_of(stage: Playground, row: type) -> int:
    return len(await rows(stage, row.poll_id))  # type: ignore[attr-defined]

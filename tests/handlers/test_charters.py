"""Groups and projects from their question to what came of it, with people on both platforms."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core.context import Context
from bot.core.registry import Registry
from bot.data import scope
from bot.people.rows import CommunityRow, PersonRow
from bot.people.store import members
from bot.people.values import Community
from bot.playground import Playground
from handlers import features
from handlers.charters import flows, store
from handlers.charters.charter import Charter
from handlers.charters.rows import CharterRow, EndorsementRow, ReportAnswerRow
from handlers.charters.rules import Kind, State
from tests.handlers.test_erase import erases
from tests.handlers.test_linked_people import link
from tests.kit.cast import Cast, confirms, rows
from tests.kit.crowds import heard
from tests.kit.people import Person

At = Callable[[str], Person]
T = TypeVar("T")
GROUP = {"name": "Retro circle", "goal": "How do we learn from small mishaps?", "ends_on": "2026-06-30"}
BETTER = "Better together: we face the same job and share it"
PROJECT = {"name": "Shorter handovers", "goal": "What makes a handover short and safe?", "work": "Research", "ends_on": "2026-09-30"}


@pytest.fixture(params=["slack", "teams"])
def cast(request: pytest.FixtureRequest, stage: Playground, person: At) -> Cast:
    return Cast.of(stage, request.param, person)


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


async def starts_group(somebody: Person, **draft: object) -> None:
    """From the directory to the announcement."""
    await somebody.types("/charter")
    await somebody.presses("Start one")
    somebody.sees("Is it more than a member can give in passing?")
    await somebody.presses("A practice group")
    await somebody.fills("Announce it", **{**GROUP, "reason": BETTER, **draft})


async def test_a_group_is_announced_at_once_in_all_places(cast: Cast, person: At) -> None:
    elsewhere = person("layla" if cast.is_slack else "BOB")
    await cast.member.types("/charter")
    cast.member.sees("There is none yet.")
    await starts_group(cast.member)
    cast.member.sees("Announced in:")
    for somebody in (cast.other, elsewhere):
        somebody.sees("Retro circle", "How do we learn from small mishaps?", BETTER, "The team is at work", in_place=True)
    await cast.other.types("/charter")
    cast.other.sees("Groups and projects", "Retro circle", f"Ask {cast.member.who.name}.", "Last heard on")
    await cast.other.presses("See Retro circle")
    cast.other.sees("Reports", "Never by itself")
    assert await rows(cast.stage, CharterRow.state) == ["active"]
    assert cast.is_clean()


async def drafts_project(somebody: Person, **draft: object) -> None:
    """From the directory to a draft that nobody else sees."""
    await somebody.types("/charter")
    await somebody.presses("Start one")
    await somebody.presses("A project")
    await somebody.fills("Keep the draft", **{**PROJECT, **draft})


async def publishes(lead: Person, days: str = "7") -> None:
    await lead.presses("Publish it")
    await lead.fills("Publish it", days=days)


@pytest.mark.both_databases
async def test_a_project_from_its_question_to_what_came_of_it(slack: Cast, person: At) -> None:
    ann, bob, priya, hanako = slack.lead, slack.member, slack.other, person("HANAKO")
    layla, wei, anil, jurgen = person("layla"), person("wei"), person("anil"), person("jurgen")
    clock = slack.stage.winder

    # Three minutes, and it can be proposed; the rest comes later.
    await drafts_project(bob, seats="Interviewer | patient\nWriter")
    bob.sees("Nobody else sees this yet.", "Still empty:")
    ann.does_not_see("Shorter handovers")
    await bob.presses("Name, goal, scope")
    await bob.fills("Save", scope_in="Handovers between shifts.")
    await bob.presses("Hours, budget, sponsor")
    await bob.fills("Save", hours="2 hours a week each", budget="300 for travel", sponsor=jurgen.who.name)
    await bob.presses("Propose it")
    bob.sees("A lead publishes it, and you hear of it.")
    layla.does_not_see("Shorter handovers")
    ann.sees("Bob O'Brien proposes this.")
    await ann.presses("Publish it")
    await ann.fills("Publish it", days="7")
    bob.sees("Ann Keller published it.")
    for somebody in (priya, layla):
        somebody.sees("Shorter handovers", "0 people support it", "2 open seats:", in_place=True)

    # The community says what it thinks; the sponsor confirms only what they pay.
    for somebody in (priya, layla):
        await somebody.presses("Support", on="2 open seats:")
        somebody.sees("Noted:")
    await wei.presses("Support on a condition", on="2 open seats:")
    await wei.fills("Say it", why="The night shift is asked first.")
    await anil.presses("Concern", on="2 open seats:")
    await anil.fills("Say it", why="Another group works on this.")
    layla.sees("2 people support it, 1 on a condition, 1 has a concern.", in_place=True)
    bob.sees("2 members wait for your answer.", "The night shift is asked first.", "Another group works on this.")
    await bob.presses(f"Answer {wei.who.name}")
    await bob.fills("Answer", answer="We ask them first.")
    wei.sees("We ask them first.", "If that settles it, you can support it now.")
    await wei.presses("Support", on="We ask them first.")
    layla.sees("3 people support it", in_place=True)
    jurgen.sees("You are named as its sponsor.", "300 for travel")
    await jurgen.presses("Confirm what I pay")
    await jurgen.fills("Tell them", words="The hours, and 200 for travel.")
    bob.sees("confirms what they pay.", "The hours, and 200 for travel.")

    await clock.advance(clock.now() + timedelta(days=7, minutes=2))
    for somebody in (priya, layla):
        somebody.sees("The community endorsed it.", in_place=True)
    await bob.presses("Confirm it")
    bob.sees("Confirmed. The community has chartered it.")

    # Seats stood in all places for three working days; they are asked for with a line.
    layla.sees("Seats are shown to everybody before one is given.", in_place=True)
    await layla.presses("Ask for: Interviewer", on="Seats are shown to everybody")
    await layla.fills("Ask", line="I did ten such interviews.")
    await hanako.presses("Ask for: Interviewer", on="Seats are shown to everybody")
    await hanako.fills("Ask", line="I like to listen.")
    hanako.sees("2 people have asked", in_place=True)
    hanako.does_not_see("I did ten such interviews.")
    bob.sees("I did ten such interviews.", "I like to listen.")
    await bob.presses("Give it to ليلى حداد")
    layla.sees("The seat is yours: Interviewer.")
    await bob.presses(f"Thank {hanako.who.name}")
    hanako.sees("Thank you for asking.")
    await bob.types("/charter hand")
    await bob.presses("See Shorter handovers")
    await bob.presses("Look after it")
    await bob.presses("Begin the work")
    priya.sees("The work begins.", in_place=True)

    # Reports on the rhythm, answers, and what they change.
    await bob.presses("See all of it", on="The work begins.")
    await bob.presses("Look after it")
    await bob.presses("Report")
    await bob.fills("Tell everybody", done="Five interviews.", ask="Who knows the night shift?")
    for somebody in (priya, anil):
        somebody.sees("Five interviews.", "Who knows the night shift?", in_place=True)
    await anil.presses("Offer help", on="Five interviews.")
    await anil.fills("Tell the team", words="I do, and introduce you.")
    await priya.presses("Well done", on="Five interviews.")
    anil.sees("Well done: 1, 1 answer in words", in_place=True)
    bob.sees("I do, and introduce you.")
    await bob.presses("Say what you change")
    await bob.fills("Tell who answered", changed="We meet them on Tuesday.")
    for somebody in (priya, anil):
        somebody.sees("The team read the answers to its report, yours too.", "We meet them on Tuesday.")
    await clock.advance(clock.now() + timedelta(days=30))
    bob.sees("It is time to tell the community how it goes.")

    # Results, the library, and everybody who had a hand in it hears, each once.
    await bob.presses("Look after it", on="It is time to tell the community how it goes.")
    await bob.presses("Bring back results")
    await bob.fills("Tell everybody", found="A list of five points halves the time.", asset="The checklist")
    for somebody in (priya, layla, wei, anil, hanako, jurgen):
        somebody.sees("Results: Shorter handovers", in_place=True)
        assert somebody.count("You had a hand in it. This is what came of it:") == 1
    ann.does_not_see("You had a hand in it.")
    await wei.presses("Read it in the library", on="You had a hand in it.")
    wei.sees("A list of five points halves the time.", "ليلى حداد")
    await ann.types("/charter")
    await ann.presses("All of them as a page")
    await ann.presses("See Shorter handovers")
    await ann.presses("Take it along")
    ann.sees("Groups and projects, as two files.", "Shorter handovers, as two files.")
    pages = [file.content or b"" for file in slack.stage.slack.ws.files.values() if file.name == "charter.pdf"]
    overview, page = (" ".join("".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages).split()) for pdf in pages)
    for text in ("Jürgen Groß", "The hours, and 200 for travel.", "A list of five points halves the time."):
        assert text in page
        assert text in overview
    assert "We meet them on Tuesday." in page
    assert "fewer than 5" in page

    await bob.presses("Close it with thanks")
    await bob.fills("Thank everybody", lessons="Begin with the night shift.")
    for somebody in (priya, layla):
        somebody.sees("Closed with thanks: Shorter handovers", "ليلى حداد", "Begin with the night shift.", in_place=True)
    assert await rows(slack.stage, CharterRow.state) == ["closed"]
    assert slack.is_clean()


# -- endorsement ---------------------------------------------------------------------------------------------------------


async def publish_own(lead: Person, **draft: object) -> None:
    """A lead of the community writes a project and publishes it."""
    await drafts_project(lead, **draft)
    await publishes(lead)


async def test_what_does_not_pass_is_a_draft_again_and_says_why(cast: Cast, person: At) -> None:
    elsewhere = person("layla" if cast.is_slack else "BOB")
    await publish_own(cast.lead)
    await cast.lead.presses("Support", on="Being endorsed")
    cast.lead.sees("You lead this. Your word comes at the end")
    await cast.member.presses("Support", on="Being endorsed")
    await cast.member.presses("Support", on="Being endorsed")
    cast.member.sees("It stands as it was:")
    await elsewhere.presses("Support on a condition", on="Being endorsed")
    await elsewhere.fills("Say it", why="We see a first result by May.")
    cast.other.sees("1 person supports it, 1 on a condition, 0 have a concern.", in_place=True)
    await cast.other.presses("Support on a condition", on="Being endorsed")
    form_is_open = cast.other

    await cast.passes(days=7, minutes=2)
    for somebody in (cast.member, elsewhere):
        somebody.sees(
            "It is not endorsed, and its lead can work on it.",
            "It needs at least three who support it.",
            "Not every condition was answered.",
            in_place=True,
        )
    await form_is_open.fills("Say it", why="Only in spring.")
    form_is_open.sees("The endorsement has ended meanwhile, so nothing was changed.")
    cast.lead.sees("It did not pass this time.")
    await cast.lead.presses("See all of it", on="It did not pass this time.")
    cast.lead.sees("We see a first result by May.")
    await cast.lead.presses("Look after it", on="It did not pass this time.")
    await publishes(cast.lead)
    cast.other.sees("0 people support it", in_place=True)
    assert await rows(cast.stage, CharterRow.state, CharterRow.round) == [("endorsing", 2)]
    assert cast.is_clean()


async def test_another_goal_asks_everybody_again_and_other_changes_are_told(cast: Cast, person: At) -> None:
    elsewhere = person("layla" if cast.is_slack else "BOB")
    await publish_own(cast.lead)
    for somebody in (cast.member, cast.other, elsewhere):
        await somebody.presses("Support", on="Being endorsed")
    await cast.passes(days=7, minutes=2)
    await cast.lead.presses("Confirm it")
    cast.member.sees("The work begins.", in_place=True)

    await cast.lead.presses("Look after it", on="Confirmed.")
    await cast.lead.presses("Deliverables, measures")
    await cast.lead.fills("Save", measures="Minutes per handover.")
    cast.lead.sees("All who had a hand in it see what changed.")
    for somebody in (cast.member, elsewhere):
        somebody.sees("Its leads changed this:", "Measures: (empty) → Minutes per handover.")
    assert await rows(cast.stage, CharterRow.state) == ["active"]

    await cast.lead.presses("Look after it", on="All who had a hand in it")
    await cast.lead.presses("Name, goal, scope")
    await cast.lead.fills("Save", goal="What makes a handover safe?")
    cast.lead.sees("Everybody is asked for endorsement again.")
    elsewhere.sees("What it is about has changed", "→ What makes a handover safe?", in_place=True)
    await elsewhere.presses("Support", on="What it is about has changed")
    elsewhere.sees("1 person supports it", in_place=True)
    await cast.member.types("/charter")
    await cast.member.presses("See Shorter handovers")
    await cast.member.presses("What changed")
    cast.member.sees("Version 2", "Version 3")
    assert await rows(cast.stage, CharterRow.state, CharterRow.round) == [("endorsing", 2)]
    assert cast.is_clean()


async def test_two_who_edit_at_once_lose_nothing(slack: Cast, person: At) -> None:
    jurgen = person("jurgen")
    await drafts_project(slack.member)
    await slack.member.presses("Propose it")
    await jurgen.presses("See all of it", on="proposes this.")
    await jurgen.presses("Look after it")
    await jurgen.presses("Name, goal, scope")
    await slack.member.presses("Look after it", on="Proposed.")
    await slack.member.presses("Name, goal, scope")
    await slack.member.fills("Save", scope_in="Between shifts.")
    await jurgen.fills("Save", scope_in="Between wards.")
    jurgen.sees("Somebody has changed this meanwhile.", "It says now: Between shifts.")
    await jurgen.fills("Save", scope_in="Between shifts and wards.")
    await jurgen.types("/charter")
    await jurgen.presses("See Shorter handovers")
    jurgen.sees("Between shifts and wards.")
    assert slack.is_clean()


async def test_a_long_scope_is_shown_whole_and_kept_whole(cast: Cast) -> None:
    scope_in = "最初 " + "<b>学</b> & _x_ " * 200 + "最後"
    await drafts_project(cast.lead, goal="学" * 3000, name="ليلى " * 16)
    await cast.lead.presses("Name, goal, scope")
    assert cast.values(cast.lead)["goal"] == "学" * 3000
    await cast.lead.fills("Save", scope_in=scope_in[:3000], scope_out="x" * 3000)
    await publishes(cast.lead)
    cast.member.sees("学" * 200, in_place=True)
    await cast.member.presses("See all of it", on="Being endorsed")
    cast.member.sees("最初 <b>学</b> & _x_", "学" * 400)
    assert cast.is_clean()


async def test_a_group_that_asks_for_hours_is_endorsed_first(slack: Cast) -> None:
    await starts_group(slack.member, hours="2 hours a week each")
    slack.member.sees("A lead publishes it, and you hear of it.")
    slack.other.does_not_see("Retro circle")
    await slack.lead.presses("Give it back")
    await slack.lead.fills("Give it back", why="Please ask for one hour.")
    slack.member.sees("gives it back to its lead as a draft", "Please ask for one hour.")
    assert await rows(slack.stage, CharterRow.state) == ["draft"]
    await slack.member.presses("Look after it", on="Please ask for one hour.")
    await slack.member.presses("Propose it")
    await publishes(slack.lead)
    slack.other.sees("Retro circle", "Being endorsed", in_place=True)


# -- seats ---------------------------------------------------------------------------------------------------------------


async def test_no_seat_is_given_before_everybody_saw_it(cast: Cast, person: At) -> None:
    elsewhere = person("layla" if cast.is_slack else "BOB")
    await starts_group(cast.member, seats="1", people=[])
    elsewhere.sees("1 open seat:", "Member: nobody has asked yet", in_place=True)
    for somebody, line in ((elsewhere, "I learn from mine."), (cast.other, "Me too.")):
        await somebody.presses("Ask for: Member", on="1 open seat:")
        await somebody.fills("Ask", line=line)
        somebody.sees("You asked for this seat: Member.", "at the earliest")
    cast.member.sees("Seats can be given from", "I learn from mine.")
    assert f"Give it to {elsewhere.who.name}"[:30] not in cast.member.reads()

    await cast.stage.winder.advance(datetime(2026, 3, 25, 22, 59, tzinfo=UTC))
    await cast.member.presses("See who asks now")
    assert "Give it to" not in cast.member.reads()
    await cast.stage.winder.advance(datetime(2026, 3, 25, 23, 1, tzinfo=UTC))
    await cast.member.presses("See who asks now")
    gives_other = cast.member.holds(f"Give it to {cast.other.who.name}")
    await cast.member.presses(f"Give it to {elsewhere.who.name}")
    elsewhere.sees("The seat is yours: Member.")
    await gives_other()
    cast.member.sees("No seat of this kind is open. They stay on the waiting list.")
    await confirms(elsewhere, "Leave the team")()
    cast.member.sees(f"{elsewhere.who.name} has left the team.")
    cast.other.sees("1 open seat:", "1 person has asked", in_place=True)
    await cast.other.types("/charter")
    await cast.other.presses("See Retro circle")
    await cast.other.presses("Ask no more")
    cast.other.sees("nobody has asked yet", in_place=True)
    assert cast.is_clean()


async def test_following_is_not_joining(slack: Cast, person: At) -> None:
    layla = person("layla")
    await starts_group(slack.member)
    await layla.types("/charter")
    await layla.presses("See Retro circle")
    await layla.presses("Follow it")
    layla.sees("You hear of it from now on.")
    await slack.member.presses("Look after it")
    await slack.member.presses("Bring back results")
    await slack.member.fills("Tell everybody", found="Small mishaps are cheap lessons.")
    layla.sees("You had a hand in it.", "Small mishaps are cheap lessons.")


async def test_named_people_hear_of_it_and_can_leave(cast: Cast) -> None:
    await starts_group(cast.member, people=await _ids(cast, cast.other))
    cast.other.sees("named you as one of the team.")
    cast.lead.sees(cast.other.who.name, in_place=True)
    await cast.other.presses("Leave the team")
    cast.member.sees(f"{cast.other.who.name} has left the team.")


async def _ids(cast: Cast, *wanted: Person) -> list[str]:
    found = await rows(cast.stage, PersonRow.name, PersonRow.id)
    return [str(ident) for name, ident in found if name in {each.who.name for each in wanted}]


# -- whose it is, and every other end ------------------------------------------------------------------------------------


async def test_whoever_stands_in_leads_when_the_lead_leaves_and_then_the_leads_are_asked(slack: Cast, person: At) -> None:
    layla, bob = person("layla"), slack.member
    await starts_group(bob)
    await bob.presses("Look after it")
    await bob.presses("Team and open seats")
    await bob.fills("Save", co_lead=layla.who.name)
    slack.other.sees(layla.who.name, in_place=True)
    await slack.stage.slack.deactivate_user(bob.who.account)
    await slack.settle()
    layla.sees("Its lead has left, so you lead it now.")
    await layla.presses("Look after it", on="Its lead has left")
    await layla.presses("Hand it over")
    await layla.fills("Hand it over", to=slack.other.who.name)
    slack.other.sees(f"{layla.who.name} has handed this over to you.")
    await slack.stage.slack.deactivate_user(slack.other.who.account)
    await slack.settle()
    slack.lead.sees("Its lead has left, and nobody stands in.")
    taken_too = person("jurgen").holds("Take it on")
    await slack.lead.presses("Take it on")
    slack.lead.sees("You lead this now.")
    await taken_too()
    person("jurgen").sees("Ann Keller leads it now.")


async def test_a_lead_who_is_erased_leaves_no_draft_and_somebody_to_ask(slack: Cast, person: At) -> None:
    bob = slack.member
    await drafts_project(bob)
    await starts_group(bob)
    await erases(bob)
    assert await rows(slack.stage, CharterRow.state) == ["active"]
    for lead in (slack.lead, person("jurgen")):
        lead.sees("Its lead has left, and nobody stands in.")
    slack.other.sees("Nobody yet", in_place=True)


async def test_a_team_asks_for_support(cast: Cast) -> None:
    await starts_group(cast.member)
    await cast.member.presses("Look after it")
    await cast.member.presses("Ask for support")
    await cast.member.fills("Ask", words="We have no room on Tuesdays.")
    cast.member.sees("Asked. It reaches")
    cast.lead.sees("asks for support.", "We have no room on Tuesdays.")
    cast.other.does_not_see("We have no room on Tuesdays.")
    assert cast.is_clean()


async def test_what_was_endorsed_stays_while_it_rests(slack: Cast) -> None:
    await drafts_project(slack.lead)
    await set_state(slack, "dormant")
    await slack.lead.presses("Name, goal, scope")
    await slack.lead.fills("Save", goal="Something else.")
    slack.lead.sees("What the community endorsed stays as it is while this rests")


async def test_it_rests_wakes_and_is_set_down_at_its_review(cast: Cast, person: At) -> None:
    elsewhere = person("layla" if cast.is_slack else "BOB")
    await starts_group(cast.member)
    await cast.member.presses("Look after it")
    await cast.member.presses("Let it rest")
    cast.member.sees("It rests from now on.")
    await cast.member.presses("Look after it", on="It rests from now on.")
    await cast.member.presses("Wake it up")
    elsewhere.sees("Active. The team is at work", in_place=True)
    await cast.stage.winder.advance(datetime(2026, 6, 30, 8, 0, tzinfo=UTC))
    cast.member.sees("This is the day to look at it again.")
    await cast.member.presses("Set it down", on="This is the day to look at it again.")
    await cast.member.fills("Tell everybody", why="We know enough.")
    for somebody in (cast.other, elsewhere):
        somebody.sees("It is set down at its review.", "We know enough.", in_place=True)
    await cast.member.presses("Set it down", on="This is the day to look at it again.")
    cast.member.sees("This has moved on meanwhile, so nothing was changed.")
    assert cast.is_clean()


@pytest.mark.parametrize("state", ["draft", "proposed", "endorsing", "confirming", "recruiting", "active", "dormant", "results"])
async def test_it_can_be_called_off_in_every_state(slack: Cast, state: str) -> None:
    await drafts_project(slack.lead)
    await set_state(slack, state)
    await slack.lead.presses("See all of it")
    await slack.lead.presses("Look after it")
    await slack.lead.presses("Call it off")
    await slack.lead.fills("Tell everybody", why="The ward is closed.")
    slack.lead.sees("It is called off.", "The ward is closed.")
    assert await rows(slack.stage, CharterRow.state) == ["cancelled"]
    if state not in ("draft", "proposed"):
        slack.other.sees("The ward is closed.", in_place=True)
    else:
        slack.other.does_not_see("Shorter handovers")


async def set_state(cast: Cast, state: str) -> None:
    """A charter that stands somewhere, without the way there."""

    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        round_ = 0 if state in ("draft", "proposed") else 1
        session.execute(update(CharterRow).values(state=state, round=round_, until=datetime(2026, 4, 1, tzinfo=UTC)))

    await cast.stage.parts.units.run(work)


async def test_those_who_are_erased_or_linked_stand_nowhere_twice(slack: Cast, person: At) -> None:
    ann, bob, layla, priya = slack.lead, slack.member, person("layla"), slack.other
    await starts_group(ann, people=await _ids(slack, bob, priya))
    await publish_own(person("jurgen"))
    for somebody in (bob, layla):
        await somebody.presses("Support", on="Being endorsed")
    priya.sees("2 people support it", in_place=True)
    await link(bob, layla)
    priya.sees("1 person supports it", in_place=True)
    priya.sees("Bob O'Brien, Priya Raman", in_place=True)
    assert await rows(slack.stage, EndorsementRow.stance) == ["support"]


async def test_who_becomes_one_with_the_lead_stands_in_no_more_and_does_not_endorse(slack: Cast, person: At) -> None:
    bob, layla = slack.member, person("layla")
    await drafts_project(bob)
    await bob.presses("Team and open seats")
    await bob.fills("Save", co_lead=layla.who.name)
    await bob.presses("Propose it")
    await publishes(slack.lead)
    await layla.presses("Support", on="Being endorsed")
    slack.other.sees("1 person supports it", in_place=True)
    await link(bob, layla)
    slack.other.sees("0 people support it", in_place=True)
    assert await rows(slack.stage, CharterRow.co_lead_id) == [None]
    assert slack.is_clean()


async def test_whoever_is_erased_is_thanked_by_name_no_more(slack: Cast, person: At) -> None:
    ann, bob, layla = slack.lead, slack.member, person("layla")
    await starts_group(ann, people=await _ids(slack, bob))
    await ann.presses("Look after it")
    await ann.presses("Bring back results")
    await ann.fills("Tell everybody", found="Small mishaps are cheap lessons.")
    await bob.presses("Suggest a refinement", on="Small mishaps are cheap lessons.")
    await bob.fills("Tell the team", words="A canary for the list.")
    await ann.presses("Close it with thanks")
    await ann.fills("Thank everybody", lessons="Short meetings.")
    layla.sees("Thanks to Ann Keller, Bob O'Brien.", in_place=True)
    await erases(bob)
    layla.sees("Thanks to Ann Keller.", in_place=True)
    assert "Bob O'Brien" not in layla.message("Thanks to")["plain"]
    assert await rows(slack.stage, ReportAnswerRow.id) == []


async def test_of_five_hundred_charters_the_directory_asks_no_more_than_of_thirty(slack: Cast) -> None:
    def write(numbers: range) -> Callable[[Context], None]:
        def work(ctx: Context) -> None:
            for number in numbers:
                words = {"name": f"Circle {number} " + "学" * 60, "goal": "Why? " * 50, "scope_in": "words " * 400}
                new = Charter(0, Kind.GROUP, "subtopic", words, state=State.ACTIVE, lead=ctx.actor.id, heard_at=ctx.now)
                store.insert(ctx, new)

        return work

    def look(ctx: Context) -> int:
        statements: list[str] = []
        with heard(statements):
            flows.command(ctx, "")
            flows.command(ctx, "circle 29")
        return len(statements)

    await acting(slack, slack.member, write(range(30)))
    of_thirty = await acting(slack, slack.member, look)
    await acting(slack, slack.member, write(range(30, 500)))
    assert await acting(slack, slack.member, look) == of_thirty
    await slack.other.types("/charter")
    slack.other.sees("Circle 499")
    assert slack.other.count("Circle 499") == 1
    await slack.other.presses("Older")
    slack.other.sees("Circle 490")
    await slack.other.presses("Find by name")
    await slack.other.fills("Find", name="circle 123")
    slack.other.sees("1 with “circle 123” in its name.", "Circle 123")
    await slack.other.types("/charter no such thing")
    slack.other.sees("0 with “no such thing” in their names.")
    assert slack.is_clean()


async def acting(cast: Cast, somebody: Person, work: Callable[[Context], T]) -> T:
    """A unit in which somebody acts."""

    def run(session: Session) -> T:
        scope.enter(session, scope.SYSTEM)
        person = session.execute(select(PersonRow).where(PersonRow.name == somebody.who.name)).scalar_one()
        community = session.execute(select(CommunityRow)).scalar_one()
        here = Community(community.id, community.name, community.zone, community.language)
        scope.enter(session, here.id)
        ctx = Context(session=session, registry=Registry(features()), now=cast.stage.winder.now(), seed=1, community=here)
        ctx.act_as(members(session)[person.id])
        return work(ctx)

    return await cast.stage.parts.units.run(run)


async def test_each_report_is_reminded_of_once_and_the_co_lead_later(slack: Cast, person: At) -> None:
    bob, priya, due = slack.member, slack.other, "It is time to tell the community how it goes."
    await starts_group(bob)
    await bob.presses("Look after it")
    await bob.presses("Rhythm and dates")
    await bob.fills("Save", rhythm="Every week")
    await bob.presses("Look after it", on="Saved.")
    await bob.presses("Team and open seats")
    await bob.fills("Save", co_lead=priya.who.name)
    await slack.stage.winder.advance(datetime(2026, 3, 27, 20, 0, tzinfo=UTC))
    bob.sees(due)
    priya.does_not_see(due)
    await slack.stage.winder.advance(datetime(2026, 3, 31, 20, 0, tzinfo=UTC))
    priya.sees(due)
    await bob.presses("Report")
    await bob.fills("Tell everybody", done="We met twice.")
    bob.sees("Your report stands in:")
    assert due not in bob.reads(), "what reminded says that it is done"
    await slack.stage.winder.advance(datetime(2026, 4, 8, 20, 0, tzinfo=UTC))
    bob.sees(due)
    await bob.presses("Report")
    await bob.fills("Tell everybody", learned="It helps.")
    slack.lead.sees("We met twice.", "It helps.", in_place=True)
    await bob.types("/convene next")
    bob.sees("Reminder to report: Retro circle")
    assert slack.is_clean()

"""Who looks after a charter when people go, and every way in which one ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.chat.action import field_types, to_wire
from bot.chat.text import clean_line
from bot.core.ports import Answer, BotAdded, Did, Pressed
from bot.playground import Playground
from handlers.charters.rows import CharterPersonRow, CharterRow, EndorsementRow, NoteRow, ReportAnswerRow, SeatRow
from tests.adapters.attempts import asked
from tests.handlers.test_erase import erases
from tests.handlers.test_linked_people import link
from tests.kit.cast import Cast, rows
from tests.kit.charters import drafts_project, ids_of, publish_own, publishes, set_state, starts_group
from tests.kit.people import Person

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


@pytest.mark.thorough
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


@pytest.mark.thorough
async def test_a_lead_who_is_erased_leaves_no_draft_and_somebody_to_ask(slack: Cast, person: At) -> None:
    bob = slack.member
    await drafts_project(bob)
    await starts_group(bob)
    await erases(bob)
    assert await rows(slack.stage, CharterRow.state) == ["active"]
    for lead in (slack.lead, person("jurgen")):
        lead.sees("Its lead has left, and nobody stands in.")
    slack.other.sees("Nobody yet", in_place=True)


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
async def test_those_who_are_erased_or_linked_stand_nowhere_twice(slack: Cast, person: At) -> None:
    ann, bob, layla, priya = slack.lead, slack.member, person("layla"), slack.other
    await starts_group(ann, people=await ids_of(slack, bob, priya))
    await publish_own(person("jurgen"))
    for somebody in (bob, layla):
        await somebody.presses("Support", on="Being endorsed")
    priya.sees("2 people support it", in_place=True)
    await link(bob, layla)
    priya.sees("1 person supports it", in_place=True)
    priya.sees("Bob O'Brien, Priya Raman", in_place=True)
    assert await rows(slack.stage, EndorsementRow.stance) == ["support"]


@pytest.mark.thorough
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
    slack.other.sees("Nobody has answered yet", in_place=True)
    assert await rows(slack.stage, CharterRow.co_lead_id) == [None]
    assert slack.is_clean()


@pytest.mark.thorough
async def test_whoever_is_erased_is_thanked_by_name_no_more(slack: Cast, person: At) -> None:
    ann, bob, layla = slack.lead, slack.member, person("layla")
    await starts_group(ann, people=await ids_of(slack, bob))
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


@pytest.mark.thorough
async def test_somebody_of_another_community_sees_and_changes_nothing(slack: Cast) -> None:
    await publish_own(slack.lead, name="Canary of ward 3", seats="Writer")
    await dispatched(slack, "U9EVE", BotAdded(), "C9ELSE")
    before = await everything(slack)
    charters, seats = await rows(slack.stage, CharterRow.id), await rows(slack.stage, SeatRow.id)
    actions = [each for name, each in slack.stage.parts.registry.payloads.items() if name.startswith("charter.")]
    for action in actions:
        types = field_types(action)
        plain: dict[object, object] = {str: "condition", bool: True}
        meant = {name: plain.get(hint, seats[0] if name == "seat" else charters[0]) for name, hint in types.items()}
        for place in (None, "C9ELSE"):
            said = str(await dispatched(slack, "U9EVE", Pressed(to_wire(action(**meant)), None, str(charters[0])), place))
            assert "Canary" not in said, action
            assert "Something went wrong" not in said, action
    assert await everything(slack) == before


async def dispatched(cast: Cast, account: str, did: Did, place: str | None = None) -> Answer:
    """What somebody of another workspace gets for what they do."""
    return await cast.stage.parts.dispatcher.dispatch(asked(account, did, workspace="T9999", place=place))


async def everything(cast: Cast) -> list[object]:
    """All that is kept of charters."""
    kept = (CharterRow.state, CharterRow.version, CharterRow.lead_id, CharterRow.place_id, CharterRow.sponsor_id)
    said = await rows(cast.stage, EndorsementRow.person_id, EndorsementRow.stance)
    return [*await rows(cast.stage, *kept), *said, *await rows(cast.stage, CharterPersonRow.part), *await rows(cast.stage, NoteRow.id)]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "name",
    [
        "交接圈 🌱",
        "O'Neill & <b>sons</b> _x_ *y* `z`",
        "ليلى حداد",
        "कार्यशाला",
        "\u202eturned round",
        "👩‍👩‍👧‍👦" * 8,
        "@here <!channel> <@U0BOB>",
        "x" * 80,
    ],
)
async def test_names_in_every_script_are_kept_shown_and_found(cast: Cast, name: str) -> None:
    await starts_group(cast.member, name=name, goal=name[:60])
    kept = clean_line(name, 80)
    cast.other.sees(kept, in_place=True)
    await cast.other.types("/charter")
    await cast.other.presses("Find by name")
    await cast.other.fills("Find", name=kept)
    cast.other.sees("in its name.")
    await cast.other.types("/charter")
    cast.other.sees(kept, "Groups and projects")
    await cast.member.presses("Look after it")
    await cast.member.presses("When the team meets")
    cast.member.sees(kept)
    assert cast.is_clean()

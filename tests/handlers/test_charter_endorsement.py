"""What the community says to a charter, and what changes in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.playground import Playground
from handlers.charters.rows import CharterRow
from tests.kit.cast import Cast, rows
from tests.kit.charters import drafts_project, publish_own, publishes, set_state
from tests.kit.people import Person

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


@pytest.mark.thorough
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
    seen = cast.lead.message("Its leads are working on the proposal.")["plain"]
    assert "1 person supports it, 1 on a condition, 0 have a concern." in seen, "the result stays with it"
    await cast.lead.presses("Look after it", on="It did not pass this time.")
    await publishes(cast.lead)
    cast.other.sees("Nobody has answered yet", in_place=True)
    assert await rows(cast.stage, CharterRow.state, CharterRow.round) == [("endorsing", 2)]
    assert cast.is_clean()


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


async def test_what_was_endorsed_stays_while_it_rests(slack: Cast) -> None:
    await drafts_project(slack.lead)
    await set_state(slack, "dormant")
    await slack.lead.presses("Name, goal, scope")
    await slack.lead.fills("Save", goal="Something else.")
    slack.lead.sees("What the community endorsed stays as it is while this rests")


@pytest.mark.thorough
async def test_whoever_has_said_nothing_is_reminded_once_and_nobody_else(slack: Cast, person: At) -> None:
    still = "The community says what it thinks until"
    await publish_own(slack.lead)
    await slack.member.presses("Support", on="Being endorsed")
    await slack.other.types("/convene next")
    slack.other.sees("Still open: Shorter handovers")
    layla = person("layla")
    own_chats = [who.count(still) for who in (slack.lead, slack.member, slack.other, layla)]
    await slack.passes(days=6)
    after = [who.count(still) for who in (slack.lead, slack.member, slack.other, layla)]
    assert [now - then for now, then in zip(after, own_chats, strict=True)] == [0, 0, 1, 1]
    await slack.other.presses("Support", on=still)
    slack.other.sees("Noted:")
    await slack.passes(hours=20)
    assert layla.count(still) == after[3], "once"
    assert slack.is_clean()

"""Whoever has not added the bot is known to the lead, with the reason, and gets what still makes sense once they have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.errors import Barrier
from bot.chat.message import Buttons, Facts, Footnote
from bot.core.reach import FOR_GOOD, Missed
from bot.core.rows import LaneRow
from bot.playground import TEAMS_PLACE, Playground
from handlers.community import reach_views
from tests.kit.cast import rows
from tests.kit.pairs import At

CARD = "Seven small days"
DAY = "One question about today"


async def on(stage: Playground, **time: float) -> None:
    await stage.winder.advance(stage.winder.now() + timedelta(**time))


@pytest.mark.both_databases
async def test_a_member_without_the_app_is_shown_to_the_lead_and_reached_once_they_add_it(stage: Playground, person: At) -> None:
    jurgen, layla = person("jurgen"), person("layla")
    stage.teams._core.person(layla.who.account).installed = False  # they are in the place, and have never added the app for themselves
    await jurgen.types("/challenge")
    await jurgen.fills("Announce it", starts_on="2026-03-23")
    await layla.presses("Join", on=CARD)
    await on(stage, days=3, hours=7)
    assert layla.count(DAY) == 1, "the place's, and none of her own"
    assert {"not added", None} == set(await rows(stage, LaneRow.barrier))

    assert jurgen.count("Somebody does not get my messages.") == 1, "once, whoever it is, and however much waits"
    await jurgen.presses("See who", on="Somebody does not get my messages.")
    jurgen.sees("ليلى حداد", "They have not added me for themselves.")
    await jurgen.types("/convene community")
    await jurgen.presses("1 out of reach")
    jurgen.sees(
        "1 person or place does not get my messages.",
        "ليلى حداد",
        "They have not added me for themselves.",
        "Since",
    )
    await stage.teams.install_for(layla.who.account)
    await stage.settle()
    await stage.winder.settle()
    assert layla.count(DAY) == 3, "the place's, what stands on her front door, and her own"
    await jurgen.types("/convene community")
    assert jurgen.count("1 out of reach") == 1, "the older card only"
    await layla.types("I listened more than I spoke.")
    layla.sees("Saved in your journal")


@pytest.mark.thorough
async def test_a_place_that_takes_nothing_any_more_is_named_with_its_reason(stage: Playground, person: At) -> None:
    jurgen = person("jurgen")
    stage.teams._core.room(TEAMS_PLACE).state = "archived"  # and the platform's word of it was lost
    await jurgen.types("/challenge")
    await jurgen.fills("Announce it", starts_on="2026-03-23")
    await stage.winder.settle()
    await jurgen.types("/convene community")
    await jurgen.presses("1 out of reach")
    jurgen.sees("It is archived, or only some people may write there.")
    stage.teams._core.room(TEAMS_PLACE).state = "open"
    await on(stage, days=3, hours=7)
    jurgen.sees(CARD, in_place=True)
    await jurgen.presses("1 out of reach")
    jurgen.sees("Everybody and every place can be reached.")


async def test_only_leads_see_who_is_out_of_reach(stage: Playground, person: At) -> None:
    jurgen, bob = person("jurgen"), person("BOB")
    await bob.types("/convene community")
    bob.sees("Only a lead of this community can do that.")
    await jurgen.types("/convene community")
    jurgen.does_not_see("out of reach")


@pytest.mark.parametrize("is_place", [True, False], ids=["place", "person"])
@pytest.mark.parametrize("barrier", Barrier)
def test_every_reason_has_its_words_and_a_button_where_somebody_can_act(barrier: Barrier, is_place: bool) -> None:
    card = reach_views.refused(7, "practice", barrier, 3, is_place=is_place)
    assert any(isinstance(block, Buttons) for block in card.blocks) is (barrier not in FOR_GOOD)
    assert any(isinstance(block, Footnote) for block in card.blocks) is (barrier not in FOR_GOOD)
    listed = reach_views.out_of_reach([Missed("practice", is_place, barrier, datetime(2026, 3, 2, tzinfo=UTC))])
    assert any(isinstance(block, Facts) for block in listed.blocks)

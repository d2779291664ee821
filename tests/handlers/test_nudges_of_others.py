"""What uses reminders: the leads' draft and proposals, and once a week in a challenge."""

from __future__ import annotations

import pytest

from handlers.nudges.rows import ReminderRow
from tests.kit.beginnings import announced
from tests.kit.cast import Cast, rows
from tests.kit.reminders import at, lives_in_berlin, own, states


async def test_a_proposal_without_an_answer_comes_back_to_mind_until_it_is_decided(cast: Cast) -> None:
    await cast.member.types("/challenge")
    await cast.member.presses("Propose a challenge")
    await cast.member.fills("Propose it", why="A secret of mine.")
    await cast.stage.winder.advance(at("2026-03-24", 6))
    assert own(cast.lead, "A proposal waits for an answer") == ["2026-03-23"], "Monday: the weekend is free"
    assert "A secret of mine." not in cast.lead.message("A proposal waits for an answer")["plain"]
    await cast.lead.presses("Not now", on="A proposal waits for an answer")
    assert own(cast.lead, "A proposal waits for an answer") == []
    await cast.stage.winder.advance(at("2026-04-10"))
    assert set(states(await rows(cast.stage, ReminderRow)).values()) == {"settled"}


async def test_a_draft_that_waits_comes_back_to_mind_and_not_once_it_is_posted(cast: Cast) -> None:
    await announced(cast.lead, cast.member, until=at("2026-04-01", 18))
    cast.lead.sees("Only leads see this draft")
    await cast.stage.winder.advance(at("2026-04-06", 16))
    assert own(cast.lead, "still waits for you") == ["2026-04-06"], "three days after the close is a Saturday"
    await cast.lead.presses("Post it", on="still waits for you")
    assert own(cast.lead, "still waits for you") == []
    cast.lead.sees("has posted the closing report")


@pytest.mark.thorough
async def test_once_a_week_the_days_come_together_and_none_brings_none(cast: Cast) -> None:
    await cast.lead.types("/challenge")
    await cast.lead.fills("Announce it", starts_on="2026-03-23")
    for each, often in ((cast.member, "weekly"), (cast.other, "none")):
        await lives_in_berlin(cast, each, activity=often)
        await each.presses("Join", on="Seven small days")
    await cast.member.types("/convene next")
    cast.member.sees("The week in First steps", "chose to hear once a week")
    await cast.stage.winder.advance(at("2026-03-30", 12))
    assert own(cast.member, "Or just write to me") == own(cast.other, "Or just write to me") == []
    assert own(cast.member, "You chose to hear of it once a week") == ["2026-03-27", "2026-03-29"], "Friday, and the last days"
    card = cast.member.message("Day 5:")["plain"]
    assert "Day 1:" in card
    assert own(cast.other, "once a week") == []

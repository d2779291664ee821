"""Polls that come again: by hand, every week, every month; what a template keeps, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.playground import Playground
from handlers.polls.rows import PollRow, SeriesRow
from handlers.polls.rules import Every, is_due
from tests.handlers.test_polls import FORM, asks
from tests.kit.cast import Cast, count, rows
from tests.kit.people import Person

At = Callable[[str], Person]


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


async def opened_on(stage: Playground) -> list[date]:
    """On which days the rounds were opened, in UTC."""
    return sorted(at.date() for at in await rows(stage, PollRow.opened_at))


@pytest.mark.thorough
async def test_a_template_comes_every_month_on_its_day_or_the_months_last(slack: Cast) -> None:
    await slack.stage.winder.advance(datetime(2026, 3, 31, 9, 0, tzinfo=UTC))
    await asks(slack.lead, "How was the month?", kind="agreement", every="monthly")
    await slack.member.presses("I agree", on="How was the month?")
    await slack.stage.winder.advance(datetime(2026, 6, 1, 12, 0, tzinfo=UTC))
    assert await opened_on(slack.stage) == [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]
    assert sorted(await rows(slack.stage, PollRow.state)) == ["closed", "closed", "open"]
    slack.member.sees("Result: How was the month?", "1 person voted.", in_place=True)


def test_a_month_without_the_day_has_its_last() -> None:
    begun = date(2026, 1, 31)
    days = [begun + timedelta(days=n) for n in range(1, 366)]
    found = [day for day in days if is_due(Every.MONTHLY, begun, day)]
    assert [day.month for day in found] == [*range(2, 13), 1]
    assert found[:3] == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


@pytest.mark.thorough
@pytest.mark.parametrize("every", ["weekly", "monthly"])
async def test_a_template_counts_from_the_day_on_which_it_was_posted(slack: Cast, every: str) -> None:
    await slack.lead.types("/poll")
    await slack.lead.fills("Show me the preview", question="How is it?", kind="agreement", every=every)
    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(days=2))
    await slack.lead.presses("Post it")
    posted = slack.stage.winder.now().date()
    following = posted + timedelta(days=7) if every == "weekly" else posted.replace(month=posted.month + 1)
    await slack.stage.winder.advance(datetime(following.year, following.month, following.day, 23, 0, tzinfo=UTC))
    assert await opened_on(slack.stage) == [posted, following]


@pytest.mark.thorough
async def test_a_poser_on_a_journey_gets_every_round_once(slack: Cast) -> None:
    await slack.stage.winder.advance(datetime(2026, 3, 20, 22, 30, tzinfo=UTC))  # still Friday in Berlin
    await asks(slack.lead, "How is it?", kind="agreement", every="weekly")
    await slack.lead.types("/convene settings")
    await slack.lead.fills("Save", zone="Tokyo")
    await slack.stage.winder.advance(datetime(2026, 4, 5, 12, 0, tzinfo=UTC))
    assert await opened_on(slack.stage) == [date(2026, 3, 20), date(2026, 3, 27), date(2026, 4, 3)]


async def test_a_discarded_preview_leaves_no_template(slack: Cast) -> None:
    for _again in range(2):
        await slack.lead.types("/poll")
        await slack.lead.fills("Show me the preview", question="How is it?", kind="agreement", every="weekly")
    assert await count(slack.stage, SeriesRow) == 1, "only the newest preview counts"
    await slack.lead.presses("Discard")
    assert await count(slack.stage, SeriesRow) == await count(slack.stage, PollRow) == 0


@pytest.mark.thorough
async def test_asked_again_by_hand_it_is_a_round_of_the_same_and_a_second_press_finds_it(slack: Cast) -> None:
    await slack.lead.types("/poll Lunch? | Pizza | Sushi")
    await slack.member.presses("Pizza", on="Choose one.")
    await slack.lead.presses("Close, extend, change")
    await slack.lead.presses("Close it now")
    again = slack.lead.holds("Ask it again")
    await again()
    await again()
    assert sorted(await rows(slack.stage, PollRow.state)) == ["closed", "open"]
    assert len(set(await rows(slack.stage, PollRow.series_id))) == 1
    await slack.member.presses("Sushi", on="Nobody has voted yet.")
    await slack.lead.presses("Close, extend, change")
    await slack.lead.presses("Close it now")
    slack.member.sees("Over time, per cent: Sushi", in_place=True)
    assert slack.is_clean()


async def test_a_template_that_is_stopped_comes_no_more_by_itself(slack: Cast) -> None:
    await asks(slack.lead, "How is it?", kind="agreement", every="weekly")
    await slack.lead.presses("Close, extend, change")
    stop = slack.lead.holds("Ask it no more by itself")
    for _again in range(2):
        await stop()
        slack.lead.sees("It comes no more by itself.")
    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(days=15))
    assert await count(slack.stage, PollRow) == 1


async def test_a_template_of_which_no_place_is_left_asks_nobody(slack: Cast) -> None:
    await slack.lead.types("/poll")
    here = next(c for c in slack.lead.screen["dialog"]["controls"] if c["name"] == "places")["options"][0]  # type: ignore[index]
    draft = {"question": "How is it?", "kind": "agreement", "every": "weekly", "places": [here["value"]]}
    await slack.lead.fills("Show me the preview", **draft)
    await slack.lead.presses("Post it")
    await slack.deletes_place()
    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(days=8))
    assert await count(slack.stage, PollRow) == 1


async def test_an_anonymous_template_waits_while_too_few_are_here(stage: Playground, person: At) -> None:
    await asks(person("jurgen"), "How is it?", is_anonymous="true", every="weekly", **FORM)
    for leaving, expected in ((("BOB", "HANAKO", "PRIYA"), 2), (("ANN",), 2)):  # five are enough, four could guess
        for name in leaving:
            await stage.slack.deactivate_user(person(name).who.account)
        await stage.settle()
        await stage.winder.advance(stage.winder.now() + timedelta(days=7))
        assert await count(stage, PollRow) == expected

"""Reminders, on both platforms."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.rows import CadenceRow
from bot.people.rows import PersonRow
from bot.playground import Playground
from handlers import nudges
from handlers.nudges import flows
from handlers.nudges.rows import AwayRow, NudgeRow, NudgeStateRow, NudgeWakeRow, ReminderRow, UrgentRow
from tests.handlers.test_linked_people import link
from tests.kit.cast import Cast, count, rows
from tests.kit.reminders import At, at, lives_in_berlin, picks, remind, run, settle, states

BERLIN = {"slack": "ANN", "teams": "jurgen"}


@pytest.mark.both_databases
async def test_a_day_of_reminders_and_what_becomes_of_them(cast: Cast) -> None:
    """Friday: one at once, the next wait for Monday's hour, together; settled ones never leave or turn into done."""
    ann = cast.member
    await lives_in_berlin(cast, ann)
    await cast.stage.winder.advance(at("2026-03-20", 10))
    await remind(cast, ann, "tree")
    await cast.passes(minutes=2)
    ann.sees("The tree waits for you", "You asked to hear of the tree.", "Remind me later")
    await remind(cast, ann, "bird", "stone", "river")
    await cast.passes(hours=5)
    ann.does_not_see("The bird waits for you")
    await settle(cast, ann, "tree")
    ann.sees("The tree is done")
    ann.does_not_see("The tree waits for you")
    await settle(cast, ann, "bird")
    await ann.types("/convene next")
    ann.sees("A reminder: The stone waits for you", "You asked to hear of the stone.")
    await cast.stage.winder.advance(at("2026-03-22", 22))
    ann.does_not_see("2 things wait for you")
    await cast.stage.winder.advance(at("2026-03-23", 7, 30))
    ann.sees("2 things wait for you", "The stone waits for you", "See the river")
    await settle(cast, ann, "stone")
    ann.sees("1 thing waits for you", "Done: The stone is done")
    await settle(cast, ann, "river")
    ann.sees("All of this is settled.")
    ann.does_not_see("The bird waits for you", "Stop reminders")
    assert set(states(await rows(cast.stage, ReminderRow)).values()) == {"settled"}
    assert await count(cast.stage, NudgeWakeRow) == 0
    assert [job for job in await rows(cast.stage, CadenceRow.job) if job == "nudges.wake"] == []
    assert cast.is_clean()


async def test_a_reminder_is_put_off_and_comes_again_beside_the_budget(cast: Cast) -> None:
    ann = cast.member
    await lives_in_berlin(cast, ann, reminders="2")
    await cast.stage.winder.advance(at("2026-03-23", 10))
    await remind(cast, ann, "tree")
    await cast.passes(minutes=2)
    await picks(cast, ann, "two hours")
    ann.sees("All right. I remind you again")
    held = ann.count("The tree waits for you")
    await ann.types("/convene next")
    ann.sees("A reminder: The tree waits for you")
    await cast.passes(hours=3)
    assert ann.count("I remind you again") >= 1
    newest = ann.message("The tree waits for you")
    assert "Stop reminders" in [control["label"] for control in newest["controls"]]
    assert ann.count("The tree waits for you") == held + 2, "the card that was put off, the new one, and what comes next"
    slots = [row.slot for row in await rows(cast.stage, NudgeRow)]
    assert sorted(slots, key=str) == [0, None]


async def test_a_reminder_that_would_be_over_by_then_is_not_put_off(cast: Cast) -> None:
    ann = cast.member
    await lives_in_berlin(cast, ann)
    await remind(cast, ann, "tree", hours=10)
    await cast.passes(hours=2)
    await picks(cast, ann, "tomorrow")
    ann.sees("It would be over by then")
    assert states(await rows(cast.stage, ReminderRow)) == {"tree": "sent"}


@pytest.mark.thorough
async def test_stop_pause_and_go_on(cast: Cast) -> None:
    ann = cast.member
    await lives_in_berlin(cast, ann)
    await remind(cast, ann, "tree")
    await cast.passes(hours=2)
    await ann.presses("Stop reminders")
    ann.sees("I send you no more reminders.")
    await ann.presses("Stop reminders", on="The tree waits")
    ann.sees("Reminders are stopped already.")
    await ann.types("/convene")
    ann.sees("Reminders are stopped.")
    await remind(cast, ann, "bird", "stone")
    await remind(cast, ann, "leaf", hours=30)
    await cast.stage.winder.advance(at("2026-03-25", 12))
    ann.does_not_see("The bird waits for you")
    assert states(await rows(cast.stage, ReminderRow))["leaf"] == "expired"
    await ann.presses("Remind me again", on="Reminders are stopped already")
    ann.sees("I remind you again, within your hours and days.")
    await cast.passes(minutes=2)
    ann.sees("2 things wait for you")
    await ann.presses("Pause until a day", on="2 things wait")
    await ann.fills("Pause", until="2026-03-30")
    ann.sees("I remind you of nothing until Mon 30 Mar.")
    await remind(cast, ann, "river")
    await cast.stage.winder.advance(at("2026-03-29", 22))
    ann.does_not_see("The river waits")
    await cast.stage.winder.advance(at("2026-03-30", 12))
    ann.sees("The river waits")
    assert cast.is_clean()


@pytest.mark.thorough
async def test_after_three_that_nothing_came_of_one_question_and_then_silence_until_the_person_acts(cast: Cast) -> None:
    ann = cast.member
    await lives_in_berlin(cast, ann)
    for n in range(3):
        await remind(cast, ann, f"tree{n}")
        await cast.stage.winder.advance(at(f"2026-03-{23 + n}", 12))
        ann.sees(f"The tree{n} waits for you")
    await remind(cast, ann, "bird")
    await cast.stage.winder.advance(at("2026-03-26", 12))
    ann.sees("Shall I keep going?", "anything you press or write counts")
    ann.does_not_see("The bird waits for you")
    await cast.stage.winder.advance(at("2026-04-02", 12))
    ann.does_not_see("The bird waits for you")
    assert ann.count("Shall I keep going?") == 1
    assert [row.outcome for row in await rows(cast.stage, NudgeRow)] == ["ignored", "ignored", "ignored", "open"]
    await ann.types("/challenge")
    assert [row.outcome for row in await rows(cast.stage, NudgeRow)][-1] == "acted"
    await cast.passes(minutes=2)
    ann.sees("The bird waits for you")
    await ann.presses("Once a week", on="Shall I keep going?")
    ann.sees("once a week, together")
    assert next(row.activity for row in await rows(cast.stage, PersonRow) if row.name == ann.who.name) == "weekly"
    assert [row.ignored for row in await rows(cast.stage, NudgeStateRow)] == [0]


async def test_whoever_acts_is_written_down_once(cast: Cast) -> None:
    ann = cast.member
    await lives_in_berlin(cast, ann)
    await remind(cast, ann, "tree")
    await cast.passes(hours=2)
    awaited = {row.name: row.awaited_since for row in await rows(cast.stage, PersonRow)}
    assert [name for name, since in awaited.items() if since is not None] == [ann.who.name]
    await ann.types("/convene next")
    assert all(row.awaited_since is None for row in await rows(cast.stage, PersonRow))
    assert [row.outcome for row in await rows(cast.stage, NudgeRow)] == ["acted"]
    assert await count(cast.stage, NudgeStateRow) == 0, "nothing was left alone, so there is nothing to say of it"


async def test_what_is_foreseen_shares_the_budget_as_it_will_be_shared(cast: Cast) -> None:
    """Twelve wait with a budget of one: ten go together on Monday, two on Tuesday, and this is what is told before."""
    ann = cast.member
    await lives_in_berlin(cast, ann, reminders="1")
    await cast.stage.winder.advance(at("2026-03-20", 13))
    await remind(cast, ann, *(f"tree{n:02}" for n in range(12)))
    told: list[date] = []
    await run(cast.stage, lambda ctx: told.extend(each.at.date() for each in flows.upcoming(ctx)), ann.who.name)
    assert sorted(told) == [date(2026, 3, 23)] * 10 + [date(2026, 3, 24)] * 2
    await cast.stage.winder.advance(at("2026-03-24", 12))
    assert [row.on_date for row in await rows(cast.stage, NudgeRow)] == [date(2026, 3, 23), date(2026, 3, 24)]


@pytest.mark.thorough
async def test_two_who_become_one_have_one_budget_and_nothing_comes_twice(stage: Playground, person: At) -> None:
    bob, layla = person("BOB"), person("layla")
    cast = Cast.of(stage, "slack", person)
    for each in (bob, layla):
        await lives_in_berlin(cast, each)
        await remind(cast, each, "tree")
    await stage.winder.advance(at("2026-03-20", 10))
    assert await count(stage, NudgeRow) == 2
    for each in (bob, layla):
        await remind(cast, each, "bird", f"stone of {each.who.account}")
    await link(bob, layla)
    assert sorted(row.slot for row in await rows(stage, NudgeRow)) == [0, 1], "what either got counts"
    assert await count(stage, NudgeWakeRow) == 1
    await stage.winder.advance(at("2026-03-22"))
    assert bob.count("things wait for you") + layla.count("things wait for you") == 0, (
        "the day's last slot was at nine, and the weekend is free"
    )
    await stage.winder.advance(at("2026-03-23", 12))
    assert bob.count("3 things wait for you") + layla.count("3 things wait for you") == 1
    assert sorted(row.slot for row in await rows(stage, NudgeRow)) == [0, 0, 1]
    assert set(states(await rows(stage, ReminderRow)).values()) == {"sent"}


async def test_nothing_waits_for_somebody_who_has_left(stage: Playground, person: At) -> None:
    bob = person("BOB")
    cast = Cast.of(stage, "slack", person)
    await lives_in_berlin(cast, bob)
    await cast.stage.winder.advance(at("2026-03-20", 20))
    await remind(cast, bob, "tree", "bird")
    await stage.slack.deactivate_user(bob.who.account)
    await stage.winder.settle()
    assert set(states(await rows(stage, ReminderRow)).values()) == {"dropped"}
    await stage.winder.advance(at("2026-03-24"))
    bob.does_not_see("The tree waits")
    assert await count(stage, NudgeRow) == await count(stage, NudgeWakeRow) == 0


@pytest.mark.thorough
async def test_the_one_urgent_request_of_the_month_waits_for_no_budget(cast: Cast) -> None:
    ann, lead = cast.member, cast.lead
    await lives_in_berlin(cast, ann, reminders="1")
    await cast.stage.winder.advance(at("2026-03-20", 13))
    marked: list[bool] = []
    for key in ("fire", "fire", "flood"):
        await run(cast.stage, lambda ctx, key=key: marked.append(nudges.mark_urgent(ctx, key)), lead.who.name)  # type: ignore[misc]
    assert marked == [True, True, False]
    assert await count(cast.stage, UrgentRow) == 1
    await remind(cast, ann, "flood", "fire")
    await cast.passes(minutes=2)
    ann.sees("The fire waits for you")
    ann.does_not_see("The flood waits for you")
    await lives_in_berlin(cast, ann, reminders="0")
    await cast.stage.winder.advance(at("2026-03-24", 13))
    ann.does_not_see("The flood waits for you")


async def test_after_downtime_one_message_and_never_a_burst(cast: Cast) -> None:
    ann = cast.member
    await lives_in_berlin(cast, ann, reminders="5")
    for n in range(4):
        await remind(cast, ann, f"tree{n}")
    cast.stage.winder._clock.wind(at("2026-03-25", 12))
    await cast.passes(minutes=1)
    ann.sees("4 things wait for you")
    assert await count(cast.stage, NudgeRow) == 1


async def test_what_is_over_for_everybody_says_so(cast: Cast) -> None:
    ann, other = cast.member, cast.other
    await lives_in_berlin(cast, ann)
    await lives_in_berlin(cast, other, quiet_from="08:00", quiet_to="07:00")
    await remind(cast, ann, "tree")
    await remind(cast, other, "tree")
    await cast.passes(hours=2)
    ann.sees("The tree waits")
    await run(cast.stage, lambda ctx: nudges.drop(ctx, "tree"))
    ann.sees("This is over.")
    await cast.stage.winder.advance(at("2026-03-25"))
    other.does_not_see("The tree waits")


async def test_leads_see_counts_that_tell_of_nobody(cast: Cast) -> None:
    await cast.member.types("/convene health")
    cast.member.sees("Only a lead of this community can do that.")
    await remind(cast, cast.member, "tree")
    await cast.stage.winder.advance(at("2026-03-24"))
    await cast.lead.types("/convene health")
    cast.lead.sees("How reminders are received", "fewer than 5")
    text = cast.lead.message("How reminders are received")["plain"]
    assert cast.member.who.name not in text
    assert not any(f"\n{n}\n" in text for n in range(5))


@pytest.mark.thorough
async def test_my_data_has_my_reminders_and_erasure_leaves_none(cast: Cast) -> None:
    ann = cast.member
    await lives_in_berlin(cast, ann)
    await ann.types("/convene away")
    await ann.presses("Add days away")
    await ann.fills("Save", first="2026-04-01", last="2026-04-02")
    await remind(cast, ann, "tree", "bird")
    await cast.passes(hours=2)
    await remind(cast, ann, "stone")
    await ann.types("/convene privacy")
    ann.sees("What you are reminded of")
    await ann.types("/convene erase")
    await ann.fills("Erase everything", word="erase")
    for table in (ReminderRow, NudgeRow, AwayRow, NudgeWakeRow, NudgeStateRow):
        assert await count(cast.stage, table) == 0, table
    assert [job for job in await rows(cast.stage, CadenceRow.job) if job == "nudges.wake"] == []

"""Reminders and days away, on both platforms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.chat.language import _
from bot.chat.message import Button, Buttons, Message, Paragraph
from bot.core.context import Context
from bot.core.doing import RunCommand
from bot.core.rows import CadenceRow
from bot.data import scope
from bot.people import store as people
from bot.people.rows import CommunityRow, PersonRow
from bot.people.values import Community
from bot.playground import Playground
from handlers import nudges
from handlers.nudges import flows
from handlers.nudges.rows import AwayRow, NudgeRow, NudgeStateRow, NudgeWakeRow, ReminderRow, UrgentRow
from tests.handlers.test_linked_people import link
from tests.kit.cast import Cast, count, rows
from tests.kit.people import Person

At = Callable[[str], Person]
BERLIN = {"slack": "ANN", "teams": "jurgen"}


@pytest.fixture(params=["slack", "teams"])
def cast(request: pytest.FixtureRequest, stage: Playground, person: At) -> Cast:
    return Cast.of(stage, request.param, person)


def at(day: str, hour: int = 12, minute: int = 0) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00+00:00").astimezone(UTC)


async def run(stage: Playground, work: Callable[[Context], object], actor: str | None = None) -> None:
    """Let a feature of the community do something, as a job would, or as somebody."""

    def unit(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        row = session.query(CommunityRow).one()
        scope.enter(session, row.id)
        who = next((m for m in people.members(session).values() if m.name == actor), None)
        community = Community(row.id, row.name, row.zone, row.language)
        now = stage.winder.now()
        work(Context(session=session, registry=stage.parts.registry, now=now, seed=1, community=community, actor=who))

    await stage.parts.units.run(unit)
    await stage.winder.settle()


def reminder(key: str, *, hours: int, stage: Playground) -> nudges.Reminder:
    said = _("The {key} waits for you", key=key)
    blocks = (Paragraph(said), Buttons((Button(_("See the {key}", key=key), RunCommand("challenge"), "primary"),)))
    why = _("You asked to hear of the {key}.", key=key)
    return nudges.Reminder(key, Message(said, blocks), why, stage.winder.now() + timedelta(hours=hours))


async def remind(cast: Cast, who: Person, *keys: str, hours: int = 24 * 20) -> None:
    def work(ctx: Context) -> None:
        member = next(m for m in people.members(ctx.session).values() if m.name == who.who.name)
        for key in keys:
            nudges.remind(ctx, member, reminder(key, hours=hours, stage=cast.stage))

    await run(cast.stage, work)


async def settle(cast: Cast, who: Person, key: str) -> None:
    def work(ctx: Context) -> None:
        member = next(m for m in people.members(ctx.session).values() if m.name == who.who.name)
        said = _("The {key} is done", key=key)
        nudges.settle(ctx, member, key, Message(said, (Paragraph(said),)))

    await run(cast.stage, work)


async def lives_in_berlin(cast: Cast, who: Person, **settings: str) -> None:
    await who.types("/convene settings")
    await who.fills("Save", zone="Berlin", **settings)


async def picks(cast: Cast, who: Person, until: str) -> None:
    """Put the tree off."""
    if cast.is_slack:
        await who.presses("Remind me later", on="The tree waits", picking=until)
        return
    message, control = who._control("Choose", "The tree waits")
    name = next(c["name"] for c in message["controls"] if c["options"])
    await who._done(await who.driver.presses(who.who.account, message["id"], control["id"], {name: until}))


def states(found: list[ReminderRow]) -> dict[str, str]:
    return {row.key: row.state for row in found}


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


async def test_days_away_are_added_joined_and_cancelled(cast: Cast) -> None:
    ann = cast.member
    await lives_in_berlin(cast, ann)
    await ann.types("/convene away")
    ann.sees("You have no days away.", "Only you see these days.")
    await ann.presses("Add days away")
    await ann.fills("Save", first="2026-03-25", last="2026-03-23")
    ann.sees("The last day comes before the first one.")
    await ann.fills("Save", first="2026-03-23", last="2026-03-25")
    ann.sees("I have noted your days away.", "Mon 23 Mar to Wed 25 Mar")
    await ann.presses("Add days away", on="I have noted")
    await ann.fills("Save", first="2026-03-26", last="2026-03-26")
    assert [(row.from_on, row.to_on) for row in await rows(cast.stage, AwayRow)] == [(date(2026, 3, 23), date(2026, 3, 26))]
    await cast.stage.winder.advance(at("2026-03-23", 6))
    await remind(cast, ann, "tree")
    await cast.stage.winder.advance(at("2026-03-24", 12))
    ann.does_not_see("The tree waits")
    await ann.types("/convene")
    ann.sees("You are away until Thu 26 Mar")
    back = ann.holds("I am back")
    await back()
    ann.sees("is no time away any more")
    await back()
    ann.sees("These days are cancelled already.")
    await cast.passes(minutes=2)
    ann.sees("The tree waits")
    assert [(row.from_on, row.to_on) for row in await rows(cast.stage, AwayRow)] == [(date(2026, 3, 23), date(2026, 3, 23))]


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//EN
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20260501
DTEND;VALUE=DATE:20260504
SUMMARY:A canary of a title
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20260504
DTEND;VALUE=DATE:20260506
SUMMARY:The same again
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;VALUE=DATE:20250101
DTEND;VALUE=DATE:20250103
SUMMARY:Long ago
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


async def test_days_away_are_taken_from_a_calendar_that_is_sent(cast: Cast) -> None:
    ann = cast.member
    await ann.sends_file("Holidays.ICS", CALENDAR)
    ann.sees("I have noted your days away.", "Fri 1 May to Tue 5 May")
    ann.does_not_see("canary")
    assert [(row.from_on, row.to_on) for row in await rows(cast.stage, AwayRow)] == [(date(2026, 5, 1), date(2026, 5, 5))]
    await ann.sends_file("again.ics", CALENDAR)
    await ann.sends_file("none.ics", CALENDAR.replace("202605", "202505"))
    ann.sees("I found no whole days ahead in this calendar.")
    await ann.sends_file("letter.ics", "Dear diary, this is no calendar.")
    ann.sees("calendar")
    assert await count(cast.stage, AwayRow) == 1
    assert cast.is_clean()


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


# -- what uses them: the leads' draft and proposals, days away and once a week in a challenge -----------------------------------


def own(member: Person, text: str) -> list[str]:
    """On which days messages of the bot with this text came into a member's own chat."""
    chat = next(c for c in member.screen["conversations"] if c["kind"] == "chat")
    return [m["at"][:10] for m in chat["messages"] if text in m["plain"] and m["author"]["is_bot"]]


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
    await cast.lead.types("/challenge")
    await cast.lead.fills("Announce it", starts_on="2026-03-23")
    await cast.member.presses("Join", on="Seven small days")
    await cast.stage.winder.advance(at("2026-04-01", 18))
    cast.lead.sees("Only leads see this draft")
    await cast.stage.winder.advance(at("2026-04-06", 16))
    assert own(cast.lead, "still waits for you") == ["2026-04-06"], "three days after the close is a Saturday"
    await cast.lead.presses("Post it", on="still waits for you")
    assert own(cast.lead, "still waits for you") == []
    cast.lead.sees("has posted the closing report")


async def test_days_away_bring_no_activity_and_count_as_rest(cast: Cast) -> None:
    await cast.lead.types("/challenge")
    await cast.lead.fills("Announce it", starts_on="2026-03-23")
    await cast.member.presses("Join", on="Seven small days")
    await lives_in_berlin(cast, cast.member)
    await cast.member.types("/convene away")
    await cast.member.presses("Add days away")
    await cast.member.fills("Save", first="2026-03-24", last="2026-03-25")
    await cast.stage.winder.advance(at("2026-03-26", 12))
    assert own(cast.member, "Or just write to me") == ["2026-03-23", "2026-03-26"]
    await cast.member.types("/challenge")
    await cast.member.presses("My progress")
    cast.member.sees("Paused on", "days 2, 3")


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

"""The evening of partners: the line, silence and what is offered in it, cheers, words and what is shared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from bot.playground import Playground
from handlers import endings
from handlers.challenges.rows import ChallengeRow
from handlers.nudges.rows import ReminderRow
from handlers.partners.rows import GroupRow
from tests.kit.cast import rows
from tests.kit.pairs import PAIRED, At, context, joined, pairs, quiet_pair


@pytest.mark.thorough
async def test_silence_is_met_with_a_private_offer_to_each_and_after_a_week_with_another_partner(stage: Playground, person: At) -> None:
    ann, bob, layla, wei = person("ANN"), person("BOB"), person("layla"), person("wei")
    await quiet_pair(stage, ann, bob, layla)
    assert bob.count("It has been quiet from ليلى حداد for three days") == 1
    assert layla.count("It has been quiet for three days, and that is all right") == 1
    bob.does_not_see("that is all right")
    await bob.presses("Tell the lead", on="It has been quiet from")
    ann.sees("Bob O'Brien would like a hand with their pair")
    ann.does_not_see("It has been quiet from")
    await layla.presses("It is fine as it is", on="It has been quiet for three days")
    layla.sees("Then it stays as it is")
    layla.does_not_see("It has been quiet for three days")
    assert sorted(await rows(stage, ReminderRow.state)) == ["settled", "settled"], "each was a reminder, and is done"
    for day in range(28, 32):
        await bob.types("/journal It went well.")
        await stage.winder.advance(datetime(2026, 3, day, 22, 0, tzinfo=UTC))
    for day in range(1, 8):
        await bob.types("/journal It went well.")
        await stage.winder.advance(datetime(2026, 4, day, 22, 0, tzinfo=UTC))
    await bob.presses("Yes, somebody else", on="It has been quiet from ليلى حداد for a week")
    layla.sees("Your pair with Bob O'Brien", "Find me company")
    await wei.presses("Join", on="day")
    await wei.presses("Yes, find me a partner", on="You are in")
    assert await pairs(stage) == [{"Bob O'Brien", "王小明"}]


@pytest.mark.thorough
async def test_an_offer_that_nobody_answers_is_over_with_the_next_day_that_is_done(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await quiet_pair(stage, ann, bob, layla)
    await layla.types("/journal Here I am again.")
    for member in (bob, layla):
        member.does_not_see("It has been quiet")
        member.sees("This is over. There is nothing left to do.")


@pytest.mark.thorough
async def test_offers_end_with_their_group_and_no_reminder_is_left(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await quiet_pair(stage, ann, bob, layla)
    await layla.presses("Leave", on="You are in")
    bob.does_not_see("It has been quiet from")
    assert set(await rows(stage, ReminderRow.state)) == {"settled"}


@pytest.mark.thorough
async def test_whoever_stopped_reminders_is_offered_nothing(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await bob.types("/convene settings")
    await bob.fills("Save", reminders="0")
    await joined(ann, bob, layla, until=datetime(2026, 3, 29, 22, 0, tzinfo=UTC))
    bob.does_not_see("It has been quiet")
    assert bob.count("How the day stands for you and your partner") == 7


@pytest.mark.thorough
async def test_after_the_last_day_there_is_no_evening_line_and_nothing_is_offered(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, layla, until=datetime(2026, 3, 30, 4, 30, tzinfo=UTC))  # the night after the last day: still open for two days
    lines = {member.who.name: member.count("How the day stands for you and your partner") for member in (bob, layla)}
    assert set(lines.values()) == {7}
    reminded = len(await rows(stage, ReminderRow.id))
    await bob.presses("Done", on="day 7 of 7")
    await layla.types("/convene away")
    await layla.presses("Add days away")
    await layla.fills("Save", first="2026-03-30", last="2026-04-10")
    await stage.winder.advance(datetime(2026, 4, 1, 3, 0, tzinfo=UTC))
    assert [each for each in await rows(stage, GroupRow.ended_at) if each is None], "it closes when 48 hours are over for everybody"
    for member in (bob, layla):
        assert member.count("How the day stands for you and your partner") == 7
        member.does_not_see("is away until Sat 11 Apr")
    assert len(await rows(stage, ReminderRow.id)) == reminded
    await stage.winder.advance(datetime(2026, 4, 1, 18, 0, tzinfo=UTC))
    assert not [each for each in await rows(stage, GroupRow.ended_at) if each is None]
    assert set(await rows(stage, ReminderRow.state, ReminderRow.key)) & {("waiting", "partner"), ("sent", "partner")} == set()


@pytest.mark.thorough
async def test_an_evening_line_follows_a_day_that_is_taken_back(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, layla, until=datetime(2026, 3, 23, 21, 5, tzinfo=UTC))
    line = "How the day stands for you and your partner"
    for begin, undo in ((bob.types("I asked."), "I asked."), (bob.presses("Done", on="your words become"), None)):
        await begin
        assert "You\ndone" in bob.message(line)["plain"].replace(": ", "\n")
        if undo is not None:
            await bob.deletes(undo)
        else:
            await bob.presses("Not done after all", on="Done. It counts.")
        assert "done" not in bob.message(line)["plain"]


async def test_the_evening_line_comes_at_my_hour_and_says_when_it_comes_next(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, layla, until=PAIRED)
    await bob.types("/partner")
    bob.sees("Your evening line comes at 17:00")
    await bob.presses("Another hour")
    await bob.fills("Save", hour="19:30")
    bob.sees("Your evening line comes at 19:30, where you are")
    await bob.types("/convene next")
    bob.sees("How the day stands for you and your partner", "19:30 is your hour")
    await stage.winder.advance(datetime(2026, 3, 23, 23, 0, tzinfo=UTC))
    assert layla.count("How the day stands for you and your partner") == 1
    assert bob.count("This tells only how the day stands") == 1, "only the card of /partner so far"
    await stage.winder.advance(datetime(2026, 3, 23, 23, 31, tzinfo=UTC))
    assert bob.count("This tells only how the day stands") == 2
    await bob.types("/convene")
    bob.sees("you go along with ليلى حداد")


@pytest.mark.thorough
async def test_what_goes_to_a_partner_has_a_limit_a_day_and_words_come_back(stage: Playground, person: At) -> None:
    ann, bob, layla, wei = person("ANN"), person("BOB"), person("layla"), person("wei")
    await joined(ann, bob, layla, wei, until=PAIRED)
    await bob.types("/partner")
    for _n in range(5):
        await bob.presses("Cheer", on="Your evening line comes at")
    assert layla.count("cheers for you") == 3
    assert wei.count("cheers for you") == 3, "a trio hears it both"
    bob.sees("Your cheers for today have all arrived")
    for n in range(11):
        await bob.presses("Reply to both", on="Your evening line comes at")
        await bob.fills("Send it", text=f"Word {n:02}.")
    for other in (layla, wei):
        other.sees("Word 09.")
        other.does_not_see("Word 10.")
    bob.sees("this one has not left", "Word 10.")


async def test_whoever_takes_their_days_along_takes_the_cheers_with_them(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, layla, until=PAIRED)
    await bob.types("/partner")
    for _n in range(2):
        await bob.presses("Cheer", on="Your evening line comes at")
    (challenge,) = await rows(stage, ChallengeRow.id)

    def asked(session: Session, name: str) -> list[int]:
        ctx = context(session, stage, name)
        fact = endings.CheersAsked(challenge, ctx.actor.id)
        ctx.publish(fact)
        return fact.counts

    found = [await stage.parts.units.read(lambda session, who=each: asked(session, who.who.name)) for each in (layla, bob)]  # type: ignore[misc]
    assert found == [[2], [0]], "those that others gave, not those that one gave"


@pytest.mark.thorough
async def test_an_entry_for_my_partner_follows_its_changes_and_is_taken_back(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, layla, until=PAIRED)
    await bob.types("/journal")
    await bob.fills("Save", text="I asked one question.", visibility="My partner too")
    bob.sees("It goes to ليلى حداد")
    layla.sees("shares their journal entry", "I asked one question.")
    await bob.types("/journal list")
    await bob.presses("Open Mon 23 Mar")
    await bob.presses("Change", on="I asked one question.")
    await bob.fills("Save", text="I asked two questions.", visibility="My partner too")
    layla.sees("I asked two questions.")
    assert layla.count("shares their journal entry") == 1
    await bob.presses("Change", on="I asked two questions.")
    await bob.fills("Save", text="I asked two questions.", visibility="Only me")
    layla.does_not_see("I asked two questions.")
    layla.sees("Bob O'Brien has taken a journal entry back")

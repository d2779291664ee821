"""Partners, lived on both platforms: pairing, what a lead does with it, who comes late or is alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from bot.chat.errors import LeadsOnly
from bot.core import doing
from bot.core.rows import LaterRow
from bot.playground import Playground
from handlers.partners import leading
from handlers.partners.payloads import Reroll, Send
from handlers.partners.rows import GroupRow, MemberRow, RoundRow
from tests.kit.cast import rows
from tests.kit.pairs import BEGUN, PAIRED, At, answered, context, joined, pairs, partner_of, wants_partner


@pytest.mark.both_databases
async def test_a_pair_across_platforms_goes_through_its_days(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, layla)
    bob.sees("You hear who your partner in First steps in learning together is once it has begun, on Mon 23 Mar")
    await stage.winder.advance(BEGUN)
    ann.sees(
        "Partners in First steps in learning together: a preview", "Bob O'Brien", "ليلى حداد", "have not met before", "sent by themselves"
    )
    await ann.presses("Send to everybody")
    ann.sees("1 pair in First steps in learning together has been told")
    bob.sees("Your partner is ليلى حداد", "08:00 to 20:00", "A first question for each of you")
    layla.sees("Your partner is Bob O'Brien")

    await bob.presses("Agree how we do it")
    await bob.fills("Save for both of us", medium="Two lines here", time="At lunch", tone="Frank")
    layla.sees("Bob O'Brien wrote down how you go about it", "Two lines here", "At lunch", "Frank")
    await layla.presses("Change what we agreed")
    await layla.fills("Save for both of us", medium="By phone", time="At lunch", tone="Frank")
    bob.sees("By phone")

    await stage.winder.advance(PAIRED)
    await layla.presses("Done", on="Or just write to me")
    await stage.winder.advance(datetime(2026, 3, 23, 21, 5, tzinfo=UTC))  # 17:05 in New York
    bob.sees("How the day stands for you and your partner")
    line = bob.message("How the day stands for you and your partner")["plain"]
    assert "not yet" in line
    assert "done" in line
    await bob.presses("Cheer", on="How the day stands for you and your partner")
    bob.sees("ليلى حداد hears your cheer")
    layla.sees("Bob O'Brien cheers for you")
    await layla.presses("How is it going?", on="How the day stands for you and your partner")
    bob.sees("ليلى حداد asks: how is it going?")
    await bob.types("Better than I thought.", reply_to="asks: how is it going?")
    layla.sees("Bob O'Brien writes to you", "Better than I thought.")
    await layla.presses("Reply to Bob O'Brien", on="writes to you")
    await layla.fills("Send it", text="I am glad.")
    bob.sees("I am glad.")
    await bob.types("This is for my journal only.")
    layla.does_not_see("for my journal only")
    assert "not yet" not in bob.message("How the day stands for you and your partner")["plain"], "the line follows the day"

    end = await stage.winder.horizon()
    assert end is not None
    await stage.winder.advance(end)
    assert bob.count("How the day stands for you and your partner") == 7
    assert await rows(stage, GroupRow.id)
    assert not [each for each in await rows(stage, GroupRow.ended_at) if each is None]
    assert stage.teams.card_problems == []


# -- the lead ----------------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_pairs_are_sent_by_themselves_where_the_lead_does_nothing_and_an_odd_number_gives_a_trio(
    stage: Playground, person: At
) -> None:
    members = [person(name) for name in ("BOB", "HANAKO", "layla", "wei", "anil")]
    await joined(person("ANN"), *members, until=BEGUN)
    person("ANN").sees("sent by themselves: today, 4:00 PM")
    person("jurgen").does_not_see("a preview")
    for member in members:
        member.does_not_see("Your partner is")
    await stage.winder.advance(PAIRED)
    assert sorted(len(group) for group in await pairs(stage)) == [2, 3]
    for member in members:
        for name in partner_of(member, await pairs(stage)):
            member.sees(name)
    person("ANN").sees("2 pairs in First steps in learning together have been told")
    assert (await rows(stage, MemberRow.was_third)).count(True) == 1


async def test_a_lead_who_matches_again_hears_where_nothing_else_comes_out(stage: Playground, person: At) -> None:
    ann = person("ANN")
    await joined(ann, person("BOB"), person("layla"))
    await ann.types("/challenge")
    await ann.presses("Manage", on="Challenges")
    await ann.presses("Pair people")
    ann.does_not_see("came out once more")
    await ann.presses("Match again", on="a preview")
    ann.sees("these pairs came out once more")


@pytest.mark.thorough
async def test_a_lead_matches_again_fixes_a_pair_and_sends_what_stands(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, person("HANAKO"), layla, person("anil"))
    await ann.types("/challenge")
    await ann.presses("Manage", on="Challenges")
    await ann.presses("Pair people")
    for _n in range(3):
        await ann.presses("Fix a pair")
        await ann.fills("Fix this pair", one="Bob O'Brien", other="Bob O'Brien")
        ann.sees("Please choose two different people")
        await ann.fills("Fix this pair", one="Bob O'Brien", other="ليلى حداد")
        ann.sees("fixed by hand")
        await ann.presses("Match again", on="fixed by hand")
    await wants_partner(person("wei"))
    await ann.presses("Send to everybody", on="fixed by hand")
    ann.sees("Somebody came or went meanwhile", "王小明")
    bob.does_not_see("Your partner is")
    await ann.presses("Send to everybody", on="came or went meanwhile")
    assert any({"Bob O'Brien", "ليلى حداد"} <= group for group in await pairs(stage))
    standing = await pairs(stage)
    (round_id,) = await rows(stage, RoundRow.id)
    assert "have been sent already" in await answered(stage, ann, Send(round_id))
    assert await pairs(stage) == standing
    await stage.winder.advance(PAIRED)
    assert await pairs(stage) == standing
    await ann.presses("Audit of the pairs")
    ann.sees("Met before | Comes out the same again", "Third more than once: 0")
    assert "| yes" in ann.reads()


@pytest.mark.thorough
async def test_a_lead_mixes_the_pairs_anew_midway_and_nobody_meets_again(stage: Playground, person: At) -> None:
    ann = person("ANN")
    await joined(ann, person("BOB"), person("HANAKO"), person("layla"), person("anil"), until=PAIRED)
    before = await pairs(stage)
    await ann.types("/challenge")
    await ann.presses("Manage", on="Challenges")
    await ann.presses("Pair people anew")
    ann.sees("The pairs that stand now end with it")
    assert await pairs(stage) == before
    await ann.presses("Send to everybody")
    after = await pairs(stage)
    assert len(after) == 2
    assert not [group for group in after if group in before]


@pytest.mark.thorough
async def test_many_are_matched_later_and_what_a_lead_changes_meanwhile_counts(
    stage: Playground, person: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "SMALL", 2)
    ann = person("ANN")
    await joined(ann, person("BOB"), person("HANAKO"), person("layla"), person("anil"))
    await stage.winder.advance(BEGUN)
    ann.sees("a preview")
    (round_id,) = await rows(stage, RoundRow.id)

    def changes_twice(session: Session) -> None:
        ctx = context(session, stage, ann.who.name)
        doing.press(ctx, Reroll(round_id))
        doing.press(ctx, Reroll(round_id))

    await stage.parts.units.run(changes_twice)
    assert await rows(stage, RoundRow.state) == ["matching"]
    assert len([name for name in await rows(stage, LaterRow.name) if name == "partners.match"]) == 2
    await stage.winder.advance(PAIRED)
    assert await rows(stage, LaterRow.name) == [], "the first result was of no use any more"
    assert await rows(stage, RoundRow.state) == ["sent"]
    assert sorted(map(len, await pairs(stage))) == [2, 2]


async def test_members_may_not_pair_others(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    await joined(ann, bob, person("layla"), until=BEGUN)
    (round_id,) = await rows(stage, RoundRow.id)

    def work(session: Session) -> None:
        ctx = context(session, stage, bob.who.name)
        with pytest.raises(LeadsOnly):
            doing.press(ctx, Send(round_id))

    await stage.parts.units.run(work)


# -- late, alone, three ------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
async def test_who_comes_late_joins_a_pair_that_agrees_and_one_no_is_enough(stage: Playground, person: At) -> None:
    ann, bob, hanako, layla, anil, wei = (person(name) for name in ("ANN", "BOB", "HANAKO", "layla", "anil", "wei"))
    await joined(ann, bob, hanako, layla, anil, until=PAIRED)
    everybody = {member.who.name: member for member in (bob, hanako, layla, anil)}
    await wants_partner(wei)
    wei.sees("You have no partner in First steps in learning together just now", "I have asked a pair")
    first, second = sorted(await pairs(stage), key=lambda pair: not everybody[min(pair)].count("王小明 has nobody to go along with"))
    one, other = (everybody[name] for name in first)
    for member in (one, other):
        member.sees("王小明 has nobody to go along with")
    for name in second:
        everybody[name].does_not_see("王小明 has nobody to go along with")
    await one.presses("Yes, gladly")
    one.sees("I wait for the other answer")
    await other.presses("We stay two")
    one.sees("This has settled itself")
    three, four = (everybody[name] for name in second)
    await three.presses("Yes, gladly")
    await four.presses("Yes, gladly")
    wei.sees("Your partners are")
    three.sees("You are three now")
    assert {*second, "王小明"} in await pairs(stage)
    assert first in await pairs(stage)


@pytest.mark.thorough
async def test_two_who_come_late_go_together_and_a_question_that_nobody_answers_goes_on(stage: Playground, person: At) -> None:
    ann, bob, layla, wei, anil = (person(name) for name in ("ANN", "BOB", "layla", "wei", "anil"))
    await joined(ann, bob, layla, until=PAIRED)
    await wants_partner(wei)
    await stage.winder.advance(datetime(2026, 3, 24, 16, 0, tzinfo=UTC))
    bob.sees("This has settled itself")
    wei.sees("no pair could take a third just now")
    await wants_partner(anil)
    wei.sees("Your partner is अनिल शर्मा")
    anil.sees("Your partner is 王小明")
    assert sorted(map(len, await pairs(stage))) == [2, 2]


@pytest.mark.thorough
async def test_somebody_alone_is_told_why_and_gets_whoever_comes_next(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, until=BEGUN)
    bob.sees("There is nobody else yet who looks for a partner")
    await bob.types("/partner")
    assert bob.count("There is nobody else yet") == 2
    await wants_partner(layla)
    bob.sees("Your partner is ليلى حداد")


@pytest.mark.thorough
async def test_there_is_an_answer_for_everybody_who_asks_for_their_partner(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await bob.types("/partner")
    bob.sees("You take part in none just now")
    await joined(ann)
    await layla.presses("Join", on="Seven small days")
    await layla.types("/partner")
    layla.sees("Would you like a partner in First steps in learning together?")
    await layla.presses("No, thank you", on="Would you like a partner in")
    layla.sees("Noted: no partner")
    await layla.presses("Yes, find me a partner", on="You are in")
    await layla.types("/partner")
    layla.sees("once it has begun")
    await stage.winder.advance(BEGUN)
    await layla.presses("No, thank you", on="You are in")
    await wants_partner(bob)
    layla.does_not_see("Your partner is")
    bob.sees("You have no partner in First steps")

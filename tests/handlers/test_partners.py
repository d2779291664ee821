"""Partners, lived on both platforms: pairing, introductions, evening lines, words, silence, leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.chat.action import Action
from bot.chat.errors import LeadsOnly
from bot.chat.reading import resolved
from bot.chat.reply import Say
from bot.chat.text import label_of
from bot.core import doing
from bot.core.context import Context
from bot.core.facts import PeopleLinked
from bot.core.rows import LaterRow
from bot.data import scope
from bot.people import store as people
from bot.people.joining import merge_people
from bot.people.rows import CommunityRow, PersonRow
from bot.people.values import Community
from bot.playground import Playground
from handlers import endings
from handlers.challenges.rows import ChallengeRow
from handlers.nudges.rows import ReminderRow
from handlers.partners import leading, my_things
from handlers.partners.payloads import Reroll, Send
from handlers.partners.rows import GroupRow, MemberRow, RoundRow
from tests.kit.beginnings import announced, joins
from tests.kit.cast import rows
from tests.kit.past import lived
from tests.kit.people import Person

At = Callable[[str], Person]
TITLE = "First steps in learning together"
BEGUN = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)  # 10:00 in Berlin: the places have had day 1
PAIRED = datetime(2026, 3, 23, 15, 5, tzinfo=UTC)  # 16:05 in Berlin: pairs were sent by themselves


async def joined(lead: Person, *members: Person, until: datetime | None = None, **draft: object) -> None:
    """A challenge from Monday on, which these members join and want a partner for."""
    await announced(lead, *members, partners=True, until=until, **draft)


def context(session: Session, stage: Playground, name: str) -> Context:
    """What a handler would be given if this person acted now."""
    scope.enter(session, scope.SYSTEM)
    row = session.query(CommunityRow).one()
    somebody = session.query(PersonRow).filter(PersonRow.name == name).one()
    scope.enter(session, row.id)
    member = people.members(session, [somebody.id])[somebody.id]
    community = Community(row.id, row.name, row.zone, row.language)
    return Context(session=session, registry=stage.parts.registry, now=stage.winder.now(), seed=1, community=community, actor=member)


async def data(stage: Playground, member: Person, export: Callable[[Context], list[dict[str, Any]]]) -> str:
    """What an export has of somebody, as text."""
    return await stage.parts.units.read(lambda session: str(export(context(session, stage, member.who.name))))


async def answered(stage: Playground, member: Person, payload: Action) -> str:
    """What a press on a card that has changed since is answered with; the card is not replaced."""

    def work(session: Session) -> str:
        reply = doing.press(context(session, stage, member.who.name), payload)
        assert isinstance(reply, Say)
        assert not reply.instead
        return label_of(resolved(reply.message, "en").summary)

    return await stage.parts.units.run(work)


async def wants_partner(member: Person) -> None:
    await joins(member, partners=True)


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


async def pairs(stage: Playground) -> list[set[str]]:
    """Who is with whom now, by name."""
    names = dict(await rows(stage, PersonRow.id, PersonRow.name))
    standing = {group for group, ended in await rows(stage, GroupRow.id, GroupRow.ended_at) if ended is None}
    found: dict[int, set[str]] = {}
    for group, who, left in await rows(stage, MemberRow.group_id, MemberRow.person_id, MemberRow.left_at):
        if group in standing and left is None:
            found.setdefault(group, set()).add(names[who])
    return list(found.values())


def partner_of(member: Person, among: list[set[str]]) -> set[str]:
    """The names of somebody's partners."""
    return next((group - {member.who.name} for group in among if member.who.name in group), set())


# -- the lead ----------------------------------------------------------------------------------------------------------------


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
    ann.sees("Round 1", "Pairs that had met before", "Comes out the same again: yes", "Third more than once: 0")


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


async def test_somebody_alone_is_told_why_and_gets_whoever_comes_next(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, until=BEGUN)
    bob.sees("There is nobody else yet who looks for a partner")
    await bob.types("/partner")
    assert bob.count("There is nobody else yet") == 2
    await wants_partner(layla)
    bob.sees("Your partner is ليلى حداد")


# -- parting -----------------------------------------------------------------------------------------------------------------


async def test_a_partner_is_declined_privately_and_both_find_company(stage: Playground, person: At) -> None:
    ann, bob, hanako, layla, anil = (person(name) for name in ("ANN", "BOB", "HANAKO", "layla", "anil"))
    await joined(ann, bob, layla, until=PAIRED)
    await bob.types("/partner")
    held = bob.holds("Another partner")
    await held()
    bob.sees("Your partner hears only that the pair has ended", "I look for somebody else")
    layla.sees("Your pair with Bob O'Brien in First steps in learning together has ended", "says nothing about you")
    assert await pairs(stage) == [], "not with each other again"
    await held()
    bob.sees("This card is out of date")
    await wants_partner(hanako)
    await wants_partner(anil)
    assert sorted(map(len, await pairs(stage))) == [2, 2]
    assert partner_of(bob, await pairs(stage)) != {"ليلى حداد"}


async def test_whom_somebody_is_never_paired_with_stands_in_no_message_to_anybody_else(stage: Playground, person: At) -> None:
    ann, bob, layla, wei, hanako = (person(name) for name in ("ANN", "BOB", "layla", "wei", "HANAKO"))
    await joined(ann, bob, layla, wei, hanako)
    await bob.types("/partner")
    await bob.presses("Never pair me with")
    chosen = [str(row.id) for row in await rows(stage, PersonRow) if row.name in ("ليلى حداد", "王小明")]
    await bob.fills("Keep it private", people=chosen)
    bob.sees("I never pair you with these people", "ليلى حداد", "They are not told")
    await wei.types("/journal A canary that only I may see.")
    before = {member.who.name: member.reads() for member in (ann, layla, wei, hanako)}
    assert not [text for text in before.values() if "never pair" in text.casefold()]
    await stage.winder.advance(PAIRED)
    assert partner_of(bob, await pairs(stage)) == {"田中 花子"}
    await ann.types("/challenge")
    await ann.presses("Manage", on="Challenges")
    await ann.presses("Audit of the pairs")
    await layla.types("/convene export")
    await layla.types("/convene privacy")
    await stage.winder.advance(datetime(2026, 3, 24, 22, 0, tzinfo=UTC))
    for member in (ann, layla, wei, hanako):
        member.does_not_see("I never pair you with")
        if member is not wei:
            member.does_not_see("A canary that only I may see")
    exported = [await data(stage, member, my_things.export) for member in (bob, layla)]
    assert "never_pair_me_with" in exported[0]
    assert "Bob" not in exported[1]
    assert "never" not in exported[1]


async def test_a_partner_who_pauses_is_away_and_whoever_stays_gets_company(stage: Playground, person: At) -> None:
    ann, bob, layla, wei = person("ANN"), person("BOB"), person("layla"), person("wei")
    await joined(ann, bob, layla, until=PAIRED)
    await bob.presses("Pause", on="One question about today")
    await bob.fills("Pause until then", until="2026-03-26")
    layla.sees("Bob O'Brien is away until Thu 26 Mar", "You stay partners")
    await layla.presses("Company meanwhile")
    layla.sees("I look for company for you")
    await wants_partner(wei)
    layla.sees("Your partner is 王小明")
    await stage.winder.advance(datetime(2026, 3, 24, 21, 30, tzinfo=UTC))
    layla.sees("is away until Thu 26 Mar")
    bob.does_not_see("How the day stands for you")
    await bob.presses("Go on now", on="is paused for you")
    layla.sees("Bob O'Brien is back in First steps in learning together")


@pytest.mark.both_databases
async def test_a_partner_who_leaves_or_is_erased_leaves_nobody_alone_in_silence(stage: Playground, person: At) -> None:
    ann, bob, layla, wei = person("ANN"), person("BOB"), person("layla"), person("wei")
    await joined(ann, bob, layla, wei, until=PAIRED)
    await bob.types("/convene erase")
    await bob.fills("Erase everything", word="erase")
    layla.sees("Bob O'Brien has left First steps in learning together")
    assert await pairs(stage) == [{"ليلى حداد", "王小明"}]
    await wei.presses("Leave", on="You are in")
    layla.sees("王小明 has left", "I look for company for you", "There is nobody else yet")
    assert await pairs(stage) == []
    await stage.winder.advance(datetime(2026, 3, 24, 22, 0, tzinfo=UTC))
    layla.does_not_see("How the day stands for you")


async def test_two_partners_who_turn_out_to_be_one_person_are_no_pair(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, layla, until=PAIRED)
    people_ids = dict(await rows(stage, PersonRow.name, PersonRow.id))

    def link(session: Session) -> None:
        ctx = context(session, stage, bob.who.name)
        merge_people(session, people_ids[bob.who.name], people_ids[layla.who.name], ctx.actor.identities[0].id)
        member = people.members(session, [people_ids[bob.who.name]])[people_ids[bob.who.name]]
        ctx.act_as(member)
        ctx.publish(PeopleLinked(member, people_ids[layla.who.name]))

    await stage.parts.units.run(link)
    await stage.winder.settle()
    assert await pairs(stage) == []
    bob.sees("You have no partner in First steps in learning together just now")
    await wants_partner(person("wei"))
    assert await pairs(stage) == [{"Bob O'Brien", "王小明"}]


# -- the evening ---------------------------------------------------------------------------------------------------------------


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


async def quiet_pair(stage: Playground, ann: Person, bob: Person, layla: Person) -> None:
    """A pair of which one does a day each day and the other none, up to the evening on which both are offered something."""

    async def life() -> None:
        await announced(ann, bob, layla, partners=True, on="day", pack="better_practitioner", until=PAIRED)
        for day in range(23, 28):
            await bob.types("/journal It went well.")
            await stage.winder.advance(datetime(2026, 3, day, 22, 0, tzinfo=UTC))

    await lived(stage, "a quiet pair", life)
    bob.sees("It has been quiet from ليلى حداد for three days")
    layla.sees("It has been quiet for three days")


async def test_an_offer_that_nobody_answers_is_over_with_the_next_day_that_is_done(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await quiet_pair(stage, ann, bob, layla)
    await layla.types("/journal Here I am again.")
    for member in (bob, layla):
        member.does_not_see("It has been quiet")
        member.sees("This is over. There is nothing left to do.")


async def test_offers_end_with_their_group_and_no_reminder_is_left(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await quiet_pair(stage, ann, bob, layla)
    await layla.presses("Leave", on="You are in")
    bob.does_not_see("It has been quiet from")
    assert set(await rows(stage, ReminderRow.state)) == {"settled"}


async def test_whoever_stopped_reminders_is_offered_nothing(stage: Playground, person: At) -> None:
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await bob.types("/convene settings")
    await bob.fills("Save", reminders="0")
    await joined(ann, bob, layla, until=datetime(2026, 3, 29, 22, 0, tzinfo=UTC))
    bob.does_not_see("It has been quiet")
    assert bob.count("How the day stands for you and your partner") == 7


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


@pytest.mark.parametrize("pauses", [False, True])
async def test_days_away_are_told_like_a_pause_and_so_is_coming_back(stage: Playground, person: At, pauses: bool) -> None:
    """Layla is away from Wednesday to Thursday: Bob hears until when, nothing else, and then that she is back."""
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await joined(ann, bob, layla, until=PAIRED)
    if pauses:
        await stage.winder.advance(datetime(2026, 3, 25, 14, 30, tzinfo=UTC))
        await layla.presses("Pause", on="Say what you do")
        await layla.fills("Pause until then", until="2026-03-27")
    else:
        await layla.types("/convene away")
        await layla.presses("Add days away")
        await layla.fills("Save", first="2026-03-25", last="2026-03-26")
        bob.does_not_see("is away")
    await stage.winder.advance(datetime(2026, 3, 26, 22, 0, tzinfo=UTC))
    assert bob.count("ليلى حداد is away until Fri 27 Mar.") == 1
    bob.sees("You stay partners", "Company meanwhile")
    assert "is away until Fri 27 Mar" in bob.message("How the day stands for you and your partner")["plain"]
    assert layla.count("How the day stands for you and your partner") == 2, "nothing on the days on which she is away"
    await bob.types("/partner")
    await bob.presses("Company meanwhile", on="Your partner")
    bob.sees("I look for company for you")
    await stage.winder.advance(datetime(2026, 3, 27, 22, 0, tzinfo=UTC))
    bob.sees("ليلى حداد is back in First steps in learning together")
    assert layla.count("How the day stands for you and your partner") == 3
    bob.does_not_see("It has been quiet from ليلى")


async def test_who_is_away_today_is_told_at_once_and_is_asked_for_no_third(stage: Playground, person: At) -> None:
    ann, bob, layla, wei = (person(name) for name in ("ANN", "BOB", "layla", "wei"))
    await joined(ann, bob, layla, until=PAIRED)
    await layla.types("/convene away")
    await layla.presses("Add days away")
    await layla.fills("Save", first="2026-03-23", last="2026-03-28")
    assert bob.count("ليلى حداد is away until Sun 29 Mar.") == 1
    await wants_partner(wei)
    wei.sees("no pair could take a third just now")
    await layla.types("/convene")
    await layla.presses("I am back")
    bob.sees("ليلى حداد is back in First steps in learning together")
    bob.does_not_see("is away until")


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

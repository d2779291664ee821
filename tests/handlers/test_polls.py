"""Polls from the question to what comes of it, with votes from both platforms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat.action import Action
from bot.chat.form import Draft, read
from bot.chat.reply import Reply
from bot.core.context import Context
from bot.core.doing import press
from bot.core.registry import Registry
from bot.data import scope
from bot.people.rows import CommunityRow, PersonRow
from bot.people.store import members
from bot.people.values import Community
from bot.playground import Playground
from handlers import features
from handlers.polls import cards, closing
from handlers.polls.ballot_rows import BallotRow, PollSecretRow, SecretBallotRow, VoteRow
from handlers.polls.payloads import Close, GiveAnswer
from handlers.polls.rows import PollRow
from tests.kit.cast import Cast, confirms, count, rows
from tests.kit.people import Person

At = Callable[[str], Person]
PROMISE = "Not anonymous: whoever asks this"
FORM = {"options": "Pizza\nSushi | From the corner\nSoup"}


@pytest.fixture
def slack(stage: Playground, person: At) -> Cast:
    return Cast.of(stage, "slack", person)


async def asks(somebody: Person, question: str, **draft: object) -> None:
    """Fill in the form and post the preview."""
    await somebody.types("/poll")
    await somebody.fills("Show me the preview", question=question, **draft)
    somebody.sees("Nobody else sees this yet.")
    await somebody.presses("Post it")


async def test_in_a_storm_the_card_counts_from_time_to_time_and_nothing_is_left_out(
    slack: Cast, person: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "FEW", 1)
    monkeypatch.setattr(cards, "COUNT_EVERY", timedelta(minutes=10))
    await slack.member.types("/poll Lunch? | Pizza | Sushi")
    for somebody in (slack.other, person("layla"), person("wei"), slack.lead):
        await somebody.presses("Pizza", on="Choose one.")
    slack.other.sees("2 people have voted.", in_place=True)
    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(minutes=11))
    slack.other.sees("4 people have voted.", in_place=True)
    await slack.member.presses("Sushi", on="Choose one.")
    slack.other.sees("5 people have voted.", in_place=True)
    await slack.member.presses("Withdraw my vote")
    slack.other.sees("5 people have voted.", in_place=True)
    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(minutes=11))
    slack.other.sees("4 people have voted.", in_place=True)


@pytest.mark.both_databases
async def test_lunch_from_its_question_to_its_result(cast: Cast, person: At) -> None:
    elsewhere = person("layla" if cast.is_slack else "BOB")
    await cast.member.types("/poll Lunch? | Pizza | Sushi")
    cast.member.sees("Your poll is open in:")
    for somebody in (cast.other, elsewhere):
        somebody.sees("Lunch?", PROMISE, "Everybody sees the counts.", "Nobody has voted yet.", in_place=True)

    await cast.other.presses("See all and my vote", on=PROMISE)
    late = cast.other.holds("Sushi")
    await cast.other.presses("Pizza")
    cast.other.sees("Counted:", "You can change or withdraw it until it closes.")
    await elsewhere.presses("Pizza", on="Choose one.")
    await cast.member.presses("Sushi", on="Choose one.")
    await cast.lead.presses("Sushi", on="Choose one.")
    await cast.lead.presses("Pizza", on="Choose one.")
    cast.lead.sees("Changed to:")
    await cast.lead.presses("Pizza", on="Choose one.")
    cast.lead.sees("It stands as it was:")
    await cast.member.presses("Withdraw my vote")
    for somebody in (cast.other, elsewhere):
        somebody.sees("3 people have voted.", "So far most for Pizza.", in_place=True)
    assert len(await rows(cast.stage, VoteRow.person_id)) == 3

    await cast.other.presses("See all and my vote", on="Choose one.")
    assert "Close, extend, change" not in cast.other.reads()
    await cast.member.presses("Close, extend, change")
    await confirms(cast.member, "Close it now")()
    for somebody in (cast.other, elsewhere):
        somebody.sees("Result: Lunch?", "3 people voted.", "Most for Pizza.", in_place=True)
    await late()
    cast.other.sees("This poll is over, so nothing was changed.")
    assert len(await rows(cast.stage, VoteRow.person_id)) == 3
    assert cast.is_clean()


@pytest.mark.both_databases
async def test_an_anonymous_poll_keeps_its_word(slack: Cast, person: At) -> None:
    await asks(slack.lead, "Do we trust each other?", kind="agreement", is_anonymous=["yes"], is_decision=["yes"])
    voters = [person(name) for name in ("BOB", "HANAKO", "PRIYA", "layla", "wei", "anil")]
    for number, voter in enumerate(voters):
        voter.sees("Confidential until close, anonymous after", in_place=True)
        await voter.presses("I agree" if number > 1 else "I disagree", on="Confidential until close")
    slack.lead.does_not_see("have voted")
    await voters[0].presses("See all and my vote", on="Confidential until close")
    voters[0].sees("I disagree")
    assert len(await rows(slack.stage, SecretBallotRow.voter)) == 6
    await slack.lead.presses("Close, extend, change")
    await slack.lead.presses("Close it now")
    for voter in voters:
        voter.sees("Result: Do we trust each other?", "6 people voted.", "Most for I agree.", in_place=True)
    assert await rows(slack.stage, PollSecretRow.poll_id) == []
    assert len(await rows(slack.stage, BallotRow.id)) == 6

    slack.lead.sees("What do we do with this?")
    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(days=4))
    why = "those who voted have not heard what comes of it"
    slack.lead.does_not_see(why)
    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(days=4))
    slack.lead.sees(why)
    await slack.lead.presses("Say what comes of it")
    await slack.lead.fills("Tell those who voted", outcome="We open every meeting with a round.")
    slack.lead.sees("6 people who voted hear of it.")
    for voter in voters:
        voter.sees("We open every meeting with a round.", "This came because you voted.")
    assert slack.is_clean()


@pytest.mark.thorough
async def test_few_votes_and_unanimity_say_little(slack: Cast, person: At) -> None:
    for question, names in (("Too few?", ("BOB", "layla")), ("All of us?", ("BOB", "PRIYA", "layla", "wei", "anil"))):
        await asks(slack.lead, question, is_anonymous=["yes"], **FORM)
        for name in names:
            await person(name).presses("Pizza", on=question)
        await slack.lead.presses("Close, extend, change", on=question)
        await slack.lead.presses("Close it now", on=question)
    slack.member.sees("Fewer than 5 people voted, so no result is shown.", "All or nearly all chose Pizza.", in_place=True)
    assert slack.is_clean()


KINDS = [
    ("multiple", {"chosen": ["Pizza", "Soup"]}, {"chosen": ["Pizza"]}, ("Most for Pizza.",)),
    ("ranked", {"o0": "Soup", "o1": "Pizza"}, {"o0": "Soup"}, ("Run-off, round by round", "The run-off goes to Soup.")),
    ("dots", {"o0": "7", "o2": "3"}, {"o2": "8"}, ("Most for Soup.",)),
    ("score", {"o0": "5", "o1": "2"}, {"o0": "1", "o1": "2"}, ("How many gave 1, 2, 3, 4 and 5", "split")),
    ("open", {"text": "Shorter meetings."}, {"text": "מעט יותר זמן"}, ("Shorter meetings.", "מעט יותר זמן")),
]


@pytest.mark.thorough
@pytest.mark.parametrize(("kind", "first", "second", "seen"), KINDS, ids=[kind[0] for kind in KINDS])
async def test_kinds_that_need_a_form(stage: Playground, person: At, kind: str, first: dict, second: dict, seen: tuple) -> None:  # type: ignore[type-arg]
    ann, bob, layla = person("ANN"), person("BOB"), person("layla")
    await asks(ann, "What now?", kind=kind, is_hidden=["yes"], **FORM)
    for somebody, draft in ((bob, first), (layla, second)):
        await somebody.presses("Vote", on="What now?")
        await somebody.fills("Vote", **{name: _of_form(somebody, name, value) for name, value in draft.items()})
        somebody.sees("Your vote is counted." if somebody is layla else "Counted:")
    ann.does_not_see("Most for")
    await bob.presses("Vote", on="Counts are shown when it closes.")
    standing = Cast.of(stage, "slack", person).values(bob)
    assert all(standing[name] not in ("", None, []) for name in first), "the earlier answer stands in the form"
    await bob.fills("Vote")
    bob.sees("It stands as it was:")
    await ann.presses("Close, extend, change")
    await ann.presses("Close it now")
    for somebody in (bob, layla):
        somebody.sees("2 people voted.", *seen, in_place=True)
    assert Cast.of(stage, "slack", person).is_clean()


def _of_form(somebody: Person, name: str, value: object) -> object:
    """Options by their labels, several at once too."""
    if not isinstance(value, list):
        return value
    dialog = somebody.screen["dialog"]
    assert dialog is not None
    labels = {o["label"]: o["value"] for control in dialog["controls"] if control["name"] == name for o in control["options"]}
    return [labels[each] for each in value]


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_fifty_long_options_page_and_can_be_chosen(cast: Cast) -> None:
    long = [f"{n:02d}" + "学习实践社区共同成长" * 7 + "好好好" for n in range(1, 51)]
    assert all(len(each) == 75 for each in long)
    await asks(cast.lead, "哪一个？", options="\n".join(long[:30]), more="\n".join(long[30:]))
    cast.member.sees(long[0], long[9], "And 40 more options.", in_place=True)
    assert (await rows(cast.stage, PollRow.state)) == ["open"]
    card = cast.member.message("And 40 more options.")
    picker = next(control for control in card["controls"] if control["kind"] != "button" and len(control["options"]) == 50)
    if cast.is_slack:
        await cast.member.presses(picker["label"], on="And 40 more options.", picking=picker["options"][49]["value"])
    else:
        card_button = next(control for control in card["controls"] if control["kind"] == "button")
        message = card["id"]
        await cast.member._done(
            await cast.member.driver.presses(
                cast.member.who.account, message, card_button["id"], {picker["id"]: picker["options"][49]["value"]}
            )
        )
    cast.member.sees("Counted:")
    assert await count(cast.stage, VoteRow) == 1
    await cast.member.presses("See all and my vote", on="And 40 more options.")
    for _page in range(4):
        await cast.member.presses("Further options")
    cast.member.sees("Page 5 of 5", long[49])
    assert cast.is_clean()


async def test_what_goes_wrong_comes_back_at_its_field(slack: Cast) -> None:
    await slack.member.types("/poll")
    await slack.member.fills("Show me the preview", question="Where?", options="Here", on="2026-03-01")
    slack.member.sees("Please give from 2 to 50 different options", "This is over already.")
    assert await count(slack.stage, PollRow) == 0


async def test_a_preview_can_be_changed_and_discarded(slack: Cast) -> None:
    await slack.member.types("/poll Where do we meet?")
    await slack.member.fills("Show me the preview", question="Where do we meet?", options="Here\nThere")
    slack.other.does_not_see("Where do we meet?")
    old = slack.member.holds("Post it")
    await slack.member.presses("Change it")
    await slack.member.fills("Show me the preview", options="Here\nThere\nNowhere")
    slack.member.sees("Nowhere")
    await old()
    slack.member.sees("This card is out of date.")
    await slack.member.presses("Discard")
    slack.member.sees("Discarded. Nobody saw it.")
    assert await count(slack.stage, PollRow) == 0


@pytest.mark.thorough
async def test_a_poll_closes_at_its_hour_and_reminds_twice_at_most(slack: Cast, person: At) -> None:
    layla = person("layla")
    await asks(slack.lead, "When?", on="2026-03-27", at="17:00", quorum="4", **FORM)
    await slack.member.presses("Pizza", on="When?")
    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(days=6))
    slack.other.sees("This poll is open, and you have not voted yet.")
    assert slack.member.count("This poll is open, and you have not voted yet.") == 0
    await layla.presses("See all and my vote", on="When?")
    await layla.presses("Soup", on="Your vote: When?" if layla.count("Your vote: When?") else "When?")
    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(days=2))
    slack.member.sees("Result: When?", "A tie: Pizza, Soup.", "The quorum of 4 was not reached.", in_place=True)
    assert slack.is_clean()


@pytest.mark.thorough
async def test_extended_cancelled_and_made_stricter(slack: Cast, person: At) -> None:
    await asks(slack.lead, "Which day?", on="2026-03-23", at="12:00", **FORM)
    await slack.lead.presses("Close, extend, change")
    await slack.lead.presses("Change the wording")
    await slack.lead.fills("Save", question="Which day then?")
    slack.member.sees("Which day then?", in_place=True)
    await slack.member.presses("Pizza", on="Which day then?")
    slack.other.sees("1 person has voted.", in_place=True)
    await slack.lead.presses("Change the wording")
    slack.lead.sees("Somebody has voted on these words")
    await slack.lead.presses("Hide counts until close")
    slack.other.sees("Counts are shown when it closes.", in_place=True)
    assert "So far most for" not in slack.other.message("Counts are shown when it closes.", slack.other.place)["plain"]
    await slack.lead.presses("Let it close later")
    await slack.lead.fills("Tell everybody", on="2026-03-25", at="12:00")
    slack.member.sees("Open for longer, until")
    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(days=4))
    slack.other.does_not_see("Result: Which day then?")
    await slack.lead.presses("Cancel the poll")
    await slack.lead.fills("Cancel the poll", reason="The canteen is closed.")
    slack.other.sees("This poll was cancelled; nothing was counted.", "The canteen is closed.", in_place=True)
    await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(days=4))
    slack.other.does_not_see("Result: Which day then?")


async def test_text_typed_into_a_closing_poll_comes_back(slack: Cast) -> None:
    await asks(slack.lead, "What did you learn?", kind="open")
    await slack.member.presses("Vote", on="What did you learn?")
    await slack.lead.presses("Close, extend, change")
    await slack.lead.presses("Close it now")
    await slack.member.fills("Vote", text="That I should ask earlier.")
    slack.member.sees("This poll is over, so nothing was changed.")
    assert slack.values(slack.member)["text"] == "That I should ask earlier."


async def test_an_option_added_while_somebody_votes(slack: Cast, person: At) -> None:
    await asks(slack.lead, "Give points", kind="dots", may_add_options=["yes"], **FORM)
    await slack.member.presses("Vote", on="Give points")
    layla = person("layla")
    await layla.presses("Add an option", on="Give points")
    await layla.fills("Add", label="Falafel")
    await slack.member.fills("Vote", o0="4", o1="7")
    slack.member.sees("You have 10 points, and this gives away 11.")
    await slack.member.fills("Vote", o1="6")
    slack.member.sees("Counted:")
    slack.other.sees("Falafel", "1 person has voted.", in_place=True)
    assert await count(slack.stage, VoteRow) == 1


@pytest.mark.thorough
async def test_everybody_has_voted(stage: Playground, person: At) -> None:
    ann, everybody = person("ANN"), ("ANN", "BOB", "HANAKO", "PRIYA", "jurgen", "layla", "wei", "anil")
    await asks(ann, "All in?", closes_when_all_voted=["yes"], **FORM)
    known = {person(name) for name in everybody}
    for somebody in known:
        await somebody.presses("Soup", on="All in?")
    ann.sees("Result: All in?", "Most for Soup.", in_place=True)


@pytest.mark.thorough
async def test_a_pulse_comes_every_week_with_its_trend(slack: Cast) -> None:
    await asks(slack.lead, "How is the week?", kind="agreement", every="weekly", on="2026-03-23", at="12:00")
    for answer in ("I disagree", "I agree strongly"):
        await slack.member.presses(answer, on="How is the week?")
        await slack.stage.winder.advance(slack.stage.winder.now() + timedelta(days=7))
    slack.member.sees("Over time, per cent:", in_place=True)
    result = slack.member.message("Over time, per cent:", slack.member.place)["plain"]
    assert "2026-03-23" in result
    assert "100" in result
    assert len(await rows(slack.stage, PollRow.id)) == 3


async def test_a_place_that_joins_later_gets_the_open_polls_and_one_that_is_deleted_none(slack: Cast, person: At) -> None:
    await slack.member.types("/poll Lunch? | Pizza | Sushi")
    await slack.deletes_place()
    layla = person("layla")
    await layla.presses("Pizza", on="Choose one.")
    layla.sees("1 person has voted.", in_place=True)
    await slack.member.presses("Close, extend, change")
    await slack.member.presses("Close it now")
    layla.sees("Result: Lunch?", in_place=True)


async def test_the_front_door_says_what_needs_my_vote(slack: Cast, person: At) -> None:
    await slack.lead.types("/poll Lunch? | Pizza | Sushi")
    await slack.member.types("/convene")
    await slack.member.presses("Vote", on="Closes by hand.")
    await slack.member.presses("Sushi", on="Choose one.")
    slack.member.sees("Counted:")


async def test_what_is_shown_can_be_taken_along(slack: Cast) -> None:
    await slack.lead.types("/poll Lunch? | Pizza | =1+1")
    await slack.member.presses("Pizza", on="Choose one.")
    await slack.member.presses("See all and my vote", on="Choose one.")
    await slack.member.presses("Get it as a table")
    slack.member.sees("Counts only. Whoever asked, and leads, also get the names.")


async def test_a_member_manages_nothing_of_others(slack: Cast) -> None:
    await slack.lead.types("/poll Lunch? | Pizza | Sushi")
    payload = Close(await _only(slack, PollRow.id))
    with pytest.raises(closing.NotYours):
        await presses_payload(slack, slack.member, payload)
    assert await rows(slack.stage, PollRow.state) == ["open"]


def filled(ctx: Context, draft: type[Draft], values: Mapping[str, Any], subject: GiveAnswer) -> Draft:
    """A form as it is read when it is sent, with the options that it had."""
    declared = ctx.registry.forms[draft.wire_name]
    return read(draft, values, declared.options(ctx, subject) if declared.options else None)


async def _only(cast: Cast, column: object) -> int:
    (found,) = await rows(cast.stage, column)
    return int(found)


async def presses_payload(cast: Cast, somebody: Person, payload: Action) -> Reply:
    return await in_unit(cast, somebody, lambda ctx: press(ctx, payload))


async def in_unit(cast: Cast, somebody: Person, work: Callable[[Context], Reply]) -> Reply:
    """A unit in which somebody acts, whatever their screen offers."""

    def run(session: Session) -> Reply:
        scope.enter(session, scope.SYSTEM)
        person = session.execute(select(PersonRow).where(PersonRow.name == somebody.who.name)).scalar_one()
        community = session.execute(select(CommunityRow)).scalar_one()
        here = Community(community.id, community.name, community.zone, community.language)
        scope.enter(session, here.id)
        ctx = Context(session=session, registry=Registry(features()), now=cast.stage.winder.now(), seed=1, community=here)
        ctx.act_as(members(session)[person.id])
        return work(ctx)

    return await cast.stage.parts.units.run(run)

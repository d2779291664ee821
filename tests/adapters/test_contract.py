"""The contract of an adapter, lived through the whole playground: the same conversations on Slack and on Teams."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.playground.driver import Outcome
from bot.chat.message import Message, Paragraph
from bot.core import outbox
from bot.core.outbox import Kind
from bot.core.rows import InboxRow, KeptTextRow, LaneRow, PostRow, SeenRow
from bot.data import scope
from bot.people.rows import IdentityRow, PersonRow, PlaceRow
from bot.people.store import places
from handlers.challenges.rows import ChallengeRow, DoneRow, ParticipantRow
from handlers.journal.rows import EntryRow
from tests.kit.cast import Cast, Effect, count, entries, rows, slowed

BY_SOCKET_TOO = True  # the same over Socket Mode as over HTTP

CARD = "Seven small days"  # the living card of the challenge, in its place
ANNOUNCE, ASKS, SAVED, TAKEN_BACK = "Announce it", "What shall I do with it?", "Saved in your journal", "Taken back"


async def announced(cast: Cast) -> None:
    """A challenge that begins on Monday stands in both places."""
    await cast.lead.types("/challenge")
    await cast.lead.fills(ANNOUNCE, starts_on="2026-03-23")
    cast.lead.sees("is announced")


async def first_day(cast: Cast) -> None:
    """The first day of a challenge in which the member takes part."""
    await announced(cast)
    await cast.member.presses("Join", on=CARD)
    await cast.passes(days=3, hours=7)
    cast.member.sees("One question about today")


@pytest.mark.thorough
async def test_a_command_is_answered_to_the_one_who_typed_it(cast: Cast) -> None:
    await cast.member.types("/challenge")
    assert cast.member.count("There is no challenge now") == 1
    if cast.is_slack:
        await cast.other.types("/challenge", in_place=True)  # Teams knows no command that others do not read
    else:
        await cast.other.types(f"{cast.mention} challenge", in_place=True)
    cast.other.sees("There is no challenge now")
    cast.lead.does_not_see("There is no challenge now")
    assert cast.member.count("There is no challenge now") == 1
    assert cast.is_clean()


@pytest.mark.thorough
async def test_whoever_says_hi_hello_or_help_learns_what_the_bot_can_do(cast: Cast) -> None:
    for said in ("Hi", "hello", "HELP"):
        seen = cast.member.count("What I can do")
        await cast.member.types(said)
        assert cast.member.count("What I can do") == seen + 1, said
    seen = cast.other.count("What I can do")
    await cast.other.types(f"{cast.mention} hello", in_place=True)
    assert cast.other.count("What I can do") == seen + 1
    assert "What I can do" not in cast.member.reads(in_place=True), "it is answered to the one who asked"
    assert cast.is_clean()


async def test_a_form_comes_back_with_its_errors_and_everything_typed(cast: Cast) -> None:
    await cast.lead.types("/challenge")
    assert cast.values(cast.lead)["starts_on"] == "2026-03-21"
    await cast.lead.fills(ANNOUNCE, starts_on="2026-03-01", hour="16:45", rhythm="working days")
    cast.lead.sees("This day is over")
    assert cast.values(cast.lead) | {"starts_on": "2026-03-01", "hour": "16:45", "rhythm": "working days"} == cast.values(cast.lead)
    assert await count(cast.stage, ChallengeRow) == 0
    await cast.lead.fills(ANNOUNCE, starts_on="2026-03-23")
    cast.lead.sees("is announced")
    assert await rows(cast.stage, ChallengeRow.minute, ChallengeRow.rhythm) == [(16 * 60 + 45, "working days")]
    assert cast.is_clean()


@pytest.mark.thorough
async def test_a_button_pressed_twice_does_its_thing_once_and_the_card_lives(cast: Cast) -> None:
    await announced(cast)
    cast.member.sees(CARD, in_place=True)
    cast.member.does_not_see("1 person")
    await cast.member.presses("Join", on=CARD)
    cast.member.sees("You are in:")
    await cast.member.presses("Join", on=CARD)
    cast.member.sees("You are in already")
    cast.other.does_not_see("You are in")
    cast.other.sees("1 person", in_place=True)
    assert cast.other.count(CARD) == 1, "the card is edited, not posted again"
    await cast.member.presses("Leave", on="You are in already")
    cast.member.sees("You have left")
    assert cast.member.count("You are in already") == 0, "what was pressed is replaced"
    cast.other.does_not_see("1 person")
    assert cast.is_clean()


@pytest.mark.thorough
async def test_free_text_becomes_an_entry_which_can_be_undone_and_saved_after_all(cast: Cast) -> None:
    await first_day(cast)
    await cast.member.types("I listened more than I spoke.")
    cast.member.sees(SAVED, "Only you can read it", "is done as well")
    await cast.member.presses("Undo", on=SAVED)
    cast.member.sees(TAKEN_BACK, "I listened more than I spoke.")
    assert cast.member.count(SAVED) == 0
    assert await count(cast.stage, DoneRow) == 0
    await cast.member.presses("Save it after all")
    assert cast.member.count(TAKEN_BACK) == 0
    assert await entries(cast.stage) == ["I listened more than I spoke."]
    assert await count(cast.stage, DoneRow) == 1
    assert cast.is_clean()


@pytest.mark.thorough
async def test_whomever_somebody_mentions_is_called_by_name_in_their_words(cast: Cast) -> None:
    name = cast.other.who.name
    await cast.member.types(f"/journal I asked @{name}.")
    await cast.member.types(f"And then @{name} asked me.")
    await cast.member.presses("Save as journal entry")
    assert await entries(cast.stage) == [f"I asked @{name}.", f"And then @{name} asked me."]


@pytest.mark.thorough
async def test_a_text_that_was_no_entry_is_forgotten(cast: Cast) -> None:
    await first_day(cast)
    await cast.member.types("Lunch at noon?")
    await cast.member.presses("Not an entry", on=SAVED)
    cast.member.sees("I have forgotten it")
    assert cast.member.count(SAVED) == 0
    assert await entries(cast.stage) == []
    assert await rows(cast.stage, EntryRow.text) == [None]
    assert await count(cast.stage, KeptTextRow) == 0
    assert await count(cast.stage, DoneRow) == 0


@pytest.mark.thorough
async def test_an_entry_follows_its_message(cast: Cast) -> None:
    await first_day(cast)
    await cast.member.types("I lisened.")
    await cast.member.edits("I lisened.", "I listened.")
    cast.member.sees("now says what your message says")
    assert await entries(cast.stage) == ["I listened."]
    await cast.member.deletes("I listened.")
    cast.member.sees("and so is the entry")
    assert await entries(cast.stage) == []
    assert await rows(cast.stage, EntryRow.text) == [None]
    assert await count(cast.stage, DoneRow) == 0
    assert cast.is_clean()


async def _late(cast: Cast, text: str) -> Callable[[], Awaitable[object]]:
    """Let somebody type while the platform's request is held back; the call that is returned lets it arrive."""
    stage = cast.stage
    if cast.is_slack:
        url, stage.slack.line.url = stage.slack.line.url, "http://127.0.0.1:9/nowhere"
        delays, stage.slack.line.retry_delays = stage.slack.line.retry_delays, ()
        await cast.member.types(text)
        sent = stage.slack.line.sent[-1]
        stage.slack.line.url, stage.slack.line.retry_delays = url, delays
        return lambda: stage.slack.line.send(sent)
    courier = stage.teams._core.courier
    url, courier.request_url = courier.request_url, "http://127.0.0.1:9/nowhere"
    await cast.member.types(text)
    activity, courier.request_url = courier.sent[-1], url
    return lambda: courier.carries_again(activity)


@pytest.mark.thorough
async def test_a_deletion_that_overtakes_its_message_wins(cast: Cast) -> None:
    await first_day(cast)
    arrive = await _late(cast, "Better not.")
    await cast.passes(seconds=5)
    await cast.member.deletes("Better not.")
    await arrive()
    await cast.settle()
    assert await entries(cast.stage) == []
    assert await count(cast.stage, DoneRow) == 0


@pytest.mark.thorough
async def test_an_edit_that_overtakes_its_message_wins(cast: Cast) -> None:
    await first_day(cast)
    arrive = await _late(cast, "The first words.")
    await cast.passes(seconds=5)
    await cast.member.edits("The first words.", "The second words.")
    await arrive()
    await cast.settle()
    assert await entries(cast.stage) == ["The second words."]


async def test_a_kept_text_follows_its_message(cast: Cast) -> None:
    await cast.member.types("Words that nothing takes.")
    await cast.passes(seconds=5)
    await cast.member.edits("Words that nothing takes.", "Words that I meant.")
    await cast.member.presses("Save as journal entry")
    assert await entries(cast.stage) == ["Words that I meant."]


@pytest.mark.thorough
async def test_an_older_edit_that_comes_late_changes_nothing(cast: Cast) -> None:
    await first_day(cast)
    await cast.member.types("One.")
    await cast.passes(seconds=5)
    await cast.member.edits("One.", "Two.")
    edit = cast.stage.slack.line.sent[-1] if cast.is_slack else cast.stage.teams.sent[-1]
    await cast.passes(seconds=5)
    await cast.member.edits("Two.", "Three.")

    def forget(session: Session) -> None:  # the platform lost the first edit, so that the bot never saw it
        scope.enter(session, scope.SYSTEM)
        session.query(SeenRow).delete()

    await cast.stage.parts.units.run(forget)
    if cast.is_slack:
        await cast.stage.slack.line.send(edit)  # type: ignore[arg-type]
    else:
        await cast.stage.teams._core.courier.carries_again(edit)  # type: ignore[arg-type]
    await cast.settle()
    assert await entries(cast.stage) == ["Three."]
    await cast.member.deletes("Three.")
    assert await entries(cast.stage) == []


@pytest.mark.thorough
async def test_a_reply_to_a_day_is_an_entry_and_what_others_say_to_each_other_is_nobodys_business(cast: Cast) -> None:
    await first_day(cast)
    people, seen = await count(cast.stage, PersonRow), await count(cast.stage, SeenRow)
    if cast.is_slack:
        cast.stage.slack.add_user("U0NEW", "Newcomer", zone="Europe/Berlin")
        await cast.stage.slack.join_channel("U0NEW", cast.member.place)
        talk = cast.stage.slack
    else:
        cast.stage.teams.add_user("29:new", "Newcomer", zone="Europe/Berlin")
        cast.stage.teams._core.room(cast.member.place).members.append("29:new")
        talk = cast.stage.teams  # type: ignore[assignment]
    newcomer = "U0NEW" if cast.is_slack else "29:new"

    def latest() -> str:
        where = next(c for c in talk.screen(newcomer)["conversations"] if c["id"] == cast.member.place)
        return max((m["id"] for m in where["messages"] if m["author"]["id"] == newcomer), key=float)

    await talk.types(newcomer, cast.member.place, "Shall we go for lunch?")
    first = latest()
    await talk.types(newcomer, cast.member.place, "Or for tea?", thread=first)
    await talk.edits(newcomer, first, "Shall we go for dinner?")
    await talk.deletes(newcomer, latest())
    await cast.settle()
    assert await count(cast.stage, PersonRow) == people
    assert await count(cast.stage, SeenRow) == seen
    assert await count(cast.stage, EntryRow) == 0
    assert await count(cast.stage, KeptTextRow) == 0

    await cast.member.types(f"{cast.mention} We asked Layla.", in_place=True, reply_to="One question about today")
    cast.member.sees(SAVED, "Everybody in the community can read it")
    assert await entries(cast.stage) == ["We asked Layla."]
    assert await rows(cast.stage, EntryRow.visibility) == ["community"]
    cast.other.does_not_see(SAVED)
    assert cast.is_clean()


@pytest.mark.thorough
async def test_a_reply_in_ones_own_chat_belongs_to_the_day_that_it_answers(cast: Cast) -> None:
    await first_day(cast)
    await cast.passes(days=1)
    await cast.member.types("Yesterday I asked.", reply_to="One question about today")
    cast.member.sees(SAVED)
    if cast.is_slack:  # a chat on Teams knows no threads
        assert [on.isoformat() for on in await rows(cast.stage, EntryRow.on_date)] == ["2026-03-23"]
    assert await entries(cast.stage) == ["Yesterday I asked."]


async def test_an_unknown_text_is_kept_and_asked_about(cast: Cast) -> None:
    await cast.member.types("Where is the projector?")
    cast.member.sees(ASKS, "Where is the projector?")
    await cast.member.presses("Forget it")
    cast.member.sees("I have forgotten it")
    assert cast.member.count(ASKS) == 0
    assert await count(cast.stage, KeptTextRow) == 0
    await cast.member.types("I saw a good question.")
    await cast.member.types("yes")
    cast.member.sees(SAVED)
    assert await entries(cast.stage) == ["I saw a good question."]
    cast.other.does_not_see("projector", "good question")


async def test_a_sentence_that_begins_like_a_command_can_be_run_as_one(cast: Cast) -> None:
    await cast.member.types("poll people whether they want lunch")
    cast.member.sees(ASKS, "Did you mean the command /poll?")
    await cast.member.presses("Run it")
    assert "people whether they want lunch" in cast.values(cast.member).values()
    for words in ("Lunch was good.", "pack everything"):
        await cast.member.types(words)
        assert cast.member.count("Did you mean the command") == 1, "it is no command, or none of theirs"
    await cast.member.types("journal list")
    cast.member.sees("Nothing here yet. Your first entry")


@pytest.mark.thorough
async def test_an_entry_that_begins_like_a_command_is_an_entry_and_can_be_run_as_one(cast: Cast) -> None:
    await first_day(cast)
    await cast.member.types("poll results were odd")
    assert await entries(cast.stage) == ["poll results were odd"]
    cast.member.sees(SAVED, "Did you mean the command /poll?")
    await cast.member.types("poll Lunch? | Pizza | Sushi")
    cast.other.sees("Choose one.", in_place=True)
    assert await entries(cast.stage) == ["poll results were odd"]
    await cast.member.types(f"{cast.mention} poll Dinner? | Pizza | Sushi", in_place=True, reply_to="One question about today")
    cast.other.sees("Dinner?", in_place=True)
    assert await entries(cast.stage) == ["poll results were odd"]


@pytest.mark.thorough
async def test_the_same_delivery_has_no_second_effect(cast: Cast) -> None:
    await cast.lead.types("/challenge")
    await cast.again()
    await cast.lead.fills(ANNOUNCE, starts_on="2026-03-23")
    await cast.again()
    assert await count(cast.stage, ChallengeRow) == 1
    cast.other.sees(CARD, in_place=True)
    assert cast.other.count(CARD) == 1
    await cast.member.presses("Join", on=CARD)
    await cast.again()
    assert cast.member.count("You are in") == 1
    assert await count(cast.stage, ParticipantRow) == 1
    await cast.member.types("/journal A command that comes twice.")
    await cast.again()
    await cast.passes(days=3, hours=7)
    await cast.member.types("A message that comes twice.")
    await cast.again()
    assert await entries(cast.stage) == ["A command that comes twice.", "A message that comes twice."]
    assert cast.member.count(SAVED) == 2
    await cast.member.edits("A message that comes twice.", "An edit that comes twice.")
    await cast.again()
    assert cast.member.count("now says what your message says") == 1


@pytest.mark.thorough
async def test_a_slow_unit_is_acknowledged_in_time_and_answered_later(cast: Cast) -> None:
    await announced(cast)
    cast.be_impatient()

    async def meanwhile(act: Awaitable[Outcome]) -> None:
        outcome = await asyncio.wait_for(act, 1.5)
        assert (outcome.delivered, outcome.status, outcome.error) == (True, 200, None)
        assert await count(cast.stage, InboxRow) == 1, "it is stored before it is acknowledged"

    driver, member = cast.member.driver, cast.member.who.account
    async with slowed(cast.stage):
        await meanwhile(driver.types(member, cast.member.chat, "/journal Written while the bot was busy."))
        cast.member.does_not_see(SAVED)
    await cast.settle()
    cast.member.sees(SAVED)
    assert cast.member.count(SAVED) == 1
    message, control = cast.member._control("Join", CARD)
    async with slowed(cast.stage):
        await meanwhile(driver.presses(member, message["id"], control["id"], None))
        cast.member.does_not_see("You are in")
    await cast.settle()
    assert cast.member.count("You are in") == 1
    await cast.member.types("/journal")
    async with slowed(cast.stage):
        dialog = cast.member.screen["dialog"]
        if dialog is not None:
            await meanwhile(driver.submits(member, dialog["id"], {"text": "Sent while the bot was busy."}))
        else:
            message, control = cast.member._control("Save", None)
            await meanwhile(driver.presses(member, message["id"], control["id"], {"text": "Sent while the bot was busy."}))
    await cast.settle()
    assert sorted(await entries(cast.stage)) == ["Sent while the bot was busy.", "Written while the bot was busy."]
    assert await count(cast.stage, InboxRow) == 0
    assert cast.is_clean()


FAULTS: dict[str, tuple[int | None, int | None, Effect, int]] = {
    "too many": (429, 3, "none", 1),
    "an error before anything was done": (500, None, "none", 1),
    "an error after it was posted": (500, None, "before", 2),
    "a lost connection after it was posted": (None, None, "before", 2),
    "a lost connection and posted a little later": (None, None, "after", 2),
}


async def posts(cast: Cast, words: str, kind: Kind) -> None:
    """Post into the place of the cast, as a feature does."""

    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        community = session.execute(select(PlaceRow.community_id)).scalars().first()
        scope.enter(session, community or 0)
        place = next(place for place in places(session) if place.audience.startswith(cast.platform))
        message = Message(words, (Paragraph(words),))
        outbox.queue(session, community=community or 0, lane=place.id, message=message, now=cast.stage.winder.now(), kind=kind)

    await cast.stage.parts.units.run(work)


async def test_faults_of_the_platform_lose_nothing_and_repeat_at_most_what_may(cast: Cast) -> None:
    for fault, (status, retry_after, effect, at_most) in FAULTS.items():
        cast.fails("post", status=status, retry_after=retry_after, effect=effect)
        await posts(cast, f"Hit by {fault}.", Kind.PLACE)
        await posts(cast, f"Behind {fault}.", Kind.PLACE)
        await cast.settle()
        assert cast.other.count(f"Behind {fault}.") == (status == 429), "the order within a place is kept"
        await cast.passes(minutes=3)
        assert 1 <= cast.other.count(f"Hit by {fault}.") <= at_most
        assert cast.other.count(f"Behind {fault}.") == 1
    cast.fails("post", status=500, effect="before")
    await posts(cast, "A reminder.", Kind.REMINDER)
    await cast.passes(minutes=3)
    assert cast.other.count("A reminder.") == 1, "a reminder is never said twice"
    assert set(await rows(cast.stage, PostRow.state)) == {"sent", "dropped"}
    assert set(await rows(cast.stage, PostRow.body)) == {None}, "bodies are wiped when they are settled"


async def test_words_for_a_person_whose_answer_is_lost_come_once_where_the_platform_can_be_asked(cast: Cast) -> None:
    def work(session: Session, words: str) -> None:
        scope.enter(session, scope.SYSTEM)
        of_member = select(LaneRow).join(IdentityRow, IdentityRow.id == LaneRow.id).where(IdentityRow.name == cast.member.who.name)
        lane = session.execute(of_member).scalars().one()
        scope.enter(session, lane.community_id)
        message, now = Message(words, (Paragraph(words),)), cast.stage.winder.now()
        outbox.queue(session, community=lane.community_id, lane=lane.id, message=message, now=now, kind=Kind.PERSONAL)

    for fault, (status, retry_after, effect, at_most) in FAULTS.items():
        cast.fails("post", status=status, retry_after=retry_after, effect=effect)
        words = f"Hit by {fault}."
        await cast.stage.parts.units.run(partial(work, words=words))
        await cast.passes(minutes=3)
        said = cast.member.count(words)
        assert said == 1 if cast.is_slack else 1 <= said <= at_most


async def test_a_refused_post_is_parked_with_its_reason_and_holds_up_nobody(cast: Cast) -> None:
    if cast.is_slack:
        cast.stage.slack.faults.add("chat.postMessage", error="msg_blocks_too_long")
    else:
        cast.stage.teams.faults.add("post", status=400, body={"error": {"code": "BadSyntax", "message": "no"}})
    await posts(cast, "Refused.", Kind.PLACE)
    await posts(cast, "The next one.", Kind.PLACE)
    await cast.settle()
    assert (cast.other.count("Refused."), cast.other.count("The next one.")) == (0, 1)
    found = sorted(await rows(cast.stage, PostRow.id, PostRow.state, PostRow.why, PostRow.body, PostRow.kind))
    (_first, state, why, body, _kind), (_second, *after) = [row for row in found if row[-1] == Kind.PLACE][-2:]
    assert (state, body is not None, after[0]) == ("parked", True, "sent"), "its words stay for a while: an operator may let it try again"
    assert "Malformed" in why


async def test_an_edit_that_failed_is_repeated_and_one_of_a_deleted_message_posted_anew(cast: Cast) -> None:
    await announced(cast)
    cast.fails("edit", status=500, effect="before")
    await cast.member.presses("Join", on=CARD)
    await cast.passes(minutes=3)
    cast.other.sees("1 person", in_place=True)
    assert cast.other.count(CARD) == 1
    card = cast.other.message(CARD, cast.other.place)["id"]
    if cast.is_slack:
        workspace = await cast.stage.slack_adapter.workspaces.client(cast.stage.slack.team_id)
        await workspace.call("chat.delete", {"channel": cast.other.place, "ts": card})
    else:
        del cast.stage.teams._core.room(cast.other.place).messages[card]
    await cast.member.presses("Leave", on="You are in")
    await cast.passes(minutes=3)
    cast.other.does_not_see("1 person")
    assert cast.other.count(CARD) == 1

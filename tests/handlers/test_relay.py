"""Partners who talk through us: words, edits, deletions, files, reactions, and platforms that are down for a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.playground.slack.workspace import BOT_USER
from adapters.teams.gathering import CHAT
from bot.chat.action import LARGEST
from bot.core.rows import KeptTextRow, PostRow
from bot.playground import Playground
from handlers.partners import my_things
from handlers.partners.rows import MessageRow, ReactionRow
from tests.kit.cast import Cast, count, entries, rows
from tests.kit.pairs import PAIRED, At, data, joined
from tests.kit.past import lived
from tests.kit.people import Person

ASKS = "asks: how is it going?"


async def paired(stage: Playground, person: At, *members: str) -> list[Person]:
    """Partners who know of each other; the first has asked how it is going."""
    people = [person(name) for name in members]

    async def life() -> None:
        await joined(person("ANN"), *people, until=PAIRED)
        await people[0].types("/partner")
        await people[0].presses("How is it going?", on="Your evening line comes at")

    await lived(stage, ("paired", members), life)
    return people


@pytest.mark.both_databases
async def test_a_pair_on_two_platforms_talks_through_us(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    await layla.types("Slower than I thougt.", reply_to=ASKS)
    layla.sees("It is on its way to Bob O'Brien")
    bob.sees("ليلى حداد writes to you", "Slower than I thougt.", "A reply to this message goes to ليلى حداد")
    await layla.edits("Slower than I thougt.", "Slower than I thought.")
    layla.sees("Bob O'Brien can read it as you have changed it")
    bob.sees("Slower than I thought.")
    bob.does_not_see("Slower than I thougt.")
    assert bob.count("writes to you") == 1, "it is edited, not said again"

    await bob.reacts("+1", on="Slower than I thought.")
    layla.sees("Bob O'Brien reacted: thumbs up", "To what you wrote: Slower than I thought.")
    await bob.reacts("heart", on="Slower than I thought.")
    layla.sees("Bob O'Brien reacted: thumbs up, heart")
    assert layla.count("Bob O'Brien reacted") == 1
    await bob.reacts("+1", on="Slower than I thought.")
    await bob.reacts("heart", on="Slower than I thought.")
    layla.sees("Bob O'Brien took a reaction back")
    layla.does_not_see("Bob O'Brien reacted")

    await bob.types("Same here. And a canary.", reply_to="Slower than I thought.")
    layla.sees("Bob O'Brien writes to you", "Same here. And a canary.")
    await layla.reacts("like", on="And a canary.")
    bob.sees("ليلى حداد reacted: thumbs up")
    await bob.sends_file("plan.png", b"a picture", reply_to="Slower than I thought.")
    bob.sees("Files do not pass through me, so ليلى حداد did not get plan.png", "agree on another way")
    layla.does_not_see("plan.png")
    await bob.deletes("And a canary.")
    layla.sees("This was taken back by Bob O'Brien")
    layla.does_not_see("And a canary.")
    bob.sees("Your partner does not read it here any more")

    await bob.types("Nobody else reads this.")
    await layla.types("Nor this.")
    layla.does_not_see("Nobody else reads this")
    bob.does_not_see("Nor this.")

    await layla.presses("Leave", on="You are in")
    await bob.types("Are you still there?", reply_to="Slower than I thought.")
    bob.sees("You and ليلى حداد do not go along together any more", "Here is what you wrote", "Are you still there?")
    layla.does_not_see("Are you still there?")
    assert stage.teams.card_problems == []
    assert stage.slack.broadcasts == []


@pytest.mark.thorough
async def test_words_wait_for_a_platform_that_is_down_and_arrive_once_and_in_order(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    stage.teams.faults.add("post", times=3, status=503, retry_after=30)
    await bob.types("/partner")
    for n in range(5):
        await bob.presses("Reply to ليلى حداد", on="Your evening line comes at")
        await bob.fills("Send it", text=f"Word {n}.")
    layla.does_not_see("Word 0.")
    await stage.winder.advance(stage.winder.now() + timedelta(minutes=10))
    seen = layla.reads()
    assert [layla.count(f"Word {n}.") for n in range(5)] == [1] * 5
    assert [seen.index(f"Word {n}.") for n in range(5)] == sorted(seen.index(f"Word {n}.") for n in range(5))

    stage.slack.faults.add("chat.postMessage", times=2, status=429, retry_after=60)
    await layla.types("One.", reply_to="Word 4.")
    await layla.types("Two.", reply_to="Word 4.")
    await layla.edits("One.", "First.")
    await layla.deletes("Two.")
    await stage.winder.advance(stage.winder.now() + timedelta(minutes=10))
    bob.sees("First.")
    bob.does_not_see("One.", "Two.", "taken back")
    assert bob.count("First.") == 1


async def test_edits_and_deletions_count_by_their_own_time_in_whatever_order_they_come(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    await layla.types("The frist.", reply_to=ASKS)
    early = await held(stage, lambda: layla.edits("The frist.", "The firrst."))
    await layla.edits("The firrst.", "The first.")
    await early()
    bob.sees("The first.")
    bob.does_not_see("The firrst.")
    late = await held(stage, lambda: layla.edits("The first.", "The very first."))
    await layla.deletes("The very first.")
    bob.sees("taken back by ليلى حداد")
    await late()
    bob.does_not_see("first.")
    original = await held(stage, lambda: layla.types("A second.", reply_to=ASKS))
    await layla.edits("A second.", "The second.")
    await original()
    bob.sees("The second.")
    bob.does_not_see("A second.")
    original = await held(stage, lambda: layla.types("A third.", reply_to=ASKS))
    await layla.deletes("A third.")
    await original()
    bob.does_not_see("A third.")


async def held(stage: Playground, act: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
    """Let the platform's next request be held back; the call that is returned lets it arrive."""
    courier = stage.teams._core.courier
    url, courier.request_url = courier.request_url, "http://127.0.0.1:9/nowhere"
    await act()
    activity, courier.request_url = courier.sent[-1], url

    async def arrives() -> None:
        await courier.informs(activity)
        await stage.settle()
        await stage.winder.settle()

    return arrives


async def test_what_was_written_in_a_form_is_taken_back_by_a_button_once(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    await bob.presses("Reply to ليلى حداد", on="Your evening line comes at")
    bob.sees("It goes to ليلى حداد, and to nobody else")
    await bob.fills("Send it", text="Too much said.")
    layla.sees("Too much said.")
    back = bob.holds("Take it back")
    await back()
    layla.sees("This was taken back by Bob O'Brien")
    layla.does_not_see("Too much said.")
    await back()
    bob.sees("You have taken this back already")
    assert await rows(stage, MessageRow.text) == [None]


@pytest.mark.thorough
async def test_whatever_is_written_arrives_as_it_is(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    texts = ("王小明说：慢慢来。", "خطوة خطوة نحو الهدف", "<!channel> <@U0ANN> *bold* & <at>all</at>", "Long. " * 499 + "Thus.")
    for text in texts:
        await layla.types(text, reply_to=ASKS)
        bob.sees(text[:60], text[-8:])
    await bob.presses("Reply to ليلى حداد", on="Thus.")
    await bob.fills("Send it", text=texts[2])
    layla.sees("<!channel> <@U0ANN> *bold* & <at>all</at>")
    assert stage.slack.broadcasts == []
    assert stage.teams.card_problems == []
    await layla.types("Word " * 700, reply_to=ASKS)
    layla.sees("3,499 characters" if "3,499" in layla.reads() else "3499 characters", "It has not left")
    await layla.edits("Thus.", "Word " * 700)
    layla.sees("Your partner still reads it as it was")
    bob.sees("Thus.")


@pytest.mark.thorough
async def test_three_write_to_all_and_who_is_away_still_gets_it(stage: Playground, person: At) -> None:
    bob, layla, wei = await paired(stage, person, "BOB", "layla", "wei")
    await wei.presses("Pause", on="One question about today")
    await wei.fills("Pause until then", until="2026-03-26")
    await layla.types("To the two of you.", reply_to=ASKS)
    layla.sees("It is on its way to", "王小明 is away until Thu 26 Mar. It stands there until then")
    bob.sees("ليلى حداد writes to you and 王小明")
    wei.sees("ليلى حداد writes to you and Bob O'Brien", "To the two of you.")
    await wei.types("And back.", reply_to="To the two of you.")
    for other in (bob, layla):
        other.sees("And back.")
    await wei.edits("And back.", "And forth.")
    await wei.deletes("And forth.")
    for other in (bob, layla):
        other.sees("taken back by 王小明")
        other.does_not_see("And forth.")


async def test_somebody_whose_account_is_closed_gets_nothing_and_the_words_come_back(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    form = layla.holds("Reply to Bob O'Brien", on=ASKS)
    await form()
    await stage.slack.deactivate_user(bob.who.account)
    await stage.settle()
    await layla.fills("Send it", text="Are you well?")
    layla.sees("do not go along together any more", "Are you well?")
    await layla.types("Hello?", reply_to=ASKS)
    layla.sees("Hello?")
    assert await count(stage, MessageRow) == 0


@pytest.mark.thorough
async def test_what_partners_write_is_sealed_exported_and_forgotten_a_month_after_the_end(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    await layla.types("A canary in the sun.", reply_to=ASKS)
    await bob.reacts("+1", on="A canary in the sun.")
    assert b"canary" not in (await rows(stage, MessageRow.text))[0]
    assert "A canary in the sun." in await data(stage, layla, my_things.export)
    exported = await data(stage, bob, my_things.export)
    assert "canary" not in exported
    assert "'reacted': 'thumbs up'" in exported
    assert await entries(stage) == [], "words for a partner are no journal entry"
    await stage.winder.advance(datetime(2026, 3, 31, 12, 0, tzinfo=UTC))
    assert await count(stage, MessageRow) == 1
    await stage.winder.advance(datetime(2026, 5, 3, 12, 0, tzinfo=UTC))
    assert await count(stage, MessageRow) == 0
    assert await count(stage, ReactionRow) == 0
    await bob.types("Late.", reply_to="A canary in the sun.")
    bob.sees("I cannot pass this on any more", "Late.")


async def test_what_somebody_wrote_goes_when_they_erase_themselves(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    stage.slack.faults.add("chat.postMessage", times=50, status=429, retry_after=60)
    await layla.types("A canary in the sun.", reply_to=ASKS)
    await stage.winder.advance(stage.winder.now() + timedelta(seconds=5))
    await layla.types("/convene erase")
    await layla.fills("Erase everything", word="erase")
    stage.slack.faults.clear()
    await stage.winder.advance(stage.winder.now() + timedelta(hours=1))
    bob.does_not_see("canary")
    bob.sees("has left")
    assert await count(stage, MessageRow) == 0


async def test_reactions_to_anything_else_are_left_alone(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    before = bob.reads(), layla.reads()
    await bob.reacts("tada", on="Your evening line comes at")
    await layla.reacts("heart", on=ASKS)
    await person("ANN").reacts("tada", on="Seven small days")
    assert (bob.reads(), layla.reads()) == before
    assert await count(stage, ReactionRow) == 0


# -- a conversation of their own -------------------------------------------------------------------------------------------


async def together(cast: Cast) -> None:
    """A pair on one platform, one of whom asks for a chat of their own."""
    await joined(cast.lead, cast.member, cast.other, until=PAIRED)
    if cast.is_slack:
        await cast.member.presses("A chat of our own")


async def looks_again(cast: Cast, *, faults: int) -> None:
    """Somebody looks at their partner while the platform does not tell anybody's name."""
    assert cast.stage.teams_adapter is not None
    cast.stage.teams_adapter._acquaintances._names.clear()
    cast.stage.teams.faults.add("members", faults, status=403)
    await cast.member.types("/partner")


@pytest.mark.thorough
@pytest.mark.both_platforms
async def test_partners_on_one_platform_get_a_chat_of_their_own_in_which_we_have_no_ear(cast: Cast) -> None:
    await together(cast)
    if not cast.is_slack:
        _message, way = cast.member._control("A chat of our own", None)
        assert way["kind"] == "link", "one press opens it"
        assert way["url"].startswith(f"{CHAT}?tenantId={cast.stage.teams._core.world.tenant_id}&users=")
        assert way["url"].count("%40example.com") + way["url"].count("@example.com") == 2
        assert cast.is_clean()
        return
    cast.member.sees("There is a chat of your own for you and", "I read nothing there")
    (group,) = [each for each in cast.stage.slack.ws.channels.values() if each.kind == "mpim"]
    assert sorted(group.members) == sorted([BOT_USER, cast.member.who.account, cast.other.who.account])
    for somebody in (cast.member, cast.other):
        somebody.sees("I have only opened the door")
    await cast.other.presses("A chat of our own")
    assert cast.member.count("I have only opened the door") == 1, "we greet once"

    before = await count(cast.stage, PostRow), await count(cast.stage, KeptTextRow)
    outcome = await cast.stage.slack.types(cast.member.who.account, group.id, "Between the two of us: a canary.")
    assert not outcome.delivered
    assert (await count(cast.stage, PostRow), await count(cast.stage, KeptTextRow)) == before
    await cast.stage.slack.types(cast.member.who.account, group.id, "@convene help")
    await cast.settle()
    await cast.passes(days=1)
    public = [message.user for message in group.messages if message.only_for is None]
    assert public.count(BOT_USER) == 1, "but for the greeting nothing is posted there: it is no place of the community"
    assert cast.is_clean()


async def test_where_a_link_was_not_known_in_time_a_press_brings_it(stage: Playground, person: At) -> None:
    cast = Cast.of(stage, "teams", person)
    await together(cast)
    await looks_again(cast, faults=1)
    await cast.member.presses("A chat of our own")
    cast.member.sees("There is a chat of your own for you and", "I read nothing there")
    _message, way = cast.member._control("Open the chat", None)
    assert way["url"].startswith(f"{CHAT}?tenantId=")
    assert cast.is_clean()


@pytest.mark.both_platforms
async def test_where_no_chat_can_be_opened_partners_write_through_us(cast: Cast) -> None:
    if cast.is_slack:
        granted = cast.stage.slack.ws.grants
        cast.stage.slack.ws.grants = replace(granted, scopes=granted.scopes - {"mpim:write"})
    await together(cast)
    if not cast.is_slack:
        await looks_again(cast, faults=9)
        await cast.member.presses("A chat of our own")
    cast.member.sees("I cannot open a chat for you here. Write to")
    cast.member.does_not_see("There is a chat of your own")
    if cast.is_slack:
        assert [each for each in cast.stage.slack.ws.channels.values() if each.kind == "mpim"] == []
    assert cast.is_clean()


async def test_reactions_stay_where_they_are_made_without_the_scope(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    stage.slack.ws.grants = replace(stage.slack.ws.grants, scopes=stage.slack.ws.grants.scopes - {"reactions:read"})
    await layla.types("Slowly.", reply_to=ASKS)
    assert not (await bob.reacts("+1", on="Slowly.")).delivered
    layla.does_not_see("reacted")


async def test_partners_who_share_no_platform_are_offered_none(stage: Playground, person: At) -> None:
    bob, layla = await paired(stage, person, "BOB", "layla")
    for somebody in (bob, layla):
        somebody.does_not_see("A chat of our own")


def test_the_longest_key_fits_its_column() -> None:
    column: Any = PostRow.__table__.c.key.type
    assert len(f"partner/reaction/{LARGEST}/{LARGEST}") <= column.length

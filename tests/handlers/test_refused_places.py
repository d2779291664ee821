"""A place, a person or a whole workspace that is closed to us: the leads hear it once, what waits is kept and said later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.playground.slack.workspace import BOT_USER
from bot.chat.message import Message, Paragraph
from bot.core import outbox
from bot.core.outbox import Kind
from bot.core.reach import KEPT_FOR
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.people.rows import PersonRow, PlaceRow
from bot.people.store import places
from bot.playground import SLACK_PLACE, TEAMS_PLACE, Playground
from scheduler.sweep import EVERY
from tests.kit.cast import rows
from tests.kit.pairs import At


async def says(stage: Playground, words: str, kind: Kind = Kind.PLACE, *, platform: str = "slack") -> None:
    """Say something in the place on a platform, as a feature does."""

    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        community = session.execute(select(PlaceRow.community_id)).scalars().first() or 0
        scope.enter(session, community)
        place = next(each for each in places(session) if each.audience.startswith(platform))
        message = Message(words, (Paragraph(words),))
        outbox.queue(session, community=community, lane=place.id, message=message, now=stage.winder.now(), kind=kind)

    await stage.parts.units.run(work)
    await stage.winder.settle()


async def held(stage: Playground) -> int:
    return (await rows(stage, PostRow.state)).count("held")


def closes(stage: Playground, how: str) -> Callable[[], None]:
    """Close the place to us without telling, as one finds it after a while; the call that is returned opens it again."""
    if how in ("team archived", "app removed"):
        return closes_on_teams(stage, how)
    channel = stage.slack.ws.channels[SLACK_PLACE]
    members = list(channel.members)
    match how:
        case "archived":
            channel.archived = True
        case "removed":
            channel.members.remove(BOT_USER)
        case "private":
            channel.kind = "private"
            channel.members.remove(BOT_USER)

    def opens() -> None:
        channel.archived, channel.kind, channel.members = False, "channel", members

    return opens


def closes_on_teams(stage: Playground, how: str) -> Callable[[], None]:
    room = stage.teams._core.room(TEAMS_PLACE)
    if how == "team archived":
        room.state = "archived"
    else:
        room.has_bot = False

    def opens() -> None:
        room.state, room.has_bot = "open", True

    return opens


CLOSED = {
    "archived": "It is archived",
    "removed": "I am not in it any more",
    "private": "I am not in it any more",
    "team archived": "It is archived",
    "app removed": "I am not in it any more",
}
TOLD = "I can say nothing more in "


@pytest.mark.both_databases
@pytest.mark.parametrize("how", CLOSED)
async def test_a_place_that_is_closed_is_told_once_and_what_waits_is_said_later(stage: Playground, person: At, how: str) -> None:
    is_teams = how in ("team archived", "app removed")
    ann, jurgen, member = person("ANN"), person("jurgen"), person("layla" if is_teams else "BOB")
    opens = closes(stage, how)
    for number in (1, 2, 3):
        await says(stage, f"Day {number}.", platform="teams" if is_teams else "slack")
    assert await held(stage) == 3
    for lead in (ann, jurgen):
        lead.sees(TOLD, CLOSED[how])
        assert lead.count(TOLD) == 1
    member.does_not_see("nothing more")
    await ann.types("/convene community")
    await ann.presses("1 out of reach")
    ann.sees("does not get my messages", CLOSED[how])
    opens()
    again = ann.holds("Try again", on=TOLD)
    await ann.presses("Try again", on=TOLD)
    ann.sees("3 messages are on their way")
    await stage.winder.settle()
    member.sees("Day 1.", "Day 2.", "Day 3.", in_place=True)
    assert await held(stage) == 0
    await again()
    ann.sees("Nothing waits there any more")
    assert member.count("Day 1.") == 1


async def test_a_place_where_only_some_may_write_is_told_too(stage: Playground, person: At) -> None:
    stage.slack.faults.add("chat.postMessage", error="restricted_action")
    await says(stage, "Day 1.")
    person("ANN").sees(TOLD, "only some people who may write there")


async def test_what_waits_in_a_closed_place_costs_one_call_for_each_new_thing(stage: Playground, person: At) -> None:
    opens = closes(stage, "archived")
    for number in range(5):
        await says(stage, f"Day {number}.")
    refused = [call for call in stage.slack.calls if call.answer.get("error") == "is_archived"]
    assert len(refused) == 5
    opens()
    await says(stage, "Day 5.")
    said = [each["plain"] for each in stage.slack.posted(SLACK_PLACE)]
    assert said[-6:] == [f"Day {number}." for number in range(6)], "in their order"
    assert person("ANN").count(TOLD) == 1


async def test_what_waits_is_said_when_we_are_invited_again_or_the_channel_is_opened_again(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    opens = closes(stage, "archived")
    await says(stage, "Day 1.")
    opens()
    await stage.slack.archive_channel(SLACK_PLACE)
    await stage.slack.unarchive_channel(SLACK_PLACE)
    await stage.winder.settle()
    bob.sees("Day 1.", in_place=True)
    opens = closes(stage, "removed")
    await says(stage, "Day 2.")
    opens()
    await stage.slack.remove_bot(ann.who.account, SLACK_PLACE)
    await stage.slack.invite_bot(ann.who.account, SLACK_PLACE)
    await stage.winder.settle()
    bob.sees("Day 2.", in_place=True)
    assert ann.count("I can say nothing more in practice") == 1, "it is the same message"


GONE = "Nothing of mine comes to practice any more"


async def test_leads_hear_once_that_a_place_is_gone_and_that_it_is_back(stage: Playground, person: At) -> None:
    ann, jurgen, bob = person("ANN"), person("jurgen"), person("BOB")
    await stage.slack.archive_channel(SLACK_PLACE)
    await stage.winder.settle()
    for lead in (ann, jurgen):
        lead.sees(GONE, "archived or deleted")
    bob.does_not_see(GONE)
    await stage.slack.unarchive_channel(SLACK_PLACE)
    await stage.winder.settle()
    ann.does_not_see(GONE)
    ann.sees("is open again")
    await stage.slack.remove_bot(bob.who.account, SLACK_PLACE)
    await stage.teams.remove_bot_from(TEAMS_PLACE, person("layla").who.account)
    await stage.winder.settle()
    ann.sees("Nothing of mine comes to practice, Craft circle any more")
    assert (ann.count("Nothing of mine comes"), jurgen.count("Nothing of mine comes")) == (1, 1)
    await jurgen.presses("See the community")
    jurgen.sees("None yet. Add me to a channel or group chat.")


@pytest.mark.parametrize("how", ["team archived", "app removed"])
async def test_what_waits_on_teams_is_said_when_the_team_is_opened_again_or_the_app_added(stage: Playground, person: At, how: str) -> None:
    layla, by = person("layla"), person("jurgen").who.account
    opens = closes(stage, how)
    await says(stage, "Day 1.", platform="teams")
    opens()
    if how == "team archived":
        team = stage.teams._core.room(TEAMS_PLACE).team
        assert team is not None
        await stage.teams.archive_team(team.name)
        await stage.teams.unarchive_team(team.name)
    else:
        await stage.teams.remove_bot_from(TEAMS_PLACE, by)
        await stage.teams.add_bot_to(TEAMS_PLACE, by)
    await stage.settle()
    await stage.winder.settle()
    layla.sees("Day 1.", in_place=True)
    assert await held(stage) == 0


async def test_what_nobody_lets_be_said_goes_after_a_week(stage: Playground, person: At) -> None:
    stage.slack.faults.add("chat.postMessage", error="is_archived")
    await says(stage, "A canary in the sun.")
    assert [body is None for state, body in await rows(stage, PostRow.state, PostRow.body) if state == "held"] == [False]
    await stage.winder.advance(stage.winder.now() + KEPT_FOR + 2 * EVERY)
    assert [body is None for state, body in await rows(stage, PostRow.state, PostRow.body) if state == "parked"] == [True]
    await person("ANN").presses("Try again", on="I can say nothing more in practice")
    person("ANN").sees("Nothing waits there any more")


async def test_whose_account_is_closed_has_left_and_the_leads_hear_it(stage: Playground, person: At) -> None:
    ann, bob = person("ANN"), person("BOB")
    stage.slack.faults.add("chat.postMessage", error="user_disabled")

    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        lane = session.execute(select(LaneRow).where(LaneRow.external_id == bob.who.account)).scalar_one()
        scope.enter(session, lane.community_id)
        now = stage.winder.now()
        outbox.queue(session, community=lane.community_id, lane=lane.id, message=Message("Hello"), now=now, kind=Kind.NEWS)

    await stage.parts.units.run(work)
    await stage.winder.settle()
    ann.sees("I can write to Bob O'Brien no more", "Their account is closed")
    assert [left is None for name, left in await rows(stage, PersonRow.name, PersonRow.left_at) if name.startswith("Bob")] == [False]


async def test_a_revoked_token_is_told_where_one_can_be_told_and_all_of_it_is_said_after_the_next_start(
    stage: Playground, person: At
) -> None:
    bob, jurgen = person("BOB"), person("jurgen")
    stage.slack.faults.add("*", error="token_revoked", times=50)
    await says(stage, "Day 1.")
    await says(stage, "Day 2.")
    stage.slack.faults.clear()
    jurgen.sees("My access was taken back")
    assert jurgen.count("My access was taken back") == 1
    await stage.parts.delivery.begin()  # as a process does first
    await stage.winder.settle()
    bob.sees("Day 1.", "Day 2.", in_place=True)


async def test_a_message_that_is_not_made_as_it_has_to_be_holds_up_nothing(stage: Playground, person: At) -> None:
    for code in ("invalid_blocks", "msg_too_long"):
        stage.slack.faults.add("chat.postMessage", error=code)
        await says(stage, f"Refused as {code}.")
    await says(stage, "The next one.")
    person("BOB").sees("The next one.", in_place=True)
    assert person("ANN").count("That is a fault of ours") == 1

"""Whatever happens in a world, it comes back the same, and a dump of it stays as it is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.playground.driver import Json
from adapters.playground.slack import FakeSlack, Refusal
from adapters.playground.slack.posting import change, delete, post
from adapters.playground.slack.workspace import Channel
from adapters.playground.slack.workspace import Message as SlackMessage
from adapters.playground.teams import FakeTeams, conversations
from adapters.playground.teams.world import Message, Room
from tests.adapters.playground.slack.test_interacting import CARD
from tests.adapters.playground.teams.conftest import ANN, BOB, CYD, GROUP, PLACE, card, execute, text_block, with_card
from tests.adapters.playground.worlds import (
    PICK,
    TOGGLE,
    another_slack,
    another_teams,
    screens,
    small_slack,
    small_teams,
    through_json,
)

WORDS = st.sampled_from(["hello", "*bold* @Ann", "/poll x", "🙂 <at>Convene</at>", "line\nline"])
WHAT = ["says", "edits", "deletes", "reacts", "answers", "changes", "removes", "whispers", "archives", "opens", "renames", "leaves"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.integers(0, 1),
        st.integers(0, 30),
        WORDS,
    ),
    max_size=14,
)
Act = Callable[[], Awaitable[object] | object]


def without_counters(dumped: Json) -> Json:
    return {key: value for key, value in dumped.items() if not key.startswith("last_")}


async def perform(fake: FakeSlack | FakeTeams, acts: Iterable[Act]) -> None:
    told: list[str] = []
    fake.watch(told.append)
    for act in acts:
        before = through_json(without_counters(fake.dump()))
        told.clear()
        # An act may be impossible in this world (nothing to edit, archived): then nothing happens.
        with contextlib.suppress(LookupError, PermissionError, Refusal, conversations.Refusal):
            done = act()
            if isinstance(done, Awaitable):
                await done
        assert told or through_json(without_counters(fake.dump())) == before, "a change that nobody was told of would not be saved"


def slack_act(slack: FakeSlack, what: str, who: int, which: int, words: str) -> Act:
    user = ("UANN", "UBOB")[who]

    def place() -> Channel:
        here = list(slack.ws.visible_to(user))
        return here[which % len(here)]

    def message() -> SlackMessage:
        said = place().messages
        return said[which % len(said)] if said else slack.ws.find_message("none")[1]

    return {
        "says": lambda: slack.types(user, place().id, words),
        "edits": lambda: slack.edits(user, message().ts, words),
        "deletes": lambda: slack.deletes(user, message().ts),
        "reacts": lambda: slack.reacts(user, message().ts, "tada"),
        "answers": lambda: post(slack.ws, place(), {"text": words, "blocks": CARD}, thread=message().ts if which % 2 else None),
        "changes": lambda: change(slack.ws, place(), message(), {"text": words, "blocks": CARD}),
        "removes": lambda: delete(slack.ws, place(), message()),
        "whispers": lambda: post(slack.ws, place(), {"text": words}, only_for=user),
        "archives": lambda: slack.archive_channel(place().id),
        "opens": lambda: slack.presses(user, message().ts, "poll.pick", {"poll.pick": "now"}),
        "renames": lambda: slack.change_profile(user, name=f"name{which}"),
        "leaves": lambda: slack.leave_channel(user, "CGEN") if which == 1 else None,
    }[what]


def teams_act(teams: FakeTeams, what: str, who: int, which: int, words: str) -> Act:
    user, core = (ANN, BOB)[who], teams._core

    def place() -> Room:
        here = [room for room in core.world.rooms.values() if user in room.members]
        return here[which % len(here)]

    def message() -> Message:
        said = list(place().messages.values())
        return said[which % len(said)] if said else core.world.message("none")

    def body() -> Json:
        return with_card(card(text_block(words), PICK, actions=[execute("Vote", "vote"), TOGGLE]))

    def seen_alone() -> None:
        message().views[user] = card(text_block(f"Only you: {words}"))
        core.world.changed(user)

    return {
        "says": lambda: teams.types(user, place().id, words),
        "edits": lambda: teams.edits(user, message().id, words),
        "deletes": lambda: teams.deletes(user, message().id),
        "reacts": lambda: teams.reacts(user, message().id, "like"),
        "answers": lambda: conversations.post(core, place().id, message().id if which % 2 else None, body()),
        "changes": lambda: conversations.update(core, place().id, message().id, body()),
        "removes": lambda: conversations.delete(core, place().id, message().id),
        "whispers": lambda: conversations.post(core, place().id, None, {**body(), "recipient": {"id": user}}, targeted=True),
        "archives": lambda: teams.archive_team("Guild") if which % 2 else teams.unarchive_team("Guild"),
        "opens": seen_alone,
        "renames": lambda: teams.rename_channel(GROUP, words),
        "leaves": lambda: teams.member_removed(PLACE, user) if which == 1 else None,
    }[what]


@pytest.mark.thorough
@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_every_screen_is_equal_after_any_life(steps: list[tuple[str, int, int, str]]) -> None:
    async def lives() -> None:
        slack, teams = small_slack(), small_teams()
        slack.line.retry_delays = ()
        await perform(slack, (slack_act(slack, *step) for step in steps))
        await perform(teams, (teams_act(teams, *step) for step in steps))
        slack_again, teams_again = another_slack(slack), another_teams(teams)
        slack_again.restore(through_json(slack.dump()))
        teams_again.restore(through_json(teams.dump()))
        assert screens(slack_again, ("UANN", "UBOB")) == screens(slack, ("UANN", "UBOB"))
        assert screens(teams_again, (ANN, BOB, CYD)) == screens(teams, (ANN, BOB, CYD))
        assert int(teams_again._core.world.next_id()) > int(teams._core.world.next_id())
        assert float(slack_again.ws.new_ts()) > float(slack.ws.new_ts())
        for fake in (slack, teams, slack_again, teams_again):
            await fake.close()

    asyncio.run(lives())


def test_a_dump_does_not_change_with_the_world() -> None:
    slack, teams = small_slack(), small_teams()
    slack.ws.announce = lambda _name, _event: None
    message = post(slack.ws, slack.ws.channels["CGEN"], {"text": "one", "blocks": CARD})
    conversations.post(teams._core, PLACE, None, with_card(card(text_block("one"))))
    dumps = [slack.dump(), teams.dump()]
    frozen = through_json({"both": dumps})
    change(slack.ws, slack.ws.channels["CGEN"], message, {"text": "two", "blocks": CARD[:1]})
    message.reactions["x"] = ["UANN"]
    slack.ws.notice("UANN", "x")
    slack.ws.channels["CGEN"].members.remove("UBOB")
    said = next(iter(teams._core.world.rooms[PLACE].messages.values()))
    said.views[ANN], said.shown[ANN], said.reactions["x"] = {"a": 1}, {"b": True}, [ANN]
    teams._core.world.notice(ANN, "x")
    assert {"both": dumps} == frozen

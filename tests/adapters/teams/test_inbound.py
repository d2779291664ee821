"""What happened on the platform, as interactions."""

from __future__ import annotations

from typing import Any

import pytest

from bot.chat.message import Button, Buttons, Message, Paragraph
from bot.chat.reply import Open, Say
from bot.core.ports import (
    Address,
    BotAdded,
    BotRemoved,
    Deleted,
    Edited,
    PlaceClosed,
    PlaceRenamed,
    PlaceReopened,
    Pressed,
    Submitted,
    Wrote,
)
from tests.adapters.teams.conftest import ANN, BOB, CYD, GROUP, PLACE, Stage
from tests.adapters.teams.test_thread import POLL, VOTE, ask

ATTIC = "19:attic@thread.tacv2"


async def test_threads_and_mentions(stage: Stage) -> None:
    await stage.types(ANN, "@Convene  help @Bob Ray <b>&nbsp;", PLACE)
    root = stage.did.message_id
    assert stage.did == Wrote("help @Bob Ray <b>&nbsp;", root, mentions_bot=True)
    assert stage.script.heard[-1].conversation.external_id == PLACE
    assert stage.script.heard[-1].conversation.name is None, "messages do not tell"
    assert stage.script.heard[-1].conversation.reference["group"] == PLACE
    await stage.types(BOB, "me too", PLACE, thread=root)
    assert (stage.did.reply_to, stage.did.mentions_bot) == (root, False)
    assert stage.script.heard[-1].conversation.external_id == PLACE


async def test_what_is_meant_for_one_does_not_become_public_for_a_pause(stage: Stage) -> None:
    stage.script.says("Only for Cyd")
    for _ in range(2):
        stage.fake.faults.add("post", status=429, retry_after=0)
    await stage.types(CYD, "@Convene help", PLACE)
    assert stage.messages(ANN, PLACE) == []
    assert "something for you alone" in stage.last(CYD, PLACE)["plain"]


async def test_edits_and_deletions(stage: Stage) -> None:
    await stage.types(ANN, "frist")
    message = stage.did.message_id
    await stage.fake.edits(ANN, message, "first")
    assert stage.did == Edited("first", message)
    edited = stage.script.heard[-1]
    await stage.fake.edits(ANN, message, "the first")
    assert stage.script.heard[-1].key != edited.key
    assert stage.script.heard[-1].at > edited.at  # type: ignore[operator]
    await stage.fake.deletes(ANN, message)
    assert stage.did == Deleted(message)
    await stage.fake.undeletes(ANN, message)
    assert stage.did == Edited("the first", message)


async def test_installs_and_places(stage: Stage) -> None:
    def heard() -> list[tuple[Any, str, str]]:
        found: list[tuple[Any, str, str]] = [
            (each.did, each.conversation.kind, each.conversation.external_id) for each in stage.script.heard
        ]
        stage.script.heard.clear()
        return found

    chat = stage.fake.chat_of(CYD)
    await stage.fake.install_for(CYD)
    assert heard()[-1] == (BotAdded(), "chat", chat)
    await stage.fake.uninstall_for(CYD)
    assert heard() == [(BotRemoved(), "chat", chat)]
    for room in (PLACE, GROUP):
        await stage.fake.add_bot_to(room, ANN)
        assert heard() == [(BotAdded(), "place", room)]
        await stage.fake.rename_channel(room, "Garden")
        assert heard() == [(PlaceRenamed("Garden"), "place", room)]
        await stage.fake.member_added(room, BOB)
        assert heard() == []
        await stage.fake.remove_bot_from(room, ANN)
        assert heard() == [(BotRemoved(PLACE if room == PLACE else None), "place", room)]
        await stage.fake.add_bot_to(room, ANN)
        heard()
    await stage.fake.archive_team("Guild")
    assert heard() == [(PlaceClosed(PLACE), "place", PLACE)]
    await stage.fake.unarchive_team("Guild")
    assert heard() == [(PlaceReopened(PLACE), "place", PLACE)]
    await stage.fake.rename_team("Guild", "Weavers")
    assert heard() == [(PlaceRenamed("Weavers"), "place", PLACE)]
    stage.fake.add_channel(ATTIC, "Attic", [ANN, BOB], team="Weavers")
    await stage.fake.delete_channel(ATTIC)
    assert heard() == [(PlaceClosed(), "place", ATTIC)]
    await stage.fake.restore_channel(ATTIC)
    assert heard() == [(PlaceReopened(), "place", ATTIC)]
    await stage.fake.remove_bot_from(ATTIC, ANN)
    assert heard() == [(BotRemoved(), "place", ATTIC)]
    await stage.fake.delete_team("Weavers")
    assert heard() == [(PlaceClosed(PLACE), "place", PLACE)]


async def test_a_place_is_called_as_its_team_knows_it(stage: Stage) -> None:
    async def name(place: str, conversation: str = "@Convene hi") -> str | None:
        await stage.types(ANN, conversation, place)
        where = stage.script.heard[-1].conversation
        return await stage.adapter.name_of(Address(stage.tenant, where.external_id, where.kind, where.reference))

    stage.fake.add_channel(ATTIC, "Attic", [ANN, BOB], team="Guild")
    assert await name(ATTIC) == "Attic"
    assert await name(PLACE) == "Guild", "the first channel has no name of its own"
    assert await name(GROUP) == "Ann Lee, Bob Ray"


@pytest.mark.thorough
async def test_values_edited_by_hand_break_nothing(stage: Stage) -> None:
    """A submit with anything in the place of what we put there is a form with odd values, or a press of an old card."""
    await stage.types(ANN, "hi")
    odds: tuple[Any, ...] = (
        None,
        7,
        [],
        {},
        "x",
        {"form": 3},
        {"form": "poll.new"},
        {"form": "poll.new", "fields": []},
        {"form": "f", "fields": {"a": {}}},
    )
    for odd in odds:
        for value in ({"convene": odd}, {"convene": odd, "a": {"b": 1}}, {"payload": odd}, {"payload": "[]", "input": odd, "x": 1}):
            for name, sent in (
                ("adaptiveCard/action", {"action": {"data": value}}),
                ("task/fetch", {"data": value}),
                ("task/submit", {"data": value}),
            ):
                activity = stage.fake.sent[0] | {"type": "invoke", "name": name, "value": sent, "id": f"odd-{len(stage.script.heard)}"}
                answer = await stage.fake.send_raw({"Authorization": f"Bearer {stage.fake.tokens.mint()}"}, activity)
                assert answer.status == 200, (name, value)
                assert isinstance(stage.did, Pressed | Submitted)


async def test_clients_that_only_send(stage: Stage) -> None:
    """Action.Submit instead of Action.Execute: the same press and the same form."""
    core = stage.fake._core

    async def sends(data: Any) -> None:
        message = core.world.message(stage.last(ANN)["id"])
        activity = core.scribe.submitted(core.person(ANN), core.room(message.room), message, data)
        assert (await core.courier.carries(activity)).status == 200

    stage.script.says(ask(asks=False))
    await stage.types(ANN, "hi")
    card = stage.last(ANN)["id"]
    stage.script.says("Voted", instead=True)
    await sends(stage.last(ANN)["body"]["attachments"][0]["content"]["body"][1]["actions"][0]["fallback"]["data"])
    assert stage.did == Pressed(VOTE, card)
    assert stage.last(ANN)["plain"] == "Voted"
    stage.script.replies(Open(POLL), Open(POLL), Say(Message("Started"), instead=True))
    await stage.types(ANN, "poll")
    for _ in range(2):
        form = stage.last(ANN)["body"]["attachments"][0]["content"]["actions"][0]["fallback"]["data"]
        await sends({**form, "question": "Q"})
        assert stage.did.values["question"] == "Q"
    assert [each["plain"] for each in stage.messages(ANN)] == ["Voted", "Started"]


async def test_an_unreadable_press_is_a_press_of_an_old_card(stage: Stage) -> None:
    await stage.types(ANN, "hi")
    activity = stage.fake.sent[-1]
    value = {"action": {"type": "Action.Execute", "verb": "old", "data": {"x": 1}}, "trigger": "manual"}
    invoke = activity | {"type": "invoke", "name": "adaptiveCard/action", "value": value, "replyToId": "5"}
    await stage.fake.send_raw({"Authorization": f"Bearer {stage.fake.tokens.mint()}"}, invoke)
    assert stage.did == Pressed("", "5")


async def test_a_confirmed_button_asks_first(stage: Stage) -> None:
    button = Button("Delete", VOTE, "danger", confirm="Really?")
    await stage.adapter.post(stage.person(ANN), Message("Old poll", (Paragraph("Old poll"), Buttons((button,)))), "t")
    assert "Really?" in stage.last(ANN)["plain"]
    labelled = [each for each in stage.last(ANN)["controls"] if each["label"] == "Delete"]
    assert len(labelled) == 2
    await stage.fake.presses(ANN, stage.last(ANN)["id"], labelled[1]["id"])
    assert stage.did == Pressed(VOTE, stage.last(ANN)["id"])

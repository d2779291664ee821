from __future__ import annotations

import pytest
from aiohttp import web

from adapters.playground.driver import Driver, Json
from adapters.playground.teams import NOT_INSTALLED, UNREACHABLE

from .conftest import ANN, APP_ID, BOB, CYD, EMPTY, GROUP, PLACE, Stage, staged


@pytest.mark.thorough
async def test_it_is_a_driver(stage: Stage) -> None:
    driver: Driver = stage.fake
    assert driver.screen(ANN)["platform"] == "teams"


async def test_a_typed_message_has_the_shape_of_the_real_one(stage: Stage) -> None:
    outcome = await stage.fake.types(ANN, stage.fake.chat_of(ANN), "/journal a < b & c")

    assert (outcome.delivered, outcome.status, outcome.error) == (True, 200, None)
    (activity,) = stage.bot.heard
    assert activity["type"] == "message"
    assert activity["text"] == "/journal a &lt; b &amp; c"
    assert activity["textFormat"] == "plain"
    assert activity["timestamp"] == "2026-03-01T09:30:00.000Z"
    assert activity["localTimestamp"] == "2026-03-01T10:30:00.000+01:00"
    assert activity["localTimezone"] == "Europe/Berlin"
    assert activity["serviceUrl"] == stage.fake.service_url
    assert activity["channelId"] == "msteams"
    assert activity["from"] == {"id": ANN, "name": "Ann Lee", "aadObjectId": activity["from"]["aadObjectId"]}
    assert activity["recipient"] == {"id": f"28:{APP_ID}", "name": "Convene"}
    assert activity["conversation"] == {
        "id": stage.fake.chat_of(ANN),
        "conversationType": "personal",
        "tenantId": stage.fake.tenant_id,
    }
    assert activity["channelData"] == {"tenant": {"id": stage.fake.tenant_id}}
    assert activity["locale"] == "en-GB"
    client = activity["entities"][-1]
    assert client == {
        "type": "clientInfo",
        "locale": "en-GB",
        "country": "GB",
        "platform": "Web",
        "timezone": "Europe/Berlin",
    }
    assert stage.last(ANN, stage.fake.chat_of(ANN))["plain"] == "/journal a < b & c"


async def test_the_zone_is_missing_where_nobody_knows_it(stage: Stage) -> None:
    await stage.fake.install_for(CYD)
    await stage.fake.types(CYD, stage.fake.bot_id, "hi")
    activity = stage.bot.heard[-1]
    assert "localTimezone" not in activity
    assert "timezone" not in activity["entities"][-1]


@pytest.mark.parametrize("typed", ["@Convene hello @bob ray", "<at>Convene</at> hello <at>Bob Ray</at>"])
async def test_a_mention_becomes_an_entity(stage: Stage, typed: str) -> None:
    await stage.fake.types(ANN, PLACE, typed)
    (activity,) = stage.bot.heard
    assert activity["text"] == "<at>Convene</at> hello <at>Bob Ray</at>"
    assert activity["entities"][:2] == [
        {"type": "mention", "mentioned": {"id": stage.fake.bot_id, "name": "Convene"}, "text": "<at>Convene</at>"},
        {"type": "mention", "mentioned": {"id": BOB, "name": "Bob Ray"}, "text": "<at>Bob Ray</at>"},
    ]
    assert activity["conversation"]["id"] == f"{PLACE};messageid={activity['id']}"
    assert activity["conversation"]["isGroup"] is True
    assert activity["channelData"]["team"] == {"id": PLACE}, "messages name neither team nor channel, and a team's first channel has its id"
    assert activity["channelData"]["channel"] == {"id": PLACE}
    assert stage.last(BOB, PLACE)["plain"].casefold() == "@convene hello @bob ray"


async def test_a_reply_stands_in_its_thread(stage: Stage) -> None:
    await stage.fake.types(ANN, PLACE, "a question")
    root = stage.last(ANN, PLACE)["id"]
    await stage.fake.types(BOB, PLACE, "@Convene an answer", thread=root)
    (activity,) = stage.bot.heard
    assert activity["replyToId"] == root
    assert activity["conversation"]["id"] == f"{PLACE};messageid={root}"
    assert stage.last(ANN, PLACE)["thread"] == root


@pytest.mark.parametrize("room", [PLACE, GROUP])
async def test_without_a_mention_nothing_is_delivered(stage: Stage, room: str) -> None:
    for outcome in (
        await stage.fake.types(ANN, room, "just us"),
        await stage.fake.edits(ANN, stage.last(ANN, room)["id"], "only us"),
        await stage.fake.deletes(ANN, stage.last(ANN, room)["id"]),
    ):
        assert outcome.delivered is False
    assert stage.bot.heard == []


@pytest.mark.parametrize(("consent", "heard"), [("ChannelMessage.Read.Group", PLACE), ("ChatMessage.Read.Chat", GROUP)])
async def test_a_consent_opens_one_kind_of_room_only(consent: str, heard: str) -> None:
    asked = {"authorization": {"permissions": {"resourceSpecific": [{"name": consent, "type": "Application"}]}}}
    async with staged(asked) as stage:
        delivered = {room: (await stage.fake.types(ANN, room, "just us")).delivered for room in (PLACE, GROUP)}
        assert delivered == {PLACE: heard == PLACE, GROUP: heard == GROUP}
        await stage.fake.edits(ANN, stage.last(ANN, heard)["id"], "only us")
        await stage.fake.deletes(ANN, stage.last(ANN, heard)["id"])
    assert [each["type"] for each in stage.bot.heard] == ["message", "messageUpdate", "messageDelete"]


async def test_where_the_bot_is_not_nothing_is_delivered(stage: Stage) -> None:
    assert (await stage.fake.types(ANN, EMPTY, "<at>Convene</at> hello")).delivered is False


async def test_who_has_not_added_the_app_cannot_write_to_it(stage: Stage) -> None:
    outcome = await stage.fake.types(CYD, stage.fake.bot_id, "hi")
    assert (outcome.delivered, outcome.error) == (False, NOT_INSTALLED)
    assert stage.notices(CYD) == [NOT_INSTALLED]


async def test_edits_and_deletions_arrive_as_events(stage: Stage) -> None:
    chat = stage.fake.chat_of(ANN)
    await stage.fake.types(ANN, chat, "one")
    message = stage.last(ANN, chat)["id"]
    await stage.fake.edits(ANN, message, "two")
    await stage.fake.deletes(ANN, message)
    assert stage.last(ANN, chat)["deleted"] is True
    await stage.fake.undeletes(ANN, message)
    _, edited, deleted, undeleted = stage.bot.heard
    assert (edited["type"], edited["channelData"]["eventType"], edited["text"]) == ("messageUpdate", "editMessage", "two")
    assert (deleted["type"], deleted["channelData"]["eventType"]) == ("messageDelete", "softDeleteMessage")
    assert "text" not in deleted
    assert (undeleted["type"], undeleted["channelData"]["eventType"]) == ("messageUpdate", "undeleteMessage")
    assert {each["id"] for each in stage.bot.heard} == {message}
    assert (stage.last(ANN, chat)["plain"], stage.last(ANN, chat)["edited"]) == ("two", True)


async def test_only_ones_own_messages_can_be_changed(stage: Stage) -> None:
    await stage.fake.types(ANN, PLACE, "mine")
    message = stage.last(ANN, PLACE)["id"]
    with pytest.raises(PermissionError):
        await stage.fake.edits(BOB, message, "yours")
    with pytest.raises(PermissionError):
        await stage.fake.deletes(BOB, message)


async def test_reactions_reach_the_author_only(stage: Stage) -> None:
    await stage.fake.types(ANN, PLACE, "mine")
    assert (await stage.fake.reacts(BOB, stage.last(ANN, PLACE)["id"], "like")).delivered is False
    posted = await stage.bot.posts(PLACE, {"type": "message", "text": "ours"})
    await stage.fake.reacts(BOB, posted, "heart")
    assert stage.last(ANN, PLACE)["reactions"] == [{"name": "heart", "users": [BOB]}]
    await stage.fake.reacts(BOB, posted, "heart")
    added, removed = stage.bot.heard
    assert (added["type"], added["replyToId"], added["reactionsAdded"]) == ("messageReaction", posted, [{"type": "heart"}])
    assert removed["reactionsRemoved"] == [{"type": "heart"}]
    assert stage.last(ANN, PLACE)["reactions"] == []


async def test_an_app_that_fails_is_not_asked_again(stage: Stage) -> None:
    async def fails(_: Json) -> web.Response:
        return web.Response(status=500)

    stage.bot.answers = fails
    outcome = await stage.fake.types(ANN, stage.fake.bot_id, "hi")
    await stage.fake.settles()
    assert (outcome.status, outcome.error) == (500, UNREACHABLE)
    assert len(stage.bot.heard) == 1
    assert stage.notices(ANN) == [UNREACHABLE]


async def test_an_app_that_is_away_is_not_reached(stage: Stage) -> None:
    stage.fake.listen(base_url=stage.fake.service_url, request_url="http://127.0.0.1:9/api/messages")
    outcome = await stage.fake.types(ANN, stage.fake.bot_id, "hi")
    assert (outcome.status, outcome.error) == (None, UNREACHABLE)


async def test_the_same_activity_can_come_twice(stage: Stage) -> None:
    await stage.fake.types(ANN, stage.fake.bot_id, "hi")
    assert (await stage.fake.redeliver()).status == 200
    first, second = stage.bot.heard
    assert first == second


async def test_raw_requests_reach_the_endpoint(stage: Stage) -> None:
    assert (await stage.fake.send_raw({"Authorization": "Bearer nonsense"}, {"serviceUrl": ""})).status == 401


async def test_installing_and_removing_the_app(stage: Stage) -> None:
    await stage.fake.opens_home(CYD)
    assert (await stage.fake.opens_home(CYD)).delivered is False
    await stage.fake.uninstall_for(CYD)
    kinds = [(each["type"], each.get("action"), each.get("membersAdded")) for each in stage.bot.heard]
    assert kinds == [
        ("conversationUpdate", None, [{"id": stage.fake.bot_id}]),
        ("installationUpdate", "add", None),
        ("installationUpdate", "remove", None),
    ]
    assert (await stage.fake.types(CYD, stage.fake.bot_id, "hi")).delivered is False


async def test_opening_the_chat_for_the_first_time(stage: Stage) -> None:
    assert (await stage.fake.opens_home(ANN)).delivered is True
    assert (await stage.fake.opens_home(ANN)).delivered is False
    assert [each["type"] for each in stage.bot.heard] == ["conversationUpdate"]


async def test_what_happens_to_rooms(stage: Stage) -> None:
    fake = stage.fake
    await fake.add_bot_to(EMPTY, ANN)
    await fake.member_added(PLACE, CYD)
    await fake.member_removed(PLACE, CYD)
    await fake.rename_channel(PLACE, "Plaza")
    await fake.archive_team("Guild")
    assert (await fake.types(ANN, PLACE, "@Convene hi")).delivered is False
    await fake.unarchive_team("Guild")
    await fake.rename_team("Guild", "House")
    await fake.delete_channel(PLACE)
    await fake.restore_channel(PLACE)
    await fake.delete_team("House")
    await fake.remove_bot_from(EMPTY, ANN)
    events = [each["channelData"].get("eventType") for each in stage.bot.heard]
    assert events == [
        "teamMemberAdded", None, "teamMemberAdded", "teamMemberRemoved", "channelRenamed", "teamArchived",
        "teamUnarchived", "teamRenamed", "channelDeleted", "channelRestored", "teamDeleted", "teamMemberRemoved", None,
    ]  # fmt: skip
    assert stage.bot.heard[1]["action"] == "add"
    assert stage.bot.heard[2]["membersAdded"][0]["id"] == CYD
    assert stage.bot.heard[7]["channelData"]["team"]["name"] == "House"
    states = {each["name"]: each["state"] for each in fake.screen(ANN)["conversations"]}
    assert states["Plaza"] == "deleted"


async def test_without_the_bot_nothing_is_told(stage: Stage) -> None:
    assert (await stage.fake.rename_channel(EMPTY, "Void")).delivered is False


async def test_commands_come_from_the_manifest(stage: Stage) -> None:
    assert stage.fake.screen(ANN)["commands"] == [{"name": "journal", "hint": "", "about": "Write"}]


async def test_watchers_hear_of_changes(stage: Stage) -> None:
    seen: list[str] = []
    stage.fake.watch(seen.append)
    await stage.fake.types(ANN, PLACE, "x")
    stage.fake.add_user("29:dee", "Dee", zone=None)
    assert seen == ["", "29:dee"]


async def test_the_manifest_says_where_the_bot_may_be() -> None:
    async with staged({"bots": [{"scopes": ["personal", "team"]}]}) as stage:
        said = [(await stage.fake.types(ANN, room, "@Convene hi")).delivered for room in (stage.fake.bot_id, PLACE, GROUP)]
        assert said == [True, True, False]
        status, body, _ = await stage.bot.calls("POST", f"v3/conversations/{GROUP}/activities", {"type": "message", "text": "x"})
        assert (status, body["error"]["code"]) == (403, "BotNotInConversationRoster")

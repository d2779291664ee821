from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from adapters.playground.driver import Json
from adapters.playground.teams.faults import Effect, Operation

from .conftest import ANN, BOB, CYD, EMPTY, GROUP, PLACE, Stage, card, staged, text_block, with_card

TEXT: Json = {"type": "message", "text": "hello"}


def creation(stage: Stage, user: str, **changes: Any) -> Json:
    return {
        "bot": {"id": stage.fake.bot_id},
        "members": [{"id": user}],
        "channelData": {"tenant": {"id": stage.fake.tenant_id}},
        "tenantId": stage.fake.tenant_id,
        "isGroup": False,
    } | changes


async def test_a_chat_is_created_once(stage: Stage) -> None:
    status, first, _ = await stage.bot.calls("POST", "v3/conversations", creation(stage, ANN))
    _, again, _ = await stage.bot.calls("POST", "v3/conversations", creation(stage, ANN))
    assert status == 201
    assert first["id"] == again["id"] == stage.fake.chat_of(ANN)
    await stage.bot.posts(first["id"], TEXT)
    assert stage.last(ANN, first["id"])["plain"] == "hello"
    assert all(not each["messages"] for each in stage.fake.screen(BOB)["conversations"])


async def test_a_chat_can_be_created_by_object_id_and_with_a_message(stage: Stage) -> None:
    await stage.fake.types(ANN, stage.fake.bot_id, "hi")
    aad = stage.bot.heard[0]["from"]["aadObjectId"]
    _, body, _ = await stage.bot.calls("POST", "v3/conversations", creation(stage, aad, activity=TEXT))
    assert stage.last(ANN, stage.fake.chat_of(ANN))["id"] == body["activityId"]


async def test_a_thread_is_started_in_a_channel(stage: Stage) -> None:
    body = {"isGroup": True, "channelData": {"channel": {"id": PLACE}}, "activity": TEXT}
    _, answer, _ = await stage.bot.calls("POST", "v3/conversations", body)
    assert answer["id"] == f"{PLACE};messageid={answer['activityId']}"
    await stage.bot.posts(answer["id"], {"type": "message", "text": "more"})
    assert stage.last(ANN, PLACE)["thread"] == answer["activityId"]


async def test_a_reply_to_an_activity_goes_into_its_thread(stage: Stage) -> None:
    root = await stage.bot.posts(PLACE, TEXT)
    status, _, _ = await stage.bot.calls("POST", f"v3/conversations/{PLACE}/activities/{root}", TEXT)
    assert (status, stage.last(ANN, PLACE)["thread"]) == (201, root)


CREATIONS: dict[str, tuple[Json, int, str]] = {
    "not installed": ({"members": [{"id": CYD}]}, 403, "ForbiddenOperationException"),
    "unknown person": ({"members": [{"id": "29:nobody"}]}, 400, "BadArgument"),
    "a group": ({"isGroup": True}, 400, "BadArgument"),
    "two people": ({"members": [{"id": ANN}, {"id": BOB}]}, 400, "BadArgument"),
    "members that are none": ({"members": "x"}, 400, "BadArgument"),
    "nobody": ({"members": []}, 400, "BadArgument"),
    "no tenant": ({"channelData": {}, "tenantId": None}, 400, "BadArgument"),
    "another tenant": ({"channelData": {}, "tenantId": "elsewhere"}, 403, "BotNotRegistered"),
    "another bot": ({"bot": {"id": "28:other"}}, 403, "Forbidden"),
    "a thread of nothing": ({"channelData": {"channel": {"id": PLACE}}}, 400, "BadArgument"),
}


@pytest.mark.parametrize(("changes", "status", "code"), CREATIONS.values(), ids=CREATIONS.keys())
async def test_a_conversation_is_refused(stage: Stage, changes: Json, status: int, code: str) -> None:
    got, body, _ = await stage.bot.calls("POST", "v3/conversations", creation(stage, ANN, **changes))
    assert (got, body["error"]["code"]) == (status, code)


ACTIVITIES: dict[str, tuple[Any, int, str]] = {
    "no type": ({"text": "x"}, 400, "BadSyntax"),
    "no object": (["x"], 400, "BadSyntax"),
    "an unknown type": ({"type": "event", "name": "x"}, 400, "BadArgument"),
    "nothing in it": ({"type": "message"}, 400, "BadSyntax"),
    "text that is none": ({"type": "message", "text": 7}, 400, "BadSyntax"),
    "an unknown format": ({"type": "message", "text": "x", "textFormat": "rtf"}, 400, "BadArgument"),
    "an unknown attachment": ({"type": "message", "attachments": [{"contentType": "text/html"}]}, 400, "BadArgument"),
    "a card that is none": (with_card({"type": "Container"}), 400, "BadArgument"),
    "an image of nothing": ({"type": "message", "attachments": [{"contentType": "image/png"}]}, 400, "BadArgument"),
    "eleven attachments": (
        {"type": "message", "attachments": [{"contentType": "image/png", "contentUrl": "https://a.example/b"}] * 11},
        400,
        "BadArgument",
    ),
    "a file to a channel": (
        {"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.teams.card.file.consent"}]},
        400,
        "BadArgument",
    ),
    "entities that are none": ({"type": "message", "text": "x", "entities": 7}, 400, "BadSyntax"),
    "too much": ({"type": "message", "text": "x" * 51_300}, 413, "MessageSizeTooBig"),
}


@pytest.mark.parametrize(("activity", "status", "code"), ACTIVITIES.values(), ids=ACTIVITIES.keys())
async def test_an_activity_is_refused(stage: Stage, activity: Any, status: int, code: str) -> None:
    got, body, _ = await stage.bot.calls("POST", f"v3/conversations/{PLACE}/activities", activity)
    assert (got, body["error"]["code"]) == (status, code)
    posted = await stage.bot.posts(PLACE, TEXT)
    got, body, _ = await stage.bot.calls("PUT", f"v3/conversations/{PLACE}/activities/{posted}", activity)
    assert (got, body["error"]["code"]) == (status, code)
    assert len(stage.messages(ANN, PLACE)) == 1


async def test_a_hundred_kilobytes_are_just_enough(stage: Stage) -> None:
    await stage.bot.posts(PLACE, {"type": "message", "text": "x" * 51_100})
    assert "nearly too large" in stage.fake.card_problems[0]


async def test_broken_json_is_refused(stage: Stage) -> None:
    await stage.bot.posts(PLACE, TEXT)
    headers = {"Authorization": f"Bearer {stage.bot.token}", "Content-Type": "application/json"}
    address = f"{stage.fake.service_url}v3/conversations/{PLACE}/activities"
    async with stage.bot.session.post(address, data=b"{", headers=headers) as response:
        assert (response.status, (await response.json())["error"]["code"]) == (400, "BadSyntax")


async def test_rooms_out_of_reach(stage: Stage) -> None:
    async def refusal(conversation: str) -> tuple[int, str]:
        status, body, _ = await stage.bot.calls("POST", f"v3/conversations/{conversation}/activities", TEXT)
        return status, body["error"]["code"]

    assert await refusal("19:nowhere") == (404, "ConversationNotFound")
    assert await refusal(EMPTY) == (403, "BotNotInConversationRoster")
    assert await refusal(f"{PLACE};messageid=1") == (404, "ConversationNotFound")
    await stage.fake.archive_team("Guild")
    assert await refusal(PLACE) == (403, "NotEnoughPermissions")
    await stage.fake.delete_channel(PLACE)
    assert await refusal(PLACE) == (404, "ConversationNotFound")
    stage.fake.block_for(ANN)
    assert await refusal(stage.fake.chat_of(ANN)) == (403, "MessageWritesBlocked")
    await stage.fake.uninstall_for(BOB)
    assert await refusal(stage.fake.chat_of(BOB)) == (403, "BotNotInConversationRoster")


async def test_a_message_is_updated_and_deleted(stage: Stage) -> None:
    posted = await stage.bot.posts(PLACE, TEXT)
    path = f"v3/conversations/{PLACE}/activities/{posted}"
    assert await _status(stage, "PUT", path, {"type": "message", "text": "other"}) == 200
    assert (stage.last(ANN, PLACE)["plain"], stage.last(ANN, PLACE)["edited"]) == ("other", True)
    assert await _status(stage, "DELETE", path) == 200
    assert (stage.last(ANN, PLACE)["plain"], stage.last(ANN, PLACE)["deleted"]) == ("", True)
    assert await _status(stage, "PUT", path, TEXT) == 404
    assert await _status(stage, "DELETE", path) == 404


async def test_what_people_wrote_is_theirs(stage: Stage) -> None:
    await stage.fake.types(ANN, PLACE, "mine")
    path = f"v3/conversations/{PLACE}/activities/{stage.last(ANN, PLACE)['id']}"
    assert await _status(stage, "PUT", path, TEXT) == 403
    assert await _status(stage, "DELETE", path) == 403


async def _status(stage: Stage, method: str, path: str, body: Any = None) -> int:
    return (await stage.bot.calls(method, path, body))[0]


async def test_the_roster_comes_in_pages(stage: Stage) -> None:
    path = f"v3/conversations/{PLACE}/pagedmembers"
    _, first, _ = await stage.bot.calls("GET", f"{path}?pageSize=1")
    _, second, _ = await stage.bot.calls("GET", f"{path}?pageSize=1&continuationToken={first['continuationToken']}")
    assert [each["id"] for page in (first, second) for each in page["members"]] == [ANN, BOB]
    assert "continuationToken" not in second
    assert first["members"][0]["tenantId"] == stage.fake.tenant_id
    assert await _status(stage, "GET", f"{path}?pageSize=some") == 400
    assert await _status(stage, "GET", f"{path}?continuationToken=99") == 400


async def test_one_member(stage: Stage) -> None:
    _, body, _ = await stage.bot.calls("GET", f"v3/conversations/{PLACE}/members/{ANN}")
    assert (body["name"], body["givenName"], body["surname"]) == ("Ann Lee", "Ann", "Lee")
    assert await _status(stage, "GET", f"v3/conversations/{PLACE}/members/{CYD}") == 404
    assert await _status(stage, "GET", f"v3/conversations/{EMPTY}/members/{ANN}") == 403


async def test_teams_and_their_channels(stage: Stage) -> None:
    team = stage.fake.team_id("Guild")
    _, body, _ = await stage.bot.calls("GET", f"v3/teams/{team}")
    assert (body["name"], body["channelCount"], body["memberCount"]) == ("Guild", 1, 2)
    _, body, _ = await stage.bot.calls("GET", f"v3/teams/{team}/conversations")
    assert body["conversations"] == [{"id": PLACE, "name": None}]
    assert await _status(stage, "GET", f"v3/teams/{stage.fake.team_id('Elsewhere')}") == 403
    assert await _status(stage, "GET", "v3/teams/nowhere") == 404


async def test_typing_is_seen_but_is_no_message(stage: Stage) -> None:
    assert await _status(stage, "POST", f"v3/conversations/{PLACE}/activities", {"type": "typing"}) == 201
    assert stage.fake.typing == [PLACE]
    assert stage.messages(ANN, PLACE) == []


async def test_a_targeted_message_is_seen_by_one(stage: Stage) -> None:
    path = f"v3/conversations/{GROUP}/activities?isTargetedActivity=true"
    assert await _status(stage, "POST", path, {**TEXT, "recipient": {"id": BOB}}) == 201
    assert stage.messages(ANN, GROUP) == []
    told = stage.last(BOB, GROUP)
    assert told["private"] is True
    assert await _status(stage, "POST", path, {**TEXT, "recipient": {"id": CYD}}) == 400
    assert await _status(stage, "POST", path, TEXT) == 400
    with pytest.raises(LookupError):
        await stage.fake.reacts(BOB, told["id"], "like")
    with pytest.raises(LookupError):
        await stage.fake.types(BOB, GROUP, "A reply", thread=told["id"])


async def test_a_targeted_message_is_changed_by_targeted_calls_alone_and_for_a_day(stage: Stage) -> None:
    path = f"v3/conversations/{GROUP}/activities"
    aside, changed = "?isTargetedActivity=true", {"type": "message", "text": "other"}
    for n in range(2):
        assert await _status(stage, "POST", path + aside, {**TEXT, "recipient": {"id": BOB}}) == 201
        told = f"{path}/{stage.last(BOB, GROUP)['id']}"
        assert await _status(stage, "PUT", told, changed) == 404
        assert await _status(stage, "DELETE", told) == 404
        assert await _status(stage, "PUT", told + aside, {**changed, "recipient": {"id": ANN}}) == 400
        assert await _status(stage, "PUT", told + aside, changed) == 200
        assert (stage.last(BOB, GROUP)["plain"], stage.last(BOB, GROUP)["private"]) == ("other", True)
        if n:
            stage.fake._core.world.message(stage.last(BOB, GROUP)["id"]).at -= timedelta(hours=24)
            assert stage.messages(BOB, GROUP)[-1]["deleted"], "the one before"
            assert await _status(stage, "PUT", told + aside, changed) == 404
        else:
            assert await _status(stage, "DELETE", told + aside) == 200
            assert stage.last(BOB, GROUP)["deleted"]
    assert stage.messages(ANN, GROUP) == []
    posted = await stage.bot.posts(PLACE, TEXT)
    assert await _status(stage, "PUT", f"v3/conversations/{PLACE}/activities/{posted}{aside}", changed) == 404


async def test_mentions_need_their_entity(stage: Stage) -> None:
    mention = {"type": "mention", "mentioned": {"id": BOB, "name": "Bob Ray"}, "text": "<at>Bob Ray</at>"}
    await stage.bot.posts(PLACE, {"type": "message", "text": "<at>Bob Ray</at> hi"})
    assert stage.fake.mentions == []
    assert stage.fake.card_problems
    await stage.bot.posts(PLACE, {"type": "message", "text": "<at>Bob Ray</at> hi", "entities": [mention]})
    block = card(text_block("See <at>Bob Ray</at>"), msteams={"entities": [mention]})
    await stage.bot.posts(PLACE, with_card(block))
    assert [each.user for each in stage.fake.mentions] == [BOB, BOB]
    assert stage.last(ANN, PLACE)["plain"] == "See @Bob Ray"


async def test_seven_messages_a_second_when_switched_on() -> None:
    moment = [0.0]
    async with staged(rate_limits=True, monotonic=lambda: moment[0]) as stage:
        path = f"v3/conversations/{PLACE}/activities"
        assert [await _status(stage, "POST", path, TEXT) for _ in range(8)] == [201] * 7 + [429]
        assert await _status(stage, "POST", f"v3/conversations/{GROUP}/activities", TEXT) == 201
        _, body, headers = await stage.bot.calls("POST", path, TEXT)
        assert (body["error"]["code"], headers["Retry-After"]) == ("TooManyRequests", "1")
        moment[0] = 1.0
        assert await _status(stage, "POST", path, TEXT) == 201


FAULTS: dict[str, tuple[Operation, str, str]] = {
    "post": ("post", "POST", f"v3/conversations/{PLACE}/activities"),
    "members": ("members", "GET", f"v3/conversations/{PLACE}/members"),
    "create": ("create_conversation", "POST", "v3/conversations"),
}


@pytest.mark.parametrize(("operation", "method", "path"), FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize("status", [412, 429, 500, 502, 504])
async def test_an_ordered_failure(stage: Stage, operation: Operation, method: str, path: str, status: int) -> None:
    stage.fake.faults.add(operation, status=status, retry_after=3)
    got, body, headers = await stage.bot.calls(method, path, TEXT)
    assert (got, headers["Retry-After"]) == (status, "3")
    assert body["error"]["code"]
    assert stage.fake.calls[-1].status == status
    assert stage.messages(ANN, PLACE) == []


@pytest.mark.parametrize(("effect", "messages"), [("none", 0), ("before", 1), ("after", 1)])
async def test_a_lost_answer(stage: Stage, effect: Effect, messages: int) -> None:
    await stage.bot.signs_in()
    stage.fake.faults.add("post", effect=effect)
    with pytest.raises(aiohttp.ClientError):
        await stage.bot.posts(PLACE, TEXT)
    await stage.fake.settles()
    assert len(stage.messages(ANN, PLACE)) == messages
    assert stage.fake.calls[-1].status is None


async def test_an_answer_that_never_comes(stage: Stage) -> None:
    await stage.bot.calls("GET", f"v3/conversations/{PLACE}/members")
    stage.fake.faults.add("update", hang=True, effect="before")
    posted = await stage.bot.posts(PLACE, TEXT)
    path = f"v3/conversations/{PLACE}/activities/{posted}"
    with pytest.raises(asyncio.TimeoutError):
        await stage.bot.calls("PUT", path, {"type": "message", "text": "new"}, timeout=aiohttp.ClientTimeout(total=0.03))
    assert stage.last(ANN, PLACE)["plain"] == "new"


async def test_the_ledger_tells_what_was_called(stage: Stage) -> None:
    posted = await stage.bot.posts(PLACE, TEXT)
    call = stage.fake.calls[-1]
    assert (call.operation, call.method, call.conversation, call.status) == ("post", "POST", PLACE, 201)
    assert (call.body, call.answer) == (TEXT, {"id": posted})


async def test_pictures_are_files_of_the_message(stage: Stage) -> None:
    picture = {"contentType": "image/png", "contentUrl": "https://pics.example/1.png", "name": "A chart"}
    await stage.bot.posts(PLACE, {"type": "message", "attachments": [picture]})
    (shown,) = stage.last(ANN, PLACE)["files"]
    assert (shown["name"], shown["url"]) == ("A chart", "https://pics.example/1.png")

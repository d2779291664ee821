"""The Web API: one refusal for every rule, and what it does otherwise."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from adapters.playground.slack.webapi import METHODS
from tests.adapters.playground.slack.stage import Stage, manifest, staged

Json = dict[str, Any]
DIVIDER: Json = {"type": "divider"}
HOME: Json = {"type": "home", "blocks": [DIVIDER]}

SCOPED = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "conversations.open": "im:write mpim:write",
    "conversations.info": "channels:read groups:read im:read mpim:read",
    "conversations.members": "channels:read groups:read im:read mpim:read",
    "conversations.list": "channels:read groups:read im:read mpim:read",
    "conversations.history": "channels:history groups:history im:history mpim:history",
    "conversations.replies": "channels:history groups:history im:history mpim:history",
    "users.info": "users:read",
    "users.list": "users:read",
    "team.info": "team:read",
    "bots.info": "users:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "pins.add": "pins:write",
}


@pytest.mark.parametrize("method", SCOPED)
async def test_a_method_without_its_scope_is_refused(method: str) -> None:
    async with staged(manifest(without_scopes=SCOPED[method])) as stage:
        answer = await stage.api(method)
        assert answer["error"] == "missing_scope"
        assert answer["needed"]
        assert not set(SCOPED[method].split()) & set(answer["provided"].split(","))


@pytest.mark.parametrize(
    ("missing", "method", "arguments", "needed"),
    [
        ("groups:read", "conversations.info", {"channel": "GLEADS"}, "groups:read"),
        ("channels:read", "conversations.members", {"channel": "CGEN"}, "channels:read"),
        ("im:read", "conversations.info", {"channel": "DANN"}, "im:read"),
        ("im:history", "conversations.history", {"channel": "DANN"}, "im:history"),
        ("groups:history", "conversations.replies", {"channel": "GLEADS", "ts": "1"}, "groups:history"),
        ("channels:history", "conversations.history", {"channel": "CGEN"}, "channels:history"),
        ("mpim:write", "conversations.open", {"users": "UANN,UBOB"}, "mpim:write"),
        ("im:write", "conversations.open", {"users": "UANN"}, "im:write"),
        ("groups:read", "conversations.list", {"types": "public_channel,private_channel"}, "groups:read"),
    ],
)
async def test_the_scope_depends_on_the_kind_of_conversation(missing: str, method: str, arguments: Json, needed: str) -> None:
    async with staged(manifest(without_scopes=missing)) as stage:
        answer = await stage.api(method, **arguments)
        assert (answer["error"], answer["needed"]) == ("missing_scope", needed)


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("no.such", {}, "unknown_method"),
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "CNONE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "UNONE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "GSECRET", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "CQUIET", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "CGEN"}, "no_text"),
        ("chat.postMessage", {"channel": "CGEN", "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": "CGEN", "text": "x", "blocks": [{"type": "nope"}]}, "invalid_blocks"),
        ("chat.postMessage", {"channel": "CGEN", "text": "x", "blocks": [DIVIDER] * 51}, "invalid_blocks"),
        ("chat.postMessage", {"channel": "CGEN", "text": "x", "blocks": "[broken"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": "CGEN", "text": "x", "blocks": {}}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": "CGEN", "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ("chat.postMessage", {"channel": "CGEN", "text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_format"),
        (
            "chat.postMessage",
            {"channel": "CGEN", "text": "x", "metadata": {"event_type": "e", "event_payload": {"k": "v" * 8000}}},
            "metadata_too_large",
        ),
        (
            "chat.postMessage",
            {"channel": "CGEN", "text": "x", "blocks": [{"type": "image", "alt_text": "x", "slack_file": {"id": "F0"}}]},
            "invalid_blocks",
        ),
        ("chat.postEphemeral", {"channel": "GLEADS", "user": "UBOB", "text": "x"}, "user_not_in_channel"),
        ("chat.update", {"channel": "CGEN", "ts": "1.0", "text": "x"}, "message_not_found"),
        ("chat.delete", {"channel": "CGEN", "ts": "1.0"}, "message_not_found"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.open", {"users": "UNONE"}, "user_not_found"),
        ("conversations.open", {"users": ",".join(f"U{each}" for each in range(9))}, "too_many_users"),
        ("conversations.info", {"channel": "CNONE"}, "channel_not_found"),
        ("conversations.list", {"types": "garden"}, "invalid_types"),
        ("conversations.list", {"limit": 5000}, "invalid_limit"),
        ("conversations.list", {"cursor": "broken"}, "invalid_cursor"),
        ("conversations.history", {"channel": "CQUIET"}, "not_in_channel"),
        ("conversations.replies", {"channel": "CGEN", "ts": "1.0"}, "thread_not_found"),
        ("users.info", {"user": "UNONE"}, "user_not_found"),
        ("bots.info", {"bot": "BNONE"}, "bot_not_found"),
        ("reactions.add", {"name": "tada"}, "no_item_specified"),
        ("reactions.add", {"name": "tada", "channel": "CGEN", "timestamp": "1.0"}, "message_not_found"),
        ("pins.add", {"channel": "CGEN", "timestamp": "1.0"}, "message_not_found"),
        ("files.getUploadURLExternal", {"filename": "a.png", "length": 0}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"filename": "a.png", "length": 1, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
        ("files.completeUploadExternal", {"files": [{"id": "F0"}]}, "file_not_found"),
        ("views.open", {"view": {}, "trigger_id": "no"}, "invalid_trigger_id"),
        ("views.update", {"view": HOME, "view_id": "V0"}, "not_found"),
        ("views.publish", {"view": HOME, "user_id": "UNONE"}, "user_not_found"),
        ("views.publish", {"view": {"type": "home"}, "user_id": "UANN"}, "invalid_arguments"),
        ("views.publish", {"view": HOME, "user_id": "UANN", "hash": "old"}, "hash_conflict"),
        ("views.publish", {"view": {**HOME, "private_metadata": "x" * 260_000}, "user_id": "UANN"}, "view_too_large"),
        ("api.test", {"error": "my_error"}, "my_error"),
    ],
)
async def test_refusals(stage: Stage, method: str, arguments: Json, error: str) -> None:
    answer = await stage.api(method, **arguments)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert stage.slack.calls[-1].answer == answer
    if error in ("invalid_blocks", "invalid_arguments"):
        assert answer["response_metadata"]["messages"]


@pytest.mark.parametrize(("token", "error"), [(None, "not_authed"), ("xoxb-other", "invalid_auth")])
async def test_tokens_are_looked_at(stage: Stage, token: str | None, error: str) -> None:
    assert (await stage.api("auth.test", token))["error"] == error


async def test_after_the_uninstallation_the_token_is_dead(stage: Stage) -> None:
    await stage.slack.uninstall()
    assert sorted(stage.bot.types()) == ["app_uninstalled", "tokens_revoked"]
    assert (await stage.api("auth.test"))["error"] == "account_inactive"
    assert not (await stage.slack.types("UANN", "DANN", "hello")).delivered


async def test_forms_and_tokens_in_forms_are_accepted(stage: Stage) -> None:
    form = {"token": "xoxb-fake", "channel": "CGEN", "text": "x", "blocks": '[{"type": "divider"}]'}
    async with stage.session.post(f"{stage.slack.ws.base_url}/api/chat.postMessage", data=form) as answer:
        assert (await answer.json())["ok"]
    assert "token" not in stage.slack.calls[-1].arguments


async def test_the_bot_learns_who_it_is_and_what_it_may(stage: Stage) -> None:
    answer = await stage.response("auth.test")
    assert (await answer.json())["user_id"] == stage.slack.bot_user_id
    assert "chat:write" in answer.headers["X-OAuth-Scopes"]
    for method in ("team.info", "bots.info", "api.test"):
        assert (await stage.api(method))["ok"]


async def test_a_post_is_seen_found_changed_and_taken_away(stage: Stage) -> None:
    metadata = {"event_type": "convene_post", "event_payload": {"key": "poll/1"}}
    posted = await stage.api("chat.postMessage", channel="CGEN", text="Lunch?", metadata=metadata)
    await stage.slack.settles()
    assert sorted(stage.bot.types()) == ["message", "message_metadata_posted"]
    found = await stage.api("conversations.history", channel="CGEN", include_all_metadata=True)
    assert found["messages"][0]["metadata"] == metadata
    assert "metadata" not in (await stage.api("conversations.history", channel="CGEN"))["messages"][0]
    changed = await stage.api("chat.update", channel="CGEN", ts=posted["ts"], text="Dinner?", blocks=[DIVIDER])
    assert changed["message"]["edited"]
    await stage.api("chat.update", channel="CGEN", ts=posted["ts"], text="Supper?")
    assert stage.slack.posted("CGEN")[0]["text"] == "Supper?"
    assert stage.slack.posted("CGEN")[0]["body"]["blocks"] == [DIVIDER]
    assert (await stage.api("chat.delete", channel="CGEN", ts=posted["ts"]))["ok"]
    assert stage.slack.posted("CGEN") == []
    assert stage.messages("UANN", "CGEN") == []


async def test_an_update_is_shorter_than_a_post(stage: Stage) -> None:
    posted = await stage.api("chat.postMessage", channel="CGEN", text="x" * 40_000)
    assert (await stage.api("chat.update", channel="CGEN", ts=posted["ts"], text="x" * 4001))["error"] == "msg_too_long"


async def test_the_words_of_others_cannot_be_changed(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "mine")
    ts = stage.messages("UANN", "CGEN")[0]["id"]
    assert (await stage.api("chat.update", channel="CGEN", ts=ts, text="x"))["error"] == "cant_update_message"
    assert (await stage.api("chat.delete", channel="CGEN", ts=ts))["error"] == "cant_delete_message"


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.postEphemeral", "chat.update"])
async def test_an_archived_channel_takes_nothing(stage: Stage, method: str) -> None:
    posted = await stage.api("chat.postMessage", channel="CGEN", text="x")
    await stage.slack.archive_channel("CGEN")
    assert (await stage.api(method, channel="CGEN", user="UANN", ts=posted["ts"], text="x"))["error"] == "is_archived"


async def test_a_deleted_channel_is_not_found(stage: Stage) -> None:
    await stage.slack.delete_channel("CGEN")
    assert (await stage.api("chat.postMessage", channel="CGEN", text="x"))["error"] == "channel_not_found"


async def test_without_a_messages_tab_the_chat_takes_nothing() -> None:
    async with staged(manifest(app_home={"messages_tab_enabled": False})) as stage:
        assert (await stage.api("chat.postMessage", channel="UANN", text="x"))["error"] == "messages_tab_disabled"


async def test_without_a_home_tab_nothing_is_published() -> None:
    async with staged(manifest(app_home={"home_tab_enabled": False})) as stage:
        assert (await stage.api("views.publish", user_id="UANN", view=HOME))["error"] == "not_enabled"


async def test_a_users_id_opens_the_chat(stage: Stage) -> None:
    assert (await stage.api("chat.postMessage", channel="UANN", text="x"))["channel"] == "DANN"
    assert (await stage.api("conversations.open", users="UANN"))["channel"]["id"] == "DANN"


async def test_a_group_chat_is_opened_once(stage: Stage) -> None:
    first = await stage.api("conversations.open", users="UANN,UBOB")
    second = await stage.api("conversations.open", users="UBOB,UANN", return_im=True)
    assert first["channel"]["id"] == second["channel"]["id"]
    assert second["channel"]["is_mpim"]
    assert (await stage.slack.types("UANN", first["channel"]["id"], "hello")).delivered


async def test_a_closed_account_refuses_the_opening_but_its_old_chat_takes_a_post(stage: Stage) -> None:
    await stage.slack.deactivate_user("UANN")
    assert stage.bot.heard[-1].event["user"]["deleted"]
    assert (await stage.api("conversations.open", users="UANN"))["error"] == "user_disabled"
    assert (await stage.api("chat.postMessage", channel="DANN", text="x"))["ok"]
    with pytest.raises(LookupError):
        await stage.slack.types("UANN", "DANN", "hello")


async def test_a_reply_to_what_is_gone_goes_to_the_channel(stage: Stage) -> None:
    root = await stage.api("chat.postMessage", channel="CGEN", text="root")
    reply = await stage.api("chat.postMessage", channel="CGEN", text="reply", thread_ts=root["ts"])
    assert reply["message"]["thread_ts"] == root["ts"]
    thread = await stage.api("conversations.replies", channel="CGEN", ts=root["ts"])
    assert [each["text"] for each in thread["messages"]] == ["root", "reply"]
    await stage.api("chat.delete", channel="CGEN", ts=root["ts"])
    assert stage.messages("UANN", "CGEN")[0]["deleted"]  # the thread keeps its place
    late = await stage.api("chat.postMessage", channel="CGEN", text="late", thread_ts=root["ts"])
    assert "thread_ts" not in late["message"]


async def test_history_is_paged_and_bounded(stage: Stage) -> None:
    stamps = [(await stage.api("chat.postMessage", channel="CGEN", text=str(each)))["ts"] for each in range(5)]
    await stage.api("chat.postEphemeral", channel="CGEN", user="UANN", text="only you")
    first = await stage.api("conversations.history", channel="CGEN", limit=3)
    assert [each["text"] for each in first["messages"]] == ["4", "3", "2"]
    rest = await stage.api("conversations.history", channel="CGEN", limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert ([each["text"] for each in rest["messages"]], rest["has_more"]) == (["1", "0"], False)
    inner = await stage.api("conversations.history", channel="CGEN", oldest=stamps[1], latest=stamps[3])
    assert [each["text"] for each in inner["messages"]] == ["2"]
    whole = await stage.api("conversations.history", channel="CGEN", oldest=stamps[1], latest=stamps[3], inclusive=True)
    assert [each["text"] for each in whole["messages"]] == ["3", "2", "1"]


async def test_people_and_places_are_listed(stage: Stage) -> None:
    user = (await stage.api("users.info", user="UANN", include_locale=True))["user"]
    assert (user["tz"], user["tz_offset"], user["locale"]) == ("Europe/Berlin", 3600, "de-DE")
    assert "locale" not in (await stage.api("users.info", user="UANN"))["user"]
    assert len((await stage.api("users.list", limit=2))["members"]) == 2
    names = [each["name"] for each in (await stage.api("conversations.list", types="public_channel,private_channel"))["channels"]]
    assert names == ["general", "quiet", "leads"]
    assert "UANN" in (await stage.api("conversations.members", channel="CGEN"))["members"]
    assert (await stage.api("conversations.info", channel="CGEN", include_num_members=True))["channel"]["num_members"] == 3


async def test_reactions_and_pins(stage: Stage) -> None:
    ts = (await stage.api("chat.postMessage", channel="CGEN", text="x"))["ts"]
    item = {"channel": "CGEN", "timestamp": ts}
    assert (await stage.api("reactions.remove", name="tada", **item))["error"] == "no_reaction"
    assert (await stage.api("reactions.add", name="tada", **item))["ok"]
    assert (await stage.api("reactions.add", name="tada", **item))["error"] == "already_reacted"
    assert (await stage.api("reactions.remove", name="tada", **item))["ok"]
    assert (await stage.api("pins.add", **item))["ok"]
    assert (await stage.api("pins.add", **item))["error"] == "already_pinned"
    assert stage.slack.posted("CGEN")[0]["pinned"]


async def test_a_file_is_uploaded_in_two_steps_and_shown_by_its_id(stage: Stage) -> None:
    opened = await stage.api("files.getUploadURLExternal", filename="tally.png", length=3, alt_txt="A tally")
    assert (await stage.api("files.completeUploadExternal", files=[{"id": opened["file_id"]}]))["error"] == "file_not_found"
    async with stage.session.post(opened["upload_url"], data=b"png") as answer:
        assert answer.status == 200
    assert (await stage.api("files.completeUploadExternal", files=[{"id": opened["file_id"], "title": "Tally"}]))["ok"]
    picture = {"type": "image", "alt_text": "A tally", "slack_file": {"id": opened["file_id"]}}
    assert (await stage.api("chat.postMessage", channel="CGEN", text="Tally", blocks=[picture]))["ok"]
    drawn = stage.messages("UANN", "CGEN")[0]["drawn"]["blocks"][0]
    async with stage.session.get(drawn["_url"]) as answer:
        assert (await answer.read(), answer.content_type) == (b"png", "image/png")
    async with stage.session.get(drawn["_url"].partition("?")[0], allow_redirects=False) as answer:
        assert answer.status == 302


async def test_a_file_is_shared_with_multipart_too(stage: Stage) -> None:
    opened = await stage.api("files.getUploadURLExternal", filename="a.pdf", length=3)
    async with stage.session.post(opened["upload_url"], data=_form()) as answer:
        assert answer.status == 200
    done = await stage.api("files.completeUploadExternal", files=[{"id": opened["file_id"]}], channel_id="CGEN", initial_comment="Here")
    assert done["files"][0]["size"] == 3
    assert stage.messages("UBOB", "CGEN")[0]["files"][0]["name"] == "a.pdf"
    refused = await stage.api("files.completeUploadExternal", files=[{"id": opened["file_id"]}], channel_id="CQUIET")
    assert refused["error"] == "not_in_channel"


def _form() -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("file", b"pdf", filename="a.pdf")
    return form


async def test_calls_to_everybody_and_messages_without_words_are_kept(stage: Stage) -> None:
    block = {"type": "section", "text": {"type": "plain_text", "text": "<!channel>"}}
    await stage.api("chat.postMessage", channel="CGEN", text="fine &lt;!channel&gt;", blocks=[block])
    assert (stage.slack.broadcasts, stage.slack.wordless) == ([], [])
    await stage.api("chat.postMessage", channel="CGEN", blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "<!here> hi"}}])
    assert len(stage.slack.broadcasts) == len(stage.slack.wordless) == 1


def test_every_method_of_the_table_has_a_tier_or_a_limit_of_its_own() -> None:
    assert {name for name, method in METHODS.items() if not method.tier} == {"chat.postMessage", "auth.test"}


SHAPED: dict[str, Json] = {
    "chat.postMessage": {"channel": "CGEN", "text": "x", "blocks": [], "metadata": {}, "attachments": [], "thread_ts": "1"},
    "conversations.history": {"channel": "CGEN", "limit": 1, "cursor": "c0", "oldest": "0", "latest": "9"},
    "conversations.open": {"users": "UANN"},
    "files.completeUploadExternal": {"files": [], "channel_id": "CGEN"},
    "views.publish": {"user_id": "UANN", "view": HOME, "hash": ""},
}


@pytest.mark.parametrize("method", SHAPED)
async def test_junk_is_answered_and_never_stumbled_over(stage: Stage, method: str) -> None:
    junk: list[Any] = [None, 7, "x", [], {}, [None], {"a": 1}, True]
    for key in SHAPED[method]:
        for value in junk:
            answer = await stage.response(method, **{**SHAPED[method], key: value})
            assert answer.status == 200, (key, value)
    assert stage.slack.screen("UANN")

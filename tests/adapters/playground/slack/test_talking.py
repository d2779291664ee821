"""People type, the bot hears what its scopes let it hear."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from tests.adapters.playground.slack.stage import SECRET, Heard, Stage, manifest, staged


async def test_a_command_travels_as_a_signed_form_and_its_answer_is_shown_to_its_author_alone(stage: Stage) -> None:
    stage.bot.answers({"text": "Which *day*?"})
    outcome = await stage.slack.types("UANN", "CGEN", "/poll Lunch & <tea>? | Pizza")
    assert (outcome.delivered, outcome.status, outcome.error) == (True, 200, None)
    heard = stage.bot.heard[0]
    assert heard.fields["command"] == "/poll"
    assert heard.fields["text"] == "Lunch &amp; &lt;tea&gt;? | Pizza"
    assert heard.fields["channel_name"] == "general"
    assert heard.fields["response_url"].startswith(stage.slack.ws.base_url)
    assert heard.headers["X-Slack-Signature"].startswith("v0=")
    shown = stage.messages("UANN", "CGEN")[-1]
    assert shown["plain"] == "Which day?"
    assert shown["private"]
    assert stage.messages("UBOB", "CGEN") == []


async def test_a_command_escapes_mentions_only_where_the_manifest_says_so(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "/pair @Bob")
    await stage.slack.types("UANN", "CGEN", "/poll @Bob")
    assert [each.fields["text"] for each in stage.bot.heard] == ["<@UBOB|bob>", "@Bob"]


async def test_an_answer_in_channel_is_seen_by_everybody(stage: Stage) -> None:
    stage.bot.answers({"response_type": "in_channel", "text": "Lunch?"})
    await stage.slack.types("UANN", "CGEN", "/poll Lunch?")
    assert stage.messages("UBOB", "CGEN")[0]["plain"] == "Lunch?"


async def test_a_command_that_is_not_in_the_manifest_is_never_sent(stage: Stage) -> None:
    outcome = await stage.slack.types("UANN", "CGEN", "/nonsense")
    assert not outcome.delivered
    assert "/nonsense is not a valid command" in stage.notices("UANN")
    assert stage.bot.heard == []


async def test_a_command_in_a_thread_is_not_possible(stage: Stage) -> None:
    posted = await stage.api("chat.postMessage", channel="CGEN", text="Root")
    await stage.slack.settles()
    stage.bot.heard.clear()
    outcome = await stage.slack.types("UANN", "CGEN", "/poll Lunch?", thread=posted["ts"])
    assert not outcome.delivered
    assert "not supported in threads" in stage.notices("UANN")


async def test_a_command_without_the_scope_is_never_sent() -> None:
    async with staged(manifest(without_scopes="commands")) as stage:
        assert not (await stage.slack.types("UANN", "CGEN", "/poll Lunch?")).delivered


async def test_a_late_answer_is_operation_timeout(stage: Stage) -> None:
    async def late(_heard: Heard) -> web.Response:
        await asyncio.sleep(0.04)
        return web.Response()

    stage.bot.answer, stage.slack.line.deadline = late, 0.02
    outcome = await stage.slack.types("UANN", "CGEN", "/poll Lunch?")
    assert (outcome.status, outcome.error) == (None, "operation_timeout")
    assert 'failed with the error "operation_timeout"' in stage.notices("UANN")


async def test_a_refusal_is_dispatch_failed(stage: Stage) -> None:
    stage.bot.answers(status=500)
    assert (await stage.slack.types("UANN", "CGEN", "/poll Lunch?")).error == "dispatch_failed"
    assert 'failed with the error "dispatch_failed"' in stage.notices("UANN")


async def test_an_unreachable_bot_is_dispatch_failed(stage: Stage) -> None:
    stage.slack.line.url = "http://127.0.0.1:1/"
    outcome = await stage.slack.types("UANN", "CGEN", "/poll Lunch?")
    assert (outcome.status, outcome.error) == (None, "dispatch_failed")


async def test_a_message_in_the_chat_is_an_event_with_all_its_keys(stage: Stage) -> None:
    outcome = await stage.slack.types("UANN", stage.slack.chat("UANN"), "a < b & c @channel")
    assert outcome.delivered
    envelope = stage.bot.heard[0].payload
    assert envelope["type"] == "event_callback"
    assert {"event_id", "event_time", "authorizations", "team_id", "api_app_id"} <= set(envelope)
    event = envelope["event"]
    assert (event["type"], event["channel_type"], event["user"]) == ("message", "im", "UANN")
    assert event["text"] == "a &lt; b &amp; c <!channel>"
    assert stage.slack.broadcasts == []  # people may call everybody, the bot may not


async def test_a_mention_is_an_app_mention_beside_the_message(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "hello @convene and @Bob see #general https://a.example/?a=1&b=2")
    assert sorted(stage.bot.types()) == ["app_mention", "message"]
    text = stage.bot.heard[0].event["text"]
    assert text == f"hello <@{stage.slack.bot_user_id}> and <@UBOB> see <#CGEN|general> <https://a.example/?a=1&amp;b=2>"
    assert stage.messages("UBOB", "CGEN")[0]["plain"] == "hello @Convene and @Bob see #general https://a.example/?a=1&b=2"


@pytest.mark.parametrize(
    ("missing", "conversation", "text"),
    [
        ("channels:history", "CGEN", "hello"),
        ("groups:history", "GLEADS", "hello"),
        ("im:history", "DANN", "hello"),
        ("channels:history app_mentions:read", "CGEN", "@Convene hello"),
    ],
)
async def test_without_the_scope_nothing_is_sent(missing: str, conversation: str, text: str) -> None:
    async with staged(manifest(without_scopes=missing)) as stage:
        assert not (await stage.slack.types("UANN", conversation, text)).delivered
        assert stage.bot.heard == []
        assert stage.messages("UANN", conversation)[0]["body"]["text"]


@pytest.mark.parametrize(("event", "conversation"), [("message.channels", "CGEN"), ("message.groups", "GLEADS"), ("message.im", "DANN")])
async def test_without_the_subscription_nothing_is_sent(event: str, conversation: str) -> None:
    async with staged(manifest(without_events=event)) as stage:
        assert not (await stage.slack.types("UANN", conversation, "hello")).delivered


async def test_without_history_only_a_mention_arrives() -> None:
    async with staged(manifest(without_scopes="channels:history")) as stage:
        await stage.slack.types("UANN", "CGEN", "hello @Convene")
        assert stage.bot.types() == ["app_mention"]


async def test_outside_a_channel_the_bot_hears_nothing(stage: Stage) -> None:
    assert not (await stage.slack.types("UANN", "CQUIET", "hello @Convene")).delivered
    assert "not in this channel" in stage.notices("UANN")


@pytest.mark.parametrize("app_home", [{"messages_tab_enabled": False}, {"messages_tab_read_only_enabled": True}])
async def test_a_closed_messages_tab_takes_no_words(app_home: dict[str, bool]) -> None:
    async with staged(manifest(app_home=app_home)) as stage:
        assert not (await stage.slack.types("UANN", "DANN", "hello")).delivered
        assert "turned off" in stage.notices("UANN")


async def test_nobody_writes_into_an_archived_channel(stage: Stage) -> None:
    await stage.slack.archive_channel("CGEN")
    assert not (await stage.slack.types("UANN", "CGEN", "hello")).delivered


async def test_edits_and_deletions_are_told_with_what_was_before(stage: Stage) -> None:
    await stage.slack.types("UANN", "DANN", "one")
    message = stage.messages("UANN", "DANN")[0]["id"]
    await stage.slack.edits("UANN", message, "two")
    edited = stage.bot.heard[-1].event
    assert (edited["subtype"], edited["message"]["text"], edited["previous_message"]["text"]) == ("message_changed", "two", "one")
    assert edited["message"]["edited"]["user"] == "UANN"
    assert stage.messages("UANN", "DANN")[0]["edited"]
    await stage.slack.deletes("UANN", message)
    gone = stage.bot.heard[-1].event
    assert (gone["subtype"], gone["deleted_ts"], gone["previous_message"]["text"]) == ("message_deleted", message, "two")
    assert stage.messages("UANN", "DANN") == []


async def test_only_ones_own_message_can_be_edited(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "one")
    with pytest.raises(LookupError):
        await stage.slack.edits("UBOB", stage.messages("UANN", "CGEN")[0]["id"], "two")


async def test_a_reaction_is_added_and_taken_back(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "one")
    message = stage.messages("UANN", "CGEN")[0]["id"]
    await stage.slack.reacts("UBOB", message, ":tada:")
    assert stage.messages("UANN", "CGEN")[0]["reactions"] == [{"name": "tada", "count": 1, "users": ["UBOB"], "mine": False}]
    await stage.slack.reacts("UBOB", message, "tada")
    assert stage.bot.types()[-2:] == ["reaction_added", "reaction_removed"]


async def test_an_event_that_is_not_taken_comes_again_three_times(stage: Stage) -> None:
    stage.bot.answers(status=500)
    assert (await stage.slack.types("UANN", "DANN", "hello")).status == 500
    await stage.slack.settles()
    assert [each.headers.get("X-Slack-Retry-Num") for each in stage.bot.heard] == [None, "1", "2", "3"]
    assert {each.headers.get("X-Slack-Retry-Reason") for each in stage.bot.heard[1:]} == {"http_error"}
    assert len({each.payload["event_id"] for each in stage.bot.heard}) == 1


async def test_a_timeout_is_retried_until_it_is_taken(stage: Stage) -> None:
    async def first_late(heard: Heard) -> web.Response:
        if "X-Slack-Retry-Num" not in heard.headers:
            await asyncio.sleep(0.04)
        return web.Response()

    stage.bot.answer, stage.slack.line.deadline = first_late, 0.02
    assert (await stage.slack.types("UANN", "DANN", "hello")).error == "operation_timeout"
    await stage.slack.settles()
    assert [each.headers.get("X-Slack-Retry-Reason") for each in stage.bot.heard] == [None, "http_timeout"]


async def test_the_same_request_can_come_twice(stage: Stage) -> None:
    await stage.slack.types("UANN", "DANN", "hello")
    await stage.slack.types("UANN", "DANN", "/poll x")
    await stage.slack.redeliver()
    await stage.slack.redeliver(kind="event")
    assert stage.bot.heard[1].fields == stage.bot.heard[2].fields
    assert stage.bot.heard[0].payload == stage.bot.heard[3].payload


async def test_raw_requests_are_sent_as_they_are_asked_for(stage: Stage) -> None:
    await stage.slack.send_raw("command=/poll", signed=False)
    assert "X-Slack-Signature" not in stage.bot.heard[0].headers
    await stage.slack.send_raw("command=/poll", at=0)
    assert stage.bot.heard[1].headers["X-Slack-Request-Timestamp"] == "0"
    await stage.slack.send_raw("command=/poll", headers={"X-Slack-Signature": "v0=no"})
    assert stage.bot.heard[2].headers["X-Slack-Signature"] == "v0=no"
    assert SECRET not in str(stage.bot.heard)


async def test_a_file_of_a_person_is_shared_and_needs_files_read_to_be_fetched() -> None:
    for missing, status in (("", 200), ("files:read", 302)):
        async with staged(manifest(without_scopes=missing)) as stage:
            await stage.slack.sends_file("UANN", "DANN", "pack.json", b"{}", "here")
            event = stage.bot.heard[0].event
            assert event["subtype"] == "file_share"
            url = event["files"][0]["url_private"]
            async with stage.session.get(url, headers={"Authorization": "Bearer xoxb-fake"}, allow_redirects=False) as answer:
                assert answer.status == status
            async with stage.session.get(stage.messages("UANN", "DANN")[0]["files"][0]["url"]) as answer:
                assert await answer.read() == b"{}"


async def test_the_watcher_is_told_whose_screen_changed(stage: Stage) -> None:
    told: list[str] = []
    stage.slack.watch(told.append)
    stage.bot.answers({"text": "hi"})
    await stage.slack.types("UANN", "CGEN", "/poll x")
    assert told == ["UANN"]

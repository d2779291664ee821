"""Whether a post arrived is looked up by the metadata that it carries, and told by a receipt where there is one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.slack import unseen
from adapters.slack.looking import MOST_PAGES, PAGE
from bot.chat.errors import RetryLater, Unclear
from bot.chat.message import File, Message
from bot.core.ports import Address, Arrived, Look, Stands
from manifest.scopes import CAPABILITIES, CORE
from manifest.slack import MARK
from tests.adapters.slack.stage import START, Stage, staged

GENERAL = Address("T0001", "CGEN", "place")
ANN = Address("T0001", "UANN", "chat")
WORDS = Message("x")


async def lost(stage: Stage, to: Address, token: str, message: Message = WORDS) -> None:
    stage.slack.faults.add("chat.postMessage", status=504, effect="before")
    with pytest.raises(Unclear):
        await stage.adapter.post(to, message, token)


@pytest.mark.parametrize("to", [GENERAL, ANN], ids=["channel", "chat"])
async def test_what_arrived_is_found_by_any_of_its_revisions(stage: Stage, to: Address) -> None:
    await stage.adapter.post(to, WORDS, "6.1")
    await lost(stage, to, "7.1")
    await stage.adapter.post(to, WORDS, "77.1")
    found = await stage.adapter.find(to, WORDS, "7.2", START)
    assert isinstance(found, Stands)
    assert found.token == "7.1"
    assert found.posted.message_id == stage.slack.posted(to.external_id)[1]["id"]
    assert dict(found.posted.reference) == ({"channel": "DANN"} if to is ANN else {})


async def test_what_did_not_arrive_is_not_there(stage: Stage) -> None:
    await stage.adapter.post(GENERAL, WORDS, "6.1")
    await stage.slack.types("UANN", "CGEN", "my post is 7.1")
    assert await stage.adapter.find(GENERAL, WORDS, "7.1", START) is Look.NOT_THERE


async def test_what_stood_there_long_before_is_not_looked_at(stage: Stage) -> None:
    await lost(stage, GENERAL, "7.1")
    assert await stage.adapter.find(GENERAL, WORDS, "7.1", START + timedelta(minutes=6)) is Look.NOT_THERE


async def test_a_busy_channel_is_read_page_by_page(stage: Stage) -> None:
    await lost(stage, GENERAL, "7.1")
    for _ in range(PAGE + 5):
        await stage.adapter.post(GENERAL, WORDS, "8.1")
    assert isinstance(await stage.adapter.find(GENERAL, WORDS, "7.1", START), Stands)
    assert len(stage.called("conversations.history")) == 2


async def test_nobody_reads_for_ever(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.looking.PAGE", 1)
    for _ in range(MOST_PAGES + 1):
        await stage.adapter.post(GENERAL, WORDS, "8.1")
    assert await stage.adapter.find(GENERAL, WORDS, "7.1", START) is Look.CANNOT_TELL


async def test_a_reply_is_looked_for_in_its_thread(stage: Stage) -> None:
    first = await stage.adapter.post(GENERAL, WORDS, "6.1")
    there = Address("T0001", "CGEN", "place", thread=first.message_id)
    await lost(stage, there, "7.1")
    assert isinstance(await stage.adapter.find(there, WORDS, "7.1", START), Stands)
    assert await stage.adapter.find(there, WORDS, "9.1", START) is Look.NOT_THERE


async def test_without_the_scope_nobody_can_tell() -> None:
    async with staged(without_scopes="channels:history") as stage:
        await lost(stage, GENERAL, "7.1")
        assert await stage.adapter.find(GENERAL, WORDS, "7.1", START) is Look.CANNOT_TELL
        await lost(stage, ANN, "7.1")
        assert isinstance(await stage.adapter.find(ANN, WORDS, "7.1", START), Stands)


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 0}, {"status": 429, "retry_after": 40}, {"error": "internal_error"}])
async def test_a_look_that_fails_is_repeated(stage: Stage, fault: dict[str, int]) -> None:
    stage.slack.faults.add("conversations.history", **fault)  # type: ignore[arg-type]
    with pytest.raises(RetryLater):
        await stage.adapter.find(GENERAL, WORDS, "7.1", START)


async def test_a_file_whose_message_lost_its_answer_follows_once(stage: Stage) -> None:
    message = Message("Your journal", (File("journal.pdf", "application/pdf", "All entries", b"%PDF"),))
    await lost(stage, ANN, "7.1", message)
    for _ in range(2):
        assert isinstance(await stage.adapter.find(ANN, message, "7.1", START), Stands)
        await stage.settles()
    assert [file["name"] for each in stage.slack.posted("UANN") for file in each["files"]] == ["journal.pdf"]


async def test_a_receipt_tells_of_a_post_of_ours_alone() -> None:
    async with staged(receipts=True) as stage:
        posted = await stage.adapter.post(GENERAL, WORDS, "7.1")
        await stage.settles()
        (heard,) = stage.script.heard
        assert heard.did == Arrived("7.1", posted.message_id)
        assert (heard.conversation.external_id, heard.actor.account) == ("CGEN", "")
        body = {
            "type": "message_metadata_posted",
            "bot_id": "BOTHERS",
            "channel_id": "CGEN",
            "metadata": {"event_type": "convene_post", "event_payload": {"token": "8.1"}},
            "message_ts": "1.0",
        }
        envelope = {"type": "event_callback", "team_id": "T0001", "event_id": "E1", "event": body}
        import json

        assert (await stage.slack.send_raw(json.dumps(envelope), content_type="application/json")).status == 200
        assert len(stage.script.heard) == 1


def test_where_a_message_may_stand_twice_is_known_from_the_scopes() -> None:
    core = {scope.name for scope in CORE}
    more = {each.name: {scope.name for scope in each.scopes} for each in CAPABILITIES}
    assert unseen(core) == ["public channels", "private channels"]
    assert unseen(core | more["channel-replies"]) == []
    assert unseen(core | more["receipts"]) == []
    assert "chats" in unseen([])


def test_the_manifest_subscribes_to_the_mark_that_posts_carry() -> None:
    from adapters.slack.inbound import EVENT_TYPE

    assert MARK == EVENT_TYPE

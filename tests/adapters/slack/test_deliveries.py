"""What the outbox says through the adapter, and which failure stands for which refusal."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import TestServer

from adapters.playground.slack import FakeSlack
from adapters.slack.client import SlackClient
from bot.chat.errors import DeliveryFailed, Malformed, MessageGone, RetryLater, Unclear, Unreachable
from bot.chat.message import Button, Buttons, File, Heading, Message, Paragraph
from bot.core.ports import Address
from tests.adapters.slack.stage import SECRET, START, Stage, manifest, staged

GENERAL = Address("T0001", "CGEN", "place")
ANN = Address("T0001", "UANN", "chat")


async def test_a_post_to_a_place_carries_its_token(stage: Stage) -> None:
    posted = await stage.adapter.post(GENERAL, Message("Hello <!channel>", (Paragraph("Hello all"),)), "tok-1")
    (shown,) = stage.slack.posted("CGEN")
    assert shown["id"] == posted.message_id
    assert shown["plain"] == "Hello all"
    assert shown["text"] == "Hello &lt;!channel&gt;"
    assert shown["metadata"] == {"event_type": "convene_post", "event_payload": {"token": "tok-1"}}
    assert posted.reference == {}
    assert stage.slack.broadcasts == []
    assert stage.slack.wordless == []


async def test_a_post_to_a_person_is_edited_and_deleted_by_its_reference(stage: Stage) -> None:
    posted = await stage.adapter.post(ANN, Message("One"), "t")
    assert posted.reference == {"channel": "DANN"}
    again = Address("T0001", "UANN", "chat", posted.reference)
    await stage.adapter.edit(again, posted.message_id, Message("Two"))
    assert [each["plain"] for each in stage.slack.posted("UANN")] == ["Two"]
    await stage.adapter.edit(ANN, posted.message_id, Message("Three"))  # without a reference the chat is looked up
    assert [each["plain"] for each in stage.slack.posted("UANN")] == ["Three"]
    await stage.adapter.delete(again, posted.message_id)
    await stage.adapter.delete(again, posted.message_id)
    assert stage.slack.posted("UANN") == []
    with pytest.raises(MessageGone):
        await stage.adapter.edit(again, posted.message_id, Message("Four"))


async def test_a_post_into_a_thread(stage: Stage) -> None:
    first = await stage.adapter.post(GENERAL, Message("First"), "t")
    await stage.adapter.post(Address("T0001", "CGEN", "place", thread=first.message_id), Message("Second"), "u")
    assert [each["thread"] for each in stage.slack.posted("CGEN")] == [None, first.message_id]


async def test_a_file_follows_its_message(stage: Stage) -> None:
    message = Message("Your journal", (File("journal.pdf", "application/pdf", "All entries", b"%PDF"),))
    await stage.adapter.post(ANN, message, "t")
    await stage.settles()
    said, file = stage.slack.posted("UANN")
    assert "journal.pdf: All entries" in said["plain"]
    assert [each["name"] for each in file["files"]] == ["journal.pdf"]


async def test_a_file_in_a_reply_comes_into_the_chat(stage: Stage) -> None:
    stage.script.says("Here", File("poll.csv", "text/csv", "The votes", b"a,b"))
    await stage.slack.types("UANN", "CGEN", "/poll export")
    await stage.settles()
    assert [each["name"] for each in stage.last("UANN", "DANN")["files"]] == ["poll.csv"]
    assert stage.messages("UBOB", "CGEN") == []


async def test_a_file_that_is_refused_does_not_undo_its_message(stage: Stage) -> None:
    stage.slack.faults.add("files.getUploadURLExternal", error="file_uploads_disabled")
    posted = await stage.adapter.post(ANN, Message("Here", (File("a.csv", "text/csv", "A", b"a"),)), "t")
    assert posted.message_id


async def test_the_home_tab_is_drawn(stage: Stage) -> None:
    message = Message("Home", (Heading("Welcome"), Buttons((Button("Start", '["home.start",{}]'),))))
    await stage.adapter.show_home(ANN, message)
    home = stage.slack.screen("UANN")["home"]
    assert home is not None
    assert home["plain"].startswith("Welcome")
    stage.script.says("Started")
    await stage.slack.presses("UANN", "home", "press.0")
    await stage.settles()
    assert stage.script.last.conversation.kind == "chat"
    assert stage.last("UANN", "DANN")["plain"] == "Started"


async def test_an_answer_to_the_opened_home_is_the_home(stage: Stage) -> None:
    stage.script.says("Welcome home")
    await stage.slack.opens_home("UANN")
    await stage.settles()
    home = stage.slack.screen("UANN")["home"]
    assert home is not None
    assert home["plain"] == "Welcome home"
    assert stage.messages("UANN", "DANN") == []


async def test_a_person_is_described(stage: Stage) -> None:
    ann, bob = await stage.adapter.describe("T0001", "UANN"), await stage.adapter.describe("T0001", "UBOB")
    assert (ann.account, ann.name, ann.zone, ann.language, ann.is_guest) == ("UANN", "Ann", "Europe/Berlin", "de-DE", False)
    assert bob.is_guest
    with pytest.raises(Unreachable):
        await stage.adapter.describe("T0001", "UNOBODY")


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"error": "ratelimited", "status": 429, "retry_after": 7}, RetryLater),
        ({"status": 500}, Unclear),
        ({"status": 503}, Unclear),
        ({"status": 0}, Unclear),
        ({"error": "fatal_error"}, Unclear),
        ({"error": "is_archived"}, Unreachable),
        ({"error": "account_inactive"}, Unreachable),
        ({"error": "msg_blocks_too_long"}, Malformed),
        ({"error": "something_new"}, Malformed),
    ],
)
async def test_a_refused_post_fails_as_what_it_is(stage: Stage, fault: dict[str, int], failure: type[DeliveryFailed]) -> None:
    stage.slack.faults.add("chat.postMessage", **fault)  # type: ignore[arg-type]
    with pytest.raises(failure) as caught:
        await stage.adapter.post(ANN, Message("x"), "t")
    if isinstance(caught.value, RetryLater):
        assert caught.value.after == 7
    assert len(stage.called("chat.postMessage")) == 1  # nothing repeats a post behind our back


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 0}, {"error": "internal_error"}])
async def test_an_edit_may_be_repeated(stage: Stage, fault: dict[str, int]) -> None:
    posted = await stage.adapter.post(GENERAL, Message("x"), "t")
    stage.slack.faults.add("chat.update", **fault)  # type: ignore[arg-type]
    with pytest.raises(RetryLater):
        await stage.adapter.edit(GENERAL, posted.message_id, Message("y"))


async def test_a_lost_answer_is_unclear_and_posted_once(stage: Stage) -> None:
    stage.slack.faults.add("chat.postMessage", status=0, effect="before")
    with pytest.raises(Unclear):
        await stage.adapter.post(ANN, Message("x"), "t")
    assert len(stage.slack.posted("UANN")) == 1


async def test_nobody_there_is_later(stage: Stage) -> None:
    stage.client.web.base_url = "http://127.0.0.1:9/api/"
    with pytest.raises(RetryLater):
        await stage.adapter.post(ANN, Message("x"), "t")


async def test_silence_after_sending_is_unclear(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    import aiohttp

    stage.slack.faults.add("chat.postMessage", hang=True)
    monkeypatch.setattr(stage.client.session, "_timeout", aiohttp.ClientTimeout(total=0.04))
    with pytest.raises(Unclear):
        await stage.adapter.post(ANN, Message("x"), "t")


async def test_places_without_the_bot_are_unreachable(stage: Stage) -> None:
    with pytest.raises(Unreachable):
        await stage.adapter.post(Address("T0001", "CQUIET", "place"), Message("x"), "t")
    with pytest.raises(Unreachable):
        await stage.adapter.post(Address("T0001", "CNOWHERE", "place"), Message("x"), "t")


async def test_a_message_that_does_not_fit_is_malformed_and_never_sent(stage: Stage) -> None:
    row = Buttons(tuple(Button(str(n), "[]") for n in range(25)))
    with pytest.raises(Malformed):
        await stage.adapter.post(ANN, Message("x", (row,) * 51), "t")
    assert stage.called("chat.postMessage") == []


async def test_a_proxy_is_not_asked_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with staged() as stage:
        stage.script.says("Hello")
        await stage.slack.types("UANN", "DANN", "hello")
        await stage.settles()
        assert stage.last("UANN", "DANN")["plain"] == "Hello"


async def test_what_is_not_on_this_machine_goes_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    slack = FakeSlack(manifest=manifest(), signing_secret=SECRET, now=lambda: START)
    async with TestServer(slack.routes()) as proxy:  # it takes whole addresses, as a proxy does
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTP_PROXY", str(proxy.make_url("")))
        monkeypatch.setenv("http_proxy", str(proxy.make_url("")))
        client = SlackClient(api_url="http://slack.example/api/", bot_token=slack.bot_token)
        await client.open()
        await client.close()
    assert [call.method for call in slack.calls] == ["auth.test"]


async def test_a_reply_waits_for_the_rate_limit_and_is_said_once(stage: Stage) -> None:
    stage.slack.faults.add("chat.postMessage", status=429, retry_after=0)
    stage.script.says("Hello")
    await stage.slack.types("UANN", "DANN", "hello")
    await stage.settles()
    assert [each["plain"] for each in stage.messages("UANN", "DANN")] == ["hello", "Hello"]


async def test_a_spent_response_url_falls_back_to_an_ephemeral_message(stage: Stage) -> None:
    posted = await stage.adapter.post(GENERAL, Message("Vote", (Buttons((Button("Pizza", "[]"),)),)), "t")
    stage.slack.faults.add("response_url", status=404)
    stage.script.says("Counted")
    await stage.slack.presses("UANN", posted.message_id, "press.0")
    await stage.settles()
    assert stage.last("UANN", "CGEN")["plain"] == "Counted"
    assert stage.last("UANN", "CGEN")["private"]

"""What the connector refuses or loses, as facts."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.teams.errors import refusal
from bot.chat.errors import DeliveryFailed, Malformed, MessageGone, RetryLater, Unclear, Unreachable
from bot.chat.message import Message
from bot.core.ports import Address
from tests.adapters.teams.conftest import ANN, CYD, PLACE, Stage

HELLO = Message("Hello")


@pytest.mark.parametrize(
    ("operation", "status", "expected"),
    [
        ("post", 429, RetryLater),
        ("post", 412, RetryLater),
        ("post", 500, Unclear),
        ("post", 502, Unclear),
        ("post", 503, Unclear),
        ("post", 504, Unclear),
        ("post", 599, Unclear),
        ("post", 400, Malformed),
        ("post", 413, Malformed),
        ("post", 403, Unreachable),
        ("post", 404, Unreachable),
        ("edit", 412, RetryLater),
        ("edit", 503, RetryLater),
        ("edit", 404, MessageGone),
        ("edit", 400, Malformed),
        ("create", 403, Unreachable),
        ("create", 502, RetryLater),
    ],
)
def test_the_table(operation: Any, status: int, expected: type[DeliveryFailed]) -> None:
    assert type(refusal(operation, status)) is expected


@pytest.mark.parametrize(
    ("operation", "status", "told", "expected", "after"),
    [
        ("post", 412, None, RetryLater, 5),
        ("post", 412, 9.0, RetryLater, 9),
        ("post", 503, 9.0, RetryLater, 9),
        ("post", 503, None, Unclear, 15),
        ("post", 502, 9.0, Unclear, 9),
        ("post", 502, None, Unclear, 5),
        ("post", 504, 9.0, Unclear, 9),
        ("post", 504, None, Unclear, 15),
        ("edit", 504, 9.0, RetryLater, 9),
        ("edit", 502, None, RetryLater, 5),
    ],
)
def test_the_pause_that_is_asked_for_is_kept(operation: Any, status: int, told: float | None, expected: type, after: float) -> None:
    failed = refusal(operation, status, retry_after=told)
    assert type(failed) is expected
    assert isinstance(failed, RetryLater | Unclear)
    assert failed.after == after


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_an_unclear_post(stage: Stage, status: int) -> None:
    stage.fake.faults.add("post", status=status, effect="before")
    with pytest.raises(Unclear):
        await stage.adapter.post(stage.place(), HELLO, "t")
    assert len(stage.messages(ANN, PLACE)) == 1


async def test_a_cut_connection_is_unclear_for_a_post_and_repeatable_for_an_edit(stage: Stage) -> None:
    posted = await stage.adapter.post(stage.place(), HELLO, "t")
    stage.fake.faults.add("post", effect="before")
    with pytest.raises(Unclear):
        await stage.adapter.post(stage.place(), HELLO, "t")
    stage.fake.faults.add("update", 3)
    with pytest.raises(RetryLater):
        await stage.adapter.edit(stage.place(), posted.message_id, HELLO)


async def test_a_rate_limit_names_its_pause(stage: Stage) -> None:
    stage.fake.faults.add("post", status=429, retry_after=7)
    with pytest.raises(RetryLater) as caught:
        await stage.adapter.post(stage.place(), HELLO, "t")
    assert caught.value.after == 7


async def test_a_reply_waits_for_a_short_pause(stage: Stage) -> None:
    stage.script.says("Hello")
    stage.fake.faults.add("post", status=429, retry_after=0)
    await stage.types(ANN, "hi")
    assert [each["plain"] for each in stage.messages(ANN)] == ["Hello"]


async def test_who_has_not_added_the_bot_is_unreachable(stage: Stage) -> None:
    with pytest.raises(Unreachable):
        await stage.adapter.post(stage.person(CYD), HELLO, "t")
    stage.fake.block_for(ANN)
    with pytest.raises(Unreachable):
        await stage.adapter.post(stage.person(ANN), HELLO, "t")
    with pytest.raises(Unreachable):
        await stage.adapter.post(stage.place("19:nowhere@thread.tacv2"), HELLO, "t")
    with pytest.raises(Unreachable):
        await stage.adapter.post(Address("unknown", "x", "place"), HELLO, "t")
    with pytest.raises(Unreachable):
        await stage.adapter.post(Address("unknown", "x", "chat"), HELLO, "t")


async def test_an_edit_of_what_is_gone(stage: Stage) -> None:
    with pytest.raises(MessageGone):
        await stage.adapter.edit(stage.place(), "12345", HELLO)


async def test_a_refused_token_is_renewed_once(stage: Stage) -> None:
    await stage.adapter.post(stage.place(), HELLO, "t")
    stage.fake.tokens.revoke_connector_tokens()
    await stage.adapter.post(stage.place(), HELLO, "t")
    assert sum(call.operation == "token" for call in stage.fake.calls) == 2
    stage.fake.faults.add("post", 2, status=401)
    with pytest.raises(RetryLater) as caught:
        await stage.adapter.post(stage.place(), HELLO, "t")
    assert caught.value.after == 60


async def test_without_a_token_nothing_was_posted(stage: Stage) -> None:
    stage.fake.faults.add("token", status=500)
    with pytest.raises(RetryLater):
        await stage.adapter.post(stage.place(), HELLO, "t")
    await stage.adapter.post(stage.place(), HELLO, "t")


async def test_a_refused_connection_is_definite(stage: Stage) -> None:
    nobody = Address(stage.tenant, PLACE, "place", {"service_url": "http://127.0.0.1:9/"})
    with pytest.raises(RetryLater):
        await stage.adapter.post(nobody, HELLO, "t")

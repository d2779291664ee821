"""Rate limits and injected faults of the Web API."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.adapters.playground.slack.stage import Stage, staged


async def test_a_channel_takes_one_message_a_second_after_a_short_burst() -> None:
    async with staged(rate_limits=True) as stage:
        for _ in range(3):
            assert (await stage.api("chat.postMessage", channel="CGEN", text="x"))["ok"]
        refused = await stage.response("chat.postMessage", channel="CGEN", text="x")
        assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
        assert (await refused.json())["error"] == "ratelimited"
        assert (await stage.api("chat.postMessage", channel="GLEADS", text="x"))["ok"]
        stage.seconds[0] += 1
        assert (await stage.api("chat.postMessage", channel="CGEN", text="x"))["ok"]


async def test_a_method_has_its_tier() -> None:
    async with staged(rate_limits=True) as stage:
        for _ in range(20):
            assert (await stage.api("users.list"))["ok"]
        refused = await stage.response("users.list")
        assert (refused.status, refused.headers["Retry-After"]) == (429, "60")
        stage.seconds[0] += 60
        assert (await stage.api("users.list"))["ok"]


async def test_limits_are_off_unless_asked_for(stage: Stage) -> None:
    for _ in range(5):
        assert (await stage.api("chat.postMessage", channel="CGEN", text="x"))["ok"]


@pytest.mark.parametrize(("effect", "there"), [("none", 0), ("before", 1)])
async def test_a_fault_with_and_without_effect(stage: Stage, effect: Any, there: int) -> None:
    stage.slack.faults.add("chat.postMessage", status=500, effect=effect)
    answer = await stage.response("chat.postMessage", channel="CGEN", text="x")
    assert (answer.status, len(stage.slack.posted("CGEN"))) == (500, there)
    assert (await stage.api("chat.postMessage", channel="CGEN", text="x"))["ok"]


async def test_a_fault_whose_effect_comes_afterwards(stage: Stage) -> None:
    stage.slack.faults.add("chat.postMessage", error="internal_error", effect="after")
    assert (await stage.api("chat.postMessage", channel="CGEN", text="x"))["error"] == "internal_error"
    await stage.slack.settles()
    assert len(stage.slack.posted("CGEN")) == 1


async def test_a_fault_that_wants_patience(stage: Stage) -> None:
    stage.slack.faults.add("*", retry_after=7, times=2)
    for _ in range(2):
        answer = await stage.response("users.list")
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    assert (await stage.api("users.list"))["ok"]


async def test_a_fault_that_never_answers_and_one_that_breaks_the_line(stage: Stage) -> None:
    stage.slack.faults.add("chat.postMessage", hang=True, effect="before")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.03):
            await stage.api("chat.postMessage", channel="CGEN", text="x")
    assert stage.slack.calls[-1].status is None
    stage.slack.faults.add("chat.postMessage", status=0)
    with pytest.raises(aiohttp.ClientError):
        await stage.api("chat.postMessage", channel="CGEN", text="x")
    assert len(stage.slack.posted("CGEN")) == 1

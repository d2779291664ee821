"""The HTTP edge: every bad request gets a clear refusal, and nothing of it is heard."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from adapters.playground.teams import TokenIssuer
from adapters.teams import TeamsAdapter
from bot.chat.message import Message
from bot.chat.reply import Open, Say, Silence
from bot.core.ports import OpenedHome
from tests.adapters.teams.conftest import ANN, APP_ID, PLACE, Script, Stage, staged
from tests.adapters.teams.test_thread import POLL, ask

FORGERIES: dict[str, Callable[[TokenIssuer], str]] = {
    "wrong key": lambda tokens: tokens.wrong_key(),
    "unknown kid": lambda tokens: tokens.unknown_kid(),
    "not endorsed": lambda tokens: tokens.not_endorsed(),
    "hs256": lambda tokens: tokens.hs256(),
    "unsigned": lambda tokens: tokens.unsigned(),
    "expired": lambda tokens: tokens.expired(),
    "not yet valid": lambda tokens: tokens.not_yet_valid(),
    "another audience": lambda tokens: tokens.mint(aud="somebody-else"),
    "another issuer": lambda tokens: tokens.mint(iss="https://sts.windows.net/evil/"),
    "another service url": lambda tokens: tokens.mint(serviceurl="https://evil.example/"),
    "no service url": lambda tokens: tokens.mint(serviceurl=None),
    "no end": lambda tokens: tokens.mint(exp=None),
    "the connector's": lambda tokens: tokens.for_connector(),
    "an emulator's": lambda tokens: tokens.mint(
        iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", appid=APP_ID, ver="1.0"
    ),
    "garbage": lambda _: "a.b.c",
    "two words": lambda tokens: f"{tokens.mint()} x",
    "empty": lambda _: "",
}


async def sample(stage: Stage) -> dict[str, Any]:
    await stage.types(ANN, "hello")
    stage.script.heard.clear()
    return {**stage.fake.sent[-1], "id": "another"}


def bearer(stage: Stage, **changes: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {stage.fake.tokens.mint(**changes)}"}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_forged_tokens_are_refused(stage: Stage, forgery: str) -> None:
    activity = await sample(stage)
    answer = await stage.fake.send_raw({"Authorization": f"Bearer {FORGERIES[forgery](stage.fake.tokens)}"}, activity)
    assert answer.status == 401
    assert stage.script.heard == []


async def test_no_token_or_another_scheme_is_refused(stage: Stage) -> None:
    activity = await sample(stage)
    assert (await stage.fake.send_raw({}, activity)).status == 401
    assert (await stage.fake.send_raw({"Authorization": "Basic YTpi"}, activity)).status == 401
    assert stage.script.heard == []


async def test_malformed_requests_are_refused(stage: Stage) -> None:
    activity = await sample(stage)
    for body in (b"{", b"[]", b'"x"', b"{}", b"\xff\xfe", b"[" * 100_000):
        assert (await stage.fake.send_raw(bearer(stage), body)).status == 400
    changes: tuple[dict[str, Any], ...] = (
        {"serviceUrl": None},
        {"serviceUrl": ""},
        {"serviceUrl": "javascript:x"},
        {"channelId": "webchat"},
        {"channelId": None},
        {"conversation": None},
        {"conversation": {}},
        {"from": None},
        {"type": 7},
        {"timestamp": {"a": 1}},
        {"type": "invoke", "name": "task/fetch", "value": "x"},
        {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": 3}},
    )
    for change in changes:
        answer = await stage.fake.send_raw(bearer(stage), activity | change)
        assert answer.status in {400, 403}, change
    assert stage.script.heard == []


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_too_much_is_refused(stage: Stage, is_chunked: bool) -> None:
    raw = json.dumps((await sample(stage)) | {"text": "x" * 1_100_000}).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(raw), 50_000):
            yield raw[start : start + 50_000]

    body = chunks() if is_chunked else io.BytesIO(raw)
    async with aiohttp.ClientSession() as session:
        request = session.post(stage.fake._core.courier.request_url, data=body, headers=bearer(stage))
        async with request as answer:
            assert answer.status == 413
    assert stage.script.heard == []


async def test_another_tenant_is_refused(stage: Stage) -> None:
    activity = await sample(stage)
    foreign = {"channelData": {"tenant": {"id": "00000000-0000-4000-8000-000000000000"}}}
    assert (await stage.fake.send_raw(bearer(stage), activity | foreign)).status == 403
    mixed = {"conversation": {**activity["conversation"], "tenantId": "other"}}
    assert (await stage.fake.send_raw(bearer(stage), activity | mixed)).status == 403
    nowhere = {"channelData": {}, "conversation": {"id": "x", "conversationType": "personal"}}
    assert (await stage.fake.send_raw(bearer(stage), activity | nowhere)).status == 403
    assert stage.script.heard == []


async def test_unknown_invokes_are_not_implemented_and_unknown_activities_ignored(stage: Stage) -> None:
    activity = await sample(stage)
    assert (
        await stage.fake.send_raw(bearer(stage), activity | {"type": "invoke", "name": "composeExtension/query", "value": {}})
    ).status == 501
    assert (await stage.fake.send_raw(bearer(stage), activity | {"type": "messageReaction"})).status == 200
    assert stage.script.heard == []


async def test_bots_are_not_heard(stage: Stage) -> None:
    activity = await sample(stage)
    for sender in ({"id": "28:other-bot", "name": "Other"}, {"id": activity["recipient"]["id"]}, {"id": "29:x", "role": "bot"}):
        assert (await stage.fake.send_raw(bearer(stage), activity | {"from": sender})).status == 200
    assert stage.script.heard == []


async def test_a_rotated_key_is_fetched_at_once_and_the_keys_only_once(stage: Stage) -> None:
    await stage.types(ANN, "one")
    await stage.types(ANN, "two")
    assert len(stage.script.heard) == 2
    stage.fake.tokens.rotate_keys()
    assert (await stage.types(ANN, "three")).status == 200
    assert [call.operation for call in stage.fake.calls].count("keys") <= 2


async def test_without_keys_nobody_is_let_in() -> None:
    async with staged() as stage:
        stage.fake.faults.add("keys", 1, status=500)
        assert (await stage.types(ANN, "one")).status == 503
        assert (await stage.types(ANN, "two")).status == 200
        assert len(stage.script.heard) == 1


async def test_a_slow_dispatch_is_answered_later() -> None:
    async with staged(patience=0.05) as stage:
        gate = asyncio.Event()

        async def slowly(_: Any) -> Any:
            await gate.wait()
            return Silence()

        stage.script.answers = slowly
        assert (await stage.types(ANN, "slow")).status == 200
        await asyncio.sleep(0.03)
        assert stage.fake.typing == [stage.fake.chat_of(ANN)]
        gate.set()
        await stage.adapter.close()
        assert len(stage.script.heard) == 1


@pytest.mark.parametrize("asks", [False, True])
async def test_a_late_answer_to_a_press_comes_to_the_own_chat(asks: bool) -> None:
    async with staged(patience=0.05) as stage:
        await stage.adapter.post(stage.place(), ask(asks=asks), "t")
        gate = asyncio.Event()

        async def slowly(_: Any) -> Any:
            await gate.wait()
            return Open(POLL) if asks else Say(Message("Late but here"))

        stage.script.answers = slowly
        assert (await stage.press(ANN, "Vote", PLACE)).status == 200
        assert "takes a moment" in stage.notices(ANN)[-1]
        gate.set()
        await stage.adapter.close()
        assert ("New poll" if asks else "Late but here") in stage.last(ANN)["plain"]
        assert stage.is_clean()


async def test_the_same_delivery_has_the_same_key(stage: Stage) -> None:
    await stage.types(ANN, "once")
    await stage.fake.redeliver()
    first, second = stage.script.heard
    assert first.key == second.key is not None
    await stage.types(ANN, "twice")
    assert stage.script.heard[-1].key != first.key


async def test_half_characters_and_nuls_do_not_come_through(stage: Stage) -> None:
    activity = await sample(stage)
    await stage.fake.send_raw(bearer(stage), activity | {"text": "a\x00b \ud83d c \U0001f600 \\u0000"})
    assert stage.did.text == "ab ? c \U0001f600 \\u0000"


async def test_a_bot_needs_an_id_and_a_tenant() -> None:
    with pytest.raises(ValueError, match="app id"):
        TeamsAdapter(Script(), app_id="", app_password="x", tenant_id="t", commands=())
    with pytest.raises(ValueError, match="tenant"):
        TeamsAdapter(Script(), app_id="x", app_password="x", tenant_id=None, commands=())


async def test_opening_the_chat_is_heard(stage: Stage) -> None:
    await stage.fake.opens_home(ANN)
    assert stage.did == OpenedHome()

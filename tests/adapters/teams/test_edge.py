"""The HTTP edge: every bad request gets a clear refusal, and nothing of it is heard."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import time_machine
from botframework.connector.auth import ClaimsIdentity
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult

from adapters.playground.teams import TokenIssuer
from adapters.teams import TeamsAdapter, credentials, keys
from adapters.teams.cloud import Proofs
from bot.chat.message import Message
from bot.chat.reply import Open, Say, Silence
from bot.core.ports import OpenedHome
from tests.adapters.teams.conftest import ANN, APP_ID, BOB, PLACE, Script, Stage, staged, until
from tests.adapters.teams.test_thread import POLL, ask


def of(token: str) -> str:
    return f"Bearer {token}"


# What stands behind Authorization; all of it is refused with 401, and none of it is heard.
BAD_TOKENS: dict[str, Callable[[TokenIssuer], str | None]] = {
    "none at all": lambda _: None,
    "empty": lambda _: of(""),
    "Basic": lambda _: "Basic YTpi",
    "two words": lambda tokens: of(f"{tokens.mint()} x"),
    "not a JWT": lambda _: of("open sesame"),
    "three parts of garbage": lambda _: of("a.b.c"),
    "unsigned": lambda tokens: of(tokens.unsigned()),
    "HS256 with the public key": lambda tokens: of(tokens.hs256()),
    "wrong key": lambda tokens: of(tokens.wrong_key()),
    "unknown key": lambda tokens: of(tokens.unknown_kid()),
    "not endorsed": lambda tokens: of(tokens.not_endorsed()),
    "wrong audience": lambda tokens: of(tokens.mint(aud="somebody-else")),
    "no audience": lambda tokens: of(tokens.mint(aud=None)),
    "wrong issuer": lambda tokens: of(tokens.mint(iss="https://sts.windows.net/evil/")),
    "no issuer": lambda tokens: of(tokens.mint(iss=None)),
    "wrong tenant": lambda tokens: of(tokens.mint(tid="00000000-0000-4000-8000-000000000000")),
    "wrong serviceUrl": lambda tokens: of(tokens.mint(serviceurl="https://evil.example/")),
    "no serviceUrl": lambda tokens: of(tokens.mint(serviceurl=None)),
    "expired": lambda tokens: of(tokens.expired()),
    "not yet valid": lambda tokens: of(tokens.not_yet_valid()),
    "without an end": lambda tokens: of(tokens.mint(exp=None)),
    "the connector's": lambda tokens: of(tokens.for_connector()),
    "an emulator's": lambda tokens: of(
        tokens.mint(iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", appid=APP_ID, ver="1.0")
    ),
}


async def sample(stage: Stage) -> dict[str, Any]:
    await stage.types(ANN, "hello")
    stage.script.heard.clear()
    return {**stage.fake.sent[-1], "id": "another"}


def bearer(stage: Stage, **changes: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {stage.fake.tokens.mint(**changes)}"}


@pytest.mark.parametrize("bad", BAD_TOKENS)
async def test_the_token_matrix(stage: Stage, bad: str) -> None:
    activity = await sample(stage)
    header = BAD_TOKENS[bad](stage.fake.tokens)
    answer = await stage.fake.send_raw({} if header is None else {"Authorization": header}, activity)
    assert answer.status == 401
    assert stage.script.heard == []
    assert (await stage.fake.send_raw(bearer(stage), activity)).status == 200, "it was the token, and nothing else"


async def test_a_token_within_five_minutes_of_its_time_is_good(stage: Stage) -> None:
    activity = await sample(stage)
    for token in (stage.fake.tokens.expired(ago=240), stage.fake.tokens.not_yet_valid(ahead=240)):
        assert (await stage.fake.send_raw({"Authorization": f"Bearer {token}"}, activity)).status == 200


async def test_a_token_that_was_good_is_good_for_its_own_address_alone(stage: Stage) -> None:
    activity, header = await sample(stage), bearer(stage)
    for _ in range(2):
        assert (await stage.fake.send_raw(header, activity)).status == 200
    assert (await stage.fake.send_raw(header, activity | {"serviceUrl": "https://evil.example/"})).status == 401


def test_a_good_token_is_remembered_for_a_minute_and_never_beyond_its_end() -> None:
    now = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    proofs, good = Proofs(), AuthenticateRequestResult()
    with time_machine.travel(now, tick=False) as clock:
        for header, minutes in (("long", 60), ("short", 0.5), ("over", -4)):  # the last one is within its five minutes of grace
            good.claims_identity = ClaimsIdentity({"exp": int((now + timedelta(minutes=minutes)).timestamp())}, True)
            proofs.keep(header, "https://here.example/", good)
        for seconds, known in ((0, {"long", "short"}), (31, {"long"}), (61, set())):
            clock.move_to(now + timedelta(seconds=seconds))
            assert {each for each in ("long", "short", "over") if proofs.of(each, "https://here.example/")} == known
    assert proofs.of("long", "https://elsewhere.example/") is None


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
        assert answer.status == 400, change
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


@pytest.mark.parametrize(("name", "is_told"), [("composeExtension/query", False), ("composeExtension/onCardButtonClicked", True)])
async def test_an_unknown_invoke_is_not_implemented_and_whoever_waits_is_told(stage: Stage, name: str, is_told: bool) -> None:
    activity = await sample(stage)
    answer = await stage.fake.send_raw(bearer(stage), activity | {"type": "invoke", "name": name, "value": {}})
    assert answer.status == 501
    await stage.adapter.settles()
    assert [each["plain"] for each in stage.messages(ANN)] == [
        "I do not know what to do with that. Write help, and I show you what I can do."
    ] * is_told
    assert stage.script.heard == []


async def test_unknown_activities_are_ignored(stage: Stage) -> None:
    activity = await sample(stage)
    for kind in ("messageReaction", "event", "handoff", "endOfConversation", "typing", "somethingNew"):
        assert (await stage.fake.send_raw(bearer(stage), activity | {"type": kind})).status == 200
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


async def test_a_slow_key_endpoint_delays_nobody_whose_key_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged() as stage:
        activity = await sample(stage)
        stage.fake.faults.add("metadata", hang=True)
        stranger = asyncio.create_task(stage.fake.send_raw({"Authorization": f"Bearer {stage.fake.tokens.unknown_kid()}"}, activity))
        await until(lambda: stage.fake.calls[-1].operation == "metadata" and stage.fake.calls[-1].status is None)
        async with asyncio.timeout(1):
            assert [(await stage.types(ANN, f"{n}")).status for n in range(5)] == [200] * 5
        # A day later newer keys are wanted, and the endpoint hangs still.
        monkeypatch.setattr(keys, "FRESH", -1.0)
        async with asyncio.timeout(1):
            assert [(await stage.types(ANN, f"{n}")).status for n in range(5)] == [200] * 5
        assert not stranger.done()
        stranger.cancel()


async def test_however_many_come_with_an_unknown_key_the_keys_are_fetched_once() -> None:
    async with staged() as stage:
        stage.fake.tokens.rotate_keys()
        await asyncio.gather(*(stage.types(ANN, f"{n}") for n in range(10)))
        assert len(stage.script.heard) == 10
        assert [call.operation for call in stage.fake.calls].count("keys") == 1


@pytest.mark.thorough
async def test_a_slow_token_endpoint_delays_nobody_who_needs_no_token() -> None:
    async with staged(patience=0.05) as stage:
        stage.fake.faults.add("token", hang=True)
        stage.script.says("Hello")
        typed = asyncio.create_task(stage.types(ANN, "hi"))
        await until(lambda: stage.script.heard)
        value = {"action": {"type": "Action.Execute", "verb": "press", "data": {"payload": "[]"}}, "trigger": "manual"}
        activity = {**stage.fake.sent[-1], "type": "invoke", "name": "adaptiveCard/action", "value": value, "id": "press"}
        stage.script.answers = lambda _: Silence()
        async with asyncio.timeout(1):
            assert [(await stage.fake.send_raw(bearer(stage), activity)).status for _ in range(5)] == [200] * 5
        assert (await typed).status == 200


async def test_a_token_near_its_end_is_renewed_beside_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged() as stage:
        monkeypatch.setattr(credentials, "EARLY", 3600.0)
        await stage.adapter.post(stage.place(), Message("one"), "t")
        stage.adapter._token._renew_at = 0.0  # type: ignore[union-attr]
        stage.fake.faults.add("token", hang=True)
        async with asyncio.timeout(1):
            await stage.adapter.post(stage.place(), Message("two"), "t")
        assert [each["plain"] for each in stage.messages(ANN, PLACE)] == ["one", "two"]


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
async def test_a_late_answer_to_a_press_comes_by_itself(asks: bool) -> None:
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
        assert ("New poll" if asks else "Late but here") in stage.last(ANN, None if asks else PLACE)["plain"]
        assert len(stage.messages(BOB, PLACE)) == 1
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

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.playground.teams import FakeTeams

from .conftest import ANN, PLACE, Stage

BAD: dict[str, Callable[[FakeTeams], str]] = {
    "wrong key": lambda fake: fake.tokens.wrong_key(),
    "unknown kid": lambda fake: fake.tokens.unknown_kid(),
    "not endorsed": lambda fake: fake.tokens.not_endorsed(),
    "public key as secret": lambda fake: fake.tokens.hs256(),
    "unsigned": lambda fake: fake.tokens.unsigned(),
    "another audience": lambda fake: fake.tokens.mint(aud="somebody"),
    "another issuer": lambda fake: fake.tokens.mint(iss="https://evil.example"),
    "another service url": lambda fake: fake.tokens.mint(serviceurl="https://evil.example/"),
    "no service url": lambda fake: fake.tokens.mint(serviceurl=None),
    "expired": lambda fake: fake.tokens.expired(),
    "not yet valid": lambda fake: fake.tokens.not_yet_valid(),
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD.keys())
async def test_a_careful_bot_refuses_every_bad_token(stage: Stage, token: Callable[[FakeTeams], str]) -> None:
    await stage.fake.types(ANN, stage.fake.bot_id, "hi")
    answer = await stage.fake.send_raw({"Authorization": f"Bearer {token(stage.fake)}"}, stage.fake.sent[-1])
    assert answer.status == 401, answer.text
    assert len(stage.bot.heard) == 1


async def test_the_same_request_with_a_good_token_passes(stage: Stage) -> None:
    await stage.fake.types(ANN, stage.fake.bot_id, "hi")
    within_leeway = stage.fake.tokens.expired(ago=120)
    for token in (stage.fake.tokens.mint(), within_leeway):
        assert (await stage.fake.send_raw({"Authorization": f"Bearer {token}"}, stage.fake.sent[-1])).status == 200


async def test_after_a_rotation_the_old_key_is_gone(stage: Stage) -> None:
    old = stage.fake.tokens.mint()
    stage.fake.tokens.rotate_keys()
    assert (await stage.fake.types(ANN, stage.fake.bot_id, "hi")).status == 200
    assert (await stage.fake.send_raw({"Authorization": f"Bearer {old}"}, stage.fake.sent[-1])).status == 401
    kept = stage.fake.tokens.mint()
    stage.fake.tokens.rotate_keys(keep_old=True)
    assert (await stage.fake.send_raw({"Authorization": f"Bearer {kept}"}, stage.fake.sent[-1])).status == 200


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": "somebody"}, 400, "unauthorized_client"),
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_scope"),
    ],
)
async def test_the_token_endpoint_refuses(stage: Stage, changes: dict[str, str], status: int, error: str) -> None:
    got, body = await stage.bot.signs_in(**changes)
    assert (got, body["error"]) == (status, error)


async def test_the_token_endpoint_refuses_another_tenant(stage: Stage) -> None:
    address = stage.fake.token_url.replace(stage.fake.tenant_id, "elsewhere")
    async with stage.bot.session.post(address, data={}) as response:
        assert (response.status, (await response.json())["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "changes", [{"exp": 1}, {"appid": "somebody"}, {"aud": "https://graph.microsoft.com"}], ids=["expired", "app", "audience"]
)
async def test_the_connector_refuses_a_token(stage: Stage, changes: dict[str, Any]) -> None:
    stage.bot.token = stage.fake.tokens.for_connector(**changes)
    status, body, _ = await stage.bot.calls("POST", f"v3/conversations/{PLACE}/activities", {"type": "message", "text": "x"})
    assert (status, body["error"]["code"]) == (401, "Unauthorized")
    assert stage.fake.calls[-1].status == 401


@pytest.mark.parametrize("token", ["nonsense", "", "a.b.c"])
async def test_the_connector_refuses_what_is_no_token(stage: Stage, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with stage.bot.session.get(f"{stage.fake.service_url}v3/conversations/{PLACE}/members", headers=headers) as response:
        assert response.status == 401


async def test_the_connector_refuses_the_platforms_own_token(stage: Stage) -> None:
    stage.bot.token = stage.fake.tokens.mint(aud="https://api.botframework.com")
    assert (await stage.bot.calls("GET", f"v3/conversations/{PLACE}/members"))[0] == 401


async def test_revoked_tokens_are_refused_and_new_ones_are_good(stage: Stage) -> None:
    assert (await stage.bot.calls("GET", f"v3/conversations/{PLACE}/members"))[0] == 200
    stage.fake.tokens.revoke_connector_tokens()
    assert (await stage.bot.calls("GET", f"v3/conversations/{PLACE}/members"))[0] == 401
    stage.bot.token = ""
    assert (await stage.bot.calls("GET", f"v3/conversations/{PLACE}/members"))[0] == 200


async def test_faults_of_tokens_and_keys(stage: Stage) -> None:
    stage.fake.faults.add("token", status=503)
    assert (await stage.bot.signs_in())[0] == 503
    stage.fake.faults.add("keys", status=503, body="")
    async with stage.bot.session.get(f"{stage.fake.service_url}v1/.well-known/keys") as response:
        assert response.status == 503

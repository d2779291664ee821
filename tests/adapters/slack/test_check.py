"""`convene check` against a faked Slack: every finding is provoked once, and each says what mends it."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from adapters.playground.slack import FakeSlack
from adapters.slack.check import Check, Wanted, Workspace
from bot.core.findings import Finding
from manifest.drift import drift
from manifest.scopes import CAPABILITIES, CORE
from manifest.slack import slack_manifest
from tests.adapters.slack.stage import SECRET, START
from tests.manifest.registries import real

DECLARED = slack_manifest(real())
WANTED = Wanted(
    {scope.name: str(scope.reason) for scope in CORE},
    {scope.name: f"without {each.name}" for each in CAPABILITIES for scope in each.scopes},
    DECLARED,
    drift,
)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack(manifest=copy.deepcopy(DECLARED), signing_secret=SECRET, now=lambda: START)
    fake.add_user("UANN", "Ann", zone="Europe/Berlin")
    fake.add_channel("CGEN", "general", ["UANN"])
    async with TestServer(fake.routes()) as server:
        fake.listen(base_url=str(server.make_url("")).rstrip("/"), request_url="")
        yield fake
        await fake.close()


async def looked_at(slack: FakeSlack, **given: Any) -> list[Finding]:
    options: dict[str, Any] = {
        "places": {slack.team_id: {"CGEN": "general"}},
        "app_token": slack.app_token,
        "config_token": slack.config_token,
    }
    token = given.pop("token", slack.bot_token)
    check = Check(f"{slack.ws.base_url}/api/", WANTED, **{**options, **given})
    return await check.findings([Workspace(token, "SLACK_BOT_TOKEN")])


async def mended(slack: FakeSlack, **given: Any) -> str:
    """What is wrong, in one text."""
    return "\n".join(found.words for found in await looked_at(slack, **given) if not found.is_fine)


async def test_an_installation_as_declared_is_fine_in_every_way(slack: FakeSlack) -> None:
    found = await looked_at(slack)
    assert [each.words for each in found if not each.is_fine] == []
    said = "\n".join(each.words for each in found)
    for words in (
        "SLACK_BOT_TOKEN is good in Playground (T0001)",
        "grants all",
        "without channel-replies",
        "in public channels and private channels of Playground (T0001) I can neither look nor be told whether a message arrived",
        "clock agrees",
        "all 1 places",
        "Slack opens sockets",
        "manifest is as this program declares it",
    ):
        assert words in said
    assert slack.bot_token not in said


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("invalid_auth", "copy the Bot User OAuth Token anew"),
        ("token_revoked", "install it again"),
        ("token_expired", "SLACK_CLIENT_ID"),
    ],
)
async def test_a_token_that_is_not_good(slack: FakeSlack, error: str, words: str) -> None:
    slack.faults.add("auth.test", error=error)
    said = await mended(slack)
    assert error in said
    assert words in said


async def test_no_answer_at_all_points_to_the_network(slack: FakeSlack) -> None:
    check = Check("http://127.0.0.1:9/api/", WANTED, places={})
    found = await check.findings([Workspace("xoxb-1", "SLACK_BOT_TOKEN")])
    assert "check the network, HTTPS_PROXY and SLACK_API_URL" in found[0].words


async def test_scopes_missing_and_superfluous(slack: FakeSlack) -> None:
    kept = {scope.name for scope in CORE} - {"im:history"}
    slack.ws.grants = replace(slack.ws.grants, scopes=frozenset(kept | {"channels:join"}))
    said = await mended(slack)
    assert "lacks scopes" in said
    assert "im:history" in said
    assert "grants more than is used: channels:join" in said
    assert "install the app again" in said


async def test_the_manifest_that_drifted_and_the_one_that_cannot_be_read(slack: FakeSlack) -> None:
    found = copy.deepcopy(DECLARED)
    gone = found["features"]["slash_commands"].pop(0)["command"]
    found["settings"]["event_subscriptions"]["bot_events"].remove("user_change")
    found["settings"]["event_subscriptions"]["bot_events"].append("team_join")
    found["display_information"]["name"] = "Our own name"
    slack.api.manifest = found
    said = await mended(slack)
    assert f"{gone} is missing" in said
    assert "user_change is missing" in said
    assert "team_join is not declared" in said
    assert "Our own name" not in said
    assert "twelve hours" in await mended(slack, config_token="xoxe-old")
    plain = [each.words for each in await looked_at(slack, config_token=None)]
    assert any("not compared, because there is no SLACK_CONFIG_TOKEN" in words for words in plain)


async def test_a_socket_that_does_not_open(slack: FakeSlack) -> None:
    assert "connections:write" in await mended(slack, app_token="xapp-wrong")


@pytest.mark.parametrize(("ahead", "words"), [(-400, "seconds ahead of Slack's"), (400, "seconds behind Slack's")])
async def test_a_clock_that_is_wrong(slack: FakeSlack, ahead: int, words: str) -> None:
    slack.api.skew = timedelta(seconds=ahead)
    said = await mended(slack)
    assert words in said
    assert "NTP" in said


async def test_channels_without_the_bot_archived_ones_and_those_it_never_heard_of(slack: FakeSlack) -> None:
    slack.add_channel("CGONE", "gone", ["UANN"], bot=False)
    slack.add_channel("COLD", "old", ["UANN"])
    slack.add_channel("CNEW", "new", ["UANN"])
    slack.ws.channels["COLD"].archived = True
    said = await mended(slack, places={"T0001": {"CGEN": "general", "CGONE": "gone", "COLD": "old"}})
    assert "not in #gone" in said
    assert "/invite @Convene" in said
    assert "#old of Playground (T0001) is archived" in said
    assert "in #new" in said
    assert "#general" not in said


def test_drift_is_silent_about_addresses_and_what_is_usual() -> None:
    there = slack_manifest(real(), socket_mode=False, request_url="https://elsewhere.example/slack/events")
    here = slack_manifest(real(), socket_mode=False, request_url="https://convene.example/slack/events")
    for switch in ("org_deploy_enabled", "token_rotation_enabled"):
        del there["settings"][switch]
    assert drift(here, there) == []
    assert drift(DECLARED, there) == ["settings.socket_mode_enabled is another"]

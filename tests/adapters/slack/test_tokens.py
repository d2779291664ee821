"""The tokens of many workspaces: sealed where they lie, renewed in time, and once by however many processes."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.oauth.installation_store import Bot
from sqlalchemy import text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot.core.clock import WoundClock
from bot.core.rows import InstallationRow
from bot.data import scope
from bot.data.units import Units
from tests.adapters.slack.installing import ANN, PLACE, Cloud, cloud, read

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # slack_sdk's, against aiohttp 4


LONG_AGO = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


async def ends(units: Units, at: datetime) -> None:
    """Every token ends then, and nobody is renewing any."""

    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.query(InstallationRow).update({"expires_at": at, "renewed_until": None})

    await units.run(work)


@pytest.mark.both_databases
async def test_tokens_are_sealed_states_are_digests_and_neither_is_logged(slack: Cloud, units: Units) -> None:
    north = slack.slacks["T0001"]
    north.oauth.rotates = True
    with capture_logs() as logs:
        begun = await slack.visits("/slack/install")
        await slack.installs("T0001")
        await slack.visits("/slack/oauth_redirect?code=SECRETCODE&state=x", cookie="slack-app-oauth-state=x")
    secrets = [*north.oauth.tokens, *north.oauth.refreshes, begun.state, "SECRETCODE"]
    stored = str(await read(units, text("SELECT * FROM installations"))) + str(await read(units, text("SELECT * FROM install_states")))
    found = await slack.replicas[0].parts.installations("slack").find("T0001")
    assert found is not None
    assert set(found.tokens.values()) <= set(secrets)
    for secret in secrets:
        assert secret not in stored
        assert secret not in str(logs)
        assert secret not in repr(found)


async def test_a_token_that_ends_soon_is_renewed_once_where_the_api_is(slack: Cloud) -> None:
    north = slack.slacks["T0001"]
    north.oauth.rotates, north.oauth.lasts = True, 600
    await slack.installs("T0001")
    north.oauth.lasts = 43_200
    await north.invite_bot(ANN, PLACE)
    await asyncio.gather(*(north.types(ANN, PLACE, f"/journal {number}") for number in range(5)))
    await slack.settles()
    await slack.winder().settle()
    assert north.oauth.renewed == 1
    found = await slack.replicas[0].parts.installations("slack").find("T0001")
    assert found is not None
    newest = list(north.oauth.tokens)[-1]
    assert found.tokens["bot_token"] == newest
    assert (await slack.replicas[0].workspaces.client("T0001")).bot_token == newest


async def test_a_token_that_cannot_be_renewed_yet_serves_until_its_end(slack: Cloud) -> None:
    north = slack.slacks["T0001"]
    north.oauth.rotates, north.oauth.lasts = True, 600
    await slack.installs("T0001")
    north.faults.add("oauth.v2.access", times=2, error="ratelimited")
    outcome = await north.invite_bot(ANN, PLACE)
    assert outcome.status == 200
    assert north.oauth.renewed == 0


@pytest.mark.parametrize("is_for_good", [False, True], ids=["Slack is busy", "Slack refuses"])
async def test_a_token_that_has_ended_is_renewed_later_or_said_to_be_over(slack: Cloud, units: Units, is_for_good: bool) -> None:
    north = slack.slacks["T0001"]
    north.oauth.rotates, north.line.retry_delays = True, ()
    await slack.installs("T0001")
    north.oauth.tokens = dict.fromkeys(north.oauth.tokens, 1.0)
    await ends(units, LONG_AGO)
    if is_for_good:
        north.oauth.refreshes.clear()
        await north.types(ANN, PLACE, "/journal x")
        assert "not installed" in json.dumps(north.screen(ANN))
        return
    north.faults.add("oauth.v2.access", error="internal_error")
    assert (await north.invite_bot(ANN, PLACE)).status == 500
    await ends(units, LONG_AGO)
    assert (await north.redeliver(kind="event")).status == 200
    assert north.oauth.renewed == 1


@pytest.mark.parametrize("is_over", [False, True], ids=["ends soon", "has ended"])
async def test_two_processes_that_see_it_at_once_renew_a_token_once(units: Units, clock: WoundClock, is_over: bool) -> None:
    """A refresh token works once: whoever comes second goes on with the old token, or waits for the new one where that has ended."""
    async with cloud(units, clock, teams=("T0001",), replicas=2) as slack:
        north = slack.slacks["T0001"]
        north.oauth.rotates = True
        await slack.installs("T0001")
        if is_over:
            north.oauth.tokens = dict.fromkeys(north.oauth.tokens, 1.0)
        await ends(units, LONG_AGO if is_over else datetime.now(UTC) + timedelta(minutes=30))
        first, second = (replica.workspaces for replica in slack.replicas)
        clients = await asyncio.gather(*(each.client("T0001") for each in (first, second, first, second)))
        assert north.oauth.renewed == 1
        newest = list(north.oauth.tokens)[-1]
        if is_over:
            assert {each.bot_token for each in clients} == {newest}
        for each in (first, second):
            client = await each.client("T0001")
            assert client.bot_token == newest
            assert (await client.call("auth.test", {}, "repeatable"))["ok"]
        assert north.oauth.renewed == 1


async def test_a_lease_that_is_free_again_because_another_renewed_uses_no_refresh_token_twice(
    units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cloud(units, clock, teams=("T0001",), replicas=2) as slack:
        north = slack.slacks["T0001"]
        north.oauth.rotates, north.oauth.lasts = True, 600
        await slack.installs("T0001")
        north.oauth.lasts = 43_200
        first, second = (replica.workspaces for replica in slack.replicas)
        old = await second.store.async_find_bot(enterprise_id=None, team_id="T0001")
        assert old is not None
        rotator = second.authorize._rotator
        look = rotator._newest

        async def looks(bot: Bot) -> Bot | None:
            """It sees the old token, and then the other is faster."""
            found = await look(bot)
            if north.oauth.renewed == 0:
                await first.client("T0001")
            return found

        monkeypatch.setattr(rotator, "_newest", looks)
        found = await rotator.perform_bot_token_rotation(bot=old)
        assert found is not None
        assert found.bot_token == list(north.oauth.tokens)[-1]
        assert north.oauth.renewed == 1

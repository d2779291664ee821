"""`convene check` and `serve` with what stands in the settings: the database's places, the installations, the declared manifest."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.playground.slack.oauth import CLIENT_ID, CLIENT_SECRET
from adapters.slack.workspaces import ManyWorkspaces
from bot.app import CannotServe, _open_adapters, _slack, machine
from bot.check import findings
from bot.core.clock import WoundClock
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.data.units import Units
from bot.data.vault import Vault
from bot.playground import GRANTED, Playground
from bot.settings import Settings
from tests.adapters.slack.installing import cloud
from tests.kit.engines import units_at

KEY = "a key that is good for tests and nothing else"
MANY = {"slack_client_id": CLIENT_ID, "slack_client_secret": CLIENT_SECRET, "slack_signing_secret": "s"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def settings(url: str, **given: Any) -> Settings:
    return Settings(_env_file=None, database_url=url, convene_secret_key=KEY, **given)


@pytest.mark.thorough
async def test_one_workspace_is_compared_with_the_database(stage: Playground, database_url: str) -> None:
    ours = settings(
        database_url,
        slack_bot_token=stage.slack.bot_token,
        slack_signing_secret="s",
        slack_config_token=stage.slack.config_token,
        slack_optional=", ".join(GRANTED),
        slack_api_url=f"{stage.slack.ws.base_url}/api/",
    )
    said = {found.words: found.is_fine for found in await findings(ours)}
    assert [words for words, is_fine in said.items() if not is_fine] == []
    assert any("I am in all 1 places of the community" in words for words in said)
    assert any("manifest is as this program declares it" in words for words in said)
    stage.slack.ws.channels["C0PRACTICE"].members.remove(stage.slack.bot_user_id)
    wrong = [found.words for found in await findings(ours) if not found.is_fine]
    assert len(wrong) == 1
    assert "/invite @Convene" in wrong[0]
    assert len(await findings(ours, asks_platforms=False)) < len(said)


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_of_many_workspaces_each_token_is_tried(clock: WoundClock, database_url: str) -> None:
    units = units_at(database_url, Vault([KEY]))
    async with cloud(units, clock) as slack:
        for team in slack.slacks:
            await slack.installs(team)
        slack.slacks["T0002"].oauth.tokens.clear()
        found = await findings(settings(database_url, slack_api_url=f"{slack.address}/api/", **MANY))
    await units.close()
    said = "\n".join(each.words for each in found)
    assert "the token of Craft T0001 is good" in said
    assert [each.words.split(" is not good")[0] for each in found if not each.is_fine] == ["the token of Craft T0002"]


async def test_what_is_asked_for_must_be_known(units: Units, clock: WoundClock, database_url: str) -> None:
    wrong = settings(database_url, slack_optional="telepathy", **MANY)
    with pytest.raises(CannotServe, match="SLACK_OPTIONAL: no such capability: telepathy"):
        _slack(machine(units, clock), wrong)
    assert "telepathy" in "\n".join(each.words for each in await findings(wrong) if not each.is_fine)
    right = _slack(machine(units, clock), settings(database_url, slack_optional="reactions", convene_keep_days=3, **MANY))
    assert isinstance(right.workspaces, ManyWorkspaces)


@pytest.mark.both_databases
async def test_what_is_sealed_with_another_key_and_what_nobody_takes_up_is_told(stage: Playground, database_url: str) -> None:
    now = datetime.now(UTC)

    def wait(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        (lane,) = session.execute(select(LaneRow).limit(1)).scalars()
        lane.next_at = now - timedelta(hours=1)
        post = session.execute(select(PostRow).limit(1)).scalar_one()
        post.state, post.body = "parked", session.info["vault"].seal("posts.body", post.id, "words")

    await stage.parts.units.run(wait)
    found = await findings(settings(database_url), asks_platforms=False)
    wrong = "\n".join(each.words for each in found if not each.is_fine)
    assert "outbox: what may leave has waited 360" in wrong
    assert "is the bot running?" in wrong
    assert "the key that sealed posts.body is not in CONVENE_SECRET_KEY: put it behind the others" in wrong
    assert any("parked: 1 posts that were refused for good" in each.words for each in found if each.is_fine)


async def test_without_an_app_id_nothing_of_teams_listens_on_any_address(units: Units, clock: WoundClock) -> None:
    parts = machine(units, clock)
    for given, is_served in (({"app_id": ""}, False), ({"app_id": "an-app", "app_password": "p", "app_tenantid": "t"}, True)):
        app = web.Application()
        async with AsyncExitStack() as stack:
            await _open_adapters(stack, parts, app, settings("sqlite:///nowhere.db", host="192.0.2.1", **given))
            assert ("/api/messages" in {route.resource.canonical for route in app.router.routes() if route.resource}) is is_served

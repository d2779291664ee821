"""What `convene check` looks at; each finding says what is, or what mends it."""

from __future__ import annotations

import stat
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.core.findings import Finding
from bot.data import schema
from bot.data.engine import units_for
from bot.data.vault import Vault
from bot.settings import Settings

if TYPE_CHECKING:
    from adapters.slack.check import Wanted
    from bot.core.installations import Installed

SOMEWHERE = "https://convene.example/"  # addresses are not compared: they depend on where the bot is reached
NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


async def findings(settings: Settings, *, asks_platforms: bool = True) -> list[Finding]:
    """Look at everything, and go on after what is wrong; the platforms are asked last, with the credentials that serve them."""
    database = await _database(settings)
    found = [*_platforms(settings), _keys(settings), *_env_file(), database, _clock(), _zones()]
    if asks_platforms and settings.has_slack:
        found += await _slack(settings, has_database=database.is_fine and bool(settings.keys))
    return found


async def _slack(settings: Settings, *, has_database: bool) -> list[Finding]:
    """What Slack itself says."""
    from adapters.slack.check import Check, Workspace
    from manifest.limits import Refused

    token, app_token, config_token = (
        secret.get_secret_value() if secret else None
        for secret in (settings.slack_bot_token, settings.slack_app_token, settings.slack_config_token)
    )
    try:
        wanted = _wanted(settings)
    except Refused as unknown:
        return [Finding(False, f"SLACK_OPTIONAL: {unknown}")]
    places, installed = await _known(settings) if has_database else ({}, [])
    workspaces = [Workspace(each.tokens["bot_token"], f"the token of {each.name or each.workspace}") for each in installed]
    if token is not None:
        workspaces = [Workspace(token, "SLACK_BOT_TOKEN")]
    check = Check(settings.slack_api_url, wanted, places=places, app_token=app_token, config_token=config_token)
    return await check.findings(workspaces)


async def _known(settings: Settings) -> tuple[dict[str, dict[str, str]], list[Installed]]:
    """What the database believes: the open places of each workspace, and where the app was installed."""
    from bot.core.installations import all_open
    from bot.people.store import open_places

    units = units_for(settings.database_url, Vault(settings.keys))
    try:
        places = await units.read(partial(open_places, platform="slack"))
        return places, await units.read(partial(all_open, platform="slack"))
    finally:
        await units.close()


def _wanted(settings: Settings) -> Wanted:
    """What Slack should say of the app."""
    from adapters.slack.check import Wanted
    from bot.core.registry import Registry
    from handlers import features
    from manifest.drift import drift
    from manifest.scopes import CAPABILITIES, CORE
    from manifest.slack import slack_manifest
    from manifest.wording import said

    address = None if settings.slack_app_token else SOMEWHERE
    declared = slack_manifest(
        Registry(features()),
        prefix=settings.convene_command_prefix,
        socket_mode=address is None,
        request_url=address,
        redirect_url=address if settings.has_many_workspaces else None,
        capabilities=settings.slack_extras,
    )
    optional = {scope.name: said(each.without) for each in CAPABILITIES for scope in each.scopes}
    return Wanted({scope.name: said(scope.reason) for scope in CORE}, optional, declared, drift)


def _platforms(settings: Settings) -> list[Finding]:
    if not settings.has_slack and not settings.has_teams:
        return [Finding(False, "no platform is configured: see README, or try `convene play`, which needs none")]
    found = []
    if settings.has_slack:
        found.append(Finding(True, f"Slack: {_way(settings)}"))
    if settings.has_teams:
        found.append(Finding(True, f"Teams: {settings.app_type}, HTTP at /api/messages"))
    return found


def _way(settings: Settings) -> str:
    if settings.has_many_workspaces:
        return "many workspaces, which install at /slack/install; HTTP at /slack/events"
    return "one workspace, " + ("Socket Mode" if settings.slack_app_token else "HTTP at /slack/events")


def _keys(settings: Settings) -> Finding:
    if not settings.keys:
        return Finding(False, "CONVENE_SECRET_KEY is missing: `openssl rand -hex 32` makes one")
    return Finding(True, f"{len(settings.keys)} key(s) for sealed columns, the first one writes")


def _env_file() -> list[Finding]:
    path = Path(".env")
    if not path.exists():
        return []
    is_open = bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    return [Finding(not is_open, "others can read .env: chmod 600 .env" if is_open else ".env is readable by you alone")]


async def _database(settings: Settings) -> Finding:
    kind = "PostgreSQL" if settings.database_url.startswith("postgresql") else "SQLite"
    try:
        found = await schema.current(settings.database_url)
    except Exception as error:
        return Finding(False, f"{kind} does not answer ({type(error).__name__}): check DATABASE_URL")
    if found != schema.head():
        return Finding(False, f"{kind} is at revision {found or 'none'}, this program needs {schema.head()}: python -m bot migrate")
    return Finding(True, f"{kind} is at revision {found}")


def _clock() -> Finding:
    now = datetime.now(UTC)
    if now < NOT_BEFORE or abs(time.time() - now.timestamp()) > 5:
        return Finding(False, f"the machine's clock says {now:%Y-%m-%d %H:%M} UTC: set it, signatures and schedules depend on it")
    return Finding(True, f"the clock says {now:%Y-%m-%d %H:%M:%S} UTC")


def _zones() -> Finding:
    summer = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin")).utcoffset()
    winter = datetime(2026, 1, 1, 12, tzinfo=ZoneInfo("Europe/Berlin")).utcoffset()
    if summer == winter:
        return Finding(False, "the zone data knows no daylight saving: install tzdata")
    return Finding(True, "zone data is there")

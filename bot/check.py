"""What `convene check` looks at; each finding says what is, or what mends it."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zipfile import BadZipFile, ZipFile
from zoneinfo import ZoneInfo

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Session

from bot.chat.language import translations
from bot.core import installations, reach
from bot.core.findings import Finding
from bot.core.ports import Address
from bot.data import schema, scope
from bot.data.base import Base
from bot.data.engine import units_for
from bot.data.vault import Vault
from bot.settings import Settings
from handlers import features
from scheduler.standing import ages, parked

if TYPE_CHECKING:
    from adapters.slack.check import Wanted

T = TypeVar("T")
MOST_SHOWN = 20
OWN = {"version", "developer"}  # of a package, whoever runs the bot may have changed these
SOMEWHERE = "https://convene.example/"  # addresses are not compared: they depend on where the bot is reached
NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


async def findings(
    settings: Settings, *, asks_platforms: bool = True, endpoint: str | None = None, package: Path | None = None
) -> list[Finding]:
    """Look at everything, and go on after what is wrong; platforms are asked last, with the credentials that serve them."""
    features()  # every feature's tables
    database = await _database(settings)
    found = [*_platforms(settings), _keys(settings), *_env_file(), database, _clock(), _zones()]
    has_database = database.is_fine and bool(settings.keys)
    if asks_platforms and settings.has_slack:
        found += await _slack(settings, has_database=has_database)
    if settings.has_teams:
        found += _package(settings, package)
        if asks_platforms:
            found += await _teams(settings, endpoint, has_database=has_database)
    return [*found, *(await _known(settings, _standing) if has_database else ())]


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
    places: dict[str, dict[str, str]] = {}
    for name, where in await _places(settings, "slack") if has_database else ():
        places.setdefault(where.workspace, {})[where.external_id] = name
    installed = await _known(settings, partial(installations.all_open, platform="slack")) if has_database else []
    workspaces = [Workspace(each.tokens["bot_token"], f"the token of {each.name or each.workspace}") for each in installed]
    if token is not None:
        workspaces = [Workspace(token, "SLACK_BOT_TOKEN")]
    check = Check(settings.slack_api_url, wanted, places=places, app_token=app_token, config_token=config_token)
    return await check.findings(workspaces)


def _wanted(settings: Settings) -> Wanted:
    """What Slack should say of the app."""
    from adapters.slack.check import Wanted
    from bot.core.registry import Registry
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


async def _teams(settings: Settings, endpoint: str | None, *, has_database: bool) -> list[Finding]:
    """What Teams itself says."""
    from adapters.teams import METADATA
    from adapters.teams.check import Bot, Check
    from adapters.teams.credentials import token_address

    assert settings.app_id is not None
    assert settings.app_password is not None
    tenant = settings.app_tenantid if settings.app_type == "SingleTenant" else None
    token_url = settings.teams_token_url or token_address(settings.app_tenantid, settings.app_type)
    metadata_url = settings.teams_metadata_url or METADATA
    bot = Bot(settings.app_id, settings.app_password.get_secret_value(), tenant, token_url, metadata_url)
    return await Check(bot, endpoint=endpoint).findings(await _places(settings, "teams") if has_database else ())


def _package(settings: Settings, package: Path | None) -> list[Finding]:
    """Whether the package that was uploaded still says what the code declares."""
    from bot.core.registry import Registry
    from manifest.teams import teams_manifest

    if package is None or not package.is_file():
        return [Finding(True, "Teams: no package to compare; --package FILE compares the one that you uploaded")]
    try:
        with ZipFile(package) as archive:
            found = json.loads(archive.read("manifest.json"))
        domain = next(iter(found.get("validDomains") or ()), None)
        app_id, reads_all = str(found["id"]), "authorization" in found
        wanted = teams_manifest(Registry(features()), app_id=app_id, domain=domain, reads_all=reads_all, translations=translations()[1:])
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        return [Finding(False, f"Teams: {package} is no package of ours ({type(error).__name__})")]
    if found["id"] != settings.app_id:
        return [Finding(False, f"Teams: {package} is for the bot {found['id']}, APP_ID is {settings.app_id}")]
    parts = [name for name in sorted({*wanted, *found} - OWN) if wanted.get(name) != found.get(name)]
    if parts:
        return [Finding(False, f"Teams: {package} is not what the code declares ({', '.join(parts)}): build it anew and upload it")]
    return [Finding(True, f"Teams: {package} is what the code declares")]


async def _known(settings: Settings, look: Callable[[Session], T]) -> T:
    """What the database knows, of all communities."""

    def work(session: Session) -> T:
        scope.enter(session, scope.SYSTEM)
        return look(session)

    units = units_for(settings.database_url, Vault(settings.keys))
    try:
        return await units.read(work)
    finally:
        await units.close()


async def _places(settings: Settings, platform: str) -> Sequence[tuple[str, Address]]:
    return await _known(settings, partial(reach.places, platform=platform))


def _standing(session: Session) -> list[Finding]:
    """How it stands in the database: whether the keys open what is there, what waits, and whom nothing reaches."""
    return [_sealed(session), *_waiting(session), *_missed(session)]


def _sealed(session: Session) -> Finding:
    """The oldest and the newest sealed value of each column tell which keys are needed."""
    vault: Vault = session.info["vault"]
    foreign = []
    for table in Base.metadata.sorted_tables:
        for column in (each for each in table.columns if isinstance(each.type, LargeBinary)):
            first = list(table.primary_key.columns)
            for order in (first, [each.desc() for each in first]):
                value = session.connection().execute(select(column).where(column.is_not(None)).order_by(*order).limit(1)).scalar()
                if value is not None and not vault.knows(value) and str(column) not in foreign:
                    foreign.append(str(column))
    if foreign:
        return Finding(False, f"the key that sealed {', '.join(foreign[:3])} is not in CONVENE_SECRET_KEY: put it behind the others")
    return Finding(True, "CONVENE_SECRET_KEY opens what is sealed")


def _waiting(session: Session) -> list[Finding]:
    """What nobody takes up tells that no bot runs, or that it stands still."""
    found = ages(session, datetime.now(UTC)).findings()
    late = [Finding(False, f"{each.words}: is the bot running?") for each in found if not each.is_fine]
    posts, laters = parked(session)
    given_up = Finding(True, f"parked: {posts} posts that were refused for good, {laters} computations that failed three times")
    return [*(each for each in found if each.is_fine), *late, *([given_up] if posts or laters else ())]


def _missed(session: Session) -> list[Finding]:
    """People and places that no post reaches: nothing to mend for whoever runs the bot, so none of it is wrong."""
    found = reach.missed(session)
    shown = [f"out of reach since {each.since:%Y-%m-%d}: {each.name}, {each.barrier.value}" for each in found[:MOST_SHOWN]]
    more = [f"and {len(found) - MOST_SHOWN} more are out of reach"] if len(found) > MOST_SHOWN else []
    return [Finding(True, words) for words in (*shown, *more)]


def _platforms(settings: Settings) -> list[Finding]:
    if not settings.has_slack and not settings.has_teams:
        return [Finding(False, "no platform is configured: see README, or try `convene play`, which needs none")]
    found = []
    if settings.has_slack:
        found.append(Finding(True, f"Slack: {_way(settings)}"))
    if settings.has_teams:
        found.append(Finding(True, f"Teams: {settings.app_type}, HTTP at /api/messages"))
        missing = "Teams: CONVENE_URL is not set, so files are handed over in people's own chats only; places say that there is one"
        found.append(Finding(True, f"files in places are fetched from {settings.convene_url}" if settings.convene_url else missing))
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

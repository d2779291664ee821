"""What `convene check` looks at; each finding says what is, or what mends it."""

from __future__ import annotations

import stat
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.data import schema
from bot.settings import Settings

NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_fine: bool
    words: str


async def findings(settings: Settings) -> list[Finding]:
    """Look at everything, and go on after what is wrong."""
    return [*_platforms(settings), _keys(settings), *_env_file(), await _database(settings), _clock(), _zones()]


def _platforms(settings: Settings) -> list[Finding]:
    if not settings.has_slack and not settings.has_teams:
        return [Finding(False, "no platform is configured: see README, or try `convene play`, which needs none")]
    found = []
    if settings.has_slack:
        found.append(Finding(True, "Slack: " + ("Socket Mode" if settings.slack_app_token else "HTTP at /slack/events")))
    if settings.has_teams:
        found.append(Finding(True, f"Teams: {settings.app_type}, HTTP at /api/messages"))
    return found


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

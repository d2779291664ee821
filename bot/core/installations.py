"""Installations: in which workspaces the app is, with which tokens, and what goes when it was taken out of one."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import CursorResult, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.core import leases, leaving, reach
from bot.core.clock import Clock
from bot.core.registry import Registry
from bot.core.rows import InstallationRow, InstallStateRow
from bot.data import scope
from bot.data.base import Instant, table
from bot.data.ids import new_id
from bot.data.units import Units
from bot.lean import dataclass

TOKENS, STATE = "installations.tokens", "install_states.digest"
STATE_LASTS = timedelta(minutes=10)
RENEWING_LASTS = timedelta(seconds=30)  # longer than the platform takes to answer
_installations = table(InstallationRow)
_OVER = select(_installations.c.id).where(_installations.c.delete_at <= bindparam("now", type_=Instant()))


@dataclass(frozen=True, slots=True)
class Installed:
    """The app in one workspace: what it is called there, and its tokens, good until `expires_at` where they end at all."""

    workspace: str
    name: str
    about: Mapping[str, Any]
    tokens: Mapping[str, str] = field(repr=False)
    expires_at: datetime | None
    installed_at: datetime


class Installations:
    """The installations on one platform, each change a unit of its own."""

    def __init__(self, units: Units, clock: Clock, registry: Registry, platform: str, kept_for: timedelta) -> None:
        self._units, self._clock, self._registry, self._platform, self._kept_for = units, clock, registry, platform, kept_for

    async def save(
        self, workspace: str, *, name: str, about: Mapping[str, Any], tokens: Mapping[str, str], expires_at: datetime | None
    ) -> None:
        """The app was installed, or installed again: what was to be deleted stays."""
        now = self._clock.now().replace(microsecond=0)

        def work(session: Session) -> None:
            row = _row(session, self._platform, workspace)
            if row is None:
                row = InstallationRow(id=new_id(), platform=self._platform, workspace=workspace)
                session.add(row)
            row.name, row.about, row.installed_at = name, dict(about), now
            row.tokens, row.expires_at = _sealed(session, row.id, tokens), expires_at
            row.renewed_until = row.ended_at = row.delete_at = None
            reach.go_on_in(session, platform=self._platform, workspace=workspace, now=now)

        await self._units.run(work)

    async def renew(self, workspace: str, tokens: Mapping[str, str], expires_at: datetime | None) -> None:
        """Keep new tokens; an installation that has ended meanwhile stays ended."""

        def work(session: Session) -> None:
            row = _row(session, self._platform, workspace)
            if row is not None and row.ended_at is None:
                row.tokens, row.expires_at, row.renewed_until = _sealed(session, row.id, tokens), expires_at, None

        await self._units.run(work)

    async def find(self, workspace: str) -> Installed | None:
        """The app in this workspace; None where it is not, or not any more."""
        return await self._units.read(partial(_find, platform=self._platform, workspace=workspace))

    async def claim_renewal(self, workspace: str) -> bool:
        """Whether the caller is the one, of however many processes, that gets new tokens now."""
        now = datetime.now(UTC)

        def work(session: Session) -> bool:
            scope.enter(session, scope.SYSTEM)
            is_free = or_(InstallationRow.renewed_until.is_(None), leases.is_over(InstallationRow.renewed_until))
            claimed: CursorResult[Any] = session.execute(  # type: ignore[assignment]
                update(InstallationRow)
                .where(*_of(self._platform, workspace), InstallationRow.ended_at.is_(None), is_free)
                .values(renewed_until=now + RENEWING_LASTS),
                leases.asked(now),
            )
            return claimed.rowcount == 1

        return await self._units.run(work)

    async def end(self, workspace: str, at: datetime | None = None, name: str = "") -> bool:
        """The app was taken out at this instant: its tokens go now, its rows later; False where it was installed again since."""
        now = self._clock.now()
        return await self._units.run(lambda session: self._end(session, workspace, at or now, name, now))

    async def resume(self, workspace: str) -> None:
        """The app speaks there again: what was to be deleted stays."""
        now = self._clock.now().replace(microsecond=0)

        def work(session: Session) -> None:
            scope.enter(session, scope.SYSTEM)
            is_back = {"ended_at": None, "delete_at": None, "installed_at": now}
            session.execute(update(InstallationRow).where(*_of(self._platform, workspace)).values(is_back))

        await self._units.run(work)

    async def issue_state(self) -> str:
        """A new secret for somebody who begins to install, good once and for ten minutes."""
        state, now = secrets.token_urlsafe(32), datetime.now(UTC)

        def work(session: Session) -> None:
            scope.enter(session, scope.SYSTEM)
            session.execute(delete(InstallStateRow).where(InstallStateRow.expires_at <= now))
            digest = session.info["vault"].digest(STATE, state)
            session.add(InstallStateRow(id=new_id(), digest=digest, expires_at=now + STATE_LASTS))

        await self._units.run(work)
        return state

    async def consume_state(self, state: str) -> bool:
        """Use such a secret up; False where it is none of ours, used, or too old."""
        now = datetime.now(UTC)

        def work(session: Session) -> bool:
            scope.enter(session, scope.SYSTEM)
            digest = session.info["vault"].digest(STATE, state)
            used: CursorResult[Any] = session.execute(  # type: ignore[assignment]
                delete(InstallStateRow).where(InstallStateRow.digest == digest, InstallStateRow.expires_at > now)
            )
            return used.rowcount == 1

        return await self._units.run(work)

    def _end(self, session: Session, workspace: str, at: datetime, name: str, now: datetime) -> bool:
        row = _row(session, self._platform, workspace)
        if row is None:  # a workspace whose token stands in the settings
            row = InstallationRow(id=new_id(), platform=self._platform, workspace=workspace, name=name, about={}, installed_at=at)
            session.add(row)
        elif at < row.installed_at:
            return False
        if row.ended_at is None:
            row.ended_at, row.delete_at = now, now + self._kept_for
        row.tokens = row.expires_at = None
        session.flush()
        leaving.close_places(session, self._registry, self._platform, workspace, now)
        return True


async def remove_what_ended(units: Units, registry: Registry, now: datetime) -> None:
    """Remove the workspaces whose time is over, one person in a unit, so that nobody else has to wait long."""
    for each in await units.read(partial(_over, now=now)):
        while await units.run(partial(_remove_some, registry=registry, installation=each, now=now), start_within=None):
            pass


def _over(session: Session, now: datetime) -> list[int]:
    scope.enter(session, scope.SYSTEM)
    return list(scope.execute(session, _OVER, {"now": now}).scalars())


def _remove_some(session: Session, registry: Registry, installation: int, now: datetime) -> bool:
    """One step of a removal; False where nothing is left to do, or the app is back."""
    scope.enter(session, scope.SYSTEM)
    over = select(InstallationRow).where(InstallationRow.id == installation, InstallationRow.delete_at <= now).with_for_update()
    row = session.execute(over).scalar_one_or_none()
    if row is None:
        return False
    if leaving.remove_somebody(session, registry, row.platform, row.workspace, now):
        return True
    leaving.remove_workspace(session, row.platform, row.workspace, now)
    session.delete(row)
    return False


def _of(platform: str, workspace: str) -> tuple[Any, Any]:
    return InstallationRow.platform == platform, InstallationRow.workspace == workspace


def _row(session: Session, platform: str, workspace: str) -> InstallationRow | None:
    scope.enter(session, scope.SYSTEM)
    query = select(InstallationRow).where(*_of(platform, workspace)).with_for_update()
    return session.execute(query).scalar_one_or_none()


def all_open(session: Session, platform: str) -> list[Installed]:
    """Every installation on a platform that has not ended."""
    scope.enter(session, scope.SYSTEM)
    query = select(InstallationRow.workspace).where(InstallationRow.platform == platform, InstallationRow.ended_at.is_(None))
    found = (_find(session, platform, each) for each in session.execute(query.order_by(InstallationRow.name)).scalars().all())
    return [each for each in found if each is not None]


def _find(session: Session, platform: str, workspace: str) -> Installed | None:
    scope.enter(session, scope.SYSTEM)
    row = session.execute(select(InstallationRow).where(*_of(platform, workspace))).scalar_one_or_none()
    if row is None or row.ended_at is not None or row.tokens is None:
        return None
    tokens = json.loads(session.info["vault"].open_text(TOKENS, row.id, row.tokens))
    return Installed(workspace, row.name, row.about, tokens, row.expires_at, row.installed_at)


def _sealed(session: Session, row: int, tokens: Mapping[str, str]) -> bytes:
    sealed: bytes = session.info["vault"].seal(TOKENS, row, json.dumps(dict(tokens)))
    return sealed

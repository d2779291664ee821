"""Files that are handed over by an address: kept sealed for a week, given to whoever has the signed link."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.chat.message import File
from bot.core.clock import Clock
from bot.core.rows import HandedFileRow
from bot.data import scope
from bot.data.ids import new_id
from bot.data.units import Units
from bot.data.vault import CannotOpen, Vault
from bot.lean import dataclass
from bot.people import looking_up

LASTS = timedelta(days=7)  # whole days: all that is linked on one day has one end, and the same file the same address
NAME, CONTENT, SIGNATURE = "handed_files.name", "handed_files.content", "handed_files.signature"
PATH = "/files"


class NoFile(Enum):
    """Why nobody gets anything under an address."""

    OVER = "over"  # its time is over
    UNKNOWN = "unknown"  # it was never given out like this, or what it led to is gone


@dataclass(frozen=True, slots=True)
class Handed:
    """A file as it is given to whoever has its address."""

    name: str
    media_type: str
    content: bytes


class HandedFiles:
    """Keeps files for their address, and gives them out; `base` is where the outside world reaches us, without a slash at its end."""

    def __init__(self, units: Units, clock: Clock, base: str) -> None:
        self._units = units
        self._clock = clock
        self._base: Final = base.rstrip("/")
        self._vault: Vault | None = None

    async def link(self, platform: str, workspace: str, file: File) -> str | None:
        """An address under which whoever has it gets this file for a week; None where the workspace is of no community."""
        until = _end(self._clock.now())
        kept = await self._units.run(lambda session: _keep(session, platform, workspace, file, until))
        if kept is None:
            return None
        community, row = kept
        end = int(until.timestamp())
        return f"{self._base}{PATH}/{community}/{row}/{end}/{await self._sign(community, row, end)}/{quote(file.name, safe='')}"

    async def found(self, community: int, row: int, end: int, signature: str) -> Handed | NoFile:
        """What an address leads to; nothing is looked for before its signature holds."""
        if not hmac.compare_digest(signature.encode(), (await self._sign(community, row, end)).encode()):
            return NoFile.UNKNOWN
        if end <= self._clock.now().timestamp():
            return NoFile.OVER
        return await self._units.read(lambda session: _open(session, row)) or NoFile.UNKNOWN

    async def _sign(self, community: int, row: int, end: int) -> str:
        vault = self._vault
        if vault is None:
            vault = self._vault = await self._units.read(_vault_of)
        return vault.digest(SIGNATURE, f"{community}.{row}.{end}")


def _vault_of(session: Session) -> Vault:
    vault: Vault = session.info["vault"]
    return vault


def _end(now: datetime) -> datetime:
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1) + LASTS


def _keep(session: Session, platform: str, workspace: str, file: File, until: datetime) -> tuple[int, int] | None:
    scope.enter(session, scope.SYSTEM)
    known = looking_up.find(session, platform=platform, workspace=workspace, account="", conversation="")
    if known is None:
        return None
    community = known.community.id
    scope.enter(session, community)
    vault = _vault_of(session)
    told = hashlib.sha256("\0".join((file.name, file.media_type, hashlib.sha256(file.content).hexdigest())).encode()).hexdigest()
    digest = vault.digest(CONTENT, f"{community}.{told}")
    there = session.execute(select(HandedFileRow).where(HandedFileRow.digest == digest)).scalar_one_or_none()
    if there is not None:
        there.expires_at = max(there.expires_at, until)
        return community, there.id
    row = new_id()
    name, content = vault.seal(NAME, row, file.name), vault.seal(CONTENT, row, file.content)
    given = {"digest": digest, "name": name, "content": content, "media_type": file.media_type, "expires_at": until}
    session.add(HandedFileRow(id=row, community_id=community, **given))
    return community, row


def _open(session: Session, row: int) -> Handed | None:
    """The file of a row, whichever community it belongs to by now: the one of its address may have joined another, and was signed."""
    scope.enter(session, scope.SYSTEM)
    found = session.execute(select(HandedFileRow).where(HandedFileRow.id == row)).scalar_one_or_none()
    if found is None:
        return None
    vault = _vault_of(session)
    try:
        return Handed(vault.open_text(NAME, row, found.name), found.media_type, vault.open(CONTENT, row, found.content))
    except CannotOpen:
        return None

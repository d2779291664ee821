"""What takes long: asked for in one unit, computed outside of any, carried out in another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.chat.language import Phrase, _
from bot.chat.text import Code
from bot.core.rows import LaterRow
from bot.data.ids import new_id
from bot.data.vault import Vault

COLUMN = "laters.input"


def ask(session: Session, *, community: int, person: int | None, name: str, given: Mapping[str, Any], now: datetime) -> int:
    """Ask for a computation, in the transaction of whatever makes it necessary; its input is sealed. Returns its id."""
    vault: Vault = session.info["vault"]
    later = new_id()
    sealed = vault.seal(COLUMN, later, json.dumps(dict(given), ensure_ascii=False))
    due = datetime.now(UTC)  # leases are real time
    session.add(LaterRow(id=later, community_id=community, person_id=person, name=name, input=sealed, asked_at=now, due_at=due, lease=None))
    return later


def given_to(row: LaterRow, vault: Vault) -> dict[str, Any]:
    """The input as it was asked with; a dictionary of its own each time."""
    found: dict[str, Any] = json.loads(vault.open_text(COLUMN, row.id, row.input))
    return found


def could_not_be_done(reference: str) -> Phrase:
    """What whoever asked hears when every attempt failed."""
    return _(
        "What you asked for could not be finished, and that is our fault. Please tell your lead this reference: {reference}.",
        reference=Code(reference),
    )

"""The scrub: what was deleted for good leaves the database's files, soon after the commit that asked for it, whoever died meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core.rows import ScrubRow
from bot.data import scope
from bot.data.base import table
from bot.data.units import Units

log = structlog.get_logger()
_scrubs = table(ScrubRow)
_WANTED = select(_scrubs.c.id)


async def scrub(units: Units) -> bool:
    """Scrub where somebody asked for it; whether nothing is left to be done. A request goes only after it was carried out."""
    asked = await units.read(wanted)
    if not asked:
        return True
    try:
        if not await units.scrub():
            return False
        await units.run(partial(_forget, asked=asked), start_within=None)
    except Exception:
        log.exception("a scrub failed and is tried again")
        return False
    log.info("deleted rows have left the files")
    return True


def wanted(session: Session) -> Sequence[int]:
    """The requests that were not carried out yet."""
    scope.enter(session, scope.SYSTEM)
    return scope.execute(session, _WANTED, {}).scalars()


def _forget(session: Session, asked: Sequence[int]) -> None:
    scope.enter(session, scope.SYSTEM)
    session.execute(delete(ScrubRow).where(ScrubRow.id.in_(asked)), execution_options={"synchronize_session": False})

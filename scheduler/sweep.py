"""The sweep: what was promised to be kept only for a while goes when its time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.core import reach
from bot.core.rows import HandedFileRow, KeptTextRow, LaterRow, OccurrenceRow, SeenRow
from bot.data import scope

EVERY = timedelta(hours=1)
SEEN_FOR = timedelta(days=3)  # no platform delivers anything again after that
PARKED_FOR = timedelta(days=7)  # time enough to look at what could not be computed
OCCURRENCES_FOR = timedelta(days=400)  # longer than any cadence can be moved back


def sweep(session: Session, now: datetime) -> int:
    """Delete what is past its time: texts, linked files, keys, parked laters, old occurrences, words held in vain; how many went."""
    scope.enter(session, scope.SYSTEM)
    gone = 0
    for statement in (
        delete(KeptTextRow).where(KeptTextRow.expires_at <= now),
        delete(HandedFileRow).where(HandedFileRow.expires_at <= now),
        delete(SeenRow).where(SeenRow.at < now - SEEN_FOR),
        delete(LaterRow).where(LaterRow.due_at.is_(None), LaterRow.asked_at < now - PARKED_FOR),
        delete(OccurrenceRow).where(OccurrenceRow.fired_at < now - OCCURRENCES_FOR),
    ):
        gone += session.connection().execute(statement).rowcount
    return gone + reach.forget(session, now)

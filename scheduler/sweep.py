"""The sweep: what was promised to be kept only for a while goes when its time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.core.outbox import State
from bot.core.rows import KeptTextRow, LaneRow, LaterRow, OccurrenceRow, PostRow, SeenRow
from bot.data import scope

EVERY = timedelta(hours=1)
SEEN_FOR = timedelta(days=3)  # no platform delivers anything again after that
HELD_FOR = timedelta(days=7)  # what could not be brought to anybody by then would only puzzle them
PARKED_FOR = timedelta(days=7)  # time enough to look at what could not be computed
OCCURRENCES_FOR = timedelta(days=400)  # longer than any cadence can be moved back


def sweep(session: Session, now: datetime) -> int:
    """Delete texts past their week, keys that cannot come again, parked laters, old occurrences, words held in vain; how many rows."""
    scope.enter(session, scope.SYSTEM)
    gone = 0
    unreached = select(LaneRow.id).where(LaneRow.unreachable_since.is_not(None))
    held = (PostRow.lane_id.in_(unreached), PostRow.state == State.HELD.value)
    for statement in (
        update(PostRow).where(*held, PostRow.posted_at < now - HELD_FOR).values(state=State.PARKED.value, body=None),
        update(PostRow).where(*held, PostRow.expires_at < now).values(state=State.DROPPED.value, body=None),
        delete(KeptTextRow).where(KeptTextRow.expires_at <= now),
        delete(SeenRow).where(SeenRow.at < now - SEEN_FOR),
        delete(LaterRow).where(LaterRow.due_at.is_(None), LaterRow.asked_at < now - PARKED_FOR),
        delete(OccurrenceRow).where(OccurrenceRow.fired_at < now - OCCURRENCES_FOR),
    ):
        gone += session.connection().execute(statement).rowcount
    return gone

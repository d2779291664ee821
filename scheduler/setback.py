"""A clock that was set back: what waits for an instant that lies far ahead now waits a while, and no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.core.rows import AllowanceRow, LaneRow, PostRow
from bot.data import scope
from bot.data.base import Instant, table

WAITS = timedelta(seconds=90)  # at most, from when it is noticed: as long as what is unknown must be left alone; less is not noticed

_lanes, _posts, _allowances = table(LaneRow), table(PostRow), table(AllowanceRow)
_NEWEST = select(_posts.c.posted_at).where(_posts.c.key.is_(None)).order_by(_posts.c.posted_at.desc()).limit(1)
_until = bindparam("until", type_=Instant())
_BRING_NEARER = (
    update(_lanes).where(_lanes.c.next_at > _until).values(next_at=_until),
    update(_lanes).where(_lanes.c.free_at > _until).values(free_at=None),  # what it said last was said long before a pace ago
    update(_posts).where(_posts.c.body.is_not(None), _posts.c.not_before > _until).values(not_before=_until),
    update(_allowances).where(_allowances.c.whole_at > _until).values(whole_at=_until),
)


def newest(session: Session) -> datetime | None:
    """When something was posted last, by whatever clock: this one has been there, or another is."""
    scope.enter(session, scope.SYSTEM)
    posted_at: datetime | None = scope.execute(session, _NEWEST, {}).scalar()
    return posted_at


def bring_nearer(session: Session, now: datetime) -> None:
    """Let nothing wait longer than that; what a platform asked us to wait for it refuses once more, and nobody else is harmed."""
    scope.enter(session, scope.SYSTEM)
    for statement in _BRING_NEARER:
        scope.execute(session, statement, {"until": now + WAITS})

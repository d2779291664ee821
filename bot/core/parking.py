"""Parked posts: what a platform refused until somebody acts waits, sealed, for a week, and is said when they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.chat.errors import Cause
from bot.core.outbox import State
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.data.base import table

KEPT_FOR = timedelta(days=7)
WHOLE_WORKSPACE = (Cause.REVOKED, Cause.NO_SCOPE)
WAITS = {Cause.ARCHIVED, Cause.NOT_IN, Cause.NOT_ALLOWED, *WHOLE_WORKSPACE}  # what can be said once somebody has acted
_lanes = table(LaneRow)

_MARKS = select(_lanes.c.id, _lanes.c.refused, _lanes.c.platform, _lanes.c.workspace).where(
    _lanes.c.id.in_(bindparam("lanes", expanding=True))
)
_IS_TOLD = (
    select(_lanes.c.id)
    .where(_lanes.c.platform == bindparam("of"), _lanes.c.workspace == bindparam("where"), _lanes.c.refused == bindparam("cause"))
    .limit(1)
)
_MARK = update(_lanes).where(_lanes.c.id == bindparam("lane")).values(refused=bindparam("cause"))
IS_PARKED = (PostRow.state == State.PARKED.value, PostRow.body.is_not(None))


def note(session: Session, refusals: Mapping[int, Cause]) -> list[int]:
    """Remember why lanes are refused; those are returned of which nobody was told yet: of a whole workspace the first alone."""
    if not refusals:
        return []
    connection = scope.connection(session)
    new = []
    for row in connection.execute(_MARKS, {"lanes": sorted(refusals)}).all():
        cause = refusals[row.id]
        if row.refused == cause:
            continue
        asked = {"of": row.platform, "where": row.workspace, "cause": cause.value}
        if cause not in WHOLE_WORKSPACE or connection.execute(_IS_TOLD, asked).first() is None:
            new.append(row.id)
        connection.execute(_MARK, {"lane": row.id, "cause": cause.value})
    return new


def resume(session: Session, lanes: Sequence[int], now: datetime) -> int:
    """Let what is parked in these lanes be said, in its order; returns how many posts wait again."""
    found = 0
    for lane in sorted(lanes):
        session.execute(select(LaneRow.id).where(LaneRow.id == lane).with_for_update())
        again = update(PostRow).where(PostRow.lane_id == lane, *IS_PARKED).values(state=State.READY.value, attempts=0, why=None)
        found += int(getattr(session.execute(again), "rowcount", 0))
        session.execute(update(LaneRow).where(LaneRow.id == lane).values(refused=None, next_at=now))
    return found


def resume_alike(session: Session, lane: int, now: datetime) -> int:
    """The same for a lane, and for all lanes of its workspace where it is the workspace that is refused."""
    row = session.execute(select(LaneRow.refused, LaneRow.platform, LaneRow.workspace).where(LaneRow.id == lane)).one_or_none()
    if row is None or row.refused is None:
        return 0
    if row.refused not in WHOLE_WORKSPACE:
        return resume(session, [lane], now)
    return resume_workspace(session, platform=row.platform, workspace=row.workspace, now=now)


def resume_workspace(session: Session, *, platform: str, workspace: str, now: datetime) -> int:
    """Let be said what waits for a token or a permission that is there again."""
    there = select(LaneRow.id).where(LaneRow.platform == platform, LaneRow.workspace == workspace)
    return resume(session, list(session.execute(there.where(LaneRow.refused.in_(WHOLE_WORKSPACE))).scalars()), now)


def resume_all(session: Session, now: datetime) -> int:
    """The same for all workspaces, when a process begins: it may have been given another token."""
    scope.enter(session, scope.SYSTEM)
    refused = select(LaneRow.id).where(LaneRow.refused.in_(WHOLE_WORKSPACE))
    return resume(session, list(session.execute(refused).scalars()), now)


def forget(session: Session, now: datetime) -> int:
    """Wipe what has been parked for a week; in the system's scope."""
    refused = select(LaneRow.id).where(LaneRow.refused.is_not(None))
    old = update(PostRow).where(PostRow.lane_id.in_(refused), *IS_PARKED, PostRow.posted_at < now - KEPT_FOR)
    gone = session.execute(old.values(body=None, why="nobody let it be said").execution_options(synchronize_session=False))
    return int(getattr(gone, "rowcount", 0))

"""Reach: where no post of ours arrives, why, what waits meanwhile, and how it goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.chat.errors import Barrier
from bot.core.outbox import State
from bot.core.ports import Address
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.data.base import Instant, table
from bot.lean import dataclass
from bot.people.rows import IdentityRow, PersonRow, PlaceRow

KEPT_FOR = timedelta(days=7)  # what could not be brought to anybody by then would only puzzle them
FOR_GOOD = {Barrier.MALFORMED, Barrier.CLOSED}  # nobody can do anything about these, so nothing waits for it
WHOLE_WORKSPACE = (Barrier.REVOKED, Barrier.NO_SCOPE)
_lanes, _posts = table(LaneRow), table(PostRow)
_is_stopped = LaneRow.unreachable_since.is_not(None)
_BARRIERS = select(_lanes.c.id, _lanes.c.barrier, _lanes.c.platform, _lanes.c.workspace).where(
    _lanes.c.id.in_(bindparam("lanes", expanding=True))
)
_IS_TOLD = (
    select(_lanes.c.id)
    .where(_lanes.c.platform == bindparam("of"), _lanes.c.workspace == bindparam("where"), _lanes.c.barrier == bindparam("why"))
    .limit(1)
)
_STOP = (
    update(_lanes)
    .where(_lanes.c.id == bindparam("lane"))
    .values(unreachable_since=func.coalesce(_lanes.c.unreachable_since, bindparam("since", type_=Instant())), barrier=bindparam("why"))
)
_is_held = (_posts.c.lane_id.in_(select(_lanes.c.id).where(_lanes.c.unreachable_since.is_not(None))), _posts.c.state == State.HELD.value)
_is_old = _posts.c.posted_at < bindparam("before", type_=Instant())
_is_late = (_posts.c.expires_at < bindparam("now", type_=Instant()), _posts.c.message_id.is_(None))
_WIPE_PARKED = update(_posts).where(_posts.c.state == State.PARKED.value, _posts.c.body.is_not(None), _is_old).values(body=None)
_DROP_LATE = update(_posts).where(*_is_held, *_is_late).values(state=State.DROPPED.value, body=None, why="too late")
_PARK_OLD = update(_posts).where(*_is_held, _is_old).values(state=State.PARKED.value, body=None, why="nobody let it be said")


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody, or a place, whom nothing of ours reaches."""

    name: str
    is_place: bool
    barrier: Barrier
    since: datetime


def stop(session: Session, barriers: Mapping[int, Barrier], now: datetime) -> list[int]:
    """Write down in which lanes nothing arrives, and why; returns those of which nobody was told yet, of a whole workspace the first."""
    if not barriers:
        return []
    connection = scope.connection(session)
    new = []
    for row in connection.execute(_BARRIERS, {"lanes": sorted(barriers)}).all():
        barrier = barriers[row.id]
        if row.barrier == barrier:
            continue
        asked = {"of": row.platform, "where": row.workspace, "why": barrier.value}
        if barrier not in WHOLE_WORKSPACE or connection.execute(_IS_TOLD, asked).first() is None:
            new.append(row.id)
        connection.execute(_STOP, {"lane": row.id, "since": now, "why": barrier.value})
    return new


def go_on(session: Session, lanes: Sequence[int], now: datetime) -> int:
    """The way into these lanes is open again: what is held leaves in its order, as far as it still makes sense; how many posts do."""
    found = 0
    for lane in sorted(lanes):
        opened = update(LaneRow).where(LaneRow.id == lane, _is_stopped).values(unreachable_since=None, barrier=None, next_at=now)
        if _count(session, opened):
            held = update(PostRow).where(PostRow.lane_id == lane, PostRow.state == State.HELD.value)
            found += _count(session, held.values(state=State.READY.value, attempts=0, why=None))
            session.info["queued"] = True
    return found


def go_on_alike(session: Session, lane: int, now: datetime) -> int:
    """The same for a lane, and for all lanes of its workspace where it is the workspace that is refused."""
    row = session.execute(select(LaneRow.barrier, LaneRow.platform, LaneRow.workspace).where(LaneRow.id == lane)).one_or_none()
    if row is None or row.barrier not in WHOLE_WORKSPACE:
        return go_on(session, [lane], now)
    return go_on_in(session, platform=row.platform, workspace=row.workspace, now=now)


def go_on_in(session: Session, *, platform: str, workspace: str, now: datetime) -> int:
    """Let leave what waits for a token or a permission of a workspace that is there again."""
    return go_on(session, _without_access(session, LaneRow.platform == platform, LaneRow.workspace == workspace), now)


def go_on_everywhere(session: Session, now: datetime) -> int:
    """The same for all workspaces, when a process begins: it may have been given another token."""
    scope.enter(session, scope.SYSTEM)
    return go_on(session, _without_access(session), now)


def forget(session: Session, now: datetime) -> None:
    """Wipe what was held or parked for a week, and what makes no sense any more; in the system's scope."""
    for statement in (_WIPE_PARKED, _DROP_LATE, _PARK_OLD):
        scope.execute(session, statement, {"now": now, "before": now - KEPT_FOR})


def missed(session: Session) -> list[Missed]:
    """The present people and open places of the scope that nothing of ours reaches, the longest first."""
    of = (LaneRow.barrier, LaneRow.unreachable_since)
    is_missed = (_is_stopped, LaneRow.barrier != Barrier.MALFORMED.value)  # the next message arrives there
    people = (
        select(PersonRow.name, *of)
        .join(IdentityRow, IdentityRow.id == LaneRow.id)
        .join(PersonRow, PersonRow.id == IdentityRow.person_id)
        .where(*is_missed, PersonRow.left_at.is_(None), IdentityRow.closed_at.is_(None))
    )
    places = select(PlaceRow.name, *of).join(PlaceRow, PlaceRow.id == LaneRow.id).where(*is_missed, PlaceRow.closed_at.is_(None))
    found = [_missed(row, is_place=False) for row in session.execute(people.select_from(LaneRow))]
    found += [_missed(row, is_place=True) for row in session.execute(places.select_from(LaneRow))]
    return sorted(found, key=lambda each: (each.since, each.name))


def places(session: Session, platform: str) -> list[tuple[str, Address]]:
    """The open places on a platform by name, with the way into each; in the scope of the session."""
    lanes = (LaneRow.workspace, LaneRow.external_id, LaneRow.reference)
    query = select(PlaceRow.name, *lanes).select_from(LaneRow).join(PlaceRow, PlaceRow.id == LaneRow.id)
    found = session.execute(query.where(LaneRow.platform == platform, PlaceRow.closed_at.is_(None)).order_by(PlaceRow.id))
    return [(name, Address(workspace, external_id, "place", reference)) for name, workspace, external_id, reference in found]


def _without_access(session: Session, *where: Any) -> list[int]:
    refused = select(LaneRow.id).where(_is_stopped, LaneRow.barrier.in_(WHOLE_WORKSPACE), *where)
    return list(session.execute(refused).scalars())


def _count(session: Session, statement: Any) -> int:
    done = session.execute(statement.execution_options(synchronize_session=False))
    return int(getattr(done, "rowcount", 0))


def _missed(row: Any, *, is_place: bool) -> Missed:
    name, barrier, since = row
    return Missed(name, is_place, Barrier(barrier), since)

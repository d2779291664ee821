"""Reach: where no post of ours arrives, why, and what happens when it can again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.chat.errors import Barrier
from bot.core.outbox import State
from bot.core.ports import Address
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.data.base import Instant, table
from bot.data.scope import BIND
from bot.people.rows import IdentityRow, PersonRow, PlaceRow

_posts, _lanes = table(PostRow), table(LaneRow)
_is_stopped = LaneRow.unreachable_since.is_not(None)
_STOP = (
    update(_lanes)
    .where(_lanes.c.id == bindparam("lane"))
    .values(unreachable_since=func.coalesce(_lanes.c.unreachable_since, bindparam("since", type_=Instant())), barrier=bindparam("why"))
)
_GO_ON = (
    update(_lanes)
    .where(_lanes.c.id == bindparam("lane"), _lanes.c.community_id == bindparam(BIND), _lanes.c.unreachable_since.is_not(None))
    .values(unreachable_since=None, barrier=None, next_at=func.coalesce(_lanes.c.next_at, bindparam("at", type_=Instant())))
    .returning(_lanes.c.id)
)
_RELEASE = (
    update(_posts)
    .where(_posts.c.lane_id == bindparam("lane"), _posts.c.community_id == bindparam(BIND), _posts.c.state == State.HELD.value)
    .values(state=State.READY.value, attempts=0, why=None)
)


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody, or a place, whom nothing of ours reaches."""

    name: str
    is_place: bool
    barrier: Barrier
    since: datetime


def stop(session: Session, barriers: Sequence[tuple[int, Barrier]], now: datetime) -> None:
    """Write down in which lanes nothing arrives any more, and why."""
    told = [{"lane": lane, "since": now, "why": barrier.value} for lane, barrier in barriers]
    if told:
        session.connection().execute(_STOP, told)


def go_on(session: Session, *, community: int, lane: int, now: datetime) -> None:
    """Whoever was out of reach can be written to again: what is held for them leaves, as far as it still makes sense."""
    if scope.execute(session, _GO_ON, {"lane": lane, "at": now, BIND: community}).first() is not None:
        scope.execute(session, _RELEASE, {"lane": lane, BIND: community})


def missed(session: Session) -> list[Missed]:
    """The present people and open places of the scope that nothing of ours reaches, the longest first."""
    people = (
        select(PersonRow.name, LaneRow.barrier, LaneRow.unreachable_since)
        .join(IdentityRow, IdentityRow.id == LaneRow.id)
        .join(PersonRow, PersonRow.id == IdentityRow.person_id)
        .where(_is_stopped, PersonRow.left_at.is_(None), IdentityRow.closed_at.is_(None))
    )
    places = (
        select(PlaceRow.name, LaneRow.barrier, LaneRow.unreachable_since)
        .join(PlaceRow, PlaceRow.id == LaneRow.id)
        .where(_is_stopped, PlaceRow.closed_at.is_(None))
    )
    found = [_missed(row, is_place=False) for row in session.execute(people.select_from(LaneRow))]
    found += [_missed(row, is_place=True) for row in session.execute(places.select_from(LaneRow))]
    return sorted(found, key=lambda each: (each.since, each.name))


def places(session: Session, platform: str) -> list[tuple[str, Address]]:
    """The open places on a platform by name, with the way into each; in the scope of the session."""
    lanes = (LaneRow.workspace, LaneRow.external_id, LaneRow.reference)
    query = select(PlaceRow.name, *lanes).select_from(LaneRow).join(PlaceRow, PlaceRow.id == LaneRow.id)
    found = session.execute(query.where(LaneRow.platform == platform, PlaceRow.closed_at.is_(None)).order_by(PlaceRow.id))
    return [(name, Address(workspace, external_id, "place", reference)) for name, workspace, external_id, reference in found]


def _missed(row: Any, *, is_place: bool) -> Missed:
    name, barrier, since = row
    return Missed(name, is_place, Barrier(barrier), since)

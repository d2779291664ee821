"""Lanes: whose conversation is next, who holds it, and when it goes on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    case,
    column,
    func,
    literal,
    or_,
    select,
    true,
    update,
    values,
)

from bot.core import leases
from bot.core.outbox import State
from bot.core.rows import LaneRow, PostRow
from bot.data import prepared
from bot.data.among import among
from bot.data.base import Instant, table
from bot.data.bulk import Bulk, Value
from scheduler import setback

LEASE = leases.LEASE  # longer than a send may take
AT_ONCE = 3  # what a conversation may say at once after it was quiet; then it keeps its pace

_posts, _lanes = table(PostRow), table(LaneRow)
_now = bindparam("now", type_=Instant())

is_unsettled = or_(*(_posts.c.state == state.value for state in (State.READY, State.SENDING, State.UNKNOWN)))


class Held(NamedTuple):
    """A lane in our hands: until when it is ours, in real time, when its pace lets it speak, and how much it said meanwhile."""

    lane: int
    until: datetime
    begins_until: float  # seconds since the epoch: what is said later may not come back within the lease
    free_at: datetime | None = None
    said: int = 0

    def may_speak(self) -> bool:
        """Whether what is said now comes back within the lease."""
        return time.time() < self.begins_until

    def may_go_on(self, now: datetime, until: datetime) -> bool:
        """Whether its next post may leave before others have their turn, in a lease that lasts until then."""
        return self.said < AT_ONCE and (self.free_at is None or self.free_at <= now) and self.until > until


class Tempo:
    """How conversations go on in which something was said at this instant: some may leave at once, then each at its pace."""

    def __init__(self, now: datetime, pace: timedelta) -> None:
        self._pace = pace
        self._quiet_since = now - pace * (AT_ONCE - 1)
        self._latest = now + setback.WAITS

    def after(self, held: Held) -> Held:
        """The lane after a post."""
        since = held.free_at
        if since is None or not self._quiet_since <= since <= self._latest:  # quiet for a while, or by a clock that was set back
            since = self._quiet_since
        return Held(held.lane, held.until, held.begins_until, since + self._pace, held.said + 1)


def waits_until(at: Any) -> Any:
    """What is to be said in a lane by then: a post with words, neither held nor parked, whose time has come."""
    is_time = or_(_posts.c.not_before.is_(None), _posts.c.not_before <= at)
    return and_(_posts.c.lane_id == _lanes.c.id, _posts.c.body.is_not(None), is_unsettled, is_time)


@lru_cache
def next_at(platforms: tuple[str, ...]) -> Select[Any]:
    """When the next lane of these platforms wants to speak, be it in somebody's hands or not."""
    is_theirs = func.coalesce(_lanes.c.platform, "").in_([literal(each) for each in platforms])  # by the index of `next_at` alone
    return select(_lanes.c.next_at).where(_lanes.c.next_at.is_not(None), is_theirs).order_by(_lanes.c.next_at).limit(1)


def _is_free(lanes: Any) -> Any:
    """Nobody holds it any more."""
    return or_(lanes.c.leased_until.is_(None), leases.is_over(lanes.c.leased_until))


@lru_cache
def due(dialect: str, platforms: tuple[str, ...]) -> Select[Any]:
    """Lanes that may speak now and that nobody holds: of every workspace that has some the same number, those that wait longest."""
    each = _lanes.alias("each")
    wants = each.c.next_at.is_not(None)
    served = values(column("platform", String), name="served").data([(platform,) for platform in platforms]).cte("of")
    least = select(func.min(each.c.workspace)).where(each.c.platform == served.c.platform, wants).scalar_subquery()
    first = select(served.c.platform, least.label("workspace")).cte("heads", recursive=True)
    is_further = and_(each.c.platform == first.c.platform, each.c.workspace > first.c.workspace)
    following = select(func.min(each.c.workspace)).where(is_further, wants).scalar_subquery()
    heads = first.union_all(select(first.c.platform, following).where(first.c.workspace.is_not(None)))
    is_there = and_(each.c.platform == heads.c.platform, each.c.workspace == heads.c.workspace)
    earliest = select(each.c.next_at).where(is_there, wants, _is_free(each)).order_by(each.c.next_at).limit(1).scalar_subquery()
    busy = select(heads.c.platform, heads.c.workspace).where(earliest <= _now).order_by(func.random()).cte("busy")
    limit = bindparam("limit", type_=BigInteger())
    even = limit // func.nullif(func.count(), 0)
    share = select(case((even > 0, even), else_=1)).select_from(busy).scalar_subquery()
    is_theirs = and_(_lanes.c.platform == busy.c.platform, _lanes.c.workspace == busy.c.workspace)
    theirs = select(_lanes.c.id).where(is_theirs, _lanes.c.next_at <= _now, _is_free(_lanes)).order_by(_lanes.c.next_at).limit(share)
    if dialect == "sqlite":
        other = _lanes.alias("other")
        return select(other.c.id).select_from(busy.join(other, other.c.id.in_(theirs.correlate(busy)))).limit(limit)
    longest = theirs.with_for_update(skip_locked=True).correlate(busy).lateral("longest")
    return select(longest.c.id).select_from(busy.join(longest, true())).limit(limit)


_LEASE = update(_lanes).where(among(_lanes.c.id, "lanes")).values(leased_until=bindparam("until", type_=Instant()), lease=bindparam("mark"))
_LOCK = select(_lanes.c.id, _lanes.c.lease).where(among(_lanes.c.id, "lanes")).order_by(_lanes.c.id).with_for_update()


def _release(given: Value) -> Any:
    """What was posted meanwhile is seen: whoever posts takes the lane's lock first, and so did we, in a statement before this one."""
    waiting = select(_posts.c.id).where(waits_until(given("may_leave_at"))).correlate_except(_posts).exists()
    # an edit that came too soon after the one before holds up nothing else in its lane
    edits = select(func.min(_posts.c.not_before)).where(_posts.c.lane_id == _lanes.c.id, _posts.c.body.is_not(None), is_unsettled)
    later = edits.correlate_except(_posts).scalar_subquery()
    return (
        update(_lanes)
        .where(_lanes.c.id == given("lane"), _lanes.c.lease == given("mark"))
        .values(
            leased_until=None,
            lease=None,
            next_at=case((waiting, given("may_leave_at")), else_=later),
            free_at=func.coalesce(given("new_free_at"), _lanes.c.free_at),
        )
    )


_RELEASE = Bulk({"lane": BigInteger(), "mark": BigInteger(), "may_leave_at": Instant(), "new_free_at": Instant()}, _release)


def look(connection: Connection, platforms: tuple[str, ...]) -> datetime | None:
    """When the next lane of these platforms wants to speak."""
    at: datetime | None = prepared.execute(connection, next_at(platforms), {}).scalar() if platforms else None
    return at


def claim(connection: Connection, platforms: tuple[str, ...], now: datetime, mark: int, limit: int) -> list[Held]:
    """Lease lanes of these platforms that may speak now, for real time."""
    if limit < 1 or not platforms:
        return []
    real = datetime.now(UTC)
    asked = {"now": now, "limit": limit} | leases.asked(real)
    lanes = sorted(prepared.execute(connection, due(connection.dialect.name, platforms), asked).scalars())
    if lanes:
        prepared.execute(connection, _LEASE, {"lanes": lanes, "until": real + LEASE, "mark": mark})
    begins_until = (real + LEASE * 2 / 3).timestamp()  # the rest is for what a send may take
    return [Held(lane, real + LEASE, begins_until) for lane in lanes]


def lock(connection: Connection, lanes: Sequence[int], mark: int) -> set[int]:
    """Lock lanes in their order, before they are let go; which of them are ours still."""
    if not lanes:
        return set()
    return {row.id for row in prepared.execute(connection, _LOCK, {"lanes": sorted(lanes)}) if row.lease == mark}


def release(connection: Connection, mark: int, held: Iterable[tuple[Held, datetime]]) -> None:
    """Let lanes go; each may go on at an instant, or when something comes."""
    _RELEASE.run(connection, [(each.lane, mark, at, each.free_at) for each, at in held])

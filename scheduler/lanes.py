"""Lanes: whose conversation is next, who holds it, and when it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Select, and_, bindparam, case, func, or_, select, true, update

from bot.core.outbox import State
from bot.core.rows import LaneRow, PostRow
from bot.data import prepared
from bot.data.among import among
from bot.data.base import Instant, table
from bot.data.bulk import Bulk, Given

LEASE = timedelta(seconds=60)  # longer than a send may take, so that a lease that ran out means a process that died
AT_ONCE = 3  # what a conversation may say at once after it was quiet; then it keeps its pace

_posts, _lanes = table(PostRow), table(LaneRow)
_now, _real = bindparam("now", type_=Instant()), bindparam("real", type_=Instant())

is_unsettled = or_(*(_posts.c.state == state.value for state in (State.READY, State.SENDING, State.UNKNOWN)))
NEXT_AT = select(_lanes.c.next_at).where(_lanes.c.next_at.is_not(None)).order_by(_lanes.c.next_at).limit(1)


class Held(NamedTuple):
    """A lane in our hands: until when it is ours, in real time, when its pace lets it speak, and how much it said meanwhile."""

    lane: int
    until: datetime
    free_at: datetime | None = None
    said: int = 0

    def having_spoken(self, now: datetime, pace: timedelta) -> Held:
        """The lane after a post: some may leave at once, then each at its pace."""
        quiet_since = now - pace * (AT_ONCE - 1)
        return Held(self.lane, self.until, max(self.free_at or quiet_since, quiet_since) + pace, self.said + 1)

    def may_speak(self) -> bool:
        """Whether what is said now comes back within the lease."""
        return self.until - datetime.now(UTC) > LEASE / 3

    def may_go_on(self, now: datetime) -> bool:
        """Whether its next post may leave before others have their turn, well within the lease."""
        is_free = self.free_at is None or self.free_at <= now
        return is_free and self.said < AT_ONCE and self.until - datetime.now(UTC) > LEASE / 2


def waits_until(at: Any) -> Any:
    """What is to be said in a lane by then: a post with words, neither held nor parked, whose time has come."""
    is_time = or_(_posts.c.not_before.is_(None), _posts.c.not_before <= at)
    return and_(_posts.c.lane_id == _lanes.c.id, _posts.c.body.is_not(None), is_unsettled, is_time)


def _is_free(lanes: Any) -> Any:
    return or_(lanes.c.leased_until.is_(None), lanes.c.leased_until < _real)


def _due() -> dict[str, Select[Any]]:
    """Lanes that may speak now and that nobody holds: of every workspace that has some the same number, those that wait longest."""
    each = _lanes.alias("each")
    of_all = each.c.next_at.is_not(None)
    first = select(func.min(each.c.workspace).label("workspace")).where(of_all).cte("heads", recursive=True)
    following = select(func.min(each.c.workspace)).where(each.c.workspace > first.c.workspace, of_all).scalar_subquery()
    heads = first.union_all(select(following).where(first.c.workspace.is_not(None)))
    earliest = select(each.c.next_at).where(each.c.workspace == heads.c.workspace, of_all, _is_free(each))
    earliest = earliest.order_by(each.c.next_at).limit(1)
    busy = select(heads.c.workspace).where(earliest.scalar_subquery() <= _now).order_by(func.random()).cte("busy")
    limit = bindparam("limit", type_=BigInteger())
    share = select(func.coalesce(1 + limit // func.nullif(func.count(), 0), 1)).select_from(busy).scalar_subquery()
    theirs = select(_lanes.c.id).where(_lanes.c.workspace == busy.c.workspace, _lanes.c.next_at <= _now, _is_free(_lanes))
    theirs = theirs.order_by(_lanes.c.next_at).limit(share)
    longest = theirs.with_for_update(skip_locked=True).correlate(busy).lateral("longest")
    other = _lanes.alias("other")
    return {
        "postgresql": select(longest.c.id).select_from(busy.join(longest, true())).limit(limit),
        "sqlite": select(other.c.id).select_from(busy.join(other, other.c.id.in_(theirs.correlate(busy)))).limit(limit),
    }


DUE = _due()
_LEASE = update(_lanes).where(among(_lanes.c.id, "lanes")).values(leased_until=bindparam("until", type_=Instant()), lease=bindparam("mark"))
_LOCK = select(_lanes.c.id, _lanes.c.lease).where(among(_lanes.c.id, "lanes")).order_by(_lanes.c.id).with_for_update()


def _release(given: Given) -> Any:
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


def claim(connection: Connection, now: datetime, mark: int, limit: int) -> list[Held]:
    """Lease lanes that may speak now, for real time."""
    if limit < 1:
        return []
    real = datetime.now(UTC)
    due = DUE[connection.dialect.name]
    lanes = sorted(prepared.execute(connection, due, {"now": now, "real": real, "limit": limit}).scalars())
    if lanes:
        prepared.execute(connection, _LEASE, {"lanes": lanes, "until": real + LEASE, "mark": mark})
    return [Held(lane, real + LEASE) for lane in lanes]


def lock(connection: Connection, lanes: Sequence[int], mark: int) -> set[int]:
    """Lock lanes in their order, before they are let go; which of them are ours still."""
    if not lanes:
        return set()
    return {row.id for row in prepared.execute(connection, _LOCK, {"lanes": sorted(lanes)}) if row.lease == mark}


def release(connection: Connection, mark: int, held: Iterable[tuple[Held, datetime]]) -> None:
    """Let lanes go; each may go on at an instant, or when something comes."""
    rows = [{"lane": each.lane, "mark": mark, "may_leave_at": at, "new_free_at": each.free_at} for each, at in held]
    _RELEASE.run(connection, rows)

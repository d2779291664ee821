"""How the machine stands: what waits, since when, and whether that is too long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import metrics
from bot.core.findings import Finding
from bot.core.outbox import State
from bot.core.rows import LaneRow, LaterRow, PostRow, RhythmRow
from bot.data import scope
from bot.data.base import table
from bot.lean import dataclass
from scheduler.outcomes import Result

TOO_LATE = timedelta(minutes=5)  # what a restart, or the lease of a process that died, explains is shorter
NONE = timedelta(0)

_posts, _lanes, _laters, _rhythms = (table(row) for row in (PostRow, LaneRow, LaterRow, RhythmRow))
_LANE = select(_lanes.c.next_at).where(_lanes.c.next_at.is_not(None)).order_by(_lanes.c.next_at).limit(1)
_RHYTHM = select(_rhythms.c.next_at).order_by(_rhythms.c.next_at).limit(1)
_LATER = select(_laters.c.due_at).where(_laters.c.due_at.is_not(None)).order_by(_laters.c.due_at).limit(1)
_UNSAID = (
    select(_posts.c.state, func.count().label("number")).where(_posts.c.body.is_not(None)).group_by(_posts.c.state)
)  # by the index of what has words still: it waits, or is parked and may be tried again
_LATERS = select(_laters.c.due_at.is_(None).label("is_parked"), func.count().label("number")).group_by("is_parked")
_PARKED = select(func.count()).select_from(_posts).where(_posts.c.state == State.PARKED.value)
UNSAID = (State.READY, State.SENDING, State.UNKNOWN, State.HELD, State.PARKED)


@dataclass(frozen=True, slots=True)
class Ages:
    """How long what waits longest has waited, whichever process it waits for."""

    outbox: timedelta
    tick: timedelta
    laters: timedelta

    def findings(self) -> list[Finding]:
        """Whether somebody takes it up."""
        what = {"outbox": "what may leave", "tick": "what is due", "laters": "what is to be computed"}
        ages = {"outbox": self.outbox, "tick": self.tick, "laters": self.laters}
        return [timely(f"{name}: {what[name]}", age) for name, age in ages.items()]


def ages(session: Session, now: datetime) -> Ages:
    """How it stands now; lanes and rhythms are due in domain time, computations in real time."""
    scope.enter(session, scope.SYSTEM)
    lane, rhythm, later = (scope.connection(session).execute(query).scalar() for query in (_LANE, _RHYTHM, _LATER))
    return Ages(_since(lane, now), _since(rhythm, now), _since(later, datetime.now(UTC)))


def timely(what: str, age: timedelta, longest: timedelta = TOO_LATE) -> Finding:
    """Whether something has not waited too long."""
    return Finding(age <= longest, f"{what} has waited {age.total_seconds():.0f} s")


def show(session: Session, now: datetime) -> None:
    """Put what waits where Prometheus sees it."""
    found, connection = ages(session, now), scope.connection(session)
    metrics.OUTBOX_AGE.set(found.outbox.total_seconds())
    metrics.TICK_LAG.set(found.tick.total_seconds())
    unsaid = {row.state: row.number for row in connection.execute(_UNSAID)}
    for state in UNSAID:
        metrics.OUTBOX.labels(state.value).set(unsaid.get(state.value, 0))
    laters = {bool(row.is_parked): row.number for row in connection.execute(_LATERS)}
    metrics.LATERS.labels("waiting").set(laters.get(False, 0))
    metrics.LATERS.labels("parked").set(laters.get(True, 0))


def parked(session: Session) -> tuple[int, int]:
    """How many posts and laters were given up; looks at all posts, so nothing that runs often asks for it."""
    scope.enter(session, scope.SYSTEM)
    connection = scope.connection(session)
    laters = {bool(row.is_parked): row.number for row in connection.execute(_LATERS)}
    return int(connection.execute(_PARKED).scalar_one()), laters.get(True, 0)


def count(results: Sequence[Result]) -> None:
    """Count what came back from delivery."""
    for platform, number in Counter([result.post.platform for result in results if result.is_sent]).items():
        metrics.POSTS.labels(platform, "sent").inc(number)
    for result in results:
        if not result.is_sent:
            metrics.POSTS.labels(result.post.platform, _outcome(result)).inc()


def _outcome(result: Result) -> str:
    """Of one that does not stand there."""
    if result.is_dropped:
        return "dropped"
    if result.is_for_good:
        return "parked"
    if result.is_held:
        return "held"
    return "unknown" if result.is_unclear else "retried"


def _since(at: Any, now: datetime) -> timedelta:
    return max(NONE, now - at) if at is not None else NONE

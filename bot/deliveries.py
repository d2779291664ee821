"""What an operator sees and does: what waits to be said or handled, and what was delivered; never a word of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from bot.core import reach
from bot.core.outbox import State
from bot.core.rows import InboxRow, LaneRow, PostRow
from bot.data import scope
from bot.lean import dataclass
from bot.people.rows import CommunityRow, PlaceRow

WAITING = (State.READY, State.SENDING, State.UNKNOWN, State.HELD, State.PARKED)
NAMES = {State.READY: "waiting", State.SENDING: "waiting"}
A_PERSON = "a person"
MOST = 500
_UNSYNCHRONISED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Post:
    """A message that has not been said."""

    id: int
    community: str
    to: str
    platform: str
    kind: str
    state: str
    since: datetime
    attempts: int
    why: str


@dataclass(frozen=True, slots=True)
class Request:
    """Something that came in and is not handled, or not answered."""

    id: int
    platform: str
    workspace: str
    kind: str
    state: str
    since: datetime
    attempts: int
    why: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message that was said: to whom kind of conversation, when, and so many seconds after it was due."""

    at: datetime
    community: str
    platform: str
    to: str
    kind: str
    late: float
    attempts: int


@dataclass(frozen=True, slots=True)
class Which:
    """Of which posts an operator speaks; what is None leaves nothing out."""

    state: str | None = None
    community: str | None = None
    place: str | None = None
    kind: str | None = None


ALL = Which()


def outbox(session: Session, which: Which = ALL, limit: int = MOST) -> list[Post]:
    """The posts that have not been said, those that wait longest first."""
    scope.enter(session, scope.SYSTEM)
    states = [state.value for state in WAITING if which.state in (None, NAMES.get(state, state.value))]
    columns = (PostRow.id, CommunityRow.name.label("community"), PlaceRow.name.label("place"), LaneRow.platform, PostRow.kind)
    query: Any = (
        select(*columns, PostRow.state, PostRow.posted_at, PostRow.attempts, PostRow.why, LaneRow.barrier)
        .join(LaneRow, LaneRow.id == PostRow.lane_id)
        .join(CommunityRow, CommunityRow.id == PostRow.community_id)
        .outerjoin(PlaceRow, PlaceRow.id == PostRow.lane_id)
        .where(PostRow.state.in_(states))
        .order_by(PostRow.posted_at, PostRow.id)
    )
    if which.community is not None:
        query = query.where(_is_called(which.community))
    if which.place is not None:
        query = query.where(PlaceRow.id.is_(None) if which.place == A_PERSON else PlaceRow.name == which.place)
    if which.kind is not None:
        query = query.where(PostRow.kind == which.kind)
    return [
        Post(
            id=row.id,
            community=row.community,
            to=row.place if row.place is not None else A_PERSON,
            platform=row.platform,
            kind=row.kind,
            state=NAMES.get(State(row.state), row.state),
            since=row.posted_at,
            attempts=row.attempts,
            why=row.why or row.barrier or "",
        )
        for row in session.execute(query.limit(limit))
    ]


def retry_posts(session: Session, posts: Sequence[int] | None, now: datetime) -> int:
    """Let parked and held posts try again, all of them or these; whose words are gone stay where they are. How many do."""
    found = _locked(session, posts, (State.PARKED, State.HELD))
    again = [post.id for post in found if post.body is not None]
    lanes = sorted({post.lane_id for post in found if post.body is not None})
    reach.go_on(session, lanes, now)
    values = {"state": State.READY.value, "attempts": 0, "why": None, "not_before": None}
    session.execute(update(PostRow).where(PostRow.id.in_(again)).values(**values), execution_options=_UNSYNCHRONISED)
    session.execute(update(LaneRow).where(LaneRow.id.in_(lanes)).values(next_at=now), execution_options=_UNSYNCHRONISED)
    return len(again)


def drop_posts(session: Session, posts: Sequence[int] | None) -> int:
    """Give posts up, all that are parked or held, or these; what is being said just now cannot be. How many were."""
    states = (State.PARKED, State.HELD) if posts is None else (State.READY, State.UNKNOWN, State.PARKED, State.HELD)
    found = [post.id for post in _locked(session, posts, states)]
    values = {"state": State.DROPPED.value, "body": None, "why": "dropped by the operator"}
    session.execute(update(PostRow).where(PostRow.id.in_(found)).values(**values), execution_options=_UNSYNCHRONISED)
    return len(found)


def _locked(session: Session, posts: Sequence[int] | None, states: Sequence[State]) -> Sequence[PostRow]:
    """Posts in these states, with their lanes locked first, in the order in which delivery locks them."""
    scope.enter(session, scope.SYSTEM)
    query = select(PostRow).where(PostRow.state.in_([state.value for state in states]))
    if posts is not None:
        query = query.where(PostRow.id.in_(list(posts)))
    lanes = sorted({post.lane_id for post in session.execute(query).scalars()})
    session.execute(select(LaneRow.id).where(LaneRow.id.in_(lanes)).order_by(LaneRow.id).with_for_update())
    session.expire_all()
    return session.execute(query).scalars().all()


def inbox(session: Session, limit: int = MOST) -> list[Request]:
    """What came in and is not handled or answered, what waits longest first."""
    scope.enter(session, scope.SYSTEM)
    real = datetime.now(UTC)
    rows = session.execute(select(InboxRow).order_by(InboxRow.id).limit(limit)).scalars()
    return [
        Request(row.id, row.platform, row.workspace, row.kind, _state(row, real), row.stored_at, row.attempts, row.why or "")
        for row in rows
    ]


def _state(row: InboxRow, real: datetime) -> str:
    if row.due_at is None:
        return "parked"
    if row.answer is not None:
        return "unanswered"
    return "under way" if row.due_at > real else "waiting"


def retry_requests(session: Session, requests: Sequence[int] | None) -> int:
    """Let what is parked be handled, all of it or these."""
    scope.enter(session, scope.SYSTEM)
    real = datetime.now(UTC)
    again = update(InboxRow).where(InboxRow.due_at.is_(None), *_these(requests))
    return _count(session, again.values(due_at=real, stored_at=real, lease=None, attempts=0, why=None))


def drop_requests(session: Session, requests: Sequence[int] | None) -> int:
    """Give up what is parked, all of it or these, whatever somebody asked for by it."""
    scope.enter(session, scope.SYSTEM)
    return _count(session, delete(InboxRow).where(InboxRow.due_at.is_(None), *_these(requests)))


def audit(
    session: Session, now: datetime, day: date | None = None, community: str | None = None, kind: str | None = None
) -> Iterator[Delivered]:
    """What was delivered on a day of each community, or within the last 24 hours, the earliest first."""
    scope.enter(session, scope.SYSTEM)
    homes = select(CommunityRow).order_by(CommunityRow.name, CommunityRow.id)
    if community is not None:
        homes = homes.where(_is_called(community))
    for home in session.execute(homes).scalars().all():
        begins, ends = _bounds(day, ZoneInfo(home.zone), now)
        query = (
            select(PostRow.sent_at, PostRow.posted_at, PostRow.kind, PostRow.attempts, LaneRow.platform, LaneRow.kind.label("to"))
            .join(LaneRow, and_(LaneRow.id == PostRow.lane_id, LaneRow.community_id == home.id))
            .where(PostRow.state == State.SENT.value, PostRow.sent_at >= begins, PostRow.sent_at < ends)
            .order_by(PostRow.sent_at, PostRow.id)
        )
        if kind is not None:
            query = query.where(PostRow.kind == kind)
        for row in session.execute(query):
            late = max(0.0, (row.sent_at - row.posted_at).total_seconds())
            to = "place" if row.to == "place" else "person"
            yield Delivered(row.sent_at, home.name, row.platform, to, row.kind, round(late, 3), row.attempts)


def _bounds(day: date | None, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    if day is None:
        return now - timedelta(days=1), now + timedelta(seconds=1)
    begins, ends = (datetime.combine(on, time(), zone).astimezone(UTC) for on in (day, day + timedelta(days=1)))
    return begins, ends


def _is_called(community: str) -> Any:
    return CommunityRow.id == int(community) if community.isdecimal() else CommunityRow.name == community


def _these(rows: Sequence[int] | None) -> tuple[Any, ...]:
    return () if rows is None else (InboxRow.id.in_(list(rows)),)


def _count(session: Session, statement: Any) -> int:
    return int(getattr(session.execute(statement, execution_options=_UNSYNCHRONISED), "rowcount", 0))

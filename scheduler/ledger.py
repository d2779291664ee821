"""The ledger of posts: what may leave now, what became of it, and what follows for its lane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Boolean, Connection, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from bot.chat import wire
from bot.chat.errors import Barrier
from bot.chat.message import Message
from bot.core import reach
from bot.core.outbox import BODY, Kind, State, token_of
from bot.core.ports import Address, Allowance
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.data.base import Instant, table
from bot.data.vault import CannotOpen, Vault
from bot.people.rows import IdentityRow
from scheduler.allowances import EDITS, POSTS, Workspace, turns

LEASE = timedelta(seconds=60)  # longer than a send may take, so that a lease that ran out means a process that died
UNKNOWN_FOR = timedelta(seconds=90)  # after that no platform still delivers what it had accepted
ATTEMPTS = 30

log = structlog.get_logger()
_posts, _lanes = table(PostRow), table(LaneRow)

_DUE_LANES = (
    select(_lanes.c.id)
    .where(_lanes.c.next_at <= bindparam("now"), or_(_lanes.c.leased_until.is_(None), _lanes.c.leased_until < bindparam("real")))
    .order_by(_lanes.c.next_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_NEXT_AT = select(_lanes.c.next_at).where(_lanes.c.next_at.is_not(None)).order_by(_lanes.c.next_at).limit(1)
_LEASE = update(_lanes).where(_lanes.c.id == bindparam("lane")).values(leased_until=bindparam("until"), lease=bindparam("mark"))
_is_unsettled = or_(*(_posts.c.state == state.value for state in (State.READY, State.SENDING, State.UNKNOWN)))
_next_post = (
    select(_posts.c.id)
    .where(_posts.c.lane_id == _lanes.c.id, _is_unsettled, or_(_posts.c.not_before.is_(None), _posts.c.not_before <= bindparam("now")))
    .order_by(_posts.c.turn)
    .limit(1)
    .correlate(_lanes)
    .scalar_subquery()
)
_FIRST_POSTS = (
    select(_posts, _lanes.c.platform, _lanes.c.workspace, _lanes.c.external_id, _lanes.c.kind.label("lane_kind"), _lanes.c.reference)
    .add_columns(_lanes.c.has_turn.label("lane_has_turn"), _lanes.c.barrier)
    .select_from(_lanes)
    .join(_posts, _posts.c.id == _next_post)
    .where(_lanes.c.id.in_(bindparam("lanes", expanding=True)))
)
_SEND = (
    update(_posts)
    .where(_posts.c.id == bindparam("post"))
    .values(
        state=State.SENDING.value,
        attempts=_posts.c.attempts + 1,
        has_turn=False,
        tried_at=case((_posts.c.state == State.UNKNOWN.value, _posts.c.tried_at), else_=bindparam("at", type_=Instant())),
    )
)
_WAIT = update(_posts).where(_posts.c.id == bindparam("post")).values(not_before=bindparam("until", type_=Instant()), has_turn=True)
_SETTLE = (
    update(_posts)
    .where(_posts.c.id == bindparam("post"))
    .values(
        state=case((_posts.c.revision == bindparam("seen_revision"), bindparam("new_state")), else_=bindparam("changed_state")),
        body=case((_posts.c.revision == bindparam("seen_revision"), bindparam("new_body")), else_=_posts.c.body),
        message_id=case(
            (bindparam("is_gone", type_=Boolean()), None), else_=func.coalesce(bindparam("new_message_id"), _posts.c.message_id)
        ),
        sent_at=bindparam("new_sent_at"),
        why=bindparam("new_why"),
    )
)
_TAKE_TURN = update(_lanes).where(_lanes.c.id == bindparam("lane")).values(has_turn=True)
_SPEND_TURN = update(_lanes).where(_lanes.c.id == bindparam("lane")).values(has_turn=False)
_is_of_lane = _posts.c.lane_id == bindparam("lane")
_LET_TRY = update(_posts).where(_is_of_lane, _posts.c.state == State.HELD.value).values(state=State.READY.value, attempts=0)
_HOLD_REST = (  # but for what one member says to another: they hear of each
    update(_posts)
    .where(_is_of_lane, _posts.c.state == State.READY.value, _posts.c.kind != Kind.PERSONAL.value)
    .values(state=State.HELD.value, why=bindparam("because"))
)
_may_leave_at = bindparam("at", type_=Instant())
_waiting = (
    select(_posts.c.id)
    .where(_posts.c.lane_id == _lanes.c.id, _is_unsettled, or_(_posts.c.not_before.is_(None), _posts.c.not_before <= _may_leave_at))
    .correlate(_lanes)
    .exists()
)
_next_edit = (  # an edit that came too soon after the one before holds up nothing else in its lane
    select(func.min(_posts.c.not_before)).where(_posts.c.lane_id == _lanes.c.id, _is_unsettled).correlate(_lanes).scalar_subquery()
)
_RELEASE = (
    update(_lanes)
    .where(_lanes.c.id == bindparam("lane"), _lanes.c.lease == bindparam("mark"))
    .values(leased_until=None, lease=None, next_at=case((_waiting, _may_leave_at), else_=_next_edit))
)
_LOCK = select(_lanes.c.id).where(_lanes.c.id.in_(bindparam("lanes", expanding=True))).order_by(_lanes.c.id).with_for_update()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A post that this process may send now."""

    id: int
    lane: int
    platform: str
    address: Address
    message: Message = field(repr=False)
    revision: int
    attempts: int
    message_id: str | None
    body: bytes = field(repr=False)
    kind: Kind = Kind.NEWS
    tried_at: datetime | None = None
    expires_at: datetime | None = None
    is_unknown: bool = False
    spends_turn: bool = False
    was_unreachable: bool = False
    is_pinned: bool = False
    is_inviting: bool = False

    @property
    def token(self) -> str:
        """What identifies the post in the platform's own metadata."""
        return token_of(self.id, self.revision)


@dataclass(frozen=True, slots=True)
class Claim:
    """Posts to send, and how many others were passed over for good."""

    posts: Sequence[Claimed]
    passed: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a claimed post."""

    post: Claimed
    message_id: str | None = None
    reference: dict[str, Any] | None = None
    retry_after: timedelta | None = None
    is_unclear: bool = False
    is_dropped: bool = False
    is_gone: bool = False  # what stood there was taken away: it is posted anew
    barrier: Barrier | None = None
    why: str | None = None

    @property
    def is_for_good(self) -> bool:
        """Whether it is not tried again; what one member says to another is given back at once, and waits for nobody."""
        if self.barrier is not None:
            return self.barrier in reach.FOR_GOOD or self.post.kind is Kind.PERSONAL
        return self.retry_after is not None and not self.is_unclear and self.post.attempts >= ATTEMPTS

    @property
    def may_be_retried(self) -> bool:
        """Whether its words are kept for a while once it is parked; what one member says to another was given back."""
        return self.barrier is not Barrier.CLOSED and self.post.kind is not Kind.PERSONAL

    @property
    def is_held(self) -> bool:
        """Whether it waits until somebody acts."""
        return self.barrier is not None and not self.is_for_good

    @property
    def opens(self) -> bool:
        """Whether it arrived where others had not."""
        return self.post.was_unreachable and self.message_id is not None


class Ledger:
    """Units over posts and lanes; all of them run in the system's scope."""

    def next_at(self, session: Session) -> datetime | None:
        """When the next lane that nobody has leased wants to speak."""
        scope.enter(session, scope.SYSTEM)
        next_at: datetime | None = scope.execute(session, _NEXT_AT, {}).scalar()
        return next_at

    def claim(
        self,
        session: Session,
        now: datetime,
        lease: int,
        limit: int,
        edits: Mapping[str, Allowance],
        shares: Mapping[str, Allowance] | None = None,
    ) -> Claim:
        """Lease due lanes and take the first post of each; leases and their end are real time.

        `edits` and `shares` are what platforms take of edits and of posts in a workspace.
        """
        scope.enter(session, scope.SYSTEM)
        real = datetime.now(UTC)
        connection = scope.connection(session)
        lanes = sorted(connection.execute(_DUE_LANES, {"now": now, "real": real, "limit": limit}).scalars())
        if not lanes:
            return Claim((), 0)
        connection.execute(_LEASE, [{"lane": lane, "until": real + LEASE, "mark": lease} for lane in lanes])
        vault: Vault = session.info["vault"]
        posts, passed, idle = [], 0, dict.fromkeys(lanes, now)
        first = connection.execute(_FIRST_POSTS, {"lanes": lanes, "now": now}).all()
        if stopped := [row.lane_id for row in first if row.barrier is not None and row.state == State.READY]:
            connection.execute(_LET_TRY, [{"lane": lane} for lane in stopped])  # what waited longest is what is tried
            first = connection.execute(_FIRST_POSTS, {"lanes": lanes, "now": now}).all()
        waiting = _let_wait(connection, first, now, edits)
        queueing = _let_queue(connection, first, now, shares or {})
        for row in first:
            if row.id in waiting:
                passed += 1
                continue
            if row.id in queueing:
                passed += 1
                idle[row.lane_id] = queueing[row.id]
                continue
            if (settled := _without_sending(row, now)) is not None:
                passed += 1
                state, again_at, keeps_body = settled
                changed = {"state": state} if keeps_body else {"state": state, "body": None}
                connection.execute(update(_posts).where(_posts.c.id == row.id).values(**changed))
                idle[row.lane_id] = again_at
                continue
            try:
                posts.append(_claimed(row, vault))
            except (CannotOpen, ValueError, KeyError, TypeError) as error:  # a lost key, a version of the future: it stops nobody else
                log.warning("post cannot be read", post=row.id, why=type(error).__name__)
                connection.execute(update(_posts).where(_posts.c.id == row.id).values(state=State.PARKED.value, why=type(error).__name__))
                passed += 1
                continue
            del idle[row.lane_id]
        if posts:
            connection.execute(_SEND, [{"post": post.id, "at": now} for post in posts])
            if spent := [{"lane": post.lane} for post in posts if post.spends_turn]:
                connection.execute(_SPEND_TURN, spent)
        if idle:
            connection.execute(_RELEASE, [{"lane": lane, "mark": lease, "at": at} for lane, at in idle.items()])
        return Claim(posts, passed)

    def settle(self, session: Session, results: Sequence[Result], lease: int, now: datetime, pace: timedelta) -> list[int]:
        """Write down what became of the posts, and let their lanes go on; returns lanes in which nothing arrives, once each."""
        scope.enter(session, scope.SYSTEM)
        connection = scope.connection(session)
        lanes = sorted({result.post.lane for result in results})
        connection.execute(_LOCK, {"lanes": lanes})
        connection.execute(_SETTLE, [_settled(result, now) for result in results])
        if stopped := [{"lane": result.post.lane, "because": result.why} for result in results if result.is_held]:
            connection.execute(_HOLD_REST, stopped)
        again = {result.post.lane: now + _pause(result, pace) for result in results}
        connection.execute(_RELEASE, [{"lane": lane, "mark": lease, "at": again[lane]} for lane in lanes])
        for result in results:
            if result.reference and any(result.post.address.reference.get(k) != v for k, v in result.reference.items()):
                reference = {**result.post.address.reference, **result.reference}
                session.execute(update(LaneRow).where(LaneRow.id == result.post.lane).values(reference=reference))
                session.execute(update(IdentityRow).where(IdentityRow.id == result.post.lane).values(reference=reference))
        if opened := [result.post.lane for result in results if result.opens]:
            reach.go_on(session, opened, now + pace)
        return reach.stop(session, {each.post.lane: each.barrier for each in results if each.barrier is not None}, now)


def _let_wait(connection: Connection, rows: Sequence[Any], now: datetime, edits: Mapping[str, Allowance]) -> set[int]:
    """Edits take turns within their workspace's allowance; those that wait for theirs hold up nothing else in their lanes."""
    asking: dict[Workspace, list[int]] = {}
    for row in sorted(rows, key=lambda row: row.turn):
        if row.message_id is not None and not row.has_turn and row.platform in edits and _without_sending(row, now) is None:
            asking.setdefault((row.platform, row.workspace), []).append(row.id)
    later = [(post, at) for post, at in turns(connection, EDITS, asking, now, edits).items() if at > now]
    if later:
        connection.execute(_WAIT, [{"post": post, "until": at} for post, at in later])
    return {post for post, _at in later}


def _let_queue(connection: Connection, rows: Sequence[Any], now: datetime, shares: Mapping[str, Allowance]) -> dict[int, datetime]:
    """New posts take turns within their workspace's allowance, and their lanes wait with them, so that each keeps its order."""
    asking: dict[Workspace, list[int]] = {}
    for row in sorted(rows, key=lambda row: row.turn):
        if row.message_id is None and not row.lane_has_turn and row.platform in shares and _without_sending(row, now) is None:
            asking.setdefault((row.platform, row.workspace), []).append(row.id)
    later = {post: at for post, at in turns(connection, POSTS, asking, now, shares).items() if at > now}
    if later:
        connection.execute(_TAKE_TURN, [{"lane": row.lane_id} for row in rows if row.id in later])
    return later


def _without_sending(row: Any, now: datetime) -> tuple[str, datetime, bool] | None:
    """For a post that is settled without being sent: its state, when its lane goes on, whether its body is kept."""
    if row.state == State.SENDING:  # whoever was sending it died: nobody knows whether it arrived
        return State.UNKNOWN.value, now + UNKNOWN_FOR, True
    if row.state == State.READY and row.expires_at is not None and row.expires_at < now and row.message_id is None:
        return State.DROPPED.value, now, False
    return None


def _claimed(row: Any, vault: Vault) -> Claimed:
    body = vault.open(BODY, row.id, row.body)
    address = Address(row.workspace, row.external_id, row.lane_kind, row.reference)
    return Claimed(
        id=row.id,
        lane=row.lane_id,
        platform=row.platform,
        address=address,
        message=wire.decode(body),
        revision=row.revision,
        attempts=row.attempts + 1,
        message_id=row.message_id,
        body=row.body,
        kind=Kind(row.kind),
        tried_at=row.tried_at,
        expires_at=row.expires_at,
        is_unknown=row.state == State.UNKNOWN,
        spends_turn=row.lane_has_turn and row.message_id is None,
        was_unreachable=row.barrier is not None,
        is_pinned=row.is_pinned,
        is_inviting=row.is_inviting,
    )


def _settled(result: Result, now: datetime) -> dict[str, Any]:
    post = result.post
    state: State = State.SENT
    body: bytes | None = None
    sent_at: datetime | None = now
    if result.is_for_good:
        state, sent_at = State.PARKED, None
        body = post.body if result.may_be_retried else None
    elif result.is_held:
        state, body, sent_at = State.HELD, post.body, None
    elif result.is_dropped:
        state, sent_at = State.DROPPED, None
    elif result.is_unclear:
        state, body, sent_at = State.UNKNOWN, post.body, None
    elif result.retry_after is not None:
        state, body, sent_at = State.READY, post.body, None
    return {
        "post": post.id,
        "seen_revision": post.revision,
        "new_state": state.value,
        "changed_state": State.UNKNOWN.value if state is State.UNKNOWN else State.READY.value,
        "new_body": body,
        "new_message_id": result.message_id,
        "is_gone": result.is_gone,
        "new_sent_at": sent_at,
        "new_why": result.why,
    }


def _pause(result: Result, pace: timedelta) -> timedelta:
    if result.is_unclear:
        return result.retry_after or UNKNOWN_FOR
    return max(result.retry_after, pace) if result.retry_after is not None else pace

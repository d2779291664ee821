"""The ledger of posts: what may leave now, what became of it, and what follows for its lane."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

import structlog
from sqlalchemy import BigInteger, Boolean, Connection, Text, and_, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from bot.chat import wire
from bot.chat.errors import Barrier
from bot.chat.message import Message
from bot.core import reach
from bot.core.outbox import BODY, Kind, State, token_of
from bot.core.ports import Address, Allowance
from bot.core.rows import LaneRow, PostRow
from bot.data import prepared, scope
from bot.data.among import among
from bot.data.base import Instant, table
from bot.data.bulk import Bulk, Value
from bot.data.vault import CannotOpen, Vault
from bot.people.rows import IdentityRow
from scheduler import lanes
from scheduler.allowances import Takes, Workspace, turns
from scheduler.lanes import Held

UNKNOWN_FOR = timedelta(seconds=90)  # after that no platform still delivers what it had accepted
ATTEMPTS = 30

log = structlog.get_logger()
_posts, _lanes = table(PostRow), table(LaneRow)
_KINDS = {kind.value: kind for kind in Kind}
_READY, _SENDING, _UNKNOWN, _SENT = (state.value for state in (State.READY, State.SENDING, State.UNKNOWN, State.SENT))  # asked for so often

_of_post = ("id", "lane_id", "turn", "kind", "state", "body", "revision", "attempts", "message_id", "has_turn", "tried_at", "expires_at")
_next_post = (
    select(_posts.c.id)
    .where(lanes.waits_until(bindparam("now", type_=Instant())))
    .order_by(_posts.c.turn)
    .limit(1)
    .correlate(_lanes)
    .scalar_subquery()
)
FIRST_POSTS = (
    select(*(_posts.c[name] for name in _of_post), _posts.c.is_pinned, _posts.c.is_inviting)
    .add_columns(_lanes.c.platform, _lanes.c.workspace, _lanes.c.external_id, _lanes.c.kind.label("lane_kind"), _lanes.c.reference)
    .add_columns(_lanes.c.has_turn.label("lane_has_turn"), _lanes.c.barrier, _lanes.c.free_at)
    .select_from(_lanes)
    .join(_posts, _posts.c.id == _next_post)
    .where(among(_lanes.c.id, "lanes"))
)
_SEND = (
    update(_posts)
    .where(among(_posts.c.id, "posts"))
    .where(or_(_posts.c.state == State.READY.value, _posts.c.state == State.UNKNOWN.value))  # nobody took it back this moment
    .values(
        state=State.SENDING.value,
        attempts=_posts.c.attempts + 1,
        has_turn=False,
        tried_at=case((_posts.c.state == State.UNKNOWN.value, _posts.c.tried_at), else_=bindparam("at", type_=Instant())),
    )
    .returning(_posts.c.id)
)
_WAIT = update(_posts).where(_posts.c.id == bindparam("post")).values(not_before=bindparam("until", type_=Instant()), has_turn=True)


def _settle(given: Value) -> Any:
    is_newest = _posts.c.revision == given("seen_revision")
    return (
        update(_posts)
        .where(_posts.c.id == given("post"))
        .values(
            state=case((is_newest, given("new_state")), else_=given("changed_state")),
            body=case((and_(is_newest, given("is_over")), None), else_=_posts.c.body),
            message_id=case((given("is_gone"), None), else_=func.coalesce(given("new_message_id"), _posts.c.message_id)),
            sent_at=given("new_sent_at"),
            why=given("new_why"),
        )
    )


_NUMBERS, _WORDS, _TRUTHS = ("post", "seen_revision"), ("new_state", "changed_state", "new_message_id", "new_why"), ("is_over", "is_gone")
_SETTLE = Bulk(
    {
        **dict.fromkeys(_NUMBERS, BigInteger()),
        **dict.fromkeys(_WORDS, Text()),
        **dict.fromkeys(_TRUTHS, Boolean()),
        "new_sent_at": Instant(),
    },
    _settle,
)
_TURN = attrgetter("turn")
_TAKE_TURN = update(_lanes).where(among(_lanes.c.id, "lanes")).values(has_turn=True)
_SPEND_TURN = update(_lanes).where(among(_lanes.c.id, "lanes")).values(has_turn=False)
_is_of_lane = _posts.c.lane_id == bindparam("lane")
_LET_TRY = update(_posts).where(_is_of_lane, _posts.c.state == State.HELD.value).values(state=State.READY.value, attempts=0)
_HOLD_REST = (  # but for what one member says to another: they hear of each
    update(_posts)
    .where(_is_of_lane, _posts.c.body.is_not(None), _posts.c.state == State.READY.value, _posts.c.kind != Kind.PERSONAL.value)
    .values(state=State.HELD.value, why=bindparam("because"))
)


class Claimed(NamedTuple):  # as quick to make as a row, a hundred thousand times over
    """A post that this process may send now."""

    id: int
    lane: int
    platform: str
    address: Address
    message: Message
    revision: int
    attempts: int
    message_id: str | None
    held: Held  # how its lane is held
    kind: Kind = Kind.NEWS
    tried_at: datetime | None = None
    expires_at: datetime | None = None
    is_unknown: bool = False
    spends_turn: bool = False
    was_unreachable: bool = False
    is_pinned: bool = False
    is_inviting: bool = False

    def __repr__(self) -> str:
        """Without its words."""
        return f"<post {self.id} revision {self.revision}>"

    @property
    def token(self) -> str:
        """What identifies the post in the platform's own metadata."""
        return token_of(self.id, self.revision)


@dataclass(frozen=True, slots=True)
class Claim:
    """Posts to send, and how many others were passed over."""

    posts: Sequence[Claimed]
    passed: int


@dataclass(frozen=True, slots=True)
class Settled:
    """Lanes that go on with their next post, and those in which nothing arrives from now on."""

    going_on: Sequence[Held] = ()
    stopped: Sequence[int] = ()


class Result(NamedTuple):
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
    def is_plain(self) -> bool:
        """Whether nothing stands in the way of what follows in its lane."""
        return self.barrier is None and self.retry_after is None and not self.is_unclear

    @property
    def opens(self) -> bool:
        """Whether it arrived where others had not."""
        return self.post.was_unreachable and self.message_id is not None


class Ledger:
    """Units over posts and lanes of the platforms that are served here; all of them run in the system's scope."""

    def __init__(self, platforms: Collection[str]) -> None:
        self._platforms = platforms  # they come one after the other, while the program starts

    def claim(
        self,
        session: Session,
        now: datetime,
        lease: int,
        limit: int,
        edits: Mapping[str, Allowance],
        shares: Mapping[str, Allowance] | None = None,
        going_on: Sequence[Held] = (),
    ) -> Claim:
        """Take the first post of each lane that goes on, and of so many others that are due; leases and their end are real time.

        `edits` and `shares` are what platforms take of edits and of posts in a workspace.
        """
        scope.enter(session, scope.SYSTEM)
        connection = scope.connection(session)
        held = {each.lane: each for each in (*going_on, *lanes.claim(connection, tuple(sorted(self._platforms)), now, lease, limit))}
        if not held:
            return Claim((), 0)
        first = _first(connection, held, now)
        waiting = _let_wait(connection, first, now, edits)
        goes_on_at = {row.lane_id: row.free_at for row in first if row.free_at is not None and row.free_at > now} | _let_queue(
            connection, first, now, shares or {}
        )
        posts = []
        for row in first:
            if row.id in waiting or row.lane_id in goes_on_at:
                continue
            if (again_at := _settled_unsent(connection, row, now)) is not None:
                goes_on_at[row.lane_id] = again_at
            elif (post := _claimed(connection, row, session.info["vault"], held[row.lane_id])) is not None:
                posts.append(post)
        posts = _sending(connection, posts, now)
        sending = {post.lane for post in posts}
        idle = [(each, goes_on_at.get(lane, now)) for lane, each in held.items() if lane not in sending]
        lanes.lock(connection, [each.lane for each, _at in idle if each.said], lease)  # the others are, by their lease
        lanes.release(connection, lease, idle)
        return Claim(posts, len(first) - len(posts))

    def settle(
        self, session: Session, results: Sequence[Result], lease: int, now: datetime, pace: timedelta, *, is_last: bool = False
    ) -> Settled:
        """Write down what became of the posts; their lanes are let go, but for those that go on at once, where this is not the last."""
        scope.enter(session, scope.SYSTEM)
        connection = scope.connection(session)
        going_on, let_go, well_within = [], [], datetime.now(UTC) + lanes.LEASE / 2
        for result in results:
            held = result.post.held.having_spoken(now, pace)
            if result.is_plain and not is_last and held.may_go_on(now, well_within):
                going_on.append(held)
            else:
                let_go.append((held, max(held.free_at or now, now + _pause(result))))
        lost = {held.lane for held, _at in let_go} - lanes.lock(connection, [held.lane for held, _at in let_go], lease)
        if lost:  # whoever took a lane over, when its lease had run out, knows more than we do, except of what stands there
            results = [result for result in results if result.post.lane not in lost or result.message_id is not None]
        _SETTLE.run(connection, [_settled(result, now) for result in results])
        if stopped := [{"lane": result.post.lane, "because": result.why} for result in results if result.is_held]:
            connection.execute(_HOLD_REST, stopped)
        lanes.release(connection, lease, let_go)
        _redirect(session, results)
        if opened := [result.post.lane for result in results if result.opens]:
            reach.go_on(session, opened, now + pace)
        stopped_at = {each.post.lane: each.barrier for each in results if each.barrier is not None}
        return Settled(going_on, reach.stop(session, stopped_at, now))


def _first(connection: Connection, held: Iterable[int], now: datetime) -> Sequence[Any]:
    """The first post of each lane that has one, in their order; where nothing arrived lately, what waited longest is what is tried."""
    asked = {"lanes": list(held), "now": now}
    first = prepared.execute(connection, FIRST_POSTS, asked).all()
    if stopped := [row.lane_id for row in first if row.barrier is not None and row.state == _READY]:
        connection.execute(_LET_TRY, [{"lane": lane} for lane in stopped])
        first = prepared.execute(connection, FIRST_POSTS, asked).all()
    return sorted(first, key=_TURN)


def _let_wait(connection: Connection, first: Sequence[Any], now: datetime, edits: Mapping[str, Allowance]) -> set[int]:
    """Edits take turns within their workspace's allowance; those that wait for theirs hold up nothing else in their lanes."""
    asking: dict[Workspace, list[int]] = {}
    for row in first if edits else ():
        if row.message_id is not None and not row.has_turn and row.platform in edits and _without_sending(row, now) is None:
            asking.setdefault((row.platform, row.workspace), []).append(row.id)
    later = [(post, at) for post, at in turns(connection, Takes.EDITS, asking, now, edits).items() if at > now]
    if later:
        connection.execute(_WAIT, [{"post": post, "until": at} for post, at in later])
    return {post for post, _at in later}


def _let_queue(connection: Connection, first: Sequence[Any], now: datetime, shares: Mapping[str, Allowance]) -> dict[int, datetime]:
    """New posts take turns within their workspace's allowance, and their lanes wait with them, so that each keeps its order."""
    asking: dict[Workspace, list[int]] = {}
    for row in first if shares else ():
        if row.message_id is None and not row.lane_has_turn and row.platform in shares and _without_sending(row, now) is None:
            asking.setdefault((row.platform, row.workspace), []).append(row.lane_id)
    later = {lane: at for lane, at in turns(connection, Takes.POSTS, asking, now, shares).items() if at > now}
    if later:
        prepared.execute(connection, _TAKE_TURN, {"lanes": list(later)})
    return later


def _settled_unsent(connection: Connection, row: Any, now: datetime) -> datetime | None:
    """Settle a post that needs no sending; returns when its lane goes on, None where it is to be sent."""
    if (settled := _without_sending(row, now)) is None:
        return None
    state, again_at, keeps_body = settled
    changed = {"state": state} if keeps_body else {"state": state, "body": None}
    connection.execute(update(_posts).where(_posts.c.id == row.id).values(**changed))
    return again_at


def _sending(connection: Connection, posts: list[Claimed], now: datetime) -> list[Claimed]:
    """Note that these posts are on their way; those that nobody took back at this moment."""
    if not posts:
        return []
    sent = set(prepared.execute(connection, _SEND, {"posts": [post.id for post in posts], "at": now}).scalars())
    if spent := [post.lane for post in posts if post.spends_turn and post.id in sent]:
        prepared.execute(connection, _SPEND_TURN, {"lanes": spent})
    return [post for post in posts if post.id in sent]


def _redirect(session: Session, results: Sequence[Result]) -> None:
    """Keep what a platform says of the way into a conversation."""
    for result in results:
        if result.reference and any(result.post.address.reference.get(k) != v for k, v in result.reference.items()):
            reference = {**result.post.address.reference, **result.reference}
            session.execute(update(LaneRow).where(LaneRow.id == result.post.lane).values(reference=reference))
            session.execute(update(IdentityRow).where(IdentityRow.id == result.post.lane).values(reference=reference))


def _without_sending(row: Any, now: datetime) -> tuple[str, datetime, bool] | None:
    """For a post that is settled without being sent: its state, when its lane goes on, whether its body is kept."""
    if row.state == _SENDING:  # whoever was sending it died: nobody knows whether it arrived
        return State.UNKNOWN.value, now + UNKNOWN_FOR, True
    if row.expires_at is not None and row.state == _READY and row.expires_at < now and row.message_id is None:
        return State.DROPPED.value, now, False
    return None


def _claimed(connection: Connection, row: Any, vault: Vault, held: Held) -> Claimed | None:
    """The post as it is to be sent; one that cannot be read (a lost key, a version of the future) is parked and stops nobody else."""
    try:
        message = wire.decode(vault.open(BODY, row.id, row.body))
    except (CannotOpen, ValueError, KeyError, TypeError) as error:
        log.warning("post cannot be read", post=row.id, why=type(error).__name__)
        connection.execute(update(_posts).where(_posts.c.id == row.id).values(state=State.PARKED.value, why=type(error).__name__))
        return None
    return Claimed(
        id=row.id,
        lane=row.lane_id,
        platform=row.platform,
        address=Address(row.workspace, row.external_id, row.lane_kind, row.reference),
        message=message,
        revision=row.revision,
        attempts=row.attempts + 1,
        message_id=row.message_id,
        held=held if held.said or row.free_at is None else held._replace(free_at=row.free_at),
        kind=_KINDS[row.kind],
        tried_at=row.tried_at,
        expires_at=row.expires_at,
        is_unknown=row.state == _UNKNOWN,
        spends_turn=row.lane_has_turn and row.message_id is None,
        was_unreachable=row.barrier is not None,
        is_pinned=row.is_pinned,
        is_inviting=row.is_inviting,
    )


def _settled(result: Result, now: datetime) -> dict[str, Any]:
    state = _state(result)
    return {
        "post": result.post.id,
        "seen_revision": result.post.revision,
        "new_state": state,
        "changed_state": _UNKNOWN if state == _UNKNOWN else _READY,
        "is_over": state == _SENT or result.is_dropped or (result.is_for_good and not result.may_be_retried),
        "new_message_id": result.message_id,
        "is_gone": result.is_gone,
        "new_sent_at": now if state == _SENT else None,
        "new_why": result.why,
    }


def _state(result: Result) -> str:
    if result.is_plain and not result.is_dropped:  # nearly always
        return _SENT
    if result.is_for_good:
        return State.PARKED.value
    if result.is_held:
        return State.HELD.value
    if result.is_dropped:
        return State.DROPPED.value
    return _UNKNOWN if result.is_unclear else _READY


def _pause(result: Result) -> timedelta:
    return result.retry_after or (UNKNOWN_FOR if result.is_unclear else timedelta(0))

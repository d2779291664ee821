"""The ledger of posts: what may leave now, what became of it, and what follows for its lane."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, case, or_, select, update
from sqlalchemy.orm import Session

from bot.chat import wire
from bot.chat.message import Message
from bot.core import reach
from bot.core.outbox import BODY, Kind, State
from bot.core.ports import Address, Allowance
from bot.core.rows import LaneRow, PostRow
from bot.data import prepared, scope
from bot.data.among import among
from bot.data.base import Instant, table
from bot.data.vault import CannotOpen, Vault
from bot.lean import dataclass
from bot.people.rows import IdentityRow
from scheduler import lanes
from scheduler.allowances import Takes, Workspace, turns
from scheduler.lanes import Held
from scheduler.outcomes import Claimed, Result, write_down

UNKNOWN_FOR = timedelta(seconds=90)  # after that no platform still delivers what it had accepted

log = structlog.get_logger()
_posts, _lanes = table(PostRow), table(LaneRow)
_KINDS = {kind.value: kind for kind in Kind}
_READY, _SENDING, _UNKNOWN = (state.value for state in (State.READY, State.SENDING, State.UNKNOWN))  # asked for so often

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
_MARK = (
    update(_posts)
    .where(among(_posts.c.id, "posts"))
    .where(or_(_posts.c.state == State.READY.value, _posts.c.state == State.UNKNOWN.value))  # nobody took it back this moment
    .values(
        state=State.SENDING.value,
        attempts=_posts.c.attempts + 1,
        has_turn=False,
        tried_at=case((_posts.c.state == State.UNKNOWN.value, _posts.c.tried_at), else_=bindparam("at", type_=Instant())),
    )
)
_SEND = _MARK.returning(_posts.c.id)
_WAIT = update(_posts).where(_posts.c.id == bindparam("post")).values(not_before=bindparam("until", type_=Instant()), has_turn=True)


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


Unsent = tuple[str, datetime, bool]  # a post's state, when its lane goes on, whether its words are kept


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
        posts: list[Claimed] = []
        read: dict[bytes, Message] = {}  # what many are told is read once
        for row in first:
            if row.id in waiting or row.lane_id in goes_on_at:
                continue
            if (unsent := _without_sending(row, now)) is not None:
                goes_on_at[row.lane_id] = _settle_unsent(connection, row, unsent)
            elif (post := _claimed(connection, row, session.info["vault"], held[row.lane_id], read)) is not None:
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
        tempo = lanes.Tempo(now, pace)
        for result in results:
            held = tempo.after(result.post.held)
            if result.is_plain and not is_last and held.may_go_on(now, well_within):
                going_on.append(held)
            else:
                let_go.append((held, max(held.free_at or now, now + _pause(result))))
        lost = {held.lane for held, _at in let_go} - lanes.lock(connection, [held.lane for held, _at in let_go], lease)
        if lost:  # whoever took a lane over, when its lease had run out, knows more than we do, except of what stands there
            results = [result for result in results if result.post.lane not in lost or result.message_id is not None]
        write_down(connection, results, now)
        refused = [result for result in results if result.barrier is not None]
        if stopped := [{"lane": result.post.lane, "because": result.why} for result in refused if result.is_held]:
            connection.execute(_HOLD_REST, stopped)
        lanes.release(connection, lease, let_go)
        _redirect(session, results)
        if opened := [result.post.lane for result in results if result.opens]:
            reach.go_on(session, opened, now + pace)
        return Settled(going_on, reach.stop(session, {each.post.lane: each.barrier for each in refused if each.barrier}, now))


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


def _settle_unsent(connection: Connection, row: Any, unsent: Unsent) -> datetime:
    """Settle a post that needs no sending; returns when its lane goes on."""
    state, again_at, keeps_body = unsent
    changed = {"state": state} if keeps_body else {"state": state, "body": None}
    connection.execute(update(_posts).where(_posts.c.id == row.id).values(**changed))
    return again_at


def _sending(connection: Connection, posts: list[Claimed], now: datetime) -> list[Claimed]:
    """Note that these posts are on their way; those that nobody took back at this moment."""
    if not posts:
        return []
    asked = {"posts": [post.id for post in posts], "at": now}
    if connection.dialect.name == "sqlite":  # where nobody else writes before this is committed
        prepared.execute(connection, _MARK, asked)
    else:
        sent = set(prepared.execute(connection, _SEND, asked).scalars())
        posts = [post for post in posts if post.id in sent]
    if spent := [post.lane for post in posts if post.spends_turn]:
        prepared.execute(connection, _SPEND_TURN, {"lanes": spent})
    return posts


def _redirect(session: Session, results: Sequence[Result]) -> None:
    """Keep what a platform says of the way into a conversation."""
    for result in results:
        if result.reference and any(result.post.address.reference.get(k) != v for k, v in result.reference.items()):
            reference = {**result.post.address.reference, **result.reference}
            session.execute(update(LaneRow).where(LaneRow.id == result.post.lane).values(reference=reference))
            session.execute(update(IdentityRow).where(IdentityRow.id == result.post.lane).values(reference=reference))


def _without_sending(row: Any, now: datetime) -> Unsent | None:
    """What becomes of a post that needs no sending; None for one that is to be sent."""
    if row.state == _SENDING:  # whoever was sending it died: nobody knows whether it arrived
        return State.UNKNOWN.value, now + UNKNOWN_FOR, True
    if row.expires_at is not None and row.state == _READY and row.expires_at < now and row.message_id is None:
        return State.DROPPED.value, now, False
    return None


def _claimed(connection: Connection, row: Any, vault: Vault, held: Held, read: dict[bytes, Message]) -> Claimed | None:
    """The post as it is to be sent; one that cannot be read (a lost key, a version of the future) is parked and stops nobody else."""
    try:
        if (message := read.get(words := vault.open(BODY, row.id, row.body))) is None:
            message = read[words] = wire.decode(words)
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
        held=held if held.said or row.free_at is None else Held(held.lane, held.until, held.begins_until, row.free_at),
        kind=_KINDS[row.kind],
        tried_at=row.tried_at,
        expires_at=row.expires_at,
        is_unknown=row.state == _UNKNOWN,
        spends_turn=row.lane_has_turn and row.message_id is None,
        was_unreachable=row.barrier is not None,
        is_pinned=row.is_pinned,
        is_inviting=row.is_inviting,
    )


def _pause(result: Result) -> timedelta:
    return result.retry_after or (UNKNOWN_FOR if result.is_unclear else timedelta(0))

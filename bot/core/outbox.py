"""The outbox: posts are rows written with the change that caused them; delivery claims, sends and settles them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import BigInteger, Select, String, and_, bindparam, case, func, insert, select, update
from sqlalchemy.orm import Session

from bot.chat import wire
from bot.chat.message import Message
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.data.among import among
from bot.data.base import Instant, table
from bot.data.given import Given
from bot.data.ids import new_id
from bot.data.scope import BIND
from bot.data.vault import Vault
from bot.lean import dataclass

BODY = "posts.body"
_posts, _lanes = table(PostRow), table(LaneRow)


class Kind(StrEnum):
    """Why a message comes; reminders are the only ones that cost a person attention they did not ask for."""

    ANSWER = "answer"
    ASKED_FOR = "asked for"
    NEWS = "news"
    REMINDER = "reminder"
    PLACE = "place"
    PERSONAL = "personal"  # what one member says to another through us


MAY_REPEAT = {Kind.ANSWER, Kind.ASKED_FOR, Kind.NEWS, Kind.PLACE, Kind.PERSONAL}  # after an unclear outcome: better twice than never


class State(StrEnum):
    """Where a post stands."""

    READY = "ready"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DROPPED = "dropped"  # came too late to make sense, or may not repeat
    HELD = "held"  # nobody can be reached there now; it leaves once they can
    PARKED = "parked"  # refused for good; `why` says what to do


_INSERT = insert(_posts)
# Every post takes its lane's lock, first, also where the lane is awake: delivery lets a lane sleep when it sees nothing waiting in it,
# and would not see a post that is just being committed. Delivery locks in the same order.
_at = bindparam("at", type_=Instant())
_next_turn = _lanes.c.last_turn + bindparam("posts", type_=BigInteger())
_fresh = bindparam("fresh", type_=BigInteger())
_WAKE = (  # not before its pace lets it speak; of two processes whose clocks differ none gives its posts a turn before what waits
    update(_lanes)
    .where(_lanes.c.id == bindparam("lane"), _lanes.c.community_id == bindparam(BIND))
    .values(
        next_at=func.coalesce(_lanes.c.next_at, case((_lanes.c.free_at > _at, _lanes.c.free_at), else_=_at)),
        last_turn=case((_next_turn > _fresh, _next_turn), else_=_fresh),
    )
)
_WAKE_ONE = _WAKE.returning(_lanes.c.last_turn)
_TURNS = select(_lanes.c.id, _lanes.c.last_turn).where(among(_lanes.c.id, "lanes"), _lanes.c.community_id == bindparam(BIND))
_STANDS = (_posts.c.id, _posts.c.state, _posts.c.turn, _posts.c.sent_at, _posts.c.not_before, _posts.c.has_turn)  # what rewriting needs


def _standing(given: Any, _dialect: str) -> Select[Any]:
    """Posts by pairs of a lane and a key: joined, because SQLite finds no index for a list of pairs."""
    is_one = and_(_posts.c.lane_id == given.c.lane, _posts.c.key == given.c.key)
    found = select(_posts.c.lane_id, _posts.c.key, *_STANDS).select_from(given).join(_posts, is_one)
    return found.where(_posts.c.community_id == bindparam(BIND))


_PAIRS = {"lane": BigInteger(), "key": String()}
_STANDING = Given(_PAIRS, _standing)
_STANDING_LOCKED = Given(_PAIRS, lambda given, dialect: _standing(given, dialect).with_for_update(of=_posts))
_FIND_KEY = (
    select(*_STANDS)
    .where(_posts.c.lane_id == bindparam("lane"), _posts.c.key == bindparam("key"), _posts.c.community_id == bindparam(BIND))
    .with_for_update()
)
_HAS_KEY = select(_posts.c.id).where(
    _posts.c.lane_id == bindparam("lane"), _posts.c.key == bindparam("key"), _posts.c.community_id == bindparam(BIND)
)
_REWRITE = (
    update(_posts)
    .where(_posts.c.id == bindparam("post"), _posts.c.community_id == bindparam(BIND))
    .values(
        body=bindparam("new_body"),
        state=bindparam("new_state"),
        turn=bindparam("new_turn"),
        revision=_posts.c.revision + 1,
        on_reply=bindparam("new_on_reply"),
        about_id=bindparam("new_about"),
        posted_at=bindparam("at"),
        expires_at=bindparam("new_expires_at"),
        not_before=bindparam("new_not_before", type_=Instant()),
        attempts=0,
        why=None,
    )
)


def open_lane(
    session: Session, *, lane: int, community: int, platform: str, workspace: str, external_id: str, kind: str, reference: dict[str, Any]
) -> None:
    """The lane of a new place or identity; its id is theirs."""
    session.add(
        LaneRow(
            id=lane,
            community_id=community,
            platform=platform,
            workspace=workspace,
            external_id=external_id,
            kind=kind,
            reference=reference,
        )
    )
    session.flush()


def redirect_lane(session: Session, lane: int, reference: dict[str, Any]) -> None:
    """Keep the newest way into a conversation."""
    session.execute(update(LaneRow).where(LaneRow.id == lane).values(reference=reference))


def queue(
    session: Session,
    *,
    community: int,
    lane: int,
    message: Message,
    now: datetime,
    kind: Kind,
    key: str | None = None,
    on_reply: str | None = None,
    expires_in: timedelta | None = None,
    about: int | None = None,
    edits_every: timedelta | None = None,
    is_pinned: bool = False,
    is_inviting: bool = False,
) -> int:
    """Queue a resolved message in a lane; with a key the latest wins, and what already stands there is edited. Returns the post's id.

    With `edits_every` what stands there is edited at most that often, however often this is called. What `is_pinned` is pinned when it is
    posted; what `is_inviting` brings those whom it mentions into its place before it is.
    """
    letter = Letter(lane, message, key, on_reply, now + expires_in if expires_in is not None else None, about)
    session.info["queued"] = True
    turn = scope.execute(session, _WAKE_ONE, _waking(community, lane, 1, now)).scalar()  # None where the lane has gone: nothing is queued
    standing = scope.execute(session, _FIND_KEY, {"lane": lane, "key": key, BIND: community}).one_or_none() if key is not None else None
    if standing is not None:
        scope.execute(session, _REWRITE, _rewritten(session, community, standing, letter, turn, now, edits_every))
        return int(standing.id)
    row = _row(session, community, letter, turn, kind, now) | {"is_pinned": is_pinned, "is_inviting": is_inviting}
    scope.execute(session, _INSERT, row)
    return int(row["id"])


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said in one lane, resolved for its reader."""

    lane: int
    message: Message = field(repr=False)
    key: str | None = None
    on_reply: str | None = None
    expires_at: datetime | None = None
    about: int | None = None


def queue_all(session: Session, *, community: int, letters: Sequence[Letter], now: datetime, kind: Kind) -> None:
    """Queue many posts in as few statements as one, in the order in which they are given; with keys as `queue` does."""
    last = {(each.lane, each.key): n for n, each in enumerate(letters) if each.key is not None}
    letters = [each for n, each in enumerate(letters) if each.key is None or last[each.lane, each.key] == n]
    if not letters:
        return
    session.info["queued"] = True
    turns = _turns(session, community, Counter(each.lane for each in letters), now)
    there = standing(session, community=community, pairs=list(last), locked=True)
    rewritten, new = [], []
    for each in letters:
        turn = next(turns[each.lane]) if each.lane in turns else None
        if (found := there.get((each.lane, each.key))) is not None:
            rewritten.append(_rewritten(session, community, found, each, turn, now, None))
        else:
            new.append(_row(session, community, each, turn, kind, now))
    scope.execute_many(session, _REWRITE, rewritten)
    scope.execute_many(session, _INSERT, new)


def _waking(community: int, lane: int, posts: int, now: datetime) -> dict[str, Any]:
    """What wakes a lane for so many posts."""
    return {"lane": lane, "at": now, "posts": posts, "fresh": new_id(), BIND: community}


def _turns(session: Session, community: int, posts: Mapping[int, int], now: datetime) -> dict[int, Iterator[int]]:
    """The turns of so many posts in each lane, which are woken by it."""
    scope.execute_many(session, _WAKE, [_waking(community, lane, posts[lane], now) for lane in sorted(posts)])
    found = scope.execute(session, _TURNS, {"lanes": list(posts), BIND: community})
    return {row.id: iter(range(row.last_turn - posts[row.id] + 1, row.last_turn + 1)) for row in found}


def has_queued(session: Session) -> bool:
    """Whether the unit queued something, so that delivery need not be woken by those that did not."""
    return bool(session.info.get("queued"))


def standing(session: Session, *, community: int, pairs: Sequence[tuple[int, str | None]], locked: bool = False) -> dict[Any, Any]:
    """Of pairs of a lane and a key: those under which something was queued, each with its post."""
    found = (_STANDING_LOCKED if locked else _STANDING).run(session, pairs, **{BIND: community})
    return {(row.lane_id, row.key): row for row in found}


def _row(session: Session, community: int, letter: Letter, turn: int | None, kind: Kind, now: datetime) -> dict[str, Any]:
    """A new post."""
    vault: Vault = session.info["vault"]
    post = new_id()
    return {
        "id": post,
        "community_id": community,
        "lane_id": letter.lane,
        "key": letter.key,
        "kind": kind.value,
        "turn": turn,
        "revision": 1,
        "state": State.READY.value,
        "body": vault.seal(BODY, post, wire.encode(letter.message)),
        "on_reply": letter.on_reply,
        "posted_at": now,
        "expires_at": letter.expires_at,
        "about_id": letter.about,
        "is_pinned": False,
        "is_inviting": False,
    }


def _rewritten(
    session: Session, community: int, standing: Any, letter: Letter, turn: int | None, now: datetime, edits_every: timedelta | None
) -> dict[str, Any]:
    """What becomes of a post that is there under the same key."""
    vault: Vault = session.info["vault"]
    in_flight = standing.state in (State.SENDING, State.UNKNOWN)
    waits = in_flight or standing.state == State.READY
    return {
        "post": standing.id,
        BIND: community,
        "new_body": vault.seal(BODY, standing.id, wire.encode(letter.message)),
        "new_state": standing.state if in_flight else State.READY.value,
        "new_turn": standing.turn if waits else turn,
        "new_on_reply": letter.on_reply,
        "at": now,
        "new_expires_at": letter.expires_at,
        "new_about": letter.about,
        "new_not_before": _not_before(standing, now, edits_every, in_flight=in_flight),
    }


def _not_before(standing: Any, now: datetime, edits_every: timedelta | None, *, in_flight: bool) -> datetime | None:
    waits_its_turn = standing.state == State.READY and (edits_every is not None or standing.has_turn)
    if waits_its_turn:
        return cast("datetime | None", standing.not_before)
    if edits_every is None:
        return None
    last: datetime | None = now if in_flight else standing.sent_at
    return last + edits_every if last is not None else None


def said(session: Session, *, lane: int, message_id: str) -> str | None:
    """The payload that a reply to this message of ours means, None where there is none."""
    query = select(PostRow.on_reply).where(PostRow.lane_id == lane, PostRow.message_id == message_id)
    return session.execute(query).scalar()


def has_posted(session: Session, *, community: int, lane: int, key: str) -> bool:
    """Whether a post with this key was queued in the lane, sent or not."""
    return scope.execute(session, _HAS_KEY, {"lane": lane, "key": key, BIND: community}).first() is not None


_TAKES_REPLIES = (
    select(_posts.c.id)
    .join(_lanes, _lanes.c.id == _posts.c.lane_id)
    .where(_lanes.c.platform == bindparam("platform"), _lanes.c.workspace == bindparam("workspace"))
    .where(_lanes.c.external_id == bindparam("external_id"), _posts.c.message_id == bindparam("message_id"))
    .where(_posts.c.on_reply.is_not(None))
)


def takes_replies(session: Session, **message: str) -> bool:
    """Whether a message (platform, workspace, external_id, message_id) is one of ours that takes replies; in the system's scope."""
    return session.connection().execute(_TAKES_REPLIES, message).first() is not None


_ON_ITS_WAY = (
    select(_posts.c.id, _posts.c.lane_id, _posts.c.revision, _posts.c.state)
    .join(_lanes, _lanes.c.id == _posts.c.lane_id)
    .where(_posts.c.id == bindparam("post"), _lanes.c.platform == bindparam("platform"), _lanes.c.workspace == bindparam("workspace"))
    .where(_posts.c.message_id.is_(None), _posts.c.state.in_((State.SENDING.value, State.UNKNOWN.value)))
)


def token_of(post: int, revision: int) -> str:
    """What identifies a post in the platform's own metadata."""
    return f"{post}.{revision}"


def is_same_post(token: str, other: str) -> bool:
    """Whether two tokens are of one post, be it in different revisions."""
    return token.partition(".")[0] == other.partition(".")[0]


def arrived(session: Session, *, platform: str, workspace: str, token: str, message_id: str, now: datetime) -> None:
    """A platform's receipt: settles a post of which nobody knew, and is of use to one that is being sent; in the system's scope."""
    post, _dot, revision = token.partition(".")
    if not (post.isdecimal() and revision.isdecimal()):
        return
    asked = {"post": int(post), "platform": platform, "workspace": workspace}
    found = session.execute(_ON_ITS_WAY, asked).one_or_none()
    if found is None:
        return
    session.execute(select(_lanes.c.id).where(_lanes.c.id == found.lane_id).with_for_update())
    stands: dict[str, Any] = {"message_id": message_id}
    if found.state == State.UNKNOWN:
        is_newest = found.revision == int(revision)
        stands |= {"state": State.SENT.value, "body": None, "sent_at": now} if is_newest else {"state": State.READY.value}
        session.execute(update(_lanes).where(_lanes.c.id == found.lane_id, _lanes.c.next_at > now).values(next_at=now))
    still = (_posts.c.id == found.id, _posts.c.state == found.state, _posts.c.revision == found.revision, _posts.c.message_id.is_(None))
    session.execute(update(_posts).where(*still).values(**stands))


def is_alive(session: Session, *, community: int, lane: int, key: str) -> bool:
    """Whether a post with this key waits or stands there; one that was dropped or parked does neither."""
    standing = scope.execute(session, _FIND_KEY, {"lane": lane, "key": key, BIND: community}).one_or_none()
    return standing is not None and standing.state not in (State.DROPPED, State.PARKED)


def withdraw(session: Session, *, community: int, lane: int, key: str) -> bool:
    """Take a post back that has not left; whether one stands there (or may stand there) that can only be edited."""
    keys = {"lane": lane, "key": key, BIND: community}
    standing = scope.execute(session, _FIND_KEY, keys).one_or_none()
    if standing is None or standing.state in (State.DROPPED, State.PARKED):
        return False
    waits = PostRow.state.in_((State.READY.value, State.HELD.value))
    never_left = update(PostRow).where(PostRow.id == standing.id, waits, PostRow.message_id.is_(None))
    dropped = session.execute(never_left.values(state=State.DROPPED.value, body=None, why="taken back"))
    return int(getattr(dropped, "rowcount", 0)) == 0

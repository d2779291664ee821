"""What became of posts that were taken up, and how it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, Connection, Text, and_, case, func, literal_column, null, update

from bot.chat.errors import Barrier
from bot.chat.message import Message
from bot.core import reach
from bot.core.outbox import Kind, State, token_of
from bot.core.ports import Address
from bot.core.rows import PostRow
from bot.data.base import Instant, table
from bot.data.bulk import Bulk, Value
from scheduler.lanes import Held

ATTEMPTS = 30

_posts = table(PostRow)


def _written(state: State) -> Any:
    """A state as part of a statement, and not as something that it is given with every row."""
    return literal_column(f"'{state.value}'")


def _settle(given: Value) -> Any:
    is_newest = _posts.c.revision == given("seen_revision")
    return (
        update(_posts)
        .where(_posts.c.id == given("post"))
        .values(
            state=case((is_newest, given("new_state")), else_=given("changed_state")),
            body=case((and_(is_newest, given("is_over")), None), else_=_posts.c.body),
            message_id=case((given("is_gone"), None), else_=func.coalesce(given("new_message_id"), _posts.c.message_id)),
            sent_at=null(),
            why=given("new_why"),
        )
    )


_SETTLE = Bulk(
    {
        "post": BigInteger(),
        "seen_revision": BigInteger(),
        "new_state": Text(),
        "changed_state": Text(),
        "is_over": Boolean(),
        "new_message_id": Text(),
        "is_gone": Boolean(),
        "new_why": Text(),
    },
    _settle,
)
# Nearly all of them: said for good, and of what was said nothing is kept but what the platform calls it.
_SETTLE_SENT = Bulk(
    {"post": BigInteger(), "seen_revision": BigInteger(), "new_message_id": Text(), "new_sent_at": Instant()},
    lambda given: (
        update(_posts)
        .where(_posts.c.id == given("post"))
        .values(
            state=case((_posts.c.revision == given("seen_revision"), _written(State.SENT)), else_=_written(State.READY)),
            body=case((_posts.c.revision == given("seen_revision"), null()), else_=_posts.c.body),
            message_id=func.coalesce(given("new_message_id"), _posts.c.message_id),
            sent_at=given("new_sent_at"),
            why=null(),
        )
    ),
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
    def is_sent(self) -> bool:
        """Whether it stands there now, and nothing more is to be said of it."""
        return self.is_plain and not self.is_dropped

    @property
    def opens(self) -> bool:
        """Whether it arrived where others had not."""
        return self.post.was_unreachable and self.message_id is not None


def write_down(connection: Connection, results: Sequence[Result], now: datetime) -> None:
    """Settle the posts of all these results."""
    sent = [result for result in results if result.is_sent]
    _SETTLE_SENT.run(connection, [(result.post.id, result.post.revision, result.message_id, now) for result in sent])
    if len(sent) < len(results):
        _SETTLE.run(connection, [_settled(result) for result in results if not result.is_sent])


def _settled(result: Result) -> Sequence[Any]:
    """What `_SETTLE` is given of it."""
    post, state = result.post, _state(result)
    changed_state = state if state is State.UNKNOWN else State.READY
    is_over = result.is_dropped or (result.is_for_good and not result.may_be_retried)
    return (post.id, post.revision, state.value, changed_state.value, is_over, result.message_id, result.is_gone, result.why)


def _state(result: Result) -> State:
    """Of one that does not stand there."""
    if result.is_for_good:
        return State.PARKED
    if result.is_held:
        return State.HELD
    if result.is_dropped:
        return State.DROPPED
    return State.UNKNOWN if result.is_unclear else State.READY

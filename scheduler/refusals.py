"""What follows when a platform refuses for good: features hear it, and tell whoever said it, or the leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.chat.errors import Barrier
from bot.core.context import Context
from bot.core.facts import ConversationRefused, PersonLeft, WordsRefused
from bot.core.outbox import Kind, State
from bot.core.registry import Registry
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.people import store
from bot.people.rows import CommunityRow, IdentityRow, PersonRow, PlaceRow
from bot.people.values import Community


def publish(session: Session, registry: Registry, posts: Sequence[int], now: datetime) -> None:
    """Publish which of these posts are parked now, in the unit that parked them."""
    if not posts:
        return
    scope.enter(session, scope.SYSTEM)
    for row in _refused(session, posts):
        home = session.get_one(CommunityRow, row.community_id)
        community = Community(home.id, home.name, home.zone, home.language)
        scope.enter(session, community.id)
        ctx = Context(session=session, registry=registry, now=now, seed=row.id, community=community)
        ctx.publish(WordsRefused(row.key, row.person_id, stands=row.message_id is not None))
        scope.enter(session, scope.SYSTEM)


def publish_barriers(session: Session, registry: Registry, barriers: Mapping[int, Barrier], now: datetime) -> None:
    """Publish why nothing more can be said in these lanes, in the unit that noted it; whose account is closed has left."""
    if not barriers:
        return
    scope.enter(session, scope.SYSTEM)
    for lane, barrier in sorted(barriers.items()):
        row = session.execute(_WHOSE, {"lane": lane}).one()
        home = session.get_one(CommunityRow, row.community_id)
        community = Community(home.id, home.name, home.zone, home.language)
        scope.enter(session, community.id)
        ctx = Context(session=session, registry=registry, now=now, seed=lane, community=community)
        waiting = session.execute(_WAITING, {"lane": lane}).scalar_one()
        name, is_place = row.person or row.place or row.external_id, row.person_id is None
        ctx.publish(ConversationRefused(lane, name, is_place, barrier, waiting))
        if barrier is Barrier.CLOSED and row.person_id is not None and store.close_identity(session, lane, row.person_id, now):
            ctx.publish(PersonLeft(row.person_id))
        scope.enter(session, scope.SYSTEM)


_WHOSE = (
    select(LaneRow.community_id, LaneRow.external_id, IdentityRow.person_id, PersonRow.name.label("person"), PlaceRow.name.label("place"))
    .outerjoin(IdentityRow, IdentityRow.id == LaneRow.id)
    .outerjoin(PersonRow, PersonRow.id == IdentityRow.person_id)
    .outerjoin(PlaceRow, PlaceRow.id == LaneRow.id)
    .where(LaneRow.id == bindparam("lane"))
)
_UNSAID = (State.HELD.value, State.READY.value)
_WAITING = select(func.count()).where(PostRow.lane_id == bindparam("lane"), PostRow.state.in_(_UNSAID), PostRow.body.is_not(None))


def _refused(session: Session, posts: Sequence[int]) -> Sequence[Any]:
    query = (
        select(PostRow.id, PostRow.community_id, PostRow.key, PostRow.message_id, IdentityRow.person_id)
        .join(IdentityRow, IdentityRow.id == PostRow.lane_id)
        .where(PostRow.id.in_(posts), PostRow.state == State.PARKED.value, PostRow.kind == Kind.PERSONAL.value, PostRow.key.is_not(None))
    )
    return session.execute(query.order_by(PostRow.id)).all()

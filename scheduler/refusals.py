"""What follows when a platform refuses for good what one member says to another: features hear it, and tell whoever said it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.context import Context
from bot.core.facts import WordsRefused
from bot.core.outbox import Kind, State
from bot.core.registry import Registry
from bot.core.rows import PostRow
from bot.data import scope
from bot.people.rows import CommunityRow, IdentityRow
from bot.people.values import Community


def publish(session: Session, registry: Registry, posts: Sequence[int], now: datetime) -> None:
    """Publish which of these posts are parked now, in the unit that parked them."""
    scope.enter(session, scope.SYSTEM)
    for row in _refused(session, posts):
        home = session.get_one(CommunityRow, row.community_id)
        community = Community(home.id, home.name, home.zone, home.language)
        scope.enter(session, community.id)
        ctx = Context(session=session, registry=registry, now=now, seed=row.id, community=community)
        ctx.publish(WordsRefused(row.key, row.person_id, stands=row.message_id is not None))
        scope.enter(session, scope.SYSTEM)


def _refused(session: Session, posts: Sequence[int]) -> Sequence[Any]:
    query = (
        select(PostRow.id, PostRow.community_id, PostRow.key, PostRow.message_id, IdentityRow.person_id)
        .join(IdentityRow, IdentityRow.id == PostRow.lane_id)
        .where(PostRow.id.in_(posts), PostRow.state == State.PARKED.value, PostRow.kind == Kind.PERSONAL.value, PostRow.key.is_not(None))
    )
    return session.execute(query.order_by(PostRow.id)).all()

"""Leaving: what becomes of a community's rows when the bot was taken out of a whole workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from bot.core import erasure
from bot.core.context import Context
from bot.core.facts import ErasureBegun, PersonLeft, PlaceGone
from bot.core.registry import Registry
from bot.core.rows import AllowanceRow, InboxRow, ScrubRow
from bot.data import scope
from bot.data.base import table
from bot.data.ids import new_id
from bot.people import store
from bot.people.rows import CommunityRow, IdentityRow, PersonRow, PlaceRow, WorkspaceRow
from bot.people.values import Community

log = structlog.get_logger()
_UNSYNCHRONISED = {"synchronize_session": False}


def close_places(session: Session, registry: Registry, platform: str, workspace: str, now: datetime) -> None:
    """Nothing can be posted to the places of a workspace any more; whoever adds the bot there again opens them."""
    found = _workspace(session, platform, workspace)
    if found is None:
        return
    with _within(session, registry, found.community_id, now) as ctx:
        open_ones = select(PlaceRow.id).where(PlaceRow.workspace_id == found.id, PlaceRow.closed_at.is_(None))
        for place in session.execute(open_ones.order_by(PlaceRow.id)).scalars().all():
            store.remember_place(session, place, closed_at=now)
            ctx.publish(PlaceGone(place))
    _move_chats(session, found.id)


def remove_somebody(session: Session, registry: Registry, platform: str, workspace: str, now: datetime) -> bool:
    """Erase one person who is here through this workspace alone; False where nobody is left. In the system's scope."""
    found = _workspace(session, platform, workspace)
    person = session.execute(_through_it_alone(found.id).limit(1)).scalar() if found is not None else None
    if found is None or person is None:
        return False
    if _is_the_only_one(session, found):
        erasure.erase(session, person, now)  # nobody stays who would have to hear of it
        return True
    begun = ErasureBegun(person)
    with _within(session, registry, found.community_id, now) as ctx:
        ctx.publish(begun)
        ctx.publish(PersonLeft(person))
        erasure.erase(session, person, now)
        for say_anew in begun.afterwards:
            say_anew()
    return True


def remove_workspace(session: Session, platform: str, workspace: str, now: datetime) -> None:
    """Delete a workspace with its places and accounts, and the community with it that has no other. In the system's scope."""
    found = _workspace(session, platform, workspace)
    session.execute(delete(AllowanceRow).where(AllowanceRow.platform == platform, AllowanceRow.workspace == workspace))
    session.execute(delete(InboxRow).where(InboxRow.platform == platform, InboxRow.workspace == workspace))
    if found is None:
        return
    session.add(ScrubRow(id=new_id(), asked_at=now))
    session.flush()
    if _is_the_only_one(session, found):
        session.execute(delete(CommunityRow).where(CommunityRow.id == found.community_id), execution_options=_UNSYNCHRONISED)
        log.info("a community was removed with its only workspace", community=found.community_id, platform=platform)
    else:
        _remove_route(session, found)
        log.info("a workspace was removed", community=found.community_id, platform=platform)
    session.expire_all()


def _remove_route(session: Session, found: WorkspaceRow) -> None:
    identities = session.execute(select(IdentityRow.id).where(IdentityRow.workspace_id == found.id)).scalars().all()
    places = session.execute(select(PlaceRow.id).where(PlaceRow.workspace_id == found.id)).scalars().all()
    _move_chats(session, found.id)
    erasure.let_go_of(session, table(WorkspaceRow), found.id)
    erasure.drop_lanes(session, [*identities, *places])
    session.execute(delete(WorkspaceRow).where(WorkspaceRow.id == found.id), execution_options=_UNSYNCHRONISED)


def _move_chats(session: Session, workspace: int) -> None:
    """What is meant for people who are elsewhere too goes there."""
    here = select(IdentityRow.id).where(IdentityRow.workspace_id == workspace)
    elsewhere = select(func.min(IdentityRow.id)).where(
        IdentityRow.person_id == PersonRow.id, IdentityRow.workspace_id != workspace, IdentityRow.closed_at.is_(None)
    )
    moved = update(PersonRow).where(PersonRow.chat_id.in_(here)).values(chat_id=elsewhere.scalar_subquery())
    session.execute(moved, execution_options=_UNSYNCHRONISED)


def _is_the_only_one(session: Session, found: WorkspaceRow) -> bool:
    others = select(WorkspaceRow.id).where(WorkspaceRow.community_id == found.community_id, WorkspaceRow.id != found.id)
    return session.execute(others.limit(1)).first() is None


@contextmanager
def _within(session: Session, registry: Registry, community: int, now: datetime) -> Iterator[Context]:
    """A context of a community without anybody who acts; the session sees everything again afterwards."""
    row = session.get_one(CommunityRow, community)
    scope.enter(session, row.id)
    try:
        named = Community(row.id, row.name, row.zone, row.language)
        yield Context(session=session, registry=registry, now=now, seed=0, community=named)
        session.flush()
    finally:
        scope.enter(session, scope.SYSTEM)


def _workspace(session: Session, platform: str, workspace: str) -> WorkspaceRow | None:
    query = select(WorkspaceRow).where(WorkspaceRow.platform == platform, WorkspaceRow.external_id == workspace)
    return session.execute(query).scalar_one_or_none()


def _through_it_alone(workspace: int) -> Select[int]:
    """The people with an account in this workspace and in no other."""
    inside = select(IdentityRow.person_id).where(IdentityRow.workspace_id == workspace)
    return (
        select(IdentityRow.person_id)
        .where(IdentityRow.person_id.in_(inside))
        .group_by(IdentityRow.person_id)
        .having(func.count(func.distinct(IdentityRow.workspace_id)) == 1)
        .order_by(IdentityRow.person_id)
    )

"""Crossing: what one unit of work does in two communities, which happens only where both sides have agreed to become one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from sqlalchemy import Select, or_, select, update

from bot.core.context import Context
from bot.core.facts import CommunityChanged, LinkBegun, PeopleLinked, PersonChanged, PlaceJoined
from bot.core.rows import PostRow
from bot.data import scope
from bot.people import joining, store
from bot.people.values import Community, Member

log = structlog.get_logger()


@contextmanager
def across(ctx: Context, community: Community) -> Iterator[Context]:
    """A context of another community, without an actor, to tell somebody there what was asked here; nothing comes back from it."""
    session = ctx.session
    session.flush()
    scope.enter(session, community.id)
    try:
        yield Context(session=session, registry=ctx.registry, now=ctx.now, seed=ctx.seed, community=community)
        session.flush()
    finally:
        scope.enter(session, ctx.community.id)


def take_in(ctx: Context, gone: Community) -> int:
    """Everything of another community belongs to the context's from now on; how many places came along."""
    before = {place.id for place in store.places(ctx.session)}
    joining.merge_communities(ctx.session, ctx.community.id, gone.id)
    came = [place for place in store.places(ctx.session) if place.id not in before]
    for place in came:
        ctx.publish(PlaceJoined(place))
    log.info("a community joined another", kept=ctx.community.id, gone=gone.id, agreed_by=ctx.actor.id, places=len(came))
    ctx.publish(CommunityChanged(gone, ctx.community))
    return len(came)


def link(ctx: Context, kept: int, gone: int, chat: int) -> Member:
    """Two people of the context's community are one person: the member as they are now."""
    chats = store.chats_of(ctx.session, [gone]).get(gone, [])
    ctx.publish(LinkBegun(kept, gone))
    joining.merge_people(ctx.session, kept, gone, chat)
    _rename_keys(ctx, chats, kept, gone)
    member = store.members(ctx.session, [kept])[kept]
    log.info("two identities were linked", community=ctx.community.id, kept=kept, gone=gone)
    ctx.publish(PeopleLinked(member, gone))
    ctx.publish(PersonChanged(member))
    return member


def _rename_keys(ctx: Context, chats: list[int], kept: int, gone: int) -> None:
    """What was posted to or about somebody under a key with their id is found under the id that they have now."""
    for post in ctx.session.execute(named_by_old_id(chats, kept, gone)).all():
        key = str(post.key).replace(str(gone), str(kept))
        if not ctx.session.execute(select(PostRow.id).where(PostRow.lane_id == post.lane_id, PostRow.key == key)).first():
            ctx.session.execute(update(PostRow).where(PostRow.id == post.id).values(key=key))


def named_by_old_id(chats: Sequence[int], kept: int, gone: int) -> Select[int, int, str | None]:
    """The posts, in somebody's own chats and to others about them, whose keys have the id that went."""
    theirs = or_(PostRow.lane_id.in_(chats), PostRow.about_id == kept)
    return select(PostRow.id, PostRow.lane_id, PostRow.key).where(theirs, PostRow.key.like(f"%{gone}%"))

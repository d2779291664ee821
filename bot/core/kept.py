"""Texts that nothing took: kept sealed while we ask the person what to do with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import bindparam, delete, select

from bot.chat.errors import CardOutOfDate
from bot.core.context import Context, Written
from bot.core.rows import KeptTextRow
from bot.data import scope
from bot.data.base import Instant, table
from bot.data.ids import new_id
from bot.data.scope import BIND

COLUMN = "kept_texts.text"
ASKED_FOR = timedelta(minutes=30)
KEPT_FOR = timedelta(days=7)
OVERTAKEN_FOR = timedelta(hours=1)  # the platforms deliver again within minutes
_kept = table(KeptTextRow)
_HAS_KEPT = select(_kept.c.id).where(
    _kept.c.lane_id == bindparam("lane"),
    _kept.c.message_id == bindparam("message"),
    _kept.c.person_id == bindparam("person"),
    _kept.c.community_id == bindparam(BIND),
)
_OPEN_QUESTION = (
    select(_kept.c.id)
    .where(_kept.c.person_id == bindparam("person"), _kept.c.is_asked_until > bindparam("now", type_=Instant()))
    .where(_kept.c.community_id == bindparam(BIND))
    .order_by(_kept.c.id.desc())
    .limit(1)
)


def keep(ctx: Context, written: Written, *, asks: bool = True) -> int:
    """Keep a text for a week; for half an hour a plain yes or no answers our question about it, unless it asks none."""
    return _insert(ctx, written, asked_for=ASKED_FOR if asks else timedelta(0), kept_for=KEPT_FOR)


def follow_edit(ctx: Context, written: Written) -> None:
    """A kept text follows its edited message; an edit that overtook its message is kept until that arrives."""
    row = _of_message(ctx, written)
    if row is None:
        _insert(ctx, written, asked_for=timedelta(0), kept_for=OVERTAKEN_FOR)
    elif written.at >= row.written_at:
        row.text, row.written_at = ctx.vault.seal(COLUMN, row.id, written.text), written.at


def follow_deletion(ctx: Context, message: Written) -> None:
    """A kept text goes with its message."""
    row = _of_message(ctx, message)
    if row is not None:
        ctx.session.delete(row)


def newest(ctx: Context, written: Written) -> Written:
    """A message as it stands now: as it was edited, where the edit overtook it."""
    row = _of_message(ctx, written) if written.message_id is not None else None
    if row is None or row.written_at < written.at:  # of the same instant it is an edit, too
        return written
    text = ctx.vault.open_text(COLUMN, row.id, row.text)
    ctx.session.delete(row)
    return replace(written, text=text, at=row.written_at)


def _insert(ctx: Context, written: Written, *, asked_for: timedelta, kept_for: timedelta) -> int:
    row = KeptTextRow(
        id=new_id(),
        community_id=ctx.community.id,
        person_id=ctx.actor.id,
        lane_id=written.lane,
        message_id=written.message_id,
        written_at=written.at,
        is_asked_until=ctx.now + asked_for,
        expires_at=ctx.now + kept_for,
    )
    row.text = ctx.vault.seal(COLUMN, row.id, written.text)
    ctx.session.add(row)
    return row.id


def _of_message(ctx: Context, written: Written) -> KeptTextRow | None:
    keys = {"person": ctx.actor.id, "lane": written.lane, "message": written.message_id, BIND: ctx.community.id}
    if scope.execute(ctx.session, _HAS_KEPT, keys).first() is None:  # so it is with nearly every message
        return None
    query = select(KeptTextRow).where(
        KeptTextRow.person_id == ctx.actor.id, KeptTextRow.lane_id == written.lane, KeptTextRow.message_id == written.message_id
    )
    return ctx.session.execute(query.order_by(KeptTextRow.id.desc()).limit(1).with_for_update()).scalar_one_or_none()


def open_question(ctx: Context) -> int | None:
    """The newest kept text that we asked the actor about and that a yes or no may still answer."""
    found: int | None = scope.execute(
        ctx.session, _OPEN_QUESTION, {"person": ctx.actor.id, "now": ctx.now, BIND: ctx.community.id}
    ).scalar()
    return found


def take(ctx: Context, kept: int) -> Written:
    """Take a kept text out; it is gone from then on. Somebody else's, or one that is gone, is an old card."""
    query = select(KeptTextRow).where(KeptTextRow.id == kept, KeptTextRow.person_id == ctx.actor.id, KeptTextRow.expires_at > ctx.now)
    row = ctx.session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        raise CardOutOfDate
    text = ctx.vault.open_text(COLUMN, row.id, row.text)
    ctx.session.execute(delete(KeptTextRow).where(KeptTextRow.id == kept))
    return Written(text, row.written_at, row.lane_id, row.message_id)

"""Texts that nothing took: kept sealed while we ask the person what to do with them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.chat.errors import CardOutOfDate
from bot.core.context import Context, Written
from bot.core.rows import KeptTextRow
from bot.data.ids import new_id

COLUMN = "kept_texts.text"
ASKED_FOR = timedelta(minutes=30)
KEPT_FOR = timedelta(days=7)


def keep(ctx: Context, written: Written) -> int:
    """Keep a text for a week; for half an hour a plain yes or no answers our question about it."""
    row = KeptTextRow(
        id=new_id(),
        community_id=ctx.community.id,
        person_id=ctx.actor.id,
        message_id=written.message_id,
        is_asked_until=ctx.now + ASKED_FOR,
        expires_at=ctx.now + KEPT_FOR,
    )
    row.text = ctx.vault.seal(COLUMN, row.id, written.text)
    ctx.session.add(row)
    return row.id


def open_question(session: Session, person: int, now: datetime) -> int | None:
    """The newest kept text that we asked about and that a yes or no may still answer."""
    query = (
        select(KeptTextRow.id)
        .where(KeptTextRow.person_id == person, KeptTextRow.is_asked_until > now)
        .order_by(KeptTextRow.id.desc())
        .limit(1)
    )
    return session.execute(query).scalar()


def take(ctx: Context, kept: int) -> Written:
    """Take a kept text out; it is gone from then on. Somebody else's, or one that is gone, is an old card."""
    query = select(KeptTextRow).where(KeptTextRow.id == kept, KeptTextRow.person_id == ctx.actor.id, KeptTextRow.expires_at > ctx.now)
    row = ctx.session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        raise CardOutOfDate
    text = ctx.vault.open_text(COLUMN, row.id, row.text)
    ctx.session.execute(delete(KeptTextRow).where(KeptTextRow.id == kept))
    return Written(text, ctx.event_at, ctx.actor.identities[0].id if row.message_id else None, row.message_id)

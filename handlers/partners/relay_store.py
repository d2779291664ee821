"""Named queries of what partners write to each other through us, and of how they react to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from bot.core.context import Context, Written
from bot.data.ids import new_id
from bot.lean import dataclass
from handlers.partners.rows import GroupRow, MemberRow, MessageRow, ReactionRow

COLUMN = "partner_messages.text"
LONGEST_REACTION = 64


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote to their group; without a text it was taken back."""

    id: int
    group: int
    writer: int
    text: str | None
    changed_at: datetime


def insert(ctx: Context, group: int, text: str, written: Written | None) -> int:
    """Keep what the actor writes to a group, and which chat message of theirs it is; its id."""
    message = new_id()
    row = MessageRow(id=message, community_id=ctx.community.id, group_id=group, person_id=ctx.actor.id, said_at=ctx.now)
    row.text, row.changed_at = ctx.vault.seal(COLUMN, message, text), written.at if written is not None else ctx.event_at
    row.lane_id, row.message_id = (written.lane, written.message_id) if written is not None and written.message_id else (None, None)
    ctx.session.add(row)
    ctx.session.flush()
    return message


def of_message(ctx: Context, written: Written) -> Said | None:
    """What a chat message of the actor became, locked."""
    query = select(MessageRow).where(MessageRow.lane_id == written.lane, MessageRow.message_id == written.message_id)
    return _said(ctx, ctx.session.execute(query.where(MessageRow.person_id == ctx.actor.id).with_for_update()).scalar_one_or_none())


def message(ctx: Context, message_id: int) -> Said | None:
    """What was written, locked; None where it is gone for good."""
    query = select(MessageRow).where(MessageRow.id == message_id)
    return _said(ctx, ctx.session.execute(query.with_for_update()).scalar_one_or_none())


def rewrite(ctx: Context, message_id: int, text: str | None, at: datetime) -> None:
    """Let a message say something else from an instant on, or nothing any more."""
    row = ctx.session.execute(select(MessageRow).where(MessageRow.id == message_id)).scalar_one()
    row.text, row.changed_at = ctx.vault.seal(COLUMN, message_id, text) if text is not None else None, at
    ctx.session.flush()


def readers(ctx: Context, said: Said) -> Sequence[int]:
    """Who may have got a message: everybody who ever was in its group, but its writer."""
    query = select(MemberRow.person_id).where(MemberRow.group_id == said.group, MemberRow.person_id != said.writer)
    return ctx.session.execute(query.order_by(MemberRow.id)).scalars().all()


def react(ctx: Context, message_id: int, reactions: Iterable[str], *, stands: bool) -> None:
    """The actor reacted, or took it back; of two events about one reaction the later wins."""
    for reaction in sorted({each[:LONGEST_REACTION] for each in reactions}):
        mine = (ReactionRow.message_id == message_id, ReactionRow.person_id == ctx.actor.id, ReactionRow.reaction == reaction)
        row = ctx.session.execute(select(ReactionRow).where(*mine).with_for_update()).scalar_one_or_none()
        if row is None:
            row = ReactionRow(id=new_id(), community_id=ctx.community.id, message_id=message_id, person_id=ctx.actor.id, reaction=reaction)
            ctx.session.add(row)
        elif row.reacted_at > ctx.event_at:
            continue
        row.stands, row.reacted_at = stands, ctx.event_at
    ctx.session.flush()


def reactions(ctx: Context, message_id: int) -> Sequence[str]:
    """The actor's reactions that stand under a message, the oldest first."""
    query = select(ReactionRow.reaction).where(ReactionRow.message_id == message_id, ReactionRow.person_id == ctx.actor.id)
    return ctx.session.execute(query.where(ReactionRow.stands).order_by(ReactionRow.id)).scalars().all()


def own(ctx: Context) -> Sequence[tuple[int, datetime, str]]:
    """What the actor wrote and has not taken back: group, when, text."""
    query = select(MessageRow).where(MessageRow.person_id == ctx.actor.id, MessageRow.text.is_not(None)).order_by(MessageRow.id)
    rows = ctx.session.execute(query).scalars()
    return [(row.group_id, row.said_at, ctx.vault.open_text(COLUMN, row.id, row.text)) for row in rows if row.text is not None]


def own_reactions(ctx: Context) -> Sequence[tuple[str, datetime]]:
    """How the actor reacted to what partners wrote."""
    query = select(ReactionRow.reaction, ReactionRow.reacted_at).where(ReactionRow.person_id == ctx.actor.id, ReactionRow.stands)
    return [(row.reaction, row.reacted_at) for row in ctx.session.execute(query.order_by(ReactionRow.id))]


def forget(ctx: Context, challenge: int) -> None:
    """What was written in the groups of a challenge goes for good."""
    groups = select(GroupRow.id).where(GroupRow.challenge_id == challenge)
    ctx.session.execute(delete(MessageRow).where(MessageRow.group_id.in_(groups)))


def _said(ctx: Context, row: MessageRow | None) -> Said | None:
    if row is None:
        return None
    text = ctx.vault.open_text(COLUMN, row.id, row.text) if row.text is not None else None
    return Said(row.id, row.group_id, row.person_id, text, row.changed_at)

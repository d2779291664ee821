"""Named queries of when teams meet, and of who supports them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select

from bot.core.context import Context
from bot.data.ids import new_id
from handlers.charters.charter import Meeting
from handlers.charters.rows import MeetingRow, SupporterRow

WORDS = "charter_meetings.words"
PLAIN = ("starts_at", "minutes", "weeks", "zone", "last_on", "is_cancelled", "sequence")


def of(ctx: Context, charter_id: int, *, lock: bool = False) -> Meeting | None:
    """When a team meets, or was asked about."""
    query = select(MeetingRow).where(MeetingRow.charter_id == charter_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return next(iter(_meetings(ctx, query)), None)


def of_poll(ctx: Context, poll: int) -> Meeting | None:
    """What a poll asks about."""
    return next(iter(_meetings(ctx, select(MeetingRow).where(MeetingRow.poll_id == poll))), None)


def save(ctx: Context, meeting: Meeting) -> Meeting:
    """Everything of it as it is now."""
    row = ctx.session.execute(select(MeetingRow).where(MeetingRow.charter_id == meeting.charter)).scalar_one_or_none()
    if row is None:
        row = MeetingRow(id=new_id(), community_id=ctx.community.id, charter_id=meeting.charter)
        ctx.session.add(row)
    for name in PLAIN:
        setattr(row, name, getattr(meeting, name))
    row.poll_id, row.set_by, row.changed_at = meeting.poll, ctx.actor.id, ctx.now
    words = {"link": meeting.link, "asked": [each.isoformat() for each in meeting.asked]}
    row.words = ctx.vault.seal(WORDS, row.id, json.dumps(words, ensure_ascii=False))
    ctx.session.flush()
    return replace(meeting, id=row.id)


def export(ctx: Context) -> list[dict[str, Any]]:
    """The meetings that the actor set, as plain values."""
    found = _meetings(ctx, select(MeetingRow).where(MeetingRow.set_by == ctx.actor.id).order_by(MeetingRow.id))
    return [{"meeting_at": each.starts_at.isoformat() if each.starts_at else "", "where": each.link} for each in found]


def _meetings(ctx: Context, query: Select[MeetingRow]) -> Sequence[Meeting]:
    return [_meeting(ctx, row) for row in ctx.session.execute(query).scalars()]


def _meeting(ctx: Context, row: MeetingRow) -> Meeting:
    words = json.loads(ctx.vault.open_text(WORDS, row.id, row.words))
    asked = tuple(datetime.fromisoformat(each) for each in words["asked"])
    plain = {name: getattr(row, name) for name in PLAIN}
    return Meeting(row.id, row.charter_id, link=words["link"], poll=row.poll_id, asked=asked, **plain)


# -- support -------------------------------------------------------------------------------------------------------------


def supporter(ctx: Context) -> int | None:
    """Who supports teams, where the community has named somebody."""
    return ctx.session.execute(select(SupporterRow.person_id).where(SupporterRow.community_id == ctx.community.id)).scalar_one_or_none()


def name_supporter(ctx: Context, person: int | None) -> None:
    """Somebody supports teams from now on, or nobody in particular."""
    ctx.session.execute(delete(SupporterRow).where(SupporterRow.community_id == ctx.community.id))
    if person is not None:
        ctx.session.add(SupporterRow(id=new_id(), community_id=ctx.community.id, person_id=person, named_at=ctx.now))
    ctx.session.flush()


def export_support(ctx: Context) -> list[dict[str, Any]]:
    """Whether the actor is named as who supports teams."""
    return [{"supports_teams": True}] if supporter(ctx) == ctx.actor.id else []

"""What is kept of reminders, for the person themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from bot.core.context import Context
from handlers.nudges import store
from handlers.nudges.rows import NudgeRow, NudgeStateRow, ReminderRow, UrgentRow


def export(ctx: Context) -> list[dict[str, Any]]:
    """The actor's reminders as plain JSON."""
    query = select(ReminderRow).where(ReminderRow.person_id == ctx.actor.id).order_by(ReminderRow.id)
    return [
        {
            "about": store.summary_of(ctx, row),
            "state": row.state,
            "asked_at": row.asked_at.isoformat(),
            "ready_at": row.ready_at.isoformat(),
            "expires_at": row.expires_at.isoformat(),
        }
        for row in ctx.session.execute(query).scalars()
    ]


def export_messages(ctx: Context) -> list[dict[str, Any]]:
    """How it stands between the actor and reminders, and what was sent."""
    state = ctx.session.execute(select(NudgeStateRow).where(NudgeStateRow.person_id == ctx.actor.id)).scalar_one_or_none()
    sent = ctx.session.execute(select(NudgeRow).where(NudgeRow.person_id == ctx.actor.id).order_by(NudgeRow.id)).scalars()
    stands = (
        []
        if state is None
        else [{"stopped_at": _iso(state.stopped_at), "paused_until": _iso(state.paused_until), "left_alone": state.ignored}]
    )
    marked = ctx.session.execute(select(UrgentRow.marked_at).where(UrgentRow.lead_id == ctx.actor.id).order_by(UrgentRow.id)).scalars()
    urgent = [{"marked_urgent_at": at.isoformat()} for at in marked]
    return [*stands, *urgent, *({"sent_at": row.sent_at.isoformat(), "outcome": row.outcome} for row in sent)]


def _iso(at: datetime | date | None) -> str | None:
    return at.isoformat() if at is not None else None

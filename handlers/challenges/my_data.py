"""What challenges keep about a person: their parts, what they proposed, and what they did as a lead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.chat.language import _
from bot.core.context import Context
from bot.core.feature import Keeps
from bot.people.store import hour_of
from handlers.challenges.leading_rows import ProposalRow
from handlers.challenges.leading_store import WHY
from handlers.challenges.rows import ChallengeRow, DayRow, DoneRow, ParticipantRow, PauseRow, SnoozeRow
from handlers.challenges.taking_part_store import GOAL, UNIT

Json = dict[str, Any]


def parts(ctx: Context) -> list[Json]:
    """The actor's parts in challenges: what they told, the days that they did, and their pauses."""
    query = (
        select(ParticipantRow, ChallengeRow.title)
        .join(ChallengeRow, ChallengeRow.id == ParticipantRow.challenge_id)
        .where(ParticipantRow.person_id == ctx.actor.id)
        .order_by(ParticipantRow.id)
    )
    done = _by_part(ctx, DoneRow, lambda row: {"day": row.number, "done_at": row.done_at.isoformat(), "by_journal_entry": row.by_entry})
    pauses = _by_part(ctx, PauseRow, lambda row: {"from": row.from_on.isoformat(), "to": row.to_on.isoformat()})
    snoozes = _by_part(ctx, SnoozeRow, lambda row: {"day": row.number, "due_at": row.due_at.isoformat(), "came_at": _iso(row.came_at)})
    return [
        {
            "challenge": title,
            "joined_at": part.joined_at.isoformat(),
            "left_at": _iso(part.left_at),
            "hour": f"{hour_of(part.minute):%H:%M}",
            "goal": _opened(ctx, GOAL, part.id, part.goal),
            "unit": _opened(ctx, UNIT, part.id, part.unit),
            "wants_partner": part.wants_partner,
            "days_done": done.get(part.id, []),
            "pauses": pauses.get(part.id, []),
            "snoozes": snoozes.get(part.id, []),
        }
        for part, title in ctx.session.execute(query)
    ]


def _by_part(ctx: Context, row: Any, told: Any) -> dict[int, list[Json]]:
    """The actor's rows of a table that hangs on participants, by participant."""
    found: dict[int, list[Json]] = {}
    query = select(row).join(ParticipantRow, ParticipantRow.id == row.participant_id).where(ParticipantRow.person_id == ctx.actor.id)
    for each in ctx.session.execute(query.order_by(row.id)).scalars():
        found.setdefault(each.participant_id, []).append(told(each))
    return found


def proposals(ctx: Context) -> list[Json]:
    """The challenges that the actor proposed, with their words."""
    query = select(ProposalRow).where(ProposalRow.proposed_by == ctx.actor.id).order_by(ProposalRow.id)
    return [
        {
            "pack": row.pack,
            "why": ctx.vault.open_text(WHY, row.id, row.why),
            "state": row.state,
            "proposed_at": row.proposed_at.isoformat(),
        }
        for row in ctx.session.execute(query).scalars()
    ]


def led(ctx: Context) -> list[Json]:
    """What the actor did as a lead of challenges."""
    return [*_started(ctx), *_edited(ctx), *_decided(ctx)]


def _started(ctx: Context) -> Iterator[Json]:
    query = select(ChallengeRow).where(ChallengeRow.started_by == ctx.actor.id).order_by(ChallengeRow.id)
    for row in ctx.session.execute(query).scalars():
        yield {"did": "started", "challenge": row.title, "at": row.announced_at.isoformat()}


def _edited(ctx: Context) -> Iterator[Json]:
    query = select(DayRow, ChallengeRow.title).join(ChallengeRow, ChallengeRow.id == DayRow.challenge_id)
    for row, title in ctx.session.execute(query.where(DayRow.edited_by == ctx.actor.id).order_by(DayRow.id)):
        yield {"did": "edited a day", "challenge": title, "day": row.number, "activity": row.activity}


def _decided(ctx: Context) -> Iterator[Json]:
    query = select(ProposalRow).where(ProposalRow.decided_by == ctx.actor.id).order_by(ProposalRow.id)
    for row in ctx.session.execute(query).scalars():
        yield {"did": "answered a proposal", "pack": row.pack, "answer": row.state}


def _opened(ctx: Context, column: str, row: int, sealed: bytes | None) -> str | None:
    return ctx.vault.open_text(column, row, sealed) if sealed is not None else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


KEEPS = {
    "challenges": Keeps(
        _("The challenges that you take part in: your hour, your goal and unit, the days that you did, your pauses and snoozes."),
        _("Only you see your days and your goal; the community sees counts without names."),
        parts,
        (ParticipantRow, DoneRow, PauseRow, SnoozeRow),
    ),
    "proposals": Keeps(
        _("The challenges that you proposed, and why."),
        _("The leads and you."),
        proposals,
        (ProposalRow,),
    ),
    "challenges_led": Keeps(
        _("What you did as a lead of challenges: started, edited, answered."),
        _("The leads; a day that you edited is seen by whoever takes part."),
        led,
        (ChallengeRow, DayRow, ProposalRow),
    ),
}

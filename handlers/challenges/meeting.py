"""What whoever arranges the meetup at the end of a challenge may know of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select

from bot.core.context import Context
from handlers.challenges.rows import ChallengeRow, ParticipantRow
from handlers.challenges.rules import State
from handlers.challenges.store import Challenge, of_row

LATELY = timedelta(days=30)
RUNS = (State.RUNNING, State.PAUSED, State.CLOSING)


def can_meet(challenge: Challenge) -> bool:
    """Whether people can meet about it: it runs, or it has ended as it should."""
    return challenge.state in (*RUNS, State.CLOSED)


def to_meet_about(ctx: Context) -> Sequence[Challenge]:
    """What runs or has ended lately, the newest first."""
    lately = (ChallengeRow.state == State.CLOSED.value) & (ChallengeRow.closed_at > ctx.now - LATELY)
    query = select(ChallengeRow).where(
        ChallengeRow.community_id == ctx.community.id, or_(ChallengeRow.state.in_([state.value for state in RUNS]), lately)
    )
    return [of_row(row) for row in ctx.session.execute(query.order_by(ChallengeRow.id.desc())).scalars()]


def people_in(ctx: Context, challenge_id: int) -> Sequence[int]:
    """Everybody who is in a challenge, over or not."""
    query = select(ParticipantRow.person_id).where(ParticipantRow.challenge_id == challenge_id, ParticipantRow.left_at.is_(None))
    return ctx.session.execute(query.order_by(ParticipantRow.id)).scalars().all()

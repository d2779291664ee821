"""How a charter goes from state to state, whose it is to move it, and what comes round for it then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat.errors import CardOutOfDate, FieldErrors, UserError
from bot.chat.language import _
from bot.core.cadences import Cadence, once
from bot.core.context import Context
from handlers.charters import cards, store
from handlers.charters.charter import Charter
from handlers.charters.rules import Move, State, next_state, reminded_at, report_due

ENDORSED_JOB, REPORT_JOB, LATE_JOB, REVIEW_JOB = "charter.endorsed", "charter.report", "charter.report_late", "charter.review"
ENDORSE_JOB = "charter.endorse"
AT = time(9)
LATE = timedelta(days=3)  # after the lead was reminded, the co-lead is


class NotYours(UserError):
    """Somebody else looks after it."""

    def __init__(self) -> None:
        super().__init__(_("Only whoever leads this, or a lead of the community, can do that. Everything else is open to you."))


def known(ctx: Context, charter_id: int, *, lock: bool = False) -> Charter:
    """A charter that somebody pressed a button of; a first draft is for those who write it, a proposal for the leads too."""
    charter = store.charter(ctx, charter_id, lock=lock)
    if charter is None or not (charter.is_public or may_manage(ctx, charter)):
        raise CardOutOfDate
    return charter


def managed(ctx: Context, charter_id: int) -> Charter:
    """A charter that the actor may manage, locked."""
    charter = known(ctx, charter_id, lock=True)
    if not may_manage(ctx, charter):
        raise NotYours
    return charter


def may_manage(ctx: Context, charter: Charter) -> bool:
    """Whether the actor leads it, or the community; a first draft is its writers' own."""
    is_private = charter.state is State.DRAFT and not charter.is_public
    return charter.is_run_by(ctx.actor.id) or (ctx.actor.is_lead and not is_private)


def may(charter: Charter, move: Move) -> bool:
    """Whether there is such a way from where it stands."""
    return next_state(charter.state, move) is not None


def must(charter: Charter, move: Move) -> None:
    """Refuse a form whose charter has moved on meanwhile; what was typed comes back."""
    if not may(charter, move):
        raise FieldErrors({"": _("This has moved on meanwhile, so nothing was changed.")})


def moved(ctx: Context, charter: Charter, move: Move, **changed: Any) -> Charter:
    """It is moved: its card says so, and what comes round for it follows."""
    state = next_state(charter.state, move)
    assert state is not None, f"no way from {charter.state} by {move}"
    return changed_to(ctx, replace(charter, state=state, **changed))


def changed_to(ctx: Context, charter: Charter) -> Charter:
    """It is as it is given: saved, shown, and planned."""
    saved = store.save(ctx, charter)
    come_round(ctx, saved)
    cards.show(ctx, saved)
    return saved


def come_round(ctx: Context, charter: Charter) -> None:
    """What is due for it comes at its time."""
    for job in (ENDORSED_JOB, ENDORSE_JOB, REPORT_JOB, LATE_JOB, REVIEW_JOB):
        ctx.forget(job, [charter.id])
    if charter.state is State.ENDORSING and charter.until is not None:
        ctx.plan(ENDORSED_JOB, charter.id, once(max(charter.until, ctx.now + timedelta(minutes=1))))
        if (at := reminded_at(charter.until)) > ctx.now:
            ctx.plan(ENDORSE_JOB, charter.id, once(at))
    if charter.state in {State.RECRUITING, State.ACTIVE, State.DORMANT}:
        looked_at = charter.review_on or charter.ends_on
        if looked_at is not None:
            ctx.plan(REVIEW_JOB, charter.id, _on(ctx, looked_at))
    due = due_on(ctx, charter)
    if due is not None:
        ctx.plan(REPORT_JOB, charter.id, _on(ctx, due))
        ctx.plan(LATE_JOB, charter.id, _on(ctx, due + LATE))


def due_on(ctx: Context, charter: Charter) -> date | None:
    """When its next report is due, while it is at work."""
    if charter.state is not State.ACTIVE or charter.heard_at is None:
        return None
    return report_due(charter.rhythm, charter.heard_at.astimezone(ZoneInfo(ctx.community.zone)).date())


def _on(ctx: Context, on: date) -> Cadence:
    return Cadence(ctx.community.zone, AT, on, on)

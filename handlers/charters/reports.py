"""Named queries of what teams report and what members answer."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from bot.core.context import Context
from bot.data.ids import new_id
from handlers.charters.charter import About, Answer, Answered, Report
from handlers.charters.rows import ReportAnswerRow, ReportRow

WORDS, ANSWER = "charter_reports.words", "charter_answers.words"


def report(ctx: Context, report_id: int) -> Report | None:
    """A report by its id."""
    return next(iter(_reports(ctx, select(ReportRow).where(ReportRow.id == report_id))), None)


def newest(ctx: Context, charter_id: int, about: About | None = None) -> Report | None:
    """What was told last."""
    query = select(ReportRow).where(ReportRow.charter_id == charter_id)
    query = query.where(ReportRow.about == about.value) if about is not None else query
    return next(iter(_reports(ctx, query.order_by(ReportRow.id.desc()).limit(1))), None)


def insert(ctx: Context, charter_id: int, about: About, words: Mapping[str, str]) -> Report:
    """A new report of the actor's."""
    row = ReportRow(id=new_id(), community_id=ctx.community.id, charter_id=charter_id, about=about.value)
    row.words = ctx.vault.seal(WORDS, row.id, json.dumps(dict(words), ensure_ascii=False))
    row.made_by, row.made_at = ctx.actor.id, ctx.now
    ctx.session.add(row)
    ctx.session.flush()
    return _report(ctx, row)


def rewrite(ctx: Context, report_id: int, words: Mapping[str, str]) -> Report:
    """It says something else from now on."""
    row = ctx.session.get_one(ReportRow, report_id)
    row.words = ctx.vault.seal(WORDS, row.id, json.dumps(dict(words), ensure_ascii=False))
    ctx.session.flush()
    return _report(ctx, row)


def all_of(ctx: Context, charters: Collection[int]) -> Mapping[int, Sequence[Report]]:
    """What teams told, the oldest first."""
    found: dict[int, list[Report]] = {}
    for each in _reports(ctx, select(ReportRow).where(ReportRow.charter_id.in_(list(charters))).order_by(ReportRow.id)):
        found.setdefault(each.charter, []).append(each)
    return found


def answer_counts(ctx: Context, reports: Collection[int]) -> Mapping[tuple[int, Answer], int]:
    """How many answered reports in each way."""
    counted = select(ReportAnswerRow.report_id, ReportAnswerRow.answer, func.count()).where(ReportAnswerRow.report_id.in_(list(reports)))
    rows = ctx.session.execute(counted.group_by(ReportAnswerRow.report_id, ReportAnswerRow.answer))
    return {(row[0], Answer(row[1])): row[2] for row in rows}


def answers(ctx: Context, report_id: int) -> Sequence[Answered]:
    """What was answered, in its order."""
    rows = ctx.session.execute(select(ReportAnswerRow).where(ReportAnswerRow.report_id == report_id).order_by(ReportAnswerRow.id))
    return [_answered(ctx, row) for row in rows.scalars()]


def say(ctx: Context, report_id: int, answer: Answer, words: str = "") -> bool:
    """The actor answers this, in place of what they answered in this way before; whether it is new."""
    mine = (ReportAnswerRow.report_id == report_id, ReportAnswerRow.person_id == ctx.actor.id, ReportAnswerRow.answer == answer.value)
    row = ctx.session.execute(select(ReportAnswerRow).where(*mine)).scalar_one_or_none()
    is_new = row is None
    if row is None:
        row = ReportAnswerRow(id=new_id(), community_id=ctx.community.id, report_id=report_id, person_id=ctx.actor.id)
        row.answer = answer.value
        ctx.session.add(row)
    row.words, row.answered_at = ctx.vault.seal(ANSWER, row.id, words) if words else None, ctx.now
    ctx.session.flush()
    return is_new


def helpers(ctx: Context, charter_id: int) -> set[int]:
    """All who answered a report of this team."""
    theirs = select(ReportRow.id).where(ReportRow.charter_id == charter_id)
    return set(ctx.session.execute(select(ReportAnswerRow.person_id).where(ReportAnswerRow.report_id.in_(theirs))).scalars())


def export_made(ctx: Context) -> list[dict[str, Any]]:
    """The reports that the actor wrote, as plain values."""
    return [{"report": dict(each.words)} for each in _reports(ctx, select(ReportRow).where(ReportRow.made_by == ctx.actor.id))]


def export_answers(ctx: Context) -> list[dict[str, Any]]:
    """What the actor answered to reports, as plain values."""
    rows = ctx.session.execute(select(ReportAnswerRow).where(ReportAnswerRow.person_id == ctx.actor.id).order_by(ReportAnswerRow.id))
    return [{"answer": each.answer.value, "words": each.words} for each in (_answered(ctx, row) for row in rows.scalars())]


def _reports(ctx: Context, query: Select[ReportRow]) -> Sequence[Report]:
    return [_report(ctx, row) for row in ctx.session.execute(query).scalars()]


def _report(ctx: Context, row: ReportRow) -> Report:
    words = json.loads(ctx.vault.open_text(WORDS, row.id, row.words))
    return Report(row.id, row.charter_id, About(row.about), words, row.made_by, row.made_at)


def _answered(ctx: Context, row: ReportAnswerRow) -> Answered:
    return Answered(row.person_id, Answer(row.answer), ctx.vault.open_text(ANSWER, row.id, row.words) if row.words is not None else "")

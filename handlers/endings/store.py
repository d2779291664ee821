"""Named queries of the ending."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update

from bot.core.context import Context
from bot.data.ids import new_id
from bot.lean import dataclass
from handlers.endings.rows import FarewellRow, LeftOutRow, ReportRow, StuckRow
from handlers.endings.rules import Stuck

WORDS = ("opening", "change", "thanks")
LINE = "what_stuck.line"


@dataclass(frozen=True, slots=True)
class Report:
    """A lead's own words in the closing report, and where it is kept."""

    id: int
    challenge: int
    opening: str
    change: str
    thanks: str
    revision: int
    edited_by: int | None
    is_posted: bool
    posted_by: int | None
    item: int | None


@dataclass(frozen=True, slots=True)
class Farewell:
    """Somebody who took part in a challenge that ends."""

    id: int
    challenge: int
    person: int
    was_asked: bool
    told_of: date | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said about what stuck, and whether a lead leaves their line out."""

    id: int
    person: int
    answer: Stuck
    line: str
    by_name: bool
    is_left_out: bool


def report(ctx: Context, challenge_id: int) -> Report:
    """The closing report's words, begun where there are none yet; the challenge is locked."""
    row = ctx.session.execute(select(ReportRow).where(ReportRow.challenge_id == challenge_id)).scalar_one_or_none()
    if row is None:
        row = ReportRow(id=new_id(), community_id=ctx.community.id, challenge_id=challenge_id, revision=0)
        ctx.session.add(row)
        ctx.session.flush()
    words = {name: _opened(ctx, f"challenge_reports.{name}", row.id, getattr(row, name)) for name in WORDS}
    return Report(
        row.id,
        challenge_id,
        **words,
        revision=row.revision,
        edited_by=row.edited_by,
        is_posted=row.posted_at is not None,
        posted_by=row.posted_by,
        item=row.item_id,
    )


def save_report(ctx: Context, standing: Report, **words: str) -> None:
    """Keep a lead's words."""
    row = ctx.session.get_one(ReportRow, standing.id)
    for name, text in words.items():
        setattr(row, name, ctx.vault.seal(f"challenge_reports.{name}", row.id, text) if text else None)
    row.revision, row.edited_by = row.revision + 1, ctx.actor.id
    ctx.session.flush()


def mark_posted(ctx: Context, report_id: int, item: int) -> None:
    """Remember that the report was posted, and where it is kept."""
    row = ctx.session.get_one(ReportRow, report_id)
    row.posted_at, row.posted_by, row.item_id = ctx.now, ctx.actor.id, item
    ctx.session.flush()


def left_out(ctx: Context, challenge_id: int) -> set[int]:
    """The entries whose highlights the report of a challenge leaves out."""
    query = select(LeftOutRow.entry_id).join(ReportRow, ReportRow.id == LeftOutRow.report_id)
    return set(ctx.session.execute(query.where(ReportRow.challenge_id == challenge_id)).scalars())


def leave_out(ctx: Context, report_id: int, entry: int) -> None:
    """Leave a highlight out of a report; the challenge is locked."""
    ctx.session.add(LeftOutRow(id=new_id(), community_id=ctx.community.id, report_id=report_id, entry_id=entry))
    ctx.session.flush()


def put_back(ctx: Context, report_id: int, entry: int) -> None:
    """Leave it out no more."""
    ctx.session.execute(delete(LeftOutRow).where(LeftOutRow.report_id == report_id, LeftOutRow.entry_id == entry))


def farewell(ctx: Context, challenge: int, person: int) -> Farewell | None:
    """Somebody's way out of a challenge."""
    query = select(FarewellRow).where(FarewellRow.challenge_id == challenge, FarewellRow.person_id == person)
    row = ctx.session.execute(query).scalar_one_or_none()
    return _farewell(row) if row is not None else None


def farewells(ctx: Context, ids: Iterable[int]) -> dict[int, Farewell]:
    """Several by their ids."""
    rows = ctx.session.execute(select(FarewellRow).where(FarewellRow.id.in_(list(ids)))).scalars()
    return {row.id: _farewell(row) for row in rows}


def farewells_of(ctx: Context, challenge: int) -> Sequence[Farewell]:
    """Everybody's of a challenge."""
    query = select(FarewellRow).where(FarewellRow.challenge_id == challenge).order_by(FarewellRow.id)
    return [_farewell(row) for row in ctx.session.execute(query).scalars()]


def farewells_to(ctx: Context, person: int) -> Sequence[Farewell]:
    """All of one person."""
    query = select(FarewellRow).where(FarewellRow.person_id == person).order_by(FarewellRow.id)
    return [_farewell(row) for row in ctx.session.execute(query).scalars()]


def begin_farewells(ctx: Context, challenge: int, people: Sequence[int]) -> Sequence[Farewell]:
    """Everybody's way out, begun where it is not yet; the challenge is locked."""
    standing = {each.person: each for each in farewells_of(ctx, challenge)}
    for person in people:
        if person not in standing:
            row = FarewellRow(id=new_id(), community_id=ctx.community.id, challenge_id=challenge, person_id=person, planned_at=ctx.now)
            ctx.session.add(row)
            standing[person] = _farewell(row)
    ctx.session.flush()
    return [standing[person] for person in people]


def begin_farewell(ctx: Context, challenge: int, person: int) -> Farewell:
    """One person's way out, begun where it is not yet."""
    standing = farewell(ctx, challenge, person)
    if standing is not None:
        return standing
    row = FarewellRow(id=new_id(), community_id=ctx.community.id, challenge_id=challenge, person_id=person, planned_at=ctx.now)
    ctx.session.add(row)
    ctx.session.flush()
    return _farewell(row)


def mark_told(ctx: Context, farewells: Collection[int], last_on: date) -> None:
    """Remember that these heard what it came to, by which last day."""
    ctx.session.execute(update(FarewellRow).where(FarewellRow.id.in_(farewells)).values(told_of=last_on))


def mark_asked(ctx: Context, farewell_id: int) -> None:
    """Remember that somebody was asked for highlights."""
    ctx.session.get_one(FarewellRow, farewell_id).offered_at = ctx.now
    ctx.session.flush()


def answer(ctx: Context, to: Farewell, after: int) -> Answer | None:
    """What somebody said so many days after."""
    row = _stuck(ctx, to.id, after)
    return _answer(ctx, row, to.person) if row is not None else None


def save_answer(ctx: Context, to: Farewell, after: int, said: Stuck) -> None:
    """Keep one press; a line that stands stays."""
    row = _stuck(ctx, to.id, after)
    if row is None:
        row = StuckRow(id=new_id(), community_id=ctx.community.id, farewell_id=to.id, after=after, by_name=False)
        ctx.session.add(row)
    row.answer, row.answered_at = said.value, ctx.now
    ctx.session.flush()


def save_line(ctx: Context, to: Farewell, after: int, line: str, *, by_name: bool) -> None:
    """Keep a line for the report, or take it back where it is empty; the press stands already."""
    row = _stuck(ctx, to.id, after)
    assert row is not None
    row.line = ctx.vault.seal(LINE, row.id, line) if line else None
    row.by_name, row.answered_at = by_name and bool(line), ctx.now
    ctx.session.flush()


def answers(ctx: Context, challenge: int, after: int) -> Sequence[Answer]:
    """What everybody said so many days after."""
    query = (
        select(StuckRow, FarewellRow.person_id)
        .join(FarewellRow, FarewellRow.id == StuckRow.farewell_id)
        .where(FarewellRow.challenge_id == challenge, StuckRow.after == after)
        .order_by(StuckRow.id)
    )
    return [_answer(ctx, row, person) for row, person in ctx.session.execute(query)]


def choose_line(ctx: Context, answer: int, *, leave_out: bool) -> None:
    """Leave somebody's line out of the report, or put it back."""
    ctx.session.execute(update(StuckRow).where(StuckRow.id == answer).values(is_left_out=leave_out))


def own_answers(ctx: Context) -> list[dict[str, Any]]:
    """What the actor said, as plain values."""
    query = select(StuckRow).join(FarewellRow, FarewellRow.id == StuckRow.farewell_id).where(FarewellRow.person_id == ctx.actor.id)
    return [
        {
            "days_after": row.after,
            "answer": row.answer,
            "line": _opened(ctx, LINE, row.id, row.line),
            "by_name": row.by_name,
            "answered_at": row.answered_at.isoformat(),
        }
        for row in ctx.session.execute(query.order_by(StuckRow.id)).scalars()
    ]


def own_reports(ctx: Context) -> list[dict[str, Any]]:
    """The reports whose words are the actor's last, as plain values."""
    query = select(ReportRow).where(ReportRow.edited_by == ctx.actor.id).order_by(ReportRow.id)
    return [
        {name: _opened(ctx, f"challenge_reports.{name}", row.id, getattr(row, name)) for name in WORDS}
        | {"posted_at": row.posted_at.isoformat() if row.posted_at is not None else None}
        for row in ctx.session.execute(query).scalars()
    ]


def _stuck(ctx: Context, farewell_id: int, after: int) -> StuckRow | None:
    query = select(StuckRow).where(StuckRow.farewell_id == farewell_id, StuckRow.after == after)
    return ctx.session.execute(query.with_for_update()).scalar_one_or_none()


def _answer(ctx: Context, row: StuckRow, person: int) -> Answer:
    return Answer(row.id, person, Stuck(row.answer), _opened(ctx, LINE, row.id, row.line), row.by_name, row.is_left_out)


def _farewell(row: FarewellRow) -> Farewell:
    return Farewell(row.id, row.challenge_id, row.person_id, row.offered_at is not None, row.told_of)


def _opened(ctx: Context, column: str, row: int, sealed: bytes | None) -> str:
    return ctx.vault.open_text(column, row, sealed) if sealed is not None else ""

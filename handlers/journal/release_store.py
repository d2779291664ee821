"""Named queries of highlights."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select

from bot.core.context import Context
from bot.data.ids import new_id
from bot.lean import dataclass
from handlers.journal.rows import EntryRow, HighlightRow
from handlers.journal.rules import LONGEST_QUOTE, Visibility, shortened
from handlers.journal.store import COLUMN, Entry, opened


@dataclass(frozen=True, slots=True)
class Highlight:
    """What a report may quote: exactly these words, and whose they are where they may be named."""

    entry: int
    person: int
    on: date
    quote: str
    by_name: bool


def release(ctx: Context, entry: Entry, *, by_name: bool) -> None:
    """Let one's own entry be quoted."""
    row = ctx.session.execute(select(HighlightRow).where(HighlightRow.entry_id == entry.id)).scalar_one_or_none()
    if row is None:
        row = HighlightRow(id=new_id(), community_id=ctx.community.id, entry_id=entry.id, person_id=ctx.actor.id, released_at=ctx.now)
        ctx.session.add(row)
    row.by_name = by_name
    ctx.session.flush()


def withdraw(ctx: Context, entry: int) -> bool:
    """Let an entry be quoted no more; whether it could be."""
    found = ctx.session.execute(select(HighlightRow.id).where(HighlightRow.entry_id == entry)).first() is not None
    if found:
        ctx.session.execute(delete(HighlightRow).where(HighlightRow.entry_id == entry))
    return found


def is_released(ctx: Context, entry: int) -> bool | None:
    """Whether one's own entry may be quoted by name; None where it may not be quoted."""
    query = select(HighlightRow.by_name).where(HighlightRow.entry_id == entry, HighlightRow.person_id == ctx.actor.id)
    return ctx.session.execute(query).scalar_one_or_none()


def highlights(ctx: Context, people: Collection[int], first_on: date, last_on: date) -> Sequence[Highlight]:
    """What these people let be quoted of some days, in the order of the days."""
    query = (
        select(EntryRow, HighlightRow.by_name)
        .join(HighlightRow, HighlightRow.entry_id == EntryRow.id)
        .where(HighlightRow.person_id.in_(list(people)), EntryRow.on_date.between(first_on, last_on), EntryRow.deleted_at.is_(None))
        .order_by(EntryRow.on_date, EntryRow.id)
    )
    return [_highlight(ctx, row, by_name) for row, by_name in ctx.session.execute(query)]


def fullest(ctx: Context, person: int, first_on: date, last_on: date, limit: int) -> Sequence[Entry]:
    """Somebody's fullest entries of some days, in the order of the days: for the eyes of that person."""
    query = (
        select(EntryRow)
        .where(EntryRow.person_id == person, EntryRow.on_date.between(first_on, last_on), EntryRow.deleted_at.is_(None))
        .order_by(func.length(EntryRow.text).desc(), EntryRow.id)
    )
    found = ctx.session.execute(query.limit(limit)).scalars().all()
    return [_entry(ctx, row) for row in sorted(found, key=lambda row: (row.on_date, row.id))]


def own_between(ctx: Context, first_on: date, last_on: date) -> Sequence[Entry]:
    """One's own entries of some days, the earliest first."""
    query = select(EntryRow).where(
        EntryRow.person_id == ctx.actor.id, EntryRow.on_date.between(first_on, last_on), EntryRow.deleted_at.is_(None)
    )
    return [opened(ctx, row) for row in ctx.session.execute(query.order_by(EntryRow.on_date, EntryRow.id)).scalars()]


def own_highlights(ctx: Context) -> list[dict[str, Any]]:
    """What the actor lets be quoted, as plain values."""
    found = highlights(ctx, [ctx.actor.id], date.min, date.max)
    return [{"day": each.on.isoformat(), "quote": each.quote, "by_name": each.by_name} for each in found]


def quote_of(text: str) -> str:
    """The words that are quoted of an entry."""
    return shortened(text, LONGEST_QUOTE)


def _entry(ctx: Context, row: EntryRow) -> Entry:
    assert row.text is not None
    return Entry(row.id, row.on_date, Visibility(row.visibility), ctx.vault.open_text(COLUMN, row.id, row.text))


def _highlight(ctx: Context, row: EntryRow, by_name: bool) -> Highlight:
    return Highlight(row.id, row.person_id, row.on_date, quote_of(_entry(ctx, row).text), by_name)

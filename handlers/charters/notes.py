"""Named queries of what teams keep for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, func, select

from bot.core.context import Context
from bot.data.ids import new_id
from handlers.charters.charter import Note, Sort
from handlers.charters.rows import NoteRow

WORDS = "charter_notes.words"


def insert(ctx: Context, charter_id: int, sort: Sort, words: str) -> Note:
    """A new note of the actor's."""
    row = NoteRow(id=new_id(), community_id=ctx.community.id, charter_id=charter_id, sort=sort.value, kept_by=ctx.actor.id, kept_at=ctx.now)
    row.words = ctx.vault.seal(WORDS, row.id, words)
    ctx.session.add(row)
    ctx.session.flush()
    return _note(ctx, row)


def note(ctx: Context, note_id: int) -> Note | None:
    """A note by its id."""
    return next(iter(_notes(ctx, select(NoteRow).where(NoteRow.id == note_id))), None)


def page(ctx: Context, charter_id: int, first: int, most: int) -> Sequence[Note]:
    """Some of what a team keeps, the newest first."""
    query = select(NoteRow).where(NoteRow.charter_id == charter_id).order_by(NoteRow.id.desc())
    return _notes(ctx, query.offset(first).limit(most))


def count(ctx: Context, charter_id: int) -> int:
    """How much a team keeps."""
    return ctx.session.execute(select(func.count()).where(NoteRow.charter_id == charter_id)).scalar_one()


def drop(ctx: Context, note_id: int) -> None:
    """It is kept no more."""
    ctx.session.execute(delete(NoteRow).where(NoteRow.id == note_id))


def export(ctx: Context) -> list[dict[str, Any]]:
    """What the actor kept for teams, as plain values."""
    found = _notes(ctx, select(NoteRow).where(NoteRow.kept_by == ctx.actor.id).order_by(NoteRow.id))
    return [{"kept": each.sort.value, "words": each.words, "at": each.kept_at.isoformat() if each.kept_at else ""} for each in found]


def _notes(ctx: Context, query: Select[NoteRow]) -> Sequence[Note]:
    return [_note(ctx, row) for row in ctx.session.execute(query).scalars()]


def _note(ctx: Context, row: NoteRow) -> Note:
    return Note(row.id, row.charter_id, Sort(row.sort), ctx.vault.open_text(WORDS, row.id, row.words), row.kept_by, row.kept_at)

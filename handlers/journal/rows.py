"""The journal's table."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class EntryRow(Owned, Base):
    """One entry, its text sealed; a deleted one stays as a tombstone without text, so that a retried original cannot revive it."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("lane_id", "message_id"),
        Index("ix_entries_person_id_on_date", "person_id", "on_date"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    on_date: Mapped[date]
    visibility: Mapped[str] = mapped_column(String(16))
    text: Mapped[bytes | None] = mapped_column(LargeBinary)
    written_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    lane_id: Mapped[int | None]
    message_id: Mapped[str | None] = mapped_column(String(255))


class HighlightRow(Owned, Base):
    """An entry that its writer lets a report quote, by name or without; the words are the entry's own."""

    __tablename__ = "highlights"
    __table_args__ = (UniqueConstraint("entry_id"), Index("ix_highlights_person_id", "person_id"))

    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    by_name: Mapped[bool]
    released_at: Mapped[datetime]

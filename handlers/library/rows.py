"""The library's tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class LibraryItemRow(Owned, Base):
    """Something that the community made and keeps: its kind, title and text, both sealed."""

    __tablename__ = "library_items"
    __table_args__ = (Index("ix_library_items_community_id_kind_id", "community_id", "kind", "id"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]


class LibraryPersonRow(Owned, Base):
    """Somebody whose words or work an item has; `turn` is their number in its text."""

    __tablename__ = "library_people"
    __table_args__ = (UniqueConstraint("item_id", "turn"), Index("ix_library_people_person_id", "person_id"))

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("library_items.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    turn: Mapped[int] = mapped_column(Integer)

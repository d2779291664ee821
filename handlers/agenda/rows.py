"""The tables of the learning agenda."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class QuestionRow(Owned, Base):
    """An open question to solve together, and what came of it; both sealed."""

    __tablename__ = "agenda_questions"
    __table_args__ = (
        Index("ix_agenda_questions_community_id_settled_at", "community_id", "settled_at"),
        Index("ix_agenda_questions_added_by", "added_by"),
    )

    id: Mapped[Id]
    text: Mapped[bytes] = mapped_column(LargeBinary)
    came_of: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    added_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class BackingRow(Owned, Base):
    """Somebody to whom a question matters, too."""

    __tablename__ = "agenda_backings"
    __table_args__ = (UniqueConstraint("question_id", "person_id"), Index("ix_agenda_backings_person_id", "person_id"))

    id: Mapped[Id]
    question_id: Mapped[int] = mapped_column(ForeignKey("agenda_questions.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    backed_at: Mapped[datetime]

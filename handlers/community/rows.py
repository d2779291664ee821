"""The community's tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class RoleChangeRow(Owned, Base):
    """Who gave whom which role, and when; somebody who steps down did it themselves."""

    __tablename__ = "role_changes"

    id: Mapped[Id]
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(16))
    changed_at: Mapped[datetime]


class ConnectTryRow(Owned, Base):
    """A code that somebody typed and that was none: five in an hour are enough."""

    __tablename__ = "connect_tries"
    __table_args__ = (Index("ix_connect_tries_person_id_tried_at", "person_id", "tried_at"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    tried_at: Mapped[datetime]

"""The ending's tables: the words of a report, who is asked how it went on, and what they said."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class ReportRow(Owned, Base):
    """What a lead writes into the closing report beside the counts, sealed; and the item of the library that it became."""

    __tablename__ = "challenge_reports"
    __table_args__ = (UniqueConstraint("challenge_id"),)

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    opening: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    change: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    thanks: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), default=None)
    posted_at: Mapped[datetime | None] = mapped_column(default=None)
    posted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), default=None)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("library_items.id", ondelete="SET NULL"), default=None)


class LeftOutRow(Owned, Base):
    """A highlight that a lead leaves out of a report; its writer's release stands as it is."""

    __tablename__ = "challenge_report_omissions"
    __table_args__ = (UniqueConstraint("report_id", "entry_id"), Index("ix_challenge_report_omissions_entry_id", "entry_id"))

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("challenge_reports.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"))


class FarewellRow(Owned, Base):
    """Somebody's way out of a challenge: what they were asked and told; what is to come is planned under its id."""

    __tablename__ = "farewells"
    __table_args__ = (UniqueConstraint("challenge_id", "person_id"), Index("ix_farewells_person_id", "person_id"))

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    planned_at: Mapped[datetime]
    offered_at: Mapped[datetime | None] = mapped_column(default=None)
    told_of: Mapped[date | None] = mapped_column(default=None)  # the last day of which they heard what it came to


class StuckRow(Owned, Base):
    """What somebody said about what stuck, so many days after; their line is sealed."""

    __tablename__ = "what_stuck"
    __table_args__ = (UniqueConstraint("farewell_id", "after"),)

    id: Mapped[Id]
    farewell_id: Mapped[int] = mapped_column(ForeignKey("farewells.id", ondelete="CASCADE"))
    after: Mapped[int] = mapped_column(Integer)
    answer: Mapped[str] = mapped_column(String(16))
    line: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    by_name: Mapped[bool] = mapped_column(default=False)
    is_left_out: Mapped[bool] = mapped_column(default=False, server_default=false())  # by a lead; whoever wrote it is not told
    answered_at: Mapped[datetime]

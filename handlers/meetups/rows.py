"""The tables of meetups: the one at the end of a challenge, and who said what to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class MeetupRow(Owned, Base):
    """The meetup of a challenge; one that was cancelled makes room for another."""

    __tablename__ = "meetups"
    __table_args__ = (
        UniqueConstraint("challenge_id"),
        Index("ix_meetups_occasion", "occasion"),
        Index("ix_meetups_community_id_ends_at", "community_id", "ends_at"),
    )

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))  # the challenge's
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    link: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)  # sealed, like the agenda and the reason
    agenda: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    sequence: Mapped[int] = mapped_column(Integer)  # of the calendar file: grows with every change
    occasion: Mapped[int]  # another one whenever it moves: what comes shortly before comes before each of them
    set_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class AnswerRow(Owned, Base):
    """What somebody said to an invitation."""

    __tablename__ = "meetup_answers"
    __table_args__ = (UniqueConstraint("meetup_id", "person_id"), Index("ix_meetup_answers_person_id", "person_id"))

    id: Mapped[Id]
    meetup_id: Mapped[int] = mapped_column(ForeignKey("meetups.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    answer: Mapped[str] = mapped_column(String(8))
    answered_at: Mapped[datetime]

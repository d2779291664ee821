"""The challenge's tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class ChallengeRow(Owned, Base):
    """A set number of days in which members learn side by side."""

    __tablename__ = "challenges"
    __table_args__ = (Index("ix_challenges_community_id_state", "community_id", "state"),)

    id: Mapped[Id]
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(1000))
    pack: Mapped[str] = mapped_column(String(100))
    starts_on: Mapped[date]
    days: Mapped[int] = mapped_column(Integer)
    minute: Mapped[int] = mapped_column(Integer)
    rhythm: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    started_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    announced_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class DayRow(Owned, Base):
    """One day's activity, copied from the pack so that a challenge stays what it was announced as."""

    __tablename__ = "challenge_days"
    __table_args__ = (UniqueConstraint("challenge_id", "number"),)

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    activity: Mapped[dict[str, Any]] = mapped_column(JSON)


class ParticipantRow(Owned, Base):
    """A member in a challenge, with their own hour."""

    __tablename__ = "participants"
    __table_args__ = (UniqueConstraint("challenge_id", "person_id"), Index("ix_participants_person_id", "person_id"))

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    minute: Mapped[int] = mapped_column(Integer)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(default=None)


class DoneRow(Owned, Base):
    """A day that a participant did."""

    __tablename__ = "days_done"
    __table_args__ = (UniqueConstraint("participant_id", "number"),)

    id: Mapped[Id]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    done_at: Mapped[datetime]
    by_entry: Mapped[bool]

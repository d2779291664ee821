"""The challenge's tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import ANY_ID, Base, Id, Owned


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
    themes: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))  # one for each seven activities
    revision: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # two who change the plan see each other
    edited_by: Mapped[int | None] = mapped_column(default=None, info=ANY_ID)  # a person
    breaks: Mapped[list[list[str | None]]] = mapped_column(JSON, default=list, server_default="[]")  # pauses, as pairs of ISO dates


class DayRow(Owned, Base):
    """One day's activity, copied from the pack so that a challenge stays what it was announced as."""

    __tablename__ = "challenge_days"
    __table_args__ = (UniqueConstraint("challenge_id", "number"),)

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    activity: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # two who edit one day see each other
    edited_by: Mapped[int | None] = mapped_column(default=None, info=ANY_ID)  # a person


class ParticipantRow(Owned, Base):
    """A member in a challenge, with their own hour."""

    __tablename__ = "participants"
    __table_args__ = (UniqueConstraint("challenge_id", "person_id"), Index("ix_participants_person_id", "person_id"))

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    minute: Mapped[int] = mapped_column(Integer)
    has_own_hour: Mapped[bool] = mapped_column(default=False, server_default=false())  # chosen for this challenge: settings leave it alone
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    goal: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)  # sealed, like the unit
    unit: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    wants_partner: Mapped[bool | None] = mapped_column(default=None)  # None: never asked


class DoneRow(Owned, Base):
    """A day that a participant did."""

    __tablename__ = "days_done"
    __table_args__ = (UniqueConstraint("participant_id", "number"),)

    id: Mapped[Id]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    done_at: Mapped[datetime]
    by_entry: Mapped[bool]


class PauseRow(Owned, Base):
    """Days on which nothing comes to a participant: a pause of their own, or the time between leaving and coming back."""

    __tablename__ = "participant_pauses"
    __table_args__ = (UniqueConstraint("participant_id", "from_on"),)

    id: Mapped[Id]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    from_on: Mapped[date]
    to_on: Mapped[date]  # the last day of it


class SnoozeRow(Owned, Base):
    """A day's card that was put off; `slot` counts them, so that two presses at once make one."""

    __tablename__ = "participant_snoozes"
    __table_args__ = (UniqueConstraint("participant_id", "number", "slot"),)

    id: Mapped[Id]
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    slot: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime]
    came_at: Mapped[datetime | None] = mapped_column(default=None)

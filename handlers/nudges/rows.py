"""The tables of reminders, of what was sent of them, and of the days on which people are away."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class NudgeRow(Owned, Base):
    """One message that reminded a person; its slot makes the day's budget, and no slot means that it took nothing from it."""

    __tablename__ = "nudges"
    __table_args__ = (
        UniqueConstraint("person_id", "on_date", "slot"),
        Index("ix_nudges_community_id_sent_at", "community_id", "sent_at"),
        Index("ix_nudges_sent_at", "sent_at"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    on_date: Mapped[date]
    slot: Mapped[int | None] = mapped_column(Integer)
    sent_at: Mapped[datetime]
    leaves_until: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(8))


class ReminderRow(Owned, Base):
    """Something a person is reminded of, once for each key; its words are sealed, and gone when they are of no more use."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index("ix_reminders_person_id_state", "person_id", "state"),
        Index("ix_reminders_community_id_key", "community_id", "key"),
        Index("ix_reminders_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(8))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    is_put_off: Mapped[bool] = mapped_column(default=False)
    nudge_id: Mapped[int | None] = mapped_column(ForeignKey("nudges.id", ondelete="SET NULL"), index=True, default=None)


class NudgeStateRow(Owned, Base):
    """How it stands between a person and reminders: how many they left alone, and whether they stopped or paused them."""

    __tablename__ = "nudge_states"
    __table_args__ = (Index("ix_nudge_states_community_id_stopped_at", "community_id", "stopped_at"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), unique=True)
    ignored: Mapped[int] = mapped_column(Integer, default=0)  # in a row
    stopped_at: Mapped[datetime | None] = mapped_column(default=None)
    is_silent: Mapped[bool] = mapped_column(default=False)  # stopped because they were silent: whatever they do lifts it
    paused_until: Mapped[date | None] = mapped_column(default=None)


class NudgeWakeRow(Owned, Base):
    """When a person's reminders are looked at next; a row for each look, since its id is what is planned."""

    __tablename__ = "nudge_wakes"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), unique=True)
    at: Mapped[datetime]


class AwayRow(Owned, Base):
    """Days on which a person is away, both ends included; nothing else is known of them."""

    __tablename__ = "days_away"
    __table_args__ = (UniqueConstraint("person_id", "from_on"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    from_on: Mapped[date]
    to_on: Mapped[date]


class HealthRow(Owned, Base):
    """What leads were told of a month's reminders, in counts that never change once they were looked at; None is one that is hidden."""

    __tablename__ = "nudge_health"
    __table_args__ = (UniqueConstraint("community_id", "month"),)

    id: Mapped[Id]
    month: Mapped[date]  # its first day
    sent: Mapped[int | None] = mapped_column(Integer)
    acted: Mapped[int | None] = mapped_column(Integer)
    ignored: Mapped[int | None] = mapped_column(Integer)
    open: Mapped[int | None] = mapped_column(Integer)
    stopped: Mapped[int | None] = mapped_column(Integer)
    counted_at: Mapped[datetime]


class UrgentRow(Owned, Base):
    """The one request of a month that a lead of the community marked as urgent."""

    __tablename__ = "urgent_requests"
    __table_args__ = (UniqueConstraint("community_id", "month"),)

    id: Mapped[Id]
    month: Mapped[date]  # its first day
    key: Mapped[str] = mapped_column(String(120))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    marked_at: Mapped[datetime]

"""The tables of charters."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class CharterRow(Owned, Base):
    """A practice group or a practice-development project; everything that somebody wrote is sealed."""

    __tablename__ = "charters"
    __table_args__ = (
        Index("ix_charters_community_id_state", "community_id", "state"),
        Index("ix_charters_lead_id", "lead_id"),
        Index("ix_charters_co_lead_id", "co_lead_id"),
        Index("ix_charters_sponsor_id", "sponsor_id"),
        Index("ix_charters_question_id", "question_id"),
        Index("ix_charters_item_id", "item_id"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(8))
    sort: Mapped[str] = mapped_column(String(20))
    variant: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    name: Mapped[bytes] = mapped_column(LargeBinary)  # apart, since a search opens the names of all
    words: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(Integer)
    round: Mapped[int] = mapped_column(Integer)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    co_lead_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    sponsor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    sign_off: Mapped[str | None] = mapped_column(String(10))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id", ondelete="SET NULL"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("library_items.id", ondelete="SET NULL"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_questions.id", ondelete="SET NULL"))
    rhythm: Mapped[str] = mapped_column(String(12))
    is_call: Mapped[bool] = mapped_column(default=False, server_default=false())
    opened_at: Mapped[datetime]
    until: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    ends_on: Mapped[date | None]
    review_on: Mapped[date | None]


class CharterVersionRow(Owned, Base):
    """A charter's words as they were in one version, sealed."""

    __tablename__ = "charter_versions"
    __table_args__ = (UniqueConstraint("charter_id", "number"), Index("ix_charter_versions_made_by", "made_by"))

    id: Mapped[Id]
    charter_id: Mapped[int] = mapped_column(ForeignKey("charters.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    words: Mapped[bytes] = mapped_column(LargeBinary)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class SeatRow(Owned, Base):
    """A role on a team, sealed, and who has it."""

    __tablename__ = "charter_seats"
    __table_args__ = (UniqueConstraint("charter_id", "position"), Index("ix_charter_seats_person_id", "person_id"))

    id: Mapped[Id]
    charter_id: Mapped[int] = mapped_column(ForeignKey("charters.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    words: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


class CharterPersonRow(Owned, Base):
    """Who is on a team, asks for a seat, or follows; the line they wrote is sealed."""

    __tablename__ = "charter_people"
    __table_args__ = (
        UniqueConstraint("charter_id", "person_id"),
        Index("ix_charter_people_person_id", "person_id"),
        Index("ix_charter_people_seat_id", "seat_id"),
    )

    id: Mapped[Id]
    charter_id: Mapped[int] = mapped_column(ForeignKey("charters.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("charter_seats.id", ondelete="SET NULL"))
    part: Mapped[str] = mapped_column(String(8))
    line: Mapped[bytes | None] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime]


class EndorsementRow(Owned, Base):
    """What a member says to a charter in one round, and what was answered; both sealed."""

    __tablename__ = "charter_endorsements"
    __table_args__ = (UniqueConstraint("charter_id", "round", "person_id"), Index("ix_charter_endorsements_person_id", "person_id"))

    id: Mapped[Id]
    charter_id: Mapped[int] = mapped_column(ForeignKey("charters.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(Integer)
    stance: Mapped[str] = mapped_column(String(10))
    why: Mapped[bytes | None] = mapped_column(LargeBinary)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    endorsed_at: Mapped[datetime]


class ReportRow(Owned, Base):
    """What a team told the community, sealed: progress, or results."""

    __tablename__ = "charter_reports"
    __table_args__ = (Index("ix_charter_reports_charter_id", "charter_id"), Index("ix_charter_reports_made_by", "made_by"))

    id: Mapped[Id]
    charter_id: Mapped[int] = mapped_column(ForeignKey("charters.id", ondelete="CASCADE"))
    about: Mapped[str] = mapped_column(String(8))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class ReportAnswerRow(Owned, Base):
    """What a member answered to a report; the words are sealed."""

    __tablename__ = "charter_answers"
    __table_args__ = (UniqueConstraint("report_id", "person_id", "answer"), Index("ix_charter_answers_person_id", "person_id"))

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("charter_reports.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    answer: Mapped[str] = mapped_column(String(10))
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime]


class AssetRow(Owned, Base):
    """A version of a file that belongs to what a team brought back; its name and content are sealed."""

    __tablename__ = "charter_assets"
    __table_args__ = (Index("ix_charter_assets_charter_id", "charter_id"), Index("ix_charter_assets_sent_by", "sent_by"))

    id: Mapped[Id]
    charter_id: Mapped[int] = mapped_column(ForeignKey("charters.id", ondelete="CASCADE"))
    name: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(Integer)
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sent_by: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))  # what is in it of them, nobody can tell
    sent_at: Mapped[datetime]


class AwaitedAssetRow(Owned, Base):
    """Whoever was asked for a file a moment ago: what they send next belongs to this charter."""

    __tablename__ = "charter_awaited_assets"
    __table_args__ = (UniqueConstraint("person_id"), Index("ix_charter_awaited_assets_charter_id", "charter_id"))

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    charter_id: Mapped[int] = mapped_column(ForeignKey("charters.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime]


class NoteRow(Owned, Base):
    """What a team keeps for itself, sealed: a note, or a decision."""

    __tablename__ = "charter_notes"
    __table_args__ = (Index("ix_charter_notes_charter_id", "charter_id"), Index("ix_charter_notes_kept_by", "kept_by"))

    id: Mapped[Id]
    charter_id: Mapped[int] = mapped_column(ForeignKey("charters.id", ondelete="CASCADE"))
    sort: Mapped[str] = mapped_column(String(8))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    kept_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    kept_at: Mapped[datetime]


class MeetingRow(Owned, Base):
    """When a team meets, or which times it was asked about; the words are sealed."""

    __tablename__ = "charter_meetings"
    __table_args__ = (
        UniqueConstraint("charter_id"),
        Index("ix_charter_meetings_poll_id", "poll_id"),
        Index("ix_charter_meetings_set_by", "set_by"),
    )

    id: Mapped[Id]
    charter_id: Mapped[int] = mapped_column(ForeignKey("charters.id", ondelete="CASCADE"))
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("polls.id", ondelete="SET NULL"))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    sequence: Mapped[int] = mapped_column(Integer)  # of the calendar file: grows with every change
    starts_at: Mapped[datetime | None]
    minutes: Mapped[int] = mapped_column(Integer)
    weeks: Mapped[int] = mapped_column(Integer)  # between one and the next; 0 is once
    zone: Mapped[str] = mapped_column(String(64))
    last_on: Mapped[date | None]
    is_cancelled: Mapped[bool]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime]


class SupporterRow(Owned, Base):
    """Who supports teams: the person that the community has named."""

    __tablename__ = "charter_supporters"
    __table_args__ = (UniqueConstraint("community_id"), Index("ix_charter_supporters_person_id", "person_id"))

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    named_at: Mapped[datetime]

"""The tables of polls: what was asked, its options, the places it stands in, and the templates of those that recur."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class SeriesRow(Owned, Base):
    """A template: what is asked again and again; the draft is sealed."""

    __tablename__ = "poll_series"
    __table_args__ = (Index("ix_poll_series_poser_id", "poser_id"),)

    id: Mapped[Id]
    draft: Mapped[bytes] = mapped_column(LargeBinary)
    every: Mapped[str] = mapped_column(String(8))
    poser_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    begun_at: Mapped[datetime]


class PollRow(Owned, Base):
    """A poll and what it promises."""

    __tablename__ = "polls"
    __table_args__ = (
        Index("ix_polls_community_id_state", "community_id", "state"),
        Index("ix_polls_poser_id", "poser_id"),
        Index("ix_polls_series_id", "series_id"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(12))
    question: Mapped[bytes] = mapped_column(LargeBinary)  # sealed, like the options, the reason and the outcome
    most: Mapped[int] = mapped_column(Integer)
    points: Mapped[int] = mapped_column(Integer)
    is_anonymous: Mapped[bool]
    is_hidden: Mapped[bool]
    may_add_options: Mapped[bool]
    closes_at: Mapped[datetime | None]
    closes_when_all_voted: Mapped[bool]
    quorum: Mapped[int] = mapped_column(Integer)
    is_decision: Mapped[bool]
    k: Mapped[int] = mapped_column(Integer)
    poser_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("poll_series.id", ondelete="SET NULL"), default=None)
    state: Mapped[str] = mapped_column(String(9))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    outcome: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    card_at: Mapped[datetime | None] = mapped_column(default=None)  # when votes were last counted for the card of a poll with many voters


class OptionRow(Owned, Base):
    """One option; its position never changes, so that a form that is open stays true."""

    __tablename__ = "poll_options"
    __table_args__ = (UniqueConstraint("poll_id", "position"), Index("ix_poll_options_added_by", "added_by"))

    id: Mapped[Id]
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    label: Mapped[bytes] = mapped_column(LargeBinary)
    description: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), default=None)  # a member's, not the poser's


class PollPlaceRow(Owned, Base):
    """A place that a poll was chosen for; none means all places, later ones too."""

    __tablename__ = "poll_places"
    __table_args__ = (UniqueConstraint("poll_id", "place_id"), Index("ix_poll_places_place_id", "place_id"))

    id: Mapped[Id]
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"))
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"))

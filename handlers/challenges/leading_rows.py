"""The tables of those who lead challenges: where one is shown, and what members propose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class ChallengePlaceRow(Owned, Base):
    """A place that a challenge is shown in; a challenge without any is shown in all, those that join later included."""

    __tablename__ = "challenge_places"
    __table_args__ = (UniqueConstraint("challenge_id", "place_id"),)

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"))


class ProposalRow(Owned, Base):
    """A challenge that a member would like."""

    __tablename__ = "challenge_proposals"
    __table_args__ = (
        Index("ix_challenge_proposals_proposed_by", "proposed_by"),
        Index("ix_challenge_proposals_community_id_state", "community_id", "state"),
    )

    id: Mapped[Id]
    pack: Mapped[str] = mapped_column(String(100))
    why: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(16))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), default=None)

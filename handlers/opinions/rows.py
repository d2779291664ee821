"""The tables of opinion requests: what lasts, and what goes for good once the response is sent.

What people say while a request runs hangs on their seat, which only the request's secret ties to a person. Everything of that stands in
tables whose deleted rows really go; after sending, the response and who took part remain.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import REALLY_GOES, Base, Id, Owned

# A table without row numbers keeps no order but that of its key, which is random wherever an order could tell something.
_UNORDERED = {"sqlite_with_rowid": False}

# What is sealed and must really go: as JSON, since PostgreSQL's planner keeps samples of every column whose values it can compare.
SealedApart = Annotated[str, mapped_column(JSON)]


class RequestRow(Owned, Base):
    """A request for the community's opinion: what it promises, and where it stands."""

    __tablename__ = "opinion_requests"
    __table_args__ = (
        Index("ix_opinion_requests_community_id_phase", "community_id", "phase"),
        Index("ix_opinion_requests_owner_id", "owner_id"),
        Index("ix_opinion_requests_group_id", "group_id"),
        Index("ix_opinion_requests_invited_group_id", "invited_group_id"),
    )

    id: Mapped[Id]
    size: Mapped[str] = mapped_column(String(8))
    phase: Mapped[str] = mapped_column(String(12))
    words: Mapped[bytes] = mapped_column(LargeBinary)  # sealed: everything that somebody wrote, by name
    is_anonymous: Mapped[bool]
    is_rapid: Mapped[bool]
    k: Mapped[int] = mapped_column(Integer)
    rule: Mapped[str] = mapped_column(String(12))
    quorum: Mapped[int] = mapped_column(Integer)  # per cent of those invited
    fallback: Mapped[str] = mapped_column(String(12))
    audience: Mapped[str] = mapped_column(String(12), server_default="everybody")
    invited_group_id: Mapped[int | None] = mapped_column(ForeignKey("charters.id", ondelete="SET NULL"), default=None)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("charters.id", ondelete="SET NULL"), default=None)  # drafts it
    ends: Mapped[dict[str, Any]] = mapped_column(JSON)  # phase -> when it ends
    round: Mapped[int] = mapped_column(Integer, default=1)
    voted: Mapped[int | None] = mapped_column(Integer, default=None)  # the number of the version that was put to the vote
    decision: Mapped[str | None] = mapped_column(String(16), default=None)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("library_items.id", ondelete="SET NULL"), default=None)
    map: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)  # sealed
    picture: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True)  # of the map, sealed
    opened_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    card_at: Mapped[datetime | None] = mapped_column(default=None)  # when those who took part were last counted for the card


class InvitedRow(Owned, Base):
    """Somebody who was invited by name, where not everybody is."""

    __tablename__ = "opinion_invited"
    __table_args__ = (Index("ix_opinion_invited_person_id", "person_id"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("opinion_requests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)


class VersionRow(Owned, Base):
    """One version of the response: its sentences with what they rest on, sealed; and what a test of it by gradients came to."""

    __tablename__ = "opinion_versions"
    __table_args__ = (UniqueConstraint("request_id", "number"), Index("ix_opinion_versions_made_by", "made_by"))

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("opinion_requests.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    text: Mapped[bytes] = mapped_column(LargeBinary)
    is_tested: Mapped[bool] = mapped_column(default=False)
    levels: Mapped[list[int] | None] = mapped_column(JSON, default=None)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class SecretRow(Owned, Base):
    """What keys the seats of a request until its response is sent, sealed."""

    __tablename__ = "opinion_secrets"
    __table_args__ = ({"info": REALLY_GOES, **_UNORDERED},)

    request_id: Mapped[int] = mapped_column(ForeignKey("opinion_requests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    secret: Mapped[SealedApart]


class ParticipantRow(Owned, Base):
    """Who takes part in a request that runs, and in which phase they did last; `seated_as` is the id that their seat is made of."""

    __tablename__ = "opinion_participants"
    __table_args__ = (Index("ix_opinion_participants_person_id", "person_id"), {"info": REALLY_GOES, **_UNORDERED})

    request_id: Mapped[int] = mapped_column(ForeignKey("opinion_requests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    seated_as: Mapped[int] = mapped_column()
    last_in: Mapped[str] = mapped_column(String(24))
    acted_at: Mapped[datetime]


class ContributionRow(Owned, Base):
    """What somebody wrote: a statement, a suggestion or a question, sealed; in an open request with its writer."""

    __tablename__ = "opinion_contributions"
    __table_args__ = (
        Index("ix_opinion_contributions_request_id", "request_id"),
        Index("ix_opinion_contributions_person_id", "person_id"),
        {"info": REALLY_GOES, **_UNORDERED},
    )

    id: Mapped[Id]  # drawn at random: the ids of other rows are ordered in time
    request_id: Mapped[int] = mapped_column(ForeignKey("opinion_requests.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    seat: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), default=None)
    words: Mapped[SealedApart]
    number: Mapped[int] = mapped_column(Integer, default=0)  # drawn at random, too
    about: Mapped[int | None] = mapped_column(default=None)  # the statement it was merged into, or the version's sentence
    agreed: Mapped[int] = mapped_column(Integer, default=0)
    disagreed: Mapped[int] = mapped_column(Integer, default=0)
    passed: Mapped[int] = mapped_column(Integer, default=0)
    unclear: Mapped[int] = mapped_column(Integer, default=0)


class SheetRow(Owned, Base):
    """All that one seat answers: stances to statements, a level for the draft, the ballot of each round; sealed."""

    __tablename__ = "opinion_sheets"
    __table_args__ = ({"info": REALLY_GOES, **_UNORDERED},)

    request_id: Mapped[int] = mapped_column(ForeignKey("opinion_requests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    seat: Mapped[str] = mapped_column(String(32), primary_key=True)
    content: Mapped[SealedApart]


class ParticipationRow(Owned, Base):
    """Who took part in a request whose response is sent; not what they said, and not when."""

    __tablename__ = "opinion_participations"
    __table_args__ = (Index("ix_opinion_participations_person_id", "person_id"), _UNORDERED)

    request_id: Mapped[int] = mapped_column(ForeignKey("opinion_requests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)


class SignatureRow(Owned, Base):
    """Somebody who signs the response with their name; sealed."""

    __tablename__ = "opinion_signatures"
    __table_args__ = (UniqueConstraint("request_id", "person_id"), Index("ix_opinion_signatures_person_id", "person_id"))

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("opinion_requests.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime]


class LessonRow(Owned, Base):
    """What somebody sees differently now, sealed; of an anonymous request nobody knows whose it is."""

    __tablename__ = "opinion_lessons"
    __table_args__ = (UniqueConstraint("request_id", "person_id"), Index("ix_opinion_lessons_person_id", "person_id"), _UNORDERED)

    id: Mapped[Id]  # drawn at random
    request_id: Mapped[int] = mapped_column(ForeignKey("opinion_requests.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), default=None)
    text: Mapped[bytes] = mapped_column(LargeBinary)

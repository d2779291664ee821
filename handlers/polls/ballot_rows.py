"""The tables of votes: an open poll's stand in one, an anonymous poll's in tables that know nothing of each other."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import REALLY_GOES, Base, Id, Owned

# A table without row numbers keeps no order but that of its key, which is random wherever an order could tell something.
_UNORDERED = {"sqlite_with_rowid": False}

# What is sealed and must really go: as JSON, since PostgreSQL's planner keeps samples of every column whose values it can compare.
SealedApart = Annotated[str, mapped_column(JSON)]


class VoteRow(Owned, Base):
    """What somebody said in an open poll."""

    __tablename__ = "poll_votes"
    __table_args__ = (UniqueConstraint("poll_id", "person_id"), Index("ix_poll_votes_person_id", "person_id"))

    id: Mapped[Id]
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    answer: Mapped[bytes] = mapped_column(LargeBinary)  # sealed
    answered_at: Mapped[datetime]


class PollSecretRow(Owned, Base):
    """What keys the ballots of an anonymous poll until it closes, sealed."""

    __tablename__ = "poll_secrets"
    __table_args__ = ({"info": REALLY_GOES, **_UNORDERED},)

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    secret: Mapped[SealedApart]


class SecretBallotRow(Owned, Base):
    """A ballot that can still be changed: its key is made of the person and the poll's secret, and its answer is sealed."""

    __tablename__ = "secret_ballots"
    __table_args__ = ({"info": REALLY_GOES, **_UNORDERED},)

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    voter: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    answer: Mapped[SealedApart]


class SecretVoterRow(Owned, Base):
    """Who takes part in an anonymous poll that is open; a ballot counts only with its voter's row.

    `voted_as` is the id under which they voted: it stays when two people turn out to be one, and so the later ballot is found.
    """

    __tablename__ = "secret_voters"
    __table_args__ = (Index("ix_secret_voters_person_id", "person_id"), {"info": REALLY_GOES, **_UNORDERED})

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    voted_as: Mapped[int] = mapped_column()
    voted_at: Mapped[datetime]


class BallotRow(Owned, Base):
    """What somebody said in an anonymous poll that is closed; nobody knows who."""

    __tablename__ = "ballots"
    __table_args__ = (Index("ix_ballots_poll_id", "poll_id"), _UNORDERED)

    id: Mapped[Id]  # drawn at random: the ids of other rows are ordered in time
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"))
    answer: Mapped[bytes] = mapped_column(LargeBinary)  # sealed


class ParticipationRow(Owned, Base):
    """Who took part in an anonymous poll that is closed; not what they said, and not when."""

    __tablename__ = "participations"
    __table_args__ = (Index("ix_participations_person_id", "person_id"), _UNORDERED)

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)

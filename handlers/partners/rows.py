"""The tables of partners: rounds of pairing, the groups that came of them, and what people asked for or were asked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import Base, Id, Owned


class RoundRow(Owned, Base):
    """One pairing of a challenge: its number in the community, its seed, and sealed what went in and what came out, both without ids."""

    __tablename__ = "partner_rounds"
    __table_args__ = (
        Index("ix_partner_rounds_challenge_id", "challenge_id"),
        Index("ix_partner_rounds_community_id_number", "community_id", "number"),
    )

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    seed: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    inputs: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    is_due: Mapped[bool] = mapped_column(default=False, server_default=false())  # its hour has come while it was still being matched
    matched_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)


class SeatRow(Owned, Base):
    """Who had which number in a round: the only thing that ties its inputs to people, and it goes with them."""

    __tablename__ = "partner_seats"
    __table_args__ = (UniqueConstraint("round_id", "person_id"), Index("ix_partner_seats_person_id", "person_id"))

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("partner_rounds.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)


class GroupRow(Owned, Base):
    """A pair or a trio of a challenge, and what they agreed on."""

    __tablename__ = "partner_groups"
    __table_args__ = (Index("ix_partner_groups_challenge_id_ended_at", "challenge_id", "ended_at"),)

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    wants_third: Mapped[bool] = mapped_column(default=False, server_default=false())
    medium: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)  # sealed, like the two others
    time: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    tone: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class MemberRow(Owned, Base):
    """Somebody in a group; `seen_at` is when they last gave a sign there."""

    __tablename__ = "partner_members"
    __table_args__ = (UniqueConstraint("group_id", "person_id"), Index("ix_partner_members_person_id", "person_id"))

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("partner_groups.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    was_third: Mapped[bool] = mapped_column(default=False, server_default=false())
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_at: Mapped[datetime]
    away_from: Mapped[date | None] = mapped_column(default=None)  # since when the others know that they are away; None: they are here


class SignRow(Owned, Base):
    """What somebody gave a group on one day, counted: cheers, questions, messages."""

    __tablename__ = "partner_signs"
    __table_args__ = (UniqueConstraint("group_id", "person_id", "on_date"), Index("ix_partner_signs_person_id", "person_id"))

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("partner_groups.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    on_date: Mapped[date]
    cheers: Mapped[int] = mapped_column(Integer, default=0)
    questions: Mapped[int] = mapped_column(Integer, default=0)
    messages: Mapped[int] = mapped_column(Integer, default=0)


class MessageRow(Owned, Base):
    """What somebody wrote to their group, sealed, and which chat message of theirs it was; one that was taken back stays without text."""

    __tablename__ = "partner_messages"
    __table_args__ = (
        UniqueConstraint("lane_id", "message_id"),
        Index("ix_partner_messages_group_id", "group_id"),
        Index("ix_partner_messages_person_id", "person_id"),
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("partner_groups.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    text: Mapped[bytes | None] = mapped_column(LargeBinary)
    said_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    lane_id: Mapped[int | None]
    message_id: Mapped[str | None] = mapped_column(String(255))


class ReactionRow(Owned, Base):
    """How a partner reacted to a message: by which reaction, and whether it still stands; the later event wins."""

    __tablename__ = "partner_reactions"
    __table_args__ = (UniqueConstraint("message_id", "person_id", "reaction"), Index("ix_partner_reactions_person_id", "person_id"))

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey("partner_messages.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    reaction: Mapped[str] = mapped_column(String(64))
    stands: Mapped[bool]
    reacted_at: Mapped[datetime]


class WaitingRow(Owned, Base):
    """Somebody who wants a partner and has none, or company while theirs is away."""

    __tablename__ = "partner_waiting"
    __table_args__ = (UniqueConstraint("challenge_id", "person_id"), Index("ix_partner_waiting_person_id", "person_id"))

    id: Mapped[Id]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenges.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    waited_at: Mapped[datetime]


class QuestionRow(Owned, Base):
    """What a member of a group was asked privately: whether a third may come, or what would help in silent days."""

    __tablename__ = "partner_questions"
    __table_args__ = (
        UniqueConstraint("group_id", "asked_id", "about_id", "kind", "on_date"),
        Index("ix_partner_questions_asked_id", "asked_id"),
        Index("ix_partner_questions_about_id", "about_id"),
    )

    id: Mapped[Id]
    group_id: Mapped[int] = mapped_column(ForeignKey("partner_groups.id", ondelete="CASCADE"))
    asked_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    about_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    on_date: Mapped[date]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answer: Mapped[str | None] = mapped_column(String(16), default=None)


class NeverRow(Owned, Base):
    """Two who are never paired, because one of them said so; nobody but the pairing knows, and whoever said it."""

    __tablename__ = "partner_nevers"
    __table_args__ = (UniqueConstraint("person_id", "other_id"), Index("ix_partner_nevers_other_id", "other_id"))

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))


class EveningRow(Owned, Base):
    """At which hour the evening line comes to somebody who changed it."""

    __tablename__ = "partner_evenings"
    __table_args__ = (UniqueConstraint("person_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    minute: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime]

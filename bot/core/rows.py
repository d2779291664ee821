"""Tables of the machine: what was seen, what is due, what is to be said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import ANY_ID, PARTIAL, Base, Id, Owned


def _where(name: str, condition: str, *columns: str, **options: Any) -> Index:
    """An index of some of a table's rows."""
    return Index(name, *columns, sqlite_where=text(condition), info={PARTIAL: condition}, **options)


class SeenRow(Base):
    """A delivery that was handled: the same key again is a repetition."""

    __tablename__ = "seen"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class InboxRow(Base):
    """A request that was acknowledged before it was handled, sealed; it belongs to no community before it is read.

    `due_at` is when somebody may take it up, in real time: what is under way somewhere may be once that process must have died.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_due_at", "due_at"),
        Index("ix_inbox_platform_workspace_conversation_id", "platform", "workspace", "conversation", "id"),
    )

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(16))
    workspace: Mapped[str] = mapped_column(String(255))
    conversation: Mapped[str] = mapped_column(String(255))
    account: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str | None] = mapped_column(String(255), unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)  # it was handled, and whoever waits has not heard
    stored_at: Mapped[datetime]  # in real time, too
    due_at: Mapped[datetime | None]  # None when it is parked
    lease: Mapped[int | None] = mapped_column(default=None)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    why: Mapped[str | None] = mapped_column(String(200), default=None)


class LaneRow(Owned, Base):
    """A conversation we speak into, with its order, pace and lease; its id is that of the place or identity."""

    __tablename__ = "lanes"
    __table_args__ = (
        Index("ix_lanes_next_at", "next_at"),
        _where("ix_lanes_platform_workspace_next_at", "next_at IS NOT NULL", "platform", "workspace", "next_at"),
        Index("ix_lanes_unreachable_since", "unreachable_since"),
        Index("ix_lanes_platform_workspace_external_id", "platform", "workspace", "external_id"),
    )

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(16))
    workspace: Mapped[str] = mapped_column(String(255))
    external_id: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(8))
    reference: Mapped[dict[str, Any]] = mapped_column(JSON)
    next_at: Mapped[datetime | None] = mapped_column(default=None)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    lease: Mapped[int | None] = mapped_column(default=None)
    unreachable_since: Mapped[datetime | None] = mapped_column(default=None)  # None while posts arrive
    barrier: Mapped[str | None] = mapped_column(String(16), default=None)  # why they do not
    has_turn: Mapped[bool] = mapped_column(default=False, server_default=false())  # its next post has its share of the allowance
    free_at: Mapped[datetime | None] = mapped_column(default=None)  # when its pace lets the next post leave
    last_turn: Mapped[int] = mapped_column(default=0, server_default="0")  # that of its newest post: whatever clocks say, the next is later


class PostRow(Owned, Base):
    """A message to be said, being said, or said: the ledger of deliveries."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("lane_id", "key"),
        # What still has its words is what waits. The state, which changes most, stands in no index: PostgreSQL would write all of them.
        _where("ix_posts_lane_id_turn", "body IS NOT NULL", "lane_id", "turn"),
        _where("ix_posts_message_id_lane_id", "message_id IS NOT NULL", "message_id", "lane_id"),  # new ones come at its end
        Index("ix_posts_about_id", "about_id"),
        _where("ix_posts_posted_at", "key IS NULL", "posted_at"),
    )

    id: Mapped[Id]
    lane_id: Mapped[int] = mapped_column(ForeignKey("lanes.id", ondelete="CASCADE"))
    key: Mapped[str | None] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    turn: Mapped[int]
    revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    on_reply: Mapped[str | None] = mapped_column(String(1500))
    posted_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None] = mapped_column(default=None)  # an edit that came too soon after the one before, or waits its turn
    has_turn: Mapped[bool] = mapped_column(default=False, server_default=false())  # it is an edit that has its share of the allowance
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    tried_at: Mapped[datetime | None] = mapped_column(default=None)  # when it may have been said first, where nobody knows
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    message_id: Mapped[str | None] = mapped_column(String(255), default=None)
    why: Mapped[str | None] = mapped_column(String(500), default=None)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), default=None)  # whom it tells others of
    is_pinned: Mapped[bool] = mapped_column(default=False, server_default=false())  # in its place, where the platform lets us
    is_inviting: Mapped[bool] = mapped_column(default=False, server_default=false())  # whoever it mentions, into its place, likewise


class AllowanceRow(Base):
    """What was spent of the posts, or of the edits, that a platform takes in a workspace: when all of it will be there again."""

    __tablename__ = "allowances"

    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(255), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    whole_at: Mapped[datetime]


class RhythmRow(Owned, Base):
    """What many have in common for whom something comes round, and when it is due next, in UTC; its id is a digest of the rest.

    It goes once it is over, or nobody has it any more.
    """

    __tablename__ = "rhythms"
    __table_args__ = (Index("ix_rhythms_next_at", "next_at"),)

    id: Mapped[Id]
    job: Mapped[str] = mapped_column(String(64))
    zone: Mapped[str] = mapped_column(String(64))
    minute: Mapped[int] = mapped_column(Integer)
    weekdays: Mapped[int] = mapped_column(Integer)
    first_on: Mapped[date]
    last_on: Mapped[date | None]
    next_on: Mapped[date]
    next_at: Mapped[datetime]
    reached: Mapped[int | None] = mapped_column(default=None)  # of its subjects, those up to here have had what is due


class CadenceRow(Owned, Base):
    """For whom something comes round, and in which rhythm; it comes first strictly after `begins_at`."""

    __tablename__ = "cadences"
    __table_args__ = (
        UniqueConstraint("job", "subject"),
        Index("ix_cadences_rhythm_id_subject_begins_at", "rhythm_id", "subject", "begins_at"),
    )

    id: Mapped[Id]
    job: Mapped[str] = mapped_column(String(64))
    subject: Mapped[int] = mapped_column(info=ANY_ID)
    rhythm_id: Mapped[int] = mapped_column(ForeignKey("rhythms.id"))  # one that somebody just came to does not go
    begins_at: Mapped[datetime]


class OccurrenceRow(Owned, Base):
    """One firing of a job for one subject on one local date: unique, so that a crash repeats nothing."""

    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("job", "subject", "on_date", "slot"),)

    id: Mapped[Id]
    job: Mapped[str] = mapped_column(String(64))
    subject: Mapped[int] = mapped_column(info=ANY_ID)
    on_date: Mapped[date]
    slot: Mapped[int] = mapped_column(Integer)
    fired_at: Mapped[datetime] = mapped_column(index=True)


class ScrubRow(Base):
    """Something was deleted that must leave the database's files too, and has not yet."""

    __tablename__ = "scrubs"

    id: Mapped[Id]
    asked_at: Mapped[datetime]


class KeptTextRow(Owned, Base):
    """What somebody wrote that has no place yet, sealed: a text that we ask about, or an edit that overtook its message."""

    __tablename__ = "kept_texts"
    __table_args__ = (Index("ix_kept_texts_lane_id_message_id", "lane_id", "message_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    text: Mapped[bytes] = mapped_column(LargeBinary)
    lane_id: Mapped[int | None]
    message_id: Mapped[str | None] = mapped_column(String(255))
    written_at: Mapped[datetime]
    is_asked_until: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LaterRow(Owned, Base):
    """A computation that was asked for and has not come back: when a worker may take it up, in real time, and whose lease it is."""

    __tablename__ = "laters"
    __table_args__ = (Index("ix_laters_due_at", "due_at"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    input: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # None when it is parked
    lease: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)


class HandedFileRow(Owned, Base):
    """A file that is handed over by a signed address, until its time is over; the digest of its content finds it again."""

    __tablename__ = "handed_files"
    __table_args__ = (UniqueConstraint("community_id", "digest"), Index("ix_handed_files_expires_at", "expires_at"))

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[bytes] = mapped_column(LargeBinary)
    media_type: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class InstallationRow(Base):
    """The app in one workspace: its tokens, sealed, and when the workspace's rows go once it was taken out."""

    __tablename__ = "installations"
    __table_args__ = (UniqueConstraint("platform", "workspace"), Index("ix_installations_delete_at", "delete_at"))

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(16))
    workspace: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(300))
    about: Mapped[dict[str, Any]] = mapped_column(JSON)  # who the bot is there and what it may do
    tokens: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)  # of the tokens, in real time
    renewed_until: Mapped[datetime | None] = mapped_column(default=None)  # somebody is getting new ones, until this real instant
    installed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    delete_at: Mapped[datetime | None] = mapped_column(default=None)


class InstallStateRow(Base):
    """An installation that somebody has begun in a browser, kept as its digest; it is used up when they come back."""

    __tablename__ = "install_states"

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)

"""Tables of communities, workspaces, places, people and their identities."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.data.base import ANY_ID, Base, Id, Owned

NAME = 300
TAG = 64


class CommunityRow(Base):
    """A group of practitioners who share a domain: the tenant."""

    __tablename__ = "communities"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(NAME))
    zone: Mapped[str] = mapped_column(String(TAG))
    language: Mapped[str] = mapped_column(String(TAG))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(default=None)  # until then name, zone and language are our guesses


class WorkspaceRow(Base):
    """A Slack workspace, a Teams tenant: a route into a community."""

    __tablename__ = "workspaces"
    __table_args__ = (UniqueConstraint("platform", "external_id"),)

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    platform: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(NAME))


class PlaceRow(Owned, Base):
    """A channel or group chat in which the community meets."""

    __tablename__ = "places"
    __table_args__ = (
        UniqueConstraint("workspace_id", "external_id"),
        Index("ix_places_community_id_closed_at", "community_id", "closed_at"),
    )

    id: Mapped[Id]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(NAME))
    reference: Mapped[dict[str, Any]] = mapped_column(JSON)
    joined_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    is_apart: Mapped[bool] = mapped_column(default=False, server_default=false())  # a conversation of a few, and never theirs all


class PersonRow(Owned, Base):
    """A member, whatever platforms they are on."""

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_community_id_left_at", "community_id", "left_at"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(NAME))
    zone: Mapped[str] = mapped_column(String(TAG))
    language: Mapped[str] = mapped_column(String(TAG))
    role: Mapped[str] = mapped_column(String(16))
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    zone_is_own: Mapped[bool] = mapped_column(default=False, server_default=false())  # set by the person: the platform's no longer counts
    language_is_own: Mapped[bool] = mapped_column(default=False, server_default=false())
    minute: Mapped[int] = mapped_column(Integer, default=540, server_default="540")  # their hour, in minutes after midnight
    quiet_from: Mapped[int] = mapped_column(Integer, default=1200, server_default="1200")
    quiet_to: Mapped[int] = mapped_column(Integer, default=480, server_default="480")
    weekdays: Mapped[int] = mapped_column(Integer, default=31, server_default="31")  # their working days, bit 0 is Monday
    hides_streak: Mapped[bool] = mapped_column(default=False, server_default=false())
    reminders: Mapped[int] = mapped_column(Integer, default=2, server_default="2")  # how many a day at most
    activity: Mapped[str] = mapped_column(String(16), default="daily", server_default="daily")  # how often the daily activity comes
    awaited_since: Mapped[datetime | None] = mapped_column(default=None)  # when a reminder left; None once they did anything at all
    chat_id: Mapped[int | None] = mapped_column(default=None)  # the identity last used, kept only for who has several: news go there


class IdentityRow(Owned, Base):
    """A person's account in one workspace; also their own chat with the bot there."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("workspace_id", "account"),)

    id: Mapped[Id]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    account: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(NAME))
    reference: Mapped[dict[str, Any]] = mapped_column(JSON)
    described_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    is_guest: Mapped[bool] = mapped_column(default=False, server_default=false())  # of the workspace; takes part like anybody, leads not


class MergedPersonRow(Owned, Base):
    """Who somebody is now that turned out to be somebody else: buttons with their old id stand in chats for years."""

    __tablename__ = "merged_people"

    id: Mapped[Id]  # the one that went
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)


class ConnectCodeRow(Owned, Base):
    """A code that connects across workspaces, kept as its digest: who made it, who typed it, and what came of that."""

    __tablename__ = "connect_codes"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None] = mapped_column(default=None)
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), default=None)
    used_as: Mapped[int | None] = mapped_column(default=None, info=ANY_ID)  # the identity that typed it
    used_for: Mapped[str | None] = mapped_column(String(8), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    agreed: Mapped[bool | None] = mapped_column(default=None)

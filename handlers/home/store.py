"""What the front door reads and writes of people: their settings, and who else there is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import time
from typing import Any

from sqlalchemy import func, or_, select, update

from bot.core import kept
from bot.core.context import Context
from bot.core.rows import KeptTextRow, PostRow
from bot.lean import dataclass
from bot.people.rows import IdentityRow, MergedPersonRow, PersonRow, WorkspaceRow
from bot.people.store import hour_of
from bot.people.values import HowOften, Role


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person may set for themselves; the hours in minutes after midnight, the days as bits from Monday."""

    zone: str
    zone_is_own: bool
    minute: int
    quiet_from: int
    quiet_to: int
    weekdays: int
    language: str
    language_is_own: bool
    hides_streak: bool
    reminders: int
    activity: str = HowOften.DAILY.value

    @property
    def hour(self) -> time:
        """When daily things come."""
        return hour_of(self.minute)


def own_settings(ctx: Context, *, lock: bool = False) -> Settings:
    """How the actor has set things."""
    query = select(PersonRow).where(PersonRow.id == ctx.actor.id)
    row = ctx.session.execute(query.with_for_update() if lock else query).scalar_one()
    return Settings(**{name: getattr(row, name) for name in Settings.__dataclass_fields__})


def save_settings(ctx: Context, settings: Settings) -> None:
    """Let the actor's settings be these."""
    ctx.session.execute(update(PersonRow).where(PersonRow.id == ctx.actor.id).values(**asdict(settings)))


def own_profile(ctx: Context) -> list[dict[str, Any]]:
    """What stands in the rows of the actor themselves, as plain JSON."""
    row = ctx.session.execute(select(PersonRow).where(PersonRow.id == ctx.actor.id)).scalar_one()
    accounts = ctx.session.execute(
        select(IdentityRow, WorkspaceRow.name)
        .join(WorkspaceRow, WorkspaceRow.id == IdentityRow.workspace_id)
        .where(IdentityRow.person_id == ctx.actor.id)
        .order_by(IdentityRow.id)
    )
    linked = ctx.session.execute(select(func.count(MergedPersonRow.id)).where(MergedPersonRow.person_id == ctx.actor.id)).scalar_one()
    settings = asdict(own_settings(ctx)) | {"hour": f"{hour_of(row.minute):%H:%M}"}
    return [
        {
            "name": row.name,
            "role": row.role,
            "joined_at": row.joined_at.isoformat(),
            "settings": settings,
            "accounts_linked": linked,
            "accounts": [{"workspace": workspace, "account": identity.account, "name": identity.name} for identity, workspace in accounts],
        }
    ]


def kept_texts(ctx: Context) -> list[dict[str, Any]]:
    """Texts of the actor that wait for what shall become of them."""
    query = select(KeptTextRow).where(KeptTextRow.person_id == ctx.actor.id).order_by(KeptTextRow.id)
    return [
        {"text": ctx.vault.open_text(kept.COLUMN, row.id, row.text), "written_at": row.written_at.isoformat()}
        for row in ctx.session.execute(query).scalars()
    ]


def own_posts(ctx: Context) -> list[dict[str, Any]]:
    """When something was sent to the actor, or to others about them, and why."""
    chats = select(IdentityRow.id).where(IdentityRow.person_id == ctx.actor.id)
    query = select(PostRow.kind, PostRow.posted_at, PostRow.sent_at, PostRow.about_id, PostRow.state)
    rows = ctx.session.execute(query.where(or_(PostRow.lane_id.in_(chats), PostRow.about_id == ctx.actor.id)).order_by(PostRow.id))
    return [
        {
            "kind": row.kind,
            "posted_at": row.posted_at.isoformat(),
            "sent_at": row.sent_at.isoformat() if row.sent_at is not None else None,
            "state": row.state,
            "is_about_you": row.about_id == ctx.actor.id,
        }
        for row in rows
    ]


def is_the_only_lead(ctx: Context) -> bool:
    """Whether the community would have members and no lead without the actor; two leads who go at once wait for each other here."""
    leads = select(PersonRow.id).where(PersonRow.role == Role.LEAD.value, PersonRow.left_at.is_(None)).order_by(PersonRow.id)
    found = set(ctx.session.execute(leads.with_for_update()).scalars())
    if found != {ctx.actor.id}:
        return False
    others = select(PersonRow.id).where(PersonRow.id != ctx.actor.id, PersonRow.left_at.is_(None))
    return ctx.session.execute(others.limit(1)).first() is not None

"""Named queries of the community."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update

from bot.core.context import Context
from bot.data.ids import new_id
from bot.lean import dataclass
from bot.people import store as people
from bot.people.rows import ConnectCodeRow, PlaceRow
from bot.people.values import Member, Role
from handlers.community.rows import ConnectTryRow, RoleChangeRow
from handlers.community.rules import ALPHABET, LENGTH, OPEN_FOR, TRIES_IN

COLUMN = "connect_codes.digest"


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was just made; afterwards nobody can read it any more."""

    id: int
    letters: str
    until: datetime


def appoint(ctx: Context, person: int, role: Role) -> None:
    """Give a person a role, and keep who gave it."""
    people.appoint(ctx.session, person, role)
    ctx.session.add(
        RoleChangeRow(
            id=new_id(),
            community_id=ctx.community.id,
            by_person_id=ctx.actor.id,
            person_id=person,
            role=role.value,
            changed_at=ctx.now,
        )
    )


def own_roles(ctx: Context) -> list[dict[str, Any]]:
    """The roles that the actor was given, gave up or gave to others, the oldest first."""
    mine = or_(RoleChangeRow.person_id == ctx.actor.id, RoleChangeRow.by_person_id == ctx.actor.id)
    changes = ctx.session.execute(select(RoleChangeRow).where(mine).order_by(RoleChangeRow.id)).scalars().all()
    names = people.names(ctx.session, {row.person_id for row in changes})
    return [{"who": names[row.person_id], "role": row.role, "at": row.changed_at.isoformat()} for row in changes]


def own_codes(ctx: Context) -> list[dict[str, Any]]:
    """The codes that the actor made or typed, and when they typed one that was none."""
    mine = or_(ConnectCodeRow.person_id == ctx.actor.id, ConnectCodeRow.used_by == ctx.actor.id)
    codes = ctx.session.execute(select(ConnectCodeRow).where(mine).order_by(ConnectCodeRow.id)).scalars()
    tries = select(ConnectTryRow.tried_at).where(ConnectTryRow.person_id == ctx.actor.id).order_by(ConnectTryRow.id)
    told: list[dict[str, Any]] = [
        {
            "code": "made" if row.person_id == ctx.actor.id else "typed",
            "made_at": row.made_at.isoformat(),
            "used_at": row.used_at.isoformat() if row.used_at is not None else None,
            "used_for": row.used_for,
            "agreed": row.agreed,
        }
        for row in codes
    ]
    return told + [{"code": "unknown", "typed_at": at.isoformat()} for at in ctx.session.execute(tries).scalars()]


def leads(ctx: Context) -> list[Member]:
    """The present leads."""
    return [member for member in people.members(ctx.session).values() if member.is_lead]


def lately_closed(ctx: Context) -> list[str]:
    """Names of the places that were closed to us within the last day."""
    query = select(PlaceRow.name).where(PlaceRow.closed_at > ctx.now - timedelta(days=1), PlaceRow.is_apart.is_(False))
    return list(ctx.session.execute(query.order_by(PlaceRow.id)).scalars())


def make_code(ctx: Context) -> Code:
    """A new code of the actor's; one that was open until now is cancelled."""
    open_ones = (ConnectCodeRow.person_id == ctx.actor.id, ConnectCodeRow.used_at.is_(None), ConnectCodeRow.cancelled_at.is_(None))
    ctx.session.execute(update(ConnectCodeRow).where(*open_ones).values(cancelled_at=ctx.now))
    letters = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))  # a unit that is run again makes another, which is as good
    row = ConnectCodeRow(
        id=new_id(),
        community_id=ctx.community.id,
        person_id=ctx.actor.id,
        digest=ctx.vault.digest(COLUMN, letters),
        made_at=ctx.now,
        expires_at=ctx.now + OPEN_FOR,
    )
    ctx.session.add(row)
    return Code(row.id, letters, row.expires_at)


def own_code(ctx: Context, code: int) -> ConnectCodeRow | None:
    """One's own code, locked."""
    query = select(ConnectCodeRow).where(ConnectCodeRow.id == code, ConnectCodeRow.person_id == ctx.actor.id)
    return ctx.session.execute(query.with_for_update()).scalar_one_or_none()


def count_tries(ctx: Context) -> int:
    """How many codes the actor typed in the last hour that were none."""
    query = select(func.count(ConnectTryRow.id)).where(ConnectTryRow.person_id == ctx.actor.id, ConnectTryRow.tried_at > ctx.now - TRIES_IN)
    return int(ctx.session.execute(query).scalar() or 0)


def add_try(ctx: Context) -> None:
    """One more."""
    ctx.session.add(ConnectTryRow(id=new_id(), community_id=ctx.community.id, person_id=ctx.actor.id, tried_at=ctx.now))

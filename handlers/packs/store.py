"""Named queries of packs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import aliased

from bot.core.context import Context
from bot.data.ids import new_id
from handlers.packs.library import shipped
from handlers.packs.rows import PackRow
from handlers.packs.rules import Activity, Pack

_later = aliased(PackRow)
_NEWEST = (
    select(func.max(_later.version))
    .where(_later.name == PackRow.name, _later.community_id == PackRow.community_id)
    .correlate(PackRow)
    .scalar_subquery()
)


def own(ctx: Context) -> dict[str, Pack]:
    """The community's own packs by name, each in its newest version, in the order of their titles."""
    rows = ctx.session.execute(select(PackRow).where(PackRow.version == _NEWEST).order_by(PackRow.title, PackRow.name)).scalars()
    return {row.name: _pack(row) for row in rows}


def find_own(ctx: Context, name: str) -> Pack | None:
    """One of the community's own packs in its newest version."""
    query = select(PackRow).where(PackRow.name == name).order_by(PackRow.version.desc()).limit(1)
    row = ctx.session.execute(query).scalar_one_or_none()
    return _pack(row) if row is not None else None


def available(ctx: Context) -> dict[str, Pack]:
    """Every pack that can be started here: the shipped ones, then the community's own."""
    return {**shipped(), **own(ctx)}


def find(ctx: Context, name: str) -> Pack | None:
    """A pack by its name, None where there is none."""
    return shipped().get(name) or find_own(ctx, name)


def save(ctx: Context, pack: Pack) -> Pack:
    """Keep a pack as the next version under its name."""
    newest = ctx.session.execute(select(func.max(PackRow.version)).where(PackRow.name == pack.name)).scalar()
    saved = replace(pack, version=newest + 1 if newest else max(1, pack.version))
    ctx.session.add(
        PackRow(
            id=new_id(),
            community_id=ctx.community.id,
            name=saved.name,
            version=saved.version,
            title=saved.title,
            purpose=saved.purpose,
            days=len(saved.activities),
            content={"themes": list(saved.themes), "activities": [activity.as_json() for activity in saved.activities]},
            made_by=ctx.actor.id,
            made_at=ctx.now,
        )
    )
    ctx.session.flush()
    return saved


def remove_version(ctx: Context, name: str, version: int) -> None:
    """Forget one version."""
    ctx.session.execute(delete(PackRow).where(PackRow.name == name, PackRow.version == version))


def remove(ctx: Context, name: str) -> None:
    """Forget a pack with all its versions."""
    ctx.session.execute(delete(PackRow).where(PackRow.name == name))


def made_by_actor(ctx: Context) -> list[dict[str, Any]]:
    """Every version of a pack that the actor saved."""
    query = select(PackRow).where(PackRow.made_by == ctx.actor.id).order_by(PackRow.id)
    return [
        {
            "pack": row.name,
            "version": row.version,
            "title": row.title,
            "purpose": row.purpose,
            "made_at": row.made_at.isoformat(),
            **row.content,
        }
        for row in ctx.session.execute(query).scalars()
    ]


def _pack(row: PackRow) -> Pack:
    activities = tuple(Activity(**activity) for activity in row.content["activities"])
    return Pack(row.name, row.version, row.title, row.purpose, tuple(row.content["themes"]), activities)

"""Named queries of the files that belong to what teams brought back."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.core.context import Context
from bot.core.ports import SentFile
from bot.data.ids import new_id
from handlers.charters.charter import Asset
from handlers.charters.rows import AssetRow, AwaitedAssetRow

NAME, CONTENT = "charter_assets.name", "charter_assets.content"
_row = AssetRow
_LIGHT = (_row.id, _row.charter_id, _row.name, _row.version, _row.size, _row.sent_by, _row.sent_at)  # all but the content


def all_of(ctx: Context, charters: Collection[int]) -> Mapping[int, Sequence[Asset]]:
    """The files of charters, each version of each, in the order in which they came."""
    found: dict[int, list[Asset]] = {}
    rows = ctx.session.execute(select(*_LIGHT).where(_row.charter_id.in_(list(charters))).order_by(_row.id))
    for row in rows:
        found.setdefault(row.charter_id, []).append(_asset(ctx, row))
    return found


def of(ctx: Context, charter_id: int) -> Sequence[Asset]:
    """The files of one charter."""
    return all_of(ctx, [charter_id]).get(charter_id, ())


def asset(ctx: Context, asset_id: int) -> Asset | None:
    """A version of a file by its id."""
    row = ctx.session.execute(select(*_LIGHT).where(_row.id == asset_id)).one_or_none()
    return _asset(ctx, row) if row is not None else None


def content(ctx: Context, asset_id: int) -> bytes:
    """What is in it."""
    sealed = ctx.session.execute(select(_row.content).where(_row.id == asset_id)).scalar_one()
    return ctx.vault.open(CONTENT, asset_id, sealed)


def insert(ctx: Context, charter_id: int, file: SentFile, version: int) -> Asset:
    """A version of a file that the actor sent."""
    row = AssetRow(id=new_id(), community_id=ctx.community.id, charter_id=charter_id, version=version, size=len(file.content))
    row.name, row.content = ctx.vault.seal(NAME, row.id, file.name), ctx.vault.seal(CONTENT, row.id, file.content)
    row.sent_by, row.sent_at = ctx.actor.id, ctx.now
    ctx.session.add(row)
    ctx.session.flush()
    ctx.session.expunge(row)
    return Asset(row.id, charter_id, file.name, version, row.size, row.sent_by, row.sent_at)


def drop(ctx: Context, assets: Collection[int]) -> None:
    """They are there no more."""
    if assets:
        ctx.session.execute(delete(AssetRow).where(AssetRow.id.in_(list(assets))))


def sent_to(ctx: Context, person: int) -> set[int]:
    """The charters to which somebody sent files."""
    return set(ctx.session.execute(select(AssetRow.charter_id).where(AssetRow.sent_by == person)).scalars())


def is_same_name(one: str, other: str) -> bool:
    """Whether two names mean the same file, however they are typed."""
    return unicodedata.normalize("NFC", one).casefold() == unicodedata.normalize("NFC", other).casefold()


def export(ctx: Context) -> list[dict[str, Any]]:
    """The files that the actor sent, as plain values; each is handed over by its button."""
    rows = ctx.session.execute(select(*_LIGHT).where(_row.sent_by == ctx.actor.id).order_by(_row.id))
    found = [_asset(ctx, row) for row in rows]
    asked = ctx.session.execute(select(AwaitedAssetRow.asked_at).where(AwaitedAssetRow.person_id == ctx.actor.id)).scalars()
    return [
        *({"asked_for_a_file_at": at.isoformat()} for at in asked),
        *(
            {"file": each.name, "version": each.version, "bytes": each.size, "at": each.sent_at.isoformat() if each.sent_at else ""}
            for each in found
        ),
    ]


def _asset(ctx: Context, row: Any) -> Asset:
    name = ctx.vault.open_text(NAME, row.id, row.name)
    return Asset(row.id, row.charter_id, name, row.version, row.size, row.sent_by, row.sent_at)


# -- what is awaited -----------------------------------------------------------------------------------------------------


def expect(ctx: Context, charter_id: int) -> None:
    """What the actor sends next belongs to this charter."""
    row = ctx.session.execute(select(AwaitedAssetRow).where(AwaitedAssetRow.person_id == ctx.actor.id)).scalar_one_or_none()
    if row is None:
        row = AwaitedAssetRow(id=new_id(), community_id=ctx.community.id, person_id=ctx.actor.id)
        ctx.session.add(row)
    row.charter_id, row.asked_at = charter_id, ctx.now
    ctx.session.flush()


def expected(ctx: Context, since: datetime) -> int | None:
    """The charter to which the next file of the actor belongs, if that was said since then."""
    row = AwaitedAssetRow
    return ctx.session.execute(select(row.charter_id).where(row.person_id == ctx.actor.id, row.asked_at >= since)).scalar_one_or_none()

"""Named queries of the library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from bot.chat.language import _
from bot.chat.reading import say_label
from bot.core.context import Context
from bot.data.ids import new_id
from bot.lean import dataclass
from bot.papers.document import Document, Json, Part, Prose, as_json
from bot.people import store as people
from handlers.library.rows import LibraryItemRow, LibraryPersonRow
from handlers.library.rules import PAGE, signed

TITLE, TEXT = "library_items.title", "library_items.text"


@dataclass(frozen=True, slots=True)
class Item:
    """An item as its readers see it; `paper` is its text as a document of plain values."""

    id: int
    kind: str
    title: str
    kept_on: date
    paper: Json
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """Some items, the newest first, of one kind or of all, and where to go on from here."""

    items: tuple[Item, ...]
    kinds: tuple[str, ...]
    kind: str = ""
    is_first: bool = True
    older: int | None = None  # the last item shown here, where there are more


def keep(ctx: Context, *, kind: str, title: str, text: str | Document, people: Sequence[int] = ()) -> int:
    """Keep something for the community to find again; the id that it has from now on.

    `rules.by(n)` in the text stands for the nth of its people, so that a name can be taken off later.
    """
    made = new_id()
    row = LibraryItemRow(id=made, community_id=ctx.community.id, kind=kind, kept_at=ctx.now)
    row.title, row.text = ctx.vault.seal(TITLE, made, title), _sealed(ctx, made, title, text)
    ctx.session.add(row)
    ctx.session.flush()
    _sign(ctx, made, people)
    return made


def revise(ctx: Context, item_id: int, *, text: str | Document, people: Sequence[int] = ()) -> bool:
    """Let an item say something else from now on; False where it is gone."""
    row = ctx.session.execute(select(LibraryItemRow).where(LibraryItemRow.id == item_id).with_for_update()).scalar_one_or_none()
    if row is None:
        return False
    row.text = _sealed(ctx, row.id, ctx.vault.open_text(TITLE, row.id, row.title), text)
    ctx.session.execute(delete(LibraryPersonRow).where(LibraryPersonRow.item_id == item_id))
    _sign(ctx, item_id, people)
    return True


def amend(ctx: Context, item_id: int, parts: Sequence[Part]) -> bool:
    """Let an item say more from now on, after what it says already; False where it is gone."""
    row = ctx.session.execute(select(LibraryItemRow).where(LibraryItemRow.id == item_id).with_for_update()).scalar_one_or_none()
    if row is None:
        return False
    paper: Json = json.loads(ctx.vault.open_text(TEXT, row.id, row.text))
    more = as_json(Document(paper["title"], tuple(parts)), ctx.community.language)
    paper["parts"] = [*paper["parts"], *more["parts"]]
    row.text = ctx.vault.seal(TEXT, row.id, json.dumps(paper, ensure_ascii=False))
    ctx.session.flush()
    return True


def item(ctx: Context, item_id: int) -> Item | None:
    """One item by its id."""
    row = ctx.session.execute(select(LibraryItemRow).where(LibraryItemRow.id == item_id)).scalar_one_or_none()
    if row is None:
        return None
    signatures = select(LibraryPersonRow.turn, LibraryPersonRow.person_id).where(LibraryPersonRow.item_id == item_id)
    turns = {found.turn: found.person_id for found in ctx.session.execute(signatures.order_by(LibraryPersonRow.turn))}
    known = people.names(ctx.session, turns.values()) if turns else {}
    names = {turn: known[person] for turn, person in turns.items() if person in known}
    nobody = say_label(_("Somebody"), ctx.community.language)
    paper = signed(json.loads(ctx.vault.open_text(TEXT, row.id, row.text)), names, nobody)
    return _item(ctx, row, paper, tuple(dict.fromkeys(names.values())))


def shelf(ctx: Context, kind: str, before: int | None) -> Shelf:
    """A page of the items, the newest first; what they say stays closed."""
    query = select(LibraryItemRow).order_by(LibraryItemRow.id.desc()).limit(PAGE + 1)
    query = query.where(LibraryItemRow.kind == kind) if kind else query
    query = query.where(LibraryItemRow.id < before) if before is not None else query
    rows = ctx.session.execute(query).scalars().all()
    kinds = ctx.session.execute(select(LibraryItemRow.kind).distinct().order_by(LibraryItemRow.kind)).scalars().all()
    items = tuple(_item(ctx, row, {}) for row in rows[:PAGE])
    return Shelf(items, tuple(kinds), kind, before is None, items[-1].id if len(rows) > PAGE else None)


def own_items(ctx: Context) -> list[dict[str, Any]]:
    """The items that name the actor among their people."""
    query = select(LibraryItemRow).where(
        LibraryItemRow.id.in_(select(LibraryPersonRow.item_id).where(LibraryPersonRow.person_id == ctx.actor.id))
    )
    found = [_item(ctx, row, {}) for row in ctx.session.execute(query.order_by(LibraryItemRow.id)).scalars()]
    return [{"kind": each.kind, "title": each.title, "kept_on": each.kept_on.isoformat()} for each in found]


def _item(ctx: Context, row: LibraryItemRow, paper: Json, names: tuple[str, ...] = ()) -> Item:
    kept_on = row.kept_at.astimezone(ZoneInfo(ctx.community.zone)).date()
    return Item(row.id, row.kind, ctx.vault.open_text(TITLE, row.id, row.title), kept_on, paper, names)


def _sealed(ctx: Context, item_id: int, title: str, text: str | Document) -> bytes:
    document = Document(title, (Prose(text),)) if isinstance(text, str) else text
    return ctx.vault.seal(TEXT, item_id, json.dumps(as_json(document, ctx.community.language), ensure_ascii=False))


def _sign(ctx: Context, item_id: int, signed_by: Sequence[int]) -> None:
    for turn, person in enumerate(signed_by):
        row = LibraryPersonRow(id=new_id(), community_id=ctx.community.id, item_id=item_id, person_id=person, turn=turn)
        ctx.session.add(row)
    ctx.session.flush()

"""Named queries of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from bot.core.context import Context, Written
from bot.data import scope
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.scope import BIND
from bot.lean import dataclass
from bot.people.rows import PersonRow
from handlers.journal.rows import EntryRow
from handlers.journal.rules import Visibility, is_newer, shortened

COLUMN = "entries.text"
_entries = table(EntryRow)
_INSERT = insert(_entries)
_BY_MESSAGE = (
    select(_entries.c.id, _entries.c.changed_at, _entries.c.deleted_at)
    .where(
        _entries.c.lane_id == bindparam("lane"), _entries.c.message_id == bindparam("message"), _entries.c.community_id == bindparam(BIND)
    )
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as its writer sees it."""

    id: int
    on: date
    visibility: Visibility
    text: str
    stands_in_place: bool = False  # as a message of a place, where others read it whoever may read the entry


@dataclass(frozen=True, slots=True)
class Shared:
    """An entry that its writer shared with others."""

    person: int
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class FromThem:
    """An entry that a partner shares with the reader."""

    name: str
    on: date
    text: str


def insert_entry(ctx: Context, written: Written, on: date, visibility: Visibility) -> Entry | None:
    """Write an entry; None when its message was deleted or written before."""
    if written.message_id is not None and _standing(ctx, written) is not None:
        return None
    entry = new_id()
    values = {
        "id": entry,
        "person_id": ctx.actor.id,
        "on_date": on,
        "visibility": visibility.value,
        "text": ctx.vault.seal(COLUMN, entry, written.text),
        "written_at": ctx.now,
        "changed_at": written.at,
        "deleted_at": None,
    }
    scope.execute(ctx.session, _INSERT, {**values, **_message(ctx, written)})
    return Entry(entry, on, visibility, written.text, stands_in_place(ctx, written.lane if written.message_id is not None else None))


def own_entry(ctx: Context, entry: int) -> Entry | None:
    """One's own entry that was not deleted."""
    row = ctx.session.execute(
        select(EntryRow).where(EntryRow.id == entry, EntryRow.person_id == ctx.actor.id, EntryRow.deleted_at.is_(None)).with_for_update()
    ).scalar_one_or_none()
    return opened(ctx, row) if row is not None else None


def delete_entry(ctx: Context, entry: int) -> None:
    """Delete an entry: its text goes, a tombstone stays."""
    ctx.session.execute(update(EntryRow).where(EntryRow.id == entry).values(text=None, deleted_at=ctx.now, changed_at=ctx.event_at))


def has_entry(ctx: Context, person: int, on: date) -> bool:
    """Whether a person wrote anything on a day."""
    query = select(EntryRow.id).where(EntryRow.person_id == person, EntryRow.on_date == on, EntryRow.deleted_at.is_(None))
    return ctx.session.execute(query.limit(1)).first() is not None


def rewrite(ctx: Context, written: Written) -> Entry | None:
    """Take over an edited message; None when it is no entry, was deleted, or a later version stands."""
    standing = _standing(ctx, written)
    if standing is None or standing.deleted_at is not None or not is_newer(written.at, standing.changed_at):
        return None
    row = ctx.session.execute(select(EntryRow).where(EntryRow.id == standing.id)).scalar_one()
    row.text, row.changed_at = ctx.vault.seal(COLUMN, row.id, written.text), written.at
    return opened(ctx, row)


def by_message(ctx: Context, message: Written) -> tuple[int, date] | None:
    """The living entry that a chat message became: its id and day."""
    standing = _standing(ctx, message)
    if standing is None or standing.deleted_at is not None:
        return None
    row = ctx.session.execute(select(EntryRow).where(EntryRow.id == standing.id)).scalar_one()
    return row.id, row.on_date


def shared_between(ctx: Context, first_on: date, last_on: date, limit: int, *, longest: int = 300) -> Sequence[Shared]:
    """What people shared with the community on these days, one entry each, the fullest first; what is longer is shortened."""
    query = (
        select(EntryRow.id, EntryRow.person_id, func.length(EntryRow.text).label("size"))
        .join(PersonRow, PersonRow.id == EntryRow.person_id)
        .where(EntryRow.visibility == Visibility.COMMUNITY.value, EntryRow.on_date.between(first_on, last_on))
        .where(EntryRow.deleted_at.is_(None), EntryRow.text.is_not(None), PersonRow.left_at.is_(None))
    )
    chosen: dict[int, int] = {}
    for row in sorted(ctx.session.execute(query), key=lambda row: (min(row.size, longest), row.id), reverse=True):
        chosen.setdefault(row.person_id, row.id)
    best = list(chosen.values())[:limit]
    found = ctx.session.execute(select(EntryRow).where(EntryRow.id.in_(best))).scalars()
    entries = {row.id: Shared(row.person_id, row.on_date, shortened(text_of(ctx, row), longest)) for row in found}
    return [entries[entry] for entry in best]


def days_shared(ctx: Context, person: int) -> Sequence[date]:
    """The dates on which somebody shared something with the community that stands."""
    query = select(EntryRow.on_date).where(EntryRow.person_id == person, EntryRow.visibility == Visibility.COMMUNITY.value)
    return ctx.session.execute(query.where(EntryRow.deleted_at.is_(None)).distinct().order_by(EntryRow.on_date)).scalars().all()


def shared_with_partner(ctx: Context, entry: int) -> Shared | None:
    """An entry that its writer shared with their partner; None of any other, and of one that is gone."""
    query = select(EntryRow).where(EntryRow.id == entry, EntryRow.visibility == Visibility.PARTNER.value, EntryRow.deleted_at.is_(None))
    row = ctx.session.execute(query).scalar_one_or_none()
    return Shared(row.person_id, row.on_date, text_of(ctx, row)) if row is not None else None


def _standing(ctx: Context, written: Written) -> Any:
    keys = {"lane": written.lane, "message": written.message_id, BIND: ctx.community.id}
    return scope.execute(ctx.session, _BY_MESSAGE, keys).one_or_none()


def _message(ctx: Context, written: Written) -> dict[str, Any]:
    has_message = written.message_id is not None
    return {
        "community_id": ctx.community.id,
        "lane_id": written.lane if has_message else None,
        "message_id": written.message_id,
    }


def text_of(ctx: Context, row: EntryRow) -> str:
    """What an entry says that was not deleted."""
    assert row.text is not None
    return ctx.vault.open_text(COLUMN, row.id, row.text)


def opened(ctx: Context, row: Any) -> Entry:
    """A row as its writer sees it."""
    assert row.text is not None
    text = ctx.vault.open_text(COLUMN, row.id, row.text)
    return Entry(row.id, row.on_date, Visibility(row.visibility), text, stands_in_place(ctx, row.lane_id))


def stands_in_place(ctx: Context, lane: int | None) -> bool:
    """Whether a lane is that of a place and not of the writer's own chat."""
    return lane is not None and lane not in {identity.id for identity in ctx.actor.identities}

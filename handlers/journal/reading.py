"""Reading one's own journal: pages, a day, a search, all of it. Nobody's entries but the actor's are ever read here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import Select, and_, or_, select

from bot.core.context import Context
from bot.data.ids import new_id
from bot.lean import dataclass
from handlers.journal.payloads import Turn
from handlers.journal.rows import EntryRow
from handlers.journal.rules import Visibility, is_found
from handlers.journal.store import COLUMN, Entry, opened, own_entry

PAGE = 5
BATCH = 200  # rows that a search opens at once
MOST_SEARCHED = 1000  # rows that one press searches; a journal of years goes on with the next press


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the newest first, and where to go on from here."""

    entries: tuple[Entry, ...]
    turn: Turn
    year: int  # the reader's, so that days of another one name it
    newer: Turn | None = None
    older: Turn | None = None
    is_unfinished: bool = False  # a search that has more to look through


def page(ctx: Context, turn: Turn) -> Page:
    """One page of the list, a day or a search."""
    found, reached = _collect(ctx, turn)
    more = len(found) > PAGE
    if turn.newer and not more:
        return page(ctx, Turn(turn.words, turn.day))  # the newest page is always a full one
    shown = found[PAGE - 1 :: -1] if turn.newer else found[:PAGE]
    newer = older = None
    if shown and (more or turn.newer):
        older = Turn(turn.words, turn.day, shown[-1].on, shown[-1].id)
    elif reached is not None:
        older = Turn(turn.words, turn.day, *reached)
    if shown and turn.entry is not None:
        newer = Turn(turn.words, turn.day, shown[0].on, shown[0].id, newer=True)
    elif turn.entry is not None:
        newer = Turn(turn.words, turn.day)
    return Page(tuple(shown), turn, ctx.today().year, newer, older, is_unfinished=reached is not None and not more)


def _collect(ctx: Context, turn: Turn) -> tuple[list[Entry], tuple[date, int] | None]:
    """At most one entry more than a page holds, in the turn's direction, and where a search stopped before the end."""
    if not turn.words:
        newest = ctx.session.execute(listing(ctx.actor.id, turn).limit(PAGE + 1)).scalars()
        return [opened(ctx, row) for row in newest], None
    found: list[Entry] = []
    at, seen = turn, 0
    while seen < MOST_SEARCHED:
        rows = ctx.session.execute(listing(ctx.actor.id, at).limit(BATCH)).scalars().all()
        for row in rows:
            entry = opened(ctx, row)
            if is_found(turn.words, entry.text):
                found.append(entry)
                if len(found) > PAGE:
                    return found, None
        if len(rows) < BATCH:
            return found, None
        seen += len(rows)
        at = Turn(turn.words, turn.day, rows[-1].on_date, rows[-1].id, turn.newer)
    assert at.on is not None
    assert at.entry is not None
    return found, (at.on, at.entry)


def listing(person: int, turn: Turn) -> Select[EntryRow]:
    """A person's entries from a place in the list on; deleted ones are never among them."""
    query = select(EntryRow).where(EntryRow.person_id == person, EntryRow.deleted_at.is_(None))
    if turn.day is not None:
        query = query.where(EntryRow.on_date == turn.day)
    if turn.on is not None and turn.entry is not None:
        if turn.newer:
            beyond = and_(EntryRow.on_date == turn.on, EntryRow.id > turn.entry)
            query = query.where(EntryRow.on_date >= turn.on, or_(EntryRow.on_date > turn.on, beyond))
        else:
            beyond = and_(EntryRow.on_date == turn.on, EntryRow.id < turn.entry)
            query = query.where(EntryRow.on_date <= turn.on, or_(EntryRow.on_date < turn.on, beyond))
    order = (EntryRow.on_date.asc(), EntryRow.id.asc()) if turn.newer else (EntryRow.on_date.desc(), EntryRow.id.desc())
    return query.order_by(*order)


def beside(ctx: Context, entry: Entry) -> tuple[int | None, int | None]:
    """The next newer and the next older entry of the same person."""
    around = (listing(ctx.actor.id, Turn(on=entry.on, entry=entry.id, newer=newer)) for newer in (True, False))
    newer, older = (ctx.session.execute(query.with_only_columns(EntryRow.id).limit(1)).scalar() for query in around)
    return newer, older


def everything(ctx: Context) -> Iterator[tuple[Entry, datetime]]:
    """All of one's own entries with the moment of their writing, the oldest first."""
    columns = (EntryRow.id, EntryRow.on_date, EntryRow.visibility, EntryRow.text, EntryRow.lane_id, EntryRow.written_at)
    query = select(*columns).where(EntryRow.person_id == ctx.actor.id, EntryRow.deleted_at.is_(None))
    for row in ctx.session.execute(query.order_by(EntryRow.on_date, EntryRow.id)):  # rows of columns: ten thousand are read in one unit
        yield opened(ctx, row), row.written_at


def change(ctx: Context, entry_id: int, text: str | None, visibility: Visibility) -> tuple[Entry, Entry] | None:
    """Change one's own entry: as it was and as it is; None when it is gone.

    An entry that becomes private parts from its message in a place, so that the message may be deleted there and the entry stays.
    """
    before = own_entry(ctx, entry_id)
    if before is None:
        return None
    row = ctx.session.get_one(EntryRow, entry_id)
    if text is not None and text != before.text:
        row.text, row.changed_at = ctx.vault.seal(COLUMN, row.id, text), ctx.event_at
    row.visibility = visibility.value
    if before.stands_in_place and visibility is not Visibility.COMMUNITY:
        _part(ctx, row)
    ctx.session.flush()
    return before, opened(ctx, row)


def _part(ctx: Context, row: EntryRow) -> None:
    """Leave a tombstone in the entry's stead for its message: neither an edit nor a second delivery of it concerns the entry any more."""
    lane, message = row.lane_id, row.message_id
    row.lane_id = row.message_id = None
    ctx.session.flush()
    ctx.session.add(
        EntryRow(
            id=new_id(),
            community_id=ctx.community.id,
            person_id=row.person_id,
            on_date=row.on_date,
            visibility=row.visibility,
            text=None,
            written_at=row.written_at,
            changed_at=row.changed_at,
            deleted_at=ctx.now,
            lane_id=lane,
            message_id=message,
        )
    )

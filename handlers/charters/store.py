"""Named queries of charters, their seats and their people."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, delete, false, func, or_, select

from bot.core.context import Context
from bot.data.ids import new_id
from handlers.charters.charter import Charter, Part, Seat, SignOff, Taking, Variant
from handlers.charters.rows import CharterPersonRow, CharterRow, CharterVersionRow, SeatRow
from handlers.charters.rules import Kind, Rhythm, State

NAME, WORDS, VERSION, SEAT, LINE = "charters.name", "charters.words", "charter_versions.words", "charter_seats.words", "charter_people.line"
PLAIN = ("is_call", "version", "round", "opened_at", "until", "shown_at", "heard_at", "ends_on", "review_on")


# -- charters ------------------------------------------------------------------------------------------------------------


def charter(ctx: Context, charter_id: int, *, lock: bool = False) -> Charter | None:
    """A charter by its id."""
    query = select(CharterRow).where(CharterRow.id == charter_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return next(iter(_charters(ctx, query)), None)


def in_states(ctx: Context, states: Collection[State]) -> Sequence[Charter]:
    """The charters in these states, the newest first."""
    query = select(CharterRow).where(CharterRow.community_id == ctx.community.id, CharterRow.state.in_([state.value for state in states]))
    return _charters(ctx, query.order_by(CharterRow.id.desc()))


def listed(ctx: Context, states: Collection[State], name: str = "") -> Sequence[int]:
    """The ids of the charters that the actor may see, the newest first: what is public, what is theirs, and proposals for leads."""
    row = CharterRow
    is_public = or_(row.round > 0, row.heard_at.is_not(None))
    is_mine = or_(row.lead_id == ctx.actor.id, row.co_lead_id == ctx.actor.id)
    others = row.state == State.PROPOSED.value if ctx.actor.is_lead else false()
    is_theirs = and_(row.state != State.CANCELLED.value, or_(is_mine, others))
    wanted = (row.community_id == ctx.community.id, row.state.in_([state.value for state in states]), or_(is_public, is_theirs))
    if not name:
        return list(ctx.session.execute(select(row.id).where(*wanted).order_by(row.id.desc())).scalars())
    found = ctx.session.execute(select(row.id, row.name).where(*wanted).order_by(row.id.desc())).all()
    return [each.id for each in found if name.casefold() in ctx.vault.open_text(NAME, each.id, each.name).casefold()]


def charters(ctx: Context, ids: Collection[int]) -> Sequence[Charter]:
    """These charters, the newest first."""
    return _charters(ctx, select(CharterRow).where(CharterRow.id.in_(list(ids))).order_by(CharterRow.id.desc()))


def looked_after(ctx: Context, person: int) -> Sequence[Charter]:
    """What somebody leads or sponsors, the newest first."""
    theirs = or_(CharterRow.lead_id == person, CharterRow.co_lead_id == person, CharterRow.sponsor_id == person)
    return _charters(ctx, select(CharterRow).where(theirs).order_by(CharterRow.id.desc()))


def taken_part(ctx: Context, person: int) -> Sequence[tuple[Charter, Taking]]:
    """The charters in which somebody has a part, the newest first."""
    rows = ctx.session.execute(select(CharterPersonRow).where(CharterPersonRow.person_id == person)).scalars().all()
    parts = {row.charter_id: _taking(ctx, row) for row in rows}
    found = _charters(ctx, select(CharterRow).where(CharterRow.id.in_(list(parts))).order_by(CharterRow.id.desc())) if parts else []
    return [(each, parts[each.id]) for each in found]


def of_item(ctx: Context, item: int) -> Charter | None:
    """The charter whose results an item of the library is."""
    return next(iter(_charters(ctx, select(CharterRow).where(CharterRow.item_id == item))), None)


def grown_from(ctx: Context, question: int) -> Sequence[Charter]:
    """The charters that grew from a question of the learning agenda."""
    return _charters(ctx, select(CharterRow).where(CharterRow.question_id == question).order_by(CharterRow.id))


def insert(ctx: Context, new: Charter) -> Charter:
    """A new charter; its id is made here."""
    row = CharterRow(id=new_id(), community_id=ctx.community.id, kind=new.kind.value, sort=new.sort, variant=new.variant.value)
    row.opened_at = ctx.now
    ctx.session.add(row)
    _write(ctx, row, new)
    return again(ctx, row.id)


def save(ctx: Context, changed: Charter) -> Charter:
    """Everything of a charter as it is now."""
    _write(ctx, ctx.session.get_one(CharterRow, changed.id), changed)
    return again(ctx, changed.id)


def _write(ctx: Context, row: CharterRow, of: Charter) -> None:
    row.state, row.rhythm = of.state.value, of.rhythm.value
    row.sign_off = of.sign_off.value if of.sign_off is not None else None
    row.lead_id, row.co_lead_id, row.sponsor_id = of.lead, of.co_lead, of.sponsor
    row.place_id, row.item_id, row.question_id = of.place, of.item, of.question
    for name in PLAIN:
        if name != "opened_at" or of.opened_at is not None:
            setattr(row, name, getattr(of, name))
    row.name = ctx.vault.seal(NAME, row.id, of.name)
    row.words = _sealed(ctx, WORDS, row.id, {name: text for name, text in of.words.items() if text})
    ctx.session.flush()


def again(ctx: Context, charter_id: int) -> Charter:
    """A charter as it was just written."""
    found = charter(ctx, charter_id)
    assert found is not None, "it was just written"
    return found


def discard(ctx: Context, charter_id: int) -> None:
    """Forget what nobody else has seen."""
    ctx.session.execute(delete(CharterRow).where(CharterRow.id == charter_id))


def keep_version(ctx: Context, of: Charter) -> None:
    """Keep the words of this version, as they were seen."""
    row = CharterVersionRow(id=new_id(), community_id=ctx.community.id, charter_id=of.id, number=of.version, made_by=ctx.actor.id)
    row.words, row.made_at = _sealed(ctx, VERSION, row.id, of.words), ctx.now
    ctx.session.add(row)
    ctx.session.flush()


def versions(ctx: Context, charter_id: int) -> Sequence[tuple[int, Mapping[str, str]]]:
    """The versions that were seen: number and words, the oldest first."""
    query = select(CharterVersionRow).where(CharterVersionRow.charter_id == charter_id).order_by(CharterVersionRow.number)
    return [(row.number, _opened(ctx, VERSION, row.id, row.words)) for row in ctx.session.execute(query).scalars()]


def versions_by(ctx: Context, person: int) -> list[dict[str, Any]]:
    """The versions that somebody wrote, as plain values."""
    query = select(CharterVersionRow).where(CharterVersionRow.made_by == person).order_by(CharterVersionRow.id)
    rows = ctx.session.execute(query).scalars()
    return [{"version": dict(_opened(ctx, VERSION, row.id, row.words)), "at": row.made_at.isoformat()} for row in rows]


def _charters(ctx: Context, query: Select[CharterRow]) -> Sequence[Charter]:
    return [_charter(ctx, row) for row in ctx.session.execute(query).scalars()]


def _charter(ctx: Context, row: CharterRow) -> Charter:
    return Charter(
        row.id,
        Kind(row.kind),
        row.sort,
        _opened(ctx, WORDS, row.id, row.words),
        state=State(row.state),
        variant=Variant(row.variant),
        lead=row.lead_id,
        co_lead=row.co_lead_id,
        sponsor=row.sponsor_id,
        sign_off=SignOff(row.sign_off) if row.sign_off is not None else None,
        place=row.place_id,
        item=row.item_id,
        question=row.question_id,
        rhythm=Rhythm(row.rhythm),
        **{name: getattr(row, name) for name in PLAIN},
    )


# -- seats ---------------------------------------------------------------------------------------------------------------


def seats(ctx: Context, charters: Collection[int]) -> Mapping[int, Sequence[Seat]]:
    """The seats of charters, in their order."""
    query = select(SeatRow).where(SeatRow.charter_id.in_(list(charters))).order_by(SeatRow.charter_id, SeatRow.position)
    found: dict[int, list[Seat]] = {}
    for row in ctx.session.execute(query).scalars():
        words = _opened(ctx, SEAT, row.id, row.words)
        found.setdefault(row.charter_id, []).append(Seat(row.id, words["role"], words.get("takes", ""), row.person_id))
    return found


def seat(ctx: Context, seat_id: int) -> tuple[int, Seat] | None:
    """A seat by its id, with the charter that it belongs to."""
    charter_id = ctx.session.execute(select(SeatRow.charter_id).where(SeatRow.id == seat_id)).scalar_one_or_none()
    if charter_id is None:
        return None
    return charter_id, next(each for each in seats(ctx, [charter_id])[charter_id] if each.id == seat_id)


def set_seats(ctx: Context, charter_id: int, wanted: Sequence[tuple[str, str]]) -> bool:
    """Let the open seats be these, in this order; seats that are given stay. Whether something changed."""
    standing = seats(ctx, [charter_id]).get(charter_id, [])
    if [(each.role, each.takes) for each in standing if each.person is None] == list(wanted):
        return False
    ctx.session.execute(delete(SeatRow).where(SeatRow.charter_id == charter_id, SeatRow.person_id.is_(None)))
    last = ctx.session.execute(select(func.max(SeatRow.position)).where(SeatRow.charter_id == charter_id)).scalar_one() or 0
    for position, (role, takes) in enumerate(wanted, start=last + 1):
        row = SeatRow(id=new_id(), community_id=ctx.community.id, charter_id=charter_id, position=position)
        row.words, row.person_id = _sealed(ctx, SEAT, row.id, {"role": role, "takes": takes}), None
        ctx.session.add(row)
    ctx.session.flush()
    return True


def give_seat(ctx: Context, seat_id: int, person: int | None) -> None:
    """Somebody has it from now on, or nobody."""
    ctx.session.get_one(SeatRow, seat_id).person_id = person
    ctx.session.flush()


# -- people --------------------------------------------------------------------------------------------------------------


def people_of(ctx: Context, charters: Collection[int]) -> Mapping[int, Sequence[Taking]]:
    """Who has a part in charters, in the order in which they came."""
    query = select(CharterPersonRow).where(CharterPersonRow.charter_id.in_(list(charters))).order_by(CharterPersonRow.id)
    found: dict[int, list[Taking]] = {}
    for row in ctx.session.execute(query).scalars():
        found.setdefault(row.charter_id, []).append(_taking(ctx, row))
    return found


def part_of(ctx: Context, charter_id: int, person: int) -> Taking | None:
    """Somebody's part."""
    row = _person_row(ctx, charter_id, person)
    return _taking(ctx, row) if row is not None else None


def put(ctx: Context, charter_id: int, taking: Taking) -> None:
    """Let somebody have this part, in place of another that they had."""
    row = _person_row(ctx, charter_id, taking.person)
    if row is None:
        row = CharterPersonRow(id=new_id(), community_id=ctx.community.id, charter_id=charter_id, person_id=taking.person)
        ctx.session.add(row)
    row.part, row.seat_id, row.changed_at = taking.part.value, taking.seat, ctx.now
    row.line = ctx.vault.seal(LINE, row.id, taking.line) if taking.line else None
    ctx.session.flush()


def put_all(ctx: Context, charter_id: int, persons: Iterable[int], part: Part) -> None:
    """Let several people have this part."""
    for person in persons:
        put(ctx, charter_id, Taking(person, part))


def _person_row(ctx: Context, charter_id: int, person: int) -> CharterPersonRow | None:
    query = select(CharterPersonRow).where(CharterPersonRow.charter_id == charter_id, CharterPersonRow.person_id == person)
    return ctx.session.execute(query).scalar_one_or_none()


def _taking(ctx: Context, row: CharterPersonRow) -> Taking:
    line = ctx.vault.open_text(LINE, row.id, row.line) if row.line is not None else ""
    return Taking(row.person_id, Part(row.part), line, row.seat_id)


# -- sealing -------------------------------------------------------------------------------------------------------------


def _sealed(ctx: Context, column: str, row_id: int, words: Mapping[str, str]) -> bytes:
    return ctx.vault.seal(column, row_id, json.dumps(dict(words), ensure_ascii=False))


def _opened(ctx: Context, column: str, row_id: int, sealed: bytes) -> Mapping[str, str]:
    words: dict[str, str] = json.loads(ctx.vault.open_text(column, row_id, sealed))
    return words

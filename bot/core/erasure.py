"""Erasure: everything that is about one person really goes, in whichever tables features keep it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, Table, Update, delete, or_, select, union_all, update
from sqlalchemy.orm import Session

from bot.core.outbox import State
from bot.core.rows import InboxRow, LaneRow, PostRow, SeenRow
from bot.data import scope
from bot.data.base import ANY_ID, Base, table
from bot.people.rows import IdentityRow, PersonRow


def erase(session: Session, person: int, now: datetime) -> None:
    """Delete a person with all that hangs on them; only rows that others share stay, without them, and what features say to others now."""
    within = session.info.get("scope")
    session.flush()
    scope.enter(session, scope.SYSTEM)
    try:
        _erase(session, person, now)
    finally:
        session.expire_all()
        scope.enter(session, within if within is not None else scope.SYSTEM)


def dependants(root: Table) -> Iterator[tuple[Table, Any]]:
    """Every table whose rows go with those of another, with the ids of the latter as it refers to them: (table, column)."""
    for each in Base.metadata.sorted_tables:
        for key in each.foreign_keys:
            if key.column.table is root and key.ondelete == "CASCADE" and each is not root:
                yield each, key.parent


def _erase(session: Session, person: int, now: datetime) -> None:
    identities = session.execute(select(IdentityRow.id, IdentityRow.account).where(IdentityRow.person_id == person)).all()
    let_go_of(session, table(PersonRow), person)
    drop_lanes(session, [identity.id for identity in identities])
    for statement in about_them(person, now):
        session.execute(statement, execution_options=_UNSYNCHRONISED)
    for identity in identities:
        session.execute(delete(SeenRow).where(_tells_of(identity.account)), execution_options=_UNSYNCHRONISED)
        session.execute(delete(InboxRow).where(InboxRow.account == identity.account), execution_options=_UNSYNCHRONISED)
    session.execute(delete(PersonRow).where(PersonRow.id == person), execution_options=_UNSYNCHRONISED)


def let_go_of(session: Session, root: Table, row: int) -> None:
    """Whatever holds an id of what goes with a row, without a foreign key, lets go of it."""
    going = union_all(*_ids_that_go(root, row))
    for column in any_ids():
        _let_go(session, column, going)


def drop_lanes(session: Session, lanes: Sequence[int]) -> None:
    """Delete conversations with all that was said there."""
    session.execute(delete(LaneRow).where(LaneRow.id.in_(lanes)), execution_options=_UNSYNCHRONISED)


def about_them(person: int, now: datetime) -> tuple[Update, Update]:
    """What others were to hear about a person never leaves, but for what is said now; what they heard names the person no more."""
    waits = (
        PostRow.state.in_((State.READY.value, State.HELD.value, State.PARKED.value)),
        PostRow.message_id.is_(None),
        PostRow.posted_at < now,
    )
    gone = {"state": State.DROPPED.value, "body": None, "why": "whom it was about is gone"}
    about = update(PostRow).where(PostRow.about_id == person)
    return about.where(*waits).values(**gone), about.values(key=None, on_reply=None)


def any_ids() -> Iterator[Any]:
    """Every column that may hold the id of a row that goes, without a foreign key that would tell the database."""
    return (column for each in Base.metadata.sorted_tables for column in each.columns if column.info == ANY_ID)


def _let_go(session: Session, column: Any, going: CompoundSelect[Any]) -> None:
    """A row that is about what goes goes too; one that only mentions it does so no more."""
    is_theirs = column.in_(select(going.subquery().c.id))
    statement = update(column.table).values({column.name: None}) if column.nullable else delete(column.table)
    session.execute(statement.where(is_theirs), execution_options=_UNSYNCHRONISED)


_UNSYNCHRONISED = {"synchronize_session": False}  # all is expired afterwards


def _ids_that_go(root: Table, row: int) -> list[Select[Any]]:
    """Queries for the ids of all rows that the database deletes along with one, its own included."""
    found: list[Select[Any]] = [select(root.c.id).where(root.c.id == row)]
    todo: list[tuple[Table, Select[Any], frozenset[str]]] = [(root, found[0], frozenset({root.name}))]
    while todo:
        parent, ids, path = todo.pop()
        for each, column in dependants(parent):
            if "id" in each.c and each.name not in path:
                deeper = select(each.c.id).where(column.in_(ids))
                found.append(deeper)
                todo.append((each, deeper, path | {each.name}))
    return found


def _tells_of(account: str) -> ColumnElement[bool]:
    """Keys of deliveries that name an account; they stand there for some days, so that nothing is handled twice."""
    return or_(SeenRow.key.contains(f":{account}:", autoescape=True), SeenRow.key.endswith(f":{account}", autoescape=True))

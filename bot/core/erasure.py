"""Erasure: everything that is about one person really goes, in whichever tables features keep it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, or_, select, union_all, update
from sqlalchemy.orm import Session

from bot.core.outbox import State
from bot.core.rows import CadenceRow, LaneRow, OccurrenceRow, PostRow, SeenRow
from bot.data import scope
from bot.data.base import Base, table
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
    lanes = [identity.id for identity in identities]
    going = union_all(*_ids_that_go(person))
    for row in (CadenceRow, OccurrenceRow):
        session.execute(delete(row).where(row.subject.in_(select(going.subquery().c.id))), execution_options=_UNSYNCHRONISED)
    session.execute(delete(LaneRow).where(LaneRow.id.in_(lanes)), execution_options=_UNSYNCHRONISED)  # with all that was said there
    names_them = or_(PostRow.key.contains(str(person)), PostRow.on_reply.contains(str(person)))
    waiting = update(PostRow).where(names_them, PostRow.state == State.READY.value, PostRow.message_id.is_(None), PostRow.posted_at < now)
    gone = {"state": State.DROPPED.value, "body": None, "why": "whom it was about is gone"}
    session.execute(waiting.values(**gone), execution_options=_UNSYNCHRONISED)
    session.execute(update(PostRow).where(names_them).values(key=None, on_reply=None), execution_options=_UNSYNCHRONISED)
    for identity in identities:
        session.execute(delete(SeenRow).where(_tells_of(identity.account)), execution_options=_UNSYNCHRONISED)
    session.execute(delete(PersonRow).where(PersonRow.id == person), execution_options=_UNSYNCHRONISED)


_UNSYNCHRONISED = {"synchronize_session": False}  # all is expired afterwards


def _ids_that_go(person: int) -> list[Select[Any]]:
    """Queries for the ids of all rows that the database deletes along with a person, their own included."""
    people = table(PersonRow)
    found = [select(people.c.id).where(people.c.id == person)]
    todo: list[tuple[Table, Select[Any], frozenset[str]]] = [(people, found[0], frozenset({people.name}))]
    while todo:
        root, ids, path = todo.pop()
        for each, column in dependants(root):
            if "id" in each.c and each.name not in path:
                deeper = select(each.c.id).where(column.in_(ids))
                found.append(deeper)
                todo.append((each, deeper, path | {each.name}))
    return found


def _tells_of(account: str) -> ColumnElement[bool]:
    """Keys of deliveries that name an account; they stand there for some days, so that nothing is handled twice."""
    return or_(SeenRow.key.contains(f":{account}:", autoescape=True), SeenRow.key.endswith(f":{account}", autoescape=True))

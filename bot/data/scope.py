"""The one guard: inside a community's scope no statement can see or write another community's rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Executable, TextClause, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from bot.data import prepared
from bot.data.base import Owned
from bot.data.prepared import Found

SYSTEM = 0  # the scope of scheduler, outbox, look-ups before a community is known, and erasure
BIND = "community"  # the parameter by which a Core statement names the community it means


class ForeignCommunity(Exception):
    """A statement tried to leave its community; a fault of ours, never of the person."""


def enter(session: Session, community: int) -> None:
    """From now on this session sees one community only (SYSTEM: all)."""
    session.info["scope"] = community


def execute(session: Session, statement: Executable, values: Mapping[str, Any]) -> Found:
    """Run a prebuilt Core statement under the same guard, past the session's own machinery, which costs as much again."""
    scope = session.info.get("scope")
    known = prepared.known(statement)
    if scope != SYSTEM and (scope is None or BIND not in known.binds or values.get(BIND) != scope):
        _check_core(statement, scope, [values])
    return prepared.execute(connection(session), known, values)


def execute_many(session: Session, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a prebuilt Core statement for many rows at once, under the same guard; for none it does nothing."""
    if not rows:
        return
    scope = session.info.get("scope")
    if scope != SYSTEM:
        _check_core(statement, scope, list(rows))
    prepared.execute_many(connection(session), statement, rows)


def connection(session: Session) -> Connection:
    """The unit's connection, known without asking the session, which would begin a savepoint of its own; what runs on it is not guarded."""
    return session.info.get("connection") or session.connection()


@event.listens_for(Session, "do_orm_execute")
def _guard(state: ORMExecuteState) -> None:
    scope = state.session.info.get("scope")
    if scope == SYSTEM:
        return
    if scope is not None and state.is_orm_statement:
        if state.is_insert or state.is_update:
            _check_written(state, scope)
        state.statement = state.statement.options(_within(scope))
        return
    _check_core(state.statement, scope, list(state.parameters) if isinstance(state.parameters, list | tuple) else [state.parameters or {}])


@lru_cache(maxsize=1024)
def _within(scope: int) -> Any:
    """The criteria of one community: making them anew for each statement took a fifth of an ORM unit."""
    return with_loader_criteria(Owned, lambda row: row.community_id == scope, include_aliases=True, track_closure_variables=True)


def _check_core(statement: Any, scope: int | None, rows: list[Any]) -> None:
    if scope is None:
        raise ForeignCommunity("a session was used before its scope was set")
    if isinstance(statement, TextClause):
        raise ForeignCommunity("nobody can check whose rows words of SQL mean")
    known = prepared.known(statement)
    if not known.touches_owned or (statement.is_insert and all(row.get("community_id") == scope for row in rows)):
        return
    if BIND not in known.binds or any(row.get(BIND) != scope for row in rows):
        raise ForeignCommunity("a Core statement on a community's table must name its community")


def _check_written(state: ORMExecuteState, scope: int) -> None:
    """What the criteria do not reach: rows that are inserted, given away, or updated many at once by their ids."""
    statement: Any = state.statement
    given = state.parameters
    if state.is_update:
        if isinstance(given, list) or "community_id" in {getattr(column, "key", column) for column in statement._values or ()}:
            raise ForeignCommunity("an update may neither give rows away nor name them by their ids")
        return
    rows: list[Any] = list(given) if isinstance(given, list | tuple) else [given or statement.compile().params]
    mapped = state.bind_mapper
    if mapped is not None and issubclass(mapped.class_, Owned) and any(row.get("community_id") != scope for row in rows):
        raise ForeignCommunity("a row is inserted for another community")


@event.listens_for(Session, "before_flush")
def _guard_flush(session: Session, *_rest: object) -> None:
    scope = session.info.get("scope")
    if scope == SYSTEM:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Owned) and row.community_id != scope:
            raise ForeignCommunity(f"{type(row).__name__} belongs to another community")

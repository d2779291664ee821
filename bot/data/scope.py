"""The one guard: inside a community's scope no statement can see or write another community's rows."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Table, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from bot.data.base import Owned

SYSTEM = 0  # the scope of scheduler, outbox, look-ups before a community is known, and erasure
BIND = "community"  # the parameter by which a Core statement names the community it means

_owned: WeakKeyDictionary[Any, tuple[bool, bool]] = WeakKeyDictionary()


class ForeignCommunity(Exception):
    """A statement tried to leave its community; a fault of ours, never of the person."""


def enter(session: Session, community: int) -> None:
    """From now on this session sees one community only (SYSTEM: all)."""
    session.info["scope"] = community


def _touches(statement: Any) -> tuple[bool, bool]:
    """Whether a Core statement touches an owned table, and whether it names the community."""
    known = _owned.get(statement)
    if known is None:
        owned = named = False
        for element in visitors.iterate(statement):
            if isinstance(element, Table):
                owned = owned or "community_id" in element.c
            elif isinstance(element, BindParameter):
                named = named or element.key == BIND
        table = getattr(statement, "table", None)
        owned = owned or (isinstance(table, Table) and "community_id" in table.c)
        _owned[statement] = known = owned, named
    return known


@event.listens_for(Session, "do_orm_execute")
def _guard(state: ORMExecuteState) -> None:
    scope = state.session.info.get("scope")
    if scope == SYSTEM:
        return
    if scope is None:
        raise ForeignCommunity("a session was used before its scope was set")
    if state.is_orm_statement:
        state.statement = state.statement.options(
            with_loader_criteria(Owned, lambda row: row.community_id == scope, include_aliases=True, track_closure_variables=True)
        )
        return
    owned, named = _touches(state.statement)
    if not owned:
        return
    rows: list[Any] = list(state.parameters) if isinstance(state.parameters, list | tuple) else [state.parameters or {}]
    if state.is_insert and all(row.get("community_id") == scope for row in rows):
        return
    if not named or any(row.get(BIND) != scope for row in rows):
        raise ForeignCommunity("a Core statement on a community's table must name its community")


@event.listens_for(Session, "before_flush")
def _guard_flush(session: Session, *_rest: object) -> None:
    scope = session.info.get("scope")
    if scope == SYSTEM:
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Owned) and row.community_id != scope:
            raise ForeignCommunity(f"{type(row).__name__} belongs to another community")

"""A list of ids as one parameter: the same rows on both databases, found by the index."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.among import among
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.scope import BIND, ForeignCommunity
from bot.data.sqlite_units import SqliteUnits
from bot.data.units import Units
from bot.people.rows import CommunityRow, WorkspaceRow

pytestmark = pytest.mark.both_databases

_communities, _workspaces = table(CommunityRow), table(WorkspaceRow)
_SOME = select(_workspaces.c.id).where(among(_workspaces.c.id, "workspaces"), _workspaces.c.community_id == bindparam(BIND))


def _found(session: Session) -> tuple[int, list[int]]:
    """A community with three workspaces."""
    scope.enter(session, scope.SYSTEM)
    community, made = new_id(), [new_id() for _ in range(3)]
    now = datetime(2026, 3, 20, 12, tzinfo=UTC)
    scope.execute(session, insert(_communities), {"id": community, "name": "A", "zone": "UTC", "language": "en", "created_at": now})
    for each in made:
        row = {"id": each, "community_id": community, "platform": "slack", "external_id": f"T{each}", "name": "T"}
        scope.execute(session, insert(_workspaces), row)
    return community, made


async def test_those_who_are_named_are_found_and_nobody_else(units: Units) -> None:
    def live(session: Session) -> list[set[int]]:
        community, made = _found(session)
        other, theirs = _found(session)
        scope.enter(session, community)
        asked: list[list[int]] = [made[:2], [made[2], 1], [], [*made, *theirs]]
        found = [set(scope.execute(session, _SOME, {"workspaces": each, BIND: community}).scalars()) for each in asked]
        assert found == [set(made[:2]), {made[2]}, set(), set(made)]
        with pytest.raises(ForeignCommunity):
            scope.execute(session, _SOME, {"workspaces": theirs, BIND: other})
        return found

    assert len(await units.run(live)) == 4


async def test_they_are_found_by_the_index(units: Units) -> None:
    if not isinstance(units, SqliteUnits):
        pytest.skip("PostgreSQL's planner reads a table of three rows as a whole")
    sql = str(_SOME.compile(dialect=sqlite.dialect(paramstyle="named")))

    def plan(session: Session) -> str:
        scope.enter(session, scope.SYSTEM)
        rows: Any = session.connection().execute(text(f"EXPLAIN QUERY PLAN {sql}"), {"workspaces": "[1, 2]", "community": 1})
        return " ".join(str(row) for row in rows)

    assert "SEARCH workspaces USING" in await units.read(plan)

"""Claiming stays cheap: no statement of the ledger walks through all the posts there ever were."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.core.outbox import State
from bot.data.units import Units
from scheduler import ledger
from tests.kit.moving_in import START
from tests.scheduler.desk import COMMUNITY, Desk, plan_of

STATEMENTS = {
    "due lanes": ledger._DUE_LANES,
    "first posts": ledger._FIRST_POSTS,
    "does anything wait": select(ledger._lanes.c.id, ledger._waiting),
}
VALUES: dict[str, Any] = {"now": START, "real": START, "at": START, "lanes": [10, 11]}


def _words(statement: Any, kind: str) -> str:
    dialect = sqlite.dialect() if kind == "sqlite" else postgresql.dialect()  # type: ignore[no-untyped-call]
    names = statement.compile(dialect=dialect).params
    filled = statement.params({name: VALUES[name] for name in names if name in VALUES})
    if "limit" in names:
        filled = filled.limit(32)
    return str(filled.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _analyse(session: Session) -> None:
    session.connection().execute(text("ANALYZE"))


@pytest.fixture
async def busy(desk: Desk, units: Units, database_kind: str) -> Units:
    """Thousands of posts that were settled long ago, and a few that wait."""
    many = "SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000"

    def fill(session: Session) -> None:
        connection = session.connection()
        connection.execute(
            text(
                f"WITH RECURSIVE numbers(n) AS ({many})"  # noqa: S608
                " INSERT INTO posts (id, lane_id, kind, turn, revision, state, posted_at, attempts, community_id)"
                f" SELECT n, 10 + n % 3, 'place', n, 1, '{State.SENT.value}', '2026-03-20 07:00:00', 1, {COMMUNITY} FROM numbers"
            )
        )

    await units.run(fill)
    for lane in (10, 11, 12):
        await desk.post("waiting", lane=lane)
    await units.run(_analyse)
    return units


@pytest.mark.both_databases
@pytest.mark.parametrize("name", STATEMENTS)
async def test_no_statement_walks_through_all_posts(busy: Units, database_kind: str, name: str) -> None:
    plan = await plan_of(busy, _words(STATEMENTS[name], database_kind))
    walks = [line for line in plan.splitlines() if line.strip().startswith("SCAN posts") or "Seq Scan on posts" in line]
    assert walks == [], plan
    if name != "due lanes":
        assert "ix_posts_lane_id_state_turn" in plan, plan

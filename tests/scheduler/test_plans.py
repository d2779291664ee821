"""Claiming stays cheap: no statement of the ledger walks through what was said long ago, or through what waits behind a rate limit."""

# ruff: noqa: S608 - numbers of our own stand in the words of SQL

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from bot.core import outbox
from bot.core.outbox import State
from bot.data import scope
from bot.data.prepared import Prepared
from bot.data.units import Units
from scheduler import lanes, ledger, standing
from tests.kit.moving_in import START
from tests.scheduler.desk import COMMUNITY, Desk
from tests.scheduler.test_fairness import storm

pytestmark = pytest.mark.both_databases
SERVED = ("slack", "teams")
VALUES: dict[str, Any] = {"now": START, "real": START, "far": START, "lanes": [10, 11], "limit": 32, "until": START, "mark": 7}
REPLY = {"platform": "slack", "workspace": "T1", "external_id": "C1", "message_id": "1742463900.000100"}
ONE_ROW: dict[str, list[Any]] = {"lane": [10], "mark": [7], "may_leave_at": [START], "new_free_at": [START]}


def _statements(connection: Connection) -> dict[str, tuple[Any, dict[str, Any]]]:
    of_release = (lanes._RELEASE._singly, {name: value[0] for name, value in ONE_ROW.items()})
    if connection.dialect.name == "postgresql":
        of_release = (lanes._RELEASE._at_once, ONE_ROW)
    return {
        "when": (lanes.next_at(SERVED), {}),
        "due": (lanes.due(connection.dialect.name, SERVED), VALUES),
        "lease": (lanes._LEASE, VALUES),
        "first posts": (ledger.FIRST_POSTS, VALUES),
        "release": of_release,
        "unsaid": (standing._UNSAID, {}),
        "reply": (outbox._TAKES_REPLIES, REPLY),
    }


def _plan(session: Session, name: str) -> str:
    scope.enter(session, scope.SYSTEM)
    connection = scope.connection(session)
    statement, values = _statements(connection)[name]
    asked = Prepared(statement, connection.dialect, values)
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    rows = connection.exec_driver_sql(explain + asked._sql, tuple(asked._sent(values))).all()
    return "\n".join(str(row[-1]) for row in rows)


async def waiting(desk: Desk) -> None:
    """Thousands of posts that were settled long ago, thousands that wait in one conversation, and thousands of lanes behind a limit."""
    many = "WITH RECURSIVE numbers(n) AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)"
    columns = "id, lane_id, kind, turn, revision, state, posted_at, attempts, community_id"
    long_ago = f"SELECT n, 10 + n % 3, 'place', n, 1, '{State.SENT.value}', '2026-03-20 07:00:00', 1, {COMMUNITY} FROM numbers"

    def fill(session: Session) -> None:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"{many} INSERT INTO posts ({columns}) {long_ago}"))
        else:
            connection.execute(text(f"INSERT INTO posts ({columns}) {many} {long_ago}"))
        connection.execute(text("UPDATE posts SET id = id + 1000000, turn = turn + 1000000"))

    def limit(session: Session) -> None:
        at = (desk.clock.now() + timedelta(hours=1)).replace(tzinfo=None).isoformat(" ", "microseconds")
        session.connection().execute(text(f"UPDATE lanes SET next_at = '{at}' WHERE id > 1000"))
        session.connection().execute(text("UPDATE posts SET lane_id = 11 WHERE id > 1000 AND id < 4000"))
        session.connection().execute(text("ANALYZE"))

    await desk.units.run(fill)
    await desk.post("waiting")
    await storm(desk, 3_000, 1)
    await desk.units.run(limit)


@pytest.mark.thorough
async def test_no_statement_walks_through_what_waits_or_what_was_said(desk: Desk, units: Units) -> None:
    await waiting(desk)
    for name in ("when", "due", "lease", "first posts", "release", "unsaid", "reply"):
        plan = await units.run(lambda session, name=name: _plan(session, name), start_within=None)  # type: ignore[misc]
        walks = [
            line for line in plan.splitlines() if "Seq Scan" in line or line.strip().startswith(("SCAN posts", "SCAN lanes", "SCAN each"))
        ]
        walks = [line for line in walks if "COVERING INDEX ix_lanes_next_at" not in line]
        if name == "unsaid":  # it counts all that waits, and nothing else
            walks = [line for line in walks if "ix_posts_lane_id_turn" not in line]
        assert walks == [], f"{name}: {plan}"
        if name in ("first posts", "release", "unsaid"):
            assert "ix_posts_lane_id_turn" in plan, plan
        if name == "reply":
            assert "ix_posts_message_id_lane_id" in plan, plan
        if name == "due":
            assert "ix_lanes_platform_workspace_next_at" in plan, plan


async def test_rows_on_postgres_have_room_to_change_in_their_page(units: Units, database_kind: str) -> None:
    """What is written at each claim stands in no index, as long as its page has room."""
    if database_kind != "postgres":
        pytest.skip("SQLite writes in place")
    options = text("SELECT reloptions[1] FROM pg_class WHERE relname IN ('lanes', 'posts') ORDER BY relname")

    def found(session: Session) -> list[str]:
        scope.enter(session, scope.SYSTEM)
        return list(session.connection().execute(options).scalars())

    assert await units.read(found) == ["fillfactor=40", "fillfactor=60"]

"""One workspace's storm does not delay another's post: of every workspace that has something to say some are claimed each time."""

# ruff: noqa: S608 - numbers of our own stand in the words of SQL

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.core.clock import WoundClock
from bot.core.outbox import State
from bot.data import scope
from bot.data.units import Units
from scheduler.ledger import Ledger
from tests.scheduler.desk import COMMUNITY, Desk
from tests.scheduler.desk import desk as opened

pytestmark = pytest.mark.both_databases
LIMIT = 32
FIRST = 1_000


async def storm(desk: Desk, lanes: int, posts: int) -> None:
    """So many conversations of the first workspace have so many posts each to say, and have waited longest."""
    body = (await desk.posts())[0].body
    at = (
        desk.clock.now()
        if "Postgres" in type(desk.units).__name__
        else desk.clock.now().replace(tzinfo=None).isoformat(" ", "microseconds")
    )

    def fill(session: Session) -> None:
        connection = session.connection()
        numbers = "WITH RECURSIVE n(n) AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM n WHERE n < {}) "
        lane = f"SELECT {FIRST} + n, {COMMUNITY}, 'slack', 'T1', 'S' || n, 'place', '{{}}', :at FROM n"
        columns = "id, community_id, platform, workspace, external_id, kind, reference, next_at"
        _insert(connection, numbers.format(lanes), f"INSERT INTO lanes ({columns}) ", lane, {"at": at})
        post = f"SELECT {FIRST} + n, {COMMUNITY}, {FIRST} + 1 + n % {lanes}, 'place', n, 1, '{State.READY.value}', :body, :at, 0 FROM n"
        columns = "id, community_id, lane_id, kind, turn, revision, state, body, posted_at, attempts"
        _insert(connection, numbers.format(lanes * posts), f"INSERT INTO posts ({columns}) ", post, {"at": at, "body": body})
        connection.execute(text("ANALYZE"))

    await desk.units.run(fill, start_within=None)


def _insert(connection, numbers: str, into: str, what: str, values: dict[str, object]) -> None:  # type: ignore[no-untyped-def]
    dialect = connection.dialect.name
    connection.execute(text(f"{numbers}{into}{what}" if dialect == "postgresql" else f"{into}{numbers}{what}"), values)


async def claims_until(desk: Desk, workspace: str) -> int:
    """How many claims it takes until something of a workspace is among what is said."""
    ledger = Ledger(["slack"])

    def claim(session: Session) -> set[str]:
        scope.enter(session, scope.SYSTEM)
        claimed = ledger.claim(session, desk.clock.now(), secrets.randbits(62), LIMIT, {})
        assert len(claimed.posts) <= LIMIT
        return {post.address.workspace for post in claimed.posts}

    for count in range(1, 50):
        if workspace in await desk.units.run(claim, start_within=None):
            return count
    raise AssertionError("it was never claimed")


@pytest.mark.parametrize(
    ("lanes", "posts"), [(100, 2), pytest.param(5_000, 10, marks=pytest.mark.thorough)], ids=["a small storm", "a storm of 50,000"]
)
async def test_a_storm_in_one_workspace_delays_no_other(units: Units, clock: WoundClock, lanes: int, posts: int) -> None:
    desk = await opened(units, clock, lanes=2, elsewhere=1)
    await desk.post("the storm", lane=10)
    await storm(desk, lanes, posts)
    desk.passes(seconds=30)
    await desk.post("a single post", lane=11)
    assert await claims_until(desk, "T2") == 1


async def test_more_workspaces_than_fit_into_one_claim_have_their_turns(units: Units, clock: WoundClock) -> None:
    desk = await opened(units, clock, lanes=2, elsewhere=1)
    await desk.post("the storm", lane=10)
    await storm(desk, 200, 1)

    def spread(session: Session) -> None:
        session.connection().execute(text(f"UPDATE lanes SET workspace = 'W' || (id % 100) WHERE id > {FIRST}"))

    await units.run(spread)
    await desk.post("a single post", lane=11)
    assert await claims_until(desk, "T2") < 25

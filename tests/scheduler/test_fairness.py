"""One workspace's storm does not delay another's post: of every workspace that has something to say some are claimed each time."""

# ruff: noqa: S608 - numbers of our own stand in the words of SQL

from __future__ import annotations

import secrets
from collections import Counter

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.core.clock import WoundClock
from bot.core.outbox import State
from bot.core.rows import LaneRow
from bot.data import scope
from bot.data.units import Units
from scheduler import lanes
from scheduler.ledger import Ledger
from tests.scheduler.desk import COMMUNITY, Desk
from tests.scheduler.desk import desk as opened

pytestmark = pytest.mark.both_databases
LIMIT = 32
FIRST = 1_000


async def storm(desk: Desk, conversations: int, posts: int) -> None:
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
        _insert(connection, numbers.format(conversations), f"INSERT INTO lanes ({columns}) ", lane, {"at": at})
        state = State.READY.value
        post = f"SELECT {FIRST} + n, {COMMUNITY}, {FIRST} + 1 + n % {conversations}, 'place', n, 1, '{state}', :body, :at, 0 FROM n"
        columns = "id, community_id, lane_id, kind, turn, revision, state, body, posted_at, attempts"
        _insert(connection, numbers.format(conversations * posts), f"INSERT INTO posts ({columns}) ", post, {"at": at, "body": body})
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
    ("conversations", "posts"), [(100, 2), pytest.param(5_000, 10, marks=pytest.mark.thorough)], ids=["a small storm", "a storm of 50,000"]
)
async def test_a_storm_in_one_workspace_delays_no_other(units: Units, clock: WoundClock, conversations: int, posts: int) -> None:
    desk = await opened(units, clock, lanes=2, elsewhere=1)
    await desk.post("the storm", lane=10)
    await storm(desk, conversations, posts)
    desk.passes(seconds=30)
    await desk.post("a single post", lane=11)
    assert await claims_until(desk, "T2") == 1


async def spread(desk: Desk, workspaces: int, above: int = FIRST) -> None:
    """Let conversations, usually the storm's, be those of so many workspaces by turns."""

    def change(session: Session) -> None:
        session.connection().execute(text(f"UPDATE lanes SET workspace = 'W' || (id % {workspaces}) WHERE id > {above}"))

    await desk.units.run(change)


async def test_workspaces_have_the_same_share_of_a_claim_to_the_last_lane(units: Units, clock: WoundClock) -> None:
    """A share that is cut short leaves a few conversations behind, that go on alone: a round of the ledger for each such few."""
    desk = await _of_five(units, clock)

    def claim(session: Session) -> Counter[str]:
        scope.enter(session, scope.SYSTEM)
        held = [each.lane for each in lanes.claim(scope.connection(session), ("slack",), clock.now(), 7, LIMIT)]
        return Counter(session.execute(select(LaneRow.workspace).where(LaneRow.id.in_(held))).scalars())

    for _ in range(2):
        assert await desk.units.run(claim, start_within=None) == {f"W{n}": LIMIT // 5 for n in range(5)}


async def test_others_are_called_where_more_waits_than_even_shares(
    units: Units, clock: WoundClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await _of_five(units, clock)
    called: list[Session] = []
    monkeypatch.setattr("scheduler.delivery.BATCH", LIMIT)
    monkeypatch.setattr("scheduler.delivery.call", called.append)
    assert len(await desk.drain()) == 100
    assert called


async def _of_five(units: Units, clock: WoundClock) -> Desk:
    """Five workspaces with twenty conversations each, all of which have something to say."""
    desk = await opened(units, clock, lanes=100)
    await spread(desk, 5, above=0)
    for lane in range(10, 110):
        await desk.post(f"in {lane}", lane=lane)
    return desk


async def test_more_workspaces_than_fit_into_one_claim_have_their_turns(units: Units, clock: WoundClock) -> None:
    desk = await opened(units, clock, lanes=2, elsewhere=1)
    await desk.post("the storm", lane=10)
    await storm(desk, 200, 1)
    await spread(desk, 100)
    await desk.post("a single post", lane=11)
    assert await claims_until(desk, "T2") < 25

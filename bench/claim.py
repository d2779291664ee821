"""What a claim takes while a hundred thousand posts wait behind rate limits, beside a claim with nothing else waiting."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import bindparam, delete, text, update
from sqlalchemy.orm import Session

from bench.outbox import COMMUNITY, FIRST_LANE, WORKSPACES, filled
from bench.report import Report
from bench.serving import KEY
from bot.chat.message import Message, Paragraph
from bot.core import outbox
from bot.core.outbox import Kind
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.data.base import Instant
from bot.data.engine import units_for
from bot.data.units import Units
from bot.data.vault import Vault
from scheduler.ledger import Ledger
from scheduler.outcomes import Result
from tests.kit.databases import databases

WAITING, CONVERSATIONS, CLAIMS, WARM = 100_000, 5_000, 200, 20
MOST = 3.0  # times as long as with an empty backlog
_LIMITED = update(LaneRow).where(LaneRow.id != FIRST_LANE).values(next_at=bindparam("later", type_=Instant()))


def measure(waiting: int = WAITING, conversations: int = CONVERSATIONS, claims: int = CLAIMS) -> Report:
    """Claim one post at a time, with and without a backlog, on both databases."""
    rows: list[Sequence[object]] = []
    figures: dict[str, object] = {}
    with databases() as made, tempfile.TemporaryDirectory(prefix="convene-bench-") as name:
        for kind in ("postgresql", "sqlite"):
            took = {}
            for label, posts in (("empty", 0), ("waiting", waiting)):
                database = filled(made, Path(name) / f"{kind} {label}", kind, posts, conversations)
                took[label] = asyncio.run(_claims(database, claims))
            ratio = took["waiting"] / took["empty"]
            rows.append((kind, f"{took['empty'] * 1000:.2f} ms", f"{took['waiting'] * 1000:.2f} ms", f"{ratio:.2f}"))
            figures[kind] = {
                "empty_ms": round(took["empty"] * 1000, 3),
                "waiting_ms": round(took["waiting"] * 1000, 3),
                "ratio": round(ratio, 2),
            }
    worst = max(float(each["ratio"]) for each in figures.values() if isinstance(each, dict))
    notes = [f"{waiting} posts over {conversations} conversations of {WORKSPACES} workspaces wait; medians of {claims} claims of one post."]
    return Report("claim", worst, MOST, worst <= MOST, ("", "empty", "waiting", "times"), rows, figures, notes)


async def _claims(database: str, claims: int) -> float:
    """The median of what a claim takes, in seconds: the unit from its begin to its commit."""
    units = units_for(database, Vault([KEY]))
    now = datetime.now(UTC) + timedelta(minutes=1)
    await units.run(lambda session: _limit(session, now + timedelta(hours=1)), start_within=None)
    took = [await _claimed(units, now) for _ in range(WARM + claims)]
    await units.close()
    return median(took[WARM:])


def _limit(session: Session, later: datetime) -> None:
    """All conversations but one wait for an hour; that one has nothing to say yet."""
    scope.enter(session, scope.SYSTEM)
    connection = session.connection()
    connection.execute(_LIMITED, {"later": later})
    connection.execute(update(LaneRow).where(LaneRow.id == FIRST_LANE).values(next_at=None))
    connection.execute(delete(PostRow).where(PostRow.lane_id == FIRST_LANE))
    connection.execute(text("ANALYZE"))


async def _claimed(units: Units, now: datetime) -> float:
    ledger, lease = Ledger(["slack"]), secrets.randbits(62)

    def post(session: Session) -> None:
        scope.enter(session, COMMUNITY)
        message = Message("A word", (Paragraph("A word"),))
        outbox.queue(session, community=COMMUNITY, lane=FIRST_LANE, message=message, now=now, kind=Kind.PLACE)

    await units.run(post, start_within=None)
    began = time.perf_counter()
    claim = await units.run(lambda session: ledger.claim(session, now, lease, 32, {}), start_within=None)
    took = time.perf_counter() - began
    (claimed,) = claim.posts
    results = [Result(claimed, message_id=claimed.token)]
    await units.run(lambda session: ledger.settle(session, results, lease, now, timedelta(0), is_last=True), start_within=None)
    return took

"""A bot on a disk that fills up while it serves: `python -m tests.chaos.full_disk FOLDER`, on a small file system of its own.

What came of it is the last line, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import running
from bot.core import outbox
from bot.core.clock import SystemClock
from bot.core.outbox import Kind, State
from bot.core.ports import Commanded
from bot.core.rows import LaneRow, PostRow
from bot.data import scope
from bot.data.engine import units_for
from handlers.journal.rows import EntryRow
from scheduler import delivery, lanes, ledger
from tests.bot.core.world import World, words, world
from tests.chaos.record import ASKED, InMemory, Platform, Promise, judged
from tests.chaos.story import saying
from tests.kit.moving_in import VAULT

POSTS, THOUGHTS = 30, 12
LEFT = 40_000  # bytes on the disk when it is called full


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Hardly any room while the block runs."""
    filler = folder / "filler"
    with filler.open("wb") as file:
        while (room := shutil.disk_usage(folder).free - LEFT) > 0:
            file.write(b"\0" * min(room, 65_536))
            file.flush()
    try:
        yield
    finally:
        filler.unlink()


def _thought(n: int) -> str:
    return f"Thought {n}: " + "ä" * 2900


def _queue(session: Session) -> list[Promise]:
    """Posts to whoever is there."""
    scope.enter(session, scope.SYSTEM)
    lanes = session.execute(select(LaneRow.id, LaneRow.external_id, LaneRow.community_id).order_by(LaneRow.id)).all()
    found = []
    for turn in range(POSTS):
        for lane, to, community in lanes:
            name = f"{to}/{turn}"
            said = saying(f"{name}: said")
            outbox.queue(session, community=community, lane=lane, message=said, now=SystemClock().now(), kind=Kind.REMINDER)
            found.append(Promise(ASKED, to, name, Kind.REMINDER, "said"))
    return found


async def _types(people: World, n: int) -> str:
    """Write something; what the person is told."""
    answer = await people.does("ann", Commanded("journal", _thought(n)), key=f"event:{n}")
    return words(answer)


def _entries(session: Session) -> list[str]:
    scope.enter(session, scope.SYSTEM)
    rows = session.execute(select(EntryRow)).scalars()
    return [session.info["vault"].open_text("entries.text", row.id, row.text or b"") for row in rows]


def _waits(session: Session) -> bool:
    scope.enter(session, scope.SYSTEM)
    states = (State.READY.value, State.SENDING.value, State.UNKNOWN.value)
    return session.execute(select(PostRow.id).where(PostRow.state.in_(states))).first() is not None


async def serve(folder: Path) -> dict[str, object]:
    """Fill the disk while posts are on their way and somebody writes; then make room."""
    delivery.SEND_SECONDS, delivery.AGAIN_SECONDS = 0.7, 0.1
    lanes.LEASE, ledger.UNKNOWN_FOR = timedelta(seconds=1.5), timedelta(seconds=1.5)
    units, record = units_for(f"sqlite:///{folder}/convene.db", VAULT), InMemory()
    people = await world(units, SystemClock())  # type: ignore[arg-type]
    people.parts.attach({ASKED: Platform(ASKED, record, on_its_way=0.03)})
    people.parts.delivery._pace = timedelta(0)
    await _types(people, 0)
    promises = await units.run(_queue)
    refused: list[str] = []
    kept = [_thought(0)]
    async with running(people.parts):
        while len(record.lines) < 10:  # noqa: ASYNC110 - the record need not know who waits
            await asyncio.sleep(0.01)
        with full(folder):
            for n in range(1, THOUGHTS):
                told = await _types(people, n)
                (refused if "so that it is not lost" in told else kept).append(_thought(n))
                assert _thought(n) in told or _thought(n) in kept, "it was neither kept nor given back"
            in_the_middle = len(record.lines)
            await asyncio.sleep(2)
        await _types(people, THOUGHTS)
        kept.append(_thought(THOUGHTS))
        async with asyncio.timeout(30):
            while await units.read(_waits):  # noqa: ASYNC110 - the database cannot tell us
                await asyncio.sleep(0.05)
    verdict = judged([line for line in record.lines if "/" in line["text"].partition(":")[0]], promises, in_doubt=0)
    stored = await units.read(_entries)
    await units.close()
    return {
        "posts": len(promises),
        "arrived_before": in_the_middle,
        "refused": len(refused),
        "faults": verdict.faults,
        "entries_are_right": sorted(stored) == sorted(kept),
    }


if __name__ == "__main__":
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer(key_order=["event"])])
    sys.stdout.write(json.dumps(asyncio.run(serve(Path(sys.argv[1])))) + "\n")

"""A hundred thousand posts over five thousand conversations to a platform that does nothing, beside a loop that promises nothing.

What reached the platform is looked at in its own ledger: nothing lost, nothing twice, each conversation in order and at its pace.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.flat import AT_ONCE, Flat, Say, by_asyncpg, by_sqlite3, say_nothing, saying
from bench.report import Report
from bench.serving import KEY
from bench.silence import HASTE, Silence
from bot.chat import wire
from bot.chat.message import Message, Paragraph
from bot.chat.reading import resolved
from bot.core import outbox
from bot.core.outbox import BODY, Kind, Letter
from bot.data import scope
from bot.data.engine import units_for
from bot.data.vault import Vault
from bot.people.rows import CommunityRow
from scheduler.delivery import PACE
from scheduler.lanes import AT_ONCE as LANE_AT_ONCE
from tests.kit.databases import Databases, databases

POSTS, CONVERSATIONS, WORKSPACES, ROUNDS = 100_000, 5_000, 5, 3
AIMS = {"postgresql": 0.35, "sqlite": 0.5}
MORE_BY_TWO = 1.4
COMMUNITY, FIRST_LANE, A_TIME = 1, 10, 5_000
WORDS = "Today's activity: ask somebody what they tried last week, and write down in two lines what you would do differently."


@dataclass(slots=True)
class Measured:
    """What was found on one database: seconds of each round."""

    flat: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)  # the same loop with words that lie open
    one: list[float] = field(default_factory=list)
    two: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # of one worker

    @property
    def ratio(self) -> float:
        """How much of the bare loop's speed one worker has."""
        return median(self.flat) / median(self.one)

    @property
    def gain(self) -> float:
        """How much faster two workers are."""
        return median(self.one) / median(self.two) if self.two else 0.0


def measure(posts: int = POSTS, conversations: int = CONVERSATIONS, rounds: int = ROUNDS) -> Report:
    """Deliver everything with one worker and with two on PostgreSQL, and with one on SQLite, each beside the bare loop."""
    found = {"postgresql": Measured(), "sqlite": Measured()}
    with databases() as made, tempfile.TemporaryDirectory(prefix="convene-bench-") as name:
        folder = Path(name)
        flat = _flat(posts, conversations)
        full = {kind: filled(made, folder, kind, posts, conversations) for kind in found}
        for round_ in range(rounds):
            for kind, measured in found.items():
                bare = made.empty_postgres() if kind == "postgresql" else str(folder / f"flat {round_}.db")
                measured.flat.append(_bare(bare, kind, flat, saying(Vault([KEY]), Silence())))
                measured.plain.append(_bare(bare, kind, flat, say_nothing))
                measured.one.append(_delivered(made.copied(full[kind], folder), folder, 1, posts, measured.cpu))
                if kind == "postgresql":
                    measured.two.append(_delivered(made.copied(full[kind], folder), folder, 2, posts))
    return _report(found, posts, conversations)


def _report(found: dict[str, Measured], posts: int, conversations: int) -> Report:
    rows: list[Sequence[object]] = []
    for kind, measured in found.items():
        for label, seconds in (
            ("the bare loop, open words", measured.plain),
            ("the bare loop", measured.flat),
            ("one worker", measured.one),
            ("two workers", measured.two),
        ):
            if seconds:
                rows.append((f"{kind}: {label}", f"{posts / median(seconds):.0f}", f"{median(measured.flat) / median(seconds):.2f}"))
    ok = all(measured.ratio >= AIMS[kind] for kind, measured in found.items()) and found["postgresql"].gain >= MORE_BY_TWO
    figures = {kind: _figures(measured, posts) for kind, measured in found.items()}
    notes = [
        f"{posts} posts over {conversations} conversations of {WORKSPACES} workspaces; the bare loop takes {AT_ONCE} at a time.",
        "Nothing was lost, nothing came twice, every conversation was in order and kept its pace, as the platform's own ledger shows.",
        f"Domain time, in which the pace is kept, ran {HASTE} times as fast as real time.",
    ]
    best = found["postgresql"]
    return Report("outbox", best.ratio, AIMS["postgresql"], ok, ("", "per second", "of bare"), rows, figures, notes)


def _figures(measured: Measured, posts: int) -> dict[str, object]:
    return {
        "bare_per_second": round(posts / median(measured.flat)),
        "bare_with_open_words_per_second": round(posts / median(measured.plain)),
        "ratio_to_open_words": round(median(measured.plain) / median(measured.one), 3),
        "one_worker_per_second": round(posts / median(measured.one)),
        "ratio": round(measured.ratio, 3),
        "cpu_us_a_post": round(median(measured.cpu) / posts * 1e6, 1),
        **({"two_workers_gain": round(measured.gain, 2)} if measured.two else {}),
    }


def _message(number: int) -> Message:
    """The message with this number in its conversation."""
    return resolved(Message(f"Day {number}", (Paragraph(WORDS),)), "en")


def filled(made: Databases, folder: Path, kind: str, posts: int, conversations: int) -> str:
    """A database in which so many posts wait: their conversations speak by turns."""
    home = folder / kind
    home.mkdir(parents=True)
    database = made.of("sqlite" if kind == "sqlite" else "postgres", home)
    asyncio.run(_fill(database, posts, conversations))
    return database


async def _fill(database: str, posts: int, conversations: int) -> None:
    units = units_for(database, Vault([KEY]))
    now = datetime.now(UTC)

    def found(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.add(CommunityRow(id=COMMUNITY, name="Practice", zone="UTC", language="en", created_at=now))
        session.flush()
        for n in range(conversations):
            where = {"workspace": f"T{n % WORKSPACES}", "external_id": f"C{n}", "kind": "place"}
            outbox.open_lane(session, lane=FIRST_LANE + n, community=COMMUNITY, platform="slack", reference={}, **where)

    def say(session: Session, first: int) -> None:
        scope.enter(session, COMMUNITY)
        said = [Letter(FIRST_LANE + n % conversations, _message(n // conversations)) for n in range(first, min(first + A_TIME, posts))]
        outbox.queue_all(session, community=COMMUNITY, letters=said, now=now, kind=Kind.PLACE)

    await units.run(found, start_within=None)
    for first in range(0, posts, A_TIME):
        await units.run(partial(say, first=first), start_within=None)
    await units.run(lambda session: session.connection().execute(text("ANALYZE")), start_within=None)
    await units.close()


def _flat(posts: int, conversations: int) -> Flat:
    vault = Vault([KEY])
    said = [wire.encode(_message(number)) for number in range(-(-posts // conversations))]
    return [(n, f"C{n % conversations}", vault.seal(BODY, n, said[n // conversations])) for n in range(posts)]


def _bare(database: str, kind: str, flat: Flat, say: Say) -> float:
    return by_sqlite3(database, flat, say) if kind == "sqlite" else asyncio.run(by_asyncpg(database, flat, say))


def _delivered(database: str, folder: Path, workers: int, posts: int, cpu: list[float] | None = None) -> float:
    """Seconds until so many worker processes have delivered everything; what arrived is checked."""
    with _working(database, folder, workers) as processes:
        began = time.perf_counter()
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [json.loads(_line(process, "{")) for process in processes]
        took = time.perf_counter() - began
    if cpu is not None:
        cpu.append(sum(each["cpu"] for each in told))
    _check([tuple(line) for n in range(workers) for line in json.loads((folder / f"ledger {n}").read_text())], posts)
    return took


@contextmanager
def _working(database: str, folder: Path, workers: int) -> Iterator[list[subprocess.Popen[str]]]:
    began, processes = str(time.time()), []
    for n in range(workers):
        command = [sys.executable, "-m", "bench.silence", database, str(folder / f"ledger {n}"), began]
        processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))  # noqa: S603
    for process in processes:
        _line(process, "ready")
    yield processes
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0, "a worker failed"


def _line(process: subprocess.Popen[str], beginning: str) -> str:
    """The next line that begins like that; those before it are the log's."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(beginning):
            return line
    raise AssertionError("a worker ended early")


def _check(ledger: list[tuple[float, float, str, str]], posts: int) -> None:
    """Everything once, each conversation in order, and never faster than its pace allows."""
    pace = PACE.total_seconds()
    conversations: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for _order, at, where, said in sorted(ledger):
        conversations[where].append((at * HASTE, int(said.rpartition(" ")[2])))
    assert len(ledger) == posts, f"{len(ledger)} of {posts} arrived"
    for where, heard in conversations.items():
        numbers = [number for _at, number in heard]
        assert numbers == list(range(len(numbers))), f"{where} is not in order: {numbers}"
        free_at = 0.0
        for at, _number in heard:
            assert at >= free_at, f"{where} was too fast"
            free_at = max(free_at, at - (LANE_AT_ONCE - 1) * pace) + pace

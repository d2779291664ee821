"""A day of ticks, minute by minute, for a million who take part in something daily, around the night in which European clocks change.

What occurred is compared with a walk through the minutes of each zone, which knows the bot's promise and none of its code.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from bench.report import Report
from bench.serving import KEY
from bot.core.cadences import Cadence, Occurrence
from bot.core.clock import WoundClock
from bot.core.context import Context
from bot.core.feature import Feature, Job
from bot.core.registry import Registry
from bot.data.engine import units_for
from bot.data.vault import Vault
from scheduler.tick import Ticker
from tests.kit.databases import Kind, databases

ENROLMENTS, COMMUNITIES = 1_000_000, 240
AIM, LONGEST_MINUTE, LONGEST_IDLE = 0.4, 5.0, 0.002  # of the bare inserts; seconds; seconds
A_TIME = 1_000  # rows that the bare loop inserts at once
JOB = "bench.day"
START, MINUTE = datetime(2026, 3, 28, 12, 0, tzinfo=UTC), timedelta(minutes=1)  # the clocks change at 01:00 of the next morning
END = START + timedelta(days=1)
HOURS = [2 * 60 + 30, *range(7 * 60, 22 * 60, 60)]  # the first is left out by the night in Europe
ZONES = (
    *("Pacific/Auckland", "Australia/Sydney", "Australia/Adelaide", "Asia/Tokyo", "Asia/Shanghai", "Asia/Bangkok"),
    *("Asia/Dhaka", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Karachi", "Asia/Dubai", "Asia/Tehran"),
    *("Africa/Nairobi", "Europe/Helsinki", "Europe/Berlin", "Europe/London", "Atlantic/Azores", "America/Noronha"),
    *("America/Sao_Paulo", "America/Halifax", "America/New_York", "America/Denver", "Pacific/Honolulu", "UTC"),
)
RHYTHMS = ("id", "community_id", "job", "zone", "minute", "weekdays", "first_on", "last_on", "next_on", "next_at")
CADENCES = ("id", "community_id", "job", "subject", "rhythm_id", "begins_at")
OCCURRENCES = ("id", "community_id", "job", "subject", "on_date", "slot", "fired_at")


@dataclass(slots=True)
class Measured:
    """What was found on one database, in seconds."""

    bare: float  # for the same rows, in the order in which they occur
    sorted: float  # for as many in the order of their subjects, which costs an index least
    ticking: float = 0.0
    idle: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    fired: int = 0

    @property
    def ratio(self) -> float:
        """How much of the bare inserts' speed the ticks have."""
        return self.bare / self.ticking


def measure(enrolments: int = ENROLMENTS) -> Report:
    """Tick through the day on both databases."""
    found = {}
    with databases() as made, tempfile.TemporaryDirectory(prefix="convene-bench-") as folder:
        kinds: tuple[Kind, ...] = ("postgres", "sqlite")
        for kind in kinds:
            bare, sorted_, whole = (made.of(kind, _folder(folder, kind, name)) for name in ("bare", "sorted", "whole"))
            found[kind] = asyncio.run(_on(bare, sorted_, whole, enrolments))
    rows: list[Sequence[object]] = []
    for kind, measured in found.items():
        slow, idle = f"{max(measured.busy):.2f} s", f"{median(measured.idle) * 1000:.2f} ms"
        rows.append((f"{kind}: the same rows inserted, as they occur", f"{measured.bare:.1f} s", "1.000", "", ""))
        of_sorted = f"{measured.bare / measured.sorted:.3f}"
        rows.append((f"{kind}: as many inserted, sorted by subject", f"{measured.sorted:.1f} s", of_sorted, "", ""))
        rows.append((f"{kind}: ticks", f"{measured.ticking:.1f} s", f"{measured.ratio:.3f}", slow, idle))
    ok = all(each.ratio >= AIM and max(each.busy) < LONGEST_MINUTE and median(each.idle) < LONGEST_IDLE for each in found.values())
    figures: dict[str, object] = {
        kind: {
            "ratio": round(each.ratio, 3),
            "ratio_to_sorted": round(each.sorted / each.ticking, 3),
            "seconds": round(each.ticking, 1),
            "fired": each.fired,
            "worst_minute_s": round(max(each.busy), 2),
            "idle_ms": round(median(each.idle) * 1000, 2),
        }
        for kind, each in found.items()
    }
    notes = [
        f"{enrolments} enrolments in {len(ZONES)} zones and {COMMUNITIES} communities; each fired exactly once on each of its local dates.",
        f"Both were inserted {A_TIME} at a time: an index takes what comes sorted more quickly than what comes as the hours strike.",
    ]
    header = ("", "whole day", "of bare", "worst minute", "idle tick")
    return Report("planning", min(each.ratio for each in found.values()), AIM, ok, header, rows, figures, notes)


def _folder(folder: str, *names: str) -> Path:
    path = Path(folder, *names)
    path.mkdir(parents=True)
    return path


async def _on(bare: str, sorted_: str, url: str, enrolments: int) -> Measured:
    for address in (bare, sorted_, url):
        await _fill(address, enrolments)
    rows = sorted(_wanted(enrolments))
    measured = Measured(await _insert(bare, rows), await _insert(sorted_, sorted(rows, key=itemgetter(2))))
    units, clock, seen = units_for(url, Vault([KEY])), WoundClock(START), Counter[date]()

    def run(_ctx: Context, occurrences: Sequence[Occurrence]) -> None:
        seen.update(each.on for each in occurrences)

    ticker = Ticker(units, Registry([Feature("bench", jobs=(Job(JOB, run, timedelta(hours=12)),))]), clock)
    await ticker.tick()
    while clock.now() < END:
        clock.wind(clock.now() + MINUTE)
        began = time.perf_counter()
        fired = await ticker.tick()
        took = time.perf_counter() - began
        (measured.busy if fired else measured.idle).append(took)
        measured.fired += fired
        measured.ticking += took
    await units.close()
    assert sum(seen.values()) == measured.fired
    await _check(url, enrolments)
    return measured


def _enrolled(enrolments: int) -> Iterator[tuple[int, int, str, int]]:
    """Number, community, zone and hour (as a minute of the day) of each enrolment: a community has one zone, its people all hours."""
    for n in range(enrolments):
        community = n * COMMUNITIES // enrolments
        yield n, community + 1, ZONES[community % len(ZONES)], HOURS[n % len(HOURS)]


async def _fill(url: str, enrolments: int) -> None:
    """Communities, their rhythms, and a cadence for each enrolment, planned before the day begins."""
    zones = {community: (zone, community * len(HOURS)) for _n, community, zone, _minute in _enrolled(COMMUNITIES)}
    first = date(2026, 1, 1)
    communities = [(community, f"Community {community}", "UTC", "en", START) for community in zones]
    rhythms = [
        (base + at, community, JOB, zone, minute, 127, first, None, *_next_due(zone, minute))
        for community, (zone, base) in zones.items()
        for at, minute in enumerate(HOURS)
    ]
    rows = [
        (n + 1, community, JOB, n, zones[community][1] + HOURS.index(minute), START)
        for n, community, _zone, minute in _enrolled(enrolments)
    ]
    named = ("id", "name", "zone", "language", "created_at")
    if url.startswith("postgresql"):
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.copy_records_to_table("communities", columns=named, records=communities)
        await connection.copy_records_to_table("rhythms", columns=RHYTHMS, records=rhythms)
        await connection.copy_records_to_table("cadences", columns=CADENCES, records=rows)
        await connection.execute("ANALYZE")
        await connection.close()
        return
    file = _opened(url)
    file.executemany(_values("communities", named), [(*each[:-1], _text(START)) for each in communities])
    file.executemany(_values("rhythms", RHYTHMS), [(*each[:6], str(first), None, str(each[8]), _text(each[9])) for each in rhythms])
    file.executemany(_values("cadences", CADENCES), [(*each[:-1], _text(START)) for each in rows])
    file.commit()
    file.execute("ANALYZE")
    file.close()


def _next_due(zone: str, minute: int) -> tuple[date, datetime]:
    found = Cadence(zone, clock_time(*divmod(minute, 60)), date(2026, 1, 1)).next_due(START)
    assert found is not None
    return found


def _wanted(enrolments: int) -> Iterator[tuple[datetime, int, int, date]]:
    """What is to occur during the day: when, in which community, for whom, on which local date."""
    struck = {(zone, minute): strikes for zone in ZONES for minute, strikes in _struck(zone).items()}
    for n, community, zone, minute in _enrolled(enrolments):
        for at, day in struck[zone, minute]:
            yield at, community, n, day


async def _insert(url: str, wanted: Sequence[tuple[datetime, int, int, date]]) -> float:
    """Seconds that it takes to insert these occurrences, some at once, and nothing else."""
    rows = [(n, community, JOB, subject, day, 0, at) for n, (at, community, subject, day) in enumerate(wanted, 1)]
    batches = [rows[at : at + A_TIME] for at in range(0, len(rows), A_TIME)]
    if url.startswith("postgresql"):
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        kinds = ("bigint", "bigint", "text", "bigint", "date", "integer", "timestamptz")
        arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(kinds, 1))
        words = f"INSERT INTO occurrences ({', '.join(OCCURRENCES)}) SELECT * FROM unnest({arrays})"  # noqa: S608 - our own names
        began = time.perf_counter()
        for batch in batches:
            await connection.execute(words, *map(list, zip(*batch, strict=True)))
        took = time.perf_counter() - began
        await connection.close()
        return took
    file = _opened(url)
    words = _values("occurrences", OCCURRENCES)
    as_text = [[(*each[:4], str(each[4]), 0, _text(each[6])) for each in batch] for batch in batches]
    began = time.perf_counter()
    for lines in as_text:
        file.execute("BEGIN IMMEDIATE")
        file.executemany(words, lines)
        file.execute("COMMIT")
    took = time.perf_counter() - began
    file.close()
    return took


async def _check(url: str, enrolments: int) -> None:
    """Every enrolment occurred exactly once on each of its dates whose hour struck during the day."""
    wanted = Counter((subject, str(day)) for _at, _community, subject, day in _wanted(enrolments))
    query = "SELECT subject, on_date FROM occurrences"
    if url.startswith("postgresql"):
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        found: Sequence[Any] = await connection.fetch(query)
        await connection.close()
    else:
        file = _opened(url)
        found = file.execute(query).fetchall()
        file.close()
    assert Counter((subject, str(day)) for subject, day in found) == wanted


def _struck(zone: str) -> dict[int, list[tuple[datetime, date]]]:
    """Of each hour when it struck during the day, and on which local date; an hour that the night leaves out strikes one later."""
    first: dict[tuple[date, int], datetime] = {}
    at, until = START - timedelta(days=1), END + timedelta(days=1)
    while at < until:
        local = at.astimezone(ZoneInfo(zone))
        first.setdefault((local.date(), local.hour * 60 + local.minute), at)
        at += MINUTE
    days = sorted({day for day, _minute in first})[1:-1]
    strikes = {(day, minute): first.get((day, minute)) or first[day, minute + 60] for day in days for minute in HOURS}
    return {minute: [(strikes[day, minute], day) for day in days if START < strikes[day, minute] <= END] for minute in HOURS}


def _opened(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _values(name: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - our own names


def _text(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")

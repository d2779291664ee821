"""What memory a process takes over two hundred thousand deliveries, beside an empty process with the same libraries."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.footprint import as_installed, empty_memory
from bench.report import Report
from bench.stand_in import stand_in
from tests.kit.databases import databases

POSTS, PEOPLE, ROUNDS = 200_000, 250, 3
FEW = (500, 10)  # posts and people, after which everything is compiled
AIM = 1.5
NOISE = 2.0  # megabytes: what the allocator gives back and takes; a small object kept for each of 100,000 posts is more
QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Lasting:
    """What a process told of itself while it delivered."""

    seconds: float
    handled: int  # interactions that came in beside
    samples: Sequence[float]  # megabytes, at even steps from the beginning on

    @property
    def growth(self) -> float:
        """Megabytes by which the last quarter stands above the second one: what the second half has added."""
        quarter = len(self.samples) // QUARTERS
        return median(self.samples[-quarter:]) - median(self.samples[quarter + 1 : 2 * quarter + 1])


def measure(posts: int = POSTS, people: int = PEOPLE) -> Report:
    """Let one process deliver everything, and look at its memory as it goes."""
    with tempfile.TemporaryDirectory(prefix="convene-compiled-") as compiled:
        environment = as_installed(Path(compiled))
        for warms_up in (True, False):
            empty = median(empty_memory(environment) for _ in range(1 if warms_up else ROUNDS))
            lasting = asyncio.run(_delivered(*(FEW if warms_up else (posts, people)), environment))
    most, growth = max(lasting.samples), lasting.growth
    step = posts / (len(lasting.samples) - 1)
    shown = {0, 1, *(len(lasting.samples) // QUARTERS * n for n in range(1, QUARTERS + 1))}
    rows: list[Sequence[object]] = [("bolt + botbuilder + SQLAlchemy, empty", f"{empty:.1f} MB", "1.00")]
    rows += [
        (f"the bot after {n * step:.0f} deliveries", f"{sample:.1f} MB", f"{sample / empty:.2f}")
        for n, sample in enumerate(lasting.samples)
        if n in shown
    ]
    figures = {
        "empty_mb": round(empty, 1),
        "most_mb": round(most, 1),
        "growth_over_second_half_mb": round(growth, 2),
        "noise_mb": NOISE,
        "deliveries": posts,
        "interactions": lasting.handled,
        "deliveries_per_second": round(posts / lasting.seconds),
        "samples_mb": [round(sample, 1) for sample in lasting.samples],
    }
    notes = [
        f"Both adapters are built, tick and delivery run on SQLite; {lasting.handled} entries were written into journals meanwhile.",
        f"Over the second half the memory changed by {growth:+.2f} MB (medians of quarters; up to {NOISE:.0f} MB is noise).",
    ]
    ok = most / empty <= AIM and growth <= NOISE
    return Report("memory", most / empty, AIM, ok, ("", "resident", "of empty"), rows, figures, notes)


async def _delivered(posts: int, people: int, environment: Mapping[str, str]) -> Lasting:
    with databases() as made, tempfile.TemporaryDirectory(prefix="convene-bench-") as folder:
        database = await asyncio.to_thread(made.sqlite, Path(folder))
        async with stand_in() as (_slack, api):
            return await asyncio.to_thread(_told, database, api, posts, people, environment)


def _told(database: str, api: str, posts: int, people: int, environment: Mapping[str, str]) -> Lasting:
    command = [sys.executable, "-m", "bench.lasting", database, api, str(posts), str(people)]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout.splitlines()  # noqa: S603
    told: dict[str, Any] = json.loads(lines[-1])
    return Lasting(**told)

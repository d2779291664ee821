"""The map of opinions of ten thousand people and two hundred statements, against scikit-learn's PCA and k-means on the same matrix."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.report import Report
from handlers.opinions.mapping import Sheet, mapped, sheet
from handlers.opinions.rules import Stance

PEOPLE, STATEMENTS, GROUPS = 10_000, 200, 4
ANSWERED, NOISE = 0.6, 0.2
MOST_SECONDS, MOST_MEGABYTES = 5.0, 500.0
STARTS = 10


def answers() -> tuple[list[tuple[int, int, Stance]], list[int]]:
    """What everybody said, and in which group each was planted: groups differ along two lines."""
    draw = random.Random(7)
    found = []
    planted = [person % GROUPS for person in range(PEOPLE)]
    for person, group in enumerate(planted):
        for statement in range(STATEMENTS):
            if draw.random() < ANSWERED:
                usual = Stance.AGREE if group >> statement % 2 & 1 else Stance.DISAGREE
                found.append((person, statement, draw.choice(tuple(Stance)) if draw.random() < NOISE else usual))
    return found, planted


def measure() -> Report:
    """Ours, then the usual way, each in a process of its own so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seconds, cpu, megabytes, right = pool.apply(_ours)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        theirs, their_cpu, their_megabytes, they_are_right = pool.apply(_theirs)
    rows: list[Sequence[object]] = [
        ("scikit-learn", f"{theirs:.2f} s", f"{their_cpu:.2f} s", f"{their_megabytes:.0f} MB", f"{they_are_right:.2%}"),
        ("ours", f"{seconds:.2f} s", f"{cpu:.2f} s", f"{megabytes:.0f} MB", f"{right:.2%}"),
    ]
    figures: dict[str, Any] = {
        "people": PEOPLE,
        "statements": STATEMENTS,
        "seconds": round(seconds, 2),
        "cpu": round(cpu, 2),
        "mb": round(megabytes),
        "baseline": "scikit-learn",
        "baseline_seconds": round(theirs, 2),
        "baseline_cpu": round(their_cpu, 2),
        "baseline_mb": round(their_megabytes),
        "recovered": round(right, 4),
    }
    ok = cpu < MOST_SECONDS and megabytes < MOST_MEGABYTES and right >= they_are_right
    notes = [
        f"Aim: under {MOST_SECONDS:.0f} s on the processor (so also of time, where nothing else runs), under {MOST_MEGABYTES:.0f} MB,",
        "and people in their groups at least as often. Ours also makes the sheet and counts every statement in every group.",
        "Both look for two to five groups and keep those that are best apart.",
    ]
    header = ("", "time", "on the processor", "memory", "in their groups")
    return Report("opinions", their_cpu / cpu, 1.0, ok, header, rows, figures, notes)


def _ours() -> tuple[float, float, float, float]:
    """Seconds for the sheet and the map, those on the processor, megabytes, and the share of people found in their planted group."""
    said, planted = answers()
    before = _memory("VmRSS")
    began, cpu = time.perf_counter(), time.process_time()
    found = mapped(sheet(range(STATEMENTS), said), 5)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    labels = {seat: number for number, group in enumerate(found.groups) for seat in group.seats}
    return seconds, cpu, _memory("VmHWM") - before, _recovered(labels, planted)


def _theirs() -> tuple[float, float, float, float]:
    """The same of the usual way: seconds, those on the processor, megabytes, and how well it recovers the groups."""
    said, planted = answers()
    given = sheet(range(STATEMENTS), said)
    del said
    before = _memory("VmRSS")
    began, cpu = time.perf_counter(), time.process_time()
    labels = _scikit(_imputed(given))
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return seconds, cpu, _memory("VmHWM") - before, _recovered(dict(enumerate(labels)), planted)


def _imputed(given: Sheet) -> Any:
    """The matrix with means where nothing was said, and each voter's scale as its last column."""
    import numpy as np

    letters = np.array([[ord(letter) for letter in given.rows[seat]] for seat in sorted(given.rows)])
    seen = letters != ord("-")
    votes = (letters == ord("a")).astype(float) - (letters == ord("d"))
    means = votes.sum(axis=0) / seen.sum(axis=0)
    scale = np.sqrt(STATEMENTS / seen.sum(axis=1))
    return np.where(seen, votes, means), scale


def _scikit(matrix: Any) -> list[int]:
    votes, scale = matrix
    points = import_module("sklearn.decomposition").PCA(2).fit_transform(votes) * scale[:, None]
    metrics, cluster = import_module("sklearn.metrics"), import_module("sklearn.cluster")
    best: tuple[float, list[int]] = (-1.0, [])
    for count in range(2, 6):
        labels = cluster.KMeans(count, n_init=STARTS, random_state=0).fit_predict(points)
        best = max(best, (float(metrics.silhouette_score(points, labels)), [int(label) for label in labels]))
    return best[1]


def _recovered(labels: dict[int, int], planted: Sequence[int]) -> float:
    """The share of people whose group is the one that most of their planted group are in."""
    right = 0
    for group in range(GROUPS):
        mine = [labels.get(person, -1) for person, of in enumerate(planted) if of == group]
        right += max(mine.count(label) for label in set(mine))
    return right / len(planted)


def _memory(which: str) -> float:
    """Megabytes that this process holds, or has held at most."""
    return int(Path("/proc/self/status").read_text().split(f"{which}:")[1].split()[0]) / 1024

"""Pairing: the exact matching against networkx on the same graph in the same run, then communities of ten and a hundred thousand."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.report import Report
from handlers.partners.rules import Candidate, plan_pairs

BASELINE, AIM = 300, 10.0  # people, and how much faster than networkx
EXACT, LARGE = 1000, (10_000, 100_000)
LEAST_BOUND = 0.985  # the best matching of a thousand such people has 0.984 of this bound itself
WORDS = tuple(f"word{n}" for n in range(120))
UNITS = tuple(f"unit{n}" for n in range(12))
LANGUAGES = ("en", "en", "en", "en", "de", "de", "es", "ja", "ar", "hi")


def crowd(size: int) -> list[Candidate]:
    """People of many zones, units and languages, each with a goal of a few words."""
    draw = random.Random(size)
    people = []
    for number in range(size):
        zone = draw.choice((-8, -5, -5, 0, 1, 1, 1, 2, 5, 8, 9))
        awake = frozenset((hour - zone) % 24 for hour in range(draw.randint(7, 10), draw.randint(17, 21)))
        goal = frozenset(draw.sample(WORDS, draw.randint(1, 4)))
        people.append(Candidate(number + 1, draw.choice(UNITS), goal, awake, draw.choice(LANGUAGES)))
    return people


def measure() -> Report:
    """The baseline and ours on one graph; then figures, each in a process of its own so that its memory is its own."""
    ours, theirs, weight = _against_networkx()
    figures: dict[str, Any] = {
        "people": BASELINE,
        "weight_ratio": round(weight, 4),
        "seconds": round(ours, 3),
        "networkx": round(theirs, 2),
    }
    rows: list[Sequence[object]] = [
        (f"networkx, {BASELINE}", "", f"{theirs:.2f} s", "", ""),
        (f"exact, {BASELINE}", "", f"{ours:.2f} s", "", "1.0000"),
    ]
    ok = theirs / ours >= AIM and weight >= 1
    for size in (EXACT, *LARGE):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, cpu, megabytes, bound, waiting = pool.apply(_figures, (size,))
        ok = ok and waiting == 0 and bound >= (1.0 if size <= EXACT else LEAST_BOUND)
        figures |= {f"seconds_{size}": round(seconds, 1), f"cpu_{size}": round(cpu, 1)}
        figures |= {f"mb_{size}": round(megabytes), f"bound_{size}": round(bound, 4)}
        rows.append(
            (f"{'exact' if size <= EXACT else 'blocks'}, {size}", f"{seconds:.1f} s", f"{cpu:.1f} s", f"{megabytes:.0f} MB", f"{bound:.4f}")
        )
    notes = [
        f"Aim: {AIM:.0f} times as fast as networkx at the same weight; nobody waits; blocks reach {LEAST_BOUND:.0%} of the upper bound."
    ]
    return Report("pairing", theirs / ours, AIM, ok, ("", "time", "on the processor", "memory", "share of bound"), rows, figures, notes)


def _against_networkx() -> tuple[float, float, float]:
    """Seconds of ours, seconds of networkx, and our weight as a share of theirs."""
    import networkx as nx
    import numpy as np

    from handlers.partners.pairing import Crowd, matching

    weights, permitted = Crowd(crowd(BASELINE), [], frozenset(), 1, BASELINE).weights(np.arange(BASELINE))
    began = time.process_time()
    pairs, _over = matching(weights, permitted)
    ours = time.process_time() - began
    began = time.process_time()
    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, int(weights[a, b])) for a in range(BASELINE) for b in range(a + 1, BASELINE) if permitted[a, b])
    found = nx.max_weight_matching(graph, maxcardinality=True)
    theirs = time.process_time() - began
    return ours, theirs, sum(int(weights[pair]) for pair in pairs) / sum(int(weights[pair]) for pair in found)


def _figures(size: int) -> tuple[float, float, float, float, int]:
    people = crowd(size)
    before = _memory("VmRSS")
    began, cpu_began = time.perf_counter(), time.process_time()
    plan = plan_pairs(people, [], frozenset(), [], 1, 7)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    assert sum(len(group.members) for group in plan.groups) + len(plan.waiting) == size
    return seconds, cpu, _memory("VmHWM") - before, plan.bound, len(plan.waiting)


def _memory(which: str) -> float:
    """Megabytes that this process holds, or has held at most."""
    return int(Path("/proc/self/status").read_text().split(f"{which}:")[1].split()[0]) / 1024

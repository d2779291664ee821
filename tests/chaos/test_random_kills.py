"""Two replicas deliver 2,000 posts while one of them is killed (kill -9) again and again, and the platforms are busy, or away."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import outbox
from bot.core.clock import SystemClock
from bot.core.outbox import Kind, State
from bot.core.rows import PostRow
from bot.data import scope
from bot.data.engine import units_for
from scheduler import delivery, lanes, ledger
from scheduler.delivery import Delivery
from tests.chaos.record import ASKED, BLIND, InFile, Mood, Platform, Promise, judged
from tests.chaos.story import COMMUNITY, Size, lanes_of, platform_of, saying, settle_in
from tests.kit.databases import Databases
from tests.kit.moving_in import VAULT

T = TypeVar("T")
SEED = 20260322
LANES, EACH = 40, 25  # on each of two platforms: 2,000 posts
KINDS = (Kind.PLACE, Kind.REMINDER, Kind.PERSONAL, Kind.NEWS)
# Protocol times, thirty times as fast; each stays longer than the one that it waits for.
SENDING, LEASE, UNKNOWN = 0.7, timedelta(seconds=2), timedelta(seconds=3)
KILLS = 30
MOST_SECONDS = 400.0


class Weather(Mood):
    """Moody, and while there is an outage nobody arrives."""

    def __init__(self, seed: str, away: Path) -> None:
        super().__init__(seed, bad=0.1)
        self._away, self._drawn = away, random.Random(seed)

    def of(self, request: str) -> str:
        """What becomes of a request."""
        if self._away.exists():
            return self._drawn.choice(["busy", "gone"])
        return super().of(request)


@dataclass
class Fleet:
    """Replicas, forked so that one that was killed is replaced at once."""

    url: str
    record: Path
    away: Path
    children: list[int] = field(default_factory=list)
    begun: int = 0

    def begin(self) -> None:
        """One more replica."""
        self.begun += 1
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(self._delivers())
            finally:
                os._exit(1)
        self.children.append(child)

    async def _delivers(self) -> None:
        lanes.LEASE, ledger.UNKNOWN_FOR, delivery.SEND_SECONDS = LEASE, UNKNOWN, SENDING
        record, mood = InFile(self.record), Weather(f"{SEED}/{self.begun}", self.away)
        platforms = {name: Platform(name, record, mood, on_its_way=0.02) for name in (ASKED, BLIND)}
        await Delivery(units_for(self.url, VAULT), platforms, SystemClock(), pace=timedelta(milliseconds=20)).run()

    def kill(self, which: int) -> None:
        """Kill -9, and another one begins."""
        child = self.children.pop(which)
        os.kill(child, signal.SIGKILL)
        _child, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "it had ended by itself"
        self.begin()

    def end(self) -> None:
        """No more replicas."""
        for child in self.children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def unit(url: str, work: Callable[[Session], T]) -> T:
    """One unit of the test's own."""

    async def run() -> T:
        units = units_for(url, VAULT)
        try:
            return await units.run(work)
        finally:
            await units.close()

    return asyncio.run(run())


def post(session: Session, first: int, last: int) -> None:
    """Queue these posts in every lane."""
    scope.enter(session, COMMUNITY)
    for turn in range(first, last):
        for lane in lanes_of(LANES):
            said = saying(f"{lane}/{turn}: said")
            outbox.queue(
                session, community=COMMUNITY, lane=lane, message=said, now=SystemClock().now(), kind=KINDS[(lane + turn) % len(KINDS)]
            )


def waiting(session: Session) -> int:
    """How many posts are not settled."""
    scope.enter(session, scope.SYSTEM)
    states = (State.READY.value, State.SENDING.value, State.UNKNOWN.value)
    return len(session.execute(select(PostRow.id).where(PostRow.state.in_(states))).all())


def parked(session: Session) -> int:
    """How many were given up."""
    scope.enter(session, scope.SYSTEM)
    return len(session.execute(select(PostRow.id).where(PostRow.state.in_((State.PARKED.value, State.HELD.value)))).all())


@pytest.mark.chaos
@pytest.mark.timeout(500)
def test_two_replicas_deliver_everything_however_often_one_is_killed(
    all_databases: Databases, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    url, drawn = all_databases.postgres(), random.Random(SEED)
    fleet = Fleet(url, tmp_path / "record", tmp_path / "away")
    unit(url, lambda session: settle_in(session, Size(lanes=LANES, posts=0)))
    unit(url, lambda session: post(session, 0, EACH // 2))
    began, kills, outages, half = time.monotonic(), 0, 0, False
    fleet.begin()
    fleet.begin()
    try:
        while waits := unit(url, waiting) or not half:
            assert time.monotonic() - began < MOST_SECONDS, f"{waits} posts are not settled (seed {SEED}, {kills} kills)"
            time.sleep(drawn.uniform(0.05, 0.6))
            if kills < KILLS:
                fleet.kill(drawn.randrange(2))
                kills += 1
            if kills == KILLS // 2 and not half:
                unit(url, lambda session: post(session, EACH // 2, EACH))
                half = True
            if kills in (8, 20) and not fleet.away.exists():
                fleet.away.touch()
                outages += 1
            elif fleet.away.exists():
                fleet.away.unlink()
    finally:
        fleet.end()
    record = InFile(fleet.record)
    lines = record.read()
    record.close()
    promises = [
        Promise(platform_of(lane), f"C{lane}", f"{lane}/{turn}", KINDS[(lane + turn) % len(KINDS)], "said")
        for lane in lanes_of(LANES)
        for turn in range(EACH)
    ]
    verdict = judged(lines, promises, in_doubt=kills * delivery.BATCH)
    refused = sum(line["did"] == "refused" for line in lines)
    tell(
        f"seed {SEED}: {len(promises)} posts, {kills} kills, {outages} outages, {refused} refused, {time.monotonic() - began:.0f} s;"
        f" where nobody can be asked {verdict.repeated} repeated, {verdict.dropped} dropped"
    )
    assert len(promises) == 2000
    assert verdict.faults == ()
    assert unit(url, parked) == 0
    assert kills == KILLS
    assert refused > 50

"""Thirty simulated days of two thousand people on two platforms; each line of the ledger is compared with a plain computation."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.data.engine import units_for
from tests.chaos import plain
from tests.chaos.crowd import Community
from tests.chaos.drawn import Member, drawn
from tests.chaos.ledger import line_of
from tests.chaos.record import Mood
from tests.kit.moving_in import VAULT

SEED = 20260323
PEOPLE = int(os.environ.get("CONVENE_SOAK_PEOPLE", "2000"))
RESTART_EVERY = 100  # acts


async def live(community: Community, members: list[Member]) -> int:
    """Everybody does what they do; the process is another one again and again. How many processes there were."""
    agenda = sorted(((act.at, n, act) for n, member in enumerate(members) for act in member.acts), key=lambda each: each[:2])
    zones = {member.account: member.zone for member in members}
    processes = 1
    for turn, (at, n, act) in enumerate(agenda, start=1):
        await community.winder.advance(at)
        await community.acts(members[n], act, zones[members[n].account])
        if act.what == "flies":
            zones[members[n].account] = act.zone
        if turn % RESTART_EVERY == 0:
            community.restarts()
            processes += 1
    await community.winder.advance(plain.OVER_AT + timedelta(hours=6))
    return processes


async def compared(url: str, people: int) -> str:
    """Live it, compare it, and say what it was."""
    random.seed(SEED)
    began = time.monotonic()
    members = drawn(people, SEED)
    units = units_for(url, VAULT)
    community = Community.of(units, Mood(str(SEED), bad=0.02, ways=("busy",)))
    await community.moves_in(members)
    processes = await live(community, members)
    await units.close()
    lines = community.record.lines
    found = sorted(line_of(line) for line in lines if line["did"] == "posted")
    expected = plain.all_of(members)
    assert Counter(found) - Counter(expected) == Counter(), f"what nobody was promised (seed {SEED})"
    assert Counter(expected) - Counter(found) == Counter(), f"what was promised and did not come (seed {SEED})"
    assert found == expected
    acts = sum(len(member.acts) for member in members)
    edits = sum(line["did"] == "edited" for line in lines)
    return (
        f"seed {SEED}: {people} people, {acts} acts, {processes} processes, {len(found)} posts compared line by line, {edits} edits,"
        f" {time.monotonic() - began:.0f} s"
    )


@pytest.mark.thorough
async def test_thirty_days_of_some(database_url: str, tell: Callable[[str], None]) -> None:
    tell(await compared(database_url, 24))


@pytest.mark.chaos
@pytest.mark.timeout(3600)
async def test_thirty_days_of_two_thousand(database_url: str, tell: Callable[[str], None]) -> None:
    tell(await compared(database_url, PEOPLE))

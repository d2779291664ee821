"""A thousand votes on one poll as fast as they can be pressed: none is lost, and its card is edited every three seconds at most."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.interactions import BUSY
from bench.ledger import Ledger, ledger
from bench.load import CONNECTIONS, Round, send
from bench.report import Report
from bench.serving import Served, served
from bench.slack_requests import account, command, press
from bench.stand_in import StandIn, stand_in
from bot.chat.action import to_wire
from handlers.polls.payloads import Vote
from handlers.polls.rules import CARD_EVERY
from tests.kit.databases import databases

VOTERS, BARE = 1000, 1500
AIMS = {"sqlite": 0.15, "postgresql": 0.1}
EDITS_APART = CARD_EVERY.total_seconds() - 0.2  # as they arrive; they leave three seconds apart
MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Storm:
    """One storm on one database."""

    bare: Round
    votes: Round
    seconds: float  # until everybody had an answer the first time
    counted: int  # of them at once
    refused: int  # times that somebody was told to try again, and did
    edits: int
    closest: float  # seconds between two edits

    @property
    def per_second(self) -> float:
        """Votes that were counted and said to be, per second."""
        return self.counted / self.seconds

    @property
    def ratio(self) -> float:
        """Votes to bare acknowledgements."""
        return self.per_second / self.bare.per_second


def measure() -> Report:
    """Let the storm pass over both databases."""
    with databases() as made, tempfile.TemporaryDirectory(prefix="convene-bench-") as folder:
        addresses = {"sqlite": made.sqlite(Path(folder)), "postgresql": made.postgres()}
        found = {kind: asyncio.run(_on(address)) for kind, address in addresses.items()}
    rows: list[Sequence[object]] = []
    for kind, storm in found.items():
        rows.append((f"{kind}: bare bolt", f"{storm.bare.per_second:.0f}", "1.00", f"{storm.bare.percentile(0.99):.0f}", "", ""))
        ratio, p99 = f"{storm.ratio:.2f}", f"{storm.votes.percentile(0.99):.0f}"
        rows.append((f"{kind}: votes", f"{storm.per_second:.0f}", ratio, p99, storm.refused, storm.edits))
    ok = all(storm.ratio >= AIMS[kind] and storm.closest >= EDITS_APART for kind, storm in found.items())
    figures = {kind: _figures(storm) for kind, storm in found.items()}
    notes = [
        f"{VOTERS} people, {CONNECTIONS} connections. Every vote was found in the database, and the card told {VOTERS} in the end.",
        "A vote counts when its receipt has arrived; whoever was refused was told so, and voted again.",
    ]
    header = ("", "per second", "of bare", "p99 ms", "refused", "card edits")
    return Report("storm", found["sqlite"].ratio, AIMS["sqlite"], ok, header, rows, figures, notes)


def _figures(storm: Storm) -> dict[str, object]:
    return {
        "bare_per_second": round(storm.bare.per_second),
        "votes_per_second": round(storm.per_second),
        "ratio": round(storm.ratio, 3),
        "refused": storm.refused,
        "card_edits": storm.edits,
        "closest_edits_seconds": round(storm.closest, 2),
    }


async def _on(database: str) -> Storm:
    async with (
        stand_in() as (slack, api),
        served("bare") as bare,
        served("poll", database, api, str(VOTERS)) as bot,
        ledger(database) as rows,
    ):
        commands = [command(account(n), "journal", "bare", f"trigger {n}") for n in range(BARE)]
        baseline = await send(bare.port, commands, "")
        assert not baseline.wrong
        slack.edits.clear()
        votes, seconds, refused, again = await everybody_votes(bot, slack, api, VOTERS)
        await all_counted_and_told(slack, rows, VOTERS)
        apart = [later - earlier for (earlier, _), (later, _) in pairwise(slack.edits)]
        return Storm(
            baseline, votes, seconds, VOTERS - refused, refused + again, len(slack.edits), min(apart, default=CARD_EVERY.total_seconds())
        )


async def everybody_votes(
    bot: Served, slack: StandIn, api: str, voters: int, per_second: float | None = None
) -> tuple[Round, float, int, int]:
    """Everybody votes; whoever is told to try again does so. Those who have voted press again too, which changes nothing.

    Returns the first round with its seconds, and how many were told to try again in it and later.
    """
    wire = to_wire(Vote(int(bot.told["poll"]), int(bot.told["option"])))
    found: list[tuple[Round, float, int]] = []
    for number in range(MOST_ROUNDS):
        before = slack.said.copy()
        began = time.perf_counter()
        bodies = [press(account(n), wire, f"storm {number} {n}", api) for n in range(voters)]
        round_ = await send(bot.port, bodies, "", per_second=per_second)
        assert not round_.wrong
        async with asyncio.timeout(60):
            while (slack.said - before).total() < voters:  # noqa: ASYNC110 - the stand-in only counts
                await asyncio.sleep(0.02)
        busy = slack.said[BUSY] - before[BUSY]
        found.append((round_, time.perf_counter() - began, busy))
        if not busy:
            return *found[0], sum(refused for _round, _seconds, refused in found[1:])
    raise AssertionError("not everybody could vote")


async def all_counted_and_told(slack: StandIn, rows: Ledger, voters: int) -> None:
    """Every vote stands in the database, and the last edit of the card tells them all."""
    assert await rows.votes() == voters, "a vote was lost"
    await rows.delivered()
    async with asyncio.timeout(75):  # what a storm left uncounted is counted with the next whole minute
        while not slack.edits or f"{voters} (100%)" not in slack.edits[-1][1]:  # noqa: ASYNC110 - the stand-in only counts
            await asyncio.sleep(0.05)

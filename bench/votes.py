"""A thousand votes on one poll within ten seconds: how often its card is edited, beside a bot that edits it with every vote."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.ledger import ledger
from bench.load import Round, send
from bench.report import Report
from bench.serving import served
from bench.slack_requests import account, press
from bench.stand_in import stand_in
from bench.storm import all_counted_and_told, everybody_votes
from tests.kit.databases import databases

VOTERS, SECONDS = 1000, 10
MOST_EDITS = 12


@dataclass(frozen=True, slots=True)
class Voted:
    """What one bot did with everybody's votes."""

    round: Round
    edits: int
    refused: int = 0  # times that somebody was told to try again, and did
    after: float = 0.0  # seconds from the last receipt to the last edit


def measure(voters: int = VOTERS, seconds: int = SECONDS) -> Report:
    """Let everybody vote with the bare bot, and with the whole one on both databases."""
    bare = asyncio.run(on_bare(voters, seconds))
    with databases() as made, tempfile.TemporaryDirectory(prefix="convene-bench-") as folder:
        addresses = {"sqlite": made.sqlite(Path(folder)), "postgresql": made.postgres()}
        found = {kind: asyncio.run(on(address, voters, seconds)) for kind, address in addresses.items()}
    rows = [_row("an edit for each vote", bare), *(_row(kind, voted) for kind, voted in found.items())]
    most = max(voted.edits for voted in found.values())
    figures = {
        "bare_edits": bare.edits,
        "bare_p99_ms": round(bare.round.percentile(0.99), 1),
        **{kind: _figures(voted) for kind, voted in found.items()},
    }
    notes = [
        f"{voters} people vote over {seconds} seconds. Every vote was found in the database and told to its voter.",
        f"The last edit of the card told {voters}. Aim: at most {MOST_EDITS} edits.",
    ]
    header = ("", "edits", "p50 ms", "p99 ms", "refused", "last edit after")
    return Report("votes", most / bare.edits, MOST_EDITS / voters, most <= MOST_EDITS, header, rows, figures, notes)


def _row(name: str, voted: Voted) -> Sequence[object]:
    half, most = (f"{voted.round.percentile(share):.0f}" for share in (0.5, 0.99))
    return name, voted.edits, half, most, voted.refused, f"{voted.after:.0f} s"


def _figures(voted: Voted) -> dict[str, object]:
    half, most = (round(voted.round.percentile(share), 1) for share in (0.5, 0.99))
    return {"edits": voted.edits, "p50_ms": half, "p99_ms": most, "refused": voted.refused, "last_edit_after_s": round(voted.after, 1)}


async def on_bare(voters: int, seconds: float) -> Voted:
    """Everybody votes with a bare Bolt app, which edits the card and then acknowledges."""
    async with stand_in() as (slack, api), served("edits", api) as bot:
        bodies = [press(account(n), "a vote", f"vote {n}", api) for n in range(voters)]
        round_ = await send(bot.port, bodies, "", per_second=voters / seconds)
        assert not round_.wrong
        return Voted(round_, len(slack.edits))


async def on(database: str, voters: int, seconds: float) -> Voted:
    """Everybody votes with the whole bot."""
    async with stand_in() as (slack, api), served("poll", database, api, str(voters)) as bot, ledger(database) as rows:
        slack.edits.clear()
        round_, _seconds, refused, again = await everybody_votes(bot, slack, api, voters, voters / seconds)
        ended = time.monotonic()
        await all_counted_and_told(slack, rows, voters)
        return Voted(round_, len(slack.edits), refused + again, max(0.0, slack.edits[-1][0] - ended))

"""How many signed interactions a second the whole bot takes, beside a bare Bolt app that only acknowledges.

An interaction counts when it was answered with its receipt, and the receipt leaves after the commit; the rows are looked at afterwards.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from bench.ledger import Ledger, ledger
from bench.load import CONNECTIONS, Round, send
from bench.report import Report
from bench.serving import Served, served
from bench.slack_requests import account, command, press
from bench.stand_in import StandIn, stand_in
from bot.chat.action import to_wire
from handlers.challenges.payloads import Done, NotDone
from tests.kit.databases import databases

AIMS = {"sqlite": 0.3, "postgresql": 0.2}
LONGEST_P99 = 200.0  # milliseconds
ROUNDS = 5
BARE, ENTRIES, PEOPLE, WARM = 1500, 1000, 250, 256
BUSY = "I am busy just now and did nothing yet. Please try again in a moment."
RECEIPT = "Saved in your journal"


@dataclass(slots=True)
class Measured:
    """All rounds on one database."""

    bare: list[Round] = field(default_factory=list)
    journal: list[Round] = field(default_factory=list)
    done: list[Round] = field(default_factory=list)
    delivered: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def ratio(self) -> float:
        """The median over rounds of journal to bare."""
        return median(bot.per_second / bare.per_second for bot, bare in zip(self.journal, self.bare, strict=True))

    @property
    def p99(self) -> float:
        """The median over rounds of the 99th percentile."""
        return median(each.percentile(0.99) for each in self.journal)


def measure() -> Report:
    """Measure both databases."""
    with databases() as made, tempfile.TemporaryDirectory(prefix="convene-bench-") as folder:
        addresses = {"sqlite": made.sqlite(Path(folder)), "postgresql": made.postgres()}
        found = {kind: asyncio.run(_on(address)) for kind, address in addresses.items()}
    rows: list[Sequence[object]] = []
    for kind, measured in found.items():
        bare = median(each.per_second for each in measured.bare)
        rows += [
            _row(f"{kind}: bare bolt", measured.bare, bare),
            _row(f"{kind}: /journal", measured.journal, bare),
            _row(f"{kind}: press, one post", measured.done, bare),
        ]
    ok = all(measured.ratio >= AIMS[kind] and measured.p99 < LONGEST_P99 for kind, measured in found.items())
    figures = {kind: _figures(measured) for kind, measured in found.items()}
    notes = [
        f"{CONNECTIONS} connections; {ROUNDS} alternating rounds; medians. Every receipt was found committed, every repetition was silent.",
        "Presses are measured while their replies and posts go out, to a stand-in for Slack in a third process.",
    ]
    header = ("", "per second", "of bare", "p50 ms", "p99 ms")
    return Report("interactions", found["sqlite"].ratio, AIMS["sqlite"], ok, header, rows, figures, notes)


def _row(name: str, rounds: Sequence[Round], bare: float) -> Sequence[object]:
    rate = median(each.per_second for each in rounds)
    half, most = (median(each.percentile(share) for each in rounds) for share in (0.5, 0.99))
    return name, f"{rate:.0f}", f"{rate / bare:.2f}", f"{half:.0f}", f"{most:.0f}"


def _figures(measured: Measured) -> dict[str, object]:
    bare = median(each.per_second for each in measured.bare)
    done = median(each.per_second for each in measured.done)
    return {
        "bare_per_second": round(bare),
        "journal_per_second": round(median(each.per_second for each in measured.journal)),
        "journal_ratio": round(measured.ratio, 3),
        "journal_p99_ms": round(measured.p99, 1),
        "done_per_second": round(done),
        "done_ratio": round(done / bare, 3),
        "done_p99_ms": round(median(each.percentile(0.99) for each in measured.done), 1),
        "done_refused": measured.refused,
        "posts_delivered_per_second": round(median(measured.delivered)),
    }


async def _on(database: str) -> Measured:
    measured = Measured()
    async with (
        stand_in() as (slack, api),
        served("bare") as bare,
        served("bot", database, api, str(PEOPLE)) as bot,
        ledger(database) as rows,
    ):
        written = _entries("warm", WARM)
        await send(bare.port, _commands(written), "")
        await _journal(bot, written)
        for number in range(ROUNDS):
            measured.bare.append(await _all_right(bare, _commands(_entries(f"bare {number}", BARE)), ""))
            texts = _entries(f"round {number}", ENTRIES)
            measured.journal.append(await _journal(bot, texts))
            written += texts
            measured.done += await _done_and_undone(bot, slack, rows, measured, api, number)
        await _journal(bot, written[:WARM], is_repeated=True)
        assert sorted(await rows.texts()) == sorted(written), "what was acknowledged is not what stands in the journal"
    return measured


async def _journal(bot: Served, texts: Sequence[str], *, is_repeated: bool = False) -> Round:
    return await _all_right(bot, _commands(texts), "" if is_repeated else RECEIPT)


async def _done_and_undone(bot: Served, slack: StandIn, rows: Ledger, measured: Measured, api: str, number: int) -> list[Round]:
    """Everybody presses *Done* and then takes it back: each press changes a row and rewrites one card."""
    challenge = int(bot.told["challenge"])
    rounds = []
    for payload, receipt in ((Done(challenge, 1), "Day 1 is done."), (NotDone(challenge, 1), "Day 1 is open again.")):
        slack.said.clear()
        before, cards = await rows.days_done(), await rows.cards_written()
        wire, began = to_wire(payload), time.perf_counter()
        bodies = [press(account(n), wire, f"{payload.wire_name} {number} {n}", api) for n in range(PEOPLE, 2 * PEOPLE)]
        round_ = await _all_right(bot, bodies, "")
        await _everybody_answered(slack, receipt)
        refused = slack.said[BUSY]
        assert abs(await rows.days_done() - before) == PEOPLE - refused, "what a receipt says is not what is done"
        assert await rows.cards_written() == cards + PEOPLE - refused, "not every press rewrote its card once"
        await rows.delivered()
        measured.delivered.append((PEOPLE - refused) / (time.perf_counter() - began))
        rounds.append(replace(round_, wrong=list(range(refused))))
        measured.refused += refused
        if refused:  # whoever was told to try again does so, unmeasured
            await _all_right(bot, [press(account(n), wire, f"again {number} {wire} {n}", api) for n in range(PEOPLE, 2 * PEOPLE)], "")
            await rows.delivered()
    return rounds


async def _everybody_answered(slack: StandIn, receipt: str) -> None:
    """A press is acknowledged without words; its receipt, or a refusal, follows as a message."""
    async with asyncio.timeout(30):
        while slack.said[receipt] + slack.said[BUSY] < PEOPLE:  # noqa: ASYNC110 - the stand-in only counts
            await asyncio.sleep(0.02)


async def _all_right(server: Served, bodies: Sequence[str], expected: str) -> Round:
    round_ = await send(server.port, bodies, expected)
    assert not round_.wrong, f"{len(round_.wrong)} of {len(bodies)} were not answered as expected"
    return round_


def _entries(label: str, count: int) -> list[str]:
    return [f"{label}: entry {n} of what I learnt today" for n in range(count)]


def _commands(texts: Sequence[str]) -> list[str]:
    return [command(account(n % PEOPLE), "journal", text, f"trigger {text}") for n, text in enumerate(texts)]

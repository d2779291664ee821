"""How many messages a second people on Teams get answered by the whole bot, beside the SDK's stock echo bot.

A message counts when its reply stands with the connector; the rows are looked at afterwards.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from bench.interactions import RECEIPT
from bench.ledger import ledger
from bench.load import CONNECTIONS, Round, send
from bench.report import Report
from bench.serving import Served, served
from bench.stand_in import TeamsStandIn, teams_stand_in
from bench.teams_requests import account, message
from tests.kit.databases import databases

AIM = 5.0
ROUNDS, ECHOES, ENTRIES, PEOPLE = 5, 300, 1000, 250
COMING = 50.0  # new people a second
LATEST = 30.0  # seconds after a round in which a reply may still come


@dataclass(slots=True)
class Measured:
    """All rounds on one database."""

    stock: list[Round] = field(default_factory=list)
    bot: list[Round] = field(default_factory=list)
    alone: list[Round] = field(default_factory=list)  # of the bot, where each message has a token of its own

    @property
    def ratio(self) -> float:
        """How many times as fast the whole bot is."""
        return self.times(self.bot)

    def times(self, rounds: Sequence[Round]) -> float:
        """The median over rounds of these to the stock bot's."""
        return median(bot.per_second / stock.per_second for bot, stock in zip(rounds, self.stock, strict=True))


def measure(entries: int = ENTRIES, echoes: int = ECHOES, rounds: int = ROUNDS) -> Report:
    """Measure both databases."""
    with databases() as made, tempfile.TemporaryDirectory(prefix="convene-bench-") as folder:
        addresses = {"sqlite": made.sqlite(Path(folder)), "postgresql": made.postgres()}
        found = {kind: asyncio.run(on(address, entries, echoes, rounds)) for kind, address in addresses.items()}
    rows: list[Sequence[object]] = []
    for kind, measured in found.items():
        for name, each in (
            ("stock echo", measured.stock),
            ("an entry, stored and answered", measured.bot),
            ("a token for each", measured.alone),
        ):
            rows.append(_row(f"{kind}: {name}", each, f"{measured.times(each):.2f}"))
    ok = all(measured.ratio >= AIM for measured in found.values())
    figures = {kind: _figures(measured) for kind, measured in found.items()}
    notes = [
        f"{CONNECTIONS} connections; {rounds} alternating rounds; medians. The same connector; a round's messages share a token.",
        "Every reply stood with the connector, and every entry in the database. The stock bot was spared its logins.",
    ]
    header = ("", "per second", "of stock", "p50 ms", "p99 ms")
    return Report("teams", min(each.ratio for each in found.values()), AIM, ok, header, rows, figures, notes)


def _row(name: str, rounds: Sequence[Round], ratio: str) -> Sequence[object]:
    rate = median(each.per_second for each in rounds)
    half, most = (median(each.percentile(share) for each in rounds) for share in (0.5, 0.99))
    return name, f"{rate:.0f}", ratio, f"{half:.0f}", f"{most:.0f}"


def _figures(measured: Measured) -> dict[str, object]:
    figures: dict[str, object] = {"ratio": round(measured.ratio, 2), "ratio_with_a_token_each": round(measured.times(measured.alone), 2)}
    for name, rounds in (("stock", measured.stock), ("bot", measured.bot), ("alone", measured.alone)):
        figures[f"{name}_per_second"] = round(median(each.per_second for each in rounds))
        for label, share in (("p50", 0.5), ("p99", 0.99)):
            figures[f"{name}_{label}_ms"] = round(median(each.percentile(share) for each in rounds), 1)
    return figures


async def on(database: str, entries: int, echoes: int, rounds: int, people: int = PEOPLE) -> Measured:
    """Let both bots answer by turns."""
    measured = Measured()
    async with (
        teams_stand_in() as (teams, api),
        served("echo", api) as stock,
        served("teams", database, api) as bot,
        ledger(database) as rows,
    ):
        written = _entries("warm", people)
        await _answered(bot, teams, written, RECEIPT, per_second=COMING)  # everybody's first message lets them in
        await _answered(stock, teams, written[:CONNECTIONS], "Echo: ")
        for number in range(rounds):
            measured.stock.append(await _answered(stock, teams, _entries(f"echo {number}", echoes), "Echo: "))
            for rounds_, shares in ((measured.bot, True), (measured.alone, False)):
                texts = _entries(f"round {number} {shares}", entries)
                rounds_.append(await _answered(bot, teams, texts, RECEIPT, shares=shares))
                written += texts
        assert sorted(await rows.texts()) == sorted(written), "what was answered is not what stands in the journal"
    return measured


async def _answered(
    server: Served, teams: TeamsStandIn, texts: Sequence[str], expected: str, *, per_second: float | None = None, shares: bool = True
) -> Round:
    """Send a round of messages, which share a token or have one each; it ends when each has its reply."""
    teams.posted.clear()
    address = teams.tokens.service_url
    bodies = [message(account(n % PEOPLE), f"/journal {text}", f"message {text}", address) for n, text in enumerate(texts)]
    tokens = [teams.tokens.mint()] * len(bodies) if shares else [teams.tokens.mint(jti=body) for body in texts]
    round_ = await send(server.port, bodies, "", per_second=per_second, tokens=tokens)
    assert not round_.wrong, f"{len(round_.wrong)} of {len(bodies)} were refused"
    ended = time.perf_counter()
    while (replies := sum(expected.encode() in reply for reply in teams.posted)) < len(texts):
        assert time.perf_counter() - ended < LATEST, f"{replies} of {len(texts)} have their reply"
        await asyncio.sleep(0.05)
    return replace(round_, seconds=round_.seconds + time.perf_counter() - ended)


def _entries(label: str, count: int) -> list[str]:
    return [f"{label}: entry {n} of what I learnt today" for n in range(count)]

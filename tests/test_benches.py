"""What the benches measure can be measured: a server that no longer starts would be noticed only by whoever wants a figure."""

from __future__ import annotations

import pytest

from bench import claim, memory, outbox, teams, votes
from bench.interactions import RECEIPT
from bench.load import send
from bench.serving import served
from bench.slack_requests import account, command
from bench.stand_in import stand_in


@pytest.mark.thorough
async def test_a_served_bot_answers_the_load(database_url: str) -> None:
    async with stand_in() as (_slack, api), served("bot", database_url, api, "3") as bot:
        sent = [command(account(number), "journal", f"What I learnt {number}", f"trigger {number}") for number in range(3)]
        answered = await send(bot.port, sent, RECEIPT)
    assert answered.wrong == []
    assert len(answered.times) == 3


@pytest.mark.thorough
async def test_a_bare_server_answers_the_load() -> None:
    async with served("bare") as bare:
        answered = await send(bare.port, [command(account(0), "journal", "What I learnt", "trigger")], "")
    assert answered.wrong == []


@pytest.mark.thorough
def test_the_outbox_is_measured_and_its_ledger_checked() -> None:
    report = outbox.measure(600, 60, 1)
    assert report.ratio > 0
    assert set(report.figures) == {"postgresql", "sqlite"}


@pytest.mark.thorough
def test_claims_are_measured() -> None:
    assert claim.measure(600, 60, 20).ratio < 2 * claim.MOST


@pytest.mark.thorough
async def test_votes_at_their_pace_are_counted_and_told(database_url: str) -> None:
    voted = await votes.on(database_url, 8, 0.2)
    assert 0 < voted.edits < 8
    assert len(voted.round.times) == 8


@pytest.mark.thorough
async def test_a_bare_server_edits_a_card_with_each_vote() -> None:
    assert (await votes.on_bare(8, 0.2)).edits == 8


@pytest.mark.thorough
async def test_both_bots_on_teams_answer_the_load(database_url: str) -> None:
    measured = await teams.on(database_url, 5, 3, 1, people=4)
    assert measured.ratio > 0


@pytest.mark.thorough
def test_the_memory_of_a_process_that_delivers_is_looked_at() -> None:
    report = memory.measure(400, 200)
    assert report.figures["interactions"] == 20
    assert report.ratio > 1

"""The scrub: asked for in a transaction, carried out after its commit, whoever died or looked on meanwhile."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.data.engine import units_for
from bot.data.scrub import scrubbed_tables
from bot.data.units import Units
from bot.data.vault import Vault
from scheduler.scrub import scrub, wanted
from tests.kit.booth import PIZZA, Booth


async def closed_poll(units: Units) -> None:
    booth = Booth(units)
    await booth.gather(5)
    terms = await booth.opens()
    for who in booth.people:
        await booth.votes(terms, who, PIZZA)
    await booth.closes(terms)


def as_it_lies(folder: Path) -> Path:
    """A copy of the database's files at this moment, the log included."""
    left = folder / "left"
    left.mkdir()
    for each in folder.glob("convene.db*"):
        shutil.copy(each, left)
    return left


def test_what_is_scrubbed_are_the_tables_of_what_is_secret_while_it_is_open() -> None:
    of_opinions = ["opinion_contributions", "opinion_participants", "opinion_secrets", "opinion_sheets"]
    assert [each.name for each in scrubbed_tables()] == [*of_opinions, "poll_secrets", "secret_ballots", "secret_voters"]


async def test_nothing_is_done_where_nobody_asked(units: Units) -> None:
    await Booth(units).gather(1)
    assert not await units.read(wanted)
    assert await scrub(units)


async def test_a_process_that_was_killed_between_commit_and_scrub_leaves_it_to_the_next(
    units: Units, database_url: str, database_kind: str, vault: Vault, tmp_path: Path
) -> None:
    if database_kind != "sqlite":
        pytest.skip("a server's files cannot be copied as they lie")
    await closed_poll(units)
    left = as_it_lies(tmp_path)
    again = units_for(f"sqlite:///{left / 'convene.db'}", vault)
    assert len(await again.read(wanted)) == 1
    assert await scrub(again)
    assert not await again.read(wanted)
    assert (left / "convene.db-wal").stat().st_size < 20_000  # the log was cut off; the request's own end stands in it
    await again.close()


@pytest.mark.thorough
async def test_while_somebody_reads_an_older_state_the_request_stays(units: Units, database_url: str, database_kind: str) -> None:
    if database_kind != "sqlite":
        pytest.skip("only the log of one file can be held up by a reader")
    await closed_poll(units)
    with closing(sqlite3.connect(str(make_url(database_url).database), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM ballots").fetchone()
        assert not await scrub(units)
        assert len(await units.read(wanted)) == 1
        reader.execute("COMMIT")
    assert await scrub(units)
    assert not await units.read(wanted)


@pytest.mark.both_databases
async def test_a_scrub_that_fails_is_tried_again(units: Units, monkeypatch: pytest.MonkeyPatch) -> None:
    await closed_poll(units)

    async def fails() -> bool:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(units, "scrub", fails)
        assert not await scrub(units)
    assert len(await units.read(wanted)) == 1
    assert await scrub(units)


@pytest.mark.both_databases
async def test_an_old_snapshot_keeps_no_deleted_row(units: Units, database_url: str, database_kind: str) -> None:
    """On PostgreSQL a VACUUM would spare what an older transaction could still see."""
    if database_kind == "sqlite":
        pytest.skip("there the log says no, see above")
    engine = create_async_engine(database_url, isolation_level="REPEATABLE READ")
    async with engine.connect() as reader:
        await reader.execute(text("SELECT count(*) FROM communities"))
        await closed_poll(units)
        assert await scrub(units)
        async with engine.connect() as other:
            size = await other.execute(text("SELECT pg_relation_size('secret_ballots') + pg_relation_size('poll_secrets')"))
            assert size.scalar_one() == 0
    await engine.dispose()

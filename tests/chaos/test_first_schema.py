"""A database of the first released schema, with a community in the middle of a challenge, is migrated and simply goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect

from bot.app import machine
from bot.chat.action import to_wire
from bot.chat.reply import Silence
from bot.core.clock import WoundClock
from bot.core.ports import Commanded, Pressed
from bot.core.registry import Registry
from bot.core.rows import KeptTextRow
from bot.data import schema
from bot.data.engine import units_for
from handlers import features
from handlers.challenges.payloads import Done
from handlers.challenges.rows import DoneRow
from scheduler.winding import Winder
from tests.bot.core.world import World, words
from tests.chaos import first_schema as old
from tests.chaos.record import ASKED, BLIND, InMemory, Platform
from tests.kit.databases import Databases
from tests.kit.moving_in import VAULT

pytestmark = [pytest.mark.thorough, pytest.mark.both_databases]


@pytest.fixture
def empty_url(database_kind: str, all_databases: Databases, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/empty.db" if database_kind == "sqlite" else all_databases.empty_postgres()


def _as_first_released(connection: Connection) -> None:
    command.upgrade(schema._config(connection), "0001")
    connection.commit()
    assert set(old.rows()) == set(inspect(connection).get_table_names()) - {"alembic_version"}, "rows for every table"
    old.put(connection)


def _compare(connection: Connection) -> None:
    assert old.found(connection) == old.expected(connection)


async def test_a_community_of_the_first_schema_goes_on(empty_url: str) -> None:
    await schema._with_connection(empty_url, _as_first_released)
    await schema.migrate(empty_url)
    await schema._with_connection(empty_url, _compare)

    units, record, clock = units_for(empty_url, VAULT), InMemory(), WoundClock(old.AT)
    parts = machine(units, clock, Registry(features()))
    parts.attach({name: Platform(name, record) for name in (ASKED, BLIND)})
    people = World(parts, clock)
    winder = Winder(units, clock, parts.ticker, parts.worker, parts.delivery, parts.dispatcher.settle)

    # what waited leaves, what was seen stays seen, and people find what they wrote
    await winder.settle()
    assert [(line["to"], line["text"]) for line in record.lines if line["did"] == "posted"] == [("C1", old.WAITING_WORDS)]
    repeated = await people.does("bob", Commanded("journal", "Once more."), key="event:old")
    assert isinstance(repeated.reply, Silence)
    assert old.WORDS in words(await people.does("bob", Commanded("journal", "list")))
    (kept,) = await people.stored(KeptTextRow)
    assert VAULT.open_text("kept_texts.text", kept.id, kept.text) == old.KEPT_WORDS

    # a button of that time still counts, and the next day comes to everybody at their own hour
    assert "day 2" in words(await people.does("bob", Pressed(to_wire(Done(old.CHALLENGE, 2))))).casefold()
    assert sorted((row.participant_id, row.number) for row in await people.stored(DoneRow)) == [(old.BOBS_PART, 1), (old.BOBS_PART, 2)]
    await winder.advance(datetime(2026, 3, 25, 12, 0, tzinfo=UTC))
    came = [(line["on"], line["to"]) for line in record.lines if line["did"] == "posted" and line["text"].startswith("Day 3: Old day 3")]
    assert came[0] == ("teams", "layla"), "nine o'clock comes first in Tokyo"
    assert sorted(came) == [("slack", "C1"), ("slack", "ann"), ("slack", "bob"), ("teams", "craft"), ("teams", "layla")]

    # and it comes to its end
    await winder.advance(datetime(2026, 4, 2, tzinfo=UTC))
    told = "\n".join(line["text"] for line in record.lines if line["did"] == "posted" and line["to"] in ("C1", "craft"))
    assert told.count("An old challenge is over. Thank you for learning side by side.") == 2
    await units.close()

"""Migrations: the newest revision is what the code declares, and what was written before is still there afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, text

from bot.data import schema
from bot.data.base import Base
from handlers import features
from tests.bot.data.filling import counts, fill
from tests.kit.databases import Databases

features()  # every feature's tables
REVISIONS = [script.revision for script in reversed(list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()))]


@pytest.fixture
def empty_url(database_kind: str, all_databases: Databases, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/empty.db" if database_kind == "sqlite" else all_databases.empty_postgres()


@pytest.mark.both_databases
async def test_the_newest_revision_is_what_the_code_declares(database_url: str) -> None:
    assert await schema.current(database_url) == schema.head()
    assert await schema.differences(database_url, Base.metadata) == []


@pytest.mark.both_databases
async def test_a_table_that_was_forgotten_is_noticed(database_url: str) -> None:
    from sqlalchemy import Column, Integer, Table

    grown = MetaData(naming_convention=Base.metadata.naming_convention)
    for each in Base.metadata.sorted_tables:
        each.to_metadata(grown)
    Table("forgotten", grown, Column("id", Integer, primary_key=True))
    assert [kind for kind, *_ in await schema.differences(database_url, grown)] == ["add_table"]


@pytest.mark.both_databases
async def test_an_empty_database_is_told_from_a_migrated_one(empty_url: str) -> None:
    assert await schema.current(empty_url) is None
    await schema.migrate(empty_url)
    assert await schema.current(empty_url) == schema.head()
    await schema.migrate(empty_url)
    assert await schema.current(empty_url) == schema.head()


def _filled(connection: Connection) -> dict[str, int]:
    """Two communities in every table that the database has by now."""
    reflected = MetaData()
    reflected.reflect(connection)
    for community in (1, 2):
        fill(connection, reflected, community)
    connection.commit()
    return counts(connection, reflected)


def _upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(schema._config(connection), revision)
    connection.commit()


@pytest.mark.both_databases
@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_database_with_data_keeps_it(empty_url: str, revision: str) -> None:
    await schema._with_connection(empty_url, lambda connection: _upgrade(connection, revision))
    before = await schema._with_connection(empty_url, _filled)
    await schema.migrate(empty_url)

    def look(connection: Connection) -> dict[str, int]:
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        reflected = MetaData()
        reflected.reflect(connection)
        return counts(connection, reflected)

    after = await schema._with_connection(empty_url, look)
    assert {name: after[name] for name in before} == before
    assert all(number == 2 for number in before.values())
    assert await schema.differences(empty_url, Base.metadata) == []


async def test_a_database_with_orphans_is_not_called_migrated(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/broken.db"
    await schema.migrate(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO workspaces (id, community_id, platform, external_id, name) VALUES (1, 99, 's', 'T', 'x')"))
    engine.dispose()
    with pytest.raises(RuntimeError, match="1 rows without their parents"):
        await schema.migrate(url)


def test_revisions_are_numbered_in_order() -> None:
    assert [f"{number:04d}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS

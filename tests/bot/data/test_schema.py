"""Migrations: the newest revision is what the code declares, and what was written before is still there afterwards."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, text

from bot.data import schema
from bot.data.base import Base
from handlers import features
from tests.bot.data.filling import counts, fill
from tests.kit.databases import Databases

features()  # every feature's tables
REVISIONS = [script.revision for script in reversed(list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()))]

PARTED = {"rhythms": "cadences"}  # a table that comes filled, because what stood in another moves there
JOINED = {"allowances": ("edit_allowances", "post_allowances")}  # one that takes the place of others, with all that stood there


@pytest.fixture
def empty_url(database_kind: str, all_databases: Databases, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/empty.db" if database_kind == "sqlite" else all_databases.empty_postgres()


@pytest.mark.both_databases
async def test_the_newest_revision_is_what_the_code_declares(database_url: str) -> None:
    assert await schema.current(database_url) == schema.head()
    assert await schema.differences(database_url, Base.metadata) == [], "run `python -m bot migrate --new <name>`"


@pytest.mark.both_databases
async def test_a_table_that_was_forgotten_is_noticed(database_url: str) -> None:
    from sqlalchemy import Column, Integer, Table

    grown = MetaData(naming_convention=Base.metadata.naming_convention)
    for each in Base.metadata.sorted_tables:
        each.to_metadata(grown)
    Table("forgotten", grown, Column("id", Integer, primary_key=True))
    assert [kind for kind, *_ in await schema.differences(database_url, grown)] == ["add_table"]


def test_to_sqlite_an_id_is_the_number_of_its_row(tmp_path: Path, all_databases: Databases) -> None:
    """A key of any other name than INTEGER has a tree of its own beside the table's, that every look-up goes down first."""
    connection = create_engine(all_databases.sqlite(tmp_path)).connect()
    with_ids = [table.name for table in Base.metadata.sorted_tables if table.primary_key.columns.keys() == ["id"]]
    without = {name for (name,) in connection.execute(text("SELECT name FROM pragma_table_list WHERE wr"))}
    own_trees = [
        name
        for name in with_ids
        if any(row.origin == "pk" for row in connection.exec_driver_sql(f"PRAGMA index_list('{name}')")) and name not in without
    ]
    connection.close()
    assert len(with_ids) > 80
    assert own_trees == []


async def test_what_tables_held_before_they_were_rebuilt_stays_in_no_free_page(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/moved.db"
    engine = create_engine(url)
    with engine.connect() as connection:
        _upgrade(connection, "0015")
        _moved_in(connection, 1)
    await schema.migrate(url)
    with engine.connect() as connection:
        free = connection.execute(text("PRAGMA freelist_count")).scalar_one()
    engine.dispose()
    assert free == 0


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_a_file_that_cannot_be_written_anew_is_migrated_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It takes as much room again, which a full disk does not have; nothing stays behind, because what is freed is overwritten."""
    url = f"sqlite:///{tmp_path / 'full.db'}"

    def refuse(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK)

    event.listen(Engine, "connect", refuse)  # writing anew attaches a second file
    try:
        await schema.migrate(url)
    finally:
        event.remove(Engine, "connect", refuse)
    assert await schema.current(url) == schema.head()
    assert "not written anew" in capsys.readouterr().out


async def test_an_empty_database_is_told_from_a_migrated_one(empty_url: str) -> None:
    assert await schema.current(empty_url) is None
    await schema.migrate(empty_url)
    assert await schema.current(empty_url) == schema.head()
    await schema.migrate(empty_url)
    assert await schema.current(empty_url) == schema.head()


def _moved_in(connection: Connection, *communities: int) -> tuple[dict[str, int], dict[str, int]]:
    """These communities in every table that the database has by now; how many rows each table had before, and has then."""
    if connection.dialect.name == "sqlite":
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    reflected = MetaData()
    reflected.reflect(connection)
    before = counts(connection, reflected)
    for community in communities:
        fill(connection, reflected, community)
    connection.commit()
    return before, counts(connection, reflected)


def _upgrade(connection: Connection, revision: str) -> None:
    command.upgrade(schema._config(connection), revision)
    connection.commit()


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_what_was_written_at_any_revision_is_kept_by_all_that_follow(empty_url: str) -> None:
    """Two more communities move in at each revision, into every table that there is by then."""
    left: dict[str, int] = {}
    for turn, revision in enumerate(REVISIONS):
        await schema._with_connection(empty_url, partial(_upgrade, revision=revision))
        both = 2 * turn + 1, 2 * turn + 2
        found, filled = await schema._with_connection(empty_url, lambda connection, both=both: _moved_in(connection, *both))  # type: ignore[misc]
        new = found.keys() - left.keys()
        left |= {name: left.get(of, 0) for name, of in PARTED.items() if name in new}
        left |= {name: sum(left.pop(of, 0) for of in JOINED[name]) for name in JOINED.keys() & new}
        assert found == {name: left.get(name, 0) for name in found}
        assert left.keys() <= found.keys()
        assert filled == {name: number + 2 for name, number in found.items()}
        left = filled
    await schema.migrate(empty_url)
    assert await schema._with_connection(empty_url, _moved_in) == (left, left)
    assert await schema.differences(empty_url, Base.metadata) == []


async def test_a_database_with_orphans_is_not_called_migrated(all_databases: Databases, tmp_path: Path) -> None:
    url = all_databases.sqlite(tmp_path)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO workspaces (id, community_id, platform, external_id, name) VALUES (1, 99, 's', 'T', 'x')"))
    engine.dispose()
    with pytest.raises(RuntimeError, match="1 rows without their parents"):
        await schema.migrate(url)


def test_revisions_are_numbered_in_order() -> None:
    assert [f"{number:04d}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS

"""Copying an installation: there and back, compared row by row; refusals leave both sides as they were; a backup is of one instant."""

from __future__ import annotations

import asyncio
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, insert, text, update

from bot.core.rows import InstallationRow, LaneRow, SeenRow
from bot.data import copying, schema
from bot.data.base import Base, table
from bot.data.copying import CannotCopy, Tally
from bot.people.rows import PersonRow
from tests.bot.data.filling import AT, counts, fill
from tests.kit.databases import Databases, Kind

OTHER: dict[Kind, Kind] = {"sqlite": "postgres", "postgres": "sqlite"}
ODD = {"b": [1, 2.5e300, None, True], "a": 'ä\u2028 \\ " 田', "z": {}}
LONGEST = 2**63 - 1


async def on(url: str, work: Any) -> Any:
    return await schema.inspected(url, work)


def move_in(connection: Connection) -> None:
    """Two communities in every table, and in some of them what is not the same on every database."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA journal_mode=WAL"))  # as every database that was served
    fill(connection, Base.metadata, 1)
    fill(connection, Base.metadata, 2)
    connection.execute(insert(table(InstallationRow)), {**_installation(LONGEST), "about": ODD, "tokens": bytes(range(256))})
    connection.execute(insert(table(InstallationRow)), {**_installation(7), "about": {}, "tokens": None})
    connection.execute(insert(table(SeenRow)), [{"key": f"k{n}", "at": AT.replace(microsecond=n)} for n in range(2500)])
    connection.execute(update(table(LaneRow)).where(table(LaneRow).c.community_id == 1).values(reference={}, has_turn=False))
    connection.execute(update(table(PersonRow)).values(name="O'Brien; 'ليلى' — 田中\n"))
    connection.commit()


def _installation(number: int) -> dict[str, Any]:
    return {"id": number, "platform": "slack", "workspace": f"T{number}", "name": "", "installed_at": AT}


def everything(connection: Connection) -> dict[str, list[str]]:
    """Every row as the program reads it."""
    return {each.name: sorted(repr(tuple(row)) for row in connection.execute(each.select())) for each in Base.metadata.sorted_tables}


def json_texts(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT CAST(about AS TEXT) FROM installations ORDER BY id")).scalars())


@pytest.fixture(scope="module", autouse=True)
def _both_databases(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Made here, because the first of a kind cannot be made while an event loop runs."""
    all_databases.sqlite(tmp_path_factory.mktemp("first"))
    all_databases.postgres()


@pytest.fixture
def other_url(database_kind: Kind, all_databases: Databases, tmp_path: Path) -> str:
    """An empty database of the other kind."""
    (tmp_path / "other").mkdir()
    return all_databases.of(OTHER[database_kind], tmp_path / "other")


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_there_and_back_every_row_is_what_it_was(
    database_url: str, other_url: str, all_databases: Databases, database_kind: Kind, tmp_path: Path
) -> None:
    (tmp_path / "back").mkdir()
    back_url = all_databases.of(database_kind, tmp_path / "back")
    await on(database_url, move_in)
    before, texts = await on(database_url, everything), await on(database_url, json_texts)
    there = await copying.copy(database_url, other_url)
    assert await on(other_url, everything) == before
    assert await on(other_url, json_texts) == texts, "JSON is the same to the letter"
    back = await copying.copy(other_url, back_url)
    assert await on(back_url, everything) == before
    assert there == back
    assert {name: tally.rows for name, tally in there.items()} == await on(back_url, lambda connection: counts(connection, Base.metadata))
    assert there["seen"].rows == 2502


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_a_database_that_is_not_empty_is_refused_and_stays_as_it_is(database_url: str, other_url: str) -> None:
    await on(database_url, move_in)
    await on(other_url, lambda connection: (fill(connection, Base.metadata, 3), connection.commit()))
    before = await on(other_url, everything)
    with pytest.raises(CannotCopy, match=r"is not empty \(it has allowances, communities, "):
        await copying.copy(database_url, other_url)
    assert await on(other_url, everything) == before


async def test_other_revisions_and_other_peoples_databases_are_refused(database_url: str, all_databases: Databases, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = all_databases.sqlite(tmp_path / "other")
    await on(other, lambda connection: (connection.execute(text("UPDATE alembic_version SET version_num = '0003'")), connection.commit()))
    with pytest.raises(CannotCopy, match=f"is at revision 0003, this program needs {schema.head()}: give an empty database"):
        await copying.copy(database_url, other)
    with pytest.raises(CannotCopy, match=r"is at revision 0003.*python -m bot migrate"):
        await copying.copy(other, database_url)
    with pytest.raises(CannotCopy, match="is not there"):
        await copying.copy(f"sqlite:///{tmp_path}/nothing.db", database_url)
    assert not (tmp_path / "nothing.db").exists()
    foreign = f"sqlite:///{tmp_path}/foreign.db"
    await on(foreign, lambda connection: (connection.execute(text("CREATE TABLE invoices (id INTEGER)")), connection.commit()))
    with pytest.raises(CannotCopy, match="has tables of something else"):
        await copying.copy(database_url, foreign)
    with pytest.raises(CannotCopy, match="is no database of Convene"):
        await copying.copy(foreign, database_url)
    with pytest.raises(CannotCopy, match="the same database"):
        await copying.copy(database_url, database_url)
    with pytest.raises(CannotCopy, match=r"u:\*\*\*@127.0.0.1.* does not answer"):
        await copying.copy("postgresql+asyncpg://u:secret@127.0.0.1:1/none", database_url)


@pytest.mark.thorough
async def test_an_empty_database_gets_its_tables(database_url: str, tmp_path: Path) -> None:
    await on(database_url, move_in)
    await copying.copy(database_url, f"sqlite:///{tmp_path}/new.db")
    assert await on(f"sqlite:///{tmp_path}/new.db", everything) == await on(database_url, everything)


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_what_is_still_written_to_is_not_copied(database_url: str, other_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await on(database_url, move_in)
    with written_to_after(database_url, "people", monkeypatch), pytest.raises(CannotCopy, match=r"seen.* changed while it was copied"):
        await copying.copy(database_url, other_url)
    assert all(number == 0 for number in (await on(other_url, lambda connection: counts(connection, Base.metadata))).values())


def modes(folder: Path) -> dict[str, int]:
    """The files there, but for the databases of the test and what SQLite puts beside them, and who may read them."""
    found = (path for path in folder.iterdir() if path.is_file() and ".db" not in path.name)
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in found}


@contextmanager
def written_to_after(url: str, name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody writes to earlier and to later tables once this one was read."""
    read = copying._copy_table

    def copy_table(reading: Connection, writing: Connection, each: Table) -> Tally:
        tally = read(reading, writing, each)
        if each.name == name:
            thread = threading.Thread(target=lambda: asyncio.run(on(url, write)))
            thread.start()
            thread.join()
        return tally

    with monkeypatch.context() as patch:
        patch.setattr(copying, "_copy_table", copy_table)
        yield


def write(connection: Connection) -> None:
    connection.execute(insert(table(SeenRow)), {"key": "meanwhile", "at": AT})
    fill(connection, Base.metadata, 5)
    connection.commit()


@pytest.mark.thorough
async def test_a_row_that_arrives_otherwise_is_noticed(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await on(database_url, move_in)
    compared = copying._tally

    def tally(connection: Connection, each: Table) -> Tally:
        if each.name == "entries":
            connection.execute(update(each).values(text=b"otherwise"))
        return compared(connection, each)

    monkeypatch.setattr(copying, "_tally", tally)
    with pytest.raises(CannotCopy, match="entries arrived otherwise than it left; nothing was copied"):
        await copying.copy(database_url, f"sqlite:///{tmp_path}/new.db")
    assert all(number == 0 for number in (await on(f"sqlite:///{tmp_path}/new.db", lambda c: counts(c, Base.metadata))).values())


@pytest.mark.thorough
async def test_tables_that_this_program_does_not_know_are_not_lost_silently(database_url: str, tmp_path: Path) -> None:
    await on(database_url, lambda connection: (connection.execute(text("CREATE TABLE more (id INTEGER)")), connection.commit()))
    with pytest.raises(CannotCopy, match=r"do not have the same tables \(more\)"):
        await copying.copy(database_url, f"sqlite:///{tmp_path}/new.db")


@pytest.mark.thorough
async def test_what_the_other_database_refuses_is_said_without_the_value(sqlite_url: str, all_databases: Databases) -> None:
    await on(sqlite_url, move_in)
    await on(
        sqlite_url,
        lambda connection: (connection.execute(text("UPDATE people SET language = 'secret" + "x" * 99 + "'")), connection.commit()),
    )
    target = all_databases.postgres()
    with pytest.raises(CannotCopy, match="people: the other database refuses a row") as refused:
        await copying.copy(sqlite_url, target)
    assert "secret" not in str(refused.value)
    assert "secret" not in str(refused.value.__cause__)
    assert (await on(target, lambda connection: counts(connection, Base.metadata)))["communities"] == 0


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_a_backup_is_of_one_instant_readable_by_its_owner_alone_and_restored_whole(
    database_url: str, other_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await on(database_url, move_in)
    before = await on(database_url, everything)
    file = tmp_path / "convene.backup"
    with written_to_after(database_url, "people", monkeypatch):
        await copying.back_up(database_url, file)
    assert await on(database_url, everything) != before, "somebody wrote meanwhile"
    assert modes(tmp_path) == {"convene.backup": 0o600}
    with pytest.raises(CannotCopy, match="is there already"):
        await copying.back_up(database_url, file)
    await copying.restore(file, other_url)
    assert await on(other_url, everything) == before
    with pytest.raises(CannotCopy, match="is not empty"):
        await copying.restore(file, other_url)


@pytest.mark.thorough
async def test_a_backup_of_an_earlier_version_is_brought_to_this_one(tmp_path: Path) -> None:
    from functools import partial

    from tests.bot.data.test_schema import REVISIONS, _upgrade

    file, target = tmp_path / "old.backup", f"sqlite:///{tmp_path}/new.db"
    await on(f"sqlite:///{file}", partial(_upgrade, revision=REVISIONS[-2]))

    def settle_in(connection: Connection) -> None:
        old = MetaData()
        old.reflect(connection)
        fill(connection, old, 1)
        connection.commit()

    await on(f"sqlite:///{file}", settle_in)
    content = file.read_bytes()
    restored = await copying.restore(file, target)
    assert restored["people"].rows == restored["entries"].rows == 1
    assert file.read_bytes() == content, "the backup is as it was"
    assert await schema.current(target) == schema.head()


@pytest.mark.thorough
async def test_a_backup_that_fails_leaves_nothing_behind(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "_tally", lambda *_: Tally())
    await on(database_url, move_in)
    with pytest.raises(CannotCopy, match="arrived otherwise"):
        await copying.back_up(database_url, tmp_path / "b")
    assert modes(tmp_path) == {}
    with pytest.raises(CannotCopy, match="cannot be written"):
        await copying.back_up(database_url, tmp_path / "nowhere" / "b")


def test_the_order_of_rows_does_not_count_but_their_number_and_every_value_do() -> None:
    one, two = [1, "a", None], [2, "b", b"\x00"]
    both = Tally().plus([one, two])
    assert both == Tally().plus([two]).plus([one])
    assert both.rows == 2
    others: list[list[Any]] = [["2", *two[1:]], [2, "b", b""], [2, "b", None], [2, "b ", b"\x00"], [2, b"\x00", "b"], [True, *two[1:]]]
    assert all(Tally().plus([one, other]) != both for other in others)
    assert Tally().plus([one, one, two]) != both

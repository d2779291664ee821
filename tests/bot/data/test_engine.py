"""The settings of the engines."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.base import table
from bot.data.engine import BUSY_MS, units_for
from bot.data.sqlite_units import SqliteUnits
from bot.data.units import PostgresUnits, Units
from bot.data.vault import Vault
from bot.people.rows import CommunityRow, PersonRow, WorkspaceRow
from tests.bot.data.filling import AT

_SECRET = "what nobody may read in a log"


def _pragma(session: Session, name: str) -> object:
    return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize(
    ("name", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", BUSY_MS), ("foreign_keys", 1), ("temp_store", 2)]
)
async def test_sqlite_is_set_up_to_lose_nothing(sqlite_units: SqliteUnits, name: str, value: object) -> None:
    assert await sqlite_units.run(lambda session: _pragma(session, name)) == value
    assert await sqlite_units.read(lambda session: _pragma(session, name)) == value


async def test_a_playground_outlasts_its_process_but_not_a_power_cut(sqlite_url: str, vault: Vault) -> None:
    units = units_for(sqlite_url, vault, outlasts_power=False)
    assert await units.run(lambda session: _pragma(session, "synchronous")) == 1
    assert await units.run(lambda session: _pragma(session, "journal_mode")) == "wal"
    await units.close()


async def test_readers_cannot_write(sqlite_units: SqliteUnits) -> None:
    def write(session: Session) -> None:
        session.connection().execute(text("INSERT INTO seen (key, at) VALUES ('k', '2026-03-20 07:00:00')"))

    with pytest.raises(OperationalError, match="readonly"):
        await sqlite_units.read(write)


async def test_readers_do_not_wait_for_the_writer(sqlite_units: SqliteUnits, sqlite_url: str, vault: Vault) -> None:
    other = units_for(sqlite_url, vault)

    def read_in_the_middle(session: Session) -> int:
        session.connection().execute(text("INSERT INTO seen (key, at) VALUES ('k', '2026-03-20 07:00:00')"))
        with other._readers.connect() as reader:  # type: ignore[attr-defined]
            return int(reader.execute(text("SELECT count(*) FROM seen")).scalar_one())

    assert await sqlite_units.run(read_in_the_middle) == 0
    await other.close()


@pytest.mark.both_databases
async def test_a_row_without_its_parent_is_refused(units: Units) -> None:
    def orphan(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        values = {"id": 1, "community_id": 99, "platform": "slack", "external_id": "T1", "name": "x"}
        session.execute(insert(table(WorkspaceRow)), values)

    with pytest.raises(IntegrityError):
        await units.run(orphan)


def _words(error: BaseException | None) -> str:
    """All that a log could tell of an exception and of those that led to it."""
    told = ""
    while error is not None:
        told += f"{error} {error!r} "
        error = error.__cause__ or error.__context__
    return told


@pytest.mark.both_databases
async def test_a_refused_statement_never_shows_its_parameters(units: Units) -> None:
    def clash(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(insert(table(CommunityRow)), {"id": 1, "name": _SECRET, "zone": "UTC", "language": "en", "created_at": AT})
        for number in (1, 2):
            values = {"id": number, "community_id": 1, "platform": "slack", "external_id": _SECRET, "name": _SECRET}
            session.execute(insert(table(WorkspaceRow)), values)

    with pytest.raises(IntegrityError) as refused:
        await units.run(clash)
    assert _SECRET not in _words(refused.value)


@pytest.mark.both_databases
async def test_a_value_that_does_not_fit_is_not_shown_either(units: Units) -> None:
    def misfit(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.connection().execute(text("SELECT id FROM communities WHERE id = :id AND no_such_column = 1"), {"id": _SECRET})

    with pytest.raises(DBAPIError) as refused:
        await units.run(misfit)
    assert _SECRET not in _words(refused.value)


@pytest.mark.both_databases
async def test_instants_come_back_aware_and_naive_ones_are_refused(units: Units) -> None:
    def live(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.add(CommunityRow(id=1, name="x", zone="UTC", language="en", created_at=AT))
        session.flush()
        session.expire_all()
        found = session.execute(select(CommunityRow.created_at)).scalar_one()
        assert found == AT
        assert found.utcoffset() is not None

    await units.run(live)

    def naive(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(select(PersonRow).where(PersonRow.joined_at > AT.replace(tzinfo=None)))

    with pytest.raises(Exception, match="needs its zone"):
        await units.run(naive)


def test_an_address_chooses_its_units(postgres_units: PostgresUnits, sqlite_units: SqliteUnits) -> None:
    assert isinstance(postgres_units, PostgresUnits)
    assert isinstance(sqlite_units, SqliteUnits)

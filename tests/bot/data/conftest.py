"""Fixtures of the data layer: a database of each kind, and the units on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.data.engine import units_for
from bot.data.sqlite_units import SqliteUnits
from bot.data.units import PostgresUnits
from bot.data.vault import Vault
from tests.kit.databases import Databases


@pytest.fixture
def sqlite_url(all_databases: Databases, tmp_path: Path) -> str:
    return all_databases.sqlite(tmp_path)


@pytest.fixture
def sqlite_path(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
async def sqlite_units(sqlite_url: str, vault: Vault) -> AsyncIterator[SqliteUnits]:
    made = units_for(sqlite_url, vault)
    assert isinstance(made, SqliteUnits)
    yield made
    await made.close()


@pytest.fixture
def postgres_url(all_databases: Databases) -> str:
    return all_databases.postgres()


@pytest.fixture
async def postgres_units(postgres_url: str, vault: Vault) -> AsyncIterator[PostgresUnits]:
    made = units_for(postgres_url, vault)
    assert isinstance(made, PostgresUnits)
    yield made
    await made.close()

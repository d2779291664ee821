"""Fixtures of what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.timeless import Shared
from tests.kit.databases import Databases


@pytest.fixture(scope="module")
def shared(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """A database in memory, for replicas that need no time."""
    made = Shared(all_databases.sqlite(tmp_path_factory.mktemp("template")))
    yield made
    made.dispose()

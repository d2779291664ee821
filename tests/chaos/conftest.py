"""Fixtures of what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.chaos.timeless import Shared
from tests.kit.databases import Databases


@pytest.fixture(scope="module")
def shared(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """A database in memory, for replicas that need no time."""
    made = Shared(all_databases.sqlite(tmp_path_factory.mktemp("template")))
    yield made
    made.dispose()


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say how much was tried; it stands at the end of the run."""
    return partial(record_property, "told")

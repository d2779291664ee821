"""Fixtures of all tests: databases, the wound clock, the playground with its people; and nothing but loopback."""

from __future__ import annotations

import gc
import os
import socket
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog

from bot.core.clock import WoundClock
from bot.data.units import Units
from bot.data.vault import Vault
from bot.logs import redact
from bot.playground import PEOPLE, Playground
from tests.kit.cast import Cast
from tests.kit.databases import Databases, Kind, databases
from tests.kit.effort import EVERYTHING
from tests.kit.engines import units_at
from tests.kit.erasing import shortened, traces
from tests.kit.moving_in import START, VAULT, Houses, houses
from tests.kit.people import Person

POSTGRES = os.environ.get("CONVENE_TEST_POSTGRES") == "1"  # what the usual run leaves out: the tests on PostgreSQL that are not marked

# The same examples every time, so that a red run is a defect of what was changed; `--hypothesis-profile=explore` looks for new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("same")

PLATFORMS = ("slack", "teams")
_connect = socket.socket.connect


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """No test reaches anything but this machine."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"a test tried to reach {address[0]}")
        _connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def plain_logs() -> None:
    """Failures are logged in one line as in production: structlog's own default draws every local variable, for seconds, texts included."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, redact, structlog.processors.KeyValueRenderer(key_order=["event"])],
    )


@pytest.fixture(scope="session")
def all_databases() -> Iterator[Databases]:
    with databases() as made:
        yield made


@pytest.fixture(scope="session")
def all_houses(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    with houses(all_databases, tmp_path_factory.mktemp("houses")) as made:
        yield made


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On which platforms and databases a test runs.

    `cast` is of both platforms, one after the other. A feature knows no platform, so that in its tests one of them stands for both,
    every second time the other one, but for those marked `both_platforms` and for the main transcripts, on the other one in the
    thorough run.
    `database_url` is SQLite; tests marked `both_databases` run on PostgreSQL too.
    """
    if "platform_of_cast" in metafunc.fixturenames:
        platforms = list(PLATFORMS)
        is_of_feature = "handlers" in metafunc.definition.path.parts
        if is_of_feature and not EVERYTHING and not any(map(metafunc.definition.get_closest_marker, ("both_databases", "both_platforms"))):
            platforms = [_stands_for_both(metafunc.definition.name)]
        if getattr(metafunc.module, "BY_SOCKET_TOO", False):
            platforms.append("slack by socket")
        metafunc.parametrize("platform_of_cast", platforms, scope="function")
    if "database_kind" in metafunc.fixturenames:
        is_marked = metafunc.definition.get_closest_marker("both_databases") is not None
        kinds = ["sqlite", "postgres"] if EVERYTHING or is_marked else ["sqlite"]
        if POSTGRES:
            kinds = [] if is_marked else ["postgres"]
        metafunc.parametrize("database_kind", kinds, scope="function")


def _stands_for_both(test: str) -> str:
    """The platform on which a feature's test runs where one is enough."""
    return PLATFORMS[zlib.crc32(test.encode()) % 2]


def _is_on_the_other_platform(item: pytest.Item) -> bool:
    """Whether this is a main transcript on the platform that does not stand for both."""
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if "platform_of_cast" not in params or item.get_closest_marker("both_platforms") is not None:
        return False
    return params["platform_of_cast"] != _stands_for_both(getattr(item, "originalname", ""))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where only PostgreSQL is asked for, what knows no database and what ran there already is left out.

    The usual run has the machine on PostgreSQL; what the features say there is part of the thorough one.
    """
    for item in items:
        if "handlers" in item.path.parts and ("postgres" in item.name or _is_on_the_other_platform(item)):
            item.add_marker("thorough")
    if POSTGRES:
        left = [item for item in items if "postgres" in item.name]
        config.hook.pytest_deselected(items=[item for item in items if item not in left])
        items[:] = left


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How much was tried, where a test tells it."""
    for report in terminalreporter.getreports("passed"):
        for told in (words for name, words in report.user_properties if name == "told"):
            terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {told}")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no search for garbage looks at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: Kind, all_databases: Databases, tmp_path: Path) -> str:
    """A database without anybody, or, for a test with a stage, with the people of the playground."""
    if "all_houses" in request.fixturenames:
        made: Houses = request.getfixturevalue("all_houses")
        return made.of(database_kind, tmp_path)
    return all_databases.of(database_kind, tmp_path)


@pytest.fixture
def vault() -> Vault:
    return VAULT


@pytest.fixture
async def units(database_url: str, vault: Vault) -> AsyncIterator[Units]:
    made = units_at(database_url, vault)
    yield made
    await made.close()


@pytest.fixture
def clock() -> WoundClock:
    return WoundClock(START)


@pytest.fixture
async def stage(
    request: pytest.FixtureRequest, units: Units, clock: WoundClock, database_kind: Kind, all_houses: Houses
) -> AsyncIterator[Playground]:
    """A playground with its eight people, one community on both platforms.

    When a feature's main transcript is over (in its thorough run), everybody but one lead is erased and must stand nowhere any more.
    """
    async with all_houses.open(units, clock, database_kind) as made:
        yield made
        is_main = "handlers" in request.path.parts and request.node.get_closest_marker("both_databases") is not None
        if is_main and database_kind == "postgres":
            assert (left := await traces(made)) == [], f"of whoever was erased there stands still:\n{shortened(left)}"


@pytest.fixture
def person(stage: Playground) -> Callable[[str], Person]:
    """Somebody of the playground by the beginning of their account: `person("U0ANN")`, `person("jurgen")`."""

    def called(account: str) -> Person:
        return Person(stage, next(p for p in PEOPLE if account in p.account))

    return called


@pytest.fixture
async def cast(stage: Playground, platform_of_cast: str, person: Callable[[str], Person]) -> Cast:
    """A lead and two members of one platform, and of the other one in the next run; where asked for, by sockets as well."""
    platform, _by, socket = platform_of_cast.partition(" by ")
    if socket:
        await stage.slack_adapter.door.connect(stage.slack.app_token)
        assert stage.slack.sockets.is_used, "everything comes by sockets from now on"
    return Cast.of(stage, platform, person)

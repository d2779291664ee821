"""Playgrounds whose people have moved in: really for the first test of a process, for the others as after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.web import reserve
from bot.core.clock import WoundClock
from bot.data.units import Units
from bot.data.vault import Vault
from bot.playground import Playground, playground
from tests.kit.databases import Databases, Kind
from tests.kit.engines import units_at

if TYPE_CHECKING:
    from adapters.playground.slack import FakeSlack
    from adapters.playground.teams import FakeTeams

START = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)  # a Friday, nine days before summer time begins in Europe
VAULT = Vault(["a key that is only good for tests, 32+"])


@dataclass(frozen=True)
class Inhabited:
    """A database and both platforms as they were left when everybody had moved in."""

    url: str
    slack: dict[str, Any]
    teams: dict[str, Any]

    def remember(self, slack: FakeSlack, teams: FakeTeams) -> bool:
        """Bring the platforms back."""
        slack.restore(self.slack)
        teams.restore(self.teams)
        return True


class Houses:
    """Databases with the people of the playground in them, and the playgrounds on these."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self._databases, self._folder = databases, folder
        self._inhabited: dict[Kind, Inhabited] = {}
        self._address = reserve("127.0.0.1", 0)  # one for all, because conversations remember where they were answered

    def of(self, kind: Kind, folder: Path) -> str:
        """The address of a database of one's own in which everybody has moved in."""
        if kind not in self._inhabited:
            self._inhabited[kind] = asyncio.run(self._move_in(self._databases.of(kind, self._folder)))
        return self._databases.copied(self._inhabited[kind].url, folder)

    def open(self, units: Units, clock: WoundClock, kind: Kind) -> AbstractAsyncContextManager[Playground]:
        """The playground on such a database."""
        return playground(units, clock, pace=timedelta(0), remember=self._inhabited[kind].remember, address=self._address.dup())

    async def _move_in(self, url: str) -> Inhabited:
        units = units_at(url, VAULT)
        async with playground(units, WoundClock(START), pace=timedelta(0), address=self._address.dup()) as made:
            await made.populate()
        left = Inhabited(url, made.slack.dump(), made.teams.dump())
        await units.close()
        return left

    def close(self) -> None:
        """Give the address back."""
        self._address.close()


@contextmanager
def houses(databases: Databases, folder: Path) -> Iterator[Houses]:
    """Houses for as long as the block lasts."""
    made = Houses(databases, folder)
    try:
        yield made
    finally:
        made.close()

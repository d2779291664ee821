"""A cast: a lead and two members of one platform, and what that platform can do to the bot; so that one test speaks for both."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.sqlite_units import SqliteUnits
from bot.playground import SLACK_PLACE, TEAMS_PLACE, Playground
from handlers.journal.rows import EntryRow
from tests.kit.people import Person

Effect = Literal["none", "before", "after"]
NAMES = {"slack": ("ANN", "BOB", "PRIYA"), "teams": ("jurgen", "layla", "anil")}


@dataclass
class Cast:
    """Three people of one platform on the stage, and the platform itself."""

    platform: str
    stage: Playground
    lead: Person
    member: Person
    other: Person

    @classmethod
    def of(cls, stage: Playground, platform: str, person: Callable[[str], Person]) -> Cast:
        """The cast of a platform."""
        lead, member, other = (person(name) for name in NAMES[platform])
        return cls(platform, stage, lead, member, other)

    @property
    def is_slack(self) -> bool:
        """Whether this is Slack."""
        return self.platform == "slack"

    @property
    def mention(self) -> str:
        """How one calls the bot in a place."""
        return "@convene" if self.is_slack else "@Convene"

    async def again(self) -> None:
        """Let the platform deliver its very last request once more."""
        if self.is_slack:
            await self.stage.slack.redeliver()
        else:
            await self.stage.teams.redeliver()
        await self.settle()

    async def settle(self) -> None:
        """Wait until nobody has anything to say."""
        await self.stage.settle()
        await self.stage.winder.settle()

    async def passes(self, **time: float) -> None:
        """Let time pass."""
        await self.stage.winder.advance(self.stage.winder.now() + timedelta(**time))

    def fails(self, what: Literal["post", "edit"], *, status: int | None, retry_after: int | None = None, effect: Effect = "none") -> None:
        """Let the platform's next call for a post or an edit go wrong; without a status the connection breaks."""
        if self.is_slack:
            method = {"post": "chat.postMessage", "edit": "chat.update"}[what]
            self.stage.slack.faults.add(method, status=0 if status is None else status, retry_after=retry_after, effect=effect)
        else:
            operation: Literal["post", "update"] = "post" if what == "post" else "update"
            self.stage.teams.faults.add(operation, status=status, retry_after=retry_after, effect=effect)

    def values(self, somebody: Person) -> dict[str, Any]:
        """What stands in the form that is open for somebody, as a dialog or as the newest card."""
        dialog = somebody.screen["dialog"]
        if dialog is not None:
            return {control["name"]: control["value"] for control in dialog["controls"]}
        cards = [m for c in somebody.screen["conversations"] for m in c["messages"] if any(x["kind"] == "input" for x in m["controls"])]
        return {control["name"]: control["value"] for control in cards[-1]["controls"] if control["name"]} if cards else {}

    def is_clean(self) -> bool:
        """Whether the platform has nothing to complain of."""
        assert self.stage.slack.broadcasts == []
        assert self.stage.slack.wordless == []
        assert self.stage.teams.card_problems == []
        assert self.stage.teams.protocol_problems == []
        return True

    def be_impatient(self) -> None:
        """Let the adapters give up waiting for a unit almost at once."""
        self.stage.slack_adapter.door.patience = 0.05
        assert self.stage.teams_adapter._turns is not None
        self.stage.teams_adapter._turns._patience = 0.05

    async def archives_place(self) -> None:
        """Let the place be archived."""
        if self.is_slack:
            await self.stage.slack.archive_channel(SLACK_PLACE)
        else:
            await self.stage.teams.archive_team("Craft circle")
        await self.settle()

    async def deletes_place(self) -> None:
        """Let the place be deleted."""
        if self.is_slack:
            await self.stage.slack.delete_channel(SLACK_PLACE)
        else:
            await self.stage.teams.delete_channel(TEAMS_PLACE)
        await self.settle()


async def rows(stage: Playground, *what: Any) -> list[Any]:
    """Whole tables, whoever they belong to."""

    def work(session: Session) -> list[Any]:
        scope.enter(session, scope.SYSTEM)
        return [tuple(row) if len(what) > 1 else row[0] for row in session.execute(select(*what))]

    return await stage.parts.units.read(work)


async def count(stage: Playground, row: Any) -> int:
    """How many rows a table has."""
    return (await rows(stage, func.count(row.id if hasattr(row, "id") else row.key)))[0]  # type: ignore[no-any-return]


async def entries(stage: Playground) -> list[str]:
    """The texts of all living journal entries, the oldest first."""

    def work(session: Session) -> list[str]:
        scope.enter(session, scope.SYSTEM)
        found = session.execute(select(EntryRow).where(EntryRow.deleted_at.is_(None)).order_by(EntryRow.id)).scalars()
        return [session.info["vault"].open_text("entries.text", row.id, row.text or b"") for row in found]

    return await stage.parts.units.read(work)


@asynccontextmanager
async def busy(stage: Playground) -> AsyncIterator[None]:
    """Hold the one writer (SQLite) or the tables in which whatever comes in is noted (PostgreSQL) while the block runs."""
    units: Any = stage.parts.units
    if not isinstance(units, SqliteUnits):
        while True:
            async with units._engine.connect() as connection:
                try:
                    await connection.execute(text("LOCK TABLE seen, inbox IN ACCESS EXCLUSIVE MODE"))
                except DBAPIError:  # a unit held one of them and waited for the other
                    continue
                yield
                return
    begun, free = threading.Event(), threading.Event()

    def work(_session: Session) -> None:
        begun.set()
        free.wait(10)

    holding = asyncio.create_task(units.run(work))
    await asyncio.to_thread(begun.wait, 10)
    try:
        yield
    finally:
        free.set()
        await holding


@asynccontextmanager
async def slowed(stage: Playground) -> AsyncIterator[None]:
    """Let no unit begin while the block runs, but for the small ones that go ahead of all others."""
    units, free = stage.parts.units, asyncio.Event()
    run = units.run

    async def waits(work: Any, *, start_within: float | None = None, ahead: bool = False) -> Any:
        if not ahead:
            await free.wait()
        return await run(work, start_within=start_within, ahead=ahead)

    units.run = waits  # type: ignore[method-assign]
    try:
        yield
    finally:
        free.set()
        units.run = run  # type: ignore[method-assign]


def confirms(lead: Person, label: str) -> Callable[[], Awaitable[object]]:
    """A finger on the button behind the question of a button that asks first."""
    found = [
        (m["at"], m["id"], c["id"])
        for o in lead.screen["conversations"]
        for m in o["messages"]
        for c in m["controls"]
        if c["label"] == label
    ]
    newest = max(at for at, *_rest in found)
    _at, message, control = [each for each in found if each[0] == newest][-1]

    async def comes_down() -> object:
        return await lead._done(await lead.driver.presses(lead.who.account, message, control, None))

    return comes_down

"""A crowd in the playground's community, and every statement that a piece of work sends to the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from bot.core import outbox
from bot.core.context import Context
from bot.data import prepared, scope
from bot.data.ids import new_id
from bot.data.sqlite_units import SqliteUnits
from bot.people import store as people
from bot.people.rows import CommunityRow, WorkspaceRow
from bot.people.values import Community, Role
from bot.playground import Playground


async def arrives(stage: Playground, size: int, zone: str = "Europe/Berlin") -> list[int]:
    """So many people of one workspace join; their ids."""

    def unit(session: Session) -> list[int]:
        scope.enter(session, scope.SYSTEM)
        community = _community(session)
        workspace = session.execute(select(WorkspaceRow).where(WorkspaceRow.platform == "slack")).scalars().first()
        assert workspace is not None
        found = []
        for _number in range(size):
            account = f"UCROWD{new_id()}"
            who = {"account": account, "audience": "slack/T", "name": f"Member {account[-6:]}", "zone": zone, "language": "en"}
            known: dict[str, Any] = {"role": Role.MEMBER, "is_described": True, "now": stage.winder.now(), **who}
            member = people.add_member(session, community, workspace.id, **known)
            way = {"platform": "slack", "workspace": workspace.external_id, "external_id": account, "kind": "person"}
            outbox.open_lane(session, lane=member.identities[0].id, community=community.id, reference={}, **way)
            found.append(member.id)
        return found

    return await stage.parts.units.run(unit)


def _community(session: Session) -> Community:
    row = session.query(CommunityRow).one()
    return Community(row.id, row.name, row.zone, row.language)


@contextmanager
def heard(statements: list[str]) -> Iterator[None]:
    """Whatever is sent to the database, through SQLAlchemy or past it."""

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    straight = prepared.Prepared._fetched

    def rows(self: Any, pooled: Any, sent: Any) -> Any:
        statements.append(self._sql)
        return straight(self, pooled, sent)

    event.listen(Engine, "before_cursor_execute", hear)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepared.Prepared, "_fetched", rows)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", hear)


async def does(stage: Playground, work: Callable[[Context], object], at: datetime | None = None) -> list[str]:
    """Let a feature of the community do something, as a job would; the statements that it sent."""
    statements: list[str] = []

    def unit(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        community = _community(session)
        scope.enter(session, community.id)
        ctx = Context(session=session, registry=stage.parts.registry, now=at or stage.winder.now(), seed=1, community=community)
        statements.clear()
        with heard(statements):
            work(ctx)
            session.flush()

    await stage.parts.units.run(unit)
    return [each for each in statements if not each.startswith(("SAVEPOINT", "RELEASE"))]


async def walks(stage: Playground, statements: list[str]) -> list[str]:
    """The statements for which SQLite would read a whole table, each with its plan; the pairs that are asked for are no table."""
    found: list[str] = []
    for statement in dict.fromkeys(statements) if isinstance(stage.parts.units, SqliteUnits) else ():
        if statement.startswith("INSERT"):
            continue
        count = statement.count("?")

        def plan(session: Session, sql: str = statement, values: tuple[int, ...] = (1,) * count) -> str:
            connection = session.connection()
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
            return "\n".join(str(row[-1]) for row in rows)

        shown = await stage.parts.units.read(plan)
        reads = [line for line in shown.splitlines() if line.startswith("SCAN") and "CONSTANT" not in line]
        if not all(line.startswith(("SCAN asked", "SCAN json_each", "SCAN row VIRTUAL TABLE")) for line in reads):
            found.append(f"{statement}\n{shown}")
    return found

"""Prebuilt statements past SQLAlchemy's execution: the same rows, the same types, the same errors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.units import Units
from bot.people.rows import CommunityRow, PlaceRow, WorkspaceRow

pytestmark = pytest.mark.both_databases

_communities, _workspaces, _places = table(CommunityRow), table(WorkspaceRow), table(PlaceRow)
_INSERT = insert(_communities)
_BY_ID = select(_communities).where(_communities.c.id == bindparam("id"))
_ALL = select(_communities.c.id).where(_communities.c.id.in_(bindparam("ids", expanding=True)))
_RENAME = update(_communities).where(_communities.c.id == bindparam("which")).values(name=bindparam("new_name"))
NOON = datetime(2026, 3, 20, 12, tzinfo=timezone(timedelta(hours=2)))


def _found(session: Session, number: int) -> None:
    scope.enter(session, scope.SYSTEM)
    scope.execute(session, _INSERT, {"id": number, "name": "Zoë's", "zone": "UTC", "language": "en", "created_at": NOON})


async def test_rows_come_back_with_their_types(units: Units) -> None:
    number = new_id()

    def live(session: Session) -> tuple[str, datetime, object]:
        _found(session, number)
        row = scope.execute(session, _BY_ID, {"id": number}).one()
        return row.name, row.created_at, scope.execute(session, _BY_ID, {"id": 1}).one_or_none()

    assert await units.run(live) == ("Zoë's", NOON.astimezone(UTC), None)


async def test_json_goes_in_and_out(units: Units) -> None:
    community, workspace, place = new_id(), new_id(), new_id()

    def live(session: Session) -> object:
        _found(session, community)
        of = {"community_id": community}
        scope.execute(session, insert(_workspaces), {"id": workspace, **of, "platform": "slack", "external_id": "T1", "name": "T1"})
        row = {"id": place, **of, "workspace_id": workspace, "external_id": "C1", "name": "C", "joined_at": NOON}
        scope.execute(session, insert(_places), {**row, "reference": {"a": [1, "é"]}, "closed_at": None})
        return scope.execute(session, select(_places.c.reference).where(_places.c.id == bindparam("id")), {"id": place}).scalar_one()

    assert await units.run(live) == {"a": [1, "é"]}


async def test_a_clash_is_told_as_sqlalchemy_tells_it_without_values(units: Units) -> None:
    number = new_id()

    def clash(session: Session) -> None:
        _found(session, number)
        _found(session, number)

    with pytest.raises(IntegrityError) as told:
        await units.run(clash)
    assert "Zoë" not in str(told.value)
    assert str(number) not in str(told.value)


async def test_lists_and_updates_work_as_well(units: Units) -> None:
    first, second = new_id(), new_id()

    def live(session: Session) -> tuple[set[int], str]:
        _found(session, first)
        _found(session, second)
        scope.execute(session, _RENAME, {"which": second, "new_name": "Anew"})
        found = scope.execute(session, _ALL, {"ids": [first, second]}).scalars()
        return set(found), scope.execute(session, _BY_ID, {"id": second}).one().name

    assert await units.run(live) == ({first, second}, "Anew")


async def test_a_value_that_is_missing_is_a_fault_of_ours(units: Units) -> None:
    def forget(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        scope.execute(session, _BY_ID, {})

    with pytest.raises(KeyError):
        await units.run(forget)

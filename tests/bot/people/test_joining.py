"""Joining: whatever points at the row that goes points at the row that stays, in every table, and nobody else sees any of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.core.rows import CadenceRow
from bot.data import scope
from bot.data.base import Base, Owned, table
from bot.data.scope import SYSTEM, ForeignCommunity
from bot.data.units import Units
from bot.people import joining
from bot.people.rows import CommunityRow, ConnectCodeRow, PersonRow
from handlers import features
from handlers.challenges.rows import DoneRow, ParticipantRow
from tests.bot.data.filling import counts, fill

features()  # every feature's tables
pytestmark = pytest.mark.both_databases

KEPT, GONE, ELSEWHERE = 1, 2, 3
AT = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)
OWNED: list[Any] = sorted((m.class_ for m in Base.registry.mappers if issubclass(m.class_, Owned)), key=lambda row: row.__name__)
T = TypeVar("T")


async def filled(units: Units) -> dict[int, dict[str, dict[str, Any]]]:
    """One row in every table for each of three communities."""

    def work(session: Session) -> dict[int, dict[str, dict[str, Any]]]:
        scope.enter(session, SYSTEM)
        return {community: fill(scope.connection(session), Base.metadata, community) for community in (KEPT, GONE, ELSEWHERE)}

    return await units.run(work)


async def within(units: Units, work: Callable[[Session], T], community: int = KEPT) -> T:
    def entered(session: Session) -> T:
        scope.enter(session, community)
        return work(session)

    return await units.run(entered)


def key(row: Any) -> tuple[Any, ...]:
    """The columns that name one row of a table, as the ORM knows them, so that the guard filters."""
    return tuple(getattr(row, column.name) for column in table(row).primary_key.columns)


def still_pointing(session: Session, of: type[Base], gone: int) -> list[str]:
    """Every column of every table in which the id of the row that went still stands."""
    connection = scope.connection(session)
    columns = [
        c for each in Base.metadata.sorted_tables for c in each.columns if any(key.column.table is table(of) for key in c.foreign_keys)
    ]
    assert columns
    return [str(c) for c in columns if connection.execute(select(c).where(c == gone)).first() is not None]


# What there is once for each, and what is the same of both in what was filled in: the later stands.
ONE_A_COMMUNITY = {"urgent_requests", "nudge_health", "charter_supporters"}
ONE_A_PERSON = {"charter_awaited_assets", "days_away", "nudge_states", "nudge_wakes", "partner_evenings", "partner_nevers"}


@pytest.mark.thorough
async def test_a_community_takes_everything_of_another_along(units: Units) -> None:
    await filled(units)
    before = await within(units, lambda session: counts(scope.connection(session), Base.metadata), SYSTEM)
    await within(units, lambda session: joining.merge_communities(session, KEPT, GONE))
    after = await within(units, lambda session: counts(scope.connection(session), Base.metadata), SYSTEM)
    assert {name for name in before if after[name] < before[name]} == {"communities", *ONE_A_COMMUNITY}
    assert all(after[name] == before[name] - 1 for name in ("communities", *ONE_A_COMMUNITY))
    assert await within(units, lambda session: still_pointing(session, CommunityRow, GONE), SYSTEM) == []


@pytest.mark.thorough
async def test_nobody_else_sees_what_came_along(units: Units) -> None:
    made = await filled(units)
    await within(units, lambda session: joining.merge_communities(session, KEPT, GONE))

    def seen(session: Session) -> dict[str, set[Any]]:
        return {row.__tablename__: {tuple(found) for found in session.execute(select(*key(row)))} for row in OWNED}

    def of(*communities: int) -> dict[str, set[Any]]:
        rows = {row.__tablename__: [made[community][row.__tablename__] for community in communities] for row in OWNED}
        return {row.__tablename__: {tuple(found[c.key] for c in key(row)) for found in rows[row.__tablename__]} for row in OWNED}

    assert await within(units, seen, ELSEWHERE) == of(ELSEWHERE)
    came, both = await within(units, seen, KEPT), of(KEPT, GONE)
    assert all(came[name] == both[name] for name in both if name not in ONE_A_COMMUNITY)
    assert all(came[name] < both[name] and came[name] for name in ONE_A_COMMUNITY)


@pytest.mark.thorough
async def test_every_column_that_names_a_person_follows_them(units: Units) -> None:
    made = await filled(units)
    kept, gone = (made[community]["people"]["id"] for community in (KEPT, GONE))
    await within(units, lambda session: joining.merge_communities(session, KEPT, GONE))
    before = await within(units, lambda session: counts(scope.connection(session), Base.metadata), SYSTEM)
    await within(units, lambda session: joining.merge_people(session, kept, gone, chat=7))
    assert await within(units, lambda session: still_pointing(session, PersonRow, gone), SYSTEM) == []
    after = await within(units, lambda session: counts(scope.connection(session), Base.metadata), SYSTEM)
    assert after["people"] == before["people"] - 1
    fewer = {name for name in before if after[name] < before[name]}
    assert fewer == {"people", *ONE_A_PERSON}, "rows about different things all stay"


@pytest.mark.thorough
async def test_of_two_rows_for_the_same_the_later_stays_with_what_hung_on_both(units: Units) -> None:
    made = await filled(units)
    mine, other, challenge = made[KEPT]["people"]["id"], 77, made[KEPT]["challenges"]["id"]
    first = made[KEPT]["participants"]

    def second(session: Session) -> None:
        connection = scope.connection(session)
        connection.execute(insert(table(PersonRow)), {**made[KEPT]["people"], "id": other, "role": "lead"})
        later = datetime(2026, 3, 21, 7, 0, tzinfo=UTC)
        part = {**first, "id": 78, "person_id": other, "challenge_id": challenge, "joined_at": later, "minute": 600}
        connection.execute(insert(table(ParticipantRow)), part)
        done = {"community_id": KEPT, "participant_id": 78, "done_at": AT, "by_entry": False}
        for number, row in ((made[KEPT]["days_done"]["number"], 79), (5, 80)):
            connection.execute(insert(table(DoneRow)), {**done, "id": row, "number": number})
        connection.execute(insert(table(DoneRow)), {**done, "id": 81, "participant_id": first["id"], "number": 6})
        planned = {**made[KEPT]["cadences"], "job": "daily"}
        for row, subject in ((82, first["id"]), (83, 78), (84, other)):
            connection.execute(insert(table(CadenceRow)), {**planned, "id": row, "subject": subject})

    await within(units, second, SYSTEM)
    await within(units, lambda session: joining.merge_people(session, mine, other, chat=7))

    def left(session: Session) -> Any:
        parts = session.execute(select(ParticipantRow.id, ParticipantRow.person_id, ParticipantRow.minute)).all()
        days = session.execute(select(DoneRow.participant_id, DoneRow.number)).all()
        jobs = session.execute(select(CadenceRow.subject).where(CadenceRow.job == "daily")).scalars()
        person = session.execute(select(PersonRow.role, PersonRow.chat_id).where(PersonRow.id == mine)).one()
        return [tuple(each) for each in parts], {tuple(each) for each in days}, sorted(jobs), tuple(person)

    parts, days, jobs, person = await within(units, left)
    assert parts == [(78, mine, 600)]
    assert days == {(78, made[KEPT]["days_done"]["number"]), (78, 5), (78, 6)}
    assert jobs == sorted((78, mine)), "a job of both comes round once"
    assert person == ("lead", 7)


async def test_people_of_two_communities_are_not_one(units: Units) -> None:
    made = await filled(units)
    kept, gone = (made[community]["people"]["id"] for community in (KEPT, GONE))
    with pytest.raises(LookupError):
        await within(units, lambda session: joining.merge_people(session, kept, gone, chat=7))
    with pytest.raises(LookupError):
        await within(units, lambda session: joining.merge_people(session, kept, kept, chat=7))
    assert await within(units, lambda session: len(session.execute(select(PersonRow.id)).all())) == 1


async def test_the_guard_stands_again_afterwards_also_after_a_failure(units: Units) -> None:
    made = await filled(units)

    def look(session: Session) -> None:
        there = joining.look_at(session, made[ELSEWHERE]["people"]["id"])
        assert there is not None
        assert there.community.id == ELSEWHERE
        assert session.info["scope"] == KEPT
        with pytest.raises(RuntimeError), joining.everywhere(session):
            raise RuntimeError
        assert session.info["scope"] == KEPT
        with pytest.raises(ForeignCommunity):
            session.execute(insert(table(PersonRow)), {**made[ELSEWHERE]["people"], "id": 99})

    await within(units, look)


async def test_a_code_is_for_whoever_typed_it_last(units: Units) -> None:
    made = await filled(units)
    code = made[KEPT]["connect_codes"]

    def typed(session: Session, by: int, again: int) -> tuple[bool, bool]:
        joining.type_code(session, code["digest"], by=by, identity=1)
        return joining.typed_code(session, code["id"], by=by) is not None, joining.typed_code(session, code["id"], by=again) is not None

    first, second = made[GONE]["people"]["id"], made[ELSEWHERE]["people"]["id"]

    def reopen(session: Session) -> None:
        row = table(ConnectCodeRow)
        scope.connection(session).execute(row.update().where(row.c.id == code["id"]).values(used_at=None))

    await within(units, reopen, SYSTEM)
    assert await within(units, lambda session: typed(session, first, second), GONE) == (True, False)
    assert await within(units, lambda session: typed(session, second, first), ELSEWHERE) == (True, False)
    assert await within(units, lambda session: joining.type_code(session, "none", by=first, identity=1), GONE) is None

"""The guard, for every table whose rows belong to a community: what is another community's can be neither seen nor changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, bindparam, delete, event, func, insert, select, text, update
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.base import Base, Owned, table
from bot.data.engine import sqlite_engine
from bot.data.scope import BIND, SYSTEM, ForeignCommunity
from bot.data.units import new_session
from bot.data.vault import Vault
from handlers import features
from tests.bot.data.filling import fill
from tests.kit.databases import Databases

features()  # every feature's tables
OWNED = sorted((mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Owned)), key=lambda row: row.__name__)
MINE, THEIRS = 1, 2

every_owned_table = pytest.mark.parametrize("row", OWNED, ids=lambda row: row.__name__)
Row = Any


@pytest.fixture(scope="module")
def filled(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with two communities that have a row in every table."""
    made = sqlite_engine(all_databases.sqlite(tmp_path_factory.mktemp("filled")).removeprefix("sqlite:///"), writes=True)
    event.listen(made, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=OFF"))  # made-up keys hang on nothing
    with made.begin() as connection:
        for community in (MINE, THEIRS):
            fill(connection, Base.metadata, community)
    yield made
    made.dispose()


@pytest.fixture
def connection(filled: Engine) -> Iterator[Connection]:
    """Whatever is written through it is gone after the test."""
    with filled.connect() as made:
        made.begin()
        yield made
        made.rollback()


@pytest.fixture
def session(connection: Connection, vault: Vault) -> Iterator[Session]:
    """A session in my community's scope."""
    with new_session(connection, vault, join_transaction_mode="create_savepoint") as made:
        scope.enter(made, MINE)
        yield made


def key(row: Row) -> str:
    """The column that names a row: its id, or the first of those that do."""
    return str(next(iter(row.__table__.primary_key.columns)).name)


def ids(session: Session, row: Row) -> set[tuple[int, int]]:
    """Everything in a table, past the guard: (community, id)."""
    found = session.connection().execute(select(row.__table__.c.community_id, row.__table__.c[key(row)]))
    return {(each[0], each[1]) for each in found}


def their_identity(session: Session, row: Row) -> dict[str, Any]:
    """What names their row, whole."""
    columns = row.__table__.primary_key.columns
    found = session.connection().execute(select(*columns).where(row.__table__.c.community_id == THEIRS)).one()
    return dict(found._mapping)


def their_id(session: Session, row: Row) -> int:
    return next(found for community, found in ids(session, row) if community == THEIRS)


def values_for(session: Session, row: Row, community: int) -> dict[str, Any]:
    """A further row for a community."""
    known = session.connection().execute(select(row.__table__).where(row.__table__.c.community_id == community)).one()
    return {**known._mapping, key(row): 999_999}


def test_tables_of_communities_are_guarded() -> None:
    """A table that names its community is Owned; the route into a community must be found before the community is known."""
    naming = {mapper.class_ for mapper in Base.registry.mappers if "community_id" in mapper.local_table.c}
    assert {row.__name__ for row in naming} - {row.__name__ for row in OWNED} == {"WorkspaceRow"}
    assert len(OWNED) >= 12


@every_owned_table
def test_others_rows_are_not_seen(session: Session, row: Row) -> None:
    assert {found.community_id for found in session.execute(select(row)).scalars()} == {MINE}
    assert session.execute(select(func.count()).select_from(row)).scalar_one() == 1
    assert session.query(row).count() == 1
    column = getattr(row, key(row))
    assert session.execute(select(column).where(column == their_id(session, row))).first() is None
    assert session.get(row, their_identity(session, row)) is None


@pytest.mark.thorough
@every_owned_table
def test_others_rows_are_not_changed_or_deleted(session: Session, row: Row) -> None:
    before = ids(session, row)
    theirs = their_id(session, row)
    column = getattr(row, key(row))
    session.execute(update(row).where(column == theirs).values({key(row): 5}))
    session.execute(delete(row).where(column == theirs))
    assert ids(session, row) == before
    session.execute(delete(row))
    assert {community for community, _ in ids(session, row)} == {THEIRS}


@every_owned_table
@pytest.mark.parametrize("how", ["object", "statement", "many"])
def test_rows_cannot_be_inserted_for_others(session: Session, row: Row, how: str) -> None:
    values = values_for(session, row, THEIRS)
    act: dict[str, Callable[[], object]] = {
        "object": lambda: session.add(row(**values)),
        "statement": lambda: session.execute(insert(row).values(**values)),
        "many": lambda: session.execute(insert(row), [values]),
    }
    with pytest.raises(ForeignCommunity):  # noqa: PT012 - an object is refused when it is flushed
        act[how]()
        session.flush()


@every_owned_table
def test_own_rows_can_be_changed_but_not_given_away(session: Session, row: Row) -> None:
    mine = session.execute(select(row)).scalar_one()
    mine.community_id = THEIRS
    with pytest.raises(ForeignCommunity):
        session.flush()
    session.rollback()
    scope.enter(session, MINE)
    with pytest.raises(ForeignCommunity):
        session.execute(update(row).values(community_id=THEIRS))


@every_owned_table
def test_others_rows_cannot_be_updated_by_their_ids(session: Session, row: Row) -> None:
    with pytest.raises(ForeignCommunity):
        session.execute(update(row), [{**their_identity(session, row), "community_id": MINE}])


@every_owned_table
def test_own_rows_can_be_inserted_by_a_statement(session: Session, row: Row) -> None:
    mine = values_for(session, row, MINE)
    for statement, given in ((insert(row).values(**mine), None), (insert(row), mine), (insert(row), [mine])):
        session.connection().execute(delete(table(row)).where(table(row).c.community_id == MINE))
        session.execute(statement, given)
        assert (MINE, mine[key(row)]) in ids(session, row)


@every_owned_table
def test_a_core_statement_must_name_its_community(session: Session, row: Row) -> None:
    rows = table(row)
    unnamed = (
        select(rows),
        select(rows.c[key(row)]),
        update(rows).values({key(row): 5}),
        delete(rows),
        select(func.count()).select_from(rows),
    )
    for statement in unnamed:
        with pytest.raises(ForeignCommunity):
            session.execute(statement)
    named = select(rows.c.community_id).where(rows.c.community_id == bindparam(BIND))
    assert session.execute(named, {BIND: MINE}).scalars().all() == [MINE]
    with pytest.raises(ForeignCommunity):
        session.execute(named, {BIND: THEIRS})
    with pytest.raises(ForeignCommunity):
        session.execute(update(rows).where(rows.c.community_id == bindparam(BIND)).values({key(row): 5}), [{BIND: MINE}, {BIND: THEIRS}])


@every_owned_table
def test_a_core_insert_is_for_ones_own_community(session: Session, row: Row) -> None:
    rows = table(row)
    theirs = values_for(session, row, THEIRS)
    for wrong in (theirs, [theirs], [{**theirs, "community_id": MINE}, theirs], {**theirs, "community_id": None}):
        with pytest.raises(ForeignCommunity):
            session.execute(insert(rows), wrong)
    with pytest.raises(ForeignCommunity):
        session.execute(insert(rows).values(**theirs))
    mine = values_for(session, row, MINE)
    session.connection().execute(delete(rows).where(rows.c.community_id == MINE))
    session.execute(insert(rows), mine)
    assert (MINE, mine[key(row)]) in ids(session, row)


@every_owned_table
def test_without_a_scope_nothing_is_done(connection: Connection, vault: Vault, row: Row) -> None:
    with new_session(connection, vault, join_transaction_mode="create_savepoint") as session:
        for statement in (select(row), select(table(row)), update(row).values({key(row): 5}), delete(table(row))):
            with pytest.raises(ForeignCommunity):
                session.execute(statement)
        session.add(row(**values_for(session, row, MINE)))
        with pytest.raises(ForeignCommunity):
            session.flush()


@every_owned_table
def test_the_system_sees_everybody(session: Session, row: Row) -> None:
    scope.enter(session, SYSTEM)
    assert {found.community_id for found in session.execute(select(row)).scalars()} == {MINE, THEIRS}
    assert session.execute(select(func.count()).select_from(table(row))).scalar_one() == 2


def test_a_joined_and_a_nested_table_are_guarded_too(session: Session) -> None:
    from bot.people.rows import IdentityRow, PersonRow

    both = select(PersonRow.id, IdentityRow.id).join(IdentityRow, IdentityRow.id != 0)
    assert len(session.execute(both).all()) == 1
    people = table(PersonRow)
    nested = select(func.count()).select_from(select(people).subquery())
    with pytest.raises(ForeignCommunity):
        session.execute(nested)
    with pytest.raises(ForeignCommunity):
        session.execute(insert(people).from_select(list(people.c.keys()), select(people)))


def test_words_of_sql_are_not_for_a_community_because_nobody_can_check_them(session: Session) -> None:
    with pytest.raises(ForeignCommunity):
        session.execute(text("SELECT * FROM people"))


def test_a_scope_can_be_left_only_by_entering_another(session: Session) -> None:
    from bot.people.rows import PersonRow

    scope.enter(session, THEIRS)
    assert {row.community_id for row in session.execute(select(PersonRow)).scalars()} == {THEIRS}
    scope.enter(session, MINE)
    assert {row.community_id for row in session.execute(select(PersonRow)).scalars()} == {MINE}

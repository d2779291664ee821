"""Joining: two rows that are one thing become one row, with everything that hangs on them. The one entry that leaves a community's scope.

Two identities of one person, or a small community and the one that it joins: whatever points at the row that goes points at the row that
stays from then on. Where that would stand twice (two votes in one poll, the same day done twice) the later of the two stays, and what hung
on the earlier one moves to it. The walk goes over the declared foreign keys, so a new table needs nothing to take part in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, PrimaryKeyConstraint, Table, UniqueConstraint, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.base import ANY_ID, Base, Instant, table
from bot.lean import dataclass
from bot.people.rows import CommunityRow, ConnectCodeRow, IdentityRow, MergedPersonRow, PersonRow, PlaceRow, WorkspaceRow
from bot.people.values import Community, Role

_people, _communities, _codes = table(PersonRow), table(CommunityRow), table(ConnectCodeRow)
_workspaces, _identities, _places = table(WorkspaceRow), table(IdentityRow), table(PlaceRow)


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code as whoever types it may know it: who made it, and whether it is still good."""

    id: int
    person: int
    expires_at: datetime
    is_used: bool
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class Somewhere:
    """A person seen from outside their community: who they are there, and how large it is."""

    person: int
    name: str
    is_lead: bool
    is_here: bool
    community: Community
    workspaces: frozenset[int]  # those in which the person has an identity
    workspace_count: int
    workspace_names: tuple[str, ...]
    member_count: int
    place_count: int


@contextmanager
def everywhere(session: Session) -> Iterator[Connection]:
    """The unit's connection outside of any community, for as long as the block lasts; what the session had read is read anew."""
    own = session.info["scope"]
    session.flush()
    scope.enter(session, scope.SYSTEM)
    try:
        yield scope.connection(session)
        session.flush()
        session.expire_all()
    finally:
        scope.enter(session, own)


def type_code(session: Session, digest: str, *, by: int, identity: int) -> TypedCode | None:
    """The code with this digest, whichever community it belongs to; whoever typed an open one last is the one who may use it."""
    with everywhere(session) as connection:
        row = connection.execute(select(_codes).where(_codes.c.digest == digest).with_for_update()).one_or_none()
        if row is None:
            return None
        connection.execute(update(_codes).where(_codes.c.id == row.id, _codes.c.used_at.is_(None)).values(used_by=by, used_as=identity))
        return _typed(row)


def typed_code(session: Session, code: int, *, by: int) -> TypedCode | None:
    """The code that this person typed; None where they typed none with this id, or somebody typed it after them."""
    with everywhere(session) as connection:
        query = select(_codes).where(_codes.c.id == code, _codes.c.used_by == by)
        row = connection.execute(query.with_for_update()).one_or_none()
        return _typed(row) if row is not None else None


def use_code(session: Session, code: int, *, purpose: str, now: datetime) -> None:
    """Use a code up for a purpose."""
    with everywhere(session) as connection:
        connection.execute(update(_codes).where(_codes.c.id == code).values(used_at=now, used_for=purpose))


def _typed(row: Any) -> TypedCode:
    return TypedCode(row.id, row.person_id, row.expires_at, row.used_at is not None, row.cancelled_at is not None)


def look_at(session: Session, person: int) -> Somewhere | None:
    """Somebody of whichever community, by their id; None where nobody is (any more)."""
    with everywhere(session) as connection:
        row = connection.execute(
            select(_people.c.name, _people.c.role, _people.c.left_at, _communities)
            .join(_communities, _communities.c.id == _people.c.community_id)
            .where(_people.c.id == person)
        ).one_or_none()
        if row is None:
            return None
        community = row._mapping[_communities.c.id]
        workspaces = connection.execute(select(_workspaces.c.name).where(_workspaces.c.community_id == community)).scalars().all()
        own = connection.execute(select(_identities.c.workspace_id).where(_identities.c.person_id == person)).scalars()
        return Somewhere(
            person=person,
            name=row._mapping[_people.c.name],
            is_lead=row.role == Role.LEAD.value,
            is_here=row.left_at is None,
            community=Community(community, row._mapping[_communities.c.name], row.zone, row.language),
            workspaces=frozenset(own),
            workspace_count=len(workspaces),
            workspace_names=tuple(workspaces),
            member_count=_count(connection, _people, community),
            place_count=_count(connection, _places, community),
        )


def _count(connection: Connection, of: Table, community: int) -> int:
    return int(connection.execute(select(func.count()).select_from(of).where(of.c.community_id == community)).scalar() or 0)


def merge_communities(session: Session, kept: int, gone: int) -> None:
    """All that was one community's is the other's: workspaces, places, people, lanes and every row of every feature."""
    with everywhere(session) as connection:
        _lock(connection, _communities, kept, gone)
        merge(connection, _communities, kept, gone)


def merge_people(session: Session, kept: int, gone: int, chat: int) -> None:
    """Two people of one community are one: what was the one's is the other's, with the role that either had; `chat` is where news go."""
    with everywhere(session) as connection:
        both = {row.id: row for row in _lock(connection, _people, kept, gone)}
        if len({row.community_id for row in both.values()}) != 1 or len(both) != 2:
            raise LookupError("two people of one community are needed")
        is_lead = any(row.role == Role.LEAD.value for row in both.values())
        merge(connection, _people, kept, gone)
        was = {"id": gone, "person_id": kept, "community_id": both[kept].community_id}
        connection.execute(insert(table(MergedPersonRow)).values(was))
        role = (Role.LEAD if is_lead else Role.MEMBER).value
        connection.execute(update(_people).where(_people.c.id == kept).values(role=role, left_at=None, chat_id=chat))


def _lock(connection: Connection, of: Table, *ids: int) -> Sequence[Any]:
    return connection.execute(select(of).where(of.c.id.in_(ids)).order_by(of.c.id).with_for_update()).all()


def merge(connection: Connection, of: Table, kept: int, gone: int) -> None:
    """Point everything at the row that stays, then let the other row go."""
    for column in referrers(of):
        _repoint(connection, column, kept, gone)
    connection.execute(delete(of).where(of.c.id == gone))


def referrers(of: Table) -> list[Column[Any]]:
    """Every column of every table that holds an id of this table, by a foreign key or as any id; parents before children."""
    return [
        column
        for each in Base.metadata.sorted_tables
        for column in each.columns
        if column.info == ANY_ID or any(key.column.table is of and key.column.name == "id" for key in column.foreign_keys)
    ]


def _repoint(connection: Connection, column: Column[Any], kept: int, gone: int) -> None:
    owner = column.table
    assert isinstance(owner, Table)
    for unique, where in _unique_sets(owner):
        if column.name in unique:
            _settle_clashes(connection, column, unique, where, kept, gone)
    connection.execute(update(owner).where(column == gone).values({column.name: kept}))


def _unique_sets(of: Table) -> list[tuple[list[str], Any]]:
    """The sets of columns that may stand once only, each with the condition of a partial index or None."""
    found: list[tuple[list[str], Any]] = []
    for constraint in of.constraints:
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint):
            found.append(([column.name for column in constraint.columns], None))
    for index in of.indexes:
        if index.unique:
            found.append(([column.name for column in index.columns], index.dialect_options["sqlite"].get("where")))
    return found


def _settle_clashes(connection: Connection, column: Column[Any], unique: list[str], where: Any, kept: int, gone: int) -> None:
    """Of two rows that would stand for the same, the later stays, with whatever hung on the earlier one."""
    owner = column.table
    assert isinstance(owner, Table)
    others = [owner.c[name] for name in unique if name != column.name]
    also = (where,) if where is not None else ()
    for row in connection.execute(select(owner).where(column == gone, *also)).all():
        same = [each == row._mapping[each] for each in others]
        if any(row._mapping[each] is None for each in others):
            continue  # nothing is the same as what is not known
        rival = connection.execute(select(owner).where(column == kept, *same, *also)).first()
        if rival is None:
            continue
        later, earlier = (row, rival) if _age(owner, row) > _age(owner, rival) else (rival, row)
        if "id" in owner.c:
            merge(connection, owner, later._mapping[owner.c.id], earlier._mapping[owner.c.id])
        else:
            key = [each == earlier._mapping[each] for each in owner.primary_key.columns]
            connection.execute(delete(owner).where(*key))


def _age(owner: Table, row: Any) -> tuple[float, int]:
    """How new a row is: when something last happened to it (`voted_at`, `changed_at`), then in which order it was made."""
    happened = [row._mapping[c] for c in owner.columns if isinstance(c.type, Instant) and c.name.endswith("ed_at")]
    newest = max((at.timestamp() for at in happened if at is not None), default=0.0)
    return newest, int(row._mapping[owner.c.id]) if "id" in owner.c else 0

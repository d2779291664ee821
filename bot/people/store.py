"""Look-ups and arrivals of communities, places and people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.among import among
from bot.data.base import table
from bot.data.ids import new_id
from bot.data.scope import BIND
from bot.people.rows import CommunityRow, IdentityRow, MergedPersonRow, PersonRow, PlaceRow, WorkspaceRow
from bot.people.values import GROUP, Community, HowOften, Identity, Member, Place, Role

_people, _identities, _workspaces = table(PersonRow), table(IdentityRow), table(WorkspaceRow)
_MEMBERS = (
    select(
        _people.c.id,
        _people.c.name,
        _people.c.zone,
        _people.c.language,
        _people.c.role,
        _people.c.minute,
        _people.c.hides_streak,
        _people.c.weekdays,
        _people.c.activity,
        _people.c.chat_id,
        _identities.c.id.label("identity_id"),
        _identities.c.account,
        _workspaces.c.platform,
        _workspaces.c.external_id,
    )
    .join(_identities, _identities.c.person_id == _people.c.id)
    .join(_workspaces, _workspaces.c.id == _identities.c.workspace_id)
    .where(_people.c.left_at.is_(None), _identities.c.closed_at.is_(None))
    .order_by(_people.c.id, _identities.c.id)
)
_ALL_MEMBERS = _MEMBERS.where(
    _people.c.community_id == bindparam(BIND),
    _identities.c.community_id == bindparam(BIND),
    _workspaces.c.community_id == bindparam(BIND),
)
_SOME_MEMBERS = _ALL_MEMBERS.where(among(_people.c.id, "people"))


def found_community(session: Session, *, name: str, zone: str, language: str, now: datetime) -> Community:
    """A new community."""
    row = CommunityRow(id=new_id(), name=name, zone=zone, language=language, created_at=now)
    session.add(row)
    session.flush()
    return Community(row.id, name, zone, language)


def add_workspace(session: Session, community: Community, *, platform: str, external_id: str, name: str) -> int:
    """A route into the community; its id."""
    row = WorkspaceRow(id=new_id(), community_id=community.id, platform=platform, external_id=external_id, name=name)
    session.add(row)
    session.flush()
    return row.id


def add_place(
    session: Session, community: Community, workspace_id: int, external_id: str, name: str, audience: str, now: datetime
) -> Place:
    """A place of the community."""
    row = PlaceRow(
        id=new_id(),
        community_id=community.id,
        workspace_id=workspace_id,
        external_id=external_id,
        name=name,
        reference={},
        joined_at=now,
    )
    session.add(row)
    session.flush()
    return Place(row.id, name, audience)


def add_member(
    session: Session,
    community: Community,
    workspace_id: int,
    *,
    account: str,
    audience: str,
    name: str,
    zone: str,
    language: str,
    role: Role,
    is_described: bool,
    now: datetime,
) -> Member:
    """A person who is here for the first time, with their identity."""
    person = PersonRow(
        id=new_id(), community_id=community.id, name=name, zone=zone, language=language, role=role.value, joined_at=now, left_at=None
    )
    session.add(person)
    session.flush()
    identity = IdentityRow(
        id=new_id(),
        community_id=community.id,
        workspace_id=workspace_id,
        person_id=person.id,
        account=account,
        name=name,
        reference={},
        described_at=now if is_described else None,
    )
    session.add(identity)
    session.flush()
    return Member(person.id, name, zone, language, role, (Identity(identity.id, account, audience),))


def members(session: Session, ids: Iterable[int] | None = None) -> dict[int, Member]:
    """Present members of the session's community by id, each with every open identity, the last used first; all where no ids are given.

    Whoever turned out to be somebody else is found by their old id too, as who they are now.
    """
    if ids is None:
        return _members(session, None)
    asked = set(ids)
    if not asked:
        return {}
    found = _members(session, asked)
    now = _merged(session, asked - found.keys())
    again = _members(session, set(now.values())) if now else {}
    return found | {gone: again[kept] for gone, kept in now.items() if kept in again}


def _merged(session: Session, missing: set[int]) -> dict[int, int]:
    """Of ids that nobody has any more: who these people are now."""
    if not missing:
        return {}
    rows = session.execute(select(MergedPersonRow.id, MergedPersonRow.person_id).where(MergedPersonRow.id.in_(missing)))
    return {row.id: row.person_id for row in rows}


def _members(session: Session, ids: Iterable[int] | None) -> dict[int, Member]:
    found: dict[int, Member] = {}
    for row in _member_rows(session, ids):
        way = Identity(row.identity_id, row.account, f"{row.platform}/{row.external_id}")
        known = found.get(row.id)
        ways = (*known.identities, way) if known else (way,)
        if row.identity_id == row.chat_id:
            ways = (way, *ways[:-1])
        found[row.id] = Member(
            row.id,
            row.name,
            row.zone,
            row.language,
            Role(row.role),
            ways,
            hour=hour_of(row.minute),
            hides_streak=row.hides_streak,
            weekdays=row.weekdays,
            activity=HowOften(row.activity),
            is_elsewhere_too=row.chat_id is not None,
        )
    return found


def _member_rows(session: Session, ids: Iterable[int] | None) -> Iterable[Any]:
    where = session.info.get("scope")
    if where == scope.SYSTEM:
        everywhere = _MEMBERS if ids is None else _MEMBERS.where(_people.c.id.in_(list(ids)))
        return session.execute(everywhere)
    if ids is None:
        return scope.execute(session, _ALL_MEMBERS, {BIND: where})
    return scope.execute(session, _SOME_MEMBERS, {BIND: where, "people": list(ids)})


def names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Names of people of the session's community by id, those who have left and those who turned out to be somebody else included."""
    asked = set(ids)
    found = _names(session, asked)
    now = _merged(session, asked - found.keys())
    again = _names(session, set(now.values())) if now else {}
    return found | {gone: again[kept] for gone, kept in now.items() if kept in again}


def _names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    query = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(list(ids)))
    return {row.id: row.name for row in session.execute(query)}


def places(session: Session, ids: Collection[int] | None = None) -> Sequence[Place]:
    """Open places of the session's community, but for those of a few; or those of the asked ids that are open, whosever they are."""
    which = PlaceRow.is_apart.is_(False) if ids is None else PlaceRow.id.in_(list(ids))
    query = (
        select(PlaceRow.id, PlaceRow.name, WorkspaceRow.platform, WorkspaceRow.external_id)
        .join(WorkspaceRow, WorkspaceRow.id == PlaceRow.workspace_id)
        .where(PlaceRow.closed_at.is_(None), which)
        .order_by(PlaceRow.id)
    )
    return [Place(row.id, row.name, f"{row.platform}/{row.external_id}") for row in session.execute(query)]


def places_of_group(session: Session, group: str, *, closed: bool = False) -> Sequence[Place]:
    """Open places of a group; closed ones are those that closed together, the last time that any did."""
    is_wanted = PlaceRow.closed_at.is_not(None) if closed else PlaceRow.closed_at.is_(None)
    query = (
        select(PlaceRow.id, PlaceRow.name, PlaceRow.reference, PlaceRow.closed_at, WorkspaceRow.platform, WorkspaceRow.external_id)
        .join(WorkspaceRow, WorkspaceRow.id == PlaceRow.workspace_id)
        .where(is_wanted, PlaceRow.is_apart.is_(False))
        .order_by(PlaceRow.id)
    )
    found = [row for row in session.execute(query) if row.reference.get(GROUP) == group]
    last = max((row.closed_at for row in found if row.closed_at is not None), default=None)
    return [Place(row.id, row.name, f"{row.platform}/{row.external_id}") for row in found if row.closed_at == last]


def place(session: Session, place_id: int) -> Place | None:
    """An open place by its id, one of a few as well."""
    return next(iter(places(session, [place_id])), None)


def is_apart(session: Session, place_id: int) -> bool:
    """Whether a place is that of a few."""
    return bool(session.execute(select(PlaceRow.is_apart).where(PlaceRow.id == place_id)).scalar())


def closed_places(session: Session) -> Sequence[str]:
    """Names of the places that the session's community had and that nothing can be posted to now."""
    query = select(PlaceRow.name).where(PlaceRow.closed_at.is_not(None), PlaceRow.is_apart.is_(False)).order_by(PlaceRow.id)
    return list(session.execute(query).scalars())


def update_profile(
    session: Session,
    member: Member,
    now: datetime,
    *,
    name: str | None,
    zone: str | None,
    language: str | None,
    guest: tuple[str, bool] | None = None,
) -> Member:
    """Take over what the platform tells of a person, but for what they set themselves; the member as they are now."""
    own = session.execute(select(PersonRow.zone_is_own, PersonRow.language_is_own).where(PersonRow.id == member.id)).one()
    known = {
        "name": name or member.name,
        "zone": member.zone if own.zone_is_own else zone or member.zone,
        "language": member.language if own.language_is_own else language or member.language,
    }
    session.execute(update(PersonRow).where(PersonRow.id == member.id).values(known))
    ids = [i.id for i in member.identities]
    session.execute(update(IdentityRow).where(IdentityRow.id.in_(ids)).values(described_at=now, name=known["name"]))
    if guest is not None:
        account, is_guest = guest
        session.execute(update(IdentityRow).where(IdentityRow.id.in_(ids), IdentityRow.account == account).values(is_guest=is_guest))
    return replace(member, name=known["name"], zone=known["zone"], language=known["language"])


def guests(session: Session) -> set[int]:
    """The ids of those who are here as guests alone, with none of their accounts a full one."""
    rows = session.execute(select(IdentityRow.person_id, IdentityRow.is_guest).where(IdentityRow.closed_at.is_(None))).all()
    return {row.person_id for row in rows if row.is_guest} - {row.person_id for row in rows if not row.is_guest}


def hour_of(minute: int) -> time:
    """A time of day from minutes after midnight, as rows keep it."""
    return time(minute // 60, minute % 60)


def remember_identity(session: Session, identity_id: int, reference: dict[str, Any]) -> None:
    """Keep the newest way to a person's chat."""
    session.execute(update(IdentityRow).where(IdentityRow.id == identity_id).values(reference=reference))


def remember_place(session: Session, place_id: int, **changed: Any) -> None:
    """Keep what changed of a place: reference, name, closed_at."""
    session.execute(update(PlaceRow).where(PlaceRow.id == place_id).values(**changed))


def move_chat(session: Session, person_id: int, identity_id: int) -> None:
    """Somebody with several identities is here through another one: what is meant for them goes there from now on."""
    session.execute(update(PersonRow).where(PersonRow.id == person_id).values(chat_id=identity_id))


def chats_of(session: Session, people: Iterable[int]) -> dict[int, list[int]]:
    """Person -> the ids of all their open identities."""
    query = select(IdentityRow.person_id, IdentityRow.id).where(IdentityRow.person_id.in_(list(people)), IdentityRow.closed_at.is_(None))
    found: dict[int, list[int]] = {}
    for row in session.execute(query.order_by(IdentityRow.id)):
        found.setdefault(row.person_id, []).append(row.id)
    return found


def describe_community(session: Session, community: Community, now: datetime | None) -> None:
    """Take over a community's name, zone and language; with an instant they are settled, and no guess any more."""
    known: dict[str, Any] = {"name": community.name, "zone": community.zone, "language": community.language}
    if now is not None:
        known["settled_at"] = now
    session.execute(update(CommunityRow).where(CommunityRow.id == community.id).values(known))


def is_settled(session: Session, community: int) -> bool:
    """Whether a lead has said what the community is called and where it lives."""
    return session.execute(select(CommunityRow.settled_at).where(CommunityRow.id == community)).scalar() is not None


def leads(session: Session) -> set[int]:
    """The ids of the present leads, each locked: of two who step down at once one stays."""
    query = select(PersonRow.id).where(PersonRow.role == Role.LEAD.value, PersonRow.left_at.is_(None)).order_by(PersonRow.id)
    return set(session.execute(query.with_for_update()).scalars())


def names_of_leads(session: Session, most: int = 3) -> list[str]:
    """Some of the present leads, for whoever needs one."""
    query = select(PersonRow.name).where(PersonRow.role == Role.LEAD.value, PersonRow.left_at.is_(None)).order_by(PersonRow.id)
    return list(session.execute(query.limit(most)).scalars())


def appoint(session: Session, person_id: int, role: Role) -> None:
    """Give a person a role."""
    session.execute(update(PersonRow).where(PersonRow.id == person_id).values(role=role.value))


def close_identity(session: Session, identity_id: int, person_id: int, now: datetime) -> bool:
    """Close an account; a person without any open account has left. Returns whether they have."""
    session.execute(update(IdentityRow).where(IdentityRow.id == identity_id).values(closed_at=now))
    others = session.execute(select(IdentityRow.id).where(IdentityRow.person_id == person_id, IdentityRow.closed_at.is_(None))).first()
    if others is None:
        session.execute(update(PersonRow).where(PersonRow.id == person_id).values(left_at=now))
    return others is None


def reopen(session: Session, identity_id: int, person_id: int) -> None:
    """Somebody who had left is back."""
    session.execute(update(IdentityRow).where(IdentityRow.id == identity_id).values(closed_at=None))
    session.execute(update(PersonRow).where(PersonRow.id == person_id).values(left_at=None))

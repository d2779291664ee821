"""Who acts and where: an interaction's workspace, person and place, in one look-up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import CTE, FromClause, Select, and_, bindparam, exists, func, literal, select
from sqlalchemy.orm import Session

from bot.data import scope
from bot.data.base import Base, table
from bot.lean import dataclass
from bot.people.rows import CommunityRow, IdentityRow, PersonRow, PlaceRow, WorkspaceRow
from bot.people.store import hour_of
from bot.people.values import Community, HowOften, Identity, Member, Place, Role

_communities, _workspaces, _places = table(CommunityRow), table(WorkspaceRow), table(PlaceRow)
_people, _identities = table(PersonRow), table(IdentityRow)

_WHO_AND_WHERE_COLUMNS = (
    _communities.c.id.label("community_id"),
    _communities.c.name.label("community_name"),
    _communities.c.zone.label("community_zone"),
    _communities.c.language.label("community_language"),
    _workspaces.c.id.label("workspace_id"),
    _identities.c.id.label("identity_id"),
    _identities.c.reference.label("identity_reference"),
    _identities.c.described_at,
    _people.c.id.label("person_id"),
    _people.c.name.label("person_name"),
    _people.c.zone.label("person_zone"),
    _people.c.language.label("person_language"),
    _people.c.role,
    _people.c.minute,
    _people.c.hides_streak,
    _people.c.weekdays,
    _people.c.activity,
    _people.c.awaited_since,
    _people.c.chat_id,
    _people.c.left_at,
    _places.c.id.label("place_id"),
    _places.c.name.label("place_name"),
    _places.c.closed_at,
    _places.c.is_apart,
    _places.c.reference.label("place_reference"),
)
_is_workspace = and_(_workspaces.c.platform == bindparam("platform"), _workspaces.c.external_id == bindparam("workspace"))


def _joined(source: FromClause) -> FromClause:
    """A workspace with its community, the person who acts and the place where they do."""
    return (
        source.outerjoin(_communities, _communities.c.id == _workspaces.c.community_id)
        .outerjoin(_identities, and_(_identities.c.workspace_id == _workspaces.c.id, _identities.c.account == bindparam("account")))
        .outerjoin(_people, _people.c.id == _identities.c.person_id)
        .outerjoin(_places, and_(_places.c.workspace_id == _workspaces.c.id, _places.c.external_id == bindparam("conversation")))
    )


@dataclass(slots=True)
class Known:
    """What the database knows of an interaction's workspace, actor and place."""

    community: Community
    workspace_id: int
    member: Member | None
    identity_reference: dict[str, Any]
    is_described: bool
    has_left: bool
    place: Place | None
    place_reference: dict[str, Any]
    place_is_closed: bool
    place_is_apart: bool
    last_chat: int | None = None
    is_awaited: bool = False  # something was sent since which they have done nothing
    untied: frozenset[type[Base]] = frozenset()  # tables that were asked for, and of which they have no row


class WhoAndWhere:
    """The look-up, with what it tells beside: of which `ties`, tables with a `person_id`, the person has no row."""

    def __init__(self, ties: Iterable[type[Base]] = ()) -> None:
        self._ties = tuple(ties)
        columns = [exists().where(table(each).c.person_id == _people.c.id).label(f"tie_{number}") for number, each in enumerate(self._ties)]
        self._columns = (*_WHO_AND_WHERE_COLUMNS, *columns)
        self._alone = select(*self._columns).select_from(_joined(_workspaces)).where(_is_workspace)

    def beside(self, other: CTE, label: str) -> Select[Any]:
        """The same in one statement with another: one row always, and how many rows the other one gave."""
        count = select(func.count()).select_from(other).scalar_subquery().label(label)
        nothing = select(literal(1)).subquery("nothing")
        return select(count, *self._columns).select_from(_joined(nothing.outerjoin(_workspaces, _is_workspace)))

    def find(self, session: Session, *, platform: str, workspace: str, account: str, conversation: str) -> Known | None:
        """Who and where, in one query; None where the workspace belongs to no community."""
        keys = {"platform": platform, "workspace": workspace, "account": account, "conversation": conversation}
        return self.known_from(scope.execute(session, self._alone, keys).one_or_none(), f"{platform}/{workspace}", account)

    def known_from(self, row: Any, audience: str, account: str) -> Known | None:
        """What a row of who and where says."""
        if row is None:
            return None
        told = row[-len(self._columns) :]
        known = _known_from(told[: len(_WHO_AND_WHERE_COLUMNS)], audience, account)
        if known is not None and known.member is not None:
            tied = told[len(_WHO_AND_WHERE_COLUMNS) :]
            known.untied = frozenset(each for each, has_row in zip(self._ties, tied, strict=True) if not has_row)
        return known


_PLAIN = WhoAndWhere()


def find(session: Session, *, platform: str, workspace: str, account: str, conversation: str) -> Known | None:
    """Who and where, in one query; None where the workspace belongs to no community."""
    return _PLAIN.find(session, platform=platform, workspace=workspace, account=account, conversation=conversation)


def _known_from(row: Sequence[Any], audience: str, account: str) -> Known | None:
    community, name, zone, language, workspace, identity, identity_reference, described_at, *of_person = row
    if community is None:
        return None
    person, person_name, person_zone, person_language, role, minute, hides_streak, weekdays, activity, *rest = of_person
    awaited_since, chat, left_at, place, place_name, closed_at, is_apart, place_reference = rest
    member = None
    if person is not None:
        member = Member(
            person,
            person_name,
            person_zone,
            person_language,
            Role(role),
            (Identity(identity, account, audience),),
            hour_of(minute),
            hides_streak,
            weekdays,
            HowOften(activity),
            chat is not None,
        )
    return Known(
        Community(community, name, zone, language),
        workspace,
        member,
        identity_reference or {},
        described_at is not None,
        left_at is not None,
        Place(place, place_name, audience) if place is not None else None,
        place_reference or {},
        closed_at is not None,
        bool(is_apart),
        chat,
        awaited_since is not None,
    )


_IS_KNOWN = (
    select(_identities.c.id)
    .join(_workspaces, _workspaces.c.id == _identities.c.workspace_id)
    .where(_workspaces.c.platform == bindparam("platform"), _workspaces.c.external_id == bindparam("workspace"))
    .where(_identities.c.account == bindparam("account"))
)


def is_known(session: Session, *, platform: str, workspace: str, account: str) -> bool:
    """Whether this account was ever seen; in the system's scope."""
    keys = {"platform": platform, "workspace": workspace, "account": account}
    return session.connection().execute(_IS_KNOWN, keys).first() is not None

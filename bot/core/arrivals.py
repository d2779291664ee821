"""Arrivals: who acts and where, creating what is seen for the first time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.chat.text import clean_line
from bot.core import outbox
from bot.core.ports import BotAdded, Founded, Gathered, Interaction, PlaceReopened, ProfileChanged, Wrote
from bot.data.base import Base
from bot.lean import dataclass
from bot.people import looking_up, store
from bot.people.days import is_zone
from bot.people.looking_up import Known
from bot.people.values import Community, Member, Place, Role

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Scene:
    """Who acts, where, in which community; `has_arrived` the first time, `is_described` once their profile is known."""

    community: Community
    actor: Member
    place: Place | None
    has_arrived: bool
    place_is_new: bool
    is_described: bool
    has_begun: bool = False
    is_awaited: bool = False
    untied: frozenset[type[Base]] = frozenset()


def arrive(session: Session, event: Interaction, now: datetime, known: Known | None) -> Scene | None:
    """Create what the interaction names and is not known yet; None where there is no community and this does not begin one."""
    begins = known is None
    if known is None:
        if not isinstance(event.did, BotAdded) or event.conversation.kind != "place":
            return None
        _begin_community(session, event, now)
        known = find(session, event)
        assert known is not None
    actor = known.member
    has_arrived = actor is None
    if actor is None:
        actor = _add_member(session, event, known, Role.LEAD if begins else Role.MEMBER, now)
    else:
        if known.has_left:
            store.reopen(session, actor.identities[0].id, actor.id)
            has_arrived = True
        _remember_way(session, event, known, actor)
        if known.last_chat is not None and known.last_chat != actor.identities[0].id and not isinstance(event.did, ProfileChanged):
            store.move_chat(session, actor.id, actor.identities[0].id)
        if not known.is_described and event.actor.zone:
            actor = take_profile(session, event, actor, now)
    place, place_is_new = _place(session, event, known, now)
    is_described = known.is_described or bool(event.actor.zone)
    return Scene(known.community, actor, place, has_arrived, place_is_new, is_described, begins, known.is_awaited, known.untied)


def find(session: Session, event: Interaction) -> Known | None:
    """Who acts and where, as far as they are known."""
    return looking_up.find(
        session,
        platform=event.platform,
        workspace=event.workspace,
        account=event.actor.account,
        conversation=event.conversation.external_id,
    )


def _begin_community(session: Session, event: Interaction, now: datetime) -> None:
    name = clean_line(event.workspace_name or event.conversation.name or "Our community", LONGEST_NAME)
    zone = event.actor.zone if event.actor.zone and is_zone(event.actor.zone) else "UTC"
    community = store.found_community(session, name=name, zone=zone, language=event.actor.language or "en", now=now)
    store.add_workspace(session, community, platform=event.platform, external_id=event.workspace, name=name)


def _add_member(session: Session, event: Interaction, known: Known, role: Role, now: datetime) -> Member:
    told = event.actor
    member = store.add_member(
        session,
        known.community,
        known.workspace_id,
        account=told.account,
        audience=f"{event.platform}/{event.workspace}",
        name=clean_line(told.name or "", LONGEST_NAME) or told.account,
        zone=told.zone if told.zone and is_zone(told.zone) else known.community.zone,
        language=told.language or known.community.language,
        role=role,
        is_described=bool(told.zone),
        now=now,
    )
    identity = member.identities[0].id
    store.remember_identity(session, identity, dict(told.reference))
    outbox.open_lane(
        session,
        lane=identity,
        community=known.community.id,
        platform=event.platform,
        workspace=event.workspace,
        external_id=told.account,
        kind="chat",
        reference=dict(told.reference),
    )
    return member


def _remember_way(session: Session, event: Interaction, known: Known, actor: Member) -> None:
    told = event.actor.reference
    if told and any(known.identity_reference.get(name) != value for name, value in told.items()):
        reference = {**known.identity_reference, **told}
        store.remember_identity(session, actor.identities[0].id, reference)
        outbox.redirect_lane(session, actor.identities[0].id, reference)


def take_profile(session: Session, event: Interaction, actor: Member, now: datetime) -> Member:
    """Take over what the platform tells of a person's profile."""
    told = event.actor
    return store.update_profile(
        session,
        actor,
        now,
        name=clean_line(told.name, LONGEST_NAME) if told.name else None,
        zone=told.zone if told.zone and is_zone(told.zone) else None,
        language=told.language,
        guest=(told.account, told.is_guest) if told.zone else None,  # without a zone it is no whole profile
    )


def _shows_open(event: Interaction, known: Known) -> bool:
    """Whether what happened shows that a place that was closed is one of the community's again."""
    mentioned = isinstance(event.did, Wrote) and event.did.mentions_bot and not known.place_is_apart
    return mentioned or isinstance(event.did, BotAdded | PlaceReopened)


def _place(session: Session, event: Interaction, known: Known, now: datetime) -> tuple[Place | None, bool]:
    where = event.conversation
    if where.kind != "place":
        return None, False
    if known.place is not None:
        if where.reference and any(known.place_reference.get(k) != v for k, v in where.reference.items()):
            reference = {**known.place_reference, **where.reference}
            store.remember_place(session, known.place.id, reference=reference)
            outbox.redirect_lane(session, known.place.id, reference)
        if known.place_is_closed and _shows_open(event, known):
            store.remember_place(session, known.place.id, closed_at=None)
            return known.place, True
        return (None if known.place_is_closed else known.place), False
    if isinstance(event.did, Gathered):  # known from now on, so that nothing said in it makes it a place of the community
        apart = store.add_place(session, known.community, known.workspace_id, where.external_id, "", "", now)
        store.remember_place(session, apart.id, closed_at=now, is_apart=True)
        return None, False
    is_apart = isinstance(event.did, Founded)
    if not is_apart and not isinstance(event.did, BotAdded) and not (isinstance(event.did, Wrote) and event.did.mentions_bot):
        return None, False  # a slash command works where nobody has added the bot; that makes it no place of the community
    name = clean_line(where.name or "", LONGEST_NAME) or where.external_id
    audience = f"{event.platform}/{event.workspace}"
    place = store.add_place(session, known.community, known.workspace_id, where.external_id, name, audience, now)
    reference = dict(where.reference)
    store.remember_place(session, place.id, reference=reference, is_apart=is_apart)
    outbox.open_lane(
        session,
        lane=place.id,
        community=known.community.id,
        platform=event.platform,
        workspace=event.workspace,
        external_id=where.external_id,
        kind="place",
        reference=reference,
    )
    return place, True

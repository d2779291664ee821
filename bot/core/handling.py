"""Handling: one verified interaction inside its unit of work, from who acts to what they hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from sqlalchemy.orm import Session

from bot.chat.errors import NoCommunity
from bot.chat.language import _
from bot.chat.message import Message, Paragraph
from bot.chat.reply import Reply, Say, Silence
from bot.chat.text import clean_line
from bot.core import doing, files, free_text, outbox, reach
from bot.core.arrivals import LONGEST_NAME, Scene, arrive, take_profile
from bot.core.context import Context, Written
from bot.core.facts import CommunityBegun, PersonActed, PersonArrived, PersonChanged, PersonLeft, PlaceGone, PlaceJoined
from bot.core.first_look import has_seen, is_first_time
from bot.core.ports import (
    AccountClosed,
    Arrived,
    BotAdded,
    BotRemoved,
    Commanded,
    Deleted,
    Edited,
    FileLost,
    Founded,
    Gathered,
    Interaction,
    Looked,
    OpenedHome,
    PickedUp,
    PlaceClosed,
    PlaceRenamed,
    PlaceReopened,
    Pressed,
    ProfileChanged,
    Reacted,
    SentFile,
    Submitted,
    Wrote,
)
from bot.core.registry import Registry
from bot.data import scope
from bot.lean import dataclass
from bot.people import looking_up, store
from bot.people.looking_up import Known
from bot.people.values import Member, Place, Role

NOBODY = ""
ACTS = (
    Commanded,
    Wrote,
    Pressed,
    Submitted,
    PickedUp,
    Edited,
    Deleted,
    Reacted,
    OpenedHome,
)  # what people do themselves; the rest platforms tell of them
TOLD = (
    BotAdded,
    BotRemoved,
    PlaceClosed,
    PlaceReopened,
    PlaceRenamed,
    ProfileChanged,
    AccountClosed,
    Gathered,
)  # nobody waits for an answer


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of an interaction: the reply, unresolved, and what the machine does after the commit."""

    reply: Reply
    language: str
    needs_description: bool = False
    needs_place_name: bool = False


def handle(session: Session, registry: Registry, event: Interaction, now: datetime, seed: int) -> Handled:
    """Run one interaction; called again with the same arguments when its unit is re-run."""
    scope.enter(session, scope.SYSTEM)
    if isinstance(did := event.did, Arrived):
        outbox.arrived(session, platform=event.platform, workspace=event.workspace, token=did.token, message_id=did.message_id, now=now)
        return Handled(Silence(), "en")
    if _is_for_others(session, event) or _is_gone(session, event, now):
        return Handled(Silence(), "en")
    is_first, known = registry.first_look.take(session, event, now)
    if not is_first:
        return Handled(Silence(), "en")
    if event.actor.account == NOBODY or _tells_of_a_stranger(event, known):
        return _of_nobody(session, registry, event, now)
    if event.actor.is_stranger:
        if not isinstance(event.did, ProfileChanged):
            return _to_stranger(event, known)
        event = replace(event, did=AccountClosed())  # they came in before their profile told
    scene = arrive(session, event, now, known)
    if scene is None:
        if isinstance(event.did, TOLD):
            return Handled(Silence(), "en")
        raise NoCommunity
    scope.enter(session, scene.community.id)
    ctx = _context(session, registry, event, scene, now, seed)
    if scene.has_arrived:
        ctx.publish(PersonArrived(scene.actor))
    if scene.has_begun:
        ctx.publish(CommunityBegun(scene.actor))
    if scene.is_awaited and isinstance(event.did, ACTS):
        ctx.publish(PersonActed(scene.actor))
    if isinstance(event.did, BotAdded | OpenedHome):
        _reach_again(ctx)
    reply = _run(ctx, event)
    return Handled(
        reply,
        scene.actor.language,
        needs_description=not scene.is_described,
        needs_place_name=scene.place_is_new and event.conversation.name is None,
    )


def look(session: Session, registry: Registry, event: Interaction, payload: str, now: datetime) -> Handled:
    """What a message says to whoever looks at it; looking makes nobody a member, counts as no act, and changes nothing."""
    scope.enter(session, scope.SYSTEM)
    known = registry.first_look.find(session, event)
    if known is None or known.member is None or known.has_left or event.actor.is_stranger:
        return Handled(Silence(), event.actor.language or "en")
    scope.enter(session, known.community.id)
    place = None if known.place_is_closed else known.place
    scene = Scene(known.community, known.member, place, has_arrived=False, place_is_new=False, is_described=True)
    return Handled(doing.look(_context(session, registry, event, scene, now, seed=0), payload), known.member.language)


def _reach_again(ctx: Context) -> None:
    """Where we were just added, what could not be said until now can."""
    reach.go_on(ctx.session, [ctx.place.id if ctx.place is not None else ctx.actor.identities[0].id], ctx.now)


def _to_stranger(event: Interaction, known: Known | None) -> Handled:
    """People of another organisation read along where the two share a place, and are told so when they do more; nothing is kept of them."""
    language = event.actor.language or "en"
    if known is None or not isinstance(event.did, Commanded | Pressed | Submitted | Wrote):
        return Handled(Silence(), language)
    said = _(
        "You are welcome to read along here. Taking part in {community} is for the people of its own organisation.",
        community=known.community.name,
    )
    return Handled(Say(Message(said, (Paragraph(said),))), language)


def _is_for_others(session: Session, event: Interaction) -> bool:
    """What people say to each other in a place, outside the threads under our messages, is dropped before anything of it is stored."""
    did, where = event.did, event.conversation
    match did:
        case Wrote() if where.kind == "place" and not did.mentions_bot:
            return did.reply_to is None or not outbox.takes_replies(
                session, platform=event.platform, workspace=event.workspace, external_id=where.external_id, message_id=did.reply_to
            )
        case Reacted() if where.kind == "place":
            return not outbox.takes_replies(
                session, platform=event.platform, workspace=event.workspace, external_id=where.external_id, message_id=did.message_id
            )
        case Edited() | Deleted() | Reacted():
            return not looking_up.is_known(session, platform=event.platform, workspace=event.workspace, account=event.actor.account)
    return False


def _tells_of_a_stranger(event: Interaction, known: Known | None) -> bool:
    """What platforms tell of everybody makes nobody a member, and brings nobody back who has left."""
    if not isinstance(event.did, ProfileChanged | AccountClosed | BotRemoved | PlaceClosed | PlaceReopened | PlaceRenamed):
        return False
    return known is None or known.member is None or known.has_left


def _is_gone(session: Session, event: Interaction, now: datetime) -> bool:
    """Remember a deletion, so that its original, should it arrive later, revives nothing."""
    did = event.did
    if not isinstance(did, Wrote | Deleted):
        return False
    key = f"gone:{event.platform}:{event.workspace}:{event.conversation.external_id}:{did.message_id}"
    if isinstance(did, Deleted):
        is_first_time(session, key, now)
        return False
    return has_seen(session, key)


def _of_nobody(session: Session, registry: Registry, event: Interaction, now: datetime) -> Handled:
    """Something that happened to a place without anybody being named: its renaming, its end."""
    known = looking_up.find(
        session,
        platform=event.platform,
        workspace=event.workspace,
        account=NOBODY,
        conversation=event.conversation.external_id,
    )
    if known is not None:
        scope.enter(session, known.community.id)
        ctx = Context(session=session, registry=registry, now=now, seed=0, community=known.community, place=known.place, in_chat=False)
        _to_places(ctx, event)
    return Handled(Silence(), "en")


def _to_places(ctx: Context, event: Interaction) -> None:
    """To the place in whose name it is told, and to all others of the group that is meant."""
    group, closed = getattr(event.did, "group", None), isinstance(event.did, PlaceReopened)
    those = {place.id: place for place in (store.places_of_group(ctx.session, group, closed=closed) if group is not None else ())}
    if ctx.place is not None:
        those[ctx.place.id] = ctx.place
    for place in those.values():
        _to_place(ctx, place, event)


def _to_place(ctx: Context, place: Place, event: Interaction) -> None:
    match event.did:
        case PlaceRenamed(name):
            store.remember_place(ctx.session, place.id, name=clean_line(name, LONGEST_NAME))
        case PlaceClosed() | BotRemoved():
            store.remember_place(ctx.session, place.id, closed_at=ctx.now)
            ctx.publish(PlaceGone(place.id))
        case BotAdded() | PlaceReopened() if not store.is_apart(
            ctx.session, place.id
        ):  # the platform tells that we are in what we founded ourselves
            store.remember_place(ctx.session, place.id, closed_at=None)
            reach.go_on(ctx.session, [place.id], ctx.now)
            ctx.publish(PlaceJoined(place))


def front_door(session: Session, registry: Registry, event: Interaction, now: datetime) -> Message | None:
    """How things stand now for whoever pressed an old button."""
    scope.enter(session, scope.SYSTEM)
    scene = arrive(session, event, now, registry.first_look.find(session, event))
    door = next((f.front_door for f in registry.features if f.front_door is not None), None)
    if scene is None or door is None:
        return None
    scope.enter(session, scene.community.id)
    ctx = _context(session, registry, event, scene, now, seed=0)
    if scene.has_arrived:
        ctx.publish(PersonArrived(scene.actor))
    return door(ctx)


def _context(session: Session, registry: Registry, event: Interaction, scene: Scene, now: datetime, seed: int) -> Context:
    did = event.did
    at = event.at or now
    lane = scene.place.id if scene.place else scene.actor.identities[0].id
    written = None
    if isinstance(did, Wrote | Edited | Deleted):
        written = Written("" if isinstance(did, Deleted) else did.text, at, lane, did.message_id)
    return Context(
        session=session,
        registry=registry,
        now=now,
        seed=seed,
        community=scene.community,
        actor=as_admin(scene.actor, registry),
        place=scene.place,
        in_chat=event.conversation.kind == "chat",
        event_at=at,
        written=written,
        picked=did.picked if isinstance(did, Pressed) else None,
        untied=scene.untied,
    )


def as_admin(actor: Member, registry: Registry) -> Member:
    """An account that the operator names counts as a lead: the way back for a community that all its leads have left."""
    accounts = {f"{way.audience.split('/')[0]}:{way.account}".casefold() for way in actor.identities}
    return replace(actor, role=Role.LEAD) if accounts & registry.admins else actor


def _run(ctx: Context, event: Interaction) -> Reply:
    did = event.did
    match did:
        case Commanded(command, rest):
            found = ctx.registry.command(command)
            return doing.run_command(ctx, found, rest) if found else free_text.unknown_command(ctx, f"/{command}", rest=rest)
        case Wrote():
            return free_text.take(ctx, did)
        case Pressed() | Founded():
            return doing.press_line(ctx, did.payload)
        case Submitted() | PickedUp():
            return doing.submit(ctx, did) if isinstance(did, Submitted) else doing.pick_up(ctx, did)
        case SentFile():
            return files.take(ctx, did)
        case FileLost():
            return files.say_lost(ctx, did)
        case Edited():
            return free_text.follow_edit(ctx)
        case Deleted():
            return free_text.follow_deletion(ctx)
        case Reacted():
            return free_text.follow_reaction(ctx, did)
        case OpenedHome():
            return free_text.welcome(ctx)
        case BotAdded():
            return _added(ctx)
        case BotRemoved() | PlaceClosed() | PlaceReopened() | PlaceRenamed() | Gathered() | Arrived() | Looked():
            return _place_changed(ctx, event)
        case ProfileChanged():
            ctx.publish(PersonChanged(take_profile(ctx.session, event, ctx.actor, ctx.now)))
            return Silence()
        case AccountClosed():
            return _account_closed(ctx)
        case _:
            assert_never(did)


def _added(ctx: Context) -> Reply:
    """Whoever adds us to a place is told privately what we do; who installs us for themselves hears it when our chat opens."""
    if ctx.place is None or store.is_apart(ctx.session, ctx.place.id):
        return Silence()
    ctx.publish(PlaceJoined(ctx.place))
    return free_text.welcome(ctx)


def _place_changed(ctx: Context, event: Interaction) -> Reply:
    if event.conversation.kind == "chat":
        return _account_closed(ctx)
    _to_places(ctx, event)
    return Silence()


def _account_closed(ctx: Context) -> Reply:
    if store.close_identity(ctx.session, ctx.actor.identities[0].id, ctx.actor.id, ctx.now):
        ctx.publish(PersonLeft(ctx.actor.id))
    return Silence()

"""Where a team works: a place of the community, or one that is opened for it; what the team is about is pinned there and stays current."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.chat.errors import CardOutOfDate
from bot.chat.reply import Founding, Reply, Say
from bot.core.context import Context
from bot.people import store as people
from bot.people.values import Member, Place
from handlers.charters import cards, flows, home_views, moves, views
from handlers.charters.charter import Charter
from handlers.charters.payloads import Founded, FoundPlace, LinkPlace
from handlers.charters.rules import State

WORKING = (State.RECRUITING, State.ACTIVE, State.DORMANT)


def link(ctx: Context, payload: LinkPlace) -> Reply:
    """One of the community's places is where the team works, or none."""
    charter = moves.managed(ctx, payload.charter)
    if charter.state not in WORKING:
        return Say(views.past_it(charter))
    found = next((place for place in people.places(ctx.session) if str(place.id) == ctx.picked), None)
    linked = settle(ctx, charter, found.id if found is not None else None)
    return Say(home_views.linked(linked, found.name if found is not None else ""))


def found(ctx: Context, payload: FoundPlace) -> Reply:
    """Open a place for the team, where the platform and the workspace let us; the team is invited."""
    charter = moves.managed(ctx, payload.charter)
    if charter.state not in WORKING:
        return Say(views.past_it(charter))
    standing = people.place(ctx.session, charter.place) if charter.place is not None else None
    if standing is not None:
        return Say(home_views.linked(charter, standing.name))
    team = people.members(ctx.session, flows.team_of(ctx, charter) | {ctx.actor.id})
    founding = Founding(charter.name, tuple(each.mention for each in team.values()), Founded(charter.id))
    return Say(home_views.not_founded(charter, [(place.id, place.name) for place in people.places(ctx.session)]), founds=founding)


def founded(ctx: Context, payload: Founded) -> Reply:
    """The place is there, and the team's from now on."""
    charter = moves.managed(ctx, payload.charter)
    if ctx.place is None:
        raise CardOutOfDate
    return Say(home_views.founded(settle(ctx, charter, ctx.place.id), ctx.place.name))


def settle(ctx: Context, charter: Charter, place: int | None) -> Charter:
    """The team works there from now on, and what stood where it worked before says so."""
    if charter.place is not None and charter.place != place and (old := people.place(ctx.session, charter.place)) is not None:
        ctx.take_back(old, cards.home_key(charter), home_views.moved_out(charter))
    return moves.changed_to(ctx, replace(charter, place=place))


def own(ctx: Context, charter: Charter) -> Place | None:
    """The place that we opened for the team, if it works there."""
    place = people.place(ctx.session, charter.place) if charter.place is not None else None
    return place if place is not None and people.is_apart(ctx.session, place.id) else None


def name_of(ctx: Context, charter: Charter) -> str:
    """What the place is called where the team works, or nothing."""
    place = people.place(ctx.session, charter.place) if charter.place is not None else None
    return place.name if place is not None else ""


def welcome(ctx: Context, charter: Charter, members: Iterable[Member]) -> None:
    """Whoever comes onto the team is invited into the place that we opened for it, where the platform lets us."""
    place = own(ctx, charter)
    if place is None:
        return
    for member in members:
        ctx.post(place, home_views.joined(charter, member.mention), about=member, is_inviting=True)

"""Where a charter stands: its living card in every place, and who hears what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from bot.chat.action import Action
from bot.chat.message import Message
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member, Place
from handlers.charters import endorsements, home_views, store, views
from handlers.charters.charter import Charter, Part, Seat, Standing, Taking
from handlers.charters.rules import Stance, given_from

CARD_EVERY = timedelta(seconds=3)


def standing(ctx: Context, charter: Charter) -> Standing:
    """How it stands."""
    return standings(ctx, [charter])[0]


def standings(ctx: Context, charters: Sequence[Charter]) -> Sequence[Standing]:
    """How each of them stands, in as few statements as for one."""
    ids = [each.id for each in charters]
    taking, seats, stances = store.people_of(ctx, ids), store.seats(ctx, ids), endorsements.stances(ctx, charters)
    wanted = {person for each in charters for person in (each.lead, each.co_lead, each.sponsor) if person is not None}
    wanted |= {each.person for found in taking.values() for each in found if each.part is Part.TEAM}
    names = people.names(ctx.session, wanted)
    homes = [each.place for each in charters if each.place is not None]
    places = {place.id: place.name for place in people.places(ctx.session, homes)} if homes else {}
    return [
        _standing(ctx, each, taking.get(each.id, ()), names, tuple(seats.get(each.id, ())), stances.get(each.id, Counter()), places)
        for each in charters
    ]


def _standing(
    ctx: Context,
    charter: Charter,
    taking: Sequence[Taking],
    names: Mapping[int, str],
    seats: tuple[Seat, ...],
    stances: Counter[Stance],
    places: Mapping[int, str],
) -> Standing:
    team = [each.person for each in taking if each.part is Part.TEAM and not charter.is_run_by(each.person)]
    co_lead = names.get(charter.co_lead or 0, "")
    return Standing(
        charter,
        names.get(charter.lead or 0, ""),
        co_lead,
        names.get(charter.sponsor or 0, ""),
        tuple(name for name in (co_lead, *(names.get(person, "") for person in team)) if name),
        seats,
        Counter(each.seat for each in taking if each.part is Part.ASKS and each.seat is not None),
        stances,
        places.get(charter.place or 0, ""),
        ctx.community.zone,
        given_from(charter.shown_at, ctx.community.zone) if charter.shown_at is not None else None,
    )


def show(ctx: Context, charter: Charter) -> None:
    """Post or refresh its card in every place, once the community knows of it."""
    if charter.is_public:
        shown = standing(ctx, charter)
        card = views.card(shown)
        for place in people.places(ctx.session):
            _show_in(ctx, charter, place, card)
        _show_home(ctx, shown)


def _show_home(ctx: Context, shown: Standing) -> None:
    """What the team is about is pinned where it works."""
    place = people.place(ctx.session, shown.charter.place) if shown.charter.place is not None else None
    if place is not None:
        ctx.post(place, home_views.home(shown), kind=Kind.PLACE, key=home_key(shown.charter), edits_every=CARD_EVERY, is_pinned=True)


def home_key(charter: Charter) -> str:
    """The key of what stands where the team works."""
    return f"{key(charter)}/home"


def show_in(ctx: Context, charter: Charter, place: Place) -> None:
    """Post its card in one place that came later."""
    _show_in(ctx, charter, place, views.card(standing(ctx, charter)))


def _show_in(ctx: Context, charter: Charter, place: Place, card: Message) -> None:
    ctx.post(place, card, kind=Kind.PLACE, key=key(charter), edits_every=CARD_EVERY)


def tell_places(ctx: Context, message: Message, about: str | None = None) -> None:
    """Say something new in every place, since an edited card notifies nobody."""
    for place in people.places(ctx.session):
        ctx.post(place, message, kind=Kind.PLACE, key=about)


def tell(
    ctx: Context,
    persons: Collection[int],
    message: Message,
    *,
    key: str | None = None,
    kind: Kind = Kind.NEWS,
    on_reply: Action | None = None,
) -> int:
    """Tell these people, each once; how many are here to hear it."""
    present = people.members(ctx.session, persons) if persons else {}
    for member in present.values():
        ctx.post(member, message, kind=kind, key=key, on_reply=on_reply)
    return len(present)


def tell_heads(ctx: Context, charter: Charter, message: Message, about: str, *, but: Collection[int] = ()) -> None:
    """Tell whoever looks after it something that they asked for."""
    for member in heads(ctx, charter):
        if member.id not in but:
            ctx.post(member, message, kind=Kind.ASKED_FOR, key=f"{key(charter)}/{about}")


def heads(ctx: Context, charter: Charter) -> Sequence[Member]:
    """Its lead and co-lead; the community's leads where nobody leads it."""
    wanted = [person for person in (charter.lead, charter.co_lead) if person is not None]
    found = people.members(ctx.session, wanted) if wanted else {}
    return [found[person] for person in wanted if person in found] or leads(ctx)


def leads(ctx: Context) -> Sequence[Member]:
    """The community's leads who are here."""
    return list(people.members(ctx.session, people.leads(ctx.session)).values())


def everybody(ctx: Context, charter: Charter) -> set[int]:
    """All who had a hand in it: team, volunteers, followers, endorsers, helpers, sponsor."""
    parts = {each.person for each in store.people_of(ctx, [charter.id]).get(charter.id, ())}
    heads = {person for person in (charter.lead, charter.co_lead, charter.sponsor) if person is not None}
    return parts | heads | endorsements.endorsers(ctx, charter.id)


def key(charter: Charter) -> str:
    """The key of its card, and of all that is said about it."""
    return f"charter/{charter.id}"

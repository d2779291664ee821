"""Where a charter stands: its living card in every place, and who hears what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.chat.message import Message
from bot.core.cadences import Cadence
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member, Place
from handlers.charters import endorsements, home_views, store, views
from handlers.charters.charter import Charter, Part, Standing
from handlers.charters.rules import given_from

CARD_EVERY = timedelta(seconds=3)


def standing(ctx: Context, charter: Charter) -> Standing:
    """How it stands."""
    taking = store.people_of(ctx, [charter.id]).get(charter.id, ())
    team = [each.person for each in taking if each.part is Part.TEAM and not charter.is_run_by(each.person)]
    heads = [person for person in (charter.lead, charter.co_lead, charter.sponsor) if person is not None]
    names = people.names(ctx.session, {*team, *heads})
    place = people.place(ctx.session, charter.place) if charter.place is not None else None
    co_lead = names.get(charter.co_lead or 0, "")
    return Standing(
        charter,
        names.get(charter.lead or 0, ""),
        co_lead,
        names.get(charter.sponsor or 0, ""),
        tuple(name for name in (co_lead, *(names.get(person, "") for person in team)) if name),
        tuple(store.seats(ctx, [charter.id]).get(charter.id, ())),
        Counter(each.seat for each in taking if each.part is Part.ASKS and each.seat is not None),
        Counter(each.stance for each in endorsements.of(ctx, charter)),
        place.name if place is not None else "",
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


def tell(ctx: Context, persons: Collection[int], message: Message, *, key: str | None = None, kind: Kind = Kind.NEWS) -> int:
    """Tell these people, each once; how many are here to hear it."""
    present = people.members(ctx.session, persons) if persons else {}
    for member in present.values():
        ctx.post(member, message, kind=kind, key=key)
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


def plan_once(ctx: Context, job: str, charter: Charter, cadence: Cadence) -> None:
    """Let something come for it once, in place of what was planned."""
    ctx.forget(job, [charter.id])
    ctx.plan(job, charter.id, cadence)

"""Where a request stands: its living card in every place, and what is said there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.chat.language import Phrase
from bot.chat.message import Message
from bot.core.cadences import Cadence, Occurrence, once
from bot.core.context import Context, For
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member, Place
from handlers import nudges
from handlers.opinions import audience, seats, store, views
from handlers.opinions.requests import Request
from handlers.opinions.views import Standing

CARD_JOB = "opinion.card"
CARD_EVERY = timedelta(seconds=3)
FEW = 30  # who took part; of more they are counted for the card from time to time only


def standing(ctx: Context, request: Request) -> Standing:
    """How it stands for whoever looks."""
    version = store.newest_version(ctx, request.id)
    name = people.names(ctx.session, [request.owner]).get(request.owner, "") if request.owner is not None else ""
    return Standing(
        request,
        seats.count(ctx, request.id),
        audience.count(ctx, request),
        request.speaker or name or ctx.community.name,
        version.number if version else None,
        audience.drafting_group(ctx, request),
        audience.invited(ctx, request).group,
    )


def show(ctx: Context, request: Request) -> None:
    """Post or refresh its card in every place."""
    card = views.card(standing(ctx, request))
    for place in people.places(ctx.session):
        _show_in(ctx, request, place, card)


def show_in(ctx: Context, request: Request, place: Place) -> None:
    """Post its card in one place that came later."""
    _show_in(ctx, request, place, views.card(standing(ctx, request)))


def _show_in(ctx: Context, request: Request, place: Place, card: Message) -> None:
    ctx.post(place, card, kind=Kind.PLACE, key=key(request), edits_every=CARD_EVERY)


def follow(ctx: Context, request: Request) -> None:
    """Somebody took part for the first time: the count follows, of many from time to time; of an anonymous request never at once."""
    if request.is_anonymous:
        return
    if seats.count(ctx, request.id) > FEW and not store.is_card_due(ctx, request.id, CARD_EVERY):
        ctx.plan(CARD_JOB, request.id, once(ctx.now + timedelta(seconds=1)))
    else:
        show(ctx, request)


def show_due(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Count who was not counted yet for a card."""
    for occurrence in occurrences:
        request = store.request(ctx, occurrence.subject)
        if request is not None and request.is_running:
            show(ctx, request)


def tell_places(ctx: Context, message: Message, about: str | None = None) -> None:
    """Say something new in every place, since an edited card notifies nobody."""
    for place in people.places(ctx.session):
        ctx.post(place, message, kind=Kind.PLACE, key=about)


def tell_owner(ctx: Context, request: Request, message: Message, about: str, kind: Kind = Kind.ASKED_FOR) -> None:
    """Say something to whoever looks after it, or to the leads where nobody does."""
    for member in owners(ctx, request):
        ctx.post(member, message, kind=kind, key=f"{key(request)}/{about}")


def remind_owner(ctx: Context, request: Request, message: Message, about: str, why: Phrase, lasts: timedelta) -> None:
    """Remind whoever looks after it kindly, within their hours and budget."""
    reminder = nudges.Reminder(f"{key(request)}/{about}", message, why, ctx.now + lasts)
    for member in owners(ctx, request):
        nudges.remind(ctx, member, reminder)


def settle_owner(ctx: Context, request: Request, message: Message, *about: str) -> None:
    """It is done: what would remind whoever looks after it goes."""
    for member in owners(ctx, request):
        for each in about:
            nudges.settle(ctx, member, f"{key(request)}/{each}", instead=message)


def owners(ctx: Context, request: Request) -> Sequence[Member]:
    """Whoever looks after it; where nobody does the first of the group that drafts, otherwise the leads."""
    order = [*([request.owner] if request.owner is not None else []), *audience.heads(ctx, request)]
    here = people.members(ctx.session, order)
    return next(([here[person]] for person in order if person in here), None) or leads(ctx)


def leads(ctx: Context) -> Sequence[Member]:
    """The leads who are here."""
    return list(people.members(ctx.session, people.leads(ctx.session)).values())


def tell_all(ctx: Context, request: Request, message: Message, about: str | None = None, *, but: Collection[int] = ()) -> int:
    """Everybody who took part hears it; how many they are."""
    heard = seats.took_part(ctx, request.id) - set(but)
    members = people.members(ctx.session, heard)
    about_it = f"{key(request)}/{about}" if about else None
    ctx.post_all([For(member, message, about_it) for member in members.values()], kind=Kind.NEWS)
    return len(members)


def key(request: Request) -> str:
    """The key of its card, and of all that is said about it."""
    return f"opinion/{request.id}"


def plan_once(ctx: Context, job: str, request: Request, cadence: Cadence) -> None:
    """Let something come for it once, in place of what was planned."""
    ctx.forget(job, [request.id])
    ctx.plan(job, request.id, cadence)

"""What every handler of a request begins and ends with: which request it is, and that the actor took part."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat.errors import CardOutOfDate, UserError
from bot.chat.language import _, n_
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.chat.text import Words
from bot.core.context import Context
from bot.core.outbox import Kind
from handlers import nudges
from handlers.opinions import audience, cards, contributions, opening_views, seats, store, views
from handlers.opinions.audience import NotInvited
from handlers.opinions.payloads import See
from handlers.opinions.requests import Request, Said
from handlers.opinions.rules import Position, Size
from handlers.opinions.words import POSITIONS
from handlers.polls import AGREEMENT


class NotYours(UserError):
    """Somebody else looks after it."""

    def __init__(self) -> None:
        super().__init__(_("Only whoever looks after this request, or a lead, can do that. Everything else is open to you."))


def known(ctx: Context, request_id: int) -> Request:
    """A request that somebody pressed a button of; what is prepared is for its opener and the leads."""
    return _known(ctx, store.request(ctx, request_id))


def locked(ctx: Context, request_id: int) -> Request:
    """The same for somebody who contributes: side by side with others, not while it moves on."""
    return _asked(ctx, _known(ctx, store.request(ctx, request_id, shared=True)))


def asked(ctx: Context, request_id: int) -> Request:
    """The same for somebody who is about to contribute."""
    return _asked(ctx, known(ctx, request_id))


def _asked(ctx: Context, request: Request) -> Request:
    if not audience.is_invited(ctx, request, ctx.actor.id):
        raise NotInvited
    return request


def _known(ctx: Context, request: Request | None) -> Request:
    if request is None or not (request.is_known or may_manage(ctx, request)):
        raise CardOutOfDate
    return request


def managed(ctx: Context, request_id: int) -> Request:
    """A request that the actor may look after, alone."""
    request = store.request(ctx, request_id, lock=True)
    if request is None:
        raise CardOutOfDate
    if not may_manage(ctx, request):
        raise NotYours
    return request


def may_manage(ctx: Context, request: Request) -> bool:
    """Whether the actor looks after it, is of the group that drafts it, or leads."""
    return ctx.actor.is_lead or request.owner == ctx.actor.id or ctx.actor.id in audience.heads(ctx, request)


def in_chat(ctx: Context, message: Message, *, instead: bool = False) -> Reply:
    """Setting up happens in one's own chat, wherever it began."""
    if ctx.in_chat:
        return Say(message, instead=instead)
    ctx.post(ctx.actor, message, kind=Kind.ANSWER)
    return Say(opening_views.waits_in_chat())


def settle(ctx: Context, request: Request) -> None:
    """The actor has taken part: what would remind them goes."""
    nudges.settle(ctx, ctx.actor, f"{cards.key(request)}/{request.turn}", instead=views.has_voice(request))


def see(ctx: Context, payload: See) -> Reply:
    """How it stands for one person, with what they said."""
    request = known(ctx, payload.request)
    mine = seats.sheet(ctx, request.id, seats.own(ctx, request.id)) if request.is_running else Said()
    written = contributions.of_seat(ctx, request.id, seats.own(ctx, request.id)) if request.is_running else []
    said = [*_mine(request, mine), *(f"“{each.text}”" for each in written)]
    is_asked = audience.is_invited(ctx, request, ctx.actor.id)
    return Say(views.seen(cards.standing(ctx, request), said, may_manage=may_manage(ctx, request), is_asked=is_asked))


def _mine(request: Request, said: Said) -> Iterator[Words]:
    if answered := len(said.answered):
        yield n_("You answered {count} statement.", "You answered {count} statements.", answered)
    if (ballot := said.ballots.get(request.round)) is not None:
        choice = ballot["position"]
        position = (request.options or AGREEMENT)[int(choice)] if request.size is Size.QUICK else POSITIONS[Position(choice)]
        yield (_("Your ballot:"), " ", position)

"""What reaches nobody: the leads hear of it once, see it whenever they like, and let go on what waits."""

from __future__ import annotations

from bot.chat.errors import Barrier
from bot.chat.reply import Reply, Say
from bot.core import reach
from bot.core.context import Context, For
from bot.core.facts import ConversationRefused, PlaceGone, PlaceJoined
from bot.core.outbox import Kind
from handlers.community import reach_views as views
from handlers.community import store
from handlers.community.payloads import SeeOutOfReach, TryAgain

PEOPLE = "refused:people"
THEIR_CHOICE = {Barrier.NOT_ADDED, Barrier.BLOCKED}


def tell(ctx: Context, fact: ConversationRefused) -> None:
    """Every lead hears what to do, told anew by the same message; of people who have not added us, only that there are some."""
    leads = store.leads(ctx)
    if not fact.is_place and fact.barrier in THEIR_CHOICE:
        told = ctx.have_posted([(lead, PEOPLE) for lead in leads])
        letters = [For(lead, views.people_refused(), PEOPLE) for lead in leads if (lead.id, PEOPLE) not in told]
    else:
        card = views.refused(fact.lane, fact.name, fact.barrier, fact.waiting, is_place=fact.is_place)
        letters = [For(lead, card, f"refused:{fact.lane}") for lead in leads]
    ctx.post_all(letters, kind=Kind.NEWS)


def tell_gone(ctx: Context, _fact: PlaceGone) -> None:
    """Every lead hears of places that are gone: one message a day, however many go with a team or a workspace."""
    if names := store.lately_closed(ctx):
        ctx.post_all([For(lead, views.places_gone(names), _gone(ctx)) for lead in store.leads(ctx)], kind=Kind.NEWS)


def tell_back(ctx: Context, _fact: PlaceJoined) -> None:
    """What was told of the day's places that are gone says what is still true."""
    names = store.lately_closed(ctx)
    for lead in store.leads(ctx):
        ctx.rewrite(lead, _gone(ctx), views.places_gone(names) if names else views.places_back())


def _gone(ctx: Context) -> str:
    return f"places gone:{ctx.community_today().isoformat()}"


def try_again(ctx: Context, payload: TryAgain) -> Reply:
    """A lead has done something about it."""
    count = reach.go_on_alike(ctx.session, payload.lane, ctx.now)
    return Say(views.tried_again(count)) if count else Say(views.nothing_waits())


def see(ctx: Context, _payload: SeeOutOfReach) -> Reply:
    """Who and what is out of reach, and why."""
    return Say(views.out_of_reach(reach.missed(ctx.session)))

"""Every seventh day the places hear what the days before came to."""

from __future__ import annotations

from datetime import date, timedelta

from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import store as people
from handlers import journal
from handlers.challenges import leading_store
from handlers.challenges import taking_part_store as mine
from handlers.challenges import taking_part_views as shown
from handlers.challenges.flows import date_of
from handlers.challenges.store import Challenge

EVERY = 7
MOST_SHARED = 3


def post_round_up(ctx: Context, challenge: Challenge, number: int, on: date) -> None:
    """Post the round-up where a week of activities is full; what came in between two of them is told once."""
    if number % EVERY:
        return
    first = max(number - EVERY, 1)
    shared = journal.shared_between(ctx, date_of(challenge, first), on - timedelta(days=1), MOST_SHARED)
    names = people.names(ctx.session, [each.person for each in shared])
    card = shown.round_up(
        challenge,
        number,
        mine.theme(ctx, challenge.id, number // EVERY),
        mine.done_together(ctx, challenge.id, first, number - 1),
        [(names[each.person], each.text) for each in shared],
        takes_more=number < challenge.plan.days,
    )
    for place in leading_store.places(ctx, challenge.id):
        ctx.post(place, card, kind=Kind.PLACE, key=f"challenge/{challenge.id}/week/{number}", expires_in=timedelta(hours=20))

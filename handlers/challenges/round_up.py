"""Every seventh day the places hear what the days before came to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Place
from handlers import journal
from handlers.challenges import leading_store, store
from handlers.challenges import taking_part_store as mine
from handlers.challenges import taking_part_views as shown
from handlers.challenges.flows import date_of, dates_of
from handlers.challenges.rules import LONGEST_DAYS, State
from handlers.challenges.store import Challenge

EVERY = 7
MOST_SHARED = 3


def post_round_up(ctx: Context, challenge: Challenge, number: int, on: date) -> None:
    """Post the round-up where a week of activities is full; what came in between two of them is told once."""
    if number % EVERY == 0:
        _post(ctx, challenge, number, on, leading_store.places(ctx, challenge.id))


def follow_entry(ctx: Context, fact: journal.EntryChanged) -> None:
    """An entry was taken back or rewritten: a round-up that tells it says what stands now."""
    if fact.visibility is not journal.Visibility.COMMUNITY:
        return
    for challenge_id in mine.challenges_from(ctx, fact.on - timedelta(days=2 * LONGEST_DAYS), fact.on):
        challenge = store.challenge(ctx, challenge_id)
        if challenge is None:
            continue
        after = next((n for n, on in dates_of(challenge.plan).items() if on > fact.on and n % EVERY == 0), None)
        if after is None:
            continue
        told = [place for place in people.places(ctx.session) if ctx.has_posted(place, _key(challenge, after))]
        if told:
            _post(ctx, challenge, after, date_of(challenge, after), told)


def _key(challenge: Challenge, number: int) -> str:
    return f"challenge/{challenge.id}/week/{number}"


def _post(ctx: Context, challenge: Challenge, number: int, on: date, to: Sequence[Place]) -> None:
    first = max(number - EVERY, 1)
    shared = journal.shared_between(ctx, date_of(challenge, first), on - timedelta(days=1), MOST_SHARED)
    names = people.names(ctx.session, [each.person for each in shared])
    card = shown.round_up(
        challenge,
        number,
        mine.theme(ctx, challenge.id, number // EVERY),
        mine.done_together(ctx, challenge.id, first, number - 1),
        [(names[each.person], each.text) for each in shared],
        takes_more=number < challenge.plan.days and challenge.state is not State.CLOSED,
    )
    for place in to:
        ctx.post(place, card, kind=Kind.PLACE, key=_key(challenge, number), expires_in=timedelta(hours=20))

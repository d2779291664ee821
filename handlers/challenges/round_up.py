"""Every seventh day the places hear what the days before came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from bot.core.context import Context
from bot.core.facts import ErasureBegun
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
    if fact.visibility is journal.Visibility.COMMUNITY:
        _say_anew(ctx, _telling(ctx, fact.on))


def let_go(ctx: Context, fact: ErasureBegun) -> None:
    """Somebody is erased: once their rows are gone, round-ups that told what they shared say what stands without them."""
    told = dict.fromkeys(each for on in journal.days_shared(ctx, fact.person) for each in _telling(ctx, on))
    fact.afterwards.append(partial(_say_anew, ctx, list(told)))


def _telling(ctx: Context, on: date) -> Iterator[tuple[int, int]]:
    """The round-ups that would tell an entry of a date: each by its challenge and number."""
    for challenge_id in mine.challenges_from(ctx, on - timedelta(days=2 * LONGEST_DAYS), on):
        challenge = store.challenge(ctx, challenge_id)
        after = next((n for n, day in dates_of(challenge.plan).items() if day > on and n % EVERY == 0), None) if challenge else None
        if after is not None:
            yield challenge_id, after


def _say_anew(ctx: Context, round_ups: Iterable[tuple[int, int]]) -> None:
    for challenge_id, number in round_ups:
        challenge = store.challenge(ctx, challenge_id)
        assert challenge is not None
        told = [place for place in people.places(ctx.session) if ctx.has_posted(place, _key(challenge, number))]
        if told:
            _post(ctx, challenge, number, date_of(challenge, number), told)


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

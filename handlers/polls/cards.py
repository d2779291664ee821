"""Where a poll stands: its living cards, what may be shown of it, and what comes round for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.chat.message import Message
from bot.chat.text import Label
from bot.core.cadences import Occurrence, once
from bot.core.context import Context
from bot.core.outbox import Kind as PostKind
from bot.people import disclosure
from bot.people import store as people
from bot.people.values import Place
from handlers.polls import ballots, store, views
from handlers.polls.kinds import Choice, Kind, State, Terms
from handlers.polls.payloads import SeePoll
from handlers.polls.result_views import Result, same_score
from handlers.polls.rules import CARD_EVERY, reminders
from handlers.polls.tallies import Tally, tally
from handlers.polls.views import Standing

CLOSE_JOB, CARD_JOB = "poll.close", "poll.card"
REMIND_JOBS = ("poll.remind", "poll.remind_last")
MOST_ROUNDS = 12
COUNT_EVERY = CARD_EVERY  # votes are counted anew for a card as often as it is edited
MANY = 200  # voters; counting more of them anew for everybody who looks would cost more than it tells, and a button tells it too
FEW = 30  # voters; counting more of them anew for every vote is what a storm would wait for


def standing(ctx: Context, terms: Terms) -> Standing:
    """How it stands, as far as it may be told now."""
    voters = None if terms.is_anonymous and terms.is_open else ballots.voters(ctx, terms)
    return Standing(terms, voters, _result(ctx, terms))


def _result(ctx: Context, terms: Terms) -> Result:
    if not terms.shows_counts:
        return Result()
    found = result_of(terms, tally(terms, ballots.answers(ctx, terms)))
    if terms.series is None or terms.is_open or found.counted is None or found.nearly_all:
        return found
    trend, of = _trend(ctx, terms, found.counted)
    return Result(found.counted, trend=trend, trend_of=of)


def _trend(ctx: Context, terms: Terms, counted: Tally) -> tuple[tuple[tuple[str, int], ...], Label]:
    """The share, in the rounds of a template until this one, of what is followed; rounds that are too small to be shown are left out."""
    assert terms.series is not None
    option = followed(terms, counted)
    if option is None:
        return (), ""
    shares = []
    for each in store.rounds(ctx, terms.series, MOST_ROUNDS):
        if each.id <= terms.id and each.closed_at is not None:
            shown = result_of(each, tally(each, ballots.answers(ctx, each)))
            share = share_of(each, shown.counted, option.label) if shown.counted is not None and not shown.nearly_all else None
            if share is not None:
                shares.append((each.closed_at.date().isoformat(), share))
    return tuple(shares), option.label


def followed(terms: Terms, counted: Tally) -> Choice | None:
    """The option whose share is followed over time: that of a scale's best end, or else the one that leads now."""
    if terms.kind in {Kind.AGREEMENT, Kind.CONSENT}:
        return terms.options[0]
    if terms.kind is Kind.SCORE:
        return terms.options[0]
    return terms.option(counted.leading[0]) if counted.leading and terms.kind in {Kind.SINGLE, Kind.MULTIPLE} else None


def share_of(terms: Terms, counted: Tally, label: Label) -> int | None:
    """How many per cent chose an option, agreed at all with a scale, or gave a 4 or 5."""
    if not counted.voters:
        return None
    options = [each.id for each in terms.options if each.label == label]
    if not options:
        return None
    if terms.kind is Kind.SCORE:
        scored = next(each for each in counted.scores if each.option == options[0])
        return round(100 * sum(scored.distribution[3:]) / scored.voters) if scored.voters else None
    if terms.kind in {Kind.AGREEMENT, Kind.CONSENT}:
        options = [each.id for each in terms.options[:2]]
    return round(100 * sum(count for option, count in counted.counts if option in options) / counted.voters)


# -- cards ---------------------------------------------------------------------------------------------------------------


def places_of(ctx: Context, terms: Terms) -> Sequence[Place]:
    """The places in which it stands; those that are gone are left out."""
    return people.places(ctx.session, terms.places or None)


def show(ctx: Context, terms: Terms) -> Standing:
    """Post or refresh its card in every place; what voters see is edited every three seconds at most."""
    shown = standing(ctx, terms)
    card = views.card(shown)
    for place in places_of(ctx, terms):
        _show_in(ctx, terms, place, card)
    return shown


def seen_by(ctx: Context, payload: SeePoll) -> Message | None:
    """Its card as whoever looks at it sees it, with their own vote."""
    terms = store.poll(ctx, payload.poll)
    if terms is None or terms.is_anonymous or terms.state is State.DRAFT or ballots.voters(ctx, terms) > MANY:
        return None
    return views.card(standing(ctx, terms), ballots.own(ctx, terms))


def follow_votes(ctx: Context, terms: Terms) -> None:
    """Let its card follow a vote: of few voters at once; of many as often as it is edited, and what is left with the next minute."""
    if terms.counted_at is not None and ctx.now < terms.counted_at + COUNT_EVERY:
        return  # whoever counted then has planned to count again
    if ballots.voters(ctx, terms) > FEW:
        if not store.is_card_due(ctx, terms.id, COUNT_EVERY):
            return
        ctx.plan(CARD_JOB, terms.id, once(ctx.now + COUNT_EVERY))
    show(ctx, terms)


def show_due(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Count what was not counted yet for a card."""
    for occurrence in occurrences:
        terms = store.poll(ctx, occurrence.subject)
        if terms is not None and terms.is_open:
            show(ctx, terms)


def show_in(ctx: Context, terms: Terms, place: Place) -> None:
    """Post its card in one place that came later, or came back, where it is meant for it."""
    if not terms.places or place.id in terms.places:
        _show_in(ctx, terms, place, views.card(standing(ctx, terms)))


def _show_in(ctx: Context, terms: Terms, place: Place, card: Message) -> None:
    ctx.post(place, card, kind=PostKind.PLACE, key=f"poll/{terms.id}", edits_every=CARD_EVERY)


def tell_places(ctx: Context, terms: Terms, message: Message, key: str | None = None) -> None:
    """Say something new in every place, since an edited card notifies nobody."""
    for place in places_of(ctx, terms):
        ctx.post(place, message, kind=PostKind.PLACE, key=f"poll/{terms.id}/{key}" if key else None)


# -- what comes round ----------------------------------------------------------------------------------------------------


def plan(ctx: Context, terms: Terms) -> None:
    """Its close and its reminders come at their time."""
    forget(ctx, terms)
    if terms.closes_at is not None:
        ctx.plan(CLOSE_JOB, terms.id, once(terms.closes_at))
    for job, at in zip(reversed(REMIND_JOBS), reversed(reminder_times(terms)), strict=False):
        if at > ctx.now:
            ctx.plan(job, terms.id, once(at))


def reminder_times(terms: Terms) -> Sequence[datetime]:
    """When those who have not voted are reminded."""
    return reminders(terms.opened_at, terms.closes_at) if terms.opened_at is not None else ()


def forget(ctx: Context, terms: Terms) -> None:
    """Nothing comes for it any more."""
    for job in (CLOSE_JOB, CARD_JOB, *REMIND_JOBS):
        ctx.forget(job, [terms.id])


def reminder_keys(terms: Terms) -> Sequence[str]:
    """The keys of the two reminders to vote."""
    return [f"poll/{terms.id}/vote/{number}" for number in range(len(REMIND_JOBS))]


def outcome_key(terms: Terms) -> str:
    """The key of what reminds its poser to say what comes of it."""
    return f"poll/{terms.id}/outcome"


def result_of(terms: Terms, counted: Tally) -> Result:
    """What may be told of a tally: all of an open poll's; of an anonymous one's nothing of few, and no unanimity of not many."""
    if not terms.is_anonymous or not counted.voters:
        return Result(counted)
    if not disclosure.may_show(counted.voters, terms.least_shown):
        return Result(too_few=terms.least_shown)
    if terms.kind is Kind.OPEN:
        return Result(counted)
    return Result(counted, nearly_all=_nearly_all(terms, counted))


def _nearly_all(terms: Terms, counted: Tally) -> tuple[int, ...]:
    """The options on which all or nearly all of a few agree, so that their numbers would tell what everybody said."""
    voters, counts = counted.voters, dict(counted.counts)
    match terms.kind:
        case Kind.SCORE:
            return tuple(each.option for each in counted.scores if same_score(each, terms.k) is not None)
        case Kind.DOTS:
            counts = {option: voters if count >= terms.points * (voters - 1) else 0 for option, count in counts.items()}
        case Kind.RANKED:
            counts = dict(counted.rounds[0].counts) if counted.rounds else {}
    found = disclosure.told(counts, voters, terms.k, is_exclusive=terms.kind is not Kind.MULTIPLE).nearly_all
    return tuple(option.id for option in terms.options if option.id in found)

"""What comes round in a challenge: the day for the places, the day for each participant, the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache, partial

from bot.chat.message import Message
from bot.core.cadences import Occurrence
from bot.core.context import Context
from bot.core.facts import PersonChanged, PersonLeft, PlaceJoined
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import HowOften, Member
from handlers import nudges
from handlers.challenges import leading_store, store, taking_part_views, views
from handlers.challenges import taking_part_store as mine
from handlers.challenges.facts import ChallengeBegun, ChallengeEnded, ParticipantLeft
from handlers.challenges.flows import ACTIVITY_JOB, comes_on, day_key, day_of_mine, replan, show_announcement, week_of_mine
from handlers.challenges.payloads import AboutDay
from handlers.challenges.round_up import post_round_up
from handlers.challenges.rules import Move, State, moved, summary
from handlers.challenges.store import Challenge, Participant
from handlers.packs import Activity


def post_day(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Post the day's activity to every place, once."""
    for occurrence in occurrences:
        challenge = store.challenge(ctx, occurrence.subject, lock=True)
        number = challenge.plan.number_of(occurrence.on) if challenge is not None else None
        if challenge is None or number is None or not challenge.state.is_open:
            continue
        if challenge.state is State.ANNOUNCED:
            store.set_state(ctx, challenge.id, State.RUNNING)
        post_to_places(ctx, challenge, number)
        post_round_up(ctx, challenge, number, occurrence.on)
        if challenge.state is State.ANNOUNCED:
            ctx.publish(ChallengeBegun(challenge.id))


def post_to_places(ctx: Context, challenge: Challenge, number: int) -> None:
    """Post a day's activity to the places of a challenge."""
    activity = store.activity(ctx, challenge.id, number)
    assert activity is not None
    for place in leading_store.places(ctx, challenge.id):
        ctx.post(
            place,
            views.place_day(challenge, number, activity),
            kind=Kind.PLACE,
            key=f"challenge/{challenge.id}/day/{number}",
            on_reply=AboutDay(challenge.id, number),
            expires_in=timedelta(hours=20),
        )


def seen_by(ctx: Context, payload: AboutDay) -> Message | None:
    """A day's activity in a place as whoever looks at it sees it: done, when it is."""
    challenge = store.challenge(ctx, payload.challenge)
    activity = store.activity(ctx, payload.challenge, payload.number) if challenge is not None else None
    if challenge is None or activity is None:
        return None
    part = store.participation(ctx, challenge.id, ctx.actor.id)
    is_done = part is not None and store.is_done(ctx, part.id, payload.number)
    return views.place_day(challenge, payload.number, activity, is_done=is_done)


def send_days(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Send the day's activity to participants whose hour has come."""
    parts = {part.id: part for part in store.parts(ctx, [o.subject for o in occurrences])}
    members = people.members(ctx.session, [part.person for part in parts.values()])
    paused = mine.paused(ctx, {o.subject: o.on for o in occurrences})
    away = nudges.days_away_of(ctx, members)
    due = []
    for occurrence in occurrences:
        part = parts.get(occurrence.subject)
        member = members.get(part.person) if part is not None else None
        number = part.challenge.plan.number_of(occurrence.on) if part is not None else None
        if part is None or member is None or number is None or part.id in paused:
            continue
        if comes_on(part.challenge.plan, member, occurrence.on, away.get(member.id, ())):
            due.append((part, member, number))
    _send(ctx, due)


def _send(ctx: Context, due: Sequence[tuple[Participant, Member, int]]) -> None:
    """Post or refresh the cards of many: the statements are as many as there are different days, not as there are people."""

    @cache
    def activity(challenge: int, number: int) -> Activity | None:
        return store.activity(ctx, challenge, number)

    numbers = {part.id: number for part, _member, number in due}
    done, came = store.who_did(ctx, numbers), mine.all_times_came(ctx, numbers)
    weekly = [(member, day_key(part, member, number)) for part, member, number in due if member.activity is HowOften.WEEKLY]
    sent = ctx.have_posted(weekly)
    cards = []
    for part, member, number in due:
        if member.activity is HowOften.WEEKLY and (member.id, day_key(part, member, number)) not in sent:
            cards.append(week_of_mine(part, member, number, partial(activity, part.challenge.id)))
        elif (todays := activity(part.challenge.id, number)) is not None:
            cards.append(day_of_mine(part, member, number, todays, is_done=part.id in done, came=came.get(part.id, 0)))
    ctx.post_all(cards, kind=Kind.ASKED_FOR)


def end(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """End a challenge when its last day can be done nowhere any more: the places get the counts; what nobody joined is closed at once."""
    for occurrence in occurrences:
        challenge = store.challenge(ctx, occurrence.subject, lock=True)
        if challenge is None or not challenge.state.is_open or challenge.plan.is_paused or occurrence.on < challenge.plan.ends_on:
            continue  # cancelled, paused or made longer since this was planned
        parts = store.parts_of(ctx, challenge.id)
        done = store.days_done(ctx, challenge.id)
        state = moved(challenge.state, Move.END) if parts else None
        store.set_state(ctx, challenge.id, state or State.CLOSED)
        ctx.forget(ACTIVITY_JOB, [part.id for part in parts])
        for place in leading_store.places(ctx, challenge.id):
            ctx.post(place, views.ended(challenge, len(parts)), kind=Kind.PLACE, key=f"challenge/{challenge.id}")
            ctx.post(place, views.over(challenge, summary(done.values(), challenge.plan.days)), kind=Kind.PLACE)
        ctx.publish(ChallengeEnded(challenge.id))


def follow_person(ctx: Context, fact: PersonChanged) -> None:
    """A person's zone may have changed, or the hour at which daily things come to them."""
    if fact.hour_before is not None and fact.hour_before != fact.member.hour:
        parts = store.own_parts(ctx, fact.member.id)
        store.move_hour(ctx, [part.id for part in parts if not part.has_own_hour], fact.member.hour)
        ctx.remarks += [
            taking_part_views.hour_of(part.challenge, part.at if part.has_own_hour else None, fact.member.hour) for part in parts
        ]
    replan(ctx, fact.member)


def follow_away(ctx: Context, fact: nudges.AwayChanged) -> None:
    """Somebody is away on other days now: whoever is back gets today's activity."""
    if (member := people.members(ctx.session, [fact.person]).get(fact.person)) is not None:
        replan(ctx, member)


def release_person(ctx: Context, fact: PersonLeft) -> None:
    """Nothing comes to a person who has left."""
    parts = store.own_parts(ctx, fact.person)
    ctx.forget(ACTIVITY_JOB, [part.id for part in parts])
    for part in parts:
        store.leave(ctx, part.id)
        mine.pause(ctx, part.id, ctx.community_today(), part.challenge.plan.last_on)
        show_announcement(ctx, part.challenge)
        ctx.publish(ParticipantLeft(part.challenge.id, part.person))


def show_to_place(ctx: Context, fact: PlaceJoined) -> None:
    """A place that joins late gets the cards of what is open."""
    for challenge in store.open_challenges(ctx):
        if all(place.id != fact.place.id for place in leading_store.places(ctx, challenge.id)):
            continue
        card = views.announcement(challenge, store.count_in(ctx, challenge.id))
        ctx.post(fact.place, card, kind=Kind.PLACE, key=f"challenge/{challenge.id}")

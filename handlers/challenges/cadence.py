"""What comes round in a challenge: the day for the places, the day for each participant, the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.core.cadences import Occurrence
from bot.core.context import Context
from bot.core.facts import PersonChanged, PersonLeft, PlaceJoined
from bot.core.outbox import Kind
from bot.people import store as people
from handlers import nudges
from handlers.challenges import closing, leading_store, store, taking_part_views, views
from handlers.challenges import taking_part_store as mine
from handlers.challenges.flows import ACTIVITY_JOB, comes_on, replan, send_day, show_announcement
from handlers.challenges.payloads import AboutDay
from handlers.challenges.round_up import post_round_up
from handlers.challenges.rules import State, summary
from handlers.challenges.store import Challenge


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


def send_days(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Send the day's activity to participants whose hour has come."""
    parts = {part.id: part for part in store.parts(ctx, [o.subject for o in occurrences])}
    members = people.members(ctx.session, [part.person for part in parts.values()])
    paused = mine.paused(ctx, {o.subject: o.on for o in occurrences})
    away = nudges.days_away_of(ctx, members)
    for occurrence in occurrences:
        part = parts.get(occurrence.subject)
        member = members.get(part.person) if part is not None else None
        number = part.challenge.plan.number_of(occurrence.on) if part is not None else None
        if part is None or member is None or number is None or part.id in paused:
            continue
        if comes_on(part.challenge.plan, member, occurrence.on, away.get(member.id, ())):
            send_day(ctx, part, member, number)


def end(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Close a challenge when the last day can be done nowhere any more: the places get the counts, each participant their own."""
    for occurrence in occurrences:
        challenge = store.challenge(ctx, occurrence.subject, lock=True)
        if challenge is None or not challenge.state.is_open or challenge.plan.is_paused or occurrence.on < challenge.plan.ends_on:
            continue  # cancelled, paused or made longer since this was planned
        parts = store.parts_of(ctx, challenge.id)
        done = store.days_done(ctx, challenge.id)
        members = people.members(ctx.session, [part.person for part in parts])
        closing.begin(ctx, challenge, occurrence.on)
        ctx.forget(ACTIVITY_JOB, [part.id for part in parts])
        for place in leading_store.places(ctx, challenge.id):
            ctx.post(place, views.ended(challenge, len(parts)), kind=Kind.PLACE, key=f"challenge/{challenge.id}")
            ctx.post(place, views.over(challenge, summary(done.values(), challenge.plan.days)), kind=Kind.PLACE)
        for part in parts:
            if (member := members.get(part.person)) is not None:
                ctx.post(member, views.my_end(challenge, done.get(part.id, 0)), kind=Kind.ASKED_FOR)


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


def show_to_place(ctx: Context, fact: PlaceJoined) -> None:
    """A place that joins late gets the cards of what is open."""
    for challenge in store.open_challenges(ctx):
        if all(place.id != fact.place.id for place in leading_store.places(ctx, challenge.id)):
            continue
        card = views.announcement(challenge, store.count_in(ctx, challenge.id))
        ctx.post(fact.place, card, kind=Kind.PLACE, key=f"challenge/{challenge.id}")

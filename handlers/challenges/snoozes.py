"""Putting a day's card off: it comes again in two hours, then this evening or tomorrow, and not at all once the day is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.core.cadences import Occurrence, once
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member
from handlers import nudges
from handlers.challenges import store, views
from handlers.challenges import taking_part_store as mine
from handlers.challenges import taking_part_views as shown
from handlers.challenges.flows import date_of, day_key, open_challenge, send_day, was_sent, why_closed
from handlers.challenges.payloads import AboutDay
from handlers.challenges.store import Participant
from handlers.challenges.streaks import closes_at, is_open, put_off_until
from handlers.challenges.taking_part_payloads import ShowNow, Snooze

SNOOZE_JOB = "challenge.snooze"


def snooze(ctx: Context, payload: Snooze) -> Reply:
    """Let the card come again later; a second press finds it put off already."""
    challenge = open_challenge(ctx, payload.challenge)
    part, number = store.participation(ctx, challenge.id, ctx.actor.id), payload.number
    if part is None:
        return Say(views.not_in_it(challenge))
    if (closed := why_closed(ctx, challenge, number)) is not None:
        return Say(closed)
    if store.is_done(ctx, part.id, number):
        return Say(views.done(challenge, number, store.count_done(ctx, part.id), is_new=False, on=date_of(challenge, number)))
    zone, taken = ctx.actor.zone, mine.snoozes(ctx, part.id, number)
    waiting = next((each for each in taken if not each.has_come and each.due_at > ctx.now), None)
    if waiting is not None:
        return Say(shown.snoozed(number, waiting.due_at, zone, is_new=False))
    due_at = put_off_until(ctx.now, zone, len(taken), part.at)
    if due_at is None:
        return Say(shown.snoozed_enough(number, closes_at(date_of(challenge, number), zone), zone))
    snooze_id = mine.insert_snooze(ctx, part.id, number, len(taken), due_at)
    ctx.plan(SNOOZE_JOB, snooze_id, once(due_at))
    activity = store.activity(ctx, challenge.id, number)
    assert activity is not None
    if was_sent(ctx, part, ctx.actor, number):
        later = shown.my_day_later(challenge, number, activity, date_of(challenge, number), due_at, zone)
        _edit(ctx, part, ctx.actor, number, later)
    return Say(shown.snoozed(number, due_at, zone))


def show_now(ctx: Context, payload: ShowNow) -> Reply:
    """Show the card after all; it does not come a second time."""
    challenge = open_challenge(ctx, payload.challenge)
    part = store.participation(ctx, challenge.id, ctx.actor.id)
    if part is None:
        return Say(views.not_in_it(challenge))
    waiting = [each for each in mine.snoozes(ctx, part.id, payload.number) if not each.has_come]
    for each in waiting:
        mine.delete_snooze(ctx, each.id)
    ctx.forget(SNOOZE_JOB, [each.id for each in waiting])
    if was_sent(ctx, part, ctx.actor, payload.number):
        send_day(ctx, part, ctx.actor, payload.number)
    return Say(shown.shown_now(payload.number))


def come_again(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Post what was put off anew, unless it was done, paused, closed or left meanwhile."""
    found = [put_off for each in occurrences if (put_off := mine.snooze(ctx, each.subject)) is not None and not put_off.has_come]
    parts = {part.id: part for part in store.parts(ctx, {each.participant for each in found})}
    members = people.members(ctx.session, [part.person for part in parts.values()])
    for each in found:
        part = parts.get(each.participant)
        member = members.get(part.person) if part is not None else None
        if part is not None and member is not None and _still_makes_sense(ctx, part, member, each.number):
            activity = store.activity(ctx, part.challenge.id, each.number)
            assert activity is not None
            _edit(ctx, part, member, each.number, shown.my_day_came_again(part.challenge, each.number, activity))
            mine.snooze_came(ctx, each.id)
            send_day(ctx, part, member, each.number)


def _still_makes_sense(ctx: Context, part: Participant, member: Member, number: int) -> bool:
    today = ctx.today(member)
    if store.is_done(ctx, part.id, number) or mine.resumes_on(ctx, part.id, today) is not None:
        return False
    if nudges.away_until(ctx, [member.id], today):
        return False
    return is_open(date_of(part.challenge, number), ctx.now, member.zone)


def _edit(ctx: Context, part: Participant, member: Member, number: int, instead: Message) -> None:
    ctx.post(
        member,
        instead,
        kind=Kind.ASKED_FOR,
        key=day_key(part, member, number, mine.times_came(ctx, part.id, number)),
        on_reply=AboutDay(part.challenge.id, number),
        expires_in=timedelta(hours=20),
    )

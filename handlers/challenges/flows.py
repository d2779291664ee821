"""The challenge's handlers: joining, leaving, doing a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache, partial

from bot.chat.errors import CardOutOfDate
from bot.chat.language import _
from bot.chat.message import Button, Buttons, Message
from bot.chat.reply import Reply, Say
from bot.core.context import Context, For, Written
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import HowOften, Member
from handlers import journal, nudges
from handlers.challenges import leading_store, store, streaks, taking_part_views, views
from handlers.challenges import taking_part_store as mine
from handlers.challenges.facts import DayDone, DayUndone, ParticipantJoined, ParticipantLeft
from handlers.challenges.payloads import AboutDay, Done, Join, Leave, NotAnEntry, NotDone
from handlers.challenges.rows import ParticipantRow
from handlers.challenges.rules import Plan, is_last_of_week
from handlers.challenges.store import Challenge, Participant
from handlers.packs import Activity

PLACE_JOB = "challenge.place"
ACTIVITY_JOB = "challenge.activity"
END_JOB = "challenge.end"


def show_announcement(ctx: Context, challenge: Challenge) -> None:
    """Post or refresh the living card in every place."""
    card = views.announcement(challenge, store.count_in(ctx, challenge.id))
    for place in leading_store.places(ctx, challenge.id):
        ctx.post(place, card, kind=Kind.PLACE, key=f"challenge/{challenge.id}")


def join(ctx: Context, payload: Join) -> Reply:
    """Take part; in a running challenge today's activity comes at once."""
    challenge = open_challenge(ctx, payload.challenge, lock=True)  # two who join at once would each count without the other
    if _is_through(ctx, challenge) and store.participation(ctx, challenge.id, ctx.actor.id) is None:
        return Say(taking_part_views.over_already(challenge))
    part, is_new = store.join(ctx, challenge, ctx.actor.id, ctx.actor.hour)
    if is_new:
        mine.end_pause(ctx, part.id, ctx.today())  # the time away was one
    following = plan_activity(ctx, part, ctx.actor, sends_today=is_new)
    if is_new:
        show_announcement(ctx, challenge)
        ctx.publish(ParticipantJoined(challenge.id, ctx.actor.id, mine.about_me(ctx, part.id).wants_partner))
    number = challenge.plan.number_of(ctx.today())
    has_todays = number is not None and was_sent(ctx, part, ctx.actor, number)
    is_late = ctx.today() > challenge.plan.starts_on
    said = views.joined(challenge, following, ctx.actor.zone, is_new=is_new, has_todays=has_todays, is_late=is_late)
    return Say(ctx.with_additions(said), stays=True)


def _is_through(ctx: Context, challenge: Challenge) -> bool:
    """Whether the last day is over, and only what was missed can still be done."""
    return not challenge.plan.is_paused and ctx.today() > challenge.plan.last_on


def plan_activity(ctx: Context, part: Participant, member: Member, *, sends_today: bool) -> datetime | None:
    """Plan a participant's daily activity and say when the next one comes; what today's hour has passed for is sent at once."""
    cadence = part.challenge.plan.daily(member.zone, part.at)
    on = ctx.today(member)
    resumes_on = mine.resumes_on(ctx, part.id, on)
    if resumes_on is not None:
        cadence = replace(cadence, first_on=max(cadence.first_on, resumes_on))
    ctx.plan(ACTIVITY_JOB, part.id, cadence)
    away = nudges.days_away(ctx, member.id)
    comes = resumes_on is None and comes_on(part.challenge.plan, member, on, away)
    number = part.challenge.plan.number_of(on) if comes else None
    following = cadence.next_due(ctx.now)
    while following is not None and not comes_on(part.challenge.plan, member, following[0], away):
        following = cadence.next_due(following[1])  # over a pause whose end is known, days away, and days that come together
    if sends_today and number is not None and (following is None or following[0] != on):
        send_day(ctx, part, member, number)
    return following[1] if following is not None else None


def comes_on(plan: Plan, member: Member, on: date, away: Sequence[tuple[date, date]]) -> bool:
    """Whether a challenge sends something to a participant on a date: every day, or on the one day of their week."""
    if plan.number_of(on) is None or any(first <= on <= last for first, last in away):
        return False
    match member.activity:
        case HowOften.DAILY:
            return True
        case HowOften.WEEKLY:
            return is_last_of_week(dates_of(plan).values(), on, member.weekly_on)
        case _:
            return False


def replan(ctx: Context, member: Member) -> None:
    """A person's zone changed: their hour moves with it; no day comes twice, and none is lost by flying over its hour."""
    for part in store.own_parts(ctx, member.id):
        number = part.challenge.plan.number_of(ctx.today(member))
        plan_activity(ctx, part, member, sends_today=number is not None and not was_sent(ctx, part, member, number))


def replan_parts(ctx: Context, challenge: Challenge) -> None:
    """The plan of a challenge changed: everybody's cadence follows it."""
    parts = store.parts_of(ctx, challenge.id)
    members = people.members(ctx.session, [part.person for part in parts])
    for part in parts:
        if (member := members.get(part.person)) is not None:
            plan_activity(ctx, part, member, sends_today=False)


def send_day(ctx: Context, part: Participant, member: Member, number: int) -> None:
    """Post a day's activity to a participant, or refresh the card that is there; once a week the days since come together."""
    if member.activity is HowOften.WEEKLY and not was_sent(ctx, part, member, number):
        _post(ctx, week_of_mine(part, member, number, partial(store.activity, ctx, part.challenge.id)))
        return
    activity = store.activity(ctx, part.challenge.id, number)
    assert activity is not None
    is_done, came = store.is_done(ctx, part.id, number), mine.times_came(ctx, part.id, number)
    _post(ctx, day_of_mine(part, member, number, activity, is_done=is_done, came=came))


def _post(ctx: Context, card: For) -> None:
    ctx.post(card.to, card.message, kind=Kind.ASKED_FOR, key=card.key, on_reply=card.on_reply, expires_in=card.expires_in)


def day_of_mine(part: Participant, member: Member, number: int, activity: Activity, *, is_done: bool, came: int) -> For:
    """A day's card in one's own chat."""
    card = views.my_day(part.challenge, number, activity, is_done=is_done, on=date_of(part.challenge, number), came=came)
    return _card(part, number, member, card, day_key(part, member, number, came))


def week_of_mine(part: Participant, member: Member, number: int, activity_of: Callable[[int], Activity | None]) -> For:
    """The activities since last week, in one card."""
    on = date_of(part.challenge, number)
    numbers = [n for n, day in dates_of(part.challenge.plan).items() if on - timedelta(days=7) < day <= on]
    card = taking_part_views.my_week(part.challenge, [(n, each) for n in numbers if (each := activity_of(n)) is not None])
    return _card(part, number, member, card, f"challenge/{part.challenge.id}/week/{number}/{member.id}")


def _card(part: Participant, number: int, member: Member, message: Message, key: str) -> For:
    return For(member, message, key, AboutDay(part.challenge.id, number), timedelta(hours=20))


def day_key(part: Participant, member: Member, number: int, came: int = 0) -> str:
    """The key of a day's card in one's own chat; one that came again after a snooze is a message of its own."""
    return f"challenge/{part.challenge.id}/day/{number}/{member.id}" + (f"/{came}" if came else "")


def leave(ctx: Context, payload: Leave) -> Reply:
    """Take part no more; what was done stays one's own."""
    store.challenge(ctx, payload.challenge, lock=True)
    part = store.participation(ctx, payload.challenge, ctx.actor.id)
    if part is None:
        raise CardOutOfDate
    store.leave(ctx, part.id)
    mine.pause(ctx, part.id, ctx.today(), part.challenge.plan.last_on)  # who comes back owes nothing for the days between
    ctx.forget(ACTIVITY_JOB, [part.id])
    show_announcement(ctx, part.challenge)
    ctx.publish(ParticipantLeft(part.challenge.id, part.person))
    return Say(views.left(part.challenge), instead=True)


def done(ctx: Context, payload: Done) -> Reply:
    """Mark a day done; a second press changes nothing."""
    challenge = open_challenge(ctx, payload.challenge)
    part = store.participation(ctx, challenge.id, ctx.actor.id)
    if part is None:
        return Say(views.not_in_it(challenge))
    if (closed := why_closed(ctx, challenge, payload.number)) is not None:
        return Say(closed)
    is_new = store.mark_done(ctx, part.id, payload.number, by_entry=False)
    if is_new:
        refresh_day(ctx, part, payload.number)
        ctx.publish(DayDone(challenge.id, part.person, payload.number))
    on = date_of(challenge, payload.number)
    return Say(views.done(challenge, payload.number, store.count_done(ctx, part.id), is_new=is_new, on=on))


def not_done(ctx: Context, payload: NotDone) -> Reply:
    """Take a done day back."""
    challenge = open_challenge(ctx, payload.challenge)
    part = store.participation(ctx, challenge.id, ctx.actor.id)
    if part is None:
        raise CardOutOfDate
    if (closed := why_closed(ctx, challenge, payload.number)) is not None:
        return Say(closed)
    if store.unmark(ctx, part.id, payload.number):
        refresh_day(ctx, part, payload.number)
        ctx.publish(DayUndone(challenge.id, part.person, payload.number))
    return Say(views.not_done(challenge, payload.number), instead=True)


def refresh_day(ctx: Context, part: Participant, number: int) -> None:
    """Let the card of a day that was sent show how it stands; a card that is still to come needs nothing."""
    if was_sent(ctx, part, ctx.actor, number):
        send_day(ctx, part, ctx.actor, number)


def was_sent(ctx: Context, part: Participant, member: Member, number: int) -> bool:
    """Whether a day's card was sent."""
    return ctx.has_posted(member, day_key(part, member, number))


def why_closed(ctx: Context, challenge: Challenge, number: int) -> Message | None:
    """What is said of a day that cannot be changed now; None of one that can."""
    on, zone = date_of(challenge, number), ctx.actor.zone
    if streaks.is_open(on, ctx.now, zone):
        return None
    closed_at = streaks.closes_at(on, zone) if on <= ctx.today() else None
    return taking_part_views.day_closed(number, on, closed_at, zone)


def reply_to_day(ctx: Context, payload: AboutDay, written: Written) -> Reply:
    """A reply to a day's activity is an entry for that day; in a place it is one that the community reads."""
    challenge = store.challenge(ctx, payload.challenge)
    on = date_of(challenge, payload.number) if challenge is not None else ctx.today()
    return with_not_an_entry(journal.write(ctx, written, on=on if on <= ctx.today() else ctx.today()))


def take_text(ctx: Context, written: Written) -> Reply:
    """Free text while today's activity is open is today's entry."""
    return with_not_an_entry(journal.write(ctx, written))


def with_not_an_entry(reply: Reply) -> Reply:
    """Add *Not an entry* beside the journal's *Undo*."""
    if not isinstance(reply, Say):
        return reply
    blocks = []
    for block in reply.message.blocks:
        if isinstance(block, Buttons) and isinstance(undo := block.buttons[0].action, journal.Undo):
            block = Buttons((*block.buttons, Button(_("Not an entry"), NotAnEntry(undo.entry))))
        blocks.append(block)
    return Say(Message(reply.message.summary, tuple(blocks)))


def not_an_entry(ctx: Context, payload: NotAnEntry) -> Reply:
    """Forget a text that was taken for an entry."""
    journal.remove(ctx, payload.entry)
    return Say(views.not_an_entry(), instead=True)


def has_open_day(ctx: Context) -> bool:
    """Whether the actor takes part in a challenge that has an activity today, and has not paused."""
    if not ctx.had(ParticipantRow):
        return False
    today = ctx.today()
    having = [part for part in store.own_parts(ctx, ctx.actor.id) if part.challenge.plan.number_of(today) is not None]
    return any(mine.resumes_on(ctx, part.id, today) is None for part in having)


def count_entry(ctx: Context, fact: journal.EntryWritten) -> None:
    """An entry marks its day done in every challenge that has one then, as long as the day is open."""
    if not ctx.had(ParticipantRow):
        return
    is_open = streaks.is_open(fact.on, ctx.now, ctx.actor.zone)
    for part, number in _days_on(ctx, fact.person, fact.on):
        if not is_open:
            ctx.remarks.append(taking_part_views.entry_without_day(part.challenge, number, fact.on))
            continue
        if store.mark_done(ctx, part.id, number, by_entry=True):
            refresh_day(ctx, part, number)
            ctx.remarks.append(views.day_by_entry(part.challenge, number, store.count_done(ctx, part.id)))
            ctx.publish(DayDone(part.challenge.id, part.person, number))


def uncount_entry(ctx: Context, fact: journal.DayEmptied) -> None:
    """A day that was done only by its entries is open again without them."""
    if not streaks.is_open(fact.on, ctx.now, ctx.actor.zone):
        return  # what counted stays counted
    for part, number in _days_on(ctx, fact.person, fact.on):
        if store.unmark(ctx, part.id, number, only_by_entry=True):
            refresh_day(ctx, part, number)
            ctx.publish(DayUndone(part.challenge.id, part.person, number))


def _days_on(ctx: Context, person: int, on: date) -> list[tuple[Participant, int]]:
    numbered = [(part, part.challenge.plan.number_of(on)) for part in store.own_parts(ctx, person)]
    return [(part, number) for part, number in numbered if number is not None]


def date_of(challenge: Challenge, number: int) -> date:
    """The date of an activity."""
    on = dates_of(challenge.plan).get(number)
    if on is None:
        raise CardOutOfDate
    return on


@lru_cache(maxsize=256)  # a day's cards go to everybody at once, and each asks for its date
def dates_of(plan: Plan) -> Mapping[int, date]:
    """Every activity's date by its number, in order."""
    spanned = (plan.starts_on + timedelta(days=n) for n in range((plan.last_on - plan.starts_on).days + 1))
    return {number: on for on in spanned if (number := plan.number_of(on)) is not None}


def open_challenge(ctx: Context, challenge_id: int, *, lock: bool = False) -> Challenge:
    """A challenge that is not over."""
    challenge = store.challenge(ctx, challenge_id, lock=lock)
    if challenge is None or not challenge.state.is_open:
        raise CardOutOfDate
    return challenge

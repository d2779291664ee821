"""The challenge's handlers: starting, joining, leaving, doing a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _
from bot.chat.message import Button, Buttons, Message, Option
from bot.chat.reply import Open, Reply, Say, Silence
from bot.core.context import Context, Written
from bot.core.feature import Options
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member
from handlers import journal
from handlers.challenges import packs, store, views
from handlers.challenges.payloads import AboutDay, ChallengeDraft, Done, Join, Leave, NotAnEntry, NotDone, Progress, Start
from handlers.challenges.rules import DEFAULT_HOUR, Plan, Rhythm, State
from handlers.challenges.store import Challenge, Participant

PLACE_JOB = "challenge.place"
ACTIVITY_JOB = "challenge.activity"
END_JOB = "challenge.end"


def directory(ctx: Context, _rest: str) -> Reply:
    """`/challenge`: what is open; a lead starts one where nothing is."""
    challenges = store.open_challenges(ctx)
    if not challenges and ctx.actor.is_lead:
        return open_start(ctx, Start())
    return Say(views.directory(challenges, may_start=ctx.actor.is_lead))


def open_start(ctx: Context, _payload: Start) -> Open:
    """Open the form that starts a challenge, with tomorrow as the first day."""
    tomorrow = ctx.community_today() + timedelta(days=1)
    only = packs.SMALLEST
    return ctx.open(ChallengeDraft, values={"pack": only, "starts_on": tomorrow, "hour": DEFAULT_HOUR})


def pack_options(_ctx: Context, _subject: object) -> Options:
    """The packs that can be started."""
    return {"pack": tuple(Option(pack.name, pack.title) for pack in packs.shipped().values())}


def start(ctx: Context, draft: ChallengeDraft, _subject: object) -> Reply:
    """Announce a challenge in every place."""
    today = ctx.community_today()
    if draft.starts_on < today:
        raise FieldErrors({"starts_on": _("This day is over. Today is {today}.", today=today)})
    if draft.starts_on > today + timedelta(days=366):
        raise FieldErrors({"starts_on": _("Please choose a day within a year.")})
    pack = packs.shipped()[draft.pack]
    plan = Plan(draft.starts_on, len(pack.activities), Rhythm(draft.rhythm))
    challenge = store.insert_challenge(ctx, pack=pack, plan=plan, at=draft.hour)
    ctx.plan(PLACE_JOB, challenge.id, plan.daily(ctx.community.zone, challenge.at))
    ctx.plan(END_JOB, challenge.id, plan.ending())
    show_announcement(ctx, challenge)
    return Say(views.announced(challenge, [place.name for place in people.places(ctx.session)]))


def show_announcement(ctx: Context, challenge: Challenge) -> None:
    """Post or refresh the living card in every place."""
    card = views.announcement(challenge, store.count_in(ctx, challenge.id))
    for place in people.places(ctx.session):
        ctx.post(place, card, kind=Kind.PLACE, key=f"challenge/{challenge.id}")


def join(ctx: Context, payload: Join) -> Reply:
    """Take part; in a running challenge today's activity comes at once."""
    challenge = _open(ctx, payload.challenge, lock=True)  # two who join at once would each count without the other
    part, is_new = store.join(ctx, challenge, ctx.actor.id, ctx.actor.hour)
    following = _plan_activity(ctx, part, ctx.actor, sends_today=is_new)
    if is_new:
        show_announcement(ctx, challenge)
    number = challenge.plan.number_of(ctx.today())
    has_todays = number is not None and _was_sent(ctx, part, ctx.actor, number)
    return Say(views.joined(challenge, following, ctx.actor.zone, is_new=is_new, has_todays=has_todays))


def _plan_activity(ctx: Context, part: Participant, member: Member, *, sends_today: bool) -> datetime | None:
    """Plan a participant's daily activity and say when the next one comes; what today's hour has passed for is sent at once."""
    cadence = part.challenge.plan.daily(member.zone, part.at)
    ctx.plan(ACTIVITY_JOB, part.id, cadence)
    on = ctx.today(member)
    number = part.challenge.plan.number_of(on)
    following = cadence.next_due(ctx.now)
    if sends_today and number is not None and (following is None or following[0] != on):
        send_day(ctx, part, member, number)
    return following[1] if following is not None else None


def replan(ctx: Context, member: Member) -> None:
    """A person's zone changed: their hour moves with it; no day comes twice, and none is lost by flying over its hour."""
    for part in store.own_parts(ctx, member.id):
        number = part.challenge.plan.number_of(ctx.today(member))
        _plan_activity(ctx, part, member, sends_today=number is not None and not _was_sent(ctx, part, member, number))


def send_day(ctx: Context, part: Participant, member: Member, number: int) -> None:
    """Post a day's activity to a participant, or refresh the card that is there."""
    activity = store.activity(ctx, part.challenge.id, number)
    assert activity is not None
    ctx.post(
        member,
        views.my_day(part.challenge, number, activity, is_done=store.is_done(ctx, part.id, number)),
        kind=Kind.ASKED_FOR,
        key=f"challenge/{part.challenge.id}/day/{number}/{member.id}",
        on_reply=AboutDay(part.challenge.id, number),
        expires_in=timedelta(hours=20),
    )


def leave(ctx: Context, payload: Leave) -> Reply:
    """Take part no more; what was done stays one's own."""
    store.challenge(ctx, payload.challenge, lock=True)
    part = store.participation(ctx, payload.challenge, ctx.actor.id)
    if part is None:
        raise CardOutOfDate
    store.leave(ctx, part.id)
    ctx.forget(ACTIVITY_JOB, [part.id])
    show_announcement(ctx, part.challenge)
    return Say(views.left(part.challenge), instead=True)


def progress(ctx: Context, payload: Progress) -> Reply:
    """How it stands for me."""
    challenge = store.challenge(ctx, payload.challenge)
    if challenge is None:
        raise CardOutOfDate
    part = store.participation(ctx, challenge.id, ctx.actor.id)
    if part is None:
        return Say(views.not_in_it(challenge)) if challenge.state is not State.CLOSED else _closed()
    return Say(views.progress(challenge, store.count_done(ctx, part.id), challenge.plan.number_of(ctx.today())))


def done(ctx: Context, payload: Done) -> Reply:
    """Mark a day done; a second press changes nothing."""
    challenge = _open(ctx, payload.challenge)
    part = store.participation(ctx, challenge.id, ctx.actor.id)
    if part is None:
        return Say(views.not_in_it(challenge))
    if not _is_open(ctx, part, payload.number):
        return Say(views.day_is_over(payload.number))
    is_new = store.mark_done(ctx, part.id, payload.number, by_entry=False)
    if is_new:
        refresh_day(ctx, part, payload.number)
    return Say(views.done(challenge, payload.number, store.count_done(ctx, part.id), is_new=is_new))


def not_done(ctx: Context, payload: NotDone) -> Reply:
    """Take a done day back."""
    challenge = _open(ctx, payload.challenge)
    part = store.participation(ctx, challenge.id, ctx.actor.id)
    if part is None:
        raise CardOutOfDate
    if store.unmark(ctx, part.id, payload.number):
        refresh_day(ctx, part, payload.number)
    return Say(views.not_done(challenge, payload.number), instead=True)


def refresh_day(ctx: Context, part: Participant, number: int) -> None:
    """Let the card of a day that was sent show how it stands; a card that is still to come needs nothing."""
    if _was_sent(ctx, part, ctx.actor, number):
        send_day(ctx, part, ctx.actor, number)


def _was_sent(ctx: Context, part: Participant, member: Member, number: int) -> bool:
    return ctx.has_posted(member, f"challenge/{part.challenge.id}/day/{number}/{member.id}")


def reply_to_day(ctx: Context, payload: AboutDay, written: Written) -> Reply:
    """A reply to a day's activity is an entry for that day; in a place it is one that the community reads."""
    challenge = store.challenge(ctx, payload.challenge)
    on = _date_of(challenge, payload.number) if challenge is not None else ctx.today()
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
    """Whether the actor takes part in a challenge that has an activity today."""
    today = ctx.today()
    return any(part.challenge.plan.number_of(today) is not None for part in store.own_parts(ctx, ctx.actor.id))


def count_entry(ctx: Context, fact: journal.EntryWritten) -> None:
    """An entry marks its day done in every challenge that has one then."""
    for part, number in _days_on(ctx, fact.person, fact.on):
        if store.mark_done(ctx, part.id, number, by_entry=True):
            refresh_day(ctx, part, number)
            ctx.remarks.append(views.day_by_entry(part.challenge, number, store.count_done(ctx, part.id)))


def uncount_entry(ctx: Context, fact: journal.DayEmptied) -> None:
    """A day that was done only by its entries is open again without them."""
    for part, number in _days_on(ctx, fact.person, fact.on):
        if store.unmark(ctx, part.id, number, only_by_entry=True):
            refresh_day(ctx, part, number)


def _days_on(ctx: Context, person: int, on: date) -> list[tuple[Participant, int]]:
    numbered = [(part, part.challenge.plan.number_of(on)) for part in store.own_parts(ctx, person)]
    return [(part, number) for part, number in numbered if number is not None]


def _is_open(ctx: Context, part: Participant, number: int) -> bool:
    today = part.challenge.plan.number_of(ctx.today())
    on = _date_of(part.challenge, number)
    return number == today or (ctx.today() - timedelta(days=2) <= on <= ctx.today())


def _date_of(challenge: Challenge, number: int) -> date:
    on = challenge.plan.starts_on
    while (found := challenge.plan.number_of(on)) != number:
        if found is not None and found >= challenge.plan.days:
            raise CardOutOfDate
        if on > challenge.plan.last_on:
            raise CardOutOfDate
        on += timedelta(days=1)
    return on


def _open(ctx: Context, challenge_id: int, *, lock: bool = False) -> Challenge:
    challenge = store.challenge(ctx, challenge_id, lock=lock)
    if challenge is None or challenge.state is State.CLOSED:
        raise CardOutOfDate
    return challenge


def _closed() -> Silence:
    raise CardOutOfDate

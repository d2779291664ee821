"""The farewell: on the last day everybody hears, once, what it came to for them, and can take their days along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time

from bot.chat.language import _
from bot.core.cadences import Cadence, Occurrence
from bot.core.context import Context, For
from bot.core.feature import Upcoming
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member
from handlers import challenges, nudges
from handlers.challenges import Challenge, DayDone, ParticipantJoined
from handlers.endings import store, views
from handlers.endings.rules import evening_of
from handlers.endings.store import Farewell

LAST_DAY_JOB, FAREWELL_JOB = "ending.last_day", "ending.farewell"
FIRST_ON_EARTH = ("Etc/GMT-14", time(0))  # where a date begins first: everybody's own hour of it is still to come


# -- when it comes -------------------------------------------------------------------------------------------------------


def follow_plan(ctx: Context, challenge: Challenge) -> None:
    """A challenge has a last day, or another one than before: what was said of the earlier one is true no more."""
    begun = store.farewells_of(ctx, challenge.id)
    ctx.forget(LAST_DAY_JOB, [challenge.id])
    ctx.forget(FAREWELL_JOB, [each.id for each in begun])
    if not challenge.state.is_open or challenge.plan.is_paused:
        return
    last_on = challenge.plan.last_on
    told = {each.person: each.told_of for each in begun if each.told_of not in (None, last_on)}
    for member in people.members(ctx.session, told).values():
        if (before := told[member.id]) is not None:
            ctx.take_back(member, _key(challenge, before), instead=views.goes_on(challenge))
    begins = Cadence(*FIRST_ON_EARTH, last_on, last_on)
    if begins.next_due(ctx.now) is not None:
        ctx.plan(LAST_DAY_JOB, challenge.id, begins)
    else:
        _plan_all(ctx, challenge)


def last_day(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """The last day begins somewhere: everybody's own evening of it is planned."""
    for occurrence in occurrences:
        challenge = challenges.challenge(ctx, occurrence.subject, lock=True)
        if challenge is not None and challenge.state.is_open and occurrence.on == challenge.plan.last_on:
            _plan_all(ctx, challenge)


def _plan_all(ctx: Context, challenge: Challenge) -> None:
    begun = store.begin_farewells(ctx, challenge.id, challenges.who_took_part(ctx, challenge.id))
    members = people.members(ctx.session, [each.person for each in begun])
    _plan(ctx, challenge, [(each, members[each.person]) for each in begun if each.person in members])


def _plan(ctx: Context, challenge: Challenge, begun: Iterable[tuple[Farewell, Member]]) -> None:
    """An evening that is over, because they flew or chose an earlier hour, leaves what was planned before."""
    waiting = [(each, member) for each, member in begun if each.told_of != challenge.plan.last_on]
    evenings = _evenings(ctx, challenge, [member for _each, member in waiting])
    ctx.plan_all(FAREWELL_JOB, {each.id: evenings[member.id] for each, member in waiting if _is_ahead(ctx, evenings[member.id])})


def _evenings(ctx: Context, challenge: Challenge, members: Sequence[Member]) -> dict[int, Cadence]:
    """Person -> the evening of their last day."""
    hours = challenges.hours(ctx, challenge.id, [member.id for member in members])
    begins = [(member, evening_of(challenge.plan.last_on, hours.get(member.id, member.hour))) for member in members]
    return {member.id: Cadence(member.zone, at.time(), at.date(), at.date()) for member, at in begins}


def _is_ahead(ctx: Context, evening: Cadence) -> bool:
    return evening.next_due(ctx.now) is not None


def welcome(ctx: Context, fact: ParticipantJoined) -> None:
    """Whoever joins on the last day has an evening of it too."""
    challenge = challenges.challenge(ctx, fact.challenge)
    member = people.members(ctx.session, [fact.person]).get(fact.person)
    if challenge is None or member is None or not _ends_now(ctx, challenge, member):
        return
    _plan(ctx, challenge, [(store.begin_farewell(ctx, challenge.id, member.id), member)])


def follow_person(ctx: Context, member: Member) -> None:
    """Somebody's evening is at another instant now."""
    for challenge in challenges.own(ctx, member.id):
        each = store.farewell(ctx, challenge.id, member.id) if _ends_now(ctx, challenge, member) else None
        if each is not None:
            _plan(ctx, challenge, [(each, member)])


def forget(ctx: Context, challenge: int) -> None:
    """A challenge that was called off has no last day."""
    ctx.forget(LAST_DAY_JOB, [challenge])
    ctx.forget(FAREWELL_JOB, [each.id for each in store.farewells_of(ctx, challenge)])


def _ends_now(ctx: Context, challenge: Challenge, member: Member) -> bool:
    """Whether it is the last day of a challenge for somebody, or the time in which it can still be done."""
    return challenge.state.is_open and not challenge.plan.is_paused and ctx.today(member) >= challenge.plan.last_on


# -- saying it -----------------------------------------------------------------------------------------------------------


def in_the_evening(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Tell whoever was not told yet; whoever is away hears it when the challenge closes."""
    begun = store.farewells(ctx, [occurrence.subject for occurrence in occurrences])
    members = people.members(ctx.session, [each.person for each in begun.values()])
    for challenge_id in {each.challenge for each in begun.values()}:
        challenge = challenges.challenge(ctx, challenge_id, lock=True)
        if challenge is None or not challenge.state.is_open or challenge.plan.is_paused:
            continue
        last_on = challenge.plan.last_on
        done = challenges.who_did_days(ctx, challenge_id)
        absent = nudges.away_until(ctx, list(done), last_on)
        whose = [each for each in begun.values() if each.challenge == challenge_id and each.person in done.keys() - absent.keys()]
        waiting = [(each, members[each.person]) for each in whose if each.told_of != last_on and each.person in members]
        evenings = _evenings(ctx, challenge, [member for _each, member in waiting])
        later = {member.id for _each, member in waiting if _is_ahead(ctx, evenings[member.id])}
        _plan(ctx, challenge, [both for both in waiting if both[1].id in later])  # they chose another hour meanwhile
        now = [both for both in waiting if both[1].id not in later and _ends_now(ctx, challenge, both[1])]
        tell(ctx, challenge, now, done)


def follow_day(ctx: Context, fact: DayDone) -> None:
    """Somebody did the last day, which is when they are told; what was told already counts the day that was done later."""
    challenge = challenges.challenge(ctx, fact.challenge)
    if challenge is None or not _ends_now(ctx, challenge, ctx.actor):
        return
    part = challenges.own_part(ctx, challenge.id)
    each = store.begin_farewell(ctx, challenge.id, fact.person)
    if part is not None and (fact.number == challenge.plan.days or each.told_of == challenge.plan.last_on):
        tell(ctx, challenge, [(each, ctx.actor)], {ctx.actor.id: part.done})


def tell(ctx: Context, challenge: Challenge, told: Sequence[tuple[Farewell, Member]], done: Mapping[int, int]) -> None:
    """Say what it came to for people, or let what was said say what stands now."""
    last_on = challenge.plan.last_on
    posts = [For(member, views.farewell(challenge, done[member.id]), _key(challenge, last_on)) for _each, member in told]
    ctx.post_all(posts, kind=Kind.ASKED_FOR)
    new = [each.id for each, _member in told if each.told_of != last_on]
    if new:
        ctx.forget(FAREWELL_JOB, new)
        store.mark_told(ctx, new, last_on)


def _key(challenge: Challenge, last_on: date) -> str:
    return f"challenge/{challenge.id}/farewell/{last_on}"


def upcoming(ctx: Context) -> list[Upcoming]:
    """The evening of a last day, as long as nobody did that day."""
    why = _("It is the last day of a challenge that you take part in. Once you have done it, this comes at once.")
    found = []
    for challenge in challenges.own(ctx, ctx.actor.id):
        if challenge.plan.is_paused:
            continue
        (evening,) = _evenings(ctx, challenge, [ctx.actor]).values()
        at = evening.next_due(ctx.now)
        each = store.farewell(ctx, challenge.id, ctx.actor.id)
        if at is not None and (each is None or each.told_of != challenge.plan.last_on):
            found.append(Upcoming(at[1], _("{title}: what it came to for you", title=challenge.title), why))
    return found

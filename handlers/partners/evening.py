"""The evening line: how the day stands for my partner and me, and what is offered after days of silence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from bot.chat.language import Phrase, _
from bot.chat.message import Message
from bot.core.cadences import Occurrence
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.days import day_of, end_of_day
from bot.people.values import Member
from handlers import challenges, nudges
from handlers.challenges import Challenge, DayDone, DayState, DayUndone, Taking
from handlers.partners import company_views, grouping, store, views
from handlers.partners.hours import SILENT, VERY_SILENT, in_zone, silent_days
from handlers.partners.store import Together
from handlers.partners.views import Somebody, Standing

OFFER_LASTS = timedelta(days=5)  # over a weekend


class Evening:
    """How the day stands in all groups of some people, read in a few statements."""

    def __init__(self, ctx: Context, persons: Collection[int]) -> None:
        self.ctx = ctx
        self.groups = store.groups_of(ctx, persons)
        everybody = {person for group in self.groups for person in group.members}
        self.here: Mapping[int, Member] = people.members(ctx.session, everybody)
        self.awake = store.awake(ctx, everybody)
        self.challenges: dict[int, Challenge] = {}
        self.taking: dict[tuple[int, int], Taking] = {}
        self.states: dict[int, dict[int, DayState]] = {}
        for challenge_id in {group.challenge for group in self.groups}:
            challenge = challenges.challenge(ctx, challenge_id)
            if challenge is None or not challenge.state.is_open:
                continue
            inside = {person for group in self.groups if group.challenge == challenge_id for person in group.members}
            self.challenges[challenge_id] = challenge
            self.taking.update({(challenge_id, each.person): each for each in challenges.participants(ctx, challenge_id, inside)})
            self.states[challenge_id] = challenges.day_state(ctx, challenge_id, inside, ctx.now)

    def of(self, person: int) -> list[Together]:
        """The groups of one person, in challenges that are open."""
        return [group for group in self.groups if person in group.members and group.challenge in self.challenges]

    def is_on(self, group: Together, person: int) -> bool:
        """Whether a group's challenge still has days to come, where this person is."""
        return self.ctx.today(self.here[person]) <= self.challenges[group.challenge].plan.last_on

    def has_activity(self, person: int) -> list[Together]:
        """Those in whose challenge this person has an activity today, and has not paused."""
        on = self.ctx.today(self.here[person])
        having = [group for group in self.of(person) if self.challenges[group.challenge].plan.number_of(on) is not None]
        return [group for group in having if self.paused_until(group, person) is None]

    def paused_until(self, group: Together, person: int) -> date | None:
        """Until when somebody is away from a group, because they paused or have days away."""
        taking = self.taking.get((group.challenge, person))
        return taking.paused_until if taking is not None else None

    def standing(self, group: Together, person: int) -> Standing:
        """A group as one member sees it."""
        states = self.states[group.challenge]
        others = tuple(
            Somebody(other, self.here[other].name, states.get(other, "resting"), self.paused_until(group, other))
            for other in group.others(person)
            if other in self.here
        )
        hours = frozenset.intersection(*(self.awake.get(each, frozenset()) for each in group.members))
        return Standing(
            group=group.id,
            challenge=group.challenge,
            title=self.challenges[group.challenge].title,
            mine=states.get(person, "resting"),
            others=others,
            agreement=group.agreement,
            hours=in_zone(hours, self.here[person].zone, self.ctx.now),
            may_meet=grouping.may_meet(self.here[each] for each in group.members if each in self.here),
        )

    def silent_since(self, group: Together, person: int) -> date | None:
        """The date of somebody's last sign in a group; None of whoever is away."""
        taking, member = self.taking.get((group.challenge, person)), self.here.get(person)
        if taking is None or member is None or taking.paused_until is not None:
            return None
        return max(taking.active_on, day_of(group.members[person], member.zone))

    def silence(self, group: Together, person: int) -> int:
        """How many days with an activity somebody has been silent."""
        since = self.silent_since(group, person)
        if since is None:
            return 0
        plan = self.challenges[group.challenge].plan
        return silent_days(plan.number_of, since, self.ctx.today(self.here[person]))


def send(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Send the evening line to those whose hour has come, and what silence asks for."""
    day = Evening(ctx, [occurrence.subject for occurrence in occurrences])
    for occurrence in occurrences:
        if occurrence.subject in day.here and (groups := day.has_activity(occurrence.subject)):
            member = day.here[occurrence.subject]
            _post(day, member, groups)
            for group in groups:
                _offer_help(day, group, member)
        tell_absence(day, occurrence.subject)


def follow_day(ctx: Context, fact: DayDone | DayUndone) -> None:
    """An evening line that stands there follows when somebody's day is done, or taken back; whoever does one is silent no more."""
    if not store.is_in_a_group(ctx, fact.person):
        return
    day = Evening(ctx, [fact.person])
    if isinstance(fact, DayDone):
        grouping.drop_offers(ctx, [group.id for group in day.of(fact.person)], fact.person)
    for member in day.here.values():
        if day.of(fact.person) and ctx.has_posted(member, _key(ctx, member)):
            own = Evening(ctx, [member.id])
            _post(own, member, own.has_activity(member.id))


def tell_absence(day: Evening, person: int) -> None:
    """Whoever goes along with somebody hears until when they are away, once, and then that they are back: nothing else of it."""
    for group in day.of(person):
        if person not in day.here or not day.is_on(group, person):
            continue
        until, since = day.paused_until(group, person), group.away.get(person)
        if until is None and since is None:
            continue
        since = since or day.ctx.today(day.here[person])
        title, name = day.challenges[group.challenge].title, day.here[person].name
        card = company_views.away(title, name, until, group.challenge) if until is not None else company_views.back(title, name)
        for other in (day.here[each] for each in group.others(person) if each in day.here):
            day.ctx.post(other, card, kind=Kind.NEWS, key=f"partner/away/{group.id}/{person}/{since.isoformat()}")
        store.know_away(day.ctx, group.id, person, since if until is not None else None)


def _post(day: Evening, member: Member, groups: Sequence[Together]) -> None:
    if not groups:
        return
    card = views.evening([day.standing(group, member.id) for group in groups])
    day.ctx.post(member, card, kind=Kind.ASKED_FOR, key=_key(day.ctx, member), expires_in=timedelta(hours=8))


def _key(ctx: Context, member: Member) -> str:
    return f"partner/evening/{member.id}/{ctx.today(member).isoformat()}"


def _offer_help(day: Evening, group: Together, member: Member) -> None:
    """A private offer to one member of a group that has gone quiet: about themselves, or about somebody else, never both."""
    title = day.challenges[group.challenge].title
    if day.silence(group, member.id) >= SILENT:
        question = _ask(day, group, member, member.id, "silent")
        if question is not None:
            why = _("This came because you have a partner in {title}.", title=title)
            _offer(day, group, member, question, company_views.silent_self(title, question), why)
        return
    for other in group.others(member.id):
        silence = day.silence(group, other)
        kind = "very silent" if silence >= VERY_SILENT else "silent" if silence >= SILENT else None
        question = _ask(day, group, member, other, kind) if kind is not None else None
        if question is not None:
            card = company_views.very_silent if kind == "very silent" else company_views.silent
            name = day.here[other].name
            why = _("This came because you go along with {name}.", name=name)
            _offer(day, group, member, question, card(title, name, question), why)


def _ask(day: Evening, group: Together, member: Member, about: int, kind: str) -> int | None:
    since = day.silent_since(group, about)
    assert since is not None
    return store.ask(day.ctx, group.id, member.id, about, kind, since)


def _offer(day: Evening, group: Together, member: Member, question: int, message: Message, why: Phrase) -> None:
    """Offer somebody help that they did not ask for: a reminder, within their hours, days and budget, and not after the last day."""
    last = end_of_day(day.challenges[group.challenge].plan.last_on, member.zone)
    reminder = nudges.Reminder(grouping.offer_key(question), message, why, expires_at=min(day.ctx.now + OFFER_LASTS, last))
    nudges.remind(day.ctx, member, reminder)

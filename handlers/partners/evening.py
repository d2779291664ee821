"""The evening line: how the day stands for my partner and me, and what is offered after days of silence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from bot.chat.language import Phrase, _
from bot.chat.message import Message
from bot.core.cadences import Occurrence
from bot.core.context import Context, For
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.days import day_of, end_of_day
from bot.people.values import Member
from handlers import challenges, nudges
from handlers.challenges import Challenge, DayDone, DayState, DayUndone, Taking
from handlers.partners import company_views, grouping, questions, store, views
from handlers.partners.hours import SILENT, VERY_SILENT, in_zone, silent_days
from handlers.partners.questions import Asking
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
            meeting=grouping.meeting_of([self.here[each] for each in group.members if each in self.here]),
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
    """Send the evening line to those whose hour has come, and what silence asks for; to a thousand in as many statements as to one."""
    persons = [occurrence.subject for occurrence in occurrences]
    day = Evening(ctx, persons)
    due = [(day.here[person], groups) for person in persons if person in day.here and (groups := day.has_activity(person))]
    _post(day, due)
    _offer_help(day, [(member, group) for member, groups in due for group in groups])
    tell_absence(day, persons)


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
            _post(own, [(member, own.has_activity(member.id))])


def tell_absence(day: Evening, persons: Iterable[int]) -> None:
    """Whoever goes along with somebody hears until when they are away, once, and then that they are back: nothing else of it."""
    posts: list[For] = []
    told: dict[tuple[int, int], date | None] = {}
    for person in persons:
        for group in day.of(person):
            if person not in day.here or not day.is_on(group, person):
                continue
            until, since = day.paused_until(group, person), group.away.get(person)
            if until is None and since is None:
                continue
            since = since or day.ctx.today(day.here[person])
            title, name = day.challenges[group.challenge].title, day.here[person].name
            card = company_views.away(title, name, until, group.challenge) if until is not None else company_views.back(title, name)
            key = f"partner/away/{group.id}/{person}/{since.isoformat()}"
            posts += [For(day.here[other], card, key) for other in group.others(person) if other in day.here]
            told[group.id, person] = since if until is not None else None
    day.ctx.post_all(posts, kind=Kind.NEWS)
    store.know_away(day.ctx, told)


def _post(day: Evening, due: Iterable[tuple[Member, Sequence[Together]]]) -> None:
    posts = []
    for member, groups in due:
        if groups:
            card = views.evening([day.standing(group, member.id) for group in groups])
            posts.append(For(member, card, _key(day.ctx, member), expires_in=timedelta(hours=8)))
    day.ctx.post_all(posts, kind=Kind.ASKED_FOR)


def _key(ctx: Context, member: Member) -> str:
    return f"partner/evening/{member.id}/{ctx.today(member).isoformat()}"


def _offer_help(day: Evening, due: Iterable[tuple[Member, Together]]) -> None:
    """Private offers to members of groups that have gone quiet: reminders, within their hours, days and budget, not after the last day."""
    wanted = {asking: (member, group) for member, group in due for asking in _askings(day, group, member)}
    offers = []
    for asking, question in questions.ask(day.ctx, list(wanted)).items():
        member, group = wanted[asking]
        challenge = day.challenges[group.challenge]
        message, why = _offer(day, asking, challenge.title, question)
        until = min(day.ctx.now + OFFER_LASTS, end_of_day(challenge.plan.last_on, member.zone))
        offers.append((member, nudges.Reminder(grouping.offer_key(question), message, why, expires_at=until)))
    nudges.remind_all(day.ctx, offers)


def _askings(day: Evening, group: Together, member: Member) -> list[Asking]:
    """What silence asks of one member: about themselves, or about somebody else, never both."""
    if day.silence(group, member.id) >= SILENT:
        return _asking(day, group, member, member.id, "silent")
    found = []
    for other in group.others(member.id):
        silence = day.silence(group, other)
        if silence >= SILENT:
            found += _asking(day, group, member, other, "very silent" if silence >= VERY_SILENT else "silent")
    return found


def _asking(day: Evening, group: Together, member: Member, about: int, kind: str) -> list[Asking]:
    since = day.silent_since(group, about)
    return [Asking(group.id, member.id, about, kind, since)] if since is not None else []


def _offer(day: Evening, asking: Asking, title: str, question: int) -> tuple[Message, Phrase]:
    """What is offered, and why it came."""
    if asking.about == asking.asked:
        return company_views.silent_self(title, question), _("This came because you have a partner in {title}.", title=title)
    name = day.here[asking.about].name
    card = company_views.very_silent if asking.kind == "very silent" else company_views.silent
    return card(title, name, question), _("This came because you go along with {name}.", name=name)

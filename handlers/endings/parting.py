"""The end of a challenge for each who took part: highlights before it, their own days at it, and afterwards what stuck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, time
from typing import Any

from bot.chat.language import Phrase, _, n_
from bot.chat.reply import Reply, Say
from bot.core.cadences import Cadence, Occurrence
from bot.core.context import Context
from bot.core.facts import Fact, PersonChanged
from bot.core.feature import Upcoming
from bot.core.outbox import Kind
from bot.lean import dataclass
from bot.papers.document import Document, Part, Prose, Quotation, Row, Section, Table
from bot.papers.files import asked, contents
from bot.people import store as people
from bot.people.days import instant_of
from bot.people.values import Member
from handlers import challenges, journal
from handlers.challenges import Challenge, ChallengePlanned, State
from handlers.endings import farewells, store, views
from handlers.endings.farewells import FIRST_ON_EARTH
from handlers.endings.payloads import TakeMyDays
from handlers.endings.rules import EVENING, FOLLOW_UPS, asked_on, follow_up_on, told_on

MY_DAYS = "ending.my_days_files"
LAST_WEEK_JOB, OFFER_JOB = "ending.last_week", "ending.offer"
STUCK_JOBS = {after: f"ending.stuck_{after}" for after in FOLLOW_UPS}
TOLD_JOBS = {after: f"ending.told_{after}" for after in FOLLOW_UPS}
MORNING = time(10)
BESIDE = 600  # characters of an entry that stands beside another


@dataclass(frozen=True, slots=True)
class CheersAsked(Fact):
    """Somebody takes their days along: whoever counts their cheers adds how many there were."""

    challenge: int
    person: int
    counts: list[int] = field(default_factory=list)


# -- before the end ------------------------------------------------------------------------------------------------------


def plan_offers(ctx: Context, fact: ChallengePlanned) -> None:
    """A challenge has a last week, or another one than before."""
    challenge = challenges.challenge(ctx, fact.challenge)
    if challenge is None:
        return
    farewells.follow_plan(ctx, challenge)
    if not challenge.state.is_open or challenge.plan.is_paused:
        ctx.forget(LAST_WEEK_JOB, [fact.challenge])
        return
    on = asked_on(challenge.plan.last_on, challenge.plan.days)
    ctx.plan(LAST_WEEK_JOB, challenge.id, Cadence(*FIRST_ON_EARTH, on, on))


def last_week(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Everybody who takes part is to be asked in their own evening."""
    for occurrence in occurrences:
        challenge = challenges.challenge(ctx, occurrence.subject, lock=True)
        if challenge is None or not challenge.state.is_open:
            continue
        begun = store.begin_farewells(ctx, challenge.id, challenges.who_took_part(ctx, challenge.id))
        members = people.members(ctx.session, [each.person for each in begun])
        for each in begun:
            if not each.was_asked and (member := members.get(each.person)) is not None:
                ctx.plan(OFFER_JOB, each.id, Cadence(member.zone, EVENING, occurrence.on, occurrence.on))


def offer(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Ask for highlights, once."""
    begun = store.farewells(ctx, [occurrence.subject for occurrence in occurrences])
    members = people.members(ctx.session, [each.person for each in begun.values()])
    today = {occurrence.subject: occurrence.on for occurrence in occurrences}
    for challenge_id in {each.challenge for each in begun.values()}:
        challenge = challenges.challenge(ctx, challenge_id)
        if challenge is None or not challenge.state.is_open:
            continue
        took_part = set(challenges.who_took_part(ctx, challenge_id))
        pauses = challenges.who_pauses(ctx, challenge_id, took_part, min(today.values()))
        waiting = (each for each in begun.values() if each.challenge == challenge_id and not each.was_asked)
        for each in waiting:
            member = members.get(each.person) if each.person in took_part - pauses else None
            if member is not None and journal.offer(ctx, member, challenge.title, challenge.plan.starts_on, challenge.plan.last_on):
                store.mark_asked(ctx, each.id)


# -- at the end ----------------------------------------------------------------------------------------------------------


def begin(ctx: Context, challenge: Challenge) -> None:
    """What everybody heard of their days says what stands now; who did at least a day is asked what stuck, later."""
    done = challenges.who_did_days(ctx, challenge.id)
    members = people.members(ctx.session, done)
    begun = store.begin_farewells(ctx, challenge.id, list(done))
    farewells.tell(ctx, challenge, [(each, members[each.person]) for each in begun if each.person in members], done)
    ctx.forget(LAST_WEEK_JOB, [challenge.id])
    to_ask = [each for each in begun if done[each.person]]
    _plan_questions(ctx, challenge, {each.id: members[each.person] for each in to_ask if each.person in members})
    if to_ask:
        for after, job in TOLD_JOBS.items():
            on = told_on(challenge.plan.last_on, after)
            ctx.plan(job, challenge.id, Cadence(ctx.community.zone, MORNING, on, on))


def _plan_questions(ctx: Context, challenge: Challenge, farewells: Mapping[int, Member]) -> None:
    for after, job in STUCK_JOBS.items():
        on = follow_up_on(challenge.plan.last_on, after)
        ctx.plan_all(job, {farewell: Cadence(member.zone, member.hour, on, on) for farewell, member in farewells.items()})


def forget(ctx: Context, challenge: int) -> None:
    """A challenge that was called off asks nobody anything."""
    ctx.forget(LAST_WEEK_JOB, [challenge])
    ctx.forget(OFFER_JOB, [each.id for each in store.farewells_of(ctx, challenge)])
    farewells.forget(ctx, challenge)


def follow_person(ctx: Context, fact: PersonChanged) -> None:
    """What is still to be asked comes at the hour of the zone where the person is now."""
    for each, challenge in _to_be_asked(ctx, fact.member.id):
        if ctx.community_today() < follow_up_on(challenge.plan.last_on, FOLLOW_UPS[-1]):
            _plan_questions(ctx, challenge, {each.id: fact.member})
    farewells.follow_person(ctx, fact.member)


def _to_be_asked(ctx: Context, person: int) -> list[tuple[store.Farewell, Challenge]]:
    """Somebody's ways out of challenges that are over, in which they did something."""
    found = ((each, challenges.challenge(ctx, each.challenge)) for each in store.farewells_to(ctx, person))
    over = [(each, found) for each, found in found if found is not None and found.state in (State.CLOSING, State.CLOSED)]
    return [(each, found) for each, found in over if challenges.who_did_days(ctx, found.id).get(person)]


def upcoming(ctx: Context) -> list[Upcoming]:
    """The questions that will come to the actor."""
    why = _("You took part to the end. You are asked after 30 and after 90 days, and not again.")
    found = farewells.upcoming(ctx)
    for _each, challenge in _to_be_asked(ctx, ctx.actor.id):
        for after in FOLLOW_UPS:
            at = instant_of(follow_up_on(challenge.plan.last_on, after), ctx.actor.hour, ctx.actor.zone)
            if at > ctx.now:
                found.append(Upcoming(at, _("{title}: what stuck?", title=challenge.title), why))
    return found


# -- my own days ---------------------------------------------------------------------------------------------------------


def take_my_days(ctx: Context, payload: TakeMyDays) -> Reply:
    """Ask for one's own days as Markdown and PDF: whoever presses gets theirs, and nobody anybody else's."""
    challenge = challenges.challenge(ctx, payload.challenge)
    part = challenges.own_part(ctx, payload.challenge) if challenge is not None else None
    if challenge is None or part is None:
        return Say(views.not_yours())
    entries = journal.own_between(ctx, challenge.plan.starts_on, challenge.plan.last_on)
    cheers = CheersAsked(challenge.id, ctx.actor.id)
    ctx.publish(cheers)
    words = [(each.on, each.text) for each in entries]
    paper = my_days(challenge, part.goal, part.done, words, sum(cheers.counts))
    ctx.later(MY_DAYS, asked(paper, ctx.actor.language, title=challenge.title))
    return Say(views.on_their_way())


def hand_over_my_days(ctx: Context, given: dict[str, Any], result: dict[str, Any]) -> None:
    """Give the files to whoever asked: they are made of nobody else's words."""
    ctx.post(ctx.actor, views.my_days_files(given["title"], *contents(result)), kind=Kind.ASKED_FOR)


def my_days(challenge: Challenge, goal: str, done: int, words: Sequence[tuple[date, str]], cheers: int) -> Document:
    """One participant's days of a challenge."""
    plan = challenge.plan
    year = str(plan.last_on.year)
    span = _("From {first} to {last} {year}", first=plan.starts_on, last=plan.last_on, year=year)
    parts: list[Part] = [Prose((challenge.title, ". ", span))]
    if goal:
        parts.append(Section(_("What I wanted to come out of it"), (Quotation(goal),)))
    days = n_("I did {count} day of {days}.", "I did {count} days of {days}.", done, days=plan.days)
    cheered = n_("Others cheered {count} time.", "Others cheered {count} times.", cheers)
    parts.append(Section(_("My days in numbers"), (Prose(days), *((Prose(cheered),) if cheers else ()))))
    if len(words) > 1:
        (first, began), (last, ended) = words[0], words[-1]
        parts.append(Section(_("Then and now"), (Table((_day(first), _day(last)), (Row((_begun(began), _begun(ended))),)),)))
    if words:
        parts.append(Section(_("In my own words"), tuple(Section(_day(on), (Prose(text),)) for on, text in words)))
    return Document(_("My {days} days", days=plan.days), tuple(parts))


def _begun(text: str) -> str:
    """As much of an entry as stands well beside another; the whole of it follows."""
    return text if len(text) <= BESIDE else text[: BESIDE - 1].rstrip() + "…"


def _day(on: date) -> Phrase:
    return _("{day} {year}", day=on, year=str(on.year))

"""The end of a challenge for those who lead it: a draft of the closing report, which they edit and post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from functools import partial
from typing import Any

from bot.chat.errors import CardOutOfDate
from bot.chat.reply import Open, Reply, Say
from bot.core.cadences import Cadence, Occurrence
from bot.core.context import Context
from bot.core.facts import ErasureBegun, PersonLeft
from bot.core.outbox import Kind
from bot.papers.files import asked, contents
from handlers import challenges, journal, meetups, nudges
from handlers.challenges import Challenge, ChallengeEnded, State
from handlers.endings import agenda, parting, reporting, sticking, store, views
from handlers.endings.composing import document
from handlers.endings.payloads import AboutReport, EditReport, PostReport, ReportDraft, TakeReport
from handlers.endings.reporting import TIME_TO_POST, key, recipients, remind, report_of, show_draft, shown_to

CLOSE_JOB = "challenge.close"
FILES = "ending.report_files"


def begin(ctx: Context, fact: ChallengeEnded) -> None:
    """The last day is over: the leads get the draft, each participant their own days. What was called off has no ending."""
    challenge = challenges.challenge(ctx, fact.challenge, lock=True)
    if challenge is None:
        return
    if challenge.state is not State.CLOSING:
        parting.forget(ctx, challenge.id)
        return
    closes_on = ctx.community_today() + TIME_TO_POST
    ctx.plan(CLOSE_JOB, challenge.id, Cadence(ctx.community.zone, time(9), closes_on, closes_on))
    leads = recipients(ctx, challenge)
    show_draft(ctx, challenge, leads)
    remind(ctx, challenge, leads)
    parting.begin(ctx, challenge)


def close(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """A report that was not posted within its time stays where it is; nobody is told."""
    for occurrence in occurrences:
        challenge = challenges.challenge(ctx, occurrence.subject, lock=True)
        if challenge is not None and challenges.close(ctx, challenge):
            nudges.drop(ctx, key(challenge.id))
            reporting.show_kept(ctx, challenge)


def hand_over(ctx: Context, fact: PersonLeft) -> None:
    """A lead has left: what was theirs to post goes to the other leads."""
    for challenge_id in challenges.closing(ctx, fact.person):
        challenge = challenges.challenge(ctx, challenge_id, lock=True)
        if challenge is not None:
            others = [lead for lead in challenges.leads(ctx) if lead.id != fact.person and not ctx.has_posted(lead, key(challenge.id))]
            show_draft(ctx, challenge, others)
            remind(ctx, challenge, others)


def follow_highlights(ctx: Context, fact: journal.HighlightsChanged) -> None:
    """Somebody released words or took them back."""
    for challenge in challenges.challenges_of(ctx, fact.on):
        if challenge.state in (State.CLOSING, State.CLOSED):
            reporting.show_anew(ctx, challenge)
        instead = agenda.line(fact.quote, ctx.actor.name if fact.by_name else None) if fact.by_name is not None else None
        meetups.forget_words(ctx, challenge.id, agenda.quoted(fact.quote), instead)


def let_go(ctx: Context, fact: ErasureBegun) -> None:
    """Somebody is erased: once their rows are gone, whatever quotes them says what stands without them."""
    for each in store.farewells_to(ctx, fact.person):
        fact.afterwards.append(partial(_without_them, ctx, each.challenge))
        if (challenge := challenges.challenge(ctx, each.challenge)) is not None:
            for said in journal.highlights(ctx, [fact.person], challenge.plan.starts_on, challenge.plan.last_on):
                meetups.forget_words(ctx, challenge.id, agenda.quoted(said.quote))


def _without_them(ctx: Context, challenge_id: int) -> None:
    challenge = challenges.challenge(ctx, challenge_id, lock=True)
    if challenge is not None and challenge.state in (State.CLOSING, State.CLOSED):
        reporting.show_anew(ctx, challenge)
        sticking.show_anew(ctx, challenge)


def edit(ctx: Context, payload: EditReport | AboutReport) -> Reply:
    """Open the form with the words as they stand."""
    challenge = _locked(ctx, payload.challenge)
    if challenge.state is not State.CLOSING:
        return Say(views.settled(challenge))
    return _form(ctx, challenge.id)


def save(ctx: Context, draft: ReportDraft, subject: AboutReport) -> Reply:
    """Keep the words; what another lead wrote meanwhile is shown, not overwritten."""
    challenge = _locked(ctx, subject.challenge)
    if challenge.state is not State.CLOSING:
        return Say(views.settled(challenge))
    standing = store.report(ctx, challenge.id)
    if standing.revision != subject.revision:
        both = {name: (getattr(draft, name), getattr(standing, name)) for name in store.WORDS}
        return challenges.told_what_stands(ctx, _form(ctx, challenge.id), both, standing.edited_by)
    store.save_report(ctx, standing, opening=draft.opening, change=draft.change, thanks=draft.thanks)
    show_draft(ctx, challenge, shown_to(ctx, challenge.id))
    return Say(views.saved(challenge))


def post(ctx: Context, payload: PostReport) -> Reply:
    """Post the report to the places of the challenge, once, and keep it in the library."""
    challenge = _locked(ctx, payload.challenge)
    if challenge.state is not State.CLOSING:
        return Say(views.settled(challenge))
    places = challenges.places(ctx, challenge.id)
    if not places:
        return Say(views.receipt(challenge, [], None))
    report = report_of(ctx, challenge)
    item = reporting.keep(ctx, report)
    for place in places:
        ctx.post(place, views.posted(report, item), kind=Kind.PLACE, key=key(challenge.id))
    challenges.close(ctx, challenge)
    store.mark_posted(ctx, store.report(ctx, challenge.id).id, item)
    ctx.forget(CLOSE_JOB, [challenge.id])
    for lead in challenges.leads(ctx):
        nudges.settle(ctx, lead, key(challenge.id), views.waits_no_more(challenge, ctx.actor.name))
    for lead in shown_to(ctx, challenge.id):
        ctx.post(lead, views.posted_by(report, ctx.actor.name), kind=Kind.NEWS, key=key(challenge.id))
    return Say(views.receipt(challenge, [place.name for place in places], item))


def take(ctx: Context, payload: TakeReport) -> Reply:
    """Ask for the report as it stands, as Markdown and as PDF."""
    challenge = _locked(ctx, payload.challenge)
    if challenge.state not in (State.CLOSING, State.CLOSED):
        raise CardOutOfDate
    ctx.later(FILES, asked(document(report_of(ctx, challenge)), ctx.actor.language, title=challenge.title))
    return Say(views.on_their_way())


def hand_over_files(ctx: Context, given: dict[str, Any], result: dict[str, Any]) -> None:
    """Give the files to the lead who asked."""
    ctx.post(ctx.actor, views.report_files(given["title"], *contents(result)), kind=Kind.ASKED_FOR)


def _form(ctx: Context, challenge: int) -> Open:
    standing = store.report(ctx, challenge)
    values = {name: getattr(standing, name) for name in store.WORDS}
    return ctx.open(ReportDraft, values=values, subject=AboutReport(challenge, standing.revision))


def _locked(ctx: Context, challenge_id: int) -> Challenge:
    challenge = challenges.challenge(ctx, challenge_id, lock=True)
    if challenge is None:
        raise CardOutOfDate
    return challenge

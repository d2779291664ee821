"""Putting a closing report together from what is there, and showing it wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.chat.language import _
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member
from handlers import challenges, journal, library, nudges
from handlers.challenges import Challenge
from handlers.endings import store, views
from handlers.endings.composing import FollowUp, Line, Quotable, ReportOf, Said, document
from handlers.endings.rules import FOLLOW_UPS

KIND = "closing report"
TIME_TO_POST, REMIND_AFTER = timedelta(days=7), timedelta(days=3)


def report_of(ctx: Context, challenge: Challenge) -> ReportOf:
    """The report as it stands now."""
    words = store.report(ctx, challenge.id)
    released = quotables(ctx, challenge)
    quotes = tuple(each.said for each in released if not each.is_left_out)
    follow_ups = tuple(follow_up(ctx, challenge.id, after) for after in FOLLOW_UPS)
    return ReportOf(
        challenge,
        challenges.outcome(ctx, challenge),
        quotes,
        words.opening,
        words.change,
        words.thanks,
        follow_ups,
        len(released) - len(quotes),
    )


def quotables(ctx: Context, challenge: Challenge) -> Sequence[Quotable]:
    """Everything that was released for a report, in the order of the days, and what a lead leaves out of it."""
    took_part = challenges.who_took_part(ctx, challenge.id)
    released = journal.highlights(ctx, took_part, challenge.plan.starts_on, challenge.plan.last_on)
    names = people.names(ctx.session, [each.person for each in released])
    left_out = store.left_out(ctx, challenge.id)
    return [
        Quotable(each.entry, each.person, Said(each.quote, *_by(names, each.person, by_name=each.by_name)), each.entry in left_out)
        for each in released
    ]


def follow_up(ctx: Context, challenge: int, after: int) -> FollowUp:
    """What people said so many days after."""
    answers = store.answers(ctx, challenge, after)
    kept = tuple(each.said for each in lines(ctx, answers) if not each.is_left_out)
    return FollowUp(after, tuple(each.answer for each in answers), kept)


def lines(ctx: Context, answers: Sequence[store.Answer]) -> Sequence[Line]:
    """The lines that people gave, and what a lead leaves out of them."""
    names = people.names(ctx.session, [each.person for each in answers])
    return [
        Line(each.id, Said(each.line, *_by(names, each.person, by_name=each.by_name)), each.is_left_out) for each in answers if each.line
    ]


def _by(names: dict[int, str], person: int, *, by_name: bool) -> tuple[str | None, int | None]:
    return (names[person], person) if by_name and person in names else (None, None)


def keep(ctx: Context, report: ReportOf, item: int | None = None) -> int:
    """Keep the report in the library, or let what is kept there say what stands now; names are signatures there."""
    signers: list[int] = []

    def signed(said: Said) -> Said:
        if said.person is None:
            return said
        if said.person not in signers:
            signers.append(said.person)
        return replace(said, name=library.by(signers.index(said.person)))

    quotes = tuple(signed(quote) for quote in report.quotes)
    follow_ups = tuple(replace(each, lines=tuple(signed(line) for line in each.lines)) for each in report.follow_ups)
    text = document(replace(report, quotes=quotes, follow_ups=follow_ups))
    if item is not None and library.revise(ctx, item, text=text, people=signers):
        return item
    return library.keep(ctx, kind=KIND, title=report.challenge.title, text=text, people=signers)


def recipients(ctx: Context, challenge: Challenge) -> Sequence[Member]:
    """Whoever started it, as long as they are here and a lead; otherwise every lead."""
    leads = challenges.leads(ctx)
    return [lead for lead in leads if lead.id == challenge.started_by] or leads


def show_draft(ctx: Context, challenge: Challenge, leads: Sequence[Member]) -> None:
    """Show the draft to these leads, or anew where it stands."""
    if leads:
        card = views.draft(report_of(ctx, challenge))
        for lead in leads:
            ctx.post(lead, card, kind=Kind.NEWS, key=key(challenge.id))


def remind(ctx: Context, challenge: Challenge, leads: Sequence[Member]) -> None:
    """After some days a draft that still waits is brought back to mind."""
    for lead in leads:
        reminder = nudges.Reminder(
            key(challenge.id),
            views.waits(challenge),
            _("It is yours to post within seven days, as it is or in your words."),
            expires_at=ctx.now + TIME_TO_POST,
            not_before=ctx.now + REMIND_AFTER,
        )
        nudges.remind(ctx, lead, reminder)


def shown_to(ctx: Context, challenge: int) -> Sequence[Member]:
    """The leads who have the draft before them."""
    return [lead for lead in challenges.leads(ctx) if ctx.has_posted(lead, key(challenge))]


def show_anew(ctx: Context, challenge: Challenge) -> None:
    """What is quoted has changed: the draft, or the report where it was posted and where it is kept, says what stands now."""
    words = store.report(ctx, challenge.id)
    if not words.is_posted:
        if challenge.state is challenges.State.CLOSING:
            show_draft(ctx, challenge, shown_to(ctx, challenge.id))
        elif challenge.state is challenges.State.CLOSED:
            show_kept(ctx, challenge)
        return
    report = report_of(ctx, challenge)
    item = keep(ctx, report, words.item)
    for place in challenges.places(ctx, challenge.id):
        if ctx.has_posted(place, key(challenge.id)):
            ctx.post(place, views.posted(replace(report, follow_ups=()), item), kind=Kind.PLACE, key=key(challenge.id))
    by = words.posted_by
    card = views.posted_by(report, people.names(ctx.session, [by]).get(by) if by is not None else None)
    for lead in shown_to(ctx, challenge.id):
        ctx.post(lead, card, kind=Kind.NEWS, key=key(challenge.id))


def show_kept(ctx: Context, challenge: Challenge) -> None:
    """A report that nobody posted stands with the leads alone, as it is now."""
    card = views.kept(report_of(ctx, challenge))
    for lead in shown_to(ctx, challenge.id):
        ctx.post(lead, card, kind=Kind.NEWS, key=key(challenge.id))


def key(challenge: int) -> str:
    """Under which the report stands in a chat."""
    return f"challenge/{challenge}/report"

"""The end of a challenge for those who lead it: a draft of the closing report, which they edit and post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from bot.chat.errors import CardOutOfDate
from bot.chat.form import corrected, raw
from bot.chat.language import Phrase, _
from bot.chat.message import Message
from bot.chat.reply import Open, Reply, Say
from bot.core.cadences import Cadence, Occurrence
from bot.core.context import Context
from bot.core.facts import PersonLeft
from bot.core.outbox import Kind
from bot.people import store as people
from bot.people.values import Member
from handlers import nudges, packs
from handlers.challenges import closing_views, leading_store, store
from handlers.challenges.closing_views import ReportOf
from handlers.challenges.leading_payloads import AboutReport, EditReport, PostReport, ReportDraft
from handlers.challenges.leading_rules import comebacks, themes_of
from handlers.challenges.rules import Move, State, moved, summary
from handlers.challenges.store import Challenge

CLOSE_JOB = "challenge.close"
TIME_TO_POST = timedelta(days=7)
REMIND_AFTER = timedelta(days=3)


def begin(ctx: Context, challenge: Challenge, on: date) -> None:
    """The last day is over: the leads get the draft; a challenge that nobody joined has nothing to report."""
    state = moved(challenge.state, Move.END)
    if not store.count_in(ctx, challenge.id) or state is None:
        store.set_state(ctx, challenge.id, State.CLOSED)
        return
    store.set_state(ctx, challenge.id, state)
    closes_on = on + TIME_TO_POST
    ctx.plan(CLOSE_JOB, challenge.id, Cadence(ctx.community.zone, time(9), closes_on, closes_on))
    recipients = _recipients(ctx, challenge)
    _show_draft(ctx, challenge, recipients)
    _remind(ctx, challenge, recipients)


def _remind(ctx: Context, challenge: Challenge, leads: Sequence[Member]) -> None:
    """After some days a draft that still waits is brought back to mind."""
    for lead in leads:
        reminder = nudges.Reminder(
            _key(challenge.id),
            closing_views.waits(challenge),
            _("It is yours to post within seven days, as it is or in your words."),
            expires_at=ctx.now + TIME_TO_POST,
            not_before=ctx.now + REMIND_AFTER,
        )
        nudges.remind(ctx, lead, reminder)


def close(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """A report that was not posted within its time stays where it is; nobody is told."""
    for occurrence in occurrences:
        challenge = store.challenge(ctx, occurrence.subject, lock=True)
        if challenge is None or moved(challenge.state, Move.CLOSE) is None:
            continue
        _refresh(ctx, challenge, closing_views.kept(_report(ctx, challenge)))
        nudges.drop(ctx, _key(challenge.id))
        store.set_state(ctx, challenge.id, State.CLOSED)


def hand_over(ctx: Context, fact: PersonLeft) -> None:
    """A lead has left: what was theirs to post goes to the other leads."""
    for challenge_id in leading_store.closing_of(ctx, fact.person):
        challenge = store.challenge(ctx, challenge_id, lock=True)
        if challenge is not None:
            others = [lead for lead in leading_store.leads(ctx) if lead.id != fact.person]
            others = [lead for lead in others if not ctx.has_posted(lead, _key(challenge.id))]
            _show_draft(ctx, challenge, others)
            _remind(ctx, challenge, others)


def edit(ctx: Context, payload: EditReport) -> Reply:
    """Open the form with the words as they stand."""
    challenge = _locked(ctx, payload.challenge)
    if challenge.state is not State.CLOSING:
        return Say(closing_views.settled(challenge))
    return _form(ctx, challenge.id)


def save(ctx: Context, draft: ReportDraft, subject: AboutReport) -> Reply:
    """Keep the words; what another lead wrote meanwhile is shown, not overwritten."""
    challenge = _locked(ctx, subject.challenge)
    if challenge.state is not State.CLOSING:
        return Say(closing_views.settled(challenge))
    standing = leading_store.report(ctx, challenge.id)
    if standing.revision != subject.revision:
        return told_what_stands(
            ctx,
            _form(ctx, challenge.id),
            {"opening": (draft.opening, standing.opening), "change": (draft.change, standing.change)},
            standing.edited_by,
        )
    leading_store.save_report(ctx, standing, draft.opening, draft.change)
    shown_to = [lead for lead in leading_store.leads(ctx) if ctx.has_posted(lead, _key(challenge.id))]
    _show_draft(ctx, challenge, shown_to)
    return Say(closing_views.saved(challenge))


def told_what_stands(ctx: Context, form: Open, fields: dict[str, tuple[str, str]], editor: int | None) -> Open:
    """The form again with everything typed, and at each field that differs what another lead made of it meanwhile.

    `fields` has what was typed and what stands now. Sent again, it is saved: by then it is no surprise.
    """
    errors: dict[str, Phrase] = {
        field: _("It says now: {text}", text=now if len(now) <= 300 else f"{now[:299]}…") if now else _("It is empty now.")
        for field, (typed, now) in fields.items()
        if typed != now
    }
    return told_of_change(ctx, form, {field: typed for field, (typed, _now) in fields.items()}, errors, editor)


def told_of_change(ctx: Context, form: Open, typed: Mapping[str, object], now: Mapping[str, Phrase], editor: int | None) -> Open:
    """The form again with everything typed, who changed what it is about meanwhile, and how that stands now."""
    names = people.names(ctx.session, [editor]) if editor is not None else {}
    name: str | Phrase = names.get(editor or 0) or _("Somebody")
    changed = _("{name} has changed this meanwhile. Nothing is saved yet. Send it again to let yours stand.", name=name)
    return Open(corrected(form.form, {field: raw(value) for field, value in typed.items()}, {**now, "": changed}))


def post(ctx: Context, payload: PostReport) -> Reply:
    """Post the report to the places of the challenge, once."""
    challenge = _locked(ctx, payload.challenge)
    closed = moved(challenge.state, Move.CLOSE)
    if closed is None:
        return Say(closing_views.settled(challenge))
    places = leading_store.places(ctx, challenge.id)
    if places:
        report = _report(ctx, challenge)
        for place in places:
            ctx.post(place, closing_views.posted(report), kind=Kind.PLACE, key=f"challenge/{challenge.id}/report")
        store.set_state(ctx, challenge.id, closed)
        leading_store.mark_posted(ctx, leading_store.report(ctx, challenge.id).id)
        ctx.forget(CLOSE_JOB, [challenge.id])
        _refresh(ctx, challenge, closing_views.posted_by(report, ctx.actor.name))
        for lead in leading_store.leads(ctx):
            nudges.settle(ctx, lead, _key(challenge.id), closing_views.waits_no_more(challenge, ctx.actor.name))
    return Say(closing_views.receipt(challenge, [place.name for place in places]))


def _form(ctx: Context, challenge: int) -> Open:
    standing = leading_store.report(ctx, challenge)
    values = {"opening": standing.opening, "change": standing.change}
    return ctx.open(ReportDraft, values=values, subject=AboutReport(challenge, standing.revision))


def _locked(ctx: Context, challenge_id: int) -> Challenge:
    challenge = store.challenge(ctx, challenge_id, lock=True)
    if challenge is None:
        raise CardOutOfDate
    return challenge


def _report(ctx: Context, challenge: Challenge) -> ReportOf:
    numbers = leading_store.numbers_done(ctx, challenge.id)
    done = store.days_done(ctx, challenge.id).values()
    pack = packs.available(ctx).get(challenge.pack)
    words = leading_store.report(ctx, challenge.id)
    return ReportOf(
        challenge,
        summary(done, challenge.plan.days),
        comebacks(numbers),
        themes_of(pack.themes, challenge.plan.days) if pack is not None else (),
        words.opening,
        words.change,
    )


def _recipients(ctx: Context, challenge: Challenge) -> Sequence[Member]:
    """Whoever started it, as long as they are here and a lead; otherwise every lead."""
    leads = leading_store.leads(ctx)
    return [lead for lead in leads if lead.id == challenge.started_by] or leads


def _show_draft(ctx: Context, challenge: Challenge, leads: Sequence[Member]) -> None:
    if leads:
        card = closing_views.draft(_report(ctx, challenge))
        for lead in leads:
            ctx.post(lead, card, kind=Kind.NEWS, key=_key(challenge.id))


def _refresh(ctx: Context, challenge: Challenge, card: Message) -> None:
    for lead in leading_store.leads(ctx):
        if ctx.has_posted(lead, _key(challenge.id)):
            ctx.post(lead, card, kind=Kind.NEWS, key=_key(challenge.id))


def _key(challenge: int) -> str:
    return f"challenge/{challenge}/report"

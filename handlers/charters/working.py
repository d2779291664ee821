"""The work: reports in every place, what members answer, what that changes; reminders where a report is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.core.cadences import Occurrence
from bot.core.context import Context
from bot.core.outbox import Kind as PostKind
from bot.people import store as people
from bot.people.values import Member
from handlers import nudges
from handlers.charters import assets, cards, flows, lead_views, moves, reports, store, views, work_views
from handlers.charters.charter import About, Answer, Charter, Part, Report
from handlers.charters.forms import ChangedDraft, ReportAnswerDraft, ReportDraft
from handlers.charters.payloads import AnswerReport, SeeAnswers, TellChanged, WriteReport
from handlers.charters.rules import State

WHY_REPORT = _("You lead this, and the community looks forward to hearing from it.")
TIME_TO_REPORT = timedelta(days=7)


# -- reporting -----------------------------------------------------------------------------------------------------------


def open_report(ctx: Context, payload: WriteReport) -> Reply:
    """Open the form with what was written last."""
    charter = moves.managed(ctx, payload.charter)
    if not charter.state.is_at_work:
        return Say(views.past_it(charter))
    last = reports.newest(ctx, charter.id, About.PROGRESS)
    values = {name: last.word(name) for name in ("done", "learned", "stuck", "ask")} if last is not None else {}
    return ctx.open(ReportDraft, values=values, subject=payload, intro=charter.name)


def report(ctx: Context, draft: ReportDraft, subject: WriteReport) -> Reply:
    """Every place gets it, and those who follow; nobody is reminded any more."""
    charter = moves.managed(ctx, subject.charter)
    if not charter.state.is_at_work:
        raise FieldErrors({"": _("This has moved on meanwhile, so nothing was posted.")})
    made = reports.insert(ctx, charter.id, About.PROGRESS, vars(draft))
    heard = moves.changed_to(ctx, replace(charter, heard_at=ctx.now))
    show(ctx, heard, made)
    settle_reminders(ctx, charter, work_views.reported(heard, _places(ctx)))
    parts = {each.person for each in store.people_of(ctx, [charter.id]).get(charter.id, ()) if each.part in {Part.TEAM, Part.FOLLOWS}}
    cards.tell(ctx, parts - {ctx.actor.id}, work_views.new_report(heard, made), key=f"{cards.key(heard)}/reported")
    return Say(work_views.reported(heard, _places(ctx)))


def _places(ctx: Context) -> list[str]:
    return [place.name for place in people.places(ctx.session)]


def show(ctx: Context, charter: Charter, report: Report) -> None:
    """A report stands in every place, with how many answered."""
    found = assets.of(ctx, charter.id) if report.about is About.RESULTS else ()
    cards.tell_places(ctx, work_views.posted(charter, report, reports.answers(ctx, report.id), found), key(report))


def key(report: Report) -> str:
    """The key of a report."""
    return f"charter/report/{report.id}"


def reminder_keys(charter: Charter) -> tuple[str, str]:
    """The keys of what reminds of the report that is due now: each is reminded of once."""
    since = charter.heard_at.date().isoformat() if charter.heard_at is not None else ""
    return f"{cards.key(charter)}/report/{since}", f"{cards.key(charter)}/report_late/{since}"


def settle_reminders(ctx: Context, before: Charter, done: Message) -> None:
    """The community has heard: what would remind goes."""
    for member in cards.heads(ctx, before):
        for key in reminder_keys(before):
            nudges.settle(ctx, member, key, instead=done if member.id != ctx.actor.id else views.done(before))


# -- answers -------------------------------------------------------------------------------------------------------------


def answer(ctx: Context, payload: AnswerReport) -> Reply:
    """One press, or a form for words."""
    charter, found = _reported(ctx, payload.report)
    if payload.answer not in set(Answer):
        raise CardOutOfDate
    wanted = Answer(payload.answer)
    if wanted not in work_views.IN_WORDS:
        return _say(ctx, charter, found, wanted)
    own = [each for each in reports.answers(ctx, found.id) if each.person == ctx.actor.id and each.answer is wanted]
    return ctx.open(ReportAnswerDraft, values={"words": own[0].words} if own else {}, subject=payload, intro=charter.name)


def answer_in_words(ctx: Context, draft: ReportAnswerDraft, subject: AnswerReport) -> Reply:
    """The team reads it."""
    charter, found = _reported(ctx, subject.report)
    if subject.answer not in {each.value for each in work_views.IN_WORDS}:
        raise CardOutOfDate
    return _say(ctx, charter, found, Answer(subject.answer), draft.words)


def _reported(ctx: Context, report_id: int) -> tuple[Charter, Report]:
    found = reports.report(ctx, report_id)
    if found is None:
        raise CardOutOfDate
    return moves.known(ctx, found.charter, lock=True), found


def _say(ctx: Context, charter: Charter, report: Report, wanted: Answer, words: str = "") -> Reply:
    is_new = reports.say(ctx, report.id, wanted, words)
    if is_new or words:
        show(ctx, charter, report)
        heads = cards.heads(ctx, charter)
        team = people.members(ctx.session, flows.team_of(ctx, charter)).values()
        for member in (*heads, *(each for each in team if each not in heads)):
            message = _digest(ctx, charter, report, may_manage=member in heads)
            ctx.post(member, message, kind=PostKind.ASKED_FOR, key=f"{key(report)}/answers")
    return Say(work_views.answered(charter, wanted, words, is_new=is_new))


def _digest(ctx: Context, charter: Charter, report: Report, *, may_manage: bool) -> Message:
    answers = reports.answers(ctx, report.id)
    names = people.names(ctx.session, [each.person for each in answers])
    return work_views.digest(charter, report, [(names.get(each.person, ""), each) for each in answers], may_manage=may_manage)


def see_answers(ctx: Context, payload: SeeAnswers) -> Reply:
    """All that was answered; for the team alone."""
    charter, found = _reported(ctx, payload.report)
    may_manage = moves.may_manage(ctx, charter)
    if not may_manage and ctx.actor.id not in flows.team_of(ctx, charter):
        raise moves.NotYours
    return Say(_digest(ctx, charter, found, may_manage=may_manage))


def open_changed(ctx: Context, payload: TellChanged) -> Reply:
    """Ask what the team changes."""
    charter, found = _reported(ctx, payload.report)
    moves.managed(ctx, charter.id)
    return ctx.open(ChangedDraft, values={"changed": found.word("changed")}, subject=payload, intro=charter.name)


def tell_changed(ctx: Context, draft: ChangedDraft, subject: TellChanged) -> Reply:
    """Everybody who answered hears what it changed."""
    charter, found = _reported(ctx, subject.report)
    moves.managed(ctx, charter.id)
    changed = reports.rewrite(ctx, found.id, {**found.words, "changed": draft.changed})
    show(ctx, charter, changed)
    persons = {each.person for each in reports.answers(ctx, found.id)} - {ctx.actor.id}
    return Say(work_views.change_told(charter, cards.tell(ctx, persons, work_views.changed(charter, changed), key=f"{key(found)}/changed")))


# -- what is due ---------------------------------------------------------------------------------------------------------


def remind(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """A report is due: its lead is reminded kindly."""
    for occurrence in occurrences:
        charter = store.charter(ctx, occurrence.subject)
        if charter is not None and charter.state is State.ACTIVE:
            _remind(ctx, cards.heads(ctx, charter)[:1], charter, reminder_keys(charter)[0])


def remind_co_lead(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """Some days later whoever stands in is; after that the directory just says when it was last heard from."""
    for occurrence in occurrences:
        charter = store.charter(ctx, occurrence.subject)
        if charter is None or charter.state is not State.ACTIVE or charter.co_lead is None:
            continue
        _remind(ctx, people.members(ctx.session, [charter.co_lead]).values(), charter, reminder_keys(charter)[1])


def _remind(ctx: Context, members: Iterable[Member], charter: Charter, key: str) -> None:
    for member in members:
        nudges.remind(ctx, member, nudges.Reminder(key, work_views.to_report(charter), WHY_REPORT, ctx.now + TIME_TO_REPORT))


def review(ctx: Context, occurrences: Sequence[Occurrence]) -> None:
    """The day to look at it again: results, another day, rest, or its end."""
    for occurrence in occurrences:
        charter = store.charter(ctx, occurrence.subject)
        if charter is not None and charter.state in {State.RECRUITING, State.ACTIVE, State.DORMANT}:
            cards.tell_heads(ctx, charter, lead_views.to_review(charter), f"review/{occurrence.on.isoformat()}")

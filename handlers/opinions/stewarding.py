"""What stewards do: merge statements, send them back, flag what breaks the house rules; never silently. And clarifying questions."""

from __future__ import annotations

from typing import Any

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _
from bot.chat.message import Option
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.feature import Options
from bot.core.outbox import Kind
from bot.people import store as people
from handlers.opinions import cards, charting, contributions, seats, statement_views, taking_part, views
from handlers.opinions.forms import JudgementDraft, MergeDraft, QuestionDraft, ReplyDraft
from handlers.opinions.payloads import AnswerQuestion, AskQuestion, Judge, Merge, SeeQueue
from handlers.opinions.requests import About, Contribution, Request, State

JUDGEMENTS = (State.SENT_BACK.value, State.FLAGGED.value)


def see_queue(ctx: Context, payload: SeeQueue) -> Reply:
    """The statements, those that are unclear to many first."""
    request = taking_part.managed(ctx, payload.request)
    if not request.is_running:
        return Say(views.past_it(request))
    found = contributions.of_request(ctx, request.id, About.STATEMENT)
    found.sort(key=lambda each: (each.state is not State.OPEN, -each.unclear, each.id))
    return Say(statement_views.queue(request, found, payload.page))


def ask_merge(ctx: Context, payload: Merge) -> Reply:
    """Ask which one says the same."""
    request, statement = _judged(ctx, payload.statement)
    if statement.state is not State.OPEN:
        return see_queue(ctx, SeeQueue(request.id))
    return ctx.open(MergeDraft, subject=payload, intro=statement.text)


def merge_options(ctx: Context, subject: Any) -> Options:
    """The other open statements."""
    statement = contributions.contribution(ctx, subject.statement) if isinstance(subject, Merge) else None
    if statement is None:
        return {"into": ()}
    others = contributions.of_request(ctx, statement.request, About.STATEMENT, State.OPEN)
    return {"into": tuple(Option(str(each.id), each.text) for each in others if each.id != statement.id)}


def merge(ctx: Context, draft: MergeDraft, subject: Merge) -> Reply:
    """Merge it into the other; answers are not carried over, since nobody gave them to the other words."""
    request, statement = _judged(ctx, subject.statement)
    if statement.state is not State.OPEN:
        raise FieldErrors({"": _("This statement is not open any more.")})
    other = contributions.contribution(ctx, int(draft.into))
    assert other is not None, "it is one of the options"
    _tell_writer(ctx, request, contributions.change(ctx, statement, State.MERGED, refers_to=other.id, into=other.text))
    charting.paint_anew(ctx, request)
    return Say(statement_views.merged(request))


def ask_reason(ctx: Context, payload: Judge) -> Reply:
    """Ask for the reason."""
    request, statement = _judged(ctx, payload.statement)
    if payload.state not in JUDGEMENTS:
        raise CardOutOfDate
    if statement.state is not State.OPEN:
        return see_queue(ctx, SeeQueue(request.id))
    return ctx.open(JudgementDraft, subject=payload, intro=statement.text)


def judge(ctx: Context, draft: JudgementDraft, subject: Judge) -> Reply:
    """Send it back, or show it no more; its writer is told why."""
    request, statement = _judged(ctx, subject.statement)
    if statement.state is not State.OPEN or subject.state not in JUDGEMENTS:
        raise FieldErrors({"": _("This statement is not open any more.")})
    _tell_writer(ctx, request, contributions.change(ctx, statement, State(subject.state), note=draft.reason))
    charting.paint_anew(ctx, request)
    return Say(statement_views.judgement_told(request))


def _judged(ctx: Context, statement_id: int) -> tuple[Request, Contribution]:
    statement = contributions.contribution(ctx, statement_id)
    if statement is None or statement.about is not About.STATEMENT:
        raise CardOutOfDate
    return taking_part.managed(ctx, statement.request), statement


def _tell_writer(ctx: Context, request: Request, statement: Contribution) -> None:
    person = contributions.writer_of(ctx, statement)
    writer = people.members(ctx.session, [person]).get(person) if person is not None else None
    if writer is not None:
        ctx.post(writer, statement_views.judged(request, statement), kind=Kind.NEWS, key=said_key(statement))


def said_key(contribution: Contribution) -> str:
    """The key of what a writer hears about their words."""
    return f"opinion/said/{contribution.id}"


# -- questions -----------------------------------------------------------------------------------------------------------


def open_question(ctx: Context, payload: AskQuestion) -> Reply:
    """Ask what is unclear."""
    request = taking_part.asked(ctx, payload.request)
    if not request.is_running:
        return Say(views.past_it(request))
    return ctx.open(QuestionDraft, subject=payload, intro=request.question)


def ask(ctx: Context, draft: QuestionDraft, subject: AskQuestion) -> Reply:
    """Pass a question on to whoever looks after it, without a name."""
    request = taking_part.locked(ctx, subject.request)
    if not request.is_running:
        raise FieldErrors({"": _("This request is over, so nobody would answer.")})
    seat = seats.take(ctx, request)
    question = contributions.add(ctx, request, seat, About.QUESTION, {"text": draft.text}, State.OPEN)
    for owner in cards.owners(ctx, request):
        ctx.post(owner, statement_views.to_reply(request, question), kind=Kind.PERSONAL, key=said_key(question))
    return Say(statement_views.asked(request))


def open_reply(ctx: Context, payload: AnswerQuestion) -> Reply:
    """Open the form of the answer."""
    request, question = _question(ctx, payload)
    if question.state is State.ANSWERED:
        return Say(statement_views.replied(request, question))
    return ctx.open(ReplyDraft, subject=payload, intro=question.text)


def reply(ctx: Context, draft: ReplyDraft, subject: AnswerQuestion) -> Reply:
    """Tell everybody question and answer, and whoever asked in their own chat."""
    request, question = _question(ctx, subject)
    if question.state is State.ANSWERED:
        raise FieldErrors({"": _("Somebody has answered this meanwhile.")})
    person = contributions.writer_of(ctx, question)
    question = contributions.change(ctx, question, State.ANSWERED, reply=draft.text)
    told = statement_views.replied(request, question)
    cards.tell_places(ctx, told)
    for owner in cards.owners(ctx, request):
        ctx.rewrite(owner, said_key(question), told)
    asker = people.members(ctx.session, [person]).get(person) if person is not None else None
    if asker is not None:
        ctx.post(asker, told, kind=Kind.NEWS)
    return Say(statement_views.reply_told(request))


def _question(ctx: Context, payload: AnswerQuestion) -> tuple[Request, Contribution]:
    question = contributions.contribution(ctx, payload.question)
    if question is None or question.about is not About.QUESTION:
        raise CardOutOfDate
    return taking_part.managed(ctx, question.request), question

"""The learning agenda's handlers: anyone adds a question or backs one."""

from __future__ import annotations

from bot.chat.errors import CardOutOfDate, LeadsOnly
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.facts import Fact
from bot.core.outbox import Kind
from bot.lean import dataclass
from bot.people import store as people
from handlers.agenda import store, views
from handlers.agenda.rules import page_there_is
from handlers.agenda.store import Question
from handlers.agenda.views import Add, Back, Browse, CameOfDraft, OpenQuestion, QuestionDraft, Settle


@dataclass(frozen=True, slots=True)
class QuestionShown(Fact):
    """Somebody looks at a question: what grew from it, or can grow, is added to the card."""

    question: int


def door(ctx: Context, _rest: str) -> Reply:
    """`/convene agenda`: the open questions."""
    return browse(ctx, Browse())


def browse(ctx: Context, payload: Browse) -> Reply:
    """A page of the agenda."""
    found = store.questions(ctx, settled=payload.settled)
    return Say(views.listed(found, settled=payload.settled, page=page_there_is(payload.page, len(found))))


def ask(ctx: Context, payload: Add) -> Reply:
    """Ask for the question."""
    return ctx.open(QuestionDraft, subject=payload)


def add(ctx: Context, draft: QuestionDraft, _subject: Add) -> Reply:
    """It stands on the agenda."""
    return Say(_whole(ctx, store.add(ctx, draft.text)))


def open_question(ctx: Context, payload: OpenQuestion) -> Reply:
    """One question, and what can be done with it."""
    return Say(_whole(ctx, _known(ctx, payload.question)))


def _known(ctx: Context, question_id: int, *, lock: bool = False) -> Question:
    found = store.question(ctx, question_id, lock=lock)
    if found is None:
        raise CardOutOfDate
    return found


def _whole(ctx: Context, question: Question) -> Message:
    ctx.publish(QuestionShown(question.id))
    card = views.whole(question, backs=store.backs(ctx, question.id), may_settle=_may_settle(ctx, question))
    return ctx.with_additions(card)


def _may_settle(ctx: Context, question: Question) -> bool:
    return ctx.actor.is_lead or question.added_by == ctx.actor.id


def back(ctx: Context, payload: Back) -> Reply:
    """It matters to the actor, too, or no more."""
    question = _known(ctx, payload.question, lock=True)
    if payload.backs:
        store.back(ctx, question.id)
    else:
        store.back_no_more(ctx, question.id)
    return Say(_whole(ctx, _known(ctx, question.id)))


def ask_came_of(ctx: Context, payload: Settle) -> Reply:
    """Ask what came of it."""
    question = _known(ctx, payload.question)
    if not _may_settle(ctx, question):
        raise LeadsOnly(people.names_of_leads(ctx.session))
    return ctx.open(CameOfDraft, values={"words": question.came_of}, subject=payload, intro=question.text)


def settle(ctx: Context, draft: CameOfDraft, subject: Settle) -> Reply:
    """All who back it hear what came of it."""
    question = _known(ctx, subject.question, lock=True)
    if not _may_settle(ctx, question):
        raise LeadsOnly(people.names_of_leads(ctx.session))
    return Say(views.settled(question, tell(ctx, question.id, draft.words)))


def tell(ctx: Context, question_id: int, words: str) -> int:
    """Something came of a question; how many of those who back it hear of it."""
    if store.question(ctx, question_id, lock=True) is None:
        return 0
    store.settle(ctx, question_id, words)
    told = views.told(_known(ctx, question_id))
    persons = store.backers(ctx, question_id) - {ctx.actor.id}
    present = people.members(ctx.session, persons) if persons else {}
    for member in present.values():
        ctx.post(member, told, kind=Kind.NEWS, key=f"agenda/{question_id}")
    return len(present)

"""What follows when somebody answers what they were asked privately."""

from __future__ import annotations

from bot.chat.errors import CardOutOfDate
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.outbox import Kind
from bot.people import store as people
from handlers import challenges, nudges
from handlers.challenges import Challenge
from handlers.partners import company_views, grouping, questions, store
from handlers.partners.payloads import Answer
from handlers.partners.questions import Question
from handlers.partners.store import Together


def answer(ctx: Context, payload: Answer) -> Reply:
    """Take an answer once; whoever answers gives a sign with it."""
    question = questions.question(ctx, payload.question)
    group = store.group(ctx, question.group) if question is not None else None
    challenge = challenges.challenge(ctx, group.challenge) if group is not None else None
    if question is None or question.asked != ctx.actor.id or question.answer is not None:
        return Say(company_views.settled())
    if group is None or challenge is None or ctx.actor.id not in group.members:
        return Say(company_views.settled())
    store.seen(ctx, group.id)
    if question.kind == grouping.THIRD:
        joins = grouping.answer_third(ctx, challenge, question, is_yes=payload.choice == "yes")
        return Say(company_views.third_answered(is_yes=payload.choice == "yes", joins=joins), instead=True)
    return _choose(ctx, challenge, group, question, payload.choice)


def _choose(ctx: Context, challenge: Challenge, group: Together, question: Question, choice: str) -> Reply:
    """What somebody would like after days of silence; nobody is told what they chose."""
    match choice:
        case "rematch":
            questions.answer(ctx, question.id, choice)
            is_other_silent = question.about != ctx.actor.id
            grouping.leave(ctx, challenge, group, ctx.actor.id, seeks=not is_other_silent)
            grouping.seek(ctx, challenge, ctx.actor.id)
            return _settled(ctx, question, company_views.declined(is_seeking=True))
        case "third":
            questions.answer(ctx, question.id, choice)
            _want_third(ctx, challenge, group)
        case "alone":
            questions.answer(ctx, question.id, choice)
            challenges.wish_partner(ctx, challenge.id, ctx.actor.id, wants=False)
        case "lead":
            questions.answer(ctx, question.id, choice)
            _tell_leads(ctx, challenge)
        case "stay":
            questions.answer(ctx, question.id, choice)
        case _:
            raise CardOutOfDate
    return _settled(ctx, question, company_views.chosen(choice))


def _settled(ctx: Context, question: Question, receipt: Message) -> Reply:
    """The offer stands among other reminders perhaps, so it is settled where it stands, and the receipt comes beside it."""
    nudges.settle(ctx, ctx.actor, grouping.offer_key(question.id), receipt)
    return Say(receipt)


def _want_third(ctx: Context, challenge: Challenge, group: Together) -> None:
    """The pair is the first that is asked; where somebody waits already, it is asked now."""
    store.want_third(ctx, group.id, wants=True)
    for person in store.waiting(ctx, challenge.id):
        if not any(each.answer is None for each in questions.questions_about(ctx, person, grouping.THIRD)):
            grouping.invite(ctx, challenge, person)
            return


def _tell_leads(ctx: Context, challenge: Challenge) -> None:
    """Leads hear who would like a hand, and not with whom."""
    for lead in people.members(ctx.session).values():
        if lead.is_lead and lead.id != ctx.actor.id:
            ctx.post(lead, company_views.tell_lead(ctx.actor.name, challenge.title), kind=Kind.NEWS)

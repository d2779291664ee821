"""Voting: one press or a form, changed or withdrawn until close, with a private receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.chat.errors import CardOutOfDate, FieldErrors, UserError
from bot.chat.form import Draft, Form
from bot.chat.language import _
from bot.chat.message import Option
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.core.feature import Options
from handlers import nudges
from handlers.polls import ballots, cards, closing, forms, store, views
from handlers.polls.kinds import MOST_RANKS, Answer, Kind, State, Terms, checked
from handlers.polls.payloads import (
    ChoicesDraft,
    DotsDraft,
    GiveAnswer,
    Pick,
    RankDraft,
    ScoreDraft,
    SeePoll,
    TextDraft,
    Vote,
    Withdraw,
)

FORMS: Mapping[Kind, type[Draft]] = {
    Kind.MULTIPLE: ChoicesDraft,
    Kind.RANKED: RankDraft,
    Kind.DOTS: DotsDraft,
    Kind.SCORE: ScoreDraft,
    Kind.OPEN: TextDraft,
}


class WordsChanged(UserError):
    """A form that was opened before the poll got other words: its fields may stand for other options now."""

    def __init__(self) -> None:
        super().__init__(_("The words of this poll have changed since you opened this. Please close it and press Vote again."))


def known(ctx: Context, poll: int, *, to_vote: bool = False) -> Terms:
    """A poll that somebody pressed a button of; previews are for their posers only."""
    terms = store.poll_to_vote(ctx, poll) if to_vote else store.poll(ctx, poll)
    if terms is None or (terms.state is State.DRAFT and terms.poser != ctx.actor.id):
        raise CardOutOfDate
    return terms


# -- one press -----------------------------------------------------------------------------------------------------------


def vote(ctx: Context, payload: Vote) -> Reply:
    """One press that is a whole answer; a second one changes nothing."""
    return _vote(ctx, known(ctx, payload.poll, to_vote=True), payload.option)


def pick(ctx: Context, payload: Pick) -> Reply:
    """The same from a list."""
    picked = ctx.picked or ""
    return _vote(ctx, known(ctx, payload.poll, to_vote=True), int(picked) if picked.isdecimal() else None)


def _vote(ctx: Context, terms: Terms, raw: object) -> Reply:
    if not terms.kind.is_one_press:
        return Say(views.seen(cards.standing(ctx, terms), ballots.own(ctx, terms), 0, may_manage=False))
    try:
        return _cast(ctx, terms, checked(terms, raw))
    except ballots.PollIsOver:
        return Say(views.over(terms))


def _cast(ctx: Context, terms: Terms, answer: Answer) -> Reply:
    """Count it; the poll is locked since its words were read."""
    what = ballots.cast(ctx, terms, answer, is_locked=True)
    for key in cards.reminder_keys(terms) if terms.closes_at is not None else ():
        nudges.settle(ctx, ctx.actor, key, instead=views.voted(terms))
    if what != "same" and not closing.close_if_all_voted(ctx, terms) and (terms.shows_counts or not terms.is_anonymous):
        cards.follow_votes(ctx, terms)
    return Say(views.counted(terms, answer, what))


def withdraw(ctx: Context, payload: Withdraw) -> Reply:
    """Take one's vote back."""
    terms = known(ctx, payload.poll, to_vote=True)
    try:
        was_there = ballots.withdraw(ctx, terms)
    except ballots.PollIsOver:
        return Say(views.over(terms))
    if was_there and not terms.is_anonymous:
        cards.follow_votes(ctx, terms)
    return Say(views.withdrawn(terms, was_there=was_there))


def see(ctx: Context, payload: SeePoll) -> Reply:
    """How it stands, with one's own vote, one page at a time."""
    terms = known(ctx, payload.poll)
    if terms.state is State.CANCELLED:
        return Say(views.cancelled(terms))
    own = ballots.own(ctx, terms)
    if terms.is_open and own is None and payload.page == 0:
        return Say(views.ballot(cards.standing(ctx, terms), may_manage=closing.may_manage(ctx, terms)))
    may_manage = closing.may_manage(ctx, terms)
    return Say(views.seen(cards.standing(ctx, terms), own, payload.page, may_manage=may_manage))


# -- forms ---------------------------------------------------------------------------------------------------------------


def open_form(ctx: Context, payload: GiveAnswer) -> Reply:
    """Open the form of an answer with the earlier one in it."""
    terms = known(ctx, payload.poll)
    if not terms.is_open or (terms.closes_at is not None and terms.closes_at <= ctx.now):
        return Say(views.over(terms))
    if terms.kind not in FORMS:
        return see(ctx, SeePoll(terms.id))
    intro = (terms.question, "\n", views.how(terms), " ", views.promise(terms))
    first = terms.options[0].id if terms.options else 0
    return ctx.open(FORMS[terms.kind], values=_values(terms, ballots.own(ctx, terms)), subject=GiveAnswer(terms.id, first), intro=intro)


def _values(terms: Terms, answer: Answer | None) -> dict[str, object]:
    position = {option.id: number for number, option in enumerate(terms.options)}
    match answer:
        case None | int():
            return {}
        case str():
            return {"text": answer}
    if terms.kind is Kind.MULTIPLE:
        return {"chosen": tuple(str(option) for option in answer)}
    if terms.kind is Kind.RANKED:
        return {f"o{rank}": str(option) for rank, option in enumerate(answer)}
    return {f"o{position[each[0]]}": str(each[1]) for each in answer if isinstance(each, tuple)}


def options(ctx: Context, subject: Any) -> Options:
    """The options of a poll, as many ranks as there may be."""
    terms = store.poll(ctx, subject.poll) if isinstance(subject, GiveAnswer) else None
    found = tuple(Option(str(each.id), each.label) for each in terms.options) if terms is not None else ()
    return {"chosen": found, **{f"o{rank}": found for rank in range(MOST_RANKS)}}


def choices(ctx: Context, subject: Any) -> Options:
    """The options of a poll for several."""
    return {"chosen": options(ctx, subject)["chosen"]}


def draw(ctx: Context, subject: Any, form: Form) -> Form:
    """A field for every option, named like it; a rank for every place."""
    terms = store.poll(ctx, subject.poll) if isinstance(subject, GiveAnswer) else None
    if terms is None:
        return form
    return forms.named(terms, form)


def answer(ctx: Context, draft: Draft, subject: GiveAnswer) -> Reply:
    """Count a filled-in form; what cannot stand comes back with everything that was typed."""
    terms = known(ctx, subject.poll, to_vote=True)
    try:
        if not isinstance(draft, FORMS.get(terms.kind, ())):
            raise CardOutOfDate
        if subject.first and terms.option(subject.first) is None:
            raise WordsChanged
        return _cast(ctx, terms, checked(terms, _raw(terms, draft)))
    except CardOutOfDate:
        raise
    except UserError as refused:
        raise FieldErrors({"": refused.phrase}) from refused


def _raw(terms: Terms, draft: Any) -> object:
    if isinstance(draft, TextDraft):
        return draft.text
    if isinstance(draft, ChoicesDraft):
        return [int(each) for each in draft.chosen]
    given = [(number, value) for number in range(len(vars(draft))) if (value := getattr(draft, f"o{number}"))]
    if terms.kind is Kind.RANKED:
        return [int(value) for _number, value in given]
    ids = [option.id for option in terms.options]
    return [[ids[number] if number < len(ids) else -1, int(value)] for number, value in given]

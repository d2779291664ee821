"""What people see of statements: one at a time to answer, receipts, and the steward's queue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Message, Paragraph, Quote
from bot.chat.text import Emphasis, Strong, Words
from handlers.opinions import views
from handlers.opinions.payloads import (
    Answer,
    AnswerQuestion,
    Judge,
    Merge,
    NextStatement,
    SeeMap,
    SeeQueue,
    ShowStatement,
    SubmitHeld,
    TakeBack,
    WriteStatement,
)
from handlers.opinions.requests import Contribution, Request, State
from handlers.opinions.rules import Phase, Stance
from handlers.opinions.words import STANCES

PAGE = 5
MORE: dict[str, Phrase] = {
    "reason": _("Why:"),
    "evidence": _("What they have seen:"),
    "mind": _("What would change their mind:"),
}
STATES: dict[State, Phrase] = {
    State.HELD: _("Its writer looks at similar ones"),
    State.MERGED: _("Merged into another"),
    State.SENT_BACK: _("Sent back to its writer"),
    State.FLAGGED: _("Not shown, because of the house rules"),
}


def said(statement: Contribution, writer: str | None = None) -> Iterator[Block]:
    """A statement with what its writer added."""
    yield Quote(statement.text)
    if writer is not None:
        yield Paragraph(Emphasis(("— ", writer)))
    for name, label in MORE.items():
        if text := statement.more.get(name):
            yield Paragraph((Strong(label), " ", text))


def to_answer(
    request: Request,
    statement: Contribution,
    writer: str | None,
    *,
    last: Contribution | None = None,
    left: int = 0,
    said_before: str | None = None,
) -> Message:
    """One statement, with the four answers."""
    answers = tuple(Button(label, Answer(statement.id, stance.value)) for stance, label in STANCES.items())
    back = (Button(_("Change the one before"), ShowStatement(last.id)),) if last is not None else ()
    own = Button(_("Write a statement"), WriteStatement(request.id), asks=True)
    further = (*back, own) if request.phase is Phase.STATEMENTS else back
    before: tuple[Block, ...] = (Paragraph((_("You said:"), " ", Strong(STANCES[Stance(said_before)]))),) if said_before is not None else ()
    count = n_("{count} statement is left for you.", "{count} statements are left for you.", left) if left else None
    return Message(
        _("A statement: {text}", text=statement.text),
        (
            Paragraph(Strong(request.question)),
            *said(statement, writer),
            *before,
            Buttons(answers),
            *((Buttons(further),) if further else ()),
            Footnote((*((count, " ") if count is not None else ()), views.promise(request))),
        ),
    )


def all_answered(request: Request, last: Contribution | None, *, is_empty: bool) -> Message:
    """Nothing is left to answer for now."""
    words = _("Nobody else has written a statement yet. Yours can be the first.")
    if not is_empty:
        words = _("You have answered every statement there is. More may come while this phase lasts.")
    buttons = [Button(_("Change the one before"), ShowStatement(last.id))] if last is not None else []
    if request.phase is Phase.STATEMENTS:
        buttons.insert(0, Button(_("Write a statement"), WriteStatement(request.id), "primary", asks=True))
    else:
        buttons.insert(0, Button(_("See the map"), SeeMap(request.id), "primary"))
    return Message(words, (Paragraph((Strong(request.question), " ", words)), Buttons(tuple(buttons))))


# -- receipts ------------------------------------------------------------------------------------------------------------


def submitted(request: Request, statement: Contribution) -> Message:
    """The receipt of a statement."""
    words = _("Your statement is in. Others are shown it, and you can answer theirs.")
    buttons = (
        Button(_("Answer statements"), NextStatement(request.id), "primary"),
        Button(_("Write another"), WriteStatement(request.id), asks=True),
        Button(_("Take it back"), TakeBack(statement.id)),
    )
    return Message(words, (Paragraph(words), Quote(statement.text), Buttons(buttons), Footnote(views.promise(request))))


def alike(request: Request, statement: Contribution, others: Sequence[Contribution]) -> Message:
    """Others say nearly the same; its writer decides."""
    words = _("This is close to what others say. Yours waits until you decide.")
    shown: list[Block] = []
    for other in others:
        shown += [Quote(other.text), Buttons((Button(_("Answer this one instead"), ShowStatement(other.id)),))]
    own = (
        Button(_("Mine says more: submit it"), SubmitHeld(statement.id, submits=True), "primary"),
        Button(_("Drop mine"), SubmitHeld(statement.id, submits=False)),
    )
    return Message(
        words,
        (Paragraph((Strong(request.question), " ", words)), *shown, Paragraph(_("What you wrote:")), Quote(statement.text), Buttons(own)),
    )


def is_there(request: Request, other: Contribution) -> Message:
    """Exactly this was said already."""
    words = _("This stands there already, word for word. You can answer it.")
    buttons = (
        Button(_("Answer it"), ShowStatement(other.id), "primary"),
        Button(_("Write another"), WriteStatement(request.id), asks=True),
    )
    return Message(words, (Paragraph(words), Quote(other.text), Buttons(buttons)))


def taken_back(request: Request) -> Message:
    """A statement is gone."""
    words = _("Taken back; nothing of it is kept.")
    buttons = (Button(_("Answer statements"), NextStatement(request.id)), Button(_("Write another"), WriteStatement(request.id), asks=True))
    return Message(words, (Paragraph(words), Buttons(buttons)))


def is_answered(request: Request, statement: Contribution) -> Message:
    """Too late to take a statement back."""
    words = _("Others have answered this, so it stays. Write another one to say what you think now.")
    write = Buttons((Button(_("Write another"), WriteStatement(request.id), asks=True),))
    return Message(words, (Paragraph(words), Quote(statement.text), write))


# -- questions -----------------------------------------------------------------------------------------------------------


def asked(request: Request) -> Message:
    """The receipt of a question."""
    words = _("Your question is on its way. The answer comes to you, and all see both.")
    return Message(words, (Paragraph((Strong(request.question), " ", words)),))


def to_reply(request: Request, question: Contribution) -> Message:
    """Whoever looks after it is asked what is unclear."""
    words = _("Something is unclear:")
    reply = Button(_("Answer the question"), AnswerQuestion(question.id), "primary", asks=True)
    return Message(
        _("A question: {question}", question=request.question),
        (Paragraph((Strong(request.question), " ", words)), Quote(question.text), Buttons((reply,))),
    )


def replied(request: Request, question: Contribution) -> Message:
    """All see a question and its answer."""
    return Message(
        _("A question was answered: {question}", question=request.question),
        (
            Paragraph((Strong(request.question), " ", _("Somebody asked:"))),
            Quote(question.text),
            Paragraph(_("The answer:")),
            Quote(question.more.get("reply", "")),
        ),
    )


def reply_told(request: Request) -> Message:
    """The receipt of an answer."""
    words = _("Answered. All see the question and your answer.")
    return Message(words, (Paragraph((Strong(request.question), " ", words)),))


# -- the steward's queue -------------------------------------------------------------------------------------------------


def queue(request: Request, statements: Sequence[Contribution], page: int) -> Message:
    """The statements, those that are unclear to many first."""
    pages = max(1, -(-len(statements) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown: list[Block] = []
    for statement in statements[page * PAGE : (page + 1) * PAGE]:
        shown += [Quote(statement.text), Paragraph(_standing(statement))]
        if statement.state is State.OPEN:
            shown.append(
                Buttons(
                    (
                        Button(_("Merge"), Merge(statement.id), asks=True),
                        Button(_("Send back"), Judge(statement.id, State.SENT_BACK.value), asks=True),
                        Button(_("Breaks the house rules"), Judge(statement.id, State.FLAGGED.value), asks=True),
                    )
                )
            )
    turn = [Button(_("Earlier page"), SeeQueue(request.id, page - 1))] if page else []
    turn += [Button(_("Next page"), SeeQueue(request.id, page + 1))] if page < pages - 1 else []
    words = _("Nobody has written a statement yet.") if not statements else _("Whatever you do here, its writer hears it with your reason.")
    rest = (Buttons(tuple(turn)),) if turn else ()
    return Message(_("Statements: {question}", question=request.question), (Heading(request.question), Paragraph(words), *shown, *rest))


def _standing(statement: Contribution) -> Words:
    if statement.state is not State.OPEN:
        return STATES[statement.state]
    words: list[Words] = [n_("{count} person answered.", "{count} people answered.", statement.seen)]
    if statement.unclear:
        words += [" ", n_("It is unclear to {count}.", "It is unclear to {count}.", statement.unclear)]
    return tuple(words)


def judged(request: Request, statement: Contribution) -> Message:
    """A writer hears what became of their statement, with the reason; their words come back."""
    words = {
        State.SENT_BACK: _("Your statement comes back to you. Others do not see it now."),
        State.FLAGGED: _("Your statement is not shown, because of the house rules."),
        State.MERGED: _("Your statement was merged into another that says the same."),
    }[statement.state]
    why: tuple[Block, ...] = (Paragraph(_("The reason:")), Quote(statement.more["note"])) if statement.more.get("note") else ()
    other: tuple[Block, ...] = ()
    if statement.state is State.MERGED:
        other = (Paragraph(_("The other one:")), Quote(statement.more["into"]))
    again = statement.state is State.SENT_BACK
    write = (Buttons((Button(_("Write it anew"), WriteStatement(request.id, statement.id), "primary", asks=True),)),) if again else ()
    return Message(words, (Paragraph((Strong(request.question), " ", words)), Quote(statement.text), *why, *other, *write))


def judgement_told(request: Request) -> Message:
    """The steward's receipt."""
    words = _("Done. Its writer is told, with your reason.")
    return Message(words, (Paragraph(words), Buttons((Button(_("Back to the statements"), SeeQueue(request.id)),))))


def merged(request: Request) -> Message:
    """The receipt of a merging."""
    words = _("Merged. Its writer is told, and its answers stay apart: everybody is asked the other one themselves.")
    return Message(words, (Paragraph(words), Buttons((Button(_("Back to the statements"), SeeQueue(request.id)),))))

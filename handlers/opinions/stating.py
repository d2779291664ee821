"""Statements: written by anyone, answered one at a time, drawn so that attention is spread."""

from __future__ import annotations

from bot.chat.errors import CardOutOfDate, FieldErrors
from bot.chat.language import _
from bot.chat.message import Message
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.people.store import names
from handlers.opinions import cards, charting, contributions, seats, statement_views, taking_part, views
from handlers.opinions.forms import StatementDraft
from handlers.opinions.payloads import Answer, NextStatement, ShowStatement, SubmitHeld, TakeBack, WriteStatement
from handlers.opinions.requests import About, Contribution, Request, State
from handlers.opinions.rules import Phase, Size, Stance
from handlers.opinions.similar import similar
from handlers.opinions.voices import draw, weight

TAKES_ANSWERS = (Phase.STATEMENTS, Phase.MAP)


# -- writing -------------------------------------------------------------------------------------------------------------


def open_statement(ctx: Context, payload: WriteStatement) -> Reply:
    """Open the form, with one's own words in it where they were sent back."""
    request = taking_part.asked(ctx, payload.request)
    if not _takes_statements(request):
        return Say(views.past_it(request))
    earlier = _own(ctx, payload.again) if payload.again is not None else None
    values = {"text": earlier.text, **earlier.more} if earlier is not None else {}
    known = {name: text for name, text in values.items() if name in ("text", "reason", "evidence", "mind")}
    return ctx.open(StatementDraft, values=known, subject=payload, intro=(request.question, "\n", views.promise(request)))


def write(ctx: Context, draft: StatementDraft, subject: WriteStatement) -> Reply:
    """Submit a statement; where others say nearly the same, its writer is shown them first."""
    request = taking_part.locked(ctx, subject.request)
    if not _takes_statements(request):
        raise FieldErrors({"": _("Statements are closed meanwhile, so this was not submitted.")})
    others = {each.id: each for each in _open(ctx, request)}
    alike = [others[found] for found in similar(draft.text, {number: each.text for number, each in others.items()})]
    same = next((each for each in alike if each.text.casefold() == draft.text.casefold()), None)
    if same is not None:
        return Say(statement_views.is_there(request, same))
    is_new = not seats.is_seated(ctx, request.id)
    seat = seats.take(ctx, request)
    words = {"text": draft.text, "reason": draft.reason, "evidence": draft.evidence, "mind": draft.mind}
    made = contributions.add(ctx, request, seat, About.STATEMENT, words, State.HELD if alike else State.OPEN)
    if is_new:
        cards.follow(ctx, request)
    taking_part.settle(ctx, request)
    return Say(statement_views.alike(request, made, alike) if alike else statement_views.submitted(request, made))


def submit_held(ctx: Context, payload: SubmitHeld) -> Reply:
    """Submit a statement that is like another all the same, or drop it."""
    statement = _own(ctx, payload.statement)
    if statement is None:
        raise CardOutOfDate
    request = taking_part.locked(ctx, statement.request)
    if statement.state is not State.HELD:
        return Say(statement_views.submitted(request, statement))
    if not payload.submits:
        contributions.drop(ctx, statement.id)
        return Say(statement_views.taken_back(request), instead=True)
    if not _takes_statements(request):
        return Say(views.past_it(request))
    return Say(statement_views.submitted(request, contributions.change(ctx, statement, State.OPEN)), instead=True)


def take_back(ctx: Context, payload: TakeBack) -> Reply:
    """Take one's statement back, while nobody has answered it."""
    statement = _own(ctx, payload.statement)
    if statement is None:
        raise CardOutOfDate
    request = taking_part.locked(ctx, statement.request)
    if statement.seen or request.phase is not Phase.STATEMENTS:
        return Say(statement_views.is_answered(request, statement))
    contributions.drop(ctx, statement.id)
    return Say(statement_views.taken_back(request), instead=True)


def _takes_statements(request: Request) -> bool:
    return request.phase is Phase.STATEMENTS and request.size is not Size.QUICK


def _own(ctx: Context, statement: int) -> Contribution | None:
    found = contributions.contribution(ctx, statement, lock=True)
    if found is None or found.about is not About.STATEMENT:
        return None
    mine = contributions.of_seat(ctx, found.request, seats.own(ctx, found.request))
    return next((each for each in mine if each.id == statement), None)


def _open(ctx: Context, request: Request) -> list[Contribution]:
    return contributions.of_request(ctx, request.id, About.STATEMENT, State.OPEN)


# -- answering -----------------------------------------------------------------------------------------------------------


def show_next(ctx: Context, payload: NextStatement) -> Reply:
    """A statement that the actor has not answered."""
    request = taking_part.asked(ctx, payload.request)
    if request.phase not in TAKES_ANSWERS or request.size is Size.QUICK:
        return Say(views.past_it(request))
    return Say(_next(ctx, request, None))


def show(ctx: Context, payload: ShowStatement) -> Reply:
    """A statement that the actor answered, with what they said."""
    statement = contributions.contribution(ctx, payload.statement)
    if statement is None or statement.about is not About.STATEMENT:
        raise CardOutOfDate
    request = taking_part.known(ctx, statement.request)
    if statement.state is not State.OPEN or request.phase not in TAKES_ANSWERS:
        return Say(views.past_it(request))
    said = seats.sheet(ctx, request.id, seats.own(ctx, request.id)).stance(statement.number)
    return Say(statement_views.to_answer(request, statement, _writer(ctx, statement), said_before=said), instead=True)


def answer(ctx: Context, payload: Answer) -> Reply:
    """Count a stance in place of an earlier one, and show the next statement."""
    statement = contributions.contribution(ctx, payload.statement)
    if statement is None or statement.about is not About.STATEMENT or payload.stance not in set(Stance):
        raise CardOutOfDate
    request = taking_part.locked(ctx, statement.request)
    if statement.state is not State.OPEN or request.phase not in TAKES_ANSWERS:
        return Say(views.past_it(request))
    is_new = not seats.is_seated(ctx, request.id)
    seat = seats.take(ctx, request)
    sheet = seats.sheet(ctx, request.id, seat)
    before = sheet.stance(statement.number)
    if before != payload.stance:
        contributions.count(ctx, request.id, statement.number, before, payload.stance)
        sheet.answer(statement.number, payload.stance)
        seats.write(ctx, request.id, seat, sheet)
    taking_part.settle(ctx, request)
    if is_new:
        cards.follow(ctx, request)
    return Say(_next(ctx, request, statement), instead=before != payload.stance)


def _next(ctx: Context, request: Request, last: Contribution | None) -> Message:
    seat = seats.own(ctx, request.id)
    answered = seats.sheet(ctx, request.id, seat).answered
    others = [each for each in contributions.open_statements(ctx, request.id) if each.seat != seat]
    left = [each for each in others if each.number not in answered]
    if not left:
        return statement_views.all_answered(request, last, is_empty=not others)
    hints = charting.hints(ctx, request, seat)
    weights = {each.id: weight(each.voices, hints.extremity.get(each.number, 0.0)) for each in left}
    drawn = draw(ctx.random, weights, {each.id for each in left if each.number in hints.wanted})
    statement = contributions.contribution(ctx, drawn) if drawn is not None else None
    assert statement is not None, "there are some left"
    return statement_views.to_answer(request, statement, _writer(ctx, statement), last=last, left=len(left))


def _writer(ctx: Context, statement: Contribution) -> str | None:
    return names(ctx.session, [statement.writer]).get(statement.writer) if statement.writer is not None else None

"""What whoever looks after a request sees and can do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from bot.chat.language import Phrase, _
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Items, Message, Paragraph, Quote
from bot.chat.text import Label, Moment, Strong, Words
from handlers.opinions import views
from handlers.opinions.payloads import (
    Cancel,
    ChangeAudience,
    ChangeTerms,
    Extend,
    Grow,
    HandOver,
    Manage,
    MoveOn,
    NewRound,
    See,
    SeeDraft,
    SeeQueue,
    SeeSuggestions,
    Send,
    TellAnswer,
)
from handlers.opinions.requests import Request
from handlers.opinions.rules import Phase, Promise, Size, Way
from handlers.opinions.views import Standing

NEXT: dict[Phase, Phrase] = {
    Phase.INFORM: _("Open statements now"),
    Phase.STATEMENTS: _("Close statements now"),
    Phase.MAP: _("Begin the draft now"),
    Phase.DRAFT: _("Put it to the vote now"),
    Phase.RATIFY: _("Close the vote now"),
}
QUICK_NEXT: dict[Phase, Phrase] = {Phase.STATEMENTS: _("Close the poll now"), Phase.DRAFT: _("It is ready to send")}
SURE = _("Everybody is told, and there is no way back.")
LOOSER: dict[Promise, Phrase] = {
    Promise.ANONYMITY: _("It is anonymous, and stays so."),
    Promise.SMALL_GROUPS: _("Small groups stay as safe as they are."),
    Promise.RULE: _("The bar can only be raised."),
    Promise.QUORUM: _("The quorum can only be raised."),
    Promise.FALLBACK: _("What happens otherwise can only become stricter."),
    Promise.INVITED: _("Nobody who is invited can be left out."),
    Promise.DEADLINE: _("Use the button that gives more time instead."),
}


def may_change(*, is_free: bool) -> Phrase:
    """What may be changed now, above the form."""
    if is_free:
        return _("Nobody has answered yet, so everything can be changed.")
    return _("People have answered, so what was promised can only become stricter, and everybody sees it.")


def is_looser(found: Collection[Promise]) -> Phrase:
    """Why a change is refused."""
    return LOOSER[min(found, key=list(Promise).index)]


def manage(standing: Standing, *, has_draft: bool) -> Message:
    """All that can be done with it."""
    request = standing.request
    ways = Items(tuple(words for _phase, words in views.way_ahead(request)), ordered=True)
    note = _("Once somebody has answered, promises only become stricter.")
    return Message(
        _("To look after: {question}", question=request.question),
        (
            Heading(request.question),
            ways,
            Paragraph(views.told(standing, with_dates=False)),
            *_rows(list(_work(request, has_draft=has_draft)), list(_course(request))),
            Footnote((note, " ", views.promise(request))),
        ),
    )


def _rows(*rows: list[Button]) -> tuple[Block, ...]:
    return tuple(Buttons(tuple(row)) for row in rows if row)


def _work(request: Request, *, has_draft: bool) -> Iterator[Button]:
    if request.phase in {Phase.STATEMENTS, Phase.MAP} and request.size is not Size.QUICK:
        yield Button(_("Look through statements"), SeeQueue(request.id))
    if request.phase in {Phase.DRAFT, Phase.SEND} or (has_draft and request.is_running):
        yield Button(_("See the draft"), SeeDraft(request.id))
    if request.phase is Phase.DRAFT:
        yield Button(_("Answer suggestions"), SeeSuggestions(request.id))
    if request.phase is Phase.SEND and request.decision != Way.NOT_SENT.value:
        label = _("Say what we will do") if request.is_ours else _("It was sent")
        yield Button(label, Send(request.id), "primary", asks=True)
    if request.phase is Phase.SEND and request.size is not Size.QUICK:
        yield Button(_("Change it, vote again"), NewRound(request.id), asks=True)
    if request.phase is Phase.OUTCOME:
        label = _("Tell what we did") if request.is_ours else _("Tell what they answered")
        yield Button(label, TellAnswer(request.id), "primary", asks=True)


def _course(request: Request) -> Iterator[Button]:
    if request.is_running and request.phase is not Phase.SEND:
        label = QUICK_NEXT.get(request.phase, NEXT[request.phase]) if request.size is Size.QUICK else NEXT[request.phase]
        yield Button(label, MoveOn(request.id, request.phase.value), confirm=SURE)
    if request.is_running:
        yield Button(_("Give it more time"), Extend(request.id), asks=True)
        yield Button(_("Change what holds"), ChangeTerms(request.id), asks=True)
        yield Button(_("Who is invited"), ChangeAudience(request.id), asks=True)
    if request.may_grow:
        yield Button(_("Make it larger"), Grow(request.id), asks=True)
    yield Button(_("Hand it over"), HandOver(request.id), asks=True)
    if request.is_running:
        yield Button(_("Call it off"), Cancel(request.id), "danger", asks=True)


def moved_on(request: Request) -> Message:
    """The receipt of moving on."""
    said = _("Done. Everybody is told.")
    return _receipt(request, said)


def _receipt(request: Request, said: Phrase) -> Message:
    look = Buttons((Button(_("Look after it"), Manage(request.id)),))
    return Message(said, (Paragraph((Strong(request.question), " ", said)), look))


def refused(request: Request, why: Phrase) -> Message:
    """It cannot be opened as it is."""
    change = Buttons((Button(_("Change"), ChangeTerms(request.id), asks=True),))
    return Message(why, (Paragraph((Strong(request.question), " ", why)), change))


def terms_changed(standing: Standing) -> Message:
    """Everybody sees what holds from now on."""
    request = standing.request
    said = _("What holds was changed. From now on:")
    return Message(
        _("Changed: {question}", question=request.question),
        (Paragraph((Strong(request.question), " ", said)), Paragraph(views.told(standing)), Footnote(views.promise(request))),
    )


def extended(request: Request, at: datetime, reason: str) -> Message:
    """Everybody hears of more time, and why."""
    said = _("There is more time: this phase ends {moment}.", moment=Moment(at))
    see = Buttons((Button(_("See it"), See(request.id)),))
    return Message(
        _("More time: {question}", question=request.question), (Paragraph((Strong(request.question), " ", said)), Quote(reason), see)
    )


def change_first(request: Request) -> Words:
    """What comes before a new round."""
    first = _("Change the response first, so that people vote on other words.")
    return (request.question, "\n", first)


def grown(standing: Standing) -> Message:
    """Everybody hears that it goes further."""
    request = standing.request
    said = _("This goes further now. All that was said stays.")
    return Message(
        _("It goes further: {question}", question=request.question),
        (Paragraph((Strong(request.question), " ", said)), Paragraph(views.told(standing)), Buttons(tuple(views.likely(standing)))),
    )


def is_yours(request: Request, by: Label | None) -> Message:
    """Somebody looks after it from now on."""
    said = _("You look after this request now.") if by is None else _("{name} has handed this request over to you.", name=by)
    return _receipt(request, said)


def is_your_groups(request: Request, group: str) -> Message:
    """The people of a group hear that they draft."""
    said = _("{group} drafts this response: you can edit it and answer suggestions. All who are invited ratify it.", group=group)
    return _receipt(request, said)


def saved(request: Request) -> Message:
    """The receipt of who drafts."""
    return _receipt(request, _("Saved."))


def handed_over(request: Request, to: Label) -> Message:
    """The receipt of handing over."""
    said = _("{name} looks after it now, and hears of it.", name=to)
    return Message(said, (Paragraph((Strong(request.question), " ", said)),))


def is_taken(request: Request, by: Label) -> Message:
    """Somebody else was first."""
    said = _("{name} looks after it now.", name=by)
    return Message(said, (Paragraph((Strong(request.question), " ", said)),))

"""What people see when a response is sent, and of what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.form import Form
from bot.chat.language import Phrase, _, n_
from bot.chat.message import Block, Button, Buttons, File, Footnote, Heading, Message, Paragraph, Quote
from bot.chat.text import Strong
from handlers import library
from handlers.opinions import views
from handlers.opinions.payloads import Manage, NewRound, SeeDraft, Send, Sign, TakeResponse, TellAnswer, TellLesson
from handlers.opinions.requests import Request
from handlers.opinions.rules import Size, Way

MOST_LESSONS = 10
TO_WHOM = _("To whom was it sent, and how?")
WILL_DO = _("What will we do differently?")
THEY_SAID = _("What did they answer?")
WE_DID = _("What did we do?")


def asked_for(form: Form, request: Request) -> Form:
    """The form with the question that fits whom the response is for."""
    is_sending = request.sent_at is None
    label = (WILL_DO if is_sending else WE_DID) if request.is_ours else (TO_WHOM if is_sending else THEY_SAID)
    return replace(form, fields=tuple(replace(field, kind=replace(field.kind, label=label)) for field in form.fields))


def to_send(request: Request) -> Message:
    """Whoever looks after it sends the response."""
    is_unsent = request.decision == Way.NOT_SENT.value
    if is_unsent:
        said: Phrase = _("It was not ratified, so it is not sent. Until it is due you can change it and let all vote again.")
    elif request.is_ours:
        said = _("The response is ready. Say what we will do differently, and everybody hears it.")
    else:
        said = _("The response is ready. Get it as files, send it, and then tell me that it was sent.")
    buttons = [Button(_("Read the response"), SeeDraft(request.id)), Button(_("Get it as files"), TakeResponse(request.id))]
    if not is_unsent:
        label = _("Say what we will do") if request.is_ours else _("It was sent")
        buttons.insert(0, Button(label, Send(request.id), "primary", asks=True))
    if request.size is not Size.QUICK:
        buttons.append(Button(_("Change it, vote again"), NewRound(request.id), asks=True))
    return Message(
        _("To send: {question}", question=request.question),
        (Heading(request.question), Paragraph(said), Buttons((*buttons, Button(_("Look after it"), Manage(request.id))))),
    )


def on_their_way() -> Message:
    """The files are being made."""
    said = _("Your files are on their way. They come to you in our own chat in a moment.")
    return Message(said, (Paragraph(said),))


def files(question: str, markdown: bytes, pdf: bytes) -> Message:
    """The response as files."""
    return Message(
        _("The response: {question}", question=question),
        (
            Paragraph(Strong(question)),
            File("response.md", "text/markdown", _("To read and change"), markdown),
            File("response.pdf", "application/pdf", _("To print and send"), pdf),
        ),
    )


def is_kept(request: Request, item: int) -> Message:
    """The response stands in the library."""
    said = _("The response stands in the library, where you can read it and get it as files.")
    return Message(said, (Paragraph((Strong(request.question), " ", said)), Buttons((Button(_("Open it"), library.OpenItem(item)),))))


def signed(request: Request) -> Message:
    """The receipt of a signature."""
    said = _("You sign the response with your name. Until it is sent you can change that.")
    buttons = (Button(_("Change my signature"), Sign(request.id), asks=True), Button(_("Take my name off"), Sign(request.id, signs=False)))
    return Message(said, (Paragraph((Strong(request.question), " ", said)), Buttons(buttons)))


def unsigned(request: Request) -> Message:
    """The receipt of taking a signature off."""
    said = _("Your name is not on the response.")
    return Message(said, (Paragraph((Strong(request.question), " ", said)), Buttons((Button(_("Sign it"), Sign(request.id), asks=True),))))


def sent(request: Request) -> Message:
    """Everybody hears that the response was sent."""
    gone = _("Who said what cannot be found out any more.") if request.is_anonymous else _("Answers and ballots are kept no longer.")
    label, words = (WILL_DO, request.will_do) if request.is_ours else (_("Sent to:"), request.sent_to)
    return Message(
        _("Our response: {question}", question=request.question),
        (
            Heading(_("Our response")),
            Paragraph((Strong(request.question), " ", _("Thank you to all who took part."))),
            Paragraph(label),
            Quote(words),
            *_kept(request),
            Footnote(gone),
        ),
    )


def _kept(request: Request) -> tuple[Block, ...]:
    if request.item is None:
        return ()
    return (Buttons((Button(_("Read the response"), library.OpenItem(request.item)),)),)


def is_sent(request: Request, count: int) -> Message:
    """The sender's receipt."""
    said = n_("{count} person who took part hears of it.", "{count} people who took part hear of it.", count)
    what = _("Tell what we did") if request.is_ours else _("Tell what they answered")
    buttons = (Button(what, TellAnswer(request.id), asks=True),)
    when = _("When you know what came of it, tell it here. I ask again after thirty days.")
    return Message(said, (Paragraph((Strong(request.question), " ", said, " ", when)), *_kept(request), Buttons(buttons)))


def was_sent(request: Request) -> Message:
    """What stands in place of the card that asked to send it."""
    said = _("The response was sent.")
    return Message(said, (Paragraph((Strong(request.question), " ", said)), *_kept(request)))


def not_sent(request: Request) -> Message:
    """Everybody hears that nothing is sent."""
    said = _("The response was not ratified, and is not sent. The library keeps it with its reasons.")
    return Message(
        _("Not sent: {question}", question=request.question), (Paragraph((Strong(request.question), " ", said)), *_kept(request))
    )


def ended_without(request: Request) -> Message:
    """Nothing was written."""
    said = _("Nobody wrote anything, so this request ended without a response.")
    return Message(said, (Paragraph((Strong(request.question), " ", said)),))


# -- what comes of it ----------------------------------------------------------------------------------------------------


def what_came(request: Request) -> Message:
    """Whoever looks after it is asked what came of it."""
    if request.is_ours:
        said, label = _("Thirty days ago we said what we would do differently. What did we do?"), _("Tell what we did")
    else:
        said, label = _("All who took part would like to hear what the asker answered."), _("Tell what they answered")
    before: tuple[Block, ...] = (Quote(request.will_do),) if request.is_ours else ()
    tell = Buttons((Button(label, TellAnswer(request.id), "primary", asks=True),))
    return Message(
        _("What came of it? {question}", question=request.question), (Paragraph((Strong(request.question), " ", said)), *before, tell)
    )


def outcome(request: Request) -> Message:
    """What came of it, for all who took part."""
    will: tuple[Block, ...] = (Paragraph(_("What we wanted to do differently:")), Quote(request.will_do)) if request.is_ours else ()
    label, words = (_("What we did:"), request.did) if request.is_ours else (_("What they answered:"), request.answer)
    return Message(
        _("What came of it: {question}", question=request.question),
        (
            Heading(_("What came of it")),
            Paragraph(Strong(request.question)),
            *will,
            Paragraph(label),
            Quote(words),
            *_and_you(request),
        ),
    )


def _and_you(request: Request) -> tuple[Block, ...]:
    ask = _("And you: what do you see differently now?")
    return Paragraph(ask), Buttons((Button(_("What changed for me"), TellLesson(request.id), "primary", asks=True),))


def outcome_told(request: Request, count: int) -> Message:
    """The receipt of telling it; whoever told is asked, too."""
    said = n_("{count} person who took part hears of it.", "{count} people who took part hear of it.", count)
    return Message(said, (Paragraph((Strong(request.question), " ", said)), *_and_you(request)))


def lessons(request: Request, said: Sequence[str]) -> Message:
    """What people see differently now, without names."""
    thanks = _("Thank you. This is what people say, in no order and without names:")
    return Message(
        _("What changed for us: {question}", question=request.question),
        (Heading(request.question), Paragraph(thanks), *(Quote(each) for each in said[:MOST_LESSONS]), Footnote(views.for_whom(request))),
    )

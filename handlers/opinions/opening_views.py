"""What people see while a request is set up, and the list of requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.form import Form
from bot.chat.language import _
from bot.chat.message import Block, Button, Buttons, Footnote, Heading, Message, Paragraph
from bot.chat.text import Label, Strong, clean_line
from handlers.opinions import views
from handlers.opinions.payloads import Approve, ChangeAudience, ChangeTerms, Compose, Discard, Manage, OpenIt, See
from handlers.opinions.requests import Request
from handlers.opinions.views import Standing

CUT = _("The message is longer than what a request has room for. This is its beginning.")


def prepared(standing: Standing, *, is_lead: bool) -> Message:
    """The three answers and, in one sentence, all the rest."""
    request = standing.request
    opens = _("Open it") if is_lead else _("Propose it to the leads")
    buttons = (
        Button(opens, OpenIt(request.id), "primary"),
        Button(_("Change"), ChangeTerms(request.id), asks=True),
        Button(_("Who is invited"), ChangeAudience(request.id), asks=True),
        Button(_("Discard"), Discard(request.id)),
    )
    return Message(
        _("This will hold: {question}", question=request.question),
        (
            Heading(request.question),
            *views.happened(request),
            Paragraph(views.for_whom(request)),
            Paragraph(views.told(standing)),
            Paragraph(_("Nobody else sees this yet. Until somebody has answered, all of it can be changed.")),
            Buttons(buttons),
            Footnote(views.promise(request)),
        ),
    )


def asked_for(form: Form, subject: Compose | None) -> Form:
    """Only a request about a message is asked for its background at once."""
    if subject is not None and subject.about_message:
        return form
    return replace(form, fields=tuple(each for each in form.fields if each.name != "background"))


def no_words() -> Message:
    """The message that was chosen says nothing in words."""
    said = _("There are no words in this message to ask about.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Ask something else"), Compose(), asks=True),))))


def waits_in_chat() -> Message:
    """Setting up goes on in one's own chat."""
    said = _("Let us set it up in our own chat; it waits for you there.")
    return Message(said, (Paragraph(said),))


def opened(request: Request, places: Sequence[str]) -> Message:
    """The opener's receipt."""
    said = _("It is open in: {places}.", places=", ".join(places))
    return Message(said, (Paragraph((Strong(request.question), " ", said)), Buttons((Button(_("Look after it"), Manage(request.id)),))))


def no_place() -> Message:
    """A community without a place."""
    said = _("A request needs a place where people see it. Add me to a channel first, then ask again; nothing was posted.")
    return Message(said, (Paragraph(said),))


def gone() -> Message:
    """Another press on what was discarded, taken back or not opened."""
    said = _("It is gone already.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Ask something else"), Compose(), asks=True),))))


def discarded(*, leads_saw_it: bool = False) -> Message:
    """What was prepared, or proposed, is gone."""
    said = _("Taken back. The leads see that you did.") if leads_saw_it else _("Discarded. Nobody saw it.")
    return Message(said, (Paragraph(said), Buttons((Button(_("Ask something else"), Compose(), asks=True),))))


def proposed(request: Request) -> Message:
    """The receipt of a proposal."""
    said = _("The leads are asked. You hear from me when one of them opens it.")
    take_back = Buttons((Button(_("Take it back"), Discard(request.id)),))
    return Message(said, (Paragraph((Strong(request.question), " ", said)), take_back))


def taken_back(request: Request, by: Label) -> Message:
    """What was proposed is gone, for the leads who were asked."""
    said = _("{name} took it back.", name=by)
    return Message(said, (Paragraph((Strong(request.question), " ", said)),))


def proposal(standing: Standing, by: Label) -> Message:
    """Leads are asked whether a member's request opens."""
    request = standing.request
    buttons = (
        Button(_("Open it"), Approve(request.id, opens=True), "primary"),
        Button(_("Change"), ChangeTerms(request.id), asks=True),
        Button(_("Who is invited"), ChangeAudience(request.id), asks=True),
        Button(_("Not now"), Approve(request.id, opens=False)),
    )
    said = _("{name} would like to ask the community.", name=by)
    return Message(
        said,
        (
            Heading(request.question),
            Paragraph((said, " ", views.for_whom(request))),
            *views.happened(request),
            Paragraph(views.told(standing)),
            Buttons(buttons),
        ),
    )


def proposal_settled(request: Request, by: Label, *, opens: bool) -> Message:
    """What became of a proposal, for the leads and for whoever proposed it."""
    said = _("{name} opened it.", name=by) if opens else _("{name} does not open it for now.", name=by)
    look = (Buttons((Button(_("Look after it"), Manage(request.id)),)),) if opens else ()
    return Message(said, (Paragraph((Strong(request.question), " ", said)), *look))


def directory(running: Sequence[Request], past: Sequence[Request]) -> Message:
    """What is asked now, and what was."""
    new = Buttons((Button(_("Ask for an opinion"), Compose(), asks=True),))
    if not running and not past:
        said = _("Nothing is asked now. When something touches our practice, ask what we think.")
        return Message(said, (Paragraph(said), new))
    blocks: list[Block] = [Heading(_("Opinion requests"))]
    for each in running:
        where = _("Now: {phase}", phase=views.phase_name(each, each.phase))
        blocks += [Paragraph((Strong(each.question), " ", where)), Buttons((Button(_("See it"), See(each.id)),))]
    if past:
        blocks += [Heading(_("Over"), 2), *(_past(each) for each in past)]
    return Message(_("Opinion requests"), (*blocks, new))


def _past(request: Request) -> Block:
    return Buttons((Button(clean_line(request.question, 30), See(request.id)),))

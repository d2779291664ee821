"""What people see of when a team meets, and of who supports it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.chat.language import Phrase, _
from bot.chat.message import Button, Buttons, Fact, Facts, File, Footnote, Heading, Message, Paragraph
from bot.chat.text import Moment
from handlers import polls
from handlers.charters import views
from handlers.charters.charter import Charter, Meeting
from handlers.charters.payloads import CancelMeeting, FindTime, Manage, SeeMeeting, SetMeeting
from handlers.charters.words import WEEKS

SEE = _("When the team meets")


def title(charter: Charter) -> Phrase:
    """What stands in calendars."""
    return _("Meeting: {name}", name=charter.name)


def asked(charter: Charter, poll: int) -> Message:
    """The team is asked when to meet."""
    return views.news(charter, _("When can you meet? Choose every time that suits you."), "", Button(_("Choose"), polls.SeePoll(poll)))


def time_asked(charter: Charter, poll: int) -> Message:
    """The receipt of asking."""
    said = _("The poll stands where the team works, and everybody on the team is asked. You hear when it closes.")
    return views.receipt(charter, said, Button(_("See the poll"), polls.SeePoll(poll)))


def time_asked_everywhere(charter: Charter, poll: int) -> Message:
    """The receipt of asking, where the team has no place."""
    said = _("The team has no place of its own, so the poll stands in all places. You hear when it closes.")
    return views.receipt(charter, said, Button(_("See the poll"), polls.SeePoll(poll)))


def chosen(charter: Charter, meeting: Meeting, best: datetime | None, *, is_tie: bool) -> Message:
    """Whoever leads the team hears which time suits most."""
    suits = _("Most can come {moment}.", moment=Moment(best)) if best is not None else _("Nobody has chosen a time.")
    tie = (
        (
            " ",
            _("Another one suits as many."),
        )
        if is_tie
        else ()
    )
    set_it = Button(_("Set the meeting"), SetMeeting(charter.id, meeting.sequence), "primary", asks=True)
    return views.news(charter, (suits, *tie), "", set_it)


def card(charter: Charter, meeting: Meeting | None, at: datetime | None, file: File | None, *, may_manage: bool) -> Message:
    """When the team meets, with the calendar file."""
    heading = _("When the team meets: {name}", name=charter.name)
    buttons = tuple(_buttons(charter, meeting, may_manage=may_manage))
    if meeting is None or not meeting.is_set or at is None:
        nothing = Paragraph(_("No meeting is set."))
        return Message(heading, (Heading(heading), nothing, *((Buttons(buttons),) if buttons else ())))
    files = (file, Footnote(_("Opened again after a change, the file takes the place of the one before."))) if file is not None else ()
    return Message(heading, (Heading(heading), Facts(tuple(_facts(meeting, at))), *files, *((Buttons(buttons),) if buttons else ())))


def _facts(meeting: Meeting, at: datetime) -> Iterator[Fact]:
    yield Fact(_("Next"), Moment(at, zone=meeting.zone))
    yield Fact(_("How often"), WEEKS[meeting.weeks])
    if meeting.weeks and meeting.last_on is not None:
        yield Fact(_("Until"), views.day(meeting.last_on))
    if meeting.link:
        yield Fact(_("Where"), meeting.link)


def _buttons(charter: Charter, meeting: Meeting | None, *, may_manage: bool) -> Iterator[Button]:
    if not may_manage:
        return
    is_set = meeting is not None and meeting.is_set
    sequence = meeting.sequence if meeting is not None else 0
    yield Button(_("Change it") if is_set else _("Set the meeting"), SetMeeting(charter.id, sequence), asks=True)
    yield Button(_("Find a time"), FindTime(charter.id), asks=True)
    if is_set:
        yield Button(_("Meet no more"), CancelMeeting(charter.id), confirm=_("The team hears of it."))


def told(charter: Charter, meeting: Meeting, at: datetime, file: File, *, is_new: bool) -> Message:
    """The team hears when it meets, with the file for the calendar."""
    said = _("The team meets {moment}.", moment=Moment(at)) if is_new else _("The meeting has changed: {moment}.", moment=Moment(at))
    return Message(
        _("{name}: when the team meets", name=charter.name),
        (
            *views.news(charter, said).blocks[:1],
            Facts(tuple(_facts(meeting, at))),
            file,
            Buttons((Button(SEE, SeeMeeting(charter.id)),)),
        ),
    )


def called_off(charter: Charter, file: File) -> Message:
    """The team hears that it does not meet then."""
    said = _("The meeting is called off. Opened, the file takes it out of your calendar.")
    return Message(_("{name}: no meeting", name=charter.name), (*views.news(charter, said).blocks[:1], file))


def called_off_already(charter: Charter) -> Message:
    """There is no meeting to call off."""
    return views.receipt(charter, _("No meeting is set."), Button(_("Look after it"), Manage(charter.id)))


# -- support -------------------------------------------------------------------------------------------------------------


def supporter_named(name: str) -> Message:
    """The receipt of naming who supports teams."""
    said = (
        _("{name} supports teams from now on, and hears of it.", name=name)
        if name
        else _("Whoever asks for support reaches the leads from now on.")
    )
    return Message(said, (Paragraph(said),))


def you_support(by: str) -> Message:
    """Somebody is named as who supports teams."""
    said = _("{name} has named you as who supports teams. When one asks for support, you hear of it.", name=by)
    return Message(_("You support teams"), (Paragraph(said),))

"""What the meetup's buttons and forms carry."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Choice, Day, Draft, Hour, Line, Prose, Toggle, form
from bot.chat.language import _, n_
from bot.chat.message import Option
from handlers.meetups.rules import LONGEST_AGENDA, LONGEST_LINK, USUAL_MINUTES

LENGTHS = tuple(Option(str(minutes), n_("{count} minute", "{count} minutes", minutes)) for minutes in (30, 45, 60, 75, 90, 120, 180))
URGENT = _("This is the one urgent request of a month: it waits for nobody's number of reminders, and still for their hours and days.")


@action("meetup.of")
class AboutMeetup(Action):
    """Open the form of a challenge's meetup; also what that form is about, and which state of it the lead saw."""

    challenge: int
    meetup: int | None
    sequence: int
    quoted: str = ""  # marks of the lines that others put into the agenda when the form was opened


@action("meetup.cancel")
class Cancel(Action):
    """Ask why it is called off; also what that form is about."""

    meetup: int


@action("meetup.answer")
class Rsvp(Action):
    """Say whether I come."""

    meetup: int
    answer: str


@action("meetup.file")
class SendFile(Action):
    """Give me the calendar file."""

    meetup: int


@form("meetup.draft", title=_("Closing meetup"), submit=_("Tell everybody"))
class MeetupDraft(Draft):
    """When, where and about what."""

    on: Annotated[date, Day(_("On which day?"))]
    at: Annotated[time, Hour(_("When does it begin?"), _("In your own time zone. Everybody sees it in theirs."))]
    minutes: Annotated[str, Choice(_("How long?"), options=LENGTHS)] = str(USUAL_MINUTES)
    link: Annotated[str, Line(_("Link to the meeting"), _("It begins with https://, and you can add it later."), longest=LONGEST_LINK)] = ""
    agenda: Annotated[str, Prose(_("Agenda"), _("One point a line. Everybody who is invited reads it."), longest=LONGEST_AGENDA)] = ""
    urgent: Annotated[bool, Toggle(_("Remind whoever has not answered, once"), URGENT)] = False


@form("meetup.cancel_draft", title=_("Cancel the meetup"), submit=_("Cancel the meetup"))
class CancelDraft(Draft):
    """Why it is called off."""

    reason: Annotated[str, Prose(_("Why?"), _("Everybody who was invited reads this. You can leave it empty."), longest=500)] = ""

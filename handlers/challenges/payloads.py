"""What the challenge's buttons and forms carry."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Choice, Choices, Day, Draft, Hour, Toggle, form
from bot.chat.language import _
from bot.chat.message import Option
from bot.people.days import DAY_ENDS
from handlers.challenges.rules import DEFAULT_HOUR, Rhythm


@action("challenge.start")
class Start(Action):
    """Open the form that starts a challenge."""


@action("challenge.join")
class Join(Action):
    """Take part."""

    challenge: int


@action("challenge.leave")
class Leave(Action):
    """Take part no more."""

    challenge: int


@action("challenge.progress")
class Progress(Action):
    """How it stands for me."""

    challenge: int


@action("challenge.done")
class Done(Action):
    """I did the activity of a day."""

    challenge: int
    number: int


@action("challenge.not_done")
class NotDone(Action):
    """I did not do it after all."""

    challenge: int
    number: int


@action("challenge.not_an_entry")
class NotAnEntry(Action):
    """What I wrote was no journal entry."""

    entry: int


@action("challenge.day")
class AboutDay(Action):
    """A reply to a day's activity: its words are an entry for that day."""

    challenge: int
    number: int


@form("challenge.draft", title=_("Start a challenge"), submit=_("Announce it"))
class ChallengeDraft(Draft):
    """What a lead fills in to start a challenge."""

    pack: Annotated[str, Choice(_("Which activities?"))]
    starts_on: Annotated[date, Day(_("First day"))]
    hour: Annotated[time, Hour(_("When do the places get the day's activity?"), _("In the community's time zone."), DAY_ENDS)] = (
        DEFAULT_HOUR
    )
    rhythm: Annotated[
        str,
        Choice(
            _("On which days?"),
            options=(Option(Rhythm.EVERY_DAY, _("Every day")), Option(Rhythm.WORKING_DAYS, _("Monday to Friday"))),
        ),
    ] = Rhythm.EVERY_DAY.value
    places: Annotated[tuple[str, ...], Choices(_("In which places?"), _("All of them means those that join later, too."))] = ()
    try_first: Annotated[bool, Toggle(_("Send day 1 to me first, announce nothing yet"))] = False

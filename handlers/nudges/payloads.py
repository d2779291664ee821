"""What the buttons and forms of reminders carry."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Day, Draft, form
from bot.chat.language import _


@action("nudges.put_off")
class Snooze(Action):
    """Remind me again later; until when is what was picked."""

    nudge: int


@action("nudges.ask_pause")
class AskPause(Action):
    """Open the form that pauses reminders."""


@action("nudges.stop")
class Stop(Action):
    """No reminders from now on."""


@action("nudges.resume")
class Resume(Action):
    """Reminders again, whether they were stopped or paused."""


@action("nudges.activity")
class ChooseActivity(Action):
    """How often the daily activity comes to me."""

    often: str


@action("nudges.away")
class SeeAway(Action):
    """The days on which I am away."""


@action("nudges.add_away")
class AddAway(Action):
    """Open the form for days on which I am away."""


@action("nudges.cancel_away")
class CancelAway(Action):
    """I am not away on these days after all."""

    away: int


@action("nudges.health")
class SeeHealth(Action):
    """How reminders are received, in counts."""


@form("nudges.pause", title=_("Pause reminders"), submit=_("Pause"))
class PauseDraft(Draft):
    """Until when no reminder comes."""

    until: Annotated[date, Day(_("From which day on shall they come again?"))]


@form("nudges.away_draft", title=_("Days away"), submit=_("Save"))
class AwayDraft(Draft):
    """From when to when somebody is away."""

    first: Annotated[date, Day(_("The first day away"))]
    last: Annotated[date, Day(_("The last day away"))]

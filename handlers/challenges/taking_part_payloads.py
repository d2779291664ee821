"""What the buttons and forms of somebody who takes part carry."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Day, Draft, Hour, Line, Toggle, form
from bot.chat.language import _
from bot.people.days import DAY_ENDS


@action("challenge.snooze")
class Snooze(Action):
    """Let a day's card come again later."""

    challenge: int
    number: int


@action("challenge.show_now")
class ShowNow(Action):
    """Show a card that was put off now after all."""

    challenge: int
    number: int


@action("challenge.my_pause")
class AskPause(Action):
    """Open the form that pauses what comes daily."""

    challenge: int


@action("challenge.my_resume")
class Resume(Action):
    """End the pause now."""

    challenge: int


@action("challenge.about_me")
class AskAboutMe(Action):
    """Open the form about my goal and my hour."""

    challenge: int


@action("challenge.catch_up")
class CatchUp(Action):
    """Read the earlier days, a page at a time."""

    challenge: int
    page: int


@form("challenge.pause_draft", title=_("Pause"), submit=_("Pause until then"))
class PauseDraft(Draft):
    """Until when nothing is to come."""

    until: Annotated[date, Day(_("On which day shall it begin again?"))]


@form("challenge.about_me_draft", title=_("My goal and my hour"), submit=_("Save"))
class AboutMeDraft(Draft):
    """What a participant may tell, all of it optional."""

    goal: Annotated[
        str,
        Line(_("What would you like to come out of it?"), _("In a line, for your eyes. A partner sees the words that you share.")),
    ] = ""
    unit: Annotated[str, Line(_("Which team or unit are you in?"))] = ""
    partner: Annotated[bool, Toggle(_("I would like a partner to go along with"))] = True
    hour: Annotated[time | None, Hour(_("When shall the day's activity come to you?"), _("In your own time zone."), DAY_ENDS)] = None

"""What the buttons and forms of those who lead challenges carry."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Choice, Day, Draft, Hour, Line, Number, Prose, form
from bot.chat.language import _
from bot.chat.message import Option
from bot.people.days import DAY_ENDS
from handlers.challenges.rules import DEFAULT_HOUR, LONGEST_DAYS

SAME = "same"


@action("challenge.try")
class TryDay(Action):
    """Show me day 1 of a challenge now."""

    challenge: int


@action("challenge.prepared")
class Prepared(Action):
    """A challenge as it was filled in and not announced yet: announce it, or open the form again.

    `challenge` is the id that it will have, so that a second press finds it.
    """

    challenge: int
    pack: str
    starts_on: date
    minute: int
    rhythm: str
    places: str
    proposal: int | None
    changes: bool


@action("challenge.propose")
class Propose(Action):
    """Open the form that proposes a challenge."""


@action("challenge.proposal_announce")
class AnnounceProposal(Action):
    """Open the start form for what was proposed; also what that form is about."""

    proposal: int


@action("challenge.proposal_not_now")
class NotNow(Action):
    """Do not announce what was proposed, for now."""

    proposal: int


@action("challenge.manage")
class Manage(Action):
    """How a challenge stands for its leads, and what they can do."""

    challenge: int


@action("challenge.edit")
class ChooseDay(Action):
    """Choose the day to edit; also what that form is about."""

    challenge: int


@action("challenge.edit_day")
class EditDay(Action):
    """What the form of a day is about, and which state of it the lead saw."""

    challenge: int
    number: int
    revision: int


@action("challenge.pause")
class Pause(Action):
    """No activities until a lead resumes."""

    challenge: int


@action("challenge.resume")
class Resume(Action):
    """Go on after a pause."""

    challenge: int


@action("challenge.extend")
class Extend(Action):
    """Open the form for more days."""

    challenge: int


@action("challenge.reschedule")
class Reschedule(Action):
    """Open the form for another first day."""

    challenge: int


@action("challenge.hour")
class ChangeHour(Action):
    """Open the form for another hour."""

    challenge: int


@action("challenge.cancel")
class Cancel(Action):
    """Call a challenge off."""

    challenge: int


@action("challenge.meetup")
class MeetUp(Action):
    """Set the meetup at the end of a challenge, or see how it stands; without one, of the challenge that is meant."""

    challenge: int | None


@action("challenge.again")
class StartAgain(Action):
    """Open the start form with what a challenge was."""

    challenge: int


@action("challenge.remix")
class Remix(Action):
    """Make a pack of a challenge's days as its leads left them, and open the start form with it."""

    challenge: int


@action("challenge.plan_of")
class AboutPlan(Action):
    """What the forms are about that change a challenge's plan, and which state of it the lead saw."""

    challenge: int
    revision: int


@form("challenge.proposal", title=_("Propose a challenge"), submit=_("Propose it"))
class ProposalDraft(Draft):
    """What a member fills in to propose a challenge."""

    pack: Annotated[str, Choice(_("Which activities?"))]
    why: Annotated[str, Prose(_("What makes it a good idea for us?"), _("The leads read this with your name."), longest=1000)]


@form("challenge.choose_day", title=_("Edit a day"), submit=_("Open it"))
class ChooseDayDraft(Draft):
    """Which of the days that are still to come."""

    number: Annotated[str, Choice(_("Which day?"), _("Only days that have reached nobody yet."))]


@form("challenge.day_draft", title=_("Edit a day"), submit=_("Save"))
class DayDraft(Draft):
    """A day's activity, line by line."""

    called: Annotated[str, Line(_("Title"), longest=120)]
    practice: Annotated[str, Prose(_("What to do, in 5 to 20 minutes"), longest=2000)]
    short: Annotated[str, Prose(_("In two minutes"), longest=600)]
    first_time: Annotated[str, Prose(_("For whoever does it for the first time"), longest=600)]
    go_further: Annotated[str, Prose(_("To go further"), longest=600)]
    reflect: Annotated[str, Prose(_("One question to reflect on"), longest=600)]
    point: Annotated[str, Prose(_("The point of the day, in one line"), longest=600)]
    share: Annotated[str, Prose(_("What to share, if one likes"), longest=600)] = ""


@form("challenge.extend_draft", title=_("More days"), submit=_("Add them"))
class ExtendDraft(Draft):
    """How many more days, and what happens on them."""

    more: Annotated[int, Number(_("How many more days?"), least=1, most=LONGEST_DAYS)]
    source: Annotated[str, Choice(_("With which activities?"))] = SAME


@form("challenge.reschedule_draft", title=_("Another first day"), submit=_("Move it"))
class RescheduleDraft(Draft):
    """Another first day."""

    starts_on: Annotated[date, Day(_("First day"))]


@form("challenge.hour_draft", title=_("Another hour"), submit=_("Change it"))
class HourDraft(Draft):
    """Another hour for the places."""

    hour: Annotated[time, Hour(_("When do the places get the day's activity?"), _("In the community's time zone."), DAY_ENDS)] = (
        DEFAULT_HOUR
    )


SAME_AGAIN = Option(SAME, _("The same again, from day 1 on"))

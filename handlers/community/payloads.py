"""What the community's buttons and forms carry."""

from __future__ import annotations

from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Choice, Draft, Line, form
from bot.chat.language import _
from bot.chat.message import Option
from handlers.community.rules import LANGUAGES, LONGEST_NAME

SPOKEN = tuple(Option(tag, name) for tag, name in LANGUAGES.items())


@action("community.set_up")
class SetUp(Action):
    """Open the form with name, language and zone."""


@action("community.leave_so")
class LeaveSo(Action):
    """What was guessed is right."""


@action("community.name_lead")
class NameLead(Action):
    """Open the form that names a lead."""


@action("community.step_down")
class StepDown(Action):
    """Be a member like the others again."""


@action("community.out_of_reach")
class SeeOutOfReach(Action):
    """Who and what is out of reach."""


@action("community.connect")
class GetCode(Action):
    """Give me a code."""


@action("community.cancel_code")
class CancelCode(Action):
    """The code opens nothing any more."""

    code: int


@action("community.link")
class Link(Action):
    """I am the person who made this code."""

    code: int


@action("community.join")
class JoinPlaces(Action):
    """Our places join the community of whoever made this code."""

    code: int


@action("community.not_now")
class NotNow(Action):
    """Nothing is connected."""

    code: int


@action("community.agree")
class Agree(Action):
    """Whoever made the code agrees with what was asked for."""

    code: int


@action("community.refuse")
class Refuse(Action):
    """Whoever made the code does not want it."""

    code: int


@form("community.draft", title=_("Your community"), submit=_("Save"))
class CommunityDraft(Draft):
    """What a lead says of the community."""

    name: Annotated[str, Line(_("What is it called?"), longest=LONGEST_NAME)]
    language: Annotated[
        str,
        Choice(
            _("Which language do its places speak?"),
            _("Each person reads me in their own. Where I know no words yet, I speak English."),
            options=SPOKEN,
        ),
    ]
    zone: Annotated[str, Line(_("In which time zone does it live?"), _("A city such as Berlin, or Europe/Berlin"), longest=64)]


@form("community.lead", title=_("Name a lead"), submit=_("Name as lead"))
class LeadDraft(Draft):
    """Who is to be a lead as well."""

    who: Annotated[str, Choice(_("Who?"))]

"""What the buttons and forms of partners carry."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from bot.chat.action import Action, action
from bot.chat.form import Choice, Choices, Draft, Hour, Line, Prose, form
from bot.chat.language import _
from bot.people.days import DAY_ENDS
from handlers.partners.hours import EVENING

LONGEST = 3000


@action("partners.mine")
class ShowMine(Action):
    """Show my partner and what I can do."""


@action("partners.wish")
class Wish(Action):
    """Say whether I would like a partner."""

    challenge: int
    wants: bool


@action("partners.company")
class WantCompany(Action):
    """Find company for me, also while my partner is away."""

    challenge: int


@action("partners.cheer")
class Cheer(Action):
    """Cheer for my partner."""

    group: int


@action("partners.how")
class AskHow(Action):
    """Ask my partner how it is going."""

    group: int


@action("partners.reply")
class ReplyTo(Action):
    """Open the form that writes to a partner; also what a reply to their words means."""

    group: int
    person: int


@action("partners.relayed")
class Relayed(Action):
    """What a reply or a reaction to words that came through us is about."""

    message: int


@action("partners.take_back")
class TakeBack(Action):
    """Take back what I wrote to my partner."""

    message: int


@action("partners.meet")
class MeetUp(Action):
    """Bring us together in a conversation of our own."""

    group: int


@action("partners.agreement")
class AskAgreement(Action):
    """Open the form about how we go about it."""

    group: int


@action("partners.evening")
class AskEvening(Action):
    """Open the form about the hour of my evening line."""


@action("partners.decline")
class Decline(Action):
    """I would rather have another partner; no reason is asked."""

    group: int


@action("partners.never")
class AskNever(Action):
    """Open the form with whom I am never to be paired."""


@action("partners.answer")
class Answer(Action):
    """Answer what I was asked privately."""

    question: int
    choice: str


@action("partners.pair")
class PairUp(Action):
    """Match those who want a partner and preview it."""

    challenge: int


@action("partners.again")
class Reroll(Action):
    """Match anew, fixed pairs apart; also what the preview's forms are about."""

    round: int


@action("partners.fix")
class AskFix(Action):
    """Open the form that fixes a pair by hand."""

    round: int


@action("partners.release")
class Release(Action):
    """Fix no pair by hand any more."""

    round: int


@action("partners.send")
class Send(Action):
    """Tell everybody their partner."""

    round: int


@action("partners.audit")
class Audit(Action):
    """Print what was paired, with proof."""

    challenge: int


@form("partners.reply_draft", title=_("To your partner"), submit=_("Send it"))
class ReplyDraft(Draft):
    """What somebody writes to a partner."""

    text: Annotated[str, Prose(_("What would you like to say?"), longest=LONGEST)]


@form("partners.agreement_draft", title=_("How we go about it"), submit=_("Save for both of us"))
class AgreementDraft(Draft):
    """What partners agree on; each may change it."""

    medium: Annotated[str, Line(_("How do you talk?"), _("Through me, in a chat, by phone, over a coffee."))] = ""
    time: Annotated[str, Line(_("When, and how often?"), _("Two lines each evening, ten minutes on Friday."))] = ""
    tone: Annotated[str, Line(_("In which tone?"), _("Gentle, frank, playful; what shall the other never say?"))] = ""


@form("partners.evening_draft", title=_("My evening line"), submit=_("Save"))
class EveningDraft(Draft):
    """When the evening line comes."""

    hour: Annotated[time, Hour(_("When shall it come?"), _("In your own time zone."), DAY_ENDS)] = EVENING


@form("partners.never_draft", title=_("Never pair me with"), submit=_("Keep it private"))
class NeverDraft(Draft):
    """With whom somebody is never to be paired."""

    people: Annotated[tuple[str, ...], Choices(_("With whom?"), _("Nobody sees this but you. Nobody is told."))] = ()


@form("partners.fix_draft", title=_("Fix a pair"), submit=_("Fix this pair"))
class FixDraft(Draft):
    """Two whom a lead pairs by hand."""

    one: Annotated[str, Choice(_("Who?"))]
    other: Annotated[str, Choice(_("With whom?"))]

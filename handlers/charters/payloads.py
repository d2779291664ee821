"""What the buttons of charters carry; an action that opens a form is also what that form is about."""

from __future__ import annotations

from bot.chat.action import Action, action


@action("charter.list")
class Browse(Action):
    """The directory, of one state or of all, a page at a time."""

    state: str = ""
    page: int = 0


@action("charter.filter")
class Filter(Action):
    """The directory, of the state that is picked."""


@action("charter.search")
class Search(Action):
    """Look for a charter by its name."""


@action("charter.start")
class Start(Action):
    """Ask the one question: is it more than a member can give in passing? Of the learning agenda, where it grows from a question there."""

    question: int | None = None


@action("charter.write")
class Write(Action):
    """Open the form of a group or of a project."""

    kind: str
    question: int | None = None


@action("charter.see")
class See(Action):
    """All of it, and what I can do."""

    charter: int


@action("charter.manage")
class Manage(Action):
    """What its leads can do."""

    charter: int


@action("charter.complete")
class Complete(Action):
    """Complete or change one part of it; `version` is the one that was seen."""

    charter: int
    chapter: str
    version: int


@action("charter.discard")
class Discard(Action):
    """Forget a draft."""

    charter: int


@action("charter.propose")
class Propose(Action):
    """Propose it to the leads."""

    charter: int


@action("charter.publish")
class Publish(Action):
    """A lead publishes what was proposed: the community endorses it or not."""

    charter: int


@action("charter.send_back")
class SendBack(Action):
    """A lead gives a proposal back with a reason."""

    charter: int


@action("charter.page")
class TakePage(Action):
    """One charter as a page to take along."""

    charter: int


@action("charter.overview")
class TakeOverview(Action):
    """All charters as a page, for leads and sponsors."""


# -- endorsement ---------------------------------------------------------------------------------------------------------


@action("charter.support")
class Support(Action):
    """Support it."""

    charter: int


@action("charter.say")
class Object(Action):
    """Support it on a condition, or say a concern."""

    charter: int
    stance: str


@action("charter.unsay")
class TakeBack(Action):
    """Take back what I said."""

    charter: int


@action("charter.answer_say")
class AnswerIt(Action):
    """Answer a condition or a concern."""

    endorsement: int


@action("charter.confirm")
class Confirm(Action):
    """Its lead confirms an endorsed charter."""

    charter: int


@action("charter.sign_off")
class GiveSignOff(Action):
    """The sponsor confirms what they pay, or does not."""

    charter: int
    confirms: bool


@action("charter.versions")
class SeeVersions(Action):
    """What changed from version to version."""

    charter: int


# -- volunteers ----------------------------------------------------------------------------------------------------------


@action("charter.ask_seat")
class AskForSeat(Action):
    """Ask for a seat."""

    seat: int


@action("charter.unask")
class StepBack(Action):
    """Leave the team, or ask no more."""

    charter: int


@action("charter.follow")
class Follow(Action):
    """Hear of it without joining, or no more."""

    charter: int
    follows: bool


@action("charter.asking")
class SeeAsking(Action):
    """Who asks for a seat."""

    charter: int


@action("charter.give_seat")
class GiveSeat(Action):
    """Give the seat that somebody asks for, or thank them."""

    charter: int
    person: int
    gives: bool


@action("charter.begin")
class Begin(Action):
    """The work begins."""

    charter: int


@action("charter.place")
class LinkPlace(Action):
    """Link the place that is picked."""

    charter: int


@action("charter.found_place")
class FoundPlace(Action):
    """Open a place for the team."""

    charter: int


@action("charter.founded")
class Founded(Action):
    """The place that was opened for the team is theirs; pressed in it by the machine."""

    charter: int


# -- meeting, support ----------------------------------------------------------------------------------------------------


@action("charter.find_time")
class FindTime(Action):
    """Ask the team when to meet."""

    charter: int


@action("charter.meet")
class SetMeeting(Action):
    """Say when the team meets; `sequence` is the state that was seen."""

    charter: int
    sequence: int


@action("charter.meet_no_more")
class CancelMeeting(Action):
    """The team does not meet then."""

    charter: int


@action("charter.meeting")
class SeeMeeting(Action):
    """When the team meets, with the calendar file."""

    charter: int


@action("charter.supporter")
class NameSupporter(Action):
    """Name who supports teams."""


# -- notes and decisions -------------------------------------------------------------------------------------------------


@action("charter.keep_note")
class KeepNote(Action):
    """Keep a note or a decision; of which team is asked where it is not said."""

    charter: int | None = None


@action("charter.notes")
class SeeNotes(Action):
    """What a team keeps, a page at a time."""

    charter: int
    page: int = 0


@action("charter.drop_note")
class DropNote(Action):
    """Take away what is kept."""

    note: int


# -- work and results ----------------------------------------------------------------------------------------------------


@action("charter.report")
class WriteReport(Action):
    """Report to the community."""

    charter: int


@action("charter.answer")
class AnswerReport(Action):
    """Answer a report."""

    report: int
    answer: str


@action("charter.answers")
class SeeAnswers(Action):
    """What was answered to a report."""

    report: int


@action("charter.changed")
class TellChanged(Action):
    """Say what changed through the answers."""

    report: int


@action("charter.results")
class BringResults(Action):
    """Bring back what was found."""

    charter: int


@action("charter.close")
class Close(Action):
    """Close it with what was learned."""

    charter: int


@action("charter.support_us")
class AskSupport(Action):
    """Ask for support with what is in the way."""

    charter: int


@action("charter.rest")
class Rest(Action):
    """Let it rest, or wake it."""

    charter: int
    rests: bool


@action("charter.end")
class End(Action):
    """Call it off, or set it down at its review, with a reason."""

    charter: int
    sets: bool


@action("charter.hand_over")
class HandOver(Action):
    """Give it to somebody else."""

    charter: int


@action("charter.lead_call")
class LeadCall(Action):
    """Lead what was a call for volunteers, as one of its team."""

    charter: int


@action("charter.take_over")
class TakeOver(Action):
    """Take it on, where nobody leads it."""

    charter: int

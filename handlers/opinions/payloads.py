"""What the buttons of opinion requests carry; an action that opens a form is also what that form is about."""

from __future__ import annotations

from bot.chat.action import Action, action


@action("opinion.compose")
class Compose(Action):
    """Open the form of a new request, or of one about a message."""

    about_message: bool = False


@action("opinion.terms")
class ChangeTerms(Action):
    """Change what holds: all of it while nobody has answered, afterwards what makes it stricter."""

    request: int


@action("opinion.audience")
class ChangeAudience(Action):
    """Change who is invited, and who drafts."""

    request: int


@action("opinion.open")
class OpenIt(Action):
    """Open what was prepared, or propose it to the leads."""

    request: int


@action("opinion.discard")
class Discard(Action):
    """Forget what was prepared."""

    request: int


@action("opinion.approve")
class Approve(Action):
    """A lead opens what a member proposed, or does not for now."""

    request: int
    opens: bool


@action("opinion.see")
class See(Action):
    """How it stands for me, and what I can do now."""

    request: int


@action("opinion.manage")
class Manage(Action):
    """What its owner and leads can do."""

    request: int


# -- statements ----------------------------------------------------------------------------------------------------------


@action("opinion.write")
class WriteStatement(Action):
    """Write a statement, or one that was sent back anew."""

    request: int
    again: int | None = None


@action("opinion.submit")
class SubmitHeld(Action):
    """Submit a statement that is like another all the same, or drop it."""

    statement: int
    submits: bool


@action("opinion.next")
class NextStatement(Action):
    """Show me a statement to answer."""

    request: int


@action("opinion.show")
class ShowStatement(Action):
    """Show me a statement that I answered, to change my answer."""

    statement: int


@action("opinion.answer")
class Answer(Action):
    """Say what I think of a statement."""

    statement: int
    stance: str


@action("opinion.take_back")
class TakeBack(Action):
    """Take a statement of mine back, while nobody has answered it."""

    statement: int


@action("opinion.ask")
class AskQuestion(Action):
    """Ask what is unclear about the request."""

    request: int


@action("opinion.reply")
class AnswerQuestion(Action):
    """Answer such a question, to all."""

    question: int


@action("opinion.queue")
class SeeQueue(Action):
    """The statements as a steward looks after them, a page at a time."""

    request: int
    page: int = 0


@action("opinion.merge")
class Merge(Action):
    """Merge a statement into another."""

    statement: int


@action("opinion.judge")
class Judge(Action):
    """Send a statement back, or flag what breaks the house rules; with a reason."""

    statement: int
    state: str


# -- map and draft -------------------------------------------------------------------------------------------------------


@action("opinion.map")
class SeeMap(Action):
    """See the map."""

    request: int


@action("opinion.picture")
class TakePicture(Action):
    """Get the map as a picture."""

    request: int


@action("opinion.draft")
class SeeDraft(Action):
    """See the draft with what each sentence rests on."""

    request: int


@action("opinion.edit")
class EditDraft(Action):
    """Edit the draft; `number` is the version that was seen."""

    request: int
    number: int


@action("opinion.changes")
class SeeChanges(Action):
    """See what changed from one version to the next."""

    request: int
    number: int


@action("opinion.suggest")
class Suggest(Action):
    """Suggest other words for a sentence of a version."""

    request: int
    number: int


@action("opinion.suggestions")
class SeeSuggestions(Action):
    """The suggestions that wait for an answer."""

    request: int


@action("opinion.settle")
class SettleSuggestion(Action):
    """Accept or decline a suggestion; declining asks why."""

    suggestion: int
    accepts: bool


@action("opinion.test")
class BeginTest(Action):
    """Test the draft by gradients of agreement."""

    request: int


@action("opinion.level")
class GiveLevel(Action):
    """Say how much I agree with the draft."""

    request: int


# -- ratifying, sending, outcome -----------------------------------------------------------------------------------------


@action("opinion.ratify")
class Ratify(Action):
    """Vote on the response, or in a quick request on the question."""

    request: int


@action("opinion.withdraw")
class WithdrawBallot(Action):
    """Take my ballot back."""

    request: int


@action("opinion.remarks")
class SeeRemarks(Action):
    """What voters wrote, a page at a time."""

    request: int
    page: int = 0


@action("opinion.round")
class NewRound(Action):
    """Let the changed response be voted on anew."""

    request: int


@action("opinion.sign")
class Sign(Action):
    """Sign the response with my name, or take my name off."""

    request: int
    signs: bool = True


@action("opinion.files")
class TakeResponse(Action):
    """Get the response as files."""

    request: int


@action("opinion.send")
class Send(Action):
    """Say that the response was sent, and to whom; for ourselves, what we will do differently."""

    request: int


@action("opinion.answered")
class TellAnswer(Action):
    """Say what the asker answered; for ourselves, what we did."""

    request: int


@action("opinion.lesson")
class TellLesson(Action):
    """Say what I see differently now."""

    request: int


# -- managing ------------------------------------------------------------------------------------------------------------


@action("opinion.move_on")
class MoveOn(Action):
    """End this phase now; `phase` is the one that was seen."""

    request: int
    phase: str


@action("opinion.extend")
class Extend(Action):
    """Give this phase more time."""

    request: int


@action("opinion.cancel")
class Cancel(Action):
    """Call it off."""

    request: int


@action("opinion.hand_over")
class HandOver(Action):
    """Give it to somebody else."""

    request: int


@action("opinion.take_over")
class TakeOver(Action):
    """Take it on, where its owner has left."""

    request: int


@action("opinion.grow")
class Grow(Action):
    """Let it grow into the next size."""

    request: int

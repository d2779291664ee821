"""The forms of opinion requests."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from bot.chat.form import Choice, Choices, Day, Draft, Hour, Line, Number, Prose, Toggle, form
from bot.chat.language import _
from bot.chat.message import Option
from handlers.opinions.gradients import NAMES as LEVELS
from handlers.opinions.requests import LONGEST_BACKGROUND, LONGEST_QUESTION, LONGEST_REASON
from handlers.opinions.rules import LONGEST_STATEMENT, Fallback, Printing, Rule, Size
from handlers.opinions.words import FALLBACKS, POSITIONS, PRINTINGS, RULES, SIZES

SIZE_OPTIONS = tuple(Option(size.value, label) for size, label in SIZES.items())
RULE_OPTIONS = tuple(Option(rule.value, label) for rule, label in RULES.items())
FALLBACK_OPTIONS = tuple(Option(fallback.value, label) for fallback, label in FALLBACKS.items())
POSITION_OPTIONS = tuple(Option(position.value, label) for position, label in POSITIONS.items())
PRINTING_OPTIONS = tuple(Option(printing.value, label) for printing, label in PRINTINGS.items())
LEVEL_OPTIONS = tuple(Option(str(level), label) for level, label in LEVELS.items())
IN_OUR_ZONE = _("In the community's time zone. Everybody sees it in theirs.")


@form("opinion.opening", title=_("Ask for an opinion"), submit=_("Show me what holds"))
class OpeningDraft(Draft):
    """The three things that are asked, and the words of the message that it is about."""

    question: Annotated[str, Line(_("What is the question?"), longest=LONGEST_QUESTION)]
    by: Annotated[date, Day(_("By when is the response due?"))]
    asker: Annotated[str, Line(_("Who asks for it?"), _("Left empty, we ask ourselves how to adapt."))] = ""
    background: Annotated[str, Prose(_("What happened?"), _("Everybody reads what you leave here."), longest=LONGEST_BACKGROUND)] = ""


@form("opinion.terms_draft", title=_("What holds"), submit=_("Save"))
class TermsDraft(Draft):
    """Everything that holds for a request."""

    question: Annotated[str, Line(_("What is the question?"), longest=LONGEST_QUESTION)]
    background: Annotated[str, Prose(_("What happened?"), _("With a link, if there is one."), longest=LONGEST_BACKGROUND)] = ""
    asker: Annotated[str, Line(_("Who asks for it?"), _("Left empty, we ask ourselves how to adapt."))] = ""
    speaker: Annotated[str, Line(_("Who speaks for us?"), _("Left empty, whoever opened it."))] = ""
    size: Annotated[str, Choice(_("How much of the way?"), options=SIZE_OPTIONS)] = Size.STANDARD.value
    options: Annotated[str, Prose(_("Options"), _("Only for a quick one; one a line. Left empty, people say how much they agree."))] = ""
    on: Annotated[date | None, Day(_("Due on"))] = None
    at: Annotated[time, Hour(_("At"), IN_OUR_ZONE)] = time(18)
    is_anonymous: Annotated[bool, Toggle(_("Anonymous"), _("Confidential until sent, anonymous after. It cannot be switched off."))] = False
    rule: Annotated[str, Choice(_("When does a response speak for us?"), options=RULE_OPTIONS)] = Rule.CONSENT.value
    quorum: Annotated[int, Number(_("Quorum, in per cent of those invited"), _("At least three people in any case."), most=100)] = 30
    fallback: Annotated[str, Choice(_("And if it does not?"), options=FALLBACK_OPTIONS)] = Fallback.ANNEX.value


@form("opinion.audience_draft", title=_("Who is invited"), submit=_("Save"))
class AudienceDraft(Draft):
    """Who is invited, and who drafts."""

    invited: Annotated[str, Choice(_("Who is invited?"), _("Everybody can read along. The quorum counts those who are invited."))]
    drafts: Annotated[str, Choice(_("Who drafts the response?"), _("A group drafts it; those who are invited ratify it."))]
    named: Annotated[tuple[str, ...], Choices(_("People"), _("Only where you choose them yourself."))] = ()


@form("opinion.statement", title=_("Your statement"), submit=_("Submit"))
class StatementDraft(Draft):
    """One idea; the rest is offered."""

    text: Annotated[
        str,
        Prose(
            _("What does this change in your practice?"), _("One idea that others can agree or disagree with."), longest=LONGEST_STATEMENT
        ),
    ]
    reason: Annotated[str, Prose(_("Why? (if you like)"), longest=LONGEST_REASON)] = ""
    evidence: Annotated[str, Prose(_("What have you seen? (if you like)"), longest=LONGEST_REASON)] = ""
    mind: Annotated[str, Prose(_("What would change your mind? (if you like)"), longest=LONGEST_REASON)] = ""


@form("opinion.question", title=_("Ask what is unclear"), submit=_("Ask"))
class QuestionDraft(Draft):
    """A clarifying question."""

    text: Annotated[
        str, Prose(_("What is unclear?"), _("Whoever looks after the request answers, and all see both."), longest=LONGEST_REASON)
    ]


@form("opinion.reply_draft", title=_("Answer the question"), submit=_("Tell everybody"))
class ReplyDraft(Draft):
    """The answer to such a question."""

    text: Annotated[str, Prose(_("Your answer"), _("All see the question and your answer."), longest=LONGEST_REASON)]


@form("opinion.merge_draft", title=_("Merge a statement"), submit=_("Merge"))
class MergeDraft(Draft):
    """Which statement says the same."""

    into: Annotated[str, Choice(_("Which one says the same?"), _("Its writer hears of it."))]


@form("opinion.judgement", title=_("Your reason"), submit=_("Tell its writer"))
class JudgementDraft(Draft):
    """Why a statement goes back or is not shown."""

    reason: Annotated[str, Prose(_("Why?"), _("Whoever wrote it reads this."), longest=LONGEST_REASON)]


@form("opinion.decline", title=_("Your reason"), submit=_("Decline it"))
class DeclineDraft(Draft):
    """Why a suggestion is declined."""

    reason: Annotated[str, Prose(_("Why?"), _("Whoever wrote it reads this."), longest=LONGEST_REASON)]


@form("opinion.text", title=_("The response"), submit=_("Save as a new version"))
class TextDraft(Draft):
    """The text of the response."""

    text: Annotated[str, Prose(_("Text"), _("Numbers like [S3] say which statements a sentence rests on."))]
    more: Annotated[str, Prose(_("More text"), _("Where the first field is full."))] = ""


@form("opinion.suggestion", title=_("Suggest other words"), submit=_("Suggest"))
class SuggestionDraft(Draft):
    """Other words for one sentence."""

    sentence: Annotated[str, Choice(_("Which sentence?"))]
    text: Annotated[str, Prose(_("What should it say?"), longest=LONGEST_REASON)]
    why: Annotated[str, Prose(_("Why? (if you like)"), longest=LONGEST_REASON)] = ""


@form("opinion.level_draft", title=_("How much do you agree?"), submit=_("Answer"))
class LevelDraft(Draft):
    """A level of the gradients of agreement."""

    level: Annotated[str, Choice(_("With the draft as it stands"), options=LEVEL_OPTIONS)]


@form("opinion.ballot", title=_("Your ballot"), submit=_("Vote"))
class BallotDraft(Draft):
    """What somebody says to the response, or in a quick request to the question."""

    position: Annotated[str, Choice(_("What do you say to it?"), options=POSITION_OPTIONS)]
    words: Annotated[str, Prose(_("Why?"), longest=LONGEST_REASON)] = ""
    printing: Annotated[str, Choice(_("If these words are printed"), options=PRINTING_OPTIONS)] = Printing.UNNAMED.value


@form("opinion.round_draft", title=_("A new round"), submit=_("Ask everybody again"))
class RoundDraft(Draft):
    """Until when the changed response is voted on."""

    on: Annotated[date, Day(_("Until"))]
    at: Annotated[time, Hour(_("At"), IN_OUR_ZONE)] = time(18)


@form("opinion.sign_draft", title=_("Sign the response"), submit=_("Sign"))
class SignDraft(Draft):
    """A signature."""

    affiliation: Annotated[
        str, Line(_("Where do you belong? (if you like)"), _("Printed behind your name, as are the words that these are your own views."))
    ] = ""


@form("opinion.send_draft", title=_("The response was sent"), submit=_("Tell everybody"))
class SendDraft(Draft):
    """To whom it was sent; for ourselves, what we will do differently."""

    words: Annotated[str, Prose(_("To whom was it sent, and how?"), longest=LONGEST_REASON)]


@form("opinion.answer_draft", title=_("What came of it"), submit=_("Tell all who took part"))
class AnswerDraft(Draft):
    """What the asker answered; for ourselves, what we did."""

    words: Annotated[str, Prose(_("What did they answer?"), longest=3000)]


@form("opinion.lesson_draft", title=_("What changed for me"), submit=_("Tell"))
class LessonDraft(Draft):
    """What somebody sees differently now."""

    text: Annotated[
        str, Prose(_("What do you see differently now?"), _("The community reads it without your name."), longest=LONGEST_REASON)
    ]


@form("opinion.extend_draft", title=_("More time"), submit=_("Tell everybody"))
class ExtendDraft(Draft):
    """Until when, and why."""

    on: Annotated[date, Day(_("This phase ends on"))]
    at: Annotated[time, Hour(_("At"), IN_OUR_ZONE)]
    reason: Annotated[str, Prose(_("Why?"), _("Everybody reads it."), longest=500)]


@form("opinion.cancel_draft", title=_("Call it off"), submit=_("Call it off"))
class CancelDraft(Draft):
    """Why it is called off."""

    reason: Annotated[str, Prose(_("Why?"), _("Everybody reads it."), longest=500)]


@form("opinion.hand_over_draft", title=_("Hand it over"), submit=_("Hand it over"))
class HandOverDraft(Draft):
    """To whom."""

    to: Annotated[str, Choice(_("To whom?"))]


@form("opinion.grow_draft", title=_("Make it larger"), submit=_("Go on like this"))
class GrowDraft(Draft):
    """Which size, and by when."""

    size: Annotated[str, Choice(_("How much of the way?"), options=SIZE_OPTIONS[1:])]
    on: Annotated[date, Day(_("Due on"))]
    at: Annotated[time, Hour(_("At"), IN_OUR_ZONE)] = time(18)

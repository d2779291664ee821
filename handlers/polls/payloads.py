"""What the buttons and forms of polls carry."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any

from bot.chat.action import Action, action
from bot.chat.form import Choice, Choices, Day, Draft, Hour, Line, Number, Prose, Toggle, form
from bot.chat.language import _
from bot.chat.message import Option
from handlers.polls.kinds import (
    LONGEST_DESCRIPTION,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    LONGEST_TEXT,
    MOST_OPTIONS,
    MOST_POINTS,
    MOST_RANKS,
    NAMES,
    Kind,
)
from handlers.polls.rules import Every

ONE_A_LINE = _("One a line, two to fifty. Behind a bar you can describe it: label | description.")
KINDS = tuple(Option(kind.value, label) for kind, label in NAMES.items())
REPEATS = (
    Option(Every.ONCE.value, _("Just once")),
    Option(Every.WEEKLY.value, _("Every week")),
    Option(Every.MONTHLY.value, _("Every month")),
)
SCORES = tuple(Option(str(score), str(score)) for score in range(1, 6))


@action("poll.vote")
class Vote(Action):
    """One press that is a whole answer."""

    poll: int
    option: int


@action("poll.pick")
class Pick(Action):
    """The same where there are too many options for buttons: the picked one comes beside it."""

    poll: int


@action("poll.answer")
class GiveAnswer(Action):
    """Open the form of an answer, with the earlier one in it; also what that form is about, with the first option that it shows."""

    poll: int
    first: int = 0


@action("poll.withdraw")
class Withdraw(Action):
    """Take one's vote back."""

    poll: int


@action("poll.see")
class SeePoll(Action):
    """See how it stands, one page of the options at a time."""

    poll: int
    page: int = 0


@action("poll.manage")
class Manage(Action):
    """What the poser and leads can do."""

    poll: int


@action("poll.compose")
class Compose(Action):
    """Open the form of a new poll, or of the preview with this id; also what that form is about."""

    preview: int | None


@action("poll.post")
class Post(Action):
    """Post a preview."""

    poll: int


@action("poll.discard")
class Discard(Action):
    """Forget a preview."""

    poll: int


@action("poll.close")
class Close(Action):
    """Close it now."""

    poll: int


@action("poll.extend")
class Extend(Action):
    """Let it close later; also what that form is about."""

    poll: int


@action("poll.cancel")
class Cancel(Action):
    """Call it off; also what that form is about."""

    poll: int


@action("poll.reword")
class Reword(Action):
    """Change the wording while nobody has voted; also what that form is about."""

    poll: int


@action("poll.add_option")
class AddOption(Action):
    """Add an option; also what that form is about."""

    poll: int


@action("poll.stricter")
class BeStricter(Action):
    """Hide the counts until close from now on."""

    poll: int


@action("poll.outcome")
class TellOutcome(Action):
    """Say what comes of a decision; also what that form is about."""

    poll: int


@action("poll.again")
class RunAgain(Action):
    """Ask the same again."""

    poll: int


@action("poll.stop_series")
class StopSeries(Action):
    """Let a template come no more by itself."""

    series: int


@form("poll.draft", title=_("Ask the community"), submit=_("Show me the preview"))
class PollDraft(Draft):
    """A poll as it is written."""

    question: Annotated[str, Line(_("What do you ask?"), longest=LONGEST_QUESTION)]
    kind: Annotated[str, Choice(_("How do people answer?"), options=KINDS)] = Kind.SINGLE.value
    options: Annotated[str, Prose(_("Options"), ONE_A_LINE)] = ""
    more: Annotated[str, Prose(_("More options"), _("Where the first field is full."))] = ""
    most: Annotated[
        int, Number(_("How many may one choose?"), _("Only for several options; 0 is as many as one likes."), most=MOST_OPTIONS)
    ] = 0
    points: Annotated[int, Number(_("How many points has everybody?"), _("Only for points."), least=1, most=MOST_POINTS)] = 10
    is_anonymous: Annotated[bool, Toggle(_("Anonymous"), _("Confidential until close, anonymous after. It cannot be switched off."))] = (
        False
    )
    is_hidden: Annotated[bool, Toggle(_("Hide the counts until it closes"))] = False
    may_add_options: Annotated[bool, Toggle(_("Members may add options"))] = False
    on: Annotated[date | None, Day(_("Closes on"), _("Left empty, you or a lead close it."))] = None
    at: Annotated[time, Hour(_("At"), _("In your own time zone. Everybody sees it in theirs."))] = time(17)
    closes_when_all_voted: Annotated[bool, Toggle(_("Close it as soon as everybody has voted"))] = False
    quorum: Annotated[int, Number(_("How many have to vote for it to count?"), _("0 where any number will do."), most=100_000)] = 0
    is_decision: Annotated[bool, Toggle(_("This decides something"), _("Afterwards I ask you what comes of it."))] = False
    places: Annotated[tuple[str, ...], Choices(_("Where?"), _("Left empty, in all places of the community."))] = ()
    every: Annotated[str, Choice(_("How often?"), _("The results of all rounds are shown as a trend."), options=REPEATS)] = Every.ONCE.value


@form("poll.choices", title=_("Your vote"), submit=_("Vote"))
class ChoicesDraft(Draft):
    """Several options."""

    chosen: Annotated[tuple[str, ...], Choices(_("Choose"))]


@form("poll.text", title=_("Your answer"), submit=_("Vote"))
class TextDraft(Draft):
    """An answer in one's own words."""

    text: Annotated[str, Prose(_("Your answer"), longest=LONGEST_TEXT)]


@form("poll.option", title=_("Add an option"), submit=_("Add"))
class OptionDraft(Draft):
    """A further option."""

    label: Annotated[str, Line(_("Option"), longest=LONGEST_OPTION)]
    description: Annotated[str, Line(_("Description"), longest=LONGEST_DESCRIPTION)] = ""


@form("poll.extend_draft", title=_("Let it close later"), submit=_("Tell everybody"))
class ExtendDraft(Draft):
    """Another end."""

    on: Annotated[date, Day(_("Closes on"))]
    at: Annotated[time, Hour(_("At"), _("In your own time zone. Everybody sees it in theirs."))] = time(17)


@form("poll.cancel_draft", title=_("Cancel the poll"), submit=_("Cancel the poll"))
class CancelDraft(Draft):
    """Why it is called off."""

    reason: Annotated[str, Prose(_("Why?"), _("Everybody who sees the poll reads this."), longest=500)]


@form("poll.reword_draft", title=_("Change the wording"), submit=_("Save"))
class RewordDraft(Draft):
    """Other words."""

    question: Annotated[str, Line(_("What do you ask?"), longest=LONGEST_QUESTION)]
    options: Annotated[str, Prose(_("Options"), ONE_A_LINE)] = ""
    more: Annotated[str, Prose(_("More options"), _("Where the first field is full."))] = ""


@form("poll.outcome_draft", title=_("What comes of it"), submit=_("Tell those who voted"))
class OutcomeDraft(Draft):
    """What we do with a result."""

    outcome: Annotated[str, Prose(_("What do we do with this?"), _("A sentence or two. All who voted read it."), longest=1000)]


def _numbered(name: str, about: str, count: int, kind: Any, default: object) -> type[Draft]:
    """A draft with a field for every option, `o0`, `o1` and so on, which are the options' positions."""
    fields: dict[str, Any] = {f"o{n}": Annotated[type(default), kind] for n in range(count)}
    return type(name, (Draft,), {"__doc__": about, "__module__": __name__, "__annotations__": fields, **dict.fromkeys(fields, default)})


RankDraft = form("poll.ranks", title=_("Your ranking"), submit=_("Vote"))(
    _numbered("RankDraft", "Options in one's own order, the best first.", MOST_RANKS, Choice(_("Rank")), "")
)
DotsDraft = form("poll.dots", title=_("Your points"), submit=_("Vote"))(
    _numbered("DotsDraft", "Points for each option.", MOST_OPTIONS, Number(_("Points"), most=MOST_POINTS), 0)
)
ScoreDraft = form("poll.scores", title=_("Your scores"), submit=_("Vote"))(
    _numbered("ScoreDraft", "A score for each option.", MOST_OPTIONS, Choice(_("Score"), options=SCORES), "")
)

"""The kinds of polls as data: what a poll's terms are, and what counts as an answer to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.chat.errors import UserError
from bot.chat.language import Phrase, _, n_
from bot.chat.text import Label, clean_prose
from bot.lean import dataclass
from bot.people.disclosure import least_to_quote

LEAST_OPTIONS, MOST_OPTIONS = 2, 50
LONGEST_QUESTION, LONGEST_OPTION, LONGEST_DESCRIPTION, LONGEST_TEXT = 300, 150, 300, 1000
MOST_POINTS = 100
MOST_RANKS = 10  # of more options one ranks one's first ten: a form of fifty ranks of fifty options each is no form
LOWEST, HIGHEST = 1, 5


class Kind(StrEnum):
    """How a poll is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    RANKED = "ranked"
    DOTS = "dots"
    SCORE = "score"
    AGREEMENT = "agreement"
    CONSENT = "consent"
    OPEN = "open"

    @property
    def is_one_press(self) -> bool:
        """Whether one press is a whole answer."""
        return self in {Kind.SINGLE, Kind.AGREEMENT, Kind.CONSENT}

    @property
    def has_own_options(self) -> bool:
        """Whether the options are the poser's, rather than a scale or free text."""
        return self not in SCALES and self is not Kind.OPEN


class State(StrEnum):
    """Where a poll stands."""

    DRAFT = "draft"  # a preview that only its poser sees
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


Answer: TypeAlias = "int | str | tuple[int, ...] | tuple[tuple[int, int], ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a poll; the id is a row's, or the level of a scale."""

    id: int
    label: Label
    description: str = ""


SCALES: Mapping[Kind, tuple[Choice, ...]] = {
    Kind.AGREEMENT: (
        Choice(5, _("I agree strongly")),
        Choice(4, _("I agree")),
        Choice(3, _("Neither yes nor no")),
        Choice(2, _("I disagree")),
        Choice(1, _("I disagree strongly")),
    ),
    Kind.CONSENT: (
        Choice(3, _("I support it")),
        Choice(2, _("I can live with it")),
        Choice(1, _("I object")),
    ),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed when a poll was opened, and where it stands; what it promises may only become stricter."""

    id: int
    kind: Kind
    question: str
    options: tuple[Choice, ...] = ()
    most: int = 0  # of multiple: how many options one may choose
    points: int = 0  # of dots: how many one may give away
    is_anonymous: bool = False
    is_hidden: bool = False  # nobody sees counts until close
    may_add_options: bool = False
    closes_at: datetime | None = None
    closes_when_all_voted: bool = False
    quorum: int = 0
    is_decision: bool = False
    k: int = 5
    poser: int | None = None
    series: int | None = None  # of those that recur
    places: tuple[int, ...] = ()  # none means all places, later ones too
    state: State = State.OPEN
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    reason: str = ""  # why it was cancelled
    outcome: str = ""  # what comes of a decision
    counted_at: datetime | None = None  # when the votes of many were last counted for the card

    @property
    def is_open(self) -> bool:
        """Whether votes are taken."""
        return self.state is State.OPEN

    @property
    def shows_counts(self) -> bool:
        """Whether counts may be seen now: never live on an anonymous or a hidden poll."""
        return self.state is State.CLOSED or (self.is_open and not self.is_anonymous and not self.is_hidden)

    @property
    def least_shown(self) -> int:
        """How many have to vote in an anonymous poll for its result to be shown; more where words are shown as they were written."""
        return least_to_quote(self.k) if self.kind is Kind.OPEN else self.k

    def option(self, option_id: int) -> Choice | None:
        """An option by its id."""
        return next((each for each in self.options if each.id == option_id), None)


# -- answers -------------------------------------------------------------------------------------------------------------


class NotAnAnswer(UserError):
    """What came is no answer to this poll; nothing was counted."""


class NotAnOption(NotAnAnswer):
    """An option of another poll, or one that was edited by hand."""

    def __init__(self) -> None:
        super().__init__(_("That is not one of the options of this poll. Nothing was counted; please choose again."))


class NothingChosen(NotAnAnswer):
    """An empty answer."""

    def __init__(self) -> None:
        super().__init__(_("Please choose something. To take your vote back, press Withdraw instead."))


class TooManyOptions(NotAnAnswer):
    """More options than the poll allows."""

    def __init__(self, most: int) -> None:
        super().__init__(n_("Please choose {count} option at most.", "Please choose {count} options at most.", most))


class TooManyPoints(NotAnAnswer):
    """More points than there are."""

    def __init__(self, points: int, given: int) -> None:
        super().__init__(_("You have {points} points, and this gives away {given}. Please take some back.", points=points, given=given))


class NotAScore(NotAnAnswer):
    """A number outside the scale."""

    def __init__(self) -> None:
        super().__init__(_("Please give whole numbers from {lowest} to {highest}.", lowest=LOWEST, highest=HIGHEST))


class NotPoints(NotAnAnswer):
    """Negative or broken points."""

    def __init__(self) -> None:
        super().__init__(_("Please give whole points, none of them below zero."))


class TooLong(NotAnAnswer):
    """More text than fits."""

    def __init__(self, length: int) -> None:
        super().__init__(_("This has {length} characters; {longest} fit here.", length=length, longest=LONGEST_TEXT))


def checked(terms: Terms, raw: object) -> Answer:
    """The answer that this is to this poll, in its one normal form; raises a NotAnAnswer for whatever is none."""
    return _CHECKS[terms.kind](terms, raw)


def said_again(answer: Answer) -> object:
    """An answer as plain JSON, which `checked` reads back."""
    return [list(each) if isinstance(each, tuple) else each for each in answer] if isinstance(answer, tuple) else answer


def _one(terms: Terms, raw: object) -> Answer:
    return _known(terms, raw)


def _several(terms: Terms, raw: object) -> Answer:
    chosen = tuple(sorted({_known(terms, each) for each in _list(raw)}))
    if terms.most and len(chosen) > terms.most:
        raise TooManyOptions(terms.most)
    return chosen


def _order(terms: Terms, raw: object) -> Answer:
    chosen = tuple(_known(terms, each) for each in _list(raw))
    if len(set(chosen)) != len(chosen):
        raise NotAnAnswer(_("One option stands there twice. Please give each option one rank only."))
    return chosen


def _points(terms: Terms, raw: object) -> Answer:
    given = _pairs(terms, raw, NotPoints)
    if any(points < 0 for _option, points in given):
        raise NotPoints
    kept = tuple((option, points) for option, points in given if points)
    total = sum(points for _option, points in kept)
    if total > terms.points:
        raise TooManyPoints(terms.points, total)
    if not kept:
        raise NothingChosen
    return kept


def _scores(terms: Terms, raw: object) -> Answer:
    given = _pairs(terms, raw, NotAScore)
    if any(not LOWEST <= score <= HIGHEST for _option, score in given):
        raise NotAScore
    return given


def _text(_terms: Terms, raw: object) -> Answer:
    if not isinstance(raw, str):
        raise NothingChosen
    text = clean_prose(raw)
    if not text:
        raise NothingChosen
    if len(text) > LONGEST_TEXT:
        raise TooLong(len(text))
    return text


_CHECKS: Mapping[Kind, Callable[[Terms, object], Answer]] = {
    Kind.SINGLE: _one,
    Kind.AGREEMENT: _one,
    Kind.CONSENT: _one,
    Kind.MULTIPLE: _several,
    Kind.RANKED: _order,
    Kind.DOTS: _points,
    Kind.SCORE: _scores,
    Kind.OPEN: _text,
}


def _known(terms: Terms, raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or terms.option(raw) is None:
        raise NotAnOption
    return raw


def _list(raw: object) -> Sequence[object]:
    if not isinstance(raw, list | tuple):
        raise NotAnOption
    if not raw:
        raise NothingChosen
    return raw


def _pairs(terms: Terms, raw: object, wrong: Callable[[], NotAnAnswer]) -> tuple[tuple[int, int], ...]:
    found: dict[int, int] = {}
    for pair in _list(raw):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise NotAnOption
        option, number = _known(terms, pair[0]), pair[1]
        if isinstance(number, bool) or not isinstance(number, int) or option in found:
            raise wrong()
        found[option] = number
    return tuple(sorted(found.items()))


NAMES: Mapping[Kind, Phrase] = {
    Kind.SINGLE: _("One option"),
    Kind.MULTIPLE: _("Several options"),
    Kind.RANKED: _("Rank the options"),
    Kind.DOTS: _("Give away points"),
    Kind.SCORE: _("Score each option from 1 to 5"),
    Kind.AGREEMENT: _("How much do you agree?"),
    Kind.CONSENT: _("Consent: is there an objection?"),
    Kind.OPEN: _("Answer in your own words"),
}

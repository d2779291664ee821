"""An opinion request and what is said in it, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.lean import dataclass
from handlers.opinions.composing import Sentence
from handlers.opinions.mapping import UNSEEN
from handlers.opinions.rules import Audience, Fallback, Phase, Promises, Quorum, Rule, Size

LONGEST_QUESTION, LONGEST_BACKGROUND, LONGEST_REASON = 300, 2000, 1000
RUNNING = (Phase.INFORM, Phase.STATEMENTS, Phase.MAP, Phase.DRAFT, Phase.RATIFY, Phase.SEND)


class About(StrEnum):
    """What a contribution is."""

    STATEMENT = "statement"
    SUGGESTION = "suggestion"
    QUESTION = "question"


class State(StrEnum):
    """Where a contribution stands."""

    HELD = "held"  # like another; its writer is asked first
    OPEN = "open"
    MERGED = "merged"
    SENT_BACK = "sent back"
    FLAGGED = "flagged"
    GONE = "gone"  # its writer was erased
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, what was promised, and where it stands; promises may only become stricter."""

    id: int
    question: str
    size: Size = Size.STANDARD
    phase: Phase = Phase.PREPARED
    background: str = ""
    asker: str = ""  # empty where we ask ourselves
    speaker: str = ""
    options: tuple[str, ...] = ()  # of a quick one; none where it is an agreement scale
    is_anonymous: bool = False
    is_rapid: bool = False
    k: int = 5
    rule: Rule = Rule.CONSENT
    quorum: int = 30  # per cent of those invited
    fallback: Fallback = Fallback.ANNEX
    audience: Audience = Audience.EVERYBODY
    invited_group: int | None = None
    named: frozenset[int] = frozenset()  # those who were invited by name
    group: int | None = None  # the chartered group that drafts
    ends: Mapping[Phase, datetime] = field(default_factory=dict)
    round: int = 1
    voted: int | None = None  # the number of the version that was put to the vote
    decision: str | None = None
    owner: int | None = None
    item: int | None = None
    opened_at: datetime | None = None
    sent_at: datetime | None = None
    reason: str = ""  # why it was cancelled
    sent_to: str = ""
    answer: str = ""
    will_do: str = ""
    did: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether we ask ourselves."""
        return not self.asker

    @property
    def is_running(self) -> bool:
        """Whether something can still be said before the response is sent."""
        return self.phase in RUNNING

    @property
    def is_known(self) -> bool:
        """Whether others than its opener and the leads know of it."""
        return self.phase not in {Phase.PREPARED, Phase.PROPOSED}

    @property
    def may_grow(self) -> bool:
        """Whether a larger size can still change its way: before its statements close, a quick one also before it is sent."""
        if self.size is Size.QUICK:
            return self.phase in {Phase.STATEMENTS, Phase.DRAFT}
        return self.size is Size.STANDARD and self.phase in {Phase.INFORM, Phase.STATEMENTS}

    @property
    def until(self) -> datetime | None:
        """When the phase that it is in ends."""
        return self.ends.get(self.phase)

    @property
    def deadline(self) -> datetime:
        """When the response is due."""
        return max(self.ends.values())

    @property
    def promises(self) -> Promises:
        """All that was promised at opening."""
        return Promises(self.is_anonymous, self.k, self.rule, Quorum(self.quorum), self.fallback, self.named, self.deadline)

    @property
    def turn(self) -> str:
        """What one may take part in once now: the phase, and of ballots the round."""
        return f"{self.phase.value}/{self.round}" if self.phase is Phase.RATIFY else self.phase.value


@dataclass(frozen=True, slots=True)
class Contribution:
    """A statement, a suggestion or a question; `writer` is told in open requests only."""

    id: int
    request: int
    about: About
    state: State
    text: str
    number: int = 0  # of statements, by which a draft refers to them
    more: Mapping[str, str] = field(default_factory=dict)  # reason, evidence, what would change my mind, a reply
    writer: int | None = None
    refers_to: int | None = None
    agreed: int = 0
    disagreed: int = 0
    passed: int = 0
    unclear: int = 0

    @property
    def seen(self) -> int:
        """How many answered it."""
        return self.agreed + self.disagreed + self.passed + self.unclear


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the response."""

    id: int
    number: int
    sentences: tuple[Sentence, ...]
    is_tested: bool = False
    levels: tuple[int, ...] | None = None
    made_by: int | None = None


@dataclass(slots=True)
class Said:
    """All that one seat answers; stances stand in one line, the letter of statement S1 first, `-` where it was not answered."""

    stances: str = ""
    levels: dict[int, int] = field(default_factory=dict)  # by the number of a version
    ballots: dict[int, dict[str, Any]] = field(default_factory=dict)  # by round

    @property
    def answered(self) -> dict[int, str]:
        """The stances that were taken, by the numbers of their statements."""
        return {number: said for number, said in enumerate(self.stances, start=1) if said != UNSEEN}

    def stance(self, number: int) -> str | None:
        """What was said to a statement."""
        return self.answered.get(number)

    def answer(self, number: int, stance: str) -> None:
        """Say something to a statement, in place of what was said before."""
        line = self.stances.ljust(number, UNSEEN)
        self.stances = line[: number - 1] + stance + line[number:]

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Said:
        """What a sheet of plain JSON says."""
        levels, ballots = ({int(key): value for key, value in content.get(name, {}).items()} for name in ("levels", "ballots"))
        return cls(content.get("stances", ""), levels, ballots)

    def written(self) -> dict[str, Any]:
        """It as plain JSON, for a sheet."""
        return {"stances": self.stances, "levels": self.levels, "ballots": self.ballots}

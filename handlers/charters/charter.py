"""A charter and what belongs to it, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from bot.lean import dataclass
from handlers.charters.rules import Kind, Rhythm, Stance, State, needs_endorsement

LONGEST_NAME, LONGEST_LINE, LONGEST_WHY, LONGEST_NOTE = 80, 300, 1000, 3000


class Variant(StrEnum):
    """Where a project comes from."""

    OWN = "own"
    EXISTING = "existing"
    FOR_SOMEONE = "for someone"


class Part(StrEnum):
    """What somebody has to do with a charter."""

    TEAM = "team"
    ASKS = "asks"  # for a seat; waits, once it is taken
    THANKED = "thanked"  # asked, and was not given one
    FOLLOWS = "follows"
    LEFT = "left"  # was on the team


class SignOff(StrEnum):
    """What the sponsor says to what they are asked to pay."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class About(StrEnum):
    """What a report tells."""

    PROGRESS = "progress"
    RESULTS = "results"


class Answer(StrEnum):
    """How members answer a report."""

    ENDORSE = "endorse"
    KUDOS = "kudos"
    SUGGESTION = "suggestion"
    CRITIQUE = "critique"
    QUESTION = "question"
    HELP = "help"


class Sort(StrEnum):
    """What a team keeps."""

    NOTE = "note"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Charter:
    """What a group or a project is for, and where it stands; `words` is everything that somebody wrote, by its field."""

    id: int
    kind: Kind
    sort: str  # the reason of a group, the work of a project
    words: Mapping[str, str]
    state: State = State.DRAFT
    variant: Variant = Variant.OWN
    version: int = 1
    round: int = 0
    lead: int | None = None
    co_lead: int | None = None
    sponsor: int | None = None
    sign_off: SignOff | None = None
    place: int | None = None
    item: int | None = None
    question: int | None = None  # of the learning agenda
    is_call: bool = False  # a call for volunteers: whoever opened it is its contact, until somebody of the team leads it
    rhythm: Rhythm = Rhythm.MONTHLY
    opened_at: datetime | None = None
    until: datetime | None = None  # when its endorsement ends
    shown_at: datetime | None = None  # since when its open seats are shown in all places
    heard_at: datetime | None = None
    ends_on: date | None = None
    review_on: date | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        return self.words["name"]

    def word(self, name: str) -> str:
        """What somebody wrote in a field, or nothing."""
        return self.words.get(name, "")

    @property
    def led_by(self) -> int | None:
        """Who of the team leads it; the contact of a call does not."""
        return None if self.is_call else self.lead

    @property
    def is_group(self) -> bool:
        """Whether it is a practice group."""
        return self.kind is Kind.GROUP

    @property
    def is_endorsed(self) -> bool:
        """Whether it needs the community's endorsement."""
        return needs_endorsement(self.kind, self.word("hours") or self.word("pledged"), self.word("budget"))

    @property
    def is_public(self) -> bool:
        """Whether the community knows of it: it was published, or announced."""
        return bool(self.round) or self.heard_at is not None

    @property
    def asks_resources(self) -> bool:
        """Whether hours or money are asked."""
        return bool(self.word("hours") or self.word("pledged") or self.word("budget"))

    @property
    def pledged(self) -> int:
        """The hours of all members together, as far as a number was given."""
        return int(self.word("pledged") or 0)

    def is_run_by(self, person: int) -> bool:
        """Whether somebody looks after it."""
        return person in (self.lead, self.co_lead)


@dataclass(frozen=True, slots=True)
class Seat:
    """A role on the team, with what it takes, and who has it."""

    id: int
    role: str
    takes: str = ""
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """Somebody's part in a charter, with the line they wrote when they asked."""

    person: int
    part: Part
    line: str = ""
    seat: int | None = None


@dataclass(frozen=True, slots=True)
class Endorsement:
    """What a member said to a charter, and what its lead answered."""

    id: int
    charter: int
    person: int
    stance: Stance
    why: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a team told the community."""

    id: int
    charter: int
    about: About
    words: Mapping[str, str]
    made_by: int | None = None
    made_at: datetime | None = None

    def word(self, name: str) -> str:
        """What somebody wrote in a field, or nothing."""
        return self.words.get(name, "")


@dataclass(frozen=True, slots=True)
class Answered:
    """What a member answered to a report."""

    person: int
    answer: Answer
    words: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """A version of a file that a team added to what it brought back."""

    id: int
    charter: int
    name: str
    version: int
    size: int
    sent_by: int
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What a team keeps for itself."""

    id: int
    charter: int
    sort: Sort
    words: str
    kept_by: int | None = None
    kept_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """When a team meets, or which times it was asked about."""

    id: int
    charter: int
    starts_at: datetime | None = None
    minutes: int = 60
    weeks: int = 0  # between one and the next; 0 is once
    zone: str = "UTC"
    last_on: date | None = None
    link: str = ""
    sequence: int = 0
    is_cancelled: bool = False
    poll: int | None = None
    asked: tuple[datetime, ...] = ()  # the times of the poll, in its order

    @property
    def is_set(self) -> bool:
        """Whether the team meets."""
        return self.starts_at is not None and not self.is_cancelled


@dataclass(frozen=True, slots=True)
class Standing:
    """A charter as it stands: names, seats, and counts."""

    charter: Charter
    lead: str = ""
    co_lead: str = ""
    sponsor: str = ""
    team: tuple[str, ...] = ()
    seats: tuple[Seat, ...] = ()
    asking: Mapping[int, int] = field(default_factory=dict)  # seat -> how many have asked for it
    said: Mapping[Stance, int] = field(default_factory=dict)
    place: str = ""
    zone: str = "UTC"
    given_from: datetime | None = None  # from when open seats may be given

    @property
    def open_seats(self) -> tuple[Seat, ...]:
        """The seats that nobody has."""
        return tuple(seat for seat in self.seats if seat.person is None)

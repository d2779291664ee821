"""What the challenge tells other features: facts, where they happen."""

from __future__ import annotations

from datetime import date

from bot.core.facts import Fact
from bot.lean import dataclass


@dataclass(frozen=True, slots=True)
class ParticipantJoined(Fact):
    """Somebody takes part, for the first time or again; whether they want a partner is None as long as nobody asked them."""

    challenge: int
    person: int
    wants_partner: bool | None


@dataclass(frozen=True, slots=True)
class ParticipantLeft(Fact):
    """Somebody takes part no more."""

    challenge: int
    person: int


@dataclass(frozen=True, slots=True)
class ParticipantPaused(Fact):
    """Nothing of the challenge comes to somebody until a date, or comes again from now on where there is none."""

    challenge: int
    person: int
    until: date | None


@dataclass(frozen=True, slots=True)
class PartnerWish(Fact):
    """Somebody said whether they want a partner."""

    challenge: int
    person: int
    wants: bool


@dataclass(frozen=True, slots=True)
class ChallengeBegun(Fact):
    """The first day of a challenge has come."""

    challenge: int


@dataclass(frozen=True, slots=True)
class ChallengeEnded(Fact):
    """A challenge is over, or was called off."""

    challenge: int


@dataclass(frozen=True, slots=True)
class DayDone(Fact):
    """A participant did a day."""

    challenge: int
    person: int
    number: int


@dataclass(frozen=True, slots=True)
class DayUndone(Fact):
    """A participant took a day back, or the entry that had marked it is gone."""

    challenge: int
    person: int
    number: int


@dataclass(frozen=True, slots=True)
class ProgressShown(Fact):
    """Somebody looks at how their challenge stands; who listens may put buttons of their own under it."""

    challenge: int


@dataclass(frozen=True, slots=True)
class ManagerShown(Fact):
    """A lead manages a challenge; who listens may put buttons of their own under it."""

    challenge: int

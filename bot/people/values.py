"""People and places as plain values: what handlers, rules and views work with."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.chat.text import Mention
from bot.lean import dataclass

GROUP = "group"  # in a place's reference: the group of places (a team with its channels) that it belongs to


class Role(StrEnum):
    """What a person may do beyond taking part."""

    MEMBER = "member"
    LEAD = "lead"


class HowOften(StrEnum):
    """How often a person wants what is made for every day in their own chat; places get it all the same."""

    DAILY = "daily"
    WEEKLY = "weekly"
    PLACE_ONLY = "place only"
    NEVER = "none"


FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Community:
    """The tenant."""

    id: int
    name: str
    zone: str
    language: str


@dataclass(frozen=True, slots=True)
class Identity:
    """An account of a person, which is also the way to their own chat."""

    id: int
    account: str
    audience: str  # "platform/workspace"


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the community; `identities` has the one they acted with first."""

    id: int
    name: str
    zone: str
    language: str
    role: Role
    identities: tuple[Identity, ...] = ()
    hour: time = time(9)  # their own, for whatever comes daily
    hides_streak: bool = False
    weekdays: int = 0b0011111  # their working days, bit 0 is Monday
    activity: HowOften = HowOften.DAILY
    is_elsewhere_too: bool = False  # has several identities: what was posted under a key may stand in another chat of theirs

    @property
    def is_lead(self) -> bool:
        """Whether leads' commands are open to them."""
        return self.role is Role.LEAD

    @property
    def weekly_on(self) -> int:
        """The day of the week on which weekly things come, Monday being 0: their last working day."""
        return self.weekdays.bit_length() - 1 if self.weekdays else FRIDAY

    @property
    def mention(self) -> Mention:
        """The person as a span of text."""
        return Mention(self.name, tuple((i.audience, i.account) for i in self.identities))

    @property
    def tz(self) -> ZoneInfo:
        """Their zone."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class Place:
    """A channel or group chat of the community."""

    id: int
    name: str
    audience: str

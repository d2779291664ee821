"""Facts of the machine itself; features publish their own. Whoever listens acts in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from datetime import time

from bot.chat.errors import Barrier
from bot.lean import dataclass
from bot.people.values import Community, Member, Place


class Fact:
    """Base of everything that is published: a frozen dataclass named as something that happened."""


@dataclass(frozen=True, slots=True)
class PersonArrived(Fact):
    """Somebody was seen in the community for the first time, or came back."""

    member: Member


@dataclass(frozen=True, slots=True)
class PersonChanged(Fact):
    """A person's name, zone, language or own hour changed; `hour_before` is told where the person changed their settings."""

    member: Member
    hour_before: time | None = None


@dataclass(frozen=True, slots=True)
class PersonActed(Fact):
    """A person did something here for the first time since they were last awaited; it is told once."""

    member: Member


@dataclass(frozen=True, slots=True)
class PersonLeft(Fact):
    """A person has no open account any more."""

    person: int


@dataclass(frozen=True, slots=True)
class ErasureBegun(Fact):
    """A person is about to be erased; what has to be said anew without them waits in `afterwards` until their rows are gone."""

    person: int
    afterwards: list[Callable[[], None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlaceJoined(Fact):
    """The bot was added to a place."""

    place: Place


@dataclass(frozen=True, slots=True)
class PlaceGone(Fact):
    """A place was archived or deleted, or the bot was removed from it."""

    place: int


@dataclass(frozen=True, slots=True)
class CommunityBegun(Fact):
    """Somebody added the bot where nobody had a community: it begins with them as its lead."""

    member: Member


@dataclass(frozen=True, slots=True)
class CommunityChanged(Fact):
    """A community's name, zone or language is another."""

    before: Community
    after: Community


@dataclass(frozen=True, slots=True)
class LeadNamed(Fact):
    """Somebody became a lead of the community."""

    member: Member


@dataclass(frozen=True, slots=True)
class WordsRefused(Fact):
    """What one member says to another cannot reach this person, for good; where it `stands`, only a change of it did not."""

    key: str
    person: int
    stands: bool


@dataclass(frozen=True, slots=True)
class ConversationRefused(Fact):
    """A platform lets us say nothing more in a place or to a person; it is told once, and what waits is held."""

    lane: int
    name: str
    is_place: bool
    barrier: Barrier
    waiting: int


@dataclass(frozen=True, slots=True)
class LinkBegun(Fact):
    """Two people are about to become one: of what would stand for the same the earlier goes, so what counts twice is set apart now."""

    kept: int
    gone: int


@dataclass(frozen=True, slots=True)
class PeopleLinked(Fact):
    """Two identities turned out to be one person: all that was the one's is the other's now."""

    member: Member
    gone: int

"""The journal's rules: who may read an entry, how long it may be, and which of two versions stands."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

LONGEST = 3000


class Visibility(StrEnum):
    """Who may read an entry besides its writer."""

    PRIVATE = "private"
    PARTNER = "partner"
    COMMUNITY = "community"


def default_visibility(*, is_seen_by_place: bool) -> Visibility:
    """What is written before everybody is a community entry; everything else is private."""
    return Visibility.COMMUNITY if is_seen_by_place else Visibility.PRIVATE


def is_newer(event_at: datetime, changed_at: datetime) -> bool:
    """Whether an event's version replaces the one that stands: the later wins, in whatever order they arrive."""
    return event_at >= changed_at

"""Clocks: domain time is an argument everywhere, and it comes from here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells domain time."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        """The current instant."""
        return datetime.now(UTC)


class WoundClock:
    """Time that moves only when it is told to: for the playground and for tests. It never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The instant to which the clock was wound."""
        return self._now

    def wind(self, to: datetime) -> None:
        """Move forward to an instant; an earlier one leaves the clock where it is."""
        self._now = max(self._now, to.astimezone(UTC))


class RunningClock:
    """Real time that can be put forward: what the playground runs on."""

    def __init__(self, start: datetime | None = None) -> None:
        real = datetime.now(UTC)
        self._ahead = max((start or real) - real, real - real)

    def now(self) -> datetime:
        """Real time and however far it was put forward."""
        return datetime.now(UTC) + self._ahead

    def wind(self, to: datetime) -> None:
        """Put the clock forward; an earlier instant leaves it where it is."""
        self._ahead = max(self._ahead, to - datetime.now(UTC))

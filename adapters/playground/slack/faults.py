"""Faults that a test injects into the Web API, and the ledger of all calls."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Any, Literal

from bot.lean import dataclass

Effect = Literal["none", "before", "after"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a Web API method, without its token."""

    method: str
    arguments: dict[str, Any]
    answer: dict[str, Any]
    status: int | None  # None: never answered
    at: datetime

    @property
    def ok(self) -> bool:
        """Whether the method did what was asked and said so."""
        return self.answer.get("ok") is True


@dataclass(slots=True)
class Fault:
    """How the next calls of a method go wrong.

    `effect`: "none" - the call does nothing; "before" - it takes effect, and then the answer is the fault; "after" - the faulty answer
    goes out first and the call takes effect just afterwards. `status` 0 breaks the connection without an answer.
    """

    method: str
    times: int
    status: int | None
    error: str | None
    retry_after: int | None
    effect: Effect
    hang: bool


@dataclass(slots=True)
class Faults:
    """The faults that are still to happen, oldest first."""

    pending: list[Fault] = field(default_factory=list)

    def add(
        self,
        method: str,
        *,
        times: int = 1,
        status: int | None = None,
        error: str | None = None,
        retry_after: int | None = None,
        effect: Effect = "none",
        hang: bool = False,
    ) -> Fault:
        """Let the next `times` calls of a method ("*": any; "response_url": posts to one; "upload", "download": of a file) go wrong."""
        fault = Fault(method, times, status, error, retry_after, effect, hang)
        self.pending.append(fault)
        return fault

    def clear(self) -> None:
        """Forget what has not happened yet."""
        self.pending.clear()

    def take(self, method: str) -> Fault | None:
        """The fault for this call, if any."""
        for fault in self.pending:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self.pending.remove(fault)
                return fault
        return None

"""Faults that a test orders in advance, and the ledger of every call that the bot made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from typing import Any, Literal

from bot.lean import dataclass

Operation = Literal["post", "update", "delete", "create_conversation", "members", "token", "keys", "metadata", "team", "upload", "download"]
Effect = Literal["none", "before", "after"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One ordered failure.

    `effect` says what happens with the call itself: nothing, or it takes effect before the failing answer, or soon after it.
    Without a status the connection is cut; with `hang` no answer comes at all.
    """

    status: int | None = None
    retry_after: int | None = None
    effect: Effect = "none"
    hang: bool = False
    body: Any = None


@dataclass(slots=True)
class Faults:
    """The failures still to come, by operation, first ordered first."""

    _waiting: dict[str, deque[Fault]] = field(default_factory=dict)

    def add(
        self,
        operation: Operation,
        times: int = 1,
        *,
        status: int | None = None,
        retry_after: int | None = None,
        effect: Effect = "none",
        hang: bool = False,
        body: Any = None,
    ) -> None:
        """Let the next `times` calls of this operation fail."""
        queue = self._waiting.setdefault(operation, deque())
        queue.extend(Fault(status, retry_after, effect, hang, body) for _ in range(times))

    def take(self, operation: str) -> Fault | None:
        """Take the next failure of this operation, if one was ordered."""
        queue = self._waiting.get(operation)
        return queue.popleft() if queue else None

    def clear(self) -> None:
        """Forget every failure that has not happened yet."""
        self._waiting.clear()


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the bot and how it was answered (status None: cut or left hanging)."""

    operation: str
    method: str
    path: str
    conversation: str | None
    activity_id: str | None
    body: Any
    status: int | None
    at: datetime
    answer: Any = None


@dataclass(slots=True)
class Pacing:
    """About seven messages per second for each conversation."""

    monotonic: Callable[[], float]
    on: bool
    limit: int = 7
    window: float = 1.0
    _sent: dict[str, deque[float]] = field(default_factory=dict)

    def admits(self, conversation: str) -> bool:
        """Count one message of this conversation, or say that it is too soon."""
        if not self.on:
            return True
        moment = self.monotonic()
        sent = self._sent.setdefault(conversation, deque())
        while sent and moment - sent[0] >= self.window:
            sent.popleft()
        if len(sent) >= self.limit:
            return False
        sent.append(moment)
        return True

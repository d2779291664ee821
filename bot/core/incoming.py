"""What comes in, and the inbox that keeps it where it is acknowledged before it is handled."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.core.ports import Answer, Interaction
from bot.lean import dataclass


class NotStored(Exception):
    """What came in was neither handled nor stored within the time that its platform waits."""


@dataclass(slots=True, eq=False)
class Incoming:
    """One request of a platform as it came in, and where it stands in the inbox once it does.

    It goes with its interaction into the unit of work: what is stored by then is settled in the same transaction.
    """

    platform: str
    workspace: str
    conversation: str  # what is stored of one conversation is worked off in its order
    account: str
    kind: str
    key: str | None
    payload: Mapping[str, Any] = field(repr=False)
    row: int | None = None
    stored_at: datetime | None = None  # when this delivery was; a later one of the same moves that on
    lease: int | None = None  # where it was taken up again: whoever holds it may handle it
    storing: asyncio.Future[None] | None = field(default=None, repr=False)
    is_last: bool = False  # it is not tried again after this
    is_given_up: bool = False  # nobody counts on its being stored any more
    is_settled: bool = False  # its row went with its handling
    age: timedelta = timedelta(0)
    answer: Answer | None = field(default=None, repr=False)  # of its unit, once that was committed

    @classmethod
    def of(cls, interaction: Interaction, kind: str, payload: Mapping[str, Any]) -> Incoming:
        """The request that an interaction was read from."""
        where, who = interaction.conversation.external_id, interaction.actor.account
        return cls(interaction.platform, interaction.workspace, where, who, kind, interaction.key, payload)

    def is_tried_again(self, answer: Answer) -> bool:
        """Whether nobody hears this answer, because what came in will be handled once more."""
        return answer.is_unrun or (answer.failure is not None and self.lease is not None and not self.is_last)


class Inbox(Protocol):
    """Keeps what comes in until it is handled and answered."""

    async def store(self, incoming: Incoming, *, within: float, is_under_way: bool, is_urgent: bool = True) -> bool:
        """Whether it is safe within so many seconds, so that it may be acknowledged.

        What `is_under_way` is left to this process as long as it lives; anything else is taken up by whoever is first. What `is_urgent`
        goes ahead of all units that wait, because its platform has waited long enough.
        """
        ...

    async def forget(self, incoming: Incoming) -> None:
        """It was handled and answered; what was never stored costs nothing."""
        ...

    def is_behind(self, incoming: Incoming) -> bool:
        """Whether something of the same conversation waits that must be handled before it."""
        ...


class Inlet(Protocol):
    """The side of a platform's adapter that takes up what was stored."""

    async def take_up(self, incoming: Incoming) -> Answer:
        """Handle it and tell the person, or tell what was said already; nobody hears of what is tried again.

        Raises a ValueError for what cannot be read any more.
        """
        ...


class NoInbox:
    """Where nothing can be kept: what is not handled in time is not acknowledged."""

    async def store(self, *_request: object, **_how: object) -> bool:
        """Never safe."""
        return False

    async def forget(self, incoming: Incoming) -> None:
        """Nothing is kept."""

    def is_behind(self, incoming: Incoming) -> bool:  # noqa: ARG002 - the signature is the port's
        """Nothing waits."""
        return False

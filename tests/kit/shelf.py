"""An inbox of a test without a database: what it holds can be looked at, and it can refuse everything."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.core.incoming import Incoming


@dataclass
class Shelf:
    """Keeps what comes in for as long as the test lasts."""

    is_full: bool = False
    held: list[Incoming] = field(default_factory=list)
    stored: list[Incoming] = field(default_factory=list)  # whatever stood there at any time

    # ruff: noqa: ARG002 - the signature is the port's
    async def store(self, incoming: Incoming, *, within: float, is_under_way: bool, is_urgent: bool = True) -> bool:
        if not self.is_full and incoming.row is None:
            incoming.row = len(self.stored) + 1
            self.held.append(incoming)
            self.stored.append(incoming)
        return incoming.row is not None

    async def forget(self, incoming: Incoming) -> None:
        if incoming in self.held:
            self.held.remove(incoming)

    def is_behind(self, incoming: Incoming) -> bool:
        return any(each.conversation == incoming.conversation and each is not incoming for each in self.held)

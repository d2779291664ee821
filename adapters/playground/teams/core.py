"""What all parts of the faked platform share."""

from __future__ import annotations

import asyncio
from dataclasses import field

from adapters.playground.driver import Json
from adapters.playground.teams.activities import Scribe
from adapters.playground.teams.cards import problems
from adapters.playground.teams.delivery import Courier
from adapters.playground.teams.faults import Call, Faults, Pacing
from adapters.playground.teams.tokens import TokenIssuer
from adapters.playground.teams.world import Person, Room, World
from bot.lean import dataclass


@dataclass(slots=True)
class Core:
    """The world, the way to the bot, and everything that was noticed on the way."""

    world: World
    manifest: Json
    tokens: TokenIssuer
    courier: Courier
    scribe: Scribe
    pacing: Pacing
    faults: Faults = field(default_factory=Faults)
    calls: list[Call] = field(default_factory=list)
    card_problems: list[str] = field(default_factory=list)
    protocol_problems: list[str] = field(default_factory=list)
    uploads: dict[str, bytes] = field(default_factory=dict)
    shared: dict[str, bytes] = field(default_factory=dict)  # what people sent, by the key in its address
    promised: dict[str, int] = field(default_factory=dict)  # the size that a person allowed, by the upload's id
    base_url: str = ""
    blocked: set[str] = field(default_factory=set)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    background: set[asyncio.Task[None]] = field(default_factory=set)

    def person(self, user: str) -> Person:
        """Return somebody who must exist."""
        return self.world.people[user]

    def room(self, conversation: str) -> Room:
        """Return a room that must exist; a thread's id is good too."""
        return self.world.rooms[conversation.partition(";messageid=")[0]]

    def inspect(self, payload: Json, where: str, *, in_dialog: bool = False) -> None:
        """Note what is wrong with something that the bot sent."""
        self.card_problems += [f"{where}: {each}" for each in problems(payload, in_dialog=in_dialog)]

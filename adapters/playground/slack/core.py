"""What the parts of the faked Slack share: the workspace, the line to the bot, and how an event is sent or withheld."""

from __future__ import annotations

import asyncio

from adapters.playground.driver import Outcome
from adapters.playground.slack.line import Answer, Line
from adapters.playground.slack.webapi import WebApi
from adapters.playground.slack.wire import envelope_json
from adapters.playground.slack.workspace import BOT_USER, Channel, Json, User, Workspace

WITHHELD = Outcome(delivered=False)
TIMED_OUT, REFUSED = "operation_timeout", "dispatch_failed"


def error_of(answer: Answer) -> str | None:
    """The word that Slack shows for an answer that is none."""
    if answer.ok:
        return None
    return TIMED_OUT if answer.reason == "http_timeout" else REFUSED


class Core:
    """State and line, with the rule for sending events."""

    def __init__(self, ws: Workspace, line: Line, api: WebApi) -> None:
        self.ws, self.line, self.api = ws, line, api
        ws.announce = self.announce

    def announce(self, name: str, event: Json) -> None:
        """Send an event in the background, when the app may have it."""
        if self._may_have(name):
            self.line.later(self.line.event(envelope_json(self.ws, event)))

    def _may_have(self, name: str) -> bool:
        return self.ws.installed and self.ws.grants.sends(name)

    async def tell(self, *events: tuple[str, Json]) -> Outcome:
        """Send events that the app may have, and wait for the first answers."""
        allowed = [event for name, event in events if self._may_have(name)]
        if not allowed:
            return WITHHELD
        answers = await asyncio.gather(*(self.line.event(envelope_json(self.ws, event)) for event in allowed))
        worst = next((answer for answer in answers if not answer.ok), answers[0])
        return Outcome(True, worst.status, error_of(worst))

    def person(self, user_id: str) -> User:
        """Somebody who can act."""
        user = self.ws.users.get(user_id)
        if user is None or user.deleted or user.is_bot:
            raise LookupError(f"nobody called {user_id} can act here")
        return user

    def place(self, user_id: str, conversation: str) -> Channel:
        """A conversation that this person stands in."""
        channel = self.ws.channels.get(conversation)
        if channel is None or user_id not in channel.members:
            raise LookupError(f"{user_id} is not in a conversation {conversation}")
        return channel

    def has_bot(self, channel: Channel) -> bool:
        """Whether the bot is a member."""
        return BOT_USER in channel.members

"""The real Slack adapter: Bolt inward, the Web API outward."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from adapters.slack.client import SlackClient
from adapters.slack.edge import Edge
from adapters.slack.inbound import PLATFORM
from adapters.slack.places import invite, pin
from bot.chat.message import Message
from bot.chat.text import Mention
from bot.core.ports import Actor, Address, Allowance, Dispatcher, Posted

__all__ = ["SlackAdapter"]

EDITS = Allowance(at_once=10, a_minute=40)  # chat.update is of the third tier, which is some fifty a minute in a workspace


class SlackAdapter:
    """One Slack workspace, as the machine sees it."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        *,
        signing_secret: str,
        bot_token: str,
        api_url: str = "https://slack.com/api/",
        app_token: str | None = None,
        command_prefix: str = "",
        patience: float = 2.2,
    ) -> None:
        self.name = PLATFORM
        self.edits: Allowance | None = EDITS
        self._client = SlackClient(api_url=api_url, bot_token=bot_token)
        self._app_token = app_token
        self._edge = Edge(dispatcher, self._client, signing_secret=signing_secret, command_prefix=command_prefix, patience=patience)

    def mount(self, app: web.Application, path: str = "/slack/events") -> None:
        """Put the HTTP endpoint on an application."""
        app.router.add_post(path, self._edge.receive)

    async def start(self) -> None:
        """Learn who we are in this workspace, and open Socket Mode where there is a token for it."""
        await self._client.open()
        if self._app_token is not None:
            await self._edge.connect(self._app_token)

    async def close(self) -> None:
        """Wait for what is under way, then close every connection."""
        await self._edge.close()
        await self._client.close()

    async def settles(self) -> None:
        """Wait until every answer that is on its way has arrived."""
        await self._edge.waiting.settles()

    async def post(self, to: Address, message: Message, token: str) -> Posted:
        """Post a message to a place or a person."""
        return await self._client.post(to, message, token)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace a message of ours."""
        await self._client.edit(to, message_id, message)

    async def delete(self, to: Address, message_id: str) -> None:
        """Take a message of ours away."""
        await self._client.delete(to, message_id)

    async def pin(self, to: Address, message_id: str) -> None:
        """Pin a message of ours."""
        await pin(self._client, to.external_id, message_id)

    async def invite(self, to: Address, people: Sequence[Mention]) -> None:
        """Invite people into a channel."""
        await invite(self._client, to.external_id, people)

    async def show_home(self, to: Address, message: Message) -> None:
        """Draw the person's home tab."""
        await self._client.show_home(to.external_id, message)

    async def name_of(self, to: Address) -> str | None:
        """Look a place's name up."""
        return await self._client.name_of(to.external_id)

    async def describe(self, workspace: str, account: str) -> Actor:  # noqa: ARG002 - one token serves one workspace
        """Look a person's profile up."""
        return await self._client.describe(account)

"""The real Slack adapter: Bolt inward, the Web API outward."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aiohttp import web

from adapters.slack.door import Door
from adapters.slack.inbound import PLATFORM
from adapters.slack.install import Installing, InstallPages, flow_of
from adapters.slack.looking import find, finish, unseen
from adapters.slack.places import invite, pin
from adapters.slack.workspaces import ManyWorkspaces, OneWorkspace
from bot.chat.message import Message
from bot.chat.text import Mention
from bot.core.incoming import Inbox, Incoming, NoInbox
from bot.core.installations import Installations
from bot.core.ports import Actor, Address, Allowance, Answer, Dispatcher, Look, Posted, Stands

__all__ = ["Installing", "SlackAdapter", "unseen"]

EDITS = Allowance(at_once=10, a_minute=40)  # chat.update is of the third tier, which is some fifty a minute in a workspace
POSTS = Allowance(at_once=20, a_minute=280)  # "several hundred messages a minute" in a workspace, taken as three hundred


class SlackAdapter:
    """Slack, as the machine sees it: one workspace by its token, or every workspace that installs the app."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        *,
        inbox: Inbox | None = None,
        signing_secret: str,
        bot_token: str | None = None,
        installing: Installing | None = None,
        installations: Installations | None = None,
        api_url: str = "https://slack.com/api/",
        app_token: str | None = None,
        command_prefix: str = "",
        patience: float = 2.2,
    ) -> None:
        self.name = PLATFORM
        self.edits: Allowance | None = EDITS
        self.posts: Allowance | None = POSTS
        self._app_token = app_token
        self._pages: InstallPages | None = None
        self.workspaces: OneWorkspace | ManyWorkspaces
        flow = None
        if bot_token is not None:
            self.workspaces = OneWorkspace(api_url=api_url, bot_token=bot_token, installations=installations)
        else:
            assert installing is not None
            assert installations is not None
            self.workspaces = ManyWorkspaces(
                api_url=api_url, client_id=installing.client_id, client_secret=installing.client_secret, installations=installations
            )
            flow = flow_of(installing, self.workspaces, installations, api_url)
            self._pages = InstallPages(flow)
        self.door = Door(
            dispatcher,
            self.workspaces,
            inbox or NoInbox(),
            api_url=api_url,
            signing_secret=signing_secret,
            command_prefix=command_prefix,
            patience=patience,
            flow=flow,
        )

    def mount(self, app: web.Application, path: str = "/slack/events") -> None:
        """Put the HTTP endpoint on an application, and the pages on which many workspaces install."""
        app.router.add_post(path, self.door.receive)
        if self._pages is not None:
            self._pages.mount(app)

    async def start(self) -> None:
        """Get ready to speak, and open Socket Mode where there is a token for it."""
        await self.workspaces.open()
        if self._app_token is not None:
            await self.door.connect(self._app_token)

    async def close(self) -> None:
        """Wait for what is under way, then close every connection."""
        await self.door.close()
        await self.workspaces.close()

    async def settles(self) -> None:
        """Wait until every answer that is on its way has arrived."""
        await self.door.waiting.settles()

    async def take_up(self, incoming: Incoming) -> Answer:
        """Handle what was stored, and tell the person."""
        return await self.door.take_up(incoming)

    async def post(self, to: Address, message: Message, token: str) -> Posted:
        """Post a message to a place or a person."""
        return await (await self.workspaces.client(to.workspace)).post(to, message, token)

    async def find(self, to: Address, message: Message, token: str, since: datetime) -> Stands | Look:
        """Look whether a post arrived, by the metadata that it carries."""
        return await find(await self.workspaces.client(to.workspace), to, message, token, since)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace a message of ours, and hand over what is missing of its files."""
        client = await self.workspaces.client(to.workspace)
        await client.edit(to, message_id, message)
        await finish(client, to, message_id, message)

    async def delete(self, to: Address, message_id: str) -> None:
        """Take a message of ours away."""
        await (await self.workspaces.client(to.workspace)).delete(to, message_id)

    async def pin(self, to: Address, message_id: str) -> None:
        """Pin a message of ours."""
        await pin(await self.workspaces.client(to.workspace), to.external_id, message_id)

    async def invite(self, to: Address, people: Sequence[Mention]) -> None:
        """Invite people into a channel."""
        await invite(await self.workspaces.client(to.workspace), to.external_id, people)

    async def show_home(self, to: Address, message: Message) -> None:
        """Draw the person's home tab."""
        await (await self.workspaces.client(to.workspace)).show_home(to.external_id, message)

    async def name_of(self, to: Address) -> str | None:
        """Look a place's name up."""
        return await (await self.workspaces.client(to.workspace)).name_of(to.external_id)

    async def describe(self, workspace: str, account: str) -> Actor:
        """Look a person's profile up."""
        return await (await self.workspaces.client(workspace)).describe(account)

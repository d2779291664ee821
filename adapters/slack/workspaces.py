"""Which workspaces there are to speak with: the one whose token stands in the settings, or all that have installed the app."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

import aiohttp
import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.authorizing import Authorize
from adapters.slack.client import SlackClient, opened_session
from adapters.slack.errors import AFTER
from adapters.slack.inbound import Self
from adapters.slack.store import InstallationStore
from bot.chat.errors import Barrier, DeliveryFailed, RetryLater, Unreachable
from bot.core.installations import Installations

log = structlog.get_logger("convene.slack")


class Workspaces(Protocol):
    """The workspaces in which we are installed."""

    @property
    def app(self) -> str | None:
        """The id of our app, where it is known."""
        ...

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session of all calls."""
        ...

    @property
    def authorize(self) -> Any:
        """What Bolt asks who we are in the workspace of a request."""
        ...

    async def open(self) -> None:
        """Get ready to speak."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...

    def of(self, who: AuthorizeResult) -> SlackClient:
        """The client of the workspace of a request that was authorised."""
        ...

    async def client(self, team: str) -> SlackClient:
        """The client of a workspace; raises Unreachable where the app is not, or not any more."""
        ...

    async def end(self, team: str, at: datetime) -> None:
        """The app was taken out of a workspace, at this instant."""
        ...


class OneWorkspace:
    """The workspace whose token stands in the settings."""

    def __init__(self, *, api_url: str, bot_token: str, installations: Installations | None) -> None:
        self.only = SlackClient(api_url=api_url, bot_token=bot_token)
        self.app: str | None = None
        self._installations, self._is_over = installations, False

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session of all calls."""
        return self.only.session

    async def open(self) -> None:
        """Learn who we are; a workspace in which we speak is not about to be deleted."""
        await self.only.open()
        with suppress(DeliveryFailed):
            found = await self.only.call("bots.info", {"bot": self.only.me.bot}, "repeatable", as_query=True)
            self.app = found["bot"].get("app_id")
        if self._installations is not None:
            await self._installations.resume(self.only.me.team)

    async def close(self) -> None:
        """Close every connection."""
        await self.only.close()

    @property
    def authorize(self) -> Any:
        """Who we are, which `open` has asked; Bolt looks at the names of arguments, and takes no method."""

        async def authorize() -> AuthorizeResult:
            if self._is_over:
                await self._look_again()
            me = self.only.me
            return AuthorizeResult(enterprise_id=None, team_id=me.team, bot_id=me.bot, bot_user_id=me.user, bot_token=self.only.bot_token)

        return authorize

    def of(self, who: AuthorizeResult) -> SlackClient:  # noqa: ARG002 - there is but one
        """The only client."""
        return self.only

    async def client(self, team: str) -> SlackClient:
        """The only client, for its own workspace."""
        if team != self.only.me.team:
            raise Unreachable("not installed", Barrier.REVOKED)
        return self.only

    async def end(self, team: str, at: datetime) -> None:
        """The app was taken out."""
        log.warning("the app was taken out of the workspace", team=team)
        if self._installations is not None:
            self._is_over = await self._installations.end(team, at, self.only.me.team_name or "")

    async def _look_again(self) -> None:
        """Somebody speaks to us though the app was taken out: an admin may have put it back, with the same token."""
        try:
            await self.only.call("auth.test", {}, "repeatable")
        except DeliveryFailed:
            return
        assert self._installations is not None
        await self._installations.resume(self.only.me.team)
        self._is_over = False


class ManyWorkspaces:
    """All workspaces that have installed the app."""

    def __init__(self, *, api_url: str, client_id: str, client_secret: str, installations: Installations) -> None:
        self.web = AsyncWebClient(base_url=api_url, timeout=20, retry_handlers=[])
        self.web.proxy = None
        self.store = InstallationStore(installations)
        self.authorize = Authorize(self.web, self.store, installations, client_id, client_secret)
        self._api_url, self._installations = api_url, installations
        self._clients: dict[str, SlackClient] = {}
        self._session: aiohttp.ClientSession | None = None

    @property
    def app(self) -> str | None:
        """The id of our app, as the installations tell it."""
        return self.authorize.app

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one session of all workspaces."""
        assert self._session is not None, "the workspaces are not open"
        return self._session

    async def open(self) -> None:
        """Open the session; who we are is asked where somebody speaks to us."""
        self._session = self.web.session = opened_session(self._api_url)

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def of(self, who: AuthorizeResult) -> SlackClient:
        """The client of a workspace, with the token that is good now."""
        team, token = str(who.team_id), str(who.bot_token)
        client = self._clients.get(team)
        if client is None:
            client = self._clients[team] = SlackClient(api_url=self._api_url, bot_token=token)
        client.speak_as(Self(team, who.team, str(who.bot_user_id), who.bot_id), token, self.session)
        return client

    async def client(self, team: str) -> SlackClient:
        """The client of a workspace where the app is installed."""
        try:
            who = await self.authorize.of(team)
        except DeliveryFailed:
            raise
        except Exception as error:  # the database does not answer, so nothing was said yet
            raise RetryLater(AFTER, type(error).__name__) from error
        if who is None:
            raise Unreachable("not installed", Barrier.REVOKED)
        return self.of(who)

    async def end(self, team: str, at: datetime) -> None:
        """The installation is over, unless there is a newer one."""
        if await self._installations.end(team, at):
            self._clients.pop(team, None)
            log.warning("the app was taken out of a workspace", team=team)

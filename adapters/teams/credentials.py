"""The bot's own token for the connector: fetched once, shared by all, renewed before it ends."""

from __future__ import annotations

import asyncio
import time

import aiohttp

from bot.chat.errors import RetryLater

SCOPE = "https://api.botframework.com/.default"
AUTHORITY = "https://login.microsoftonline.com"
SHARED_TENANT = "botframework.com"
EARLY = 300.0  # before its end a newer one is fetched, beside the work
LEEWAY = 30.0  # before its end it is used no more
PAUSE = 10.0  # between two tries to renew a token that is still good
PATIENCE = aiohttp.ClientTimeout(total=10, connect=3)
MULTI_TENANT = "multitenant"


def token_address(tenant_id: str | None, app_type: str) -> str:
    """Where the bot's token comes from: its own tenant, or the shared one of multi-tenant bots."""
    tenant = SHARED_TENANT if app_type.casefold() == MULTI_TENANT or not tenant_id else tenant_id
    return f"{AUTHORITY}/{tenant}/oauth2/v2.0/token"


class ConnectorToken:
    """One client-credentials token, with one fetch at a time however many posts wait for it."""

    def __init__(self, session: aiohttp.ClientSession, *, app_id: str, app_password: str, url: str) -> None:
        self._session = session
        self._form = {"grant_type": "client_credentials", "client_id": app_id, "client_secret": app_password, "scope": SCOPE}
        self._url = url
        self._token = ""
        self._renew_at = self._ends_at = 0.0
        self._fetching: asyncio.Task[None] | None = None

    async def get(self, *, instead_of: str | None = None) -> str:
        """A token that is good for a while; `instead_of` is one that was refused."""
        if not self._token or self._token == instead_of or time.monotonic() >= self._ends_at:
            await asyncio.shield(self._renew())
        elif time.monotonic() >= self._renew_at:
            self._renew()  # what is to be posted leaves with the old one meanwhile
        return self._token

    def close(self) -> None:
        """Let go of a fetch that is under way."""
        if self._fetching is not None:
            self._fetching.cancel()

    def _renew(self) -> asyncio.Task[None]:
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(_heard)
        return self._fetching

    async def _fetch(self) -> None:
        try:
            await self._ask()
        except RetryLater:
            self._renew_at = time.monotonic() + PAUSE
            raise

    async def _ask(self) -> None:
        try:
            async with self._session.post(self._url, data=self._form, timeout=PATIENCE) as answer:
                if answer.status != 200:
                    raise RetryLater(60, f"no token for the connector: {answer.status}")
                given = await answer.json(content_type=None)
            self._token = str(given["access_token"])
            lifetime = float(given.get("expires_in", 3600))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            raise RetryLater(15, f"no token for the connector: {type(error).__name__}") from error
        self._renew_at = time.monotonic() + max(lifetime - EARLY, lifetime / 2)
        self._ends_at = time.monotonic() + lifetime - min(LEEWAY, lifetime / 10)


def _heard(fetch: asyncio.Task[None]) -> None:
    """A fetch that failed with nobody waiting for it is looked at all the same."""
    if not fetch.cancelled():
        fetch.exception()

"""The bot's own token for the connector: fetched once, shared by all, renewed before it ends."""

from __future__ import annotations

import asyncio
import time

import aiohttp

from bot.chat.errors import RetryLater

SCOPE = "https://api.botframework.com/.default"
AUTHORITY = "https://login.microsoftonline.com"
SHARED_TENANT = "botframework.com"
EARLY = 300.0
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
        self._renew_at = 0.0
        self._lock = asyncio.Lock()

    async def get(self, *, instead_of: str | None = None) -> str:
        """A token that is good for some minutes; `instead_of` is one that was refused."""
        if self._is_good(instead_of):
            return self._token
        async with self._lock:
            if not self._is_good(instead_of):
                await self._fetch()
            return self._token

    def _is_good(self, refused: str | None) -> bool:
        return bool(self._token) and self._token != refused and time.monotonic() < self._renew_at

    async def _fetch(self) -> None:
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

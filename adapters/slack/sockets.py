"""Socket Mode: two connections at any time, and each is only let go when another stands in its place, so that nothing falls between."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import errors
from adapters.slack.client import is_loopback
from bot.chat.errors import Unreachable

HELD = 2  # of the ten that Slack allows
MOST_AT_ONCE = 2000  # requests; this is where memory ends, and what is not acknowledged comes again
LETS_GO = 8.0  # seconds in which an old connection may acknowledge what it was handed
TAKES_UP = 0.2  # seconds in which what was received just now is taken up
CONNECTS = 15.0  # seconds for a connection to stand; its address is good for one attempt
LOOKS = 5.0  # seconds between two looks at a connection, which is also how often it is pinged
log = structlog.get_logger("convene.slack")


class SocketRefused(Exception):
    """Slack does not open a socket for this app-level token."""


class Connection(SocketModeClient):
    """One connection of slack_sdk, that asks for its successor instead of closing itself first."""

    def __init__(self, sockets: Sockets, app_token: str, web_client: AsyncWebClient, logger: logging.Logger) -> None:
        super().__init__(app_token=app_token, logger=logger, web_client=web_client, ping_interval=LOOKS)
        self.sockets, self.under_way, self.is_idle = sockets, 0, asyncio.Event()
        self.is_idle.set()

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Slack is about to close this connection, or it is lost already: another takes its place."""
        if force or not await self.is_connected():
            self.auto_reconnect_enabled = self.default_auto_reconnect_enabled = False
            await self.sockets.replace(self)

    async def end(self) -> None:
        """Close it, also where it is broken already."""
        try:
            with suppress(Exception):
                await self.close()  # type: ignore[no-untyped-call]
        finally:
            await self.aiohttp_client_session.close()


class Sockets:
    """The connections of one app."""

    def __init__(self, bolt: AsyncApp, app_token: str, api_url: str, session: aiohttp.ClientSession) -> None:
        self._bolt, self._app_token = bolt, app_token
        self._web = AsyncWebClient(base_url=api_url, session=session, retry_handlers=[])
        self._web.proxy = None
        # slack_sdk's own would write what it received
        self._logger = logging.getLogger("convene.slack.socket")
        self._logger.setLevel(logging.CRITICAL)
        self._held: list[Connection] = []
        self._under_way = 0
        self._ends: set[asyncio.Task[None]] = set()
        self._is_open = False
        self._opening = asyncio.Lock()

    @property
    def count(self) -> int:
        """How many connections stand."""
        return len(self._held)

    async def open(self) -> None:
        """Open the connections; raises SocketRefused where the token is not good for it."""
        self._is_open = True
        while self._is_open and self.count < HELD:
            await self._hold_another()

    async def close(self) -> None:
        """Close every connection."""
        self._is_open = False
        async with self._opening:  # one that is just taking another's place would stay open otherwise
            held, self._held = self._held, []
        await asyncio.gather(*self._ends)
        for each in held:
            await each.end()

    async def replace(self, old: Connection) -> None:
        """Put another connection in the place of one that ends, then let the old one finish what it was handed."""
        async with self._opening:
            if old not in self._held:
                return
            self._held.remove(old)
            try:
                while self._is_open and self.count < HELD:
                    with suppress(SocketRefused):  # it was good when we began, so this is worth another try
                        await self._hold_another()
            finally:
                task = asyncio.get_running_loop().create_task(self._let_go(old))
                self._ends.add(task)
                task.add_done_callback(self._ends.discard)

    async def _hold_another(self) -> None:
        """Open one more connection, or wait a moment where that is not possible just now."""
        try:
            self._held.append(await self._connected())
        except SocketRefused as refused:
            log.error("Slack opens no socket", why=str(refused), held=self.count)
            await asyncio.sleep(LOOKS if self._held else 0)
            raise
        except Exception as error:
            log.warning("a socket did not open yet", error=type(error).__name__, held=self.count)
            await asyncio.sleep(LOOKS)

    async def _connected(self) -> Connection:
        connection = Connection(self, self._app_token, self._web, self._logger)
        connection.socket_mode_request_listeners.append(self._handle)  # type: ignore[arg-type]
        try:
            connection.wss_uri = await self._address()
            connection.proxy = proxy_for(connection.wss_uri)
            await asyncio.wait_for(connection.connect(), CONNECTS)  # type: ignore[no-untyped-call]
        except BaseException:
            await connection.end()
            raise
        return connection

    async def _address(self) -> str:
        try:
            return str((await self._web.apps_connections_open(app_token=self._app_token))["url"])
        except Exception as error:
            failed = errors.of(error, "repeatable")
            if isinstance(failed, Unreachable):
                raise SocketRefused(str(failed)) from error
            raise

    async def _handle(self, connection: Connection, request: SocketModeRequest) -> None:
        began = time.time()
        if self._under_way >= MOST_AT_ONCE:
            log.warning("a request through a socket was refused", why="too much at once")
            return
        self._under_way += 1
        connection.under_way += 1
        connection.is_idle.clear()
        try:
            answer = await run_async_bolt_app(self._bolt, request)
            await send_async_response(connection, request, answer, began)
        finally:
            self._under_way -= 1
            connection.under_way -= 1
            if not connection.under_way:
                connection.is_idle.set()

    async def _let_go(self, old: Connection) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LETS_GO):
                await asyncio.sleep(TAKES_UP)
                await old.is_idle.wait()
        await old.end()


def proxy_for(address: str) -> str | None:
    """The proxy of the environment for a web socket; none for this machine, nor for what NO_PROXY names."""
    host = urlsplit(address).hostname or ""
    if is_loopback(address) or proxy_bypass(host):
        return None
    proxies: dict[str, Any] = getproxies()
    return proxies.get("https" if address.startswith("wss:") else "http")

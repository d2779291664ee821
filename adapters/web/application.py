"""One aiohttp application for all endpoints, and the listening socket."""

from __future__ import annotations

import hmac
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.core.findings import Finding
from bot.core.metrics import CONTENT_TYPE

LARGEST_BODY = 1024 * 1024
MOVING_IN = "One moment, the community is just moving in.\n"


def application(
    readiness: Callable[[], Awaitable[Sequence[Finding]]], measures: Callable[[], Awaitable[bytes]] | None = None, token: str | None = None
) -> web.Application:
    """An application with /healthz (the process answers), /readyz (it can do its work) and /metrics, which may ask for a token."""
    app = web.Application(client_max_size=LARGEST_BODY)

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        found = await readiness()
        lines = [f"{'ok  ' if each.is_fine else 'LATE'} {each.words}\n" for each in found]
        return web.Response(text="".join(lines), status=200 if all(each.is_fine for each in found) else 503)

    async def shown(request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").encode()
        if token is not None and not hmac.compare_digest(given, f"Bearer {token}".encode()):
            return web.Response(status=401, text="a token is needed\n", headers={"WWW-Authenticate": "Bearer"})
        assert measures is not None
        return web.Response(body=await measures(), headers={"Content-Type": CONTENT_TYPE})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    if measures is not None:
        app.router.add_get("/metrics", shown)
    return app


def waiting_for(is_there: Callable[[], bool]) -> Middleware:
    """A middleware that asks people to wait a moment while what they came for is still being made."""

    @web.middleware
    async def wait(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in {"/", "/stage/world"} and not is_there():
            return web.Response(
                status=503, text="One moment, the community is just moving in.\n", headers={"Retry-After": "1", "Refresh": "1"}
            )
        return await handler(request)

    return wait


def reserve(host: str, port: int) -> socket.socket:
    """Take an address before anybody needs to know it; port 0 takes a free one."""
    return socket.create_server((host, port), reuse_port=False)


@asynccontextmanager
async def listening(app: web.Application, address: socket.socket) -> AsyncIterator[None]:
    """Listen on a reserved address while the block runs."""
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5)
    await runner.setup()
    try:
        await web.SockSite(runner, address).start()
        yield
    finally:
        await runner.cleanup()

"""One aiohttp application for all endpoints, and the listening socket."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LARGEST_BODY = 1024 * 1024
MOVING_IN = "One moment, the community is just moving in.\n"


def application(is_ready: Callable[[], Awaitable[bool]]) -> web.Application:
    """An application with /healthz (the process answers) and /readyz (it can do its work)."""
    app = web.Application(client_max_size=LARGEST_BODY)

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        return web.Response(text="ready\n") if await is_ready() else web.Response(text="not ready\n", status=503)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
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

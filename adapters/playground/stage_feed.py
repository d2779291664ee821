"""What changed, for pages that are looking: changes are gathered for a moment, so that a wound month does not become a storm of events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp_sse import sse_response

GATHER = 0.08  # seconds: shorter than anybody notices, long enough to fold what one action changes into one event
PULSE = 10.0  # seconds until a quiet stream is looked after


class Listener:
    """One open page, and what changed since it was last told."""

    def __init__(self) -> None:
        self.changed: set[tuple[str, str]] = set()
        self.woken = asyncio.Event()


class Feed:
    """Tells open pages whose screens changed, and where the clock stands."""

    def __init__(self, state: Callable[[], dict[str, Any]]) -> None:
        self._state = state
        self._listeners: set[Listener] = set()
        self._closed = False

    def tell(self, platform: str = "", user: str = "") -> None:
        """Note a change: of one person's screen, of everybody's on a platform (user ""), or only of the clock (platform "")."""
        for listener in self._listeners:
            if platform:
                listener.changed.add((platform, user))
            listener.woken.set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Send events until the page goes away or the playground ends."""
        listener = Listener()
        self._listeners.add(listener)
        try:
            async with sse_response(request) as response:
                listener.woken.set()  # the first event tells a page that came back what it has missed
                while not self._closed and response.is_connected():
                    await self._next(listener)
                    await response.send(self._event(listener))
                return response
        except ConnectionResetError:
            return web.Response()
        finally:
            self._listeners.discard(listener)

    async def close(self) -> None:
        """Let all streams end, so that the server can stop at once."""
        self._closed = True
        for listener in self._listeners:
            listener.woken.set()

    async def _next(self, listener: Listener) -> None:
        try:
            async with asyncio.timeout(PULSE):
                await listener.woken.wait()
                if not self._closed:
                    await asyncio.sleep(GATHER)
        except TimeoutError:
            return

    def _event(self, listener: Listener) -> str:
        changed = [{"platform": platform, "user": user} for platform, user in sorted(listener.changed)]
        listener.changed.clear()
        listener.woken.clear()
        return json.dumps({"changed": changed, **self._state()})

"""Socket Mode from Slack's side: connections by a ticket, envelopes to any of them, each acknowledged over the one it went through."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import WSMsgType, web

Json = dict[str, Any]
MOST = 10  # connections of one app
NO_SOCKET = "no_socket"
EVENTS = "events_api"


class SocketServer:
    """The sockets of one app; an envelope goes to one of those that are not about to be closed."""

    def __init__(self) -> None:
        self.open: list[web.WebSocketResponse] = []
        self.leaving: set[web.WebSocketResponse] = set()
        self.transports: dict[web.WebSocketResponse, asyncio.Transport | None] = {}
        self.opened = 0
        self._tickets: set[str] = set()
        self._awaited: dict[str, tuple[web.WebSocketResponse, asyncio.Future[Json]]] = {}
        self._turn = 0

    @property
    def is_used(self) -> bool:
        """Whether the app ever opened a socket."""
        return self.opened > 0

    def ticket(self, base_url: str) -> str:
        """The address of a new connection, good once."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return f"{base_url.replace('http', 'ws', 1)}/socket?ticket={ticket}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """One connection, from the greeting to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.open) >= MOST:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            return socket
        self.opened += 1
        self.transports[socket] = request.transport
        await socket.send_json({"type": "hello", "num_connections": len(self.open) + 1})
        self.open.append(socket)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(socket, json.loads(message.data))
        finally:
            self.open.remove(socket)
            self.leaving.discard(socket)
            del self.transports[socket]
        return socket

    async def refresh(self, number: int = 0) -> None:
        """Tell one connection that it will be closed; nothing goes through it any more."""
        socket = [each for each in self.open if each not in self.leaving][number]
        self.leaving.add(socket)
        await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def cut(self, number: int = 0) -> None:
        """Break one connection off."""
        transport = self.transports[self.open[number]]
        if transport is not None:
            transport.abort()

    async def send(self, kind: str, payload: Json, seconds: float, again: Json) -> Json:
        """Hand an envelope over and wait for its acknowledgement; raises TimeoutError or LookupError.

        `again` says on an envelope of an event how often it came before.
        """
        ready = [each for each in self.open if each not in self.leaving]
        if not ready:
            raise LookupError(NO_SOCKET)
        self._turn += 1
        envelope = secrets.token_hex(8)
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        socket = ready[self._turn % len(ready)]
        self._awaited[envelope] = socket, answer
        try:
            whole = {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": kind != EVENTS, **again}
            with contextlib.suppress(ConnectionError):  # lost in this moment: no acknowledgement comes
                await socket.send_json(whole)
            return await asyncio.wait_for(answer, seconds)
        finally:
            del self._awaited[envelope]

    async def close(self) -> None:
        """Close every connection."""
        for socket in list(self.open):
            with contextlib.suppress(ConnectionError):
                await socket.close()

    def _acknowledged(self, socket: web.WebSocketResponse, answer: Json) -> None:
        by, waiting = self._awaited.get(str(answer.get("envelope_id")), (None, None))
        if waiting is not None and by is socket and not waiting.done():
            waiting.set_result(answer.get("payload") or {})


def envelope_of(body: bytes, content_type: str) -> tuple[str, Json]:
    """The type of an envelope and its payload, of what would be the body over HTTP."""
    if content_type == "application/json":
        return EVENTS, json.loads(body)
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return ("interactive", json.loads(fields["payload"])) if "payload" in fields else ("slash_commands", fields)

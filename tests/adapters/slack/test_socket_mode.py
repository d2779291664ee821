"""Without a public address everything comes through a web socket, and is answered there."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack import SlackAdapter
from bot.core.ports import Commanded
from tests.adapters.slack.stage import SECRET, Script

Json = dict[str, Any]
COMMAND = {
    "command": "/poll",
    "text": "Lunch?",
    "user_id": "UANN",
    "channel_id": "CGEN",
    "channel_name": "general",
    "team_id": "T0001",
    "trigger_id": "1.2.3",
}


class Door:
    """The smallest Slack that opens a socket."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Json] = asyncio.Queue()
        self.tokens: list[str] = []
        self.address = ""
        self.sockets: list[web.WebSocketResponse] = []

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/auth.test", self.who)
        app.router.add_post("/api/apps.connections.open", self.opened)
        app.router.add_get("/socket", self.socket)
        app.on_shutdown.append(self.shut)
        return app

    async def who(self, request: web.Request) -> web.Response:
        self.tokens.append(request.headers["Authorization"])
        return web.json_response({"ok": True, "team_id": "T0001", "team": "Playground", "user_id": "UBOT", "bot_id": "BBOT"})

    async def opened(self, request: web.Request) -> web.Response:
        self.tokens.append(request.headers["Authorization"])
        return web.json_response({"ok": True, "url": f"{self.address}/socket"})

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello"})
        await socket.send_json({"type": "slash_commands", "envelope_id": "e-1", "payload": COMMAND, "accepts_response_payload": True})
        async for message in socket:
            await self.heard.put(message.json())
        return socket

    async def shut(self, _app: web.Application) -> None:
        for socket in self.sockets:
            with contextlib.suppress(ConnectionError):
                await socket.close()


async def test_a_command_through_the_socket_is_answered_through_it() -> None:
    door, script = Door(), Script()
    script.says("Lunch it is")
    async with TestServer(door.application()) as server:
        door.address = str(server.make_url("")).replace("http://", "ws://").rstrip("/")
        adapter = SlackAdapter(script, signing_secret=SECRET, bot_token="xoxb-1", app_token="xapp-1", api_url=str(server.make_url("/api/")))
        await adapter.start()
        answer = await asyncio.wait_for(door.heard.get(), 2)
        await adapter.close()
    assert answer["envelope_id"] == "e-1"
    assert answer["payload"]["text"] == "Lunch it is"
    assert script.last.did == Commanded("poll", "Lunch?")
    assert door.tokens == ["Bearer xoxb-1", "Bearer xapp-1"]

"""A stand-in for Slack's Web API that agrees to everything at once, so that a bench measures the bot and not the fake."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from aiohttp import web

from adapters.web import listening, reserve
from bench.slack_requests import APP, TEAM


class StandIn:
    """Remembers how often each text was said."""

    def __init__(self) -> None:
        self.said: Counter[str] = Counter()
        self.edits: list[tuple[float, str]] = []  # when a message was edited, and all that stands there since
        self._stamps = count(1)

    def application(self) -> web.Application:
        """The Web API and the hooks of `response_url`."""
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_post("/response", self._response)
        return app

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        sent = await request.json() if method.startswith("chat.") else {}
        self.said[sent.get("text", "")] += 1
        if method == "chat.update":
            self.edits.append((time.monotonic(), json.dumps(sent, ensure_ascii=False)))
        answer = {"ok": True, "team_id": TEAM, "team": "Bench", "user_id": "U0BOT", "bot_id": "B0BOT", "bot": {"app_id": APP}}
        ts = sent.get("ts") or f"1771000001.{next(self._stamps):06d}"
        return web.json_response({**answer, "channel": sent.get("channel", ""), "ts": ts})

    async def _response(self, request: web.Request) -> web.Response:
        self.said[(await request.json()).get("text", "")] += 1
        return web.Response(text="ok")


@asynccontextmanager
async def stand_in() -> AsyncIterator[tuple[StandIn, str]]:
    """A listening stand-in and its address."""
    slack = StandIn()
    socket = reserve("127.0.0.1", 0)
    async with listening(slack.application(), socket):
        yield slack, f"http://127.0.0.1:{socket.getsockname()[1]}"

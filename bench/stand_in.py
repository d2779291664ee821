"""Stand-ins for both platforms' interfaces that agree to everything at once, so that a bench measures the bot and not the fake."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from aiohttp import web

from adapters.playground.teams import TokenIssuer
from adapters.web import listening, reserve
from bench.slack_requests import APP, TEAM
from bench.teams_requests import APP_ID, PASSWORD, TENANT


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


class TeamsStandIn:
    """Issues tokens to be called with, and keeps what was posted."""

    def __init__(self) -> None:
        self.tokens = TokenIssuer(app_id=APP_ID, app_password=PASSWORD, tenant_id=TENANT)
        self.posted: list[bytes] = []

    def application(self) -> web.Application:
        """The keys, the login and the connector."""
        app = web.Application()
        app.router.add_get("/metadata", self._metadata)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/token", self._token)
        app.router.add_post("/v3/{where:.*}", self._post)
        return app

    async def _metadata(self, request: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": str(request.url.with_path("/keys"))})

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.json_response(self.tokens.key_set())

    async def _token(self, _request: web.Request) -> web.Response:
        return web.json_response({"access_token": "a token", "expires_in": 3600})

    async def _post(self, request: web.Request) -> web.Response:
        self.posted.append(await request.read())
        return web.json_response({"id": f"reply {len(self.posted)}"}, status=201)


@asynccontextmanager
async def stand_in() -> AsyncIterator[tuple[StandIn, str]]:
    """A listening stand-in for Slack and its address."""
    slack = StandIn()
    async with _listening(slack.application()) as address:
        yield slack, address


@asynccontextmanager
async def teams_stand_in() -> AsyncIterator[tuple[TeamsStandIn, str]]:
    """A listening stand-in for Teams and its address."""
    teams = TeamsStandIn()
    async with _listening(teams.application()) as address:
        teams.tokens.service_url = address
        yield teams, address


@asynccontextmanager
async def _listening(app: web.Application) -> AsyncIterator[str]:
    socket = reserve("127.0.0.1", 0)
    async with listening(app, socket):
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"

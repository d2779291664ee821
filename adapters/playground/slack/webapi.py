"""The HTTP face of Slack: /api/{method}, /response/{key}, /upload/{key}, /files/{id}."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from adapters.playground.slack.channel_methods import CHANNEL_METHODS
from adapters.playground.slack.chat_methods import CHAT_METHODS
from adapters.playground.slack.faults import Call, Fault, Faults
from adapters.playground.slack.file_methods import FILE_METHODS
from adapters.playground.slack.line import Line
from adapters.playground.slack.methods import Json, Method, need
from adapters.playground.slack.oauth import OAuth
from adapters.playground.slack.pacing import TIER_A_MINUTE, Pacing
from adapters.playground.slack.people_methods import PEOPLE_METHODS
from adapters.playground.slack.responses import respond
from adapters.playground.slack.view_methods import VIEW_METHODS
from adapters.playground.slack.workspace import Refusal, Workspace

METHODS: dict[str, Method] = {**CHAT_METHODS, **VIEW_METHODS, **PEOPLE_METHODS, **CHANNEL_METHODS, **FILE_METHODS}
_AS_JSON = ("blocks", "metadata", "view", "attachments", "files")
APP_TOKEN = "xapp-1-fake"  # noqa: S105 - it opens nothing but this fake's sockets
CONFIG_TOKEN = "xoxe.xoxp-1-fake"  # noqa: S105
LARGEST_UPLOAD = 16 * 1024 * 1024


class WebApi:
    """Answers the bot as Slack's servers do."""

    def __init__(self, ws: Workspace, line: Line, token: str, *, rate_limits: bool) -> None:
        self.ws, self.line, self.oauth = ws, line, OAuth(ws, token)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.pacing = Pacing(ws.monotonic) if rate_limits else None
        self.closed = asyncio.Event()
        self.skew = timedelta(0)  # how far Slack's clock is ahead of ours
        self.manifest: Json = {}

    def application(self) -> web.Application:
        """The routes, to be served or mounted."""
        app = web.Application(client_max_size=LARGEST_UPLOAD)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{key}", self._response)
        app.router.add_post("/upload/{key}", self._upload)
        app.router.add_get("/files/{id}", self._file)
        app.router.add_get("/socket", self.line.socket.connect)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            token, arguments = await arguments_of(request)
        except Refusal as refusal:
            broken: Json = {"ok": False, "error": refusal.error}
            self._note(method, {}, broken, 200)
            return web.json_response(broken)
        fault = self.faults.take(method)
        if fault is not None:
            return await self._faulty(request, fault, method, arguments, token)
        answer, status, headers = self._call(method, arguments, token)
        self._note(method, arguments, answer, status)
        return web.json_response(answer, status=status, headers=headers)

    def _note(self, method: str, arguments: Json, answer: Json, status: int | None) -> None:
        self.calls.append(Call(method, arguments, answer, status, self.ws.now()))

    def _call(self, method: str, arguments: Json, token: str) -> tuple[Json, int, dict[str, str]]:
        now = datetime.now(UTC) + self.skew
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.ws.grants.scopes)), "Date": format_datetime(now, usegmt=True)}
        try:
            return self._run(method, arguments, token), 200, headers
        except Refusal as refusal:
            answer = {"ok": False, "error": refusal.error, **refusal.extra}
            return answer, refusal.status, {**headers, **refusal.headers}

    def _run(self, name: str, arguments: Json, token: str) -> Json:
        if name == "apps.connections.open":
            if token != APP_TOKEN:
                raise Refusal("invalid_auth" if token else "not_authed")
            return {"ok": True, "url": self.line.socket.ticket(self.ws.base_url)}
        if name == "apps.manifest.export":
            if token != CONFIG_TOKEN:
                raise Refusal("not_allowed_token_type" if token else "not_authed")
            return {"ok": True, "manifest": self.manifest}
        if name == "oauth.v2.access":
            return self.oauth.access(arguments, token)
        method = METHODS.get(name)
        if method is None:
            raise Refusal("unknown_method", req_method=name)
        if not method.open_to_all:
            self.oauth.check(token)
        need(self.ws, *method.scopes)
        missing = [each for each in method.required if arguments.get(each) in (None, "")]
        if missing:
            messages = [f"[ERROR] missing required field: {each}" for each in missing]
            raise Refusal("invalid_arguments", response_metadata={"messages": messages})
        misshapen = [key for key, value in arguments.items() if not _fits(key, value)]
        if misshapen:
            messages = [f"[ERROR] must provide a valid value [json-pointer:/{each}]" for each in misshapen]
            raise Refusal("invalid_arguments", response_metadata={"messages": messages})
        self._pace(name, method, arguments)
        return method.run(self.ws, arguments)

    def _pace(self, name: str, method: Method, arguments: Json) -> None:
        if self.pacing is None:
            return
        wait = None
        if name == "chat.postMessage":
            wait = self.pacing.post(str(arguments["channel"]))
        elif method.tier:
            wait = self.pacing.call(name, TIER_A_MINUTE[method.tier])
        if wait is not None:
            raise Refusal("ratelimited", status=429, headers={"Retry-After": str(wait)})

    async def _faulty(self, request: web.Request, fault: Fault, method: str, arguments: Json, token: str) -> web.StreamResponse:
        if fault.effect == "before":
            self._call(method, arguments, token)
        elif fault.effect == "after":
            self.line.later(self._afterwards(method, arguments, token))
        if fault.hang:
            self._note(method, arguments, {}, None)
            return await self._never(request)
        status, headers = fault.status, {}
        answer: Json = {"ok": False, "error": fault.error} if fault.error else {}
        if fault.retry_after is not None:
            status, headers = status or 429, {"Retry-After": str(fault.retry_after)}
            answer = answer or {"ok": False, "error": "ratelimited"}
        self._note(method, arguments, answer, status if status is not None else 200)
        if status == 0:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if answer or status in (None, 200):
            return web.json_response(answer or {"ok": False, "error": "internal_error"}, status=status or 200, headers=headers)
        return web.Response(status=status or 500, text="upstream error", headers=headers)

    async def _afterwards(self, method: str, arguments: Json, token: str) -> None:
        await asyncio.sleep(0.01)
        self._call(method, arguments, token)

    async def _never(self, request: web.Request) -> web.Response:
        while not self.closed.is_set() and request.transport is not None and not request.transport.is_closing():
            with contextlib.suppress(TimeoutError):  # a client that gave up is noticed within a moment
                await asyncio.wait_for(self.closed.wait(), 0.02)
        return web.Response(status=500)

    async def _response(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults.take("response_url")
        try:
            payload = json.loads(await request.read())
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        if fault is None or fault.effect != "none":
            answer, status = respond(self.ws, request.match_info["key"], payload)
        if fault is not None:
            answer, status = {"ok": False, "error": fault.error or "internal_error"}, fault.status or 500
        self._note("response_url", payload if isinstance(payload, dict) else {}, answer, status)
        return web.Response(text="ok") if answer.get("ok") else web.json_response(answer, status=status)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        file = next((each for each in self.ws.files.values() if each.secret == request.match_info["key"]), None)
        if file is None or file.complete:
            return web.Response(status=404, text="not found")
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            part = next((each for each in form.values() if isinstance(each, web.FileField)), None)
            file.content = part.file.read() if part else b""
        else:
            file.content = await request.read()
        fault = self.faults.take("upload")
        if fault is not None:
            return await self._faulty(request, replace(fault, effect="none"), "upload", {}, "")
        return web.Response(text=f"OK - {len(file.content)}")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults.take("download")
        if fault is not None:
            return await self._faulty(request, fault, "download", {}, "")
        file = self.ws.files.get(request.match_info["id"])
        if file is None or file.content is None:
            return web.Response(status=404)
        # `t` stands for the session that a person's own client has with Slack
        by_app = request.headers.get("Authorization", "").removeprefix("Bearer ") in self.oauth.tokens
        may = request.query.get("t") == file.secret or (by_app and (file.by == "" or "files:read" in self.ws.grants.scopes))
        if not may:
            return web.Response(status=302, headers={"Location": f"{self.ws.base_url}/signin"})
        return web.Response(body=file.content, content_type=file.kind)


async def arguments_of(request: web.Request) -> tuple[str, Json]:
    """The token and the arguments of a call, from JSON, a form or the query."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            given: Any = json.loads(await request.read() or b"{}")
        except ValueError:
            raise Refusal("invalid_json") from None
        if not isinstance(given, dict):
            raise Refusal("json_not_object")
        arguments |= given
    elif request.body_exists:
        form = await request.post()
        arguments |= {key: value for key, value in form.items() if isinstance(value, str)}
    token = token or str(arguments.get("token", ""))
    arguments.pop("token", None)
    for key in _AS_JSON:
        if isinstance(arguments.get(key), str):
            arguments[key] = _parsed(key, arguments[key])
    return token, {key: value for key, value in arguments.items() if value is not None}


def _fits(key: str, value: Any) -> bool:
    """Whether an argument has the shape that its name promises; blocks, metadata and views have refusals of their own."""
    match key:
        case "blocks" | "metadata" | "view":
            return True
        case "files" | "attachments":
            return isinstance(value, list) and all(isinstance(each, dict) for each in value)
        case "users":
            return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))
        case _:
            return isinstance(value, (str, int, float))


def _parsed(key: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        errors = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}
        raise Refusal(errors.get(key, "invalid_arguments")) from None

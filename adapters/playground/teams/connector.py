"""The HTTP side of the platform: connector, tokens, keys and uploads, with their refusals and ordered faults."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

from aiohttp import web

from adapters.playground.driver import Json
from adapters.playground.teams import conversations
from adapters.playground.teams.conversations import Refusal
from adapters.playground.teams.core import Core
from adapters.playground.teams.faults import Call, Fault
from adapters.playground.teams.tokens import TOKEN_LIFETIME
from bot.lean import dataclass

_Act = Callable[[], tuple[int, Any]]
_BIGGEST_BODY = 8 * 1024 * 1024
_SOON = 0.01
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(slots=True)
class Connector:
    """Every route that the bot calls."""

    core: Core

    def application(self) -> web.Application:
        """Return the routes as an application."""
        app = web.Application(client_max_size=_BIGGEST_BODY)
        activities = "/v3/conversations/{conversation}/activities"
        app.add_routes(
            [
                web.post("/v3/conversations", self.create_conversation),
                web.post(activities, self.post),
                web.post(activities + "/{activity}", self.post),
                web.put(activities + "/{activity}", self.update),
                web.delete(activities + "/{activity}", self.delete),
                web.get("/v3/conversations/{conversation}/members", self.members),
                web.get("/v3/conversations/{conversation}/pagedmembers", self.paged_members),
                web.get("/v3/conversations/{conversation}/members/{member}", self.member),
                web.get("/v3/teams/{team}", self.team),
                web.get("/v3/teams/{team}/conversations", self.team_channels),
                web.post("/{tenant}/oauth2/v2.0/token", self.token),
                web.get("/v1/.well-known/openidconfiguration", self.metadata),
                web.get("/v1/.well-known/keys", self.keys),
                web.put("/uploads/{upload}", self.upload),
                web.get("/uploads/{upload}", self.download),
                web.get("/shared/{key}", self.shared),
            ]
        )
        app.on_shutdown.append(self._let_go)
        return app

    async def _let_go(self, _app: web.Application) -> None:
        # A call left hanging on purpose would otherwise hold the server's end for a minute.
        self.core.closing.set()

    async def create_conversation(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /v3/conversations."""
        return await self._answers(request, "create_conversation", lambda body: conversations.create(self.core, body))

    async def post(self, request: web.Request) -> web.StreamResponse:
        """Answer both ways to post an activity."""
        conversation = request.match_info["conversation"]
        reply_to = request.match_info.get("activity")
        targeted = _is_targeted(request)
        return await self._answers(
            request, "post", lambda body: conversations.post(self.core, conversation, reply_to, body, targeted=targeted)
        )

    async def update(self, request: web.Request) -> web.StreamResponse:
        """Answer the update of an activity."""
        conversation, activity = request.match_info["conversation"], request.match_info["activity"]
        targeted = _is_targeted(request)
        return await self._answers(
            request, "update", lambda body: conversations.update(self.core, conversation, activity, body, targeted=targeted)
        )

    async def delete(self, request: web.Request) -> web.StreamResponse:
        """Answer the deletion of an activity."""
        conversation, activity = request.match_info["conversation"], request.match_info["activity"]
        targeted = _is_targeted(request)
        return await self._answers(request, "delete", lambda _: conversations.delete(self.core, conversation, activity, targeted=targeted))

    async def members(self, request: web.Request) -> web.StreamResponse:
        """Answer the old, unpaged roster."""
        conversation = request.match_info["conversation"]
        return await self._answers(request, "members", lambda _: conversations.members(self.core, conversation))

    async def paged_members(self, request: web.Request) -> web.StreamResponse:
        """Answer one page of the roster."""
        conversation = request.match_info["conversation"]
        size, token = request.query.get("pageSize", ""), request.query.get("continuationToken", "")
        return await self._answers(request, "members", lambda _: conversations.page(self.core, conversation, size, token))

    async def member(self, request: web.Request) -> web.StreamResponse:
        """Answer who one member of a conversation is."""
        conversation, member = request.match_info["conversation"], request.match_info["member"]
        return await self._answers(request, "members", lambda _: conversations.member(self.core, conversation, member))

    async def team(self, request: web.Request) -> web.StreamResponse:
        """Answer what a team is called."""
        return await self._answers(request, "team", lambda _: conversations.team(self.core, request.match_info["team"]))

    async def team_channels(self, request: web.Request) -> web.StreamResponse:
        """Answer the channels of a team."""
        return await self._answers(request, "team", lambda _: conversations.channels(self.core, request.match_info["team"]))

    async def _answers(self, request: web.Request, operation: str, act: Callable[[Any], tuple[int, Any]]) -> web.StreamResponse:
        raw = await request.read()
        problem = self.core.tokens.connector_problem(request.headers.get("Authorization"))
        if problem:
            denied = _refused(Refusal(401, "Unauthorized", problem))
            self._note(request, operation, None, denied.status, None)
            return denied
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            refusal = _refused(Refusal(400, "BadSyntax", "Invalid JSON in the request body"))
            self._note(request, operation, raw.decode(errors="replace"), 400, None)
            return refusal
        return await self._faulty(request, operation, body, lambda: act(body))

    async def _faulty(self, request: web.Request, operation: str, body: Any, act: _Act) -> web.StreamResponse:
        fault = self.core.faults.take(operation)
        if fault is None or fault.effect == "before":
            response = self._performed(act)
            if fault is None:
                self._note(request, operation, body, response.status, response.text)
                return response
        if fault.effect == "after":
            task = asyncio.get_running_loop().create_task(self._later(act))
            self.core.background.add(task)
            task.add_done_callback(self.core.background.discard)
        self._note(request, operation, body, None if fault.hang else fault.status, None)
        return await self._fails(request, fault)

    async def _fails(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hang:
            await self.core.closing.wait()
        if fault.hang or fault.status is None:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        code = {429: "TooManyRequests", 412: "PreconditionFailed", 413: "MessageSizeTooBig"}.get(fault.status, "ServiceError")
        body = fault.body if fault.body is not None else {"error": {"code": code, "message": "An ordered failure."}}
        if isinstance(body, str):
            return web.Response(status=fault.status, text=body, headers=headers)
        return web.json_response(body, status=fault.status, headers=headers)

    def _performed(self, act: _Act) -> web.Response:
        try:
            status, body = act()
        except Refusal as refusal:
            return _refused(refusal)
        return web.Response(status=status) if body is None else web.json_response(body, status=status)

    async def _later(self, act: _Act) -> None:
        await asyncio.sleep(_SOON)
        self._performed(act)

    def _note(self, request: web.Request, operation: str, body: Any, status: int | None, answer: str | None) -> None:
        self.core.calls.append(
            Call(
                operation=operation,
                method=request.method,
                path=request.path,
                conversation=request.match_info.get("conversation"),
                activity_id=request.match_info.get("activity"),
                body=body,
                status=status,
                at=self.core.world.now(),
                answer=json.loads(answer) if answer else None,
            )
        )

    async def token(self, request: web.Request) -> web.StreamResponse:
        """Answer the client-credentials request of the bot."""
        form = {key: str(value) for key, value in (await request.post()).items()}
        return await self._faulty(request, "token", {**form, "client_secret": "…"}, lambda: self._token(request, form))

    def _token(self, request: web.Request, form: dict[str, str]) -> tuple[int, Json]:
        refusal = self.core.tokens.refuse_client(request.match_info["tenant"], form)
        if refusal:
            status, error, description = refusal
            return status, {"error": error, "error_description": description}
        token = self.core.tokens.for_connector()
        lifetime = TOKEN_LIFETIME - 1
        return 200, {"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": token}

    async def metadata(self, request: web.Request) -> web.StreamResponse:
        """Answer where the keys are."""
        base = self.core.base_url
        shown = {
            "issuer": "https://api.botframework.com",
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": f"{base}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }
        return await self._faulty(request, "metadata", None, lambda: (200, shown))

    async def keys(self, request: web.Request) -> web.StreamResponse:
        """Answer the published keys."""
        return await self._faulty(request, "keys", None, lambda: (200, self.core.tokens.key_set()))

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take a file, or a part of one, to an address that a person allowed."""
        raw, upload = await request.read(), request.match_info["upload"]
        return await self._faulty(request, "upload", None, lambda: self._stored(upload, raw, request.headers.get("Content-Range")))

    def _stored(self, upload: str, raw: bytes, content_range: str | None) -> tuple[int, Any]:
        if upload not in self.core.uploads:
            raise Refusal(404, "itemNotFound", "The upload session was not found or has expired")
        part = _RANGE.fullmatch(content_range or "")
        if not raw or part is None:
            raise Refusal(400, "invalidRequest", "Content-Range is missing or cannot be read")
        first, last, whole = (int(number) for number in part.groups())
        if last - first + 1 != len(raw) or last >= whole:
            raise Refusal(400, "invalidRequest", "The size does not match Content-Range")
        held = self.core.uploads[upload]
        if first != len(held):
            raise Refusal(416, "invalidRange", f"The next byte expected is {len(held)}")
        if whole != self.core.promised.get(upload, whole):
            raise Refusal(400, "invalidRequest", "The size is not the one that the person allowed")
        self.core.uploads[upload] = held + raw
        self.core.world.changed()
        if last + 1 < whole:
            return 202, {"nextExpectedRanges": [f"{last + 1}-"]}
        return 201, {"id": upload, "size": whole}

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Hand an uploaded file out."""
        content = self.core.uploads.get(request.match_info["upload"])
        if not content:
            return web.Response(status=404)
        return web.Response(body=content, content_type="application/octet-stream")

    async def shared(self, request: web.Request) -> web.StreamResponse:
        """Hand out what a person sent, to whoever knows its address; a token here is one that was given to a stranger."""
        fault = self.core.faults.take("download")
        if fault is not None:
            return await self._fails(request, fault)
        if "Authorization" in request.headers:
            return web.Response(status=401)
        content = self.core.shared.get(request.match_info["key"])
        if content is None:
            return web.Response(status=404)
        return web.Response(body=content, content_type="application/octet-stream")


def _is_targeted(request: web.Request) -> bool:
    return request.query.get("isTargetedActivity", "").casefold() == "true"


def _refused(refusal: Refusal) -> web.Response:
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    body = {"error": {"code": refusal.code, "message": refusal.message}}
    return web.json_response(body, status=refusal.status, headers=headers)

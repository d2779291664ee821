"""The door towards Slack: Bolt with its verification, the HTTP endpoint before it, and Socket Mode where there is no public address."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import SlackClient
from adapters.slack.edge import Edge
from adapters.slack.inbound import BadPayload
from adapters.slack.replays import Replays
from adapters.slack.waiting import Waiting, where
from adapters.slack.workspaces import Workspaces
from bot.chat.language import _
from bot.chat.reading import say_label
from bot.core.incoming import Inbox, Incoming, NotStored
from bot.core.ports import Answer, Dispatcher

if TYPE_CHECKING:
    from adapters.slack.sockets import Sockets

Json = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]
LARGEST = 1_000_000  # bytes of one request
MOST_EVENTS = 200  # under way at once, so that people are answered meanwhile; what is more is stored and worked off afterwards
TOO_MUCH = "too much at once"
MOST_AT_ONCE = 2000  # requests, of events and of what people do, each for themselves: this is where memory ends
LAST_RETRY = "3"
ANYTHING = re.compile(r".*", re.DOTALL)
STAMP = re.compile(r"\d{1,12}")
NOT_INSTALLED = _("I am not installed in this workspace any more. Whoever looks after its apps can install me again.")
log = structlog.get_logger("convene.slack")


class WrongApp(BadPayload):
    """A signed payload that was meant for another app."""


class Door:
    """Takes requests in, verified, and brings each to the edge of its workspace."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        workspaces: Workspaces,
        inbox: Inbox,
        *,
        api_url: str,
        signing_secret: str,
        command_prefix: str,
        patience: float,
        flow: AsyncOAuthFlow | None = None,
    ) -> None:
        self.dispatcher, self.workspaces, self.inbox, self.waiting = dispatcher, workspaces, inbox, Waiting()
        self.api_url, self.command_prefix, self.patience = api_url, command_prefix, patience
        self.bolt = self._bolt(signing_secret, flow)
        self._edges: dict[str, Edge] = {}
        self._replays = Replays()
        self.events, self._requests = 0, {True: 0, False: 0}  # of events, and of what people do
        self._sockets: Sockets | None = None

    async def receive(self, request: web.Request) -> web.Response:
        """The HTTP endpoint: refuses what is too large, too much or unreadable and lets Bolt verify and route the rest."""
        is_event = request.content_type == "application/json"
        if self._requests[is_event] >= MOST_AT_ONCE:
            return _refusal(503, TOO_MUCH)
        self._requests[is_event] += 1
        try:
            return await self._received(request)
        finally:
            self._requests[is_event] -= 1

    async def _received(self, request: web.Request) -> web.Response:
        raw = await _body(request)
        if raw is None:
            return _refusal(413, "too large")
        if not STAMP.fullmatch(request.headers.get("X-Slack-Request-Timestamp", "")):
            return _refusal(401, "no time stamp")
        signature = request.headers.get("X-Slack-Signature", "")
        if self._replays.knows(signature):
            return _refusal(401, "a replay")
        try:
            read = AsyncBoltRequest(body=raw.decode(), query=request.query_string, headers=dict(request.headers))
            body: Any = read.body
            if not isinstance(body, dict) or not isinstance(body.get("event", {}), dict):
                raise BadPayload("not an object")
        except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
            return _refusal(400, "unreadable")
        response = await self.bolt.async_dispatch(read)
        if response.status != 200:
            return _refusal(response.status, "refused by bolt")
        self._replays.remember(signature)
        return await to_aiohttp_response(response)

    async def connect(self, app_token: str) -> None:
        """Open Socket Mode."""
        from adapters.slack.sockets import Sockets  # most processes have an address, and do without

        sockets = Sockets(self.bolt, app_token, self.api_url, self.workspaces.session)
        await sockets.open()
        self._sockets = sockets

    async def close(self) -> None:
        """Close Socket Mode and wait for what is under way."""
        if self._sockets is not None:
            await self._sockets.close()
            self._sockets = None
        await self.waiting.close()

    def _bolt(self, signing_secret: str, flow: AsyncOAuthFlow | None) -> AsyncApp:
        # Bolt's own logger would write whole requests, texts included, when it refuses one or does not know it.
        logger = logging.getLogger("convene.slack.bolt")
        logger.setLevel(logging.CRITICAL)
        web_client = AsyncWebClient(base_url=self.api_url, retry_handlers=[])
        bolt = AsyncApp(
            name="convene",
            logger=logger,
            signing_secret=signing_secret,
            client=web_client,
            authorize=self.workspaces.authorize,
            oauth_flow=flow,
            process_before_response=True,
            ssl_check_enabled=False,  # what Slack does not send to apps of today, each request would be looked at for
            attaching_function_token_enabled=False,
            ignoring_self_events_enabled=False,  # it drops the receipts of our own posts too; inbound leaves our own words alone
            user_facing_authorize_error_message=say_label(NOT_INSTALLED, "en"),
        )
        self._listen(bolt)
        return bolt

    def _listen(self, bolt: AsyncApp) -> None:
        # Bolt injects arguments by name, so these stay plain functions without defaults.
        async def command(ack: Ack, body: Json, context: AsyncBoltContext) -> None:
            await self._at(context, body).command(ack, body)

        async def press(ack: Ack, body: Json, context: AsyncBoltContext) -> None:
            await self._at(context, body).press(ack, body)

        async def shortcut(ack: Ack, body: Json, context: AsyncBoltContext) -> None:
            await self._at(context, body).shortcut(ack, body)

        async def anywhere(ack: Ack, body: Json, context: AsyncBoltContext) -> None:
            await self._at(context, body).anywhere(ack, body)

        async def submission(ack: Ack, body: Json, context: AsyncBoltContext) -> None:
            await self._at(context, body).submission(ack, body)

        async def closing(ack: Ack) -> None:
            await ack()

        async def event(ack: Ack, body: Json, context: AsyncBoltContext, request: AsyncBoltRequest) -> None:
            retry = request.headers.get("x-slack-retry-num") or ["0"]
            await self._event(self._at(context, body), ack, body, comes_again=retry[0] != LAST_RETRY)

        async def ended(ack: Ack, body: Json, context: AsyncBoltContext) -> None:
            await self._ended(ack, body, context)

        async def failure(error: Exception) -> BoltResponse:
            return _failure(error)

        # Bolt asks one after the other, at some cost each; events are nearly all that comes.
        bolt.event("app_uninstalled")(ended)
        bolt.event("tokens_revoked")(ended)
        bolt.event(ANYTHING)(event)
        bolt.command(ANYTHING)(command)
        bolt.block_action({"action_id": ANYTHING})(press)
        bolt.message_shortcut(ANYTHING)(shortcut)
        bolt.global_shortcut(ANYTHING)(anywhere)
        bolt.view_submission(ANYTHING)(submission)
        bolt.view_closed(ANYTHING)(closing)
        bolt.error(failure)

    async def _event(self, edge: Edge, ack: Ack, body: Json, *, comes_again: bool) -> None:
        """What happened is handled at once, unless there is too much under way."""
        self.events += 1
        try:
            await edge.event(ack, body, comes_again=comes_again, is_put_by=self.events > MOST_EVENTS)
        finally:
            self.events -= 1

    async def take_up(self, incoming: Incoming) -> Answer:
        """Handle what was stored of a workspace."""
        client = await self.workspaces.client(incoming.workspace)
        return await self._edge(client).take_up(incoming)

    def _at(self, context: AsyncBoltContext, body: Json) -> Edge:
        """The edge of the workspace that a request belongs to."""
        self._check_app(body)
        assert context.authorize_result is not None
        return self._edge(self.workspaces.of(context.authorize_result))

    def _edge(self, client: SlackClient) -> Edge:
        edge = self._edges.get(client.me.team)
        if edge is None or edge.client is not client:
            edge = Edge(self.dispatcher, client, self.waiting, self.inbox, command_prefix=self.command_prefix, patience=self.patience)
            self._edges[client.me.team] = edge
        edge.patience = self.patience
        return edge

    def _check_app(self, body: Json) -> None:
        app = self.workspaces.app
        if app is not None and body.get("api_app_id") not in (None, app):
            raise WrongApp(str(body.get("api_app_id"))[:20])

    async def _ended(self, ack: Ack, body: Json, context: AsyncBoltContext) -> None:
        """The app was taken out, or its token is good no more; a person's own token is not ours."""
        self._check_app(body)
        event = body["event"]
        if context.team_id is not None and (event["type"] == "app_uninstalled" or (event.get("tokens") or {}).get("bot")):
            await self.workspaces.end(context.team_id, datetime.fromtimestamp(int(body.get("event_time") or 0), UTC))
            self._edges.pop(context.team_id, None)
        await ack()


async def _body(request: web.Request) -> bytes | None:
    """The body, None where it is larger than anything that Slack sends."""
    if (request.content_length or 0) > LARGEST:
        return None
    read = bytearray()
    async for chunk in request.content.iter_any():
        read += chunk
        if len(read) > LARGEST:
            return None
    return bytes(read)


def _refusal(status: int, why: str) -> web.Response:
    log.warning("a request to the Slack endpoint was refused", status=status, why=why)
    return web.json_response({"error": why}, status=status)


def _failure(error: Exception) -> BoltResponse:
    if isinstance(error, WrongApp):
        log.warning("a request was meant for another app", app=str(error))
        return BoltResponse(status=401, body="")
    if isinstance(error, BadPayload):
        return BoltResponse(status=400, body="")
    if isinstance(error, NotStored):
        log.warning("something was not stored in time, and is not acknowledged")
        return BoltResponse(status=503, body="")
    log.error("a request of Slack failed", error=type(error).__name__, where=where(error))
    return BoltResponse(status=500, body="")

"""The edge towards Slack: Bolt with its verification, the HTTP endpoint before it, and Socket Mode where there is no public address."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.downloads import each_of
from adapters.slack import inbound, text
from adapters.slack.answers import Answers
from adapters.slack.client import SlackClient, is_loopback
from adapters.slack.gathering import gather
from adapters.slack.inbound import BadPayload, Origin
from adapters.slack.waiting import Waiting, where
from bot.chat.reply import Say
from bot.core.ports import Answer, Conversation, Dispatcher, FileLost, Gathered, Interaction, OpenedHome

Json = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]
LARGEST = 1_000_000  # bytes of one request
ANYTHING = re.compile(r".*", re.DOTALL)
STAMP = re.compile(r"\d{1,12}")
log = structlog.get_logger("convene.slack")


class NotStored(Exception):
    """An event has not been stored within the time that Slack waits."""


class Edge:
    """Takes requests in, asks the dispatcher, and acknowledges in time."""

    def __init__(self, dispatcher: Dispatcher, client: SlackClient, *, signing_secret: str, command_prefix: str, patience: float) -> None:
        self.dispatcher, self.client, self.answers, self.waiting = dispatcher, client, Answers(client), Waiting()
        self.command_prefix, self.patience = command_prefix, patience
        self.bolt = self._bolt(signing_secret)
        self._socket: AsyncSocketModeHandler | None = None

    async def receive(self, request: web.Request) -> web.Response:
        """The HTTP endpoint: refuses what is too large or unreadable and lets Bolt verify and route the rest."""
        raw = await _body(request)
        if raw is None:
            return _refusal(413, "too large")
        if not STAMP.fullmatch(request.headers.get("X-Slack-Request-Timestamp", "")):
            return _refusal(401, "no time stamp")
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
        return await to_aiohttp_response(response)

    async def connect(self, app_token: str) -> None:
        """Open Socket Mode."""
        web_client = AsyncWebClient(base_url=self.client.api_url, session=self.client.session, retry_handlers=[])
        web_client.proxy = None
        handler = AsyncSocketModeHandler(self.bolt, app_token, web_client=web_client)
        if is_loopback(self.client.api_url):
            handler.client.proxy = None
        await handler.client.connect()  # type: ignore[no-untyped-call]
        self._socket = handler

    async def close(self) -> None:
        """Close Socket Mode and wait for what is under way."""
        if self._socket is not None:
            await self._socket.client.close()  # type: ignore[no-untyped-call]
            self._socket = None
        await self.waiting.close()

    def _bolt(self, signing_secret: str) -> AsyncApp:
        async def authorize() -> AuthorizeResult:
            me = self.client.me
            return AuthorizeResult(enterprise_id=None, team_id=me.team, bot_id=me.bot, bot_user_id=me.user, bot_token=self.client.bot_token)

        # Bolt's own logger would write whole requests, texts included, when it refuses one or does not know it.
        logger = logging.getLogger("convene.slack.bolt")
        logger.setLevel(logging.CRITICAL)
        web_client = AsyncWebClient(base_url=self.client.api_url, retry_handlers=[])
        bolt = AsyncApp(
            name="convene",
            logger=logger,
            signing_secret=signing_secret,
            client=web_client,
            authorize=authorize,
            process_before_response=True,
            ssl_check_enabled=False,  # what Slack does not send to apps of today, each request would be looked at for
            attaching_function_token_enabled=False,
            ignoring_self_events_enabled=False,  # it drops the receipts of our own posts too; inbound leaves our own words alone
        )
        self._listen(bolt)
        return bolt

    def _listen(self, bolt: AsyncApp) -> None:
        # Bolt injects arguments by name, so these stay plain functions without defaults.
        async def command(ack: Ack, body: Json) -> None:
            await self._command(ack, body)

        async def press(ack: Ack, body: Json) -> None:
            await self._press(ack, body)

        async def submission(ack: Ack, body: Json) -> None:
            await self._submission(ack, body)

        async def closing(ack: Ack) -> None:
            await ack()

        async def event(ack: Ack, body: Json) -> None:
            await self._event(ack, body)

        async def failure(error: Exception) -> BoltResponse:
            return _failure(error)

        bolt.command(ANYTHING)(command)
        bolt.block_action({"action_id": ANYTHING})(press)
        bolt.view_submission(ANYTHING)(submission)
        bolt.view_closed(ANYTHING)(closing)
        bolt.event(ANYTHING)(event)
        bolt.error(failure)

    async def _command(self, ack: Ack, body: Json) -> None:
        began = time.monotonic()
        reading = self._read(body, lambda me, read: inbound.command(me, read, self.command_prefix))
        if reading is None:
            await ack()
            return
        interaction, origin = reading
        work = self.waiting.start(self._answer(interaction, origin))
        if not await self.waiting.within(work, self._left(began)):
            await ack()
            self.waiting.start(self._later(work, origin))
            return
        answer = work.result()
        spoken = self.answers.spoken(answer)
        await (ack() if spoken is None else ack(spoken))
        if spoken is not None and self.answers.has_files(answer):
            self.waiting.start(self.answers.files_follow(answer, origin))

    async def _press(self, ack: Ack, body: Json) -> None:
        began = time.monotonic()
        reading = self._read(body, inbound.press)
        if reading is not None:
            interaction, origin = reading
            work = self.waiting.start(self._answer(interaction, origin))
            if await self.waiting.within(work, self._left(began)):
                work.result()
            self.waiting.start(self._pressed(work, interaction, origin))
        await ack()

    async def _submission(self, ack: Ack, body: Json) -> None:
        began = time.monotonic()
        reading = self._read(body, inbound.submission)
        if reading is None:
            await ack()
            return
        interaction, origin, slip = reading
        work = self.waiting.start(self.dispatcher.dispatch(interaction))
        if not await self.waiting.within(work, self._left(began)):
            await ack(self.answers.waiting())
            self.waiting.start(self._submission_later(work, interaction, origin, slip, str(body["view"]["id"])))
            return
        answer = work.result()
        shown = self.answers.submitted(answer, slip)
        if shown is None:
            await ack()
            self.waiting.start(self._told(answer, interaction, origin))
        else:
            await ack(shown)

    async def _event(self, ack: Ack, body: Json) -> None:
        began = time.monotonic()
        reading = self._read(body, inbound.event)
        if reading is not None:
            interaction, origin = reading
            work = self.waiting.start(self.dispatcher.dispatch(interaction))
            is_done = await self.waiting.within(work, self._left(began))
            if is_done:
                work.result()  # what raised is answered with 500, so that Slack sends the event again
            self.waiting.start(self._later(work, origin))
            if not is_done:
                raise NotStored  # the same, should this process die before it is; what comes again is known by its key
        if body["event"].get("files") and (sent := self._read(body, inbound.sending)) is not None:
            self.waiting.start(self._files(sent))  # a download takes longer than Slack waits
        await ack()

    async def _files(self, sent: inbound.Sending) -> None:
        interaction, origin, attached = sent
        reply_to = interaction.did.reply_to if isinstance(interaction.did, FileLost) else None
        number = 0
        async for file in each_of(attached, self.client.fetch):
            number += 1
            one = replace(interaction, did=replace(file, reply_to=reply_to), key=f"{interaction.key}:{number}")
            await self.answers.tell(await self.dispatcher.dispatch(one), origin)

    async def _answer(self, interaction: Interaction, origin: Origin) -> Answer:
        return await self.answers.opened(await self._gathered(await self.dispatcher.dispatch(interaction), interaction), origin)

    async def _gathered(self, answer: Answer, interaction: Interaction) -> Answer:
        """An answer after the people in it were brought together, where they could be."""
        gathering = answer.reply.gathers if isinstance(answer.reply, Say) else None
        channel = await gather(self.client, gathering) if gathering is not None else None
        if gathering is None or channel is None:
            return answer
        await self.dispatcher.dispatch(replace(interaction, conversation=Conversation(channel, "place"), did=Gathered(), key=None))
        return Answer(Say(gathering.opened), answer.language)

    async def _later(self, work: Awaitable[Answer], origin: Origin) -> None:
        await self.answers.tell(await work, origin)

    async def _pressed(self, work: Awaitable[Answer], interaction: Interaction, origin: Origin) -> None:
        await self._told(await work, interaction, origin)

    async def _told(self, answer: Answer, interaction: Interaction, origin: Origin) -> None:
        await self.answers.tell(answer, origin)
        await self._redraw_home(answer, interaction, origin)

    async def _redraw_home(self, answer: Answer, interaction: Interaction, origin: Origin) -> None:
        """The home tab that was acted on shows how it stands now."""
        if origin.from_home and isinstance(answer.reply, Say):  # after a form was opened nothing has changed yet
            again = replace(interaction, did=OpenedHome(), key=None)
            await self.answers.tell(await self.dispatcher.dispatch(again), Origin(person=origin.person, is_home=True))

    async def _submission_later(self, work: Awaitable[Answer], interaction: Interaction, origin: Origin, slip: Any, view_id: str) -> None:
        answer = await work
        await self.answers.submitted_late(answer, origin, slip, view_id)
        await self._redraw_home(answer, interaction, origin)

    def _left(self, began: float) -> float:
        return self.patience - (time.monotonic() - began)

    def _read(self, body: Json, reader: Callable[[inbound.Self, Json], Any]) -> Any:
        try:
            if not inbound.meant_for(self.client.me, body):
                log.warning("a request for another workspace was left alone")
                return None
            return reader(self.client.me, text.storable(body))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError) as error:
            raise BadPayload(type(error).__name__) from error


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
    if isinstance(error, BadPayload):
        return BoltResponse(status=400, body="")
    log.error("a request of Slack failed", error=type(error).__name__, where=where(error))
    return BoltResponse(status=500, body="")

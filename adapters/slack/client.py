"""What we say to Slack: every call of the Web API, each refusal mapped to a failure that the outbox understands."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.downloads import Attached, fetched
from adapters.slack import errors
from adapters.slack.errors import Purpose
from adapters.slack.inbound import EVENT_TYPE, PLATFORM, Self, described
from adapters.slack.names import Names
from adapters.slack.pictures import Pictures
from adapters.slack.render import render, render_home
from bot.chat.errors import DeliveryFailed, Malformed, MessageGone, RetryLater, Unclear, Unfinished, Unreachable
from bot.chat.message import File, Message, Picture
from bot.core import metrics
from bot.core.ports import Actor, Address, FileLost, Loss, Posted, SentFile

Json = dict[str, Any]
WORST_CASE = 90.0  # seconds after which Slack does nothing any more that it was asked for
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
log = structlog.get_logger("convene.slack")


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine, where no proxy must stand between."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def is_kept_by(api_url: str, url: str) -> bool:
    """Whether a file lies with the Slack whose API this is: our token goes nowhere else."""
    try:
        api, file = urlsplit(api_url), urlsplit(url)
    except ValueError:
        return False
    return file.scheme == api.scheme and file.netloc in (api.netloc, f"files.{api.netloc}")


def opened_session(api_url: str) -> aiohttp.ClientSession:
    """A session for calls of the Web API; proxies of the environment are respected, but never between us and this machine."""
    return aiohttp.ClientSession(timeout=TIMEOUT, trust_env=not is_loopback(api_url))


class SlackClient:
    """The Web API of one workspace."""

    def __init__(self, *, api_url: str, bot_token: str) -> None:
        self.api_url, self.bot_token = api_url, bot_token
        self.names = Names(self._name)
        self.me = Self("", None, "", names=self.names.known)
        # No retry handlers: the SDK's own post a message twice when only the answer was lost.
        self.web = AsyncWebClient(token=bot_token, base_url=api_url, timeout=20, retry_handlers=[])
        self.web.proxy = None  # the SDK's own look-up forgets NO_PROXY and loopback; our session knows both
        self._session: aiohttp.ClientSession | None = None
        self.pictures = Pictures(self._upload)

    @property
    def audience(self) -> str:
        """The key under which a mention holds accounts of this workspace."""
        return f"{PLATFORM}/{self.me.team}"

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one session of all calls."""
        assert self._session is not None, "the client is not open"
        return self._session

    async def open(self) -> None:
        """Open the session and learn who we are."""
        self._session = opened_session(self.api_url)
        self.web.session = self._session
        found = await self.call("auth.test", {}, "repeatable")
        self.me = Self(str(found["team_id"]), found.get("team"), str(found["user_id"]), found.get("bot_id"), self.names.known)

    def speak_as(self, me: Self, bot_token: str, session: aiohttp.ClientSession) -> None:
        """Speak as somebody who is known already, through a session that others share; whoever opened it closes it."""
        self.me, self.bot_token, self._session = replace(me, names=self.names.known), bot_token, session
        self.web.token, self.web.session = bot_token, session

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, method: str, arguments: Json, purpose: Purpose = "post", *, as_query: bool = False) -> Json:
        """One call; raises the DeliveryFailed that fits where it was refused or its outcome is unknown."""
        query, sent = (arguments, None) if as_query else (None, arguments)
        try:
            answer = await self.web.api_call(method, params=query, json=sent)
        except Exception as error:  # whatever the SDK lets through, the table has a failure for it
            raise metrics.refused(PLATFORM, method, errors.of(error, purpose)) from error
        if not isinstance(answer.data, dict):
            raise metrics.refused(PLATFORM, method, errors.of_code(None, purpose))
        return answer.data

    async def respond(self, url: str, arguments: Json, message: Message, language: str = "en", purpose: Purpose = "post") -> None:
        """Say something through a response_url, with the pictures in it."""
        await self.pictures.said(message, lambda files: self._respond(url, {**arguments, **self.drawn(message, language, files)}, purpose))

    async def _respond(self, url: str, payload: Json, purpose: Purpose) -> None:
        try:
            async with self.session.post(url, json=payload) as answer:
                if answer.status != 200:
                    raise errors.of_status(answer.status, answer.headers, purpose)
                said = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise errors.of(error, purpose) from error
        with suppress(ValueError):  # a good answer may be a bare "ok"
            found = json.loads(said)
            if isinstance(found, dict) and found.get("ok") is False:
                raise errors.of_code(found.get("error"), purpose)

    async def post(self, to: Address, message: Message, token: str) -> Posted:
        """Post a message, then the files in it."""
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"token": token}}
        posted = await self._posted(message, metadata, to.reference.get("channel") or to.external_id, to.thread)
        channel, ts = str(posted["channel"]), str(posted["ts"])
        reference = {"channel": channel} if to.kind == "chat" else {}
        try:
            await self.upload(files_of(message), channel, to.thread)
        except (RetryLater, Unclear) as failed:
            after = failed.after if isinstance(failed, RetryLater) else WORST_CASE
            raise Unfinished(ts, reference, after, str(failed)) from failed
        return Posted(ts, reference)

    async def say(
        self, channel: str, message: Message, thread: str | None = None, language: str = "en", metadata: Json | None = None
    ) -> Json:
        """Post a message into a channel or to a person, then its files; for what is said at most once."""
        posted = await self._posted(message, metadata, channel, thread, language)
        await self.hand_over(files_of(message), str(posted["channel"]), thread)
        return posted

    async def _posted(self, message: Message, metadata: Json | None, channel: str, thread: str | None, language: str = "en") -> Json:
        about: Json = {"thread_ts": thread} if thread else {}
        about |= {"metadata": metadata} if metadata else {}
        arguments = {"channel": channel, "unfurl_links": False, "unfurl_media": False, **about}
        return await self.show("chat.postMessage", arguments, message, language)

    async def show(self, method: str, arguments: Json, message: Message, language: str = "en", purpose: Purpose = "post") -> Json:
        """A call that shows a message, with the pictures in it."""

        async def call(files: Mapping[Picture, str]) -> Json:
            return await self.call(method, {**arguments, **self.drawn(message, language, files)}, purpose)

        return await self.pictures.said(message, call)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace a message of ours."""
        await self.show("chat.update", {"channel": await self.channel_of(to), "ts": message_id}, message, purpose="repeatable")

    async def delete(self, to: Address, message_id: str) -> None:
        """Take a message of ours away."""
        with suppress(MessageGone):
            await self.call("chat.delete", {"channel": await self.channel_of(to), "ts": message_id}, "repeatable")

    async def show_home(self, person: str, message: Message, language: str = "en") -> None:
        """Draw the person's home tab."""
        view = render_home(message, audience=self.audience, language=language)
        await self.call("views.publish", {"user_id": person, "view": view}, "repeatable")

    async def describe(self, account: str) -> Actor:
        """Look a person's profile up."""
        found = await self.call("users.info", {"user": account, "include_locale": "true"}, "repeatable", as_query=True)
        return described(found["user"])

    async def _name(self, mentioned: str) -> str | None:
        return await self.name_of(mentioned) if mentioned[0] in "CG" else (await self.describe(mentioned)).name

    async def name_of(self, channel: str) -> str | None:
        """Look a channel's name up."""
        found = await self.call("conversations.info", {"channel": channel}, "repeatable", as_query=True)
        name = found["channel"].get("name")
        return str(name) if name else None

    def drawn(self, message: Message, language: str = "en", files: Mapping[Picture, str] | None = None) -> Json:
        """A message as Slack takes it; one that cannot be drawn is malformed."""
        try:
            return render(message, audience=self.audience, language=language, files=files)
        except (ValueError, TypeError) as error:
            raise Malformed(type(error).__name__) from error

    async def fetch(self, file: Attached) -> SentFile | FileLost:
        """Fetch a file that a person sent; one that lies elsewhere was only linked here, and our token is not for there."""
        if not is_kept_by(self.api_url, file.url):
            return FileLost(file.name, Loss.REFUSED)
        return await fetched(self.session, file, {"Authorization": f"Bearer {self.bot_token}"})

    async def upload(self, files: Sequence[File], channel: str, thread: str | None = None) -> None:
        """Upload files behind a message of the outbox; what is refused for good is logged, anything else is raised and done later."""
        for file in files:
            try:
                await self._upload(file, channel, thread)
            except (Unreachable, Malformed) as refused:
                log.error("a file was not handed over", kind=type(refused).__name__, why=str(refused))

    async def hand_over(self, files: Sequence[File], channel: str, thread: str | None = None) -> None:
        """Upload files into a channel; the message is out already, so a failure is logged and not raised."""
        for file in files:
            try:
                await self._upload(file, channel, thread)
            except DeliveryFailed as failed:
                log.error("a file was not handed over", kind=type(failed).__name__, why=str(failed))

    async def _upload(self, file: File, channel: str | None = None, thread: str | None = None) -> str:
        """Upload a file, into a channel or to nowhere yet; its id."""
        about = {"filename": file.name, "length": str(len(file.content)), "alt_txt": str(file.alt)[:1000]}
        slot = await self.call("files.getUploadURLExternal", about, "repeatable", as_query=True)
        await self._send_bytes(str(slot["upload_url"]), file)
        where = {"channel_id": channel} if channel else {}
        threaded = {"thread_ts": thread} if thread else {}
        await self.call("files.completeUploadExternal", {"files": [{"id": slot["file_id"], "title": file.name}], **where, **threaded})
        return str(slot["file_id"])

    async def _send_bytes(self, url: str, file: File) -> None:
        try:
            async with self.session.post(url, data=file.content, headers={"Content-Type": "application/octet-stream"}) as answer:
                if answer.status != 200:
                    raise errors.of_status(answer.status, answer.headers)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise errors.of(error) from error

    async def channel_of(self, to: Address) -> str:
        """The channel of an address; the chat with a person is looked up where it is not known yet."""
        if known := to.reference.get("channel"):
            return known
        if to.kind == "place":
            return to.external_id
        found = await self.call("conversations.open", {"users": to.external_id}, "repeatable")
        return str(found["channel"]["id"])


def files_of(message: Message) -> tuple[File, ...]:
    """The files in a message."""
    return tuple(block for block in message.blocks if isinstance(block, File))

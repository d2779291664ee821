"""The HTTP edge: what is refused before the SDK sees it, and its answers written by ourselves."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from adapters.teams.cloud import Cloud, TokenRefused, UnknownInvoke, UnreadableActivity
from adapters.teams.files import Consent, read_consent
from adapters.teams.inbound import MalformedActivity, Turn, read, tenants_of
from adapters.teams.keys import KeysUnavailable
from adapters.teams.limits import LIMITS, Json

log = structlog.get_logger()
CHANNEL = "msteams"


class Answers(Protocol):
    """Answers a turn; the body is for invokes, everything else goes through the connector."""

    def __call__(self, turn: Turn) -> Awaitable[Json]:
        """Answer it."""
        ...


class Refused(Exception):
    """A request that goes no further, with the status that says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Edge:
    """Receives activities for one bot; `tenant` is the only one that may call it, None for a bot of many tenants."""

    def __init__(
        self,
        cloud: Callable[[], Cloud],
        answers: Answers,
        consents: Callable[[Consent], Awaitable[Json]],
        puzzles: Callable[[Json], None],
        *,
        tenant: str | None,
    ) -> None:
        self._cloud = cloud
        self._answers = answers
        self._consents = consents
        self._puzzles = puzzles  # hears of verified invokes that we do not know
        self._tenant = tenant

    async def receive(self, request: web.Request) -> web.Response:
        """Handle one request of the platform."""
        try:
            return await self._received(request)
        except Refused as refusal:
            log.warning("teams_request_refused", status=refusal.status, why=refusal.why)
            return web.json_response({"error": refusal.why}, status=refusal.status)

    async def _received(self, request: web.Request) -> web.Response:
        header = request.headers.get("Authorization")
        if not header:
            raise Refused(401, "no token")
        raw = _activity(await _body(request))
        cloud = self._cloud()
        try:
            activity, proof = await cloud.verified(header, raw)
        except TokenRefused as refusal:
            raise Refused(401, f"token refused: {refusal}") from refusal
        except UnreadableActivity as unreadable:
            raise Refused(400, "not a readable activity") from unreadable
        except KeysUnavailable as missing:
            raise Refused(503, "the platform's keys cannot be fetched") from missing
        self._check_tenant(raw, proof.claims_identity.claims)
        try:
            consent = read_consent(raw)
            turn = read(raw) if consent is None else None
            body = await cloud.turn(activity, proof, lambda: self._logic(turn) if consent is None else self._consents(consent))
        except MalformedActivity as malformed:
            raise Refused(400, str(malformed)) from malformed
        except UnknownInvoke as unknown:
            self._puzzles(raw)
            raise Refused(501, "unknown invoke") from unknown
        return web.Response(status=200) if not body else web.json_response(body)

    async def _logic(self, turn: Turn | None) -> Json | None:
        return None if turn is None else await self._answers(turn)

    def _check_tenant(self, raw: Json, claims: Mapping[str, str]) -> None:
        named, signed = tenants_of(raw), claims.get("tid")
        if not named:
            raise Refused(403, "no tenant")
        if self._tenant is not None and named != {self._tenant}:
            raise Refused(403, "another tenant")
        # The platform's tokens name none today; one that does speaks for that tenant alone.
        if signed is not None and named != {signed}:
            raise Refused(401, "token refused: another tenant")


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > LIMITS["body"]:
        raise Refused(413, "too large")
    kept = bytearray()
    async for chunk in request.content.iter_any():
        kept += chunk
        if len(kept) > LIMITS["body"]:
            raise Refused(413, "too large")
    return bytes(kept)


def _activity(body: bytes) -> Json:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "not JSON") from error
    # Half a character or a NUL would break far from here, where it is stored.
    if b"\\u" in body:
        raw = _storable(raw)
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        raise Refused(400, "not an activity")
    # Without a service URL the SDK would skip the claim's check and answer to a default host.
    service_url = raw.get("serviceUrl")
    if not isinstance(service_url, str) or urlsplit(service_url).scheme not in {"https", "http"}:
        raise Refused(400, "no serviceUrl")
    # Without a channel the SDK would skip the endorsement's check.
    if raw.get("channelId") != CHANNEL:
        raise Refused(400, "not an activity of this channel")
    return raw


def _storable(part: Any) -> Any:
    match part:
        case str():
            return part.encode("utf-8", "replace").decode().replace("\x00", "")
        case list():
            return [_storable(each) for each in part]
        case dict():
            return {_storable(key): _storable(each) for key, each in part.items()}
    return part

"""The SDK behind its fence: the real CloudAdapter pipeline and token checks, without its network calls and its costs per turn."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import jwt
from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import Activity, CallerIdConstants, ChannelAccount, ConversationAccount
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import AuthenticationConfiguration, AuthenticationConstants
from botframework.connector.auth._parameterized_bot_framework_authentication import _ParameterizedBotFrameworkAuthentication
from botframework.connector.auth.app_credentials import AppCredentials
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from botframework.connector.auth.connector_factory import ConnectorFactory
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor
from botframework.connector.auth.service_client_credentials_factory import ServiceClientCredentialsFactory

from adapters.teams.keys import KeysUnavailable, SigningKeys
from adapters.teams.limits import Json

ISSUER = AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER
MOST_CLIENTS = MOST_PROOFS = 64
PROVEN_FOR = 60.0  # a key that is withdrawn opens nothing longer than that
# All that the SDK needs for its part; the rest is read from the JSON itself.
TEXTS = {"type": "type", "id": "id", "name": "name", "channelId": "channel_id", "serviceUrl": "service_url", "replyToId": "reply_to_id"}
OBJECTS = {
    "from": ("from_property", ChannelAccount),
    "recipient": ("recipient", ChannelAccount),
    "conversation": ("conversation", ConversationAccount),
}


class TokenRefused(Exception):
    """The request carries no token of the platform for this bot and this service URL."""


class UnreadableActivity(ValueError):
    """A part of the activity that the SDK needs is of another shape."""


class UnknownInvoke(Exception):
    """An invoke that nothing answers."""


class InertCredentials(AppCredentials):  # type: ignore[misc]
    """What the SDK wants to hold; our posts go another way, so it never gets a token that it would fetch on the event loop."""

    def get_access_token(self, force_refresh: bool = False) -> str:  # noqa: ARG002
        """Refuse: nothing may leave through the SDK's blocking client."""
        raise PermissionError("posts leave through our own client")


class OneBot(ServiceClientCredentialsFactory):  # type: ignore[misc]
    """Knows this bot's id, and one credentials object for all turns instead of a new login application for each."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self._credentials = InertCredentials(app_id)

    async def is_valid_app_id(self, app_id: str) -> bool:
        """Whether a token is meant for us."""
        return app_id == self._app_id

    async def is_authentication_disabled(self) -> bool:
        """Never."""
        return False

    async def create_credentials(self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool) -> AppCredentials:  # noqa: ARG002
        """The one credentials object."""
        return self._credentials


class CachedConnectors(ConnectorFactory):  # type: ignore[misc]
    """One connector client for each service URL: building one filters a long range twice, most of a turn's computing time."""

    def __init__(self, credentials: AppCredentials) -> None:
        self._credentials = credentials
        self._clients: dict[str, ConnectorClient] = {}

    async def create(self, service_url: str, audience: str | None = None) -> ConnectorClient:  # noqa: ARG002
        """The client of this service URL."""
        client = self._clients.get(service_url)
        if client is None:
            if len(self._clients) >= MOST_CLIENTS:
                self._clients.clear()
            client = self._clients[service_url] = ConnectorClient(self._credentials, base_url=service_url)
        return client


class Authentication(_ParameterizedBotFrameworkAuthentication):  # type: ignore[misc]
    """The SDK's token checks with our keys and our caches."""

    def __init__(self, app_id: str, metadata_url: str) -> None:
        bot = OneBot(app_id)
        super().__init__(
            True,
            AuthenticationConstants.TO_CHANNEL_FROM_BOT_LOGIN_URL_PREFIX,
            AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE,
            ISSUER,
            AuthenticationConstants.OAUTH_URL,
            metadata_url,
            metadata_url,
            CallerIdConstants.public_azure_channel,
            bot,
            AuthenticationConfiguration(),
            None,
        )
        self._connectors = CachedConnectors(bot._credentials)
        self._user_tokens: Any = None

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """The SDK's verdict, with the cached connectors in it."""
        result = await super().authenticate_request(activity, auth_header)
        result.connector_factory = self._connectors
        return result

    async def create_user_token_client(self, claims_identity: Any) -> Any:
        """The one client of the sign-in service, which we never call."""
        if self._user_tokens is None:
            self._user_tokens = await super().create_user_token_client(claims_identity)
        return self._user_tokens


class Proofs:
    """Tokens that were found good a moment ago: the same one comes with many messages, and looking it through takes a fifth of a turn."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[float, AuthenticateRequestResult]] = OrderedDict()

    def of(self, header: str, service_url: str) -> AuthenticateRequestResult | None:
        """What was found out about this very token, with this very service URL."""
        until, proof = self._kept.get((header, service_url), (0.0, None))
        return proof if time.time() < until else None

    def keep(self, header: str, service_url: str, proof: AuthenticateRequestResult) -> None:
        """Keep it for a minute, never beyond the token's own end; the oldest goes where there are too many."""
        until = min(time.time() + PROVEN_FOR, float(proof.claims_identity.claims["exp"]))
        self._kept[header, service_url] = until, proof
        self._kept.move_to_end((header, service_url))
        if len(self._kept) > MOST_PROOFS:
            self._kept.popitem(last=False)


class Cloud(CloudAdapterBase):  # type: ignore[misc]
    """The real pipeline; the HTTP side is ours."""

    def __init__(self, session: aiohttp.ClientSession, *, app_id: str, metadata_url: str) -> None:
        super().__init__(Authentication(app_id, metadata_url))
        self._metadata_url = metadata_url
        self._proofs = Proofs()
        self._keys = SigningKeys(session, metadata_url)
        # The extractor looks its keys up here; its own object fetches on the event loop and without a time limit.
        JwtTokenExtractor.metadataCache[metadata_url] = self._keys

    def close(self) -> None:
        """Take our keys out of the SDK's table."""
        self._keys.close()
        if JwtTokenExtractor.metadataCache.get(self._metadata_url) is self._keys:
            del JwtTokenExtractor.metadataCache[self._metadata_url]

    async def verified(self, header: str, raw: Json) -> tuple[Activity, AuthenticateRequestResult]:
        """The activity and the proof of its origin; TokenRefused, KeysUnavailable or UnreadableActivity otherwise."""
        proof = self._proofs.of(header, str(raw.get("serviceUrl")))
        if proof is None:
            _expect_channel_token(header)
        activity = _envelope(raw)
        return activity, proof or await self._proven(activity, header)

    async def _proven(self, activity: Activity, header: str) -> AuthenticateRequestResult:
        try:
            proof = await self.bot_framework_authentication.authenticate_request(activity, header)
        except KeysUnavailable:
            raise
        except Exception as error:
            # The SDK refuses with bare exceptions of many kinds; none of them lets anybody in.
            raise TokenRefused(type(error).__name__) from error
        if not proof.claims_identity.claims.get("exp"):
            raise TokenRefused("a token without an end")
        self._proofs.keep(header, activity.service_url, proof)
        return proof

    async def turn(self, activity: Activity, proof: AuthenticateRequestResult, logic: Callable[[], Awaitable[Json | None]]) -> Json | None:
        """Run a turn; what the logic returns is the body of an invoke; UnknownInvoke where it returns none."""

        async def answered(context: TurnContext) -> None:
            body = await logic()
            if body is not None:
                await context.send_activity(Activity(type="invokeResponse", value=InvokeResponse(status=200, body=body)))

        response = await self.process_activity(proof, activity, answered)
        if response is None:
            return None
        if response.status != 200:
            raise UnknownInvoke(activity.name)
        body: Json = response.body
        return body


def _envelope(raw: Json) -> Activity:
    """What the SDK needs of an activity, in its own model; its own reader takes longer for that than all the rest of its turn."""
    if not all(isinstance(raw.get(name), str | None) for name in (*TEXTS, "timestamp")):
        raise UnreadableActivity("a word that is none")
    if not all(isinstance(raw.get(name), dict | None) for name in OBJECTS):
        raise UnreadableActivity("a part that is none")
    parts = {
        ours: kind(id=_word(found, "id"), name=_word(found, "name")) for name, (ours, kind) in OBJECTS.items() if (found := raw.get(name))
    }
    return Activity(**{ours: raw.get(name) for name, ours in TEXTS.items()}, **parts)


def _word(part: Json, name: str) -> str | None:
    word = part.get(name)
    return word if isinstance(word, str) else None


def _expect_channel_token(header: str) -> None:
    """Refuse whatever is no token of the channel, before the SDK considers emulators and skills."""
    scheme, _, token = header.partition(" ")
    if scheme != "Bearer" or not token or " " in token:
        raise TokenRefused("no bearer token")
    try:
        algorithm = jwt.get_unverified_header(token).get("alg")
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.InvalidTokenError as error:
        raise TokenRefused(type(error).__name__) from error
    if issuer != ISSUER or algorithm not in AuthenticationConstants.ALLOWED_SIGNING_ALGORITHMS:
        raise TokenRefused("not a token of the channel")

"""The stock echo bot for Teams: the SDK's cloud adapter with its own authentication, wired to aiohttp as its samples do.

It is spared one thing, its logins: the SDK makes a new login application for each turn, which fetches a token; here it has one.
"""

from __future__ import annotations

import os

from aiohttp import web
from botbuilder.core import ActivityHandler, MessageFactory, TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import Activity, CallerIdConstants
from botframework.connector.auth import (
    AuthenticationConstants,
    BotFrameworkAuthenticationFactory,
    MicrosoftAppCredentials,
    PasswordServiceClientCredentialFactory,
)

from adapters.web import application
from bench.teams_requests import APP_ID, PASSWORD, PATH, TENANT
from bot.core.findings import Finding


class Spared(MicrosoftAppCredentials):  # type: ignore[misc]
    """The SDK's credentials with a token that is there already."""

    def get_access_token(self, force_refresh: bool = False) -> str:  # noqa: ARG002
        return "a token"


class Credentials(PasswordServiceClientCredentialFactory):  # type: ignore[misc]
    """The SDK's factory, which makes credentials anew for each use."""

    async def create_credentials(self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool) -> Spared:  # noqa: ARG002
        return Spared(app_id, self.password, self.tenant_id, oauth_scope)


class CloudAdapter(CloudAdapterBase):  # type: ignore[misc]
    """As the SDK's package for aiohttp has it."""

    async def process(self, request: web.Request, bot: ActivityHandler) -> web.Response:
        activity = Activity().deserialize(await request.json())
        invoked = await self.process_activity(request.headers.get("Authorization", ""), activity, bot.on_turn)
        return web.json_response(invoked.body, status=invoked.status) if invoked else web.Response()


class EchoBot(ActivityHandler):  # type: ignore[misc]
    """Says what it hears."""

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(MessageFactory.text(f"Echo: {turn_context.activity.text}"))


def echo(api: str) -> web.Application:
    """The echo bot, listening to whoever has tokens of this platform."""
    os.environ["NO_PROXY"] = "127.0.0.1"  # the SDK would go through a proxy of the environment
    metadata = f"{api}/metadata"
    authentication = BotFrameworkAuthenticationFactory.create(
        validate_authority=True,
        to_channel_from_bot_login_url=AuthenticationConstants.TO_CHANNEL_FROM_BOT_LOGIN_URL_PREFIX,
        to_channel_from_bot_oauth_scope=AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE,
        to_bot_from_channel_token_issuer=AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER,
        oauth_url=AuthenticationConstants.OAUTH_URL,
        to_bot_from_channel_open_id_metadata_url=metadata,
        to_bot_from_emulator_open_id_metadata_url=metadata,
        caller_id=CallerIdConstants.public_azure_channel,
        credential_factory=Credentials(APP_ID, PASSWORD, TENANT),
    )
    adapter, bot = CloudAdapter(authentication), EchoBot()

    async def receive(request: web.Request) -> web.Response:
        return await adapter.process(request, bot)

    async def readiness() -> list[Finding]:
        return []

    app = application(readiness)
    app.router.add_post(PATH, receive)
    return app

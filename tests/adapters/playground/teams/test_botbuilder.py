"""The real library takes the fake's tokens and talks to its connector."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from adapters.playground.driver import Json
from adapters.playground.teams import FakeTeams

from .conftest import ANN, APP_ID, MANIFEST, PASSWORD, PLACE, Clock, serving

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from botbuilder.core import CloudAdapterBase, TurnContext
    from botbuilder.schema import Activity
    from botframework.connector.auth import (
        AuthenticationConfiguration,
        AuthenticationConstants,
        BotFrameworkAuthentication,
        BotFrameworkAuthenticationFactory,
        MicrosoftAppCredentials,
        PasswordServiceClientCredentialFactory,
    )
    from botframework.connector.auth.channel_validation import ChannelValidation

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class FakeTokenCredentials(MicrosoftAppCredentials):  # type: ignore[misc]
    """Credentials with a ready token: the library's own way (MSAL) refuses any authority that is not https."""

    token = ""

    def get_access_token(self, force_refresh: bool = False) -> str:  # noqa: ARG002
        return self.token


class FakeTokenFactory(PasswordServiceClientCredentialFactory):  # type: ignore[misc]
    def __init__(self, fake: FakeTeams) -> None:
        super().__init__(APP_ID, PASSWORD, fake.tenant_id)
        self.fake = fake

    async def create_credentials(self, app_id: str, *_: Any, **__: Any) -> MicrosoftAppCredentials:
        form = {
            "grant_type": "client_credentials",
            "client_id": app_id,
            "client_secret": PASSWORD,
            "scope": "https://api.botframework.com/.default",
        }
        async with aiohttp.ClientSession() as session, session.post(self.fake.token_url, data=form) as response:
            credentials = FakeTokenCredentials(app_id, PASSWORD)
            credentials.token = (await response.json())["access_token"]
            return credentials


def all_addresses_given(fake: FakeTeams) -> BotFrameworkAuthentication:
    return BotFrameworkAuthenticationFactory.create(
        to_channel_from_bot_login_url=fake.token_url.removesuffix("/oauth2/v2.0/token"),
        to_channel_from_bot_oauth_scope=AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE,
        to_bot_from_channel_token_issuer=AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER,
        oauth_url=AuthenticationConstants.OAUTH_URL,
        to_bot_from_channel_open_id_metadata_url=fake.metadata_url,
        to_bot_from_emulator_open_id_metadata_url=AuthenticationConstants.TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL,
        caller_id="urn:botframework:azure",
        credential_factory=FakeTokenFactory(fake),
        auth_configuration=AuthenticationConfiguration(),
    )


def public_cloud(fake: FakeTeams) -> BotFrameworkAuthentication:
    ChannelValidation.open_id_metadata_endpoint = fake.metadata_url
    return BotFrameworkAuthenticationFactory.create(credential_factory=FakeTokenFactory(fake))


class RealBot:
    adapter: CloudAdapterBase

    def __init__(self) -> None:
        self.heard: list[Any] = []

    async def endpoint(self, request: web.Request) -> web.Response:
        activity = Activity().deserialize(await request.json())
        header = request.headers.get("Authorization", "")

        def turn() -> Any:
            # The library blocks the loop when it fetches keys, so that it gets a loop of its own.
            return asyncio.run(self.adapter.process_activity(header, activity, self.speaks))

        try:
            answer = await asyncio.to_thread(turn)
        except Exception as refusal:
            return web.Response(status=401, text=repr(refusal))
        return web.json_response(answer.body, status=answer.status) if answer else web.Response()

    async def speaks(self, context: TurnContext) -> None:
        self.heard.append(context.activity)
        sent = await context.send_activity(f"echo {context.activity.text}")
        await context.update_activity(Activity(id=sent.id, type="message", text="echoed", conversation=context.activity.conversation))


Stage = tuple[FakeTeams, RealBot]


@pytest.fixture(params=[all_addresses_given, public_cloud], ids=["all addresses", "metadata endpoint"])
async def real(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    connects: Callable[[FakeTeams], BotFrameworkAuthentication] = request.param
    fake = FakeTeams(manifest=MANIFEST, app_id=APP_ID, app_password=PASSWORD, now=Clock())
    fake.add_user(ANN, "Ann Lee", zone="Europe/Berlin")
    fake.add_channel(PLACE, "General", [ANN])
    app = web.Application()
    bot = RealBot()
    app.router.add_post("/api/messages", bot.endpoint)
    before = ChannelValidation.open_id_metadata_endpoint
    async with serving(fake.routes()) as base, serving(app) as bot_base:
        fake.listen(base_url=base, request_url=f"{bot_base}/api/messages")
        bot.adapter = CloudAdapterBase(connects(fake))
        yield fake, bot
        await fake.close()
    ChannelValidation.open_id_metadata_endpoint = before


def shown(fake: FakeTeams, conversation: str) -> list[str]:
    (room,) = (each for each in fake.screen(ANN)["conversations"] if each["id"] == conversation)
    return [each["plain"] for each in room["messages"]]


async def test_the_real_library_answers(real: Stage) -> None:
    fake, bot = real
    outcome = await fake.types(ANN, fake.bot_id, "hi")
    assert outcome.status == 200, outcome
    assert bot.heard[0].text == "hi"
    assert shown(fake, fake.chat_of(ANN)) == ["hi", "echoed"]
    assert fake.card_problems == []


async def test_the_real_library_answers_in_a_thread(real: Stage) -> None:
    fake, _ = real
    await fake.types(ANN, PLACE, "@Convene hi")
    root, reply = next(each for each in fake.screen(ANN)["conversations"] if each["id"] == PLACE)["messages"]
    assert reply["thread"] == root["id"]


BAD: dict[str, Callable[[FakeTeams], str]] = {
    "wrong key": lambda fake: fake.tokens.wrong_key(),
    "unknown kid": lambda fake: fake.tokens.unknown_kid(),
    "not endorsed": lambda fake: fake.tokens.not_endorsed(),
    "public key as secret": lambda fake: fake.tokens.hs256(),
    "another audience": lambda fake: fake.tokens.mint(aud="somebody"),
    "another issuer": lambda fake: fake.tokens.mint(iss="https://evil.example"),
    "another service url": lambda fake: fake.tokens.mint(serviceurl="https://evil.example/"),
    "expired": lambda fake: fake.tokens.expired(),
    "not yet valid": lambda fake: fake.tokens.not_yet_valid(),
}


async def test_the_real_library_refuses_bad_tokens(real: Stage) -> None:
    fake, bot = real
    await fake.types(ANN, fake.bot_id, "hi")
    activity: Json = fake.sent[-1]
    for name, token in BAD.items():
        answer = await fake.send_raw({"Authorization": f"Bearer {token(fake)}"}, activity)
        assert answer.status == 401, name
    assert len(bot.heard) == 1

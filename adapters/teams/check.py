"""What the platform itself says of an installation: the token, the keys, the endpoint, and each place that we should reach."""

from __future__ import annotations

import re
from collections.abc import Sequence

import aiohttp
import jwt

from adapters.teams.client import Connector
from adapters.teams.credentials import SCOPE, ConnectorToken
from adapters.teams.references import Spot
from bot.chat.errors import Barrier, DeliveryFailed, Unreachable
from bot.core.findings import Finding
from bot.core.ports import Address
from bot.lean import dataclass

PATIENCE = aiohttp.ClientTimeout(total=10, connect=4)
CODE = re.compile(r"AADSTS\d+")
MOST_PLACES = 50
MENDS = {
    "AADSTS7000215": "APP_PASSWORD is wrong: use the secret's value, not its id, or make a new one",
    "AADSTS7000222": "APP_PASSWORD has expired: make a new client secret and put its value here",
    "AADSTS700016": "no app with this APP_ID is in this tenant: check APP_ID, APP_TENANTID and APP_TYPE",
    "AADSTS90002": "there is no such tenant: check APP_TENANTID",
    "AADSTS900023": "APP_TENANTID is neither the id nor a domain of a tenant",
}
WHY = {
    Barrier.NOT_ADDED: "the app is not added there",
    Barrier.BLOCKED: "it lets no messages of the bot through",
    Barrier.NOT_HERE: "the app is not there, or the channel is private and lets no bots in: add it, or take another place",
    Barrier.READ_ONLY: "it is archived, or only some may write there",
    Barrier.GONE: "it is not found any more",
    Barrier.NOT_ALLOWED: "the bot may not write there",
    Barrier.UNKNOWN: "the platform refuses without saying why",
}


@dataclass(frozen=True, slots=True)
class Bot:
    """The credentials of a bot and the addresses that belong to it."""

    app_id: str
    app_password: str
    tenant: str | None  # None for a bot of many tenants
    token_url: str
    metadata_url: str


class Check:
    """Asks with live credentials, and goes on after what is wrong; nothing is posted anywhere."""

    def __init__(self, bot: Bot, *, endpoint: str | None = None) -> None:
        self._bot = bot
        self._endpoint = endpoint  # the public address of /api/messages, where it is known

    async def findings(self, places: Sequence[tuple[str, Address]] = ()) -> list[Finding]:
        """Everything that can be found out; `places` are those in which the bot should be, by name."""
        async with aiohttp.ClientSession(trust_env=False, cookie_jar=aiohttp.DummyCookieJar()) as session:
            found = [await self._token(session), await self._keys(session), await self._reached(session)]
            if found[0].is_fine:
                found += await self._places(session, places[:MOST_PLACES])
            return found

    async def _token(self, session: aiohttp.ClientSession) -> Finding:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._bot.app_id,
            "client_secret": self._bot.app_password,
            "scope": SCOPE,
        }
        try:
            async with session.post(self._bot.token_url, data=form, timeout=PATIENCE) as answer:
                body = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Finding(False, f"Teams: no token ({type(error).__name__}): check the way to {self._bot.token_url}")
        token = body.get("access_token") if isinstance(body, dict) else None
        if answer.status != 200 or not isinstance(token, str):
            return Finding(False, f"Teams: no token: {_mend(body, answer.status)}")
        return self._of_tenant(token)

    def _of_tenant(self, token: str) -> Finding:
        try:
            tenant = jwt.decode(token, options={"verify_signature": False}).get("tid")
        except jwt.InvalidTokenError:
            tenant = None  # an opaque token says nothing of itself
        if self._bot.tenant is not None and tenant not in (None, self._bot.tenant):
            return Finding(False, f"Teams: the token is for tenant {tenant}: APP_TENANTID should be that tenant's id")
        return Finding(True, f"Teams: the credentials give a token{f' for tenant {tenant}' if tenant else ''}")

    async def _keys(self, session: aiohttp.ClientSession) -> Finding:
        try:
            async with session.get(self._bot.metadata_url, timeout=PATIENCE) as answer:
                answer.raise_for_status()
                address = str((await answer.json(content_type=None))["jwks_uri"])
            async with session.get(address, timeout=PATIENCE) as answer:
                answer.raise_for_status()
                count = len((await answer.json(content_type=None))["keys"])
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            return Finding(False, f"Teams: no signing keys ({type(error).__name__}): check the way to {self._bot.metadata_url}")
        return Finding(True, f"Teams: {count} signing keys are published")

    async def _reached(self, session: aiohttp.ClientSession) -> Finding:
        if self._endpoint is None:
            return Finding(True, "Teams: the endpoint was not asked; --endpoint https://your.host/api/messages asks it as a stranger would")
        try:
            async with session.post(self._endpoint, json={"type": "message"}, timeout=PATIENCE, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            mend = "is the bot running, and does the name lead to it?"
            return Finding(False, f"Teams: {self._endpoint} does not answer ({type(error).__name__}): {mend}")
        if status == 401:
            return Finding(True, f"Teams: {self._endpoint} answers 401 to a request without a token, as it should")
        return Finding(
            False, f"Teams: {self._endpoint} answers {status} to a request without a token; 401 is right, so something else is there"
        )

    async def _places(self, session: aiohttp.ClientSession, places: Sequence[tuple[str, Address]]) -> list[Finding]:
        bot = self._bot
        token = ConnectorToken(session, app_id=bot.app_id, app_password=bot.app_password, url=bot.token_url)
        connector, wrong = Connector(session, token), []
        for name, place in places:
            service_url = place.reference.get("service_url")
            if not service_url:
                wrong.append(Finding(False, f"Teams: {name}: no address is known; mention the bot there once"))
                continue
            try:
                await connector.name_of_chat(Spot(service_url, place.reference.get("conversation") or place.external_id))
            except Unreachable as nobody:
                wrong.append(Finding(False, f"Teams: {name}: {WHY.get(nobody.barrier, WHY[Barrier.UNKNOWN])}"))
            except DeliveryFailed as failed:
                wrong.append(Finding(False, f"Teams: {name} could not be asked ({failed})"))
        reached = len(places) - len(wrong)
        return [Finding(True, f"Teams: {reached} of {len(places)} places know the bot"), *wrong] if places else []


def _mend(body: object, status: int) -> str:
    """What to do about a refusal of the token service, by the code that its description begins with."""
    told = str(body.get("error_description") or body.get("error") or "") if isinstance(body, dict) else ""
    code = CODE.search(told)
    if code is None:
        return f"the token service answers {status}"
    return f"{MENDS.get(code[0], 'look this code up')} ({code[0]})"

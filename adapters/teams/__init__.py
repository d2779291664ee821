"""The Microsoft Teams adapter: its face."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

import aiohttp
import structlog
from aiohttp import web

from adapters.teams.chats import Chats
from adapters.teams.client import Connector
from adapters.teams.cloud import Cloud
from adapters.teams.credentials import MULTI_TENANT, ConnectorToken, token_address
from adapters.teams.edge import Edge, Refused
from adapters.teams.files import Consent, Handover, Offers, fetch, files_of, with_links
from adapters.teams.gathering import Gatherings
from adapters.teams.inbound import BOT_PREFIX, Turn, who_waits
from adapters.teams.limits import Json
from adapters.teams.onlookers import Onlookers
from adapters.teams.references import Acquaintances, Spot
from adapters.teams.render import render
from adapters.teams.turns import Turns
from bot.chat.errors import DeliveryFailed, Unreachable
from bot.chat.message import Message
from bot.chat.text import Mention
from bot.core.incoming import Inbox, Incoming, NoInbox, NotStored
from bot.core.ports import Actor, Address, Answer, Dispatcher, FileLinks, Look, Posted, Stands
from bot.people.values import GROUP

log = structlog.get_logger()

METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
GROUP_CHAT = "@thread.v2"  # group chats know no threads

__all__ = ["METADATA", "TeamsAdapter"]


class TeamsAdapter:
    """Microsoft Teams as a Platform: activities in through the real SDK, messages out through the Bot Connector."""

    name = "teams"
    edits = posts = None  # the platform counts by conversation, whose pace is slower than it allows

    def __init__(
        self,
        dispatcher: Dispatcher,
        *,
        inbox: Inbox | None = None,
        app_id: str,
        app_password: str,
        tenant_id: str | None,
        app_type: str = "SingleTenant",
        commands: Collection[str] = (),
        metadata_url: str = METADATA,
        token_url: str | None = None,
        links: FileLinks | None = None,
        patience: float = 2.0,
    ) -> None:
        if not app_id:
            raise ValueError("without an app id the SDK would let everybody in")
        is_shared = app_type.casefold() == MULTI_TENANT
        if not is_shared and not tenant_id:
            raise ValueError("a bot of one tenant needs that tenant's id")
        self.commands = frozenset(commands)  # none is native here; the core's routing reads what was typed
        self._dispatcher, self._inbox, self._patience, self._links = dispatcher, inbox or NoInbox(), patience, links
        self._app_id, self._app_password = app_id, app_password
        self._metadata_url = metadata_url
        self._token_url = token_url or token_address(tenant_id, app_type)
        self._acquaintances = Acquaintances()
        self._offers = Offers()
        self._edge = Edge(self._running_cloud, self._answer, self._consented, self._puzzled, tenant=None if is_shared else tenant_id)
        self._session: aiohttp.ClientSession | None = None
        self._cloud: Cloud | None = None
        self._token: ConnectorToken | None = None
        self._turns: Turns | None = None
        self._onlookers: Onlookers | None = None
        self._connector: Connector | None = None
        self._handover: Handover | None = None

    def mount(self, app: web.Application, path: str = "/api/messages") -> None:
        """Let the platform reach us under this path."""
        app.router.add_post(path, self._edge.receive)

    async def start(self) -> None:
        """Open what needs a running event loop."""
        # Never through a proxy of the environment: loopback would go there too.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=200), trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
        )
        self._token = token = ConnectorToken(self._session, app_id=self._app_id, app_password=self._app_password, url=self._token_url)
        self._connector = Connector(self._session, token)
        self._cloud = Cloud(self._session, app_id=self._app_id, metadata_url=self._metadata_url)
        fetching = partial(fetch, self._session)
        self._onlookers = onlookers = Onlookers(self._connector)
        known = (self._acquaintances, onlookers, self._offers, self._inbox)
        self._turns = Turns(self._dispatcher, self._connector, *known, fetch=fetching, patience=self._patience)
        self._handover = Handover(self._session, self._connector, self._offers)

    async def close(self) -> None:
        """Let pending answers end, then let go of everything."""
        if self._turns is not None:
            await self._turns.close()
        if self._cloud is not None:
            self._cloud.close()
        if self._token is not None:
            self._token.close()
        if self._session is not None:
            await self._session.close()
        self._turns = self._cloud = self._token = self._session = self._connector = self._handover = self._onlookers = None
        self._offers.forget()

    async def settles(self) -> None:
        """Wait until every answer that is on its way has arrived."""
        if self._turns is not None:
            await self._turns.settles()

    async def take_up(self, incoming: Incoming) -> Answer:
        """Handle what was stored, and tell the person."""
        if self._turns is None:
            raise RuntimeError("the adapter has not been started")
        return await self._turns.take_up(incoming)

    async def post(self, to: Address, message: Message, token: str) -> Posted:  # noqa: ARG002
        """Post a message; the platform has no place for a token, so an unclear post cannot be looked up."""
        if to.kind == "chat":
            activity = render(await self._linked(to, message), audience=_audience(to), offers_files=True)
            human = self._acquaintances.human(to, f"{BOT_PREFIX}{self._app_id}")
            if human is None:
                raise Unreachable("nothing is known of this person's tenant")
            spot, message_id = await self._chats().post(human, to.external_id, activity)
            await self._offer_files(message, spot, to.external_id)
            return Posted(message_id, {**human.reference, "conversation": spot.conversation})
        spot = self._place(to)
        message_id = await self._speaker().post(spot, await self._for_all(to, spot, message))
        return Posted(message_id, {"service_url": spot.service_url, "tenant": to.workspace, "conversation": spot.conversation})

    async def _for_all(self, to: Address, spot: Spot, message: Message) -> Json:
        """The message as everybody sees it, with what lets each client ask for more where it stands in a place."""
        refresh = await self._onlookers.of(message, spot) if self._onlookers is not None and to.kind == "place" else None
        if to.kind == "place":
            message = await with_links(message, self._links, to.workspace)
        return render(await self._linked(to, message), audience=_audience(to), refresh=refresh)

    async def _linked(self, to: Address, message: Message) -> Message:
        """The message with the links that bring people together, as far as it has any."""
        if service_url := to.reference.get("service_url"):
            self._acquaintances.heard_of(to.workspace, service_url)
        return await Gatherings(self._speaker(), self._acquaintances).linked(message, to.workspace, f"{BOT_PREFIX}{self._app_id}")

    async def _offer_files(self, message: Message, spot: Spot, account: str) -> None:
        """Offer the files of a message that stands already, so a failure is logged and not raised."""
        for file in files_of(message):
            try:
                await self._speaker().post(spot, self._offers.make(file, account))
            except DeliveryFailed as failure:
                log.error("a file was not offered", kind=type(failure).__name__, why=str(failure))

    async def find(self, to: Address, message: Message, token: str, since: datetime) -> Stands | Look:  # noqa: ARG002
        """Say that nobody can tell: the platform has no look for what was posted before."""
        return Look.CANNOT_TELL

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace a message of ours."""
        spot = await self._spot(to)
        activity = await self._for_all(to, spot, message)
        await self._speaker().edit(spot, message_id, activity)

    async def delete(self, to: Address, message_id: str) -> None:
        """Take a message of ours away."""
        await self._speaker().delete(await self._spot(to), message_id)

    async def pin(self, to: Address, message_id: str) -> None:
        """Do nothing: a bot cannot pin here, and people can."""

    async def invite(self, to: Address, people: Sequence[Mention]) -> None:
        """Do nothing: a bot cannot add people here, and people can."""

    async def show_home(self, to: Address, message: Message) -> None:
        """Do nothing: a bot has no home tab here."""

    async def name_of(self, to: Address) -> str | None:
        """A channel's name as its team knows it; a group chat that has none is called by who is in it."""
        spot = self._place(to)
        team = to.reference.get(GROUP)
        if team is None:
            return await self._speaker().name_of_chat(spot)
        return await self._speaker().name_of_channel(spot, team)

    async def describe(self, workspace: str, account: str) -> Actor:
        """Look the person's name up in the roster of their own chat, which tells neither zone nor language."""
        human = self._acquaintances.human(Address(workspace, account, "chat"), f"{BOT_PREFIX}{self._app_id}")
        if human is None:
            return Actor(account)
        spot = await self._chats().of(human, account)
        member = await self._speaker().member(spot, account)
        return Actor(
            account=str(member.get("aadObjectId") or account),
            name=str(member["name"]) if member.get("name") else None,
            is_guest=member.get("userRole") == "guest",
            reference={**human.reference, "account": str(member.get("id") or account), "conversation": spot.conversation},
        )

    async def _spot(self, to: Address) -> Spot:
        if to.kind == "place":
            return self._place(to)
        human = self._acquaintances.human(to, f"{BOT_PREFIX}{self._app_id}")
        if human is None:
            raise Unreachable("nothing is known of this person's tenant")
        return await self._chats().of(human, to.external_id)

    def _place(self, to: Address) -> Spot:
        service_url = to.reference.get("service_url") or self._acquaintances.service_url(to.workspace)
        if not service_url:
            raise Unreachable("nothing is known of this place's tenant")
        conversation = to.reference.get("conversation") or to.external_id
        return Spot(service_url, conversation, None if conversation.endswith(GROUP_CHAT) else to.thread)

    async def _answer(self, turn: Turn) -> Json:
        if self._turns is None:
            raise Refused(503, "not running")
        try:
            return await self._turns(turn)
        except NotStored as late:
            raise Refused(503, "neither handled nor stored in time") from late

    async def _consented(self, consent: Consent) -> Json:
        """Take the answer to an offered file; the upload takes longer than the platform waits."""
        if self._turns is None or self._handover is None:
            raise Refused(503, "not running")
        self._turns.begin(self._handover(consent))
        return {}

    def _puzzled(self, activity: Json) -> None:
        """Whoever pressed something that we do not know is told so in a card, since the platform's own words help nobody."""
        asked = who_waits(activity)
        if self._turns is not None and asked is not None:
            self._turns.begin(self._turns.regret(*asked))

    def _running_cloud(self) -> Cloud:
        if self._cloud is None:
            raise Refused(503, "not running")
        return self._cloud

    def _speaker(self) -> Connector:
        if self._connector is None:
            raise RuntimeError("the adapter has not been started")
        return self._connector

    def _chats(self) -> Chats:
        return Chats(self._speaker(), self._acquaintances)


def _audience(to: Address) -> str:
    return f"teams/{to.workspace}"

"""The face of the faked Teams platform."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from aiohttp import web

from adapters.playground.driver import Held, Json, Outcome, Screen
from adapters.playground.teams import gestures, presses, snapshot
from adapters.playground.teams.activities import Scribe
from adapters.playground.teams.connector import Connector
from adapters.playground.teams.core import Core
from adapters.playground.teams.delivery import Answer, Courier
from adapters.playground.teams.faults import Call, Faults, Pacing
from adapters.playground.teams.happenings import Happenings
from adapters.playground.teams.screen import screen_of
from adapters.playground.teams.tokens import TokenIssuer
from adapters.playground.teams.world import Person, ResolvedMention, Room, World

DEFAULT_TENANT = "7f3c2c61-3c1e-4b43-9d0e-2b0f4c1d9a10"


class FakeTeams(Happenings):
    """Microsoft Teams, its connector and its token service on loopback, driven on behalf of any user."""

    def __init__(
        self,
        *,
        manifest: Json,
        app_id: str,
        app_password: str,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        rate_limits: bool = False,
        tenant_id: str = DEFAULT_TENANT,
        bot_name: str = "Convene",
        invoke_timeout: float = 10.0,
        message_timeout: float = 15.0,
    ) -> None:
        self.bot_id = f"28:{app_id}"
        self.tenant_id = tenant_id
        world = World(self.bot_id, bot_name, tenant_id, now, _scopes(manifest))
        self.tokens = TokenIssuer(app_id=app_id, app_password=app_password, tenant_id=tenant_id, wall=wall)
        courier = Courier(world, self.tokens, manifest, invoke_timeout, message_timeout)
        pacing = Pacing(monotonic, rate_limits)
        self._core = Core(world, manifest, self.tokens, courier, Scribe(world), pacing)

    # -- setting the stage ---------------------------------------------------------------------------------------------

    def add_user(
        self,
        user_id: str,
        name: str,
        *,
        locale: str = "en-US",
        zone: str | None,
        installed: bool = True,
        aad_object_id: str | None = None,
    ) -> None:
        """Add a person to the tenant; `zone` travels in activities when it is given."""
        object_id = aad_object_id or str(uuid.uuid5(uuid.NAMESPACE_URL, f"person/{self.tenant_id}/{user_id}"))
        self._core.world.people[user_id] = Person(user_id, name, locale, zone, installed, object_id)
        if installed:
            self._core.world.open_chat(user_id)
        self._core.world.changed(user_id)

    def add_channel(
        self,
        channel_id: str,
        name: str,
        members: Iterable[str],
        *,
        team: str = "Community",
        bot: bool = True,
        kind: Literal["channel", "groupChat"] = "channel",
    ) -> None:
        """Add a channel of a team, or a group chat, with these people in it."""
        home = self._core.world.team_named(team, channel_id) if kind == "channel" else None
        self._core.world.rooms[channel_id] = Room(channel_id, kind, name, list(members), bot, home)
        self._core.world.changed()

    def chat_of(self, user: str) -> str:
        """Return the id of the personal chat of this person with the bot."""
        return self._core.world.chat_id(user)

    def object_id(self, user: str) -> str:
        """Return the directory's id of this person, by which bots know them."""
        return self._core.person(user).aad_object_id

    def team_id(self, team: str = "Community") -> str:
        """Return the id of a team by its name."""
        return self._core.world.team_named(team).id

    def routes(self) -> web.Application:
        """Return everything that the bot calls: connector, token endpoint, keys and uploads."""
        return Connector(self._core).application()

    def listen(self, *, base_url: str, request_url: str) -> None:
        """Say where `routes()` is reachable and where the bot's endpoint is."""
        self._core.base_url = base_url.rstrip("/")
        self._core.scribe.service_url = self.service_url
        self.tokens.service_url = self.service_url
        self._core.courier.request_url = request_url

    @property
    def service_url(self) -> str:
        """The address that activities name for the answers."""
        return self._core.base_url + "/"

    @property
    def metadata_url(self) -> str:
        """The OpenID metadata of the connector's tokens."""
        return f"{self._core.base_url}/v1/.well-known/openidconfiguration"

    @property
    def token_url(self) -> str:
        """The token endpoint for the bot's client credentials."""
        return f"{self._core.base_url}/{self.tenant_id}/oauth2/v2.0/token"

    async def close(self) -> None:
        """Let go of everything: hanging calls, background work, connections."""
        self._core.closing.set()
        for task in list(self._core.background):
            task.cancel()
        await self._core.courier.close()

    # -- what tests look at --------------------------------------------------------------------------------------------

    @property
    def faults(self) -> Faults:
        """The failures ordered in advance."""
        return self._core.faults

    @property
    def calls(self) -> list[Call]:
        """Every call of the bot, oldest first."""
        return self._core.calls

    @property
    def sent(self) -> list[Json]:
        """Every activity sent to the bot, oldest first."""
        return self._core.courier.sent

    @property
    def card_problems(self) -> list[str]:
        """Everything that the strict rules find wrong with what the bot sent."""
        return self._core.card_problems

    @property
    def protocol_problems(self) -> list[str]:
        """Answers to invokes that the client cannot make anything of."""
        return self._core.protocol_problems

    @property
    def mentions(self) -> list[ResolvedMention]:
        """Everybody notified by a mention of the bot's."""
        return self._core.world.mentions

    @property
    def typing(self) -> list[str]:
        """The conversations in which the bot showed that it is typing, once for each time."""
        return self._core.world.typing

    @property
    def uploads(self) -> dict[str, bytes]:
        """The files that the bot uploaded, by the id in their address."""
        return self._core.uploads

    async def send_raw(self, headers: Mapping[str, str], body: bytes | Json) -> Answer:
        """Send any request to the bot's endpoint."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self._core.courier.carries_raw({"Content-Type": "application/json", **headers}, raw)

    async def redeliver(self) -> Answer:
        """Send the very same last activity once more."""
        return await self._core.courier.carries_again(self.sent[-1])

    # -- what a person does --------------------------------------------------------------------------------------------

    async def types(self, user: str, conversation: str, text: str, *, thread: str | None = None) -> Outcome:
        """Send what was typed; a slash has no meaning here. The bot's id stands for one's own chat with it."""
        return await gestures.type_text(self._core, user, conversation, text, thread)

    async def sends_file(
        self, user: str, conversation: str, name: str, content: bytes, text: str = "", *, thread: str | None = None
    ) -> Outcome:
        """Send a file, with or without words."""
        return await gestures.send_file(self._core, user, conversation, name, content, text, thread)

    def holds(self, user: str, message: str, control: str) -> Held:
        """What is under a finger now."""
        return presses.under_finger(self._core, user, message, control)

    async def presses(
        self, user: str, surface: str, control: str, inputs: Mapping[str, Any] | None = None, *, held: Held | None = None
    ) -> Outcome:
        """Press a control of a message or of an open dialog."""
        return await presses.press(self._core, user, surface, control, inputs or {}, held)

    async def submits(self, user: str, dialog: str, values: Mapping[str, Any]) -> Outcome:
        """Submit an open dialog with its own button."""
        return await presses.submit_dialog(self._core, user, dialog, values)

    async def dismisses(self, user: str, dialog: str) -> Outcome:
        """Close a dialog without submitting it."""
        return presses.dismiss_dialog(self._core, user, dialog)

    async def picks_up(self, user: str, message: str, shortcut: str) -> Outcome:
        """Choose one of the bot's shortcuts in a message's menu."""
        return await presses.pick_up(self._core, user, message, shortcut)

    async def begins(self, user: str, conversation: str, shortcut: str) -> Outcome:
        """Choose one of the bot's shortcuts beside what one writes."""
        return await presses.begin(self._core, user, conversation, shortcut)

    async def looks(self, user: str, message: str, *, by_hand: bool = False) -> Outcome:
        """Look at a message, which refreshes a card that asks by itself, or choose its refreshing in the message's menu."""
        return await presses.look(self._core, user, message, by_hand=by_hand)

    async def catches_up(self, user: str) -> None:
        """Open one's eyes: cards that say something of their own to this person ask for it."""
        await presses.catch_up(self._core, user)

    async def edits(self, user: str, message: str, text: str) -> Outcome:
        """Edit one's own message."""
        return await gestures.edit_text(self._core, user, message, text)

    async def deletes(self, user: str, message: str) -> Outcome:
        """Delete one's own message."""
        return await gestures.delete_message(self._core, user, message)

    async def undeletes(self, user: str, message: str) -> Outcome:
        """Take the deletion of one's own message back."""
        return await gestures.undelete_message(self._core, user, message)

    async def reacts(self, user: str, message: str, emoji: str) -> Outcome:
        """Add a reaction, or take it back when it is there."""
        return await gestures.toggle_reaction(self._core, user, message, emoji)

    async def settles(self) -> None:
        """Wait until nothing is under way by itself."""
        while self._core.background:
            await asyncio.gather(*self._core.background, return_exceptions=True)

    def screen(self, user: str) -> Screen:
        """Return what this person sees now."""
        return screen_of(self._core.world, self._core.manifest, self._core.person(user))

    def watch(self, changed: Callable[[str], None]) -> None:
        """Call `changed(user_id)` whenever a screen changed ("" = everybody's)."""
        self._core.world.watchers.append(changed)

    def dump(self) -> Json:
        """Return everything that outlives the process, as JSON."""
        return snapshot.dump(self._core)

    def restore(self, dumped: Json) -> None:
        """Put a dumped world in the place of this one, or raise ValueError and leave this one as it is."""
        snapshot.restore(self._core, dumped)


def _scopes(manifest: Json) -> frozenset[str] | None:
    """Return where the manifest allows the bot to be, spelt alike whatever the version of the manifest."""
    bots = manifest.get("bots") or []
    named = bots[0].get("scopes") if bots else None
    return frozenset(str(each).casefold() for each in named) if named is not None else None

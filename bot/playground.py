"""The playground: the whole bot between two faked platforms on loopback, with a clock that can be wound. Tests live in it too."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.app import Adapter, Machine, machine
from bot.core.clock import RunningClock, WoundClock
from bot.core.registry import Registry
from bot.data import scope
from bot.data.units import Units
from bot.lean import dataclass
from bot.people import store
from bot.people.rows import IdentityRow, PersonRow, WorkspaceRow
from bot.people.values import Role
from handlers import features
from scheduler.delivery import PACE
from scheduler.winding import WindableClock, Winder

if TYPE_CHECKING:
    import socket

    from aiohttp import web

    from adapters.playground.slack import FakeSlack
    from adapters.playground.teams import FakeTeams
    from adapters.slack import SlackAdapter
    from adapters.teams import TeamsAdapter

COMMUNITY = "Learning Engineers"
SLACK_TEAM, SLACK_PLACE = "T0001", "C0PRACTICE"
TENANT, TEAMS_PLACE = "11111111-2222-4333-8444-555555555555", "19:practice@thread.tacv2"
TEAMS_APP = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"


@dataclass(frozen=True, slots=True)
class Somebody:
    """One of the people who live in the playground."""

    platform: Literal["slack", "teams"]
    account: str
    name: str
    zone: str
    role: Role = Role.MEMBER


PEOPLE: tuple[Somebody, ...] = (
    Somebody("slack", "U0ANN", "Ann Keller", "Europe/Berlin", Role.LEAD),
    Somebody("slack", "U0BOB", "Bob O'Brien", "America/New_York"),
    Somebody("slack", "U0HANAKO", "田中 花子", "Asia/Tokyo"),
    Somebody("slack", "U0PRIYA", "Priya Raman", "Asia/Kolkata"),
    Somebody("teams", "29:jurgen", "Jürgen Groß", "Europe/Berlin", Role.LEAD),
    Somebody("teams", "29:layla", "ليلى حداد", "America/New_York"),
    Somebody("teams", "29:wei", "王小明", "Asia/Tokyo"),
    Somebody("teams", "29:anil", "अनिल शर्मा", "Asia/Kolkata"),
)


@dataclass
class Playground:
    """A bot, two faked platforms and the clock."""

    parts: Machine
    slack: FakeSlack
    teams: FakeTeams
    slack_adapter: SlackAdapter
    teams_adapter: TeamsAdapter

    @cached_property
    def winder(self) -> Winder:
        """Winds the clock, and everything that hangs on it."""
        assert isinstance(self.parts.clock, WoundClock | RunningClock)
        return Winder(self.parts.units, self.parts.clock, self.parts.ticker, self.parts.worker, self.parts.delivery, self.settle)

    async def settle(self) -> None:
        """Wait until nobody has anything under way."""
        await self._settle()
        while self.parts.intake.is_woken:
            await self.parts.intake.drain()
            await self._settle()

    async def _settle(self) -> None:
        await self.slack.settles()
        await self.teams.settles()
        await self.slack_adapter.settles()
        await self.teams_adapter.settles()
        await self.parts.dispatcher.settle()

    async def populate(self, people: Sequence[Somebody] = PEOPLE) -> None:
        """Seed one community with a place on each platform: its people arrive by the platforms' own events. Safe to repeat."""
        leads = [
            person.account if person.platform == "slack" else self.teams.object_id(person.account)
            for person in people
            if person.role is Role.LEAD
        ]
        await self.parts.units.run(_found)
        first_on_slack = next(p.account for p in people if p.platform == "slack")
        first_on_teams = next(p.account for p in people if p.platform == "teams")
        for person in people:
            await (self.slack if person.platform == "slack" else self.teams).opens_home(person.account)
        await self.slack.invite_bot(first_on_slack, SLACK_PLACE)
        await self.teams.add_bot_to(TEAMS_PLACE, first_on_teams)
        await self.parts.units.run(lambda session: _appoint(session, leads))
        await self.winder.settle()


def _found(session: Session) -> None:
    scope.enter(session, scope.SYSTEM)
    if session.query(WorkspaceRow.id).first() is not None:
        return
    community = store.found_community(session, name=COMMUNITY, zone="Europe/Berlin", language="en", now=datetime.now(UTC))
    store.add_workspace(session, community, platform="slack", external_id=SLACK_TEAM, name=COMMUNITY)
    store.add_workspace(session, community, platform="teams", external_id=TENANT, name=COMMUNITY)


def _appoint(session: Session, accounts: Sequence[str]) -> None:
    scope.enter(session, scope.SYSTEM)
    for person in session.query(IdentityRow.person_id).where(IdentityRow.account.in_(accounts)):
        session.execute(update(PersonRow).where(PersonRow.id == person.person_id).values(role=Role.LEAD.value))


GRANTED = ("partners-chat", "pins", "reactions", "team-channels")  # of what a workspace may leave out


def fake_platforms(registry: Registry, clock: WindableClock, password: str) -> tuple[FakeSlack, FakeTeams]:
    """The two platforms with our manifests installed, and nobody on them yet."""
    from adapters.playground.slack import FakeSlack
    from adapters.playground.teams import FakeTeams
    from manifest.slack import slack_manifest
    from manifest.teams import teams_manifest

    slack = FakeSlack(
        manifest=slack_manifest(registry, socket_mode=False, request_url="https://convene.example/slack/events", capabilities=GRANTED),
        signing_secret=secrets.token_hex(16),
        now=clock.now,
        team_id=SLACK_TEAM,
        team_name=COMMUNITY,
    )
    teams = FakeTeams(
        manifest=teams_manifest(registry, app_id=TEAMS_APP),
        app_id=TEAMS_APP,
        app_password=password,
        now=clock.now,
        tenant_id=TENANT,
    )
    return slack, teams


def _settle_in(slack: FakeSlack, teams: FakeTeams, people: Sequence[Somebody]) -> None:
    for person in people:
        if person.platform == "slack":
            slack.add_user(person.account, person.name, zone=person.zone)
        else:
            teams.add_user(person.account, person.name, zone=person.zone)
    slack.add_channel(SLACK_PLACE, "practice", [p.account for p in people if p.platform == "slack"], bot=False)
    teams.add_channel(TEAMS_PLACE, "Craft circle", [p.account for p in people if p.platform == "teams"], team="Craft circle", bot=False)


@asynccontextmanager
async def playground(
    units: Units,
    clock: WindableClock,
    *,
    people: Sequence[Somebody] = PEOPLE,
    pace: timedelta = PACE,
    registry: Registry | None = None,
    page: Callable[[Playground], web.Application] | None = None,
    remember: Callable[[FakeSlack, FakeTeams], bool] = lambda *_: False,
    address: socket.socket | None = None,
) -> AsyncIterator[Playground]:
    """The bot and both platforms on one loopback port, speaking HTTP to each other.

    `page` gives the application to put everything on; `remember` brings the platforms back as they were and says whether it could;
    `address` is a socket that listens already, in place of a free port.
    """
    from adapters import about, handing
    from adapters.slack import SlackAdapter
    from adapters.teams import TeamsAdapter
    from adapters.web import application, listening, reserve

    registry = registry or Registry(features())
    parts = machine(units, clock, registry, pace=pace)
    password = secrets.token_hex(16)
    slack, teams = fake_platforms(registry, clock, password)
    if not remember(slack, teams):
        _settle_in(slack, teams, people)
    address = address or reserve("127.0.0.1", 0)
    here = f"http://127.0.0.1:{address.getsockname()[1]}"
    teams.listen(base_url=f"{here}/teams-platform", request_url=f"{here}/api/messages")
    slack.listen(base_url=f"{here}/slack-platform", request_url=f"{here}/slack/events")
    slack_adapter = SlackAdapter(
        parts.dispatcher,
        inbox=parts.inbox,
        signing_secret=slack.signing_secret,
        bot_token=slack.bot_token,
        installations=parts.installations("slack"),
        api_url=f"{here}/slack-platform/api/",
    )
    teams_adapter = TeamsAdapter(
        parts.dispatcher,
        inbox=parts.inbox,
        app_id=TEAMS_APP,
        app_password=password,
        tenant_id=TENANT,
        commands=tuple(registry.commands),
        metadata_url=teams.metadata_url,
        token_url=teams.token_url,
        links=(links := parts.handed_files(here)),
    )
    adapters: dict[str, Adapter] = {"slack": slack_adapter, "teams": teams_adapter}
    parts.attach(adapters, adapters)
    stage = Playground(parts, slack, teams, slack_adapter, teams_adapter)
    app = page(stage) if page is not None else application(parts.readiness, parts.measures)
    app.add_subapp("/slack-platform", slack.routes())
    app.add_subapp("/teams-platform", teams.routes())
    slack_adapter.mount(app)
    teams_adapter.mount(app)
    handing.mount(app, links)
    about.mount(app, registry)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(listening(app, address))
        for closing in (slack, teams):
            stack.push_async_callback(closing.close)
        for adapter in (slack_adapter, teams_adapter):
            await adapter.start()
            stack.push_async_callback(adapter.close)
        yield stage
        await stage.settle()

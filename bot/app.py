"""The composition root: settings in, a running bot out. Nothing imports this but the command line and the tests."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.chat.errors import DeliveryFailed
from bot.core import metrics
from bot.core.clock import Clock, SystemClock
from bot.core.dispatch import UnitDispatcher
from bot.core.findings import Finding
from bot.core.handed import HandedFiles
from bot.core.inbox import UnitInbox
from bot.core.incoming import Inlet
from bot.core.installations import Installations
from bot.core.ports import Platform
from bot.core.registry import Registry
from bot.data import schema
from bot.data.calls import hear
from bot.data.engine import units_for
from bot.data.units import Units
from bot.data.vault import Vault
from bot.lean import dataclass
from handlers import features
from scheduler.delivery import PACE, Delivery
from scheduler.intake import Intake
from scheduler.standing import ages, show, timely
from scheduler.tick import Ticker
from scheduler.worker import Worker, own_process

if TYPE_CHECKING:
    from aiohttp import web

    from adapters.slack import SlackAdapter
    from bot.settings import Settings

log = structlog.get_logger()
GRACE = 10.0  # seconds in which what is under way may end after a SIGTERM
STOPS_WITHIN = 25.0  # seconds: what has not ended by then is left as a process that died leaves it, which loses nothing
PATIENCE = 2.0  # seconds for which somebody who asks how it stands waits for the database
TICKS_WITHIN = timedelta(minutes=1)
NEW_OBJECTS = 10_000  # so many more than there were before a collection begins; Python's own 700 took 8 % of a delivery

KEPT_FOR = timedelta(days=30)  # the rows of a workspace that the app was taken out of


class OutdatedDatabase(Exception):
    """The database stands at another revision than this program expects."""


class CannotServe(Exception):
    """A platform does not take the credentials that are there."""


class Adapter(Platform, Inlet, Protocol):
    """Both sides of a platform's adapter."""


@dataclass(slots=True)
class Machine:
    """Everything without a platform: units, registry, dispatcher, inbox and intake, tick, worker and delivery."""

    units: Units
    registry: Registry
    clock: Clock
    dispatcher: UnitDispatcher
    inbox: UnitInbox
    intake: Intake
    ticker: Ticker
    worker: Worker
    delivery: Delivery
    platforms: dict[str, Platform]
    inlets: dict[str, Inlet]

    def attach(self, platforms: Mapping[str, Platform], inlets: Mapping[str, Inlet] | None = None) -> None:
        """Give the machine the platforms to speak through, and those that take up what is stored of what they brought."""
        self.platforms.update(platforms)
        self.inlets.update(inlets or {})
        self.dispatcher.attach(self.platforms)

    def installations(self, platform: str, kept_for: timedelta = KEPT_FOR) -> Installations:
        """In which workspaces of a platform the app is; what goes with one stays for a while."""
        return Installations(self.units, self.clock, self.registry, platform, kept_for)

    def handed_files(self, base: str) -> HandedFiles:
        """The files that are handed over by their address; `base` is where the outside world reaches us."""
        return HandedFiles(self.units, self.clock, base)

    async def readiness(self) -> list[Finding]:
        """Whether the database answers, this process looks for what is due, and what may leave does."""
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self.units.read(partial(ages, now=self.clock.now()))
        except Exception as error:
            log.warning("the database does not answer", why=type(error).__name__)
            return [Finding(False, "database: it does not answer")]
        ticked = Finding(self.ticker.age <= TICKS_WITHIN, f"tick: {self.ticker.age.total_seconds():.0f} s ago")
        return [Finding(True, "database: it answers"), ticked, timely("outbox: what may leave", found.outbox)]

    async def measures(self) -> bytes:
        """What Prometheus is shown; without a database, what this process counted."""
        metrics.TICK_AGE.set(self.ticker.age.total_seconds())
        try:
            async with asyncio.timeout(PATIENCE):
                await self.units.read(partial(show, now=self.clock.now()))
        except Exception as error:
            log.warning("the database does not answer", why=type(error).__name__)
        return metrics.exposition()


def machine(
    units: Units, clock: Clock, registry: Registry | None = None, *, pace: timedelta = PACE, computes_apart: bool = False
) -> Machine:
    """Put the parts together; what takes long is computed in a thread, or apart, in a process of its own."""
    registry = registry or Registry(features())
    platforms: dict[str, Platform] = {}
    inlets: dict[str, Inlet] = {}
    inbox = UnitInbox(units)
    intake = Intake(units, inbox, inlets)
    delivery = Delivery(units, platforms, clock, registry=registry, pace=pace)
    dispatcher = UnitDispatcher(units, registry, clock, delivery.wake)
    worker = Worker(units, registry, clock, delivery.wake, own_process if computes_apart else None)
    ticker = Ticker(units, registry, clock, delivery.wake)
    return Machine(units, registry, clock, dispatcher, inbox, intake, ticker, worker, delivery, platforms, inlets)


async def check_revision(url: str) -> None:
    """Refuse a database that was not migrated to this program's schema."""
    found, wanted = await schema.current(url), schema.head()
    if found != wanted:
        raise OutdatedDatabase(f"the database is at revision {found or 'none'}, this program needs {wanted}: run `python -m bot migrate`")


def tune_garbage_collection() -> None:
    """What was imported stays, so it is never walked over again; what is new is, more seldom: nearly all of it goes without."""
    import gc

    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


@asynccontextmanager
async def running(parts: Machine) -> AsyncIterator[None]:
    """Tick, compute and deliver while the block runs."""
    from scheduler.clockwork import Clockwork

    tune_garbage_collection()
    clockwork = Clockwork(parts.ticker)
    clockwork.start()
    taking_in = asyncio.create_task(parts.intake.run(), name="intake")
    working = asyncio.create_task(parts.worker.run(), name="laters")
    delivering = asyncio.create_task(parts.delivery.run(), name="delivery")
    hearing = asyncio.create_task(hear(parts.units, parts.delivery.wake), name="calls")
    try:
        yield
    finally:
        clockwork.stop()
        hearing.cancel()
        for each in (parts.intake, parts.worker, parts.delivery):
            each.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(taking_in, working, delivering), GRACE)
        await parts.dispatcher.settle()


async def serve(settings: Settings) -> None:
    """Serve the platforms whose credentials are there, until a signal comes."""
    await check_revision(settings.database_url)
    registry = Registry(features(), settings.convene_command_prefix, settings.admins)
    parts = machine(units_for(settings.database_url, Vault(settings.keys)), SystemClock(), registry, computes_apart=True)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(parts.units.close)
        from adapters.web import application, listening, reserve

        token = settings.metrics_token
        app = application(parts.readiness, parts.measures, token.get_secret_value() if token else None)
        await _open_adapters(stack, parts, app, settings)
        await stack.enter_async_context(running(parts))
        await stack.enter_async_context(listening(app, reserve(settings.host, settings.port)))
        log.info("serving", host=settings.host, port=settings.port, platforms=sorted(parts.platforms))
        await until_stopped()
        log.info("stopping")
        asyncio.get_running_loop().call_later(STOPS_WITHIN, _end_at_once)


async def _open_adapters(stack: AsyncExitStack, parts: Machine, app: web.Application, settings: Settings) -> None:
    from adapters import about, handing

    about.mount(app, parts.registry, privacy_url=settings.convene_privacy_url, terms_url=settings.convene_terms_url)
    adapters: dict[str, Adapter] = {}
    links = parts.handed_files(settings.convene_url) if settings.convene_url is not None else None
    if links is not None:
        handing.mount(app, links)
    if settings.has_slack:
        slack = _slack(parts, settings)
        if settings.slack_signing_secret is not None:
            slack.mount(app)
        stack.push_async_callback(slack.close)
        await _started(slack)
        adapters["slack"] = slack
    if settings.app_id and settings.app_password is not None:
        from adapters.teams import METADATA, TeamsAdapter

        teams = TeamsAdapter(
            parts.dispatcher,
            inbox=parts.inbox,
            app_id=settings.app_id,
            app_password=settings.app_password.get_secret_value(),
            tenant_id=settings.app_tenantid,
            app_type=settings.app_type,
            commands=tuple(parts.registry.commands),
            metadata_url=settings.teams_metadata_url or METADATA,
            token_url=settings.teams_token_url,
            links=links,
        )
        teams.mount(app)
        await teams.start()
        stack.push_async_callback(teams.close)
        adapters["teams"] = teams
    parts.attach(adapters, adapters)


async def _started(slack: SlackAdapter) -> None:
    from adapters.slack.sockets import SocketRefused

    try:
        await slack.start()
    except (DeliveryFailed, SocketRefused) as refused:
        raise CannotServe(f"Slack does not take what is in .env ({refused}): `python -m bot check` says what mends it") from refused


def _slack(parts: Machine, settings: Settings) -> SlackAdapter:
    from adapters.slack import Installing, SlackAdapter
    from manifest.limits import Refused
    from manifest.scopes import asked_for

    installing = None
    if settings.slack_client_id is not None and settings.slack_client_secret is not None:
        try:
            asked = [(scope.name, scope.reason) for scope in asked_for(settings.slack_extras)]
        except Refused as unknown:
            raise CannotServe(f"SLACK_OPTIONAL: {unknown}") from unknown
        installing = Installing(
            settings.slack_client_id, settings.slack_client_secret.get_secret_value(), asked, f"/{settings.convene_command_prefix}convene"
        )
    token, signing, app_token = settings.slack_bot_token, settings.slack_signing_secret, settings.slack_app_token
    return SlackAdapter(
        parts.dispatcher,
        inbox=parts.inbox,
        signing_secret=signing.get_secret_value() if signing else "",
        bot_token=token.get_secret_value() if token else None,
        installing=installing,
        installations=parts.installations("slack", timedelta(days=settings.convene_keep_days)),
        api_url=settings.slack_api_url,
        app_token=app_token.get_secret_value() if app_token else None,
        command_prefix=settings.convene_command_prefix,
    )


def _end_at_once() -> None:
    log.error("it did not stop in time")
    os._exit(1)


async def until_stopped() -> None:
    """Wait for SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    await stopped.wait()

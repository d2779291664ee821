"""The composition root: settings in, a running bot out. Nothing imports this but the command line and the tests."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.core.clock import Clock, SystemClock
from bot.core.dispatch import UnitDispatcher
from bot.core.ports import Platform
from bot.core.registry import Registry
from bot.data import schema
from bot.data.engine import units_for
from bot.data.units import Units
from bot.data.vault import Vault
from handlers import features
from scheduler.delivery import PACE, Delivery
from scheduler.tick import Ticker
from scheduler.worker import Worker, own_process

if TYPE_CHECKING:
    from aiohttp import web

    from bot.settings import Settings

log = structlog.get_logger()
GRACE = 10.0  # seconds in which what is under way may end after a SIGTERM


class OutdatedDatabase(Exception):
    """The database stands at another revision than this program expects."""


@dataclass(slots=True)
class Machine:
    """Everything without a platform: units, registry, dispatcher, tick, worker and delivery."""

    units: Units
    registry: Registry
    clock: Clock
    dispatcher: UnitDispatcher
    ticker: Ticker
    worker: Worker
    delivery: Delivery
    platforms: dict[str, Platform] = field(default_factory=dict)

    def attach(self, platforms: Mapping[str, Platform]) -> None:
        """Give the machine the platforms to speak through."""
        self.platforms.update(platforms)
        self.dispatcher.attach(self.platforms)

    async def is_ready(self) -> bool:
        """Whether the database answers."""
        try:
            await self.delivery.next_at()
        except Exception:
            log.exception("not ready")
            return False
        return True


def machine(
    units: Units, clock: Clock, registry: Registry | None = None, *, pace: timedelta = PACE, computes_apart: bool = False
) -> Machine:
    """Put the parts together; what takes long is computed in a thread, or apart, in a process of its own."""
    registry = registry or Registry(features())
    platforms: dict[str, Platform] = {}
    delivery = Delivery(units, platforms, clock, registry=registry, pace=pace)
    dispatcher = UnitDispatcher(units, registry, clock, delivery.wake)
    worker = Worker(units, registry, clock, delivery.wake, own_process if computes_apart else None)
    return Machine(units, registry, clock, dispatcher, Ticker(units, registry, clock), worker, delivery, platforms)


async def check_revision(url: str) -> None:
    """Refuse a database that was not migrated to this program's schema."""
    found, wanted = await schema.current(url), schema.head()
    if found != wanted:
        raise OutdatedDatabase(f"the database is at revision {found or 'none'}, this program needs {wanted}: run `python -m bot migrate`")


@asynccontextmanager
async def running(parts: Machine) -> AsyncIterator[None]:
    """Tick, compute and deliver while the block runs."""
    import gc

    from scheduler.clockwork import Clockwork

    gc.collect()
    gc.freeze()  # what was imported stays: no collection needs to walk over it again

    clockwork = Clockwork(parts.ticker)
    clockwork.start()
    working = asyncio.create_task(parts.worker.run(), name="laters")
    delivering = asyncio.create_task(parts.delivery.run(), name="delivery")
    try:
        yield
    finally:
        clockwork.stop()
        parts.worker.close()
        parts.delivery.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(working, delivering), GRACE)
        await parts.dispatcher.settle()


async def serve(settings: Settings) -> None:
    """Serve the platforms whose credentials are there, until a signal comes."""
    await check_revision(settings.database_url)
    registry = Registry(features(), settings.convene_command_prefix, settings.admins)
    parts = machine(units_for(settings.database_url, Vault(settings.keys)), SystemClock(), registry, computes_apart=True)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(parts.units.close)
        from adapters.web import application, listening, reserve

        app = application(parts.is_ready)
        await _open_adapters(stack, parts, app, settings)
        await stack.enter_async_context(running(parts))
        await stack.enter_async_context(listening(app, reserve(settings.host, settings.port)))
        log.info("serving", host=settings.host, port=settings.port, platforms=sorted(parts.platforms))
        await until_stopped()
        log.info("stopping")


async def _open_adapters(stack: AsyncExitStack, parts: Machine, app: web.Application, settings: Settings) -> None:
    platforms: dict[str, Platform] = {}
    if settings.slack_bot_token is not None:
        from adapters.slack import SlackAdapter

        signing, app_token = settings.slack_signing_secret, settings.slack_app_token
        slack = SlackAdapter(
            parts.dispatcher,
            signing_secret=signing.get_secret_value() if signing else "",
            bot_token=settings.slack_bot_token.get_secret_value(),
            api_url=settings.slack_api_url,
            app_token=app_token.get_secret_value() if app_token else None,
            command_prefix=settings.convene_command_prefix,
        )
        if signing is not None:
            slack.mount(app)
        await slack.start()
        stack.push_async_callback(slack.close)
        platforms["slack"] = slack
    if settings.app_id is not None and settings.app_password is not None:
        from adapters.teams import METADATA, TeamsAdapter

        teams = TeamsAdapter(
            parts.dispatcher,
            app_id=settings.app_id,
            app_password=settings.app_password.get_secret_value(),
            tenant_id=settings.app_tenantid,
            app_type=settings.app_type,
            commands=tuple(parts.registry.commands),
            metadata_url=settings.teams_metadata_url or METADATA,
            token_url=settings.teams_token_url,
        )
        teams.mount(app)
        await teams.start()
        stack.push_async_callback(teams.close)
        platforms["teams"] = teams
    parts.attach(platforms)


async def until_stopped() -> None:
    """Wait for SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    await stopped.wait()

"""The two servers that are compared, each a process of its own: a bare Bolt app that only acknowledges, and the whole bot."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from aiohttp import web

from adapters.web import application, listening, reserve
from bench.slack_requests import PATH, SECRET
from bot.core.findings import Finding

KEY = "a key that is only good for benches, 32+"


@dataclass(frozen=True, slots=True)
class Served:
    """A server that listens: its port, and what it tells about itself."""

    port: int
    told: dict[str, Any]


@asynccontextmanager
async def served(*arguments: str) -> AsyncIterator[Served]:
    """A server process for as long as the block runs."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.serving", *arguments, stdout=asyncio.subprocess.PIPE)
    chatter: asyncio.Task[None] | None = None
    try:
        told = await asyncio.wait_for(_told(process), 180)
        chatter = asyncio.create_task(_ignored(process))  # a full pipe would stop the server
        yield Served(told["port"], told)
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), 30)
        if chatter is not None:
            chatter.cancel()
    assert process.returncode == 0, f"the server ended with {process.returncode}"


async def _told(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """The first line of JSON; lines before it are the log's."""
    assert process.stdout is not None
    while not (line := await process.stdout.readline()).startswith(b"{"):
        assert line, "the server ended before it listened"
    return dict(json.loads(line))


async def _ignored(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    while await process.stdout.readline():
        pass


def bare_bolt(api: str | None = None) -> web.Application:
    """Bolt with its signature verification and one listener that acknowledges, on aiohttp as Bolt's own server mounts it.

    With an API it edits the card of every press, too.
    """
    from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from slack_sdk.web.async_client import AsyncWebClient

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0", bot_id="B0", bot_user_id="U0", bot_token="xoxb-bench")

    client = AsyncWebClient(base_url=f"{api}/api/") if api else None
    bolt = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=True, client=client)

    @bolt.command("/journal")
    async def journal(ack: Callable[..., Awaitable[Any]]) -> None:
        await ack()

    @bolt.action("press.0")
    async def vote(ack: Callable[..., Awaitable[Any]], body: dict[str, Any], client: AsyncWebClient) -> None:
        where = body["container"]
        await client.chat_update(channel=where["channel_id"], ts=where["message_ts"], text="One more has voted.")
        await ack()

    async def receive(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    async def readiness() -> list[Finding]:
        return []

    app = application(readiness)
    app.router.add_post(PATH, receive)
    return app


async def serve_bare(api: str | None = None) -> None:
    """Serve the bare Bolt app until a signal comes."""
    from bot.app import until_stopped

    socket = reserve("127.0.0.1", 0)
    async with listening(bare_bolt(api), socket):
        _tell(port=socket.getsockname()[1])
        await until_stopped()


async def serve_bot(database: str, api: str, people: int, *, votes: bool = False) -> None:
    """Serve the whole bot, its tick and its delivery included, over a crowd in a challenge or asked to vote, until a signal comes."""
    from adapters.slack import SlackAdapter
    from bench.crowd import gather_crowd, gather_voters
    from bot.app import machine, running, until_stopped
    from bot.core.clock import RunningClock
    from bot.data.engine import units_for
    from bot.data.vault import Vault
    from bot.logs import configure

    configure(quiet=True)
    noon = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(12), UTC)
    async with AsyncExitStack() as stack:
        parts = machine(units_for(database, Vault([KEY])), RunningClock(noon))
        stack.push_async_callback(parts.units.close)
        app = application(parts.readiness)
        slack = SlackAdapter(parts.dispatcher, inbox=parts.inbox, signing_secret=SECRET, bot_token="xoxb-bench", api_url=f"{api}/api/")
        if not votes:
            slack.edits = slack.posts = None  # what the bot does is measured, and not how long Slack would let its edits wait
        slack.mount(app)
        await slack.start()
        stack.push_async_callback(slack.close)
        parts.attach({"slack": slack}, {"slack": slack})
        facts = await (gather_voters if votes else gather_crowd)(parts, people)
        await stack.enter_async_context(running(parts))
        socket = reserve("127.0.0.1", 0)
        await stack.enter_async_context(listening(app, socket))
        while await parts.delivery.next_at() is not None:  # noqa: ASYNC110 - the lanes have no event
            await asyncio.sleep(0.1)
        _tell(port=socket.getsockname()[1], **facts)
        await until_stopped()


async def serve_echo(api: str) -> None:
    """Serve the stock echo bot until a signal comes."""
    from bench.echo import echo
    from bot.app import until_stopped

    socket = reserve("127.0.0.1", 0)
    async with listening(echo(api), socket):
        _tell(port=socket.getsockname()[1])
        await until_stopped()


async def serve_teams(database: str, api: str) -> None:
    """Serve the whole bot on Teams, in which one place has a community, until a signal comes."""
    from adapters.teams import TeamsAdapter
    from bench.crowd import begin_on_teams
    from bench.teams_requests import APP_ID, PASSWORD, TENANT
    from bot.app import machine, running, until_stopped
    from bot.core.clock import SystemClock
    from bot.data.engine import units_for
    from bot.data.vault import Vault
    from bot.logs import configure

    configure(quiet=True)
    async with AsyncExitStack() as stack:
        parts = machine(units_for(database, Vault([KEY])), SystemClock())
        stack.push_async_callback(parts.units.close)
        app = application(parts.readiness)
        teams = TeamsAdapter(
            parts.dispatcher,
            app_id=APP_ID,
            app_password=PASSWORD,
            tenant_id=TENANT,
            commands=tuple(parts.registry.commands),
            metadata_url=f"{api}/metadata",
            token_url=f"{api}/token",
        )
        teams.mount(app)
        await teams.start()
        stack.push_async_callback(teams.close)
        parts.attach({"teams": teams})
        await begin_on_teams(parts, api)
        await stack.enter_async_context(running(parts))
        socket = reserve("127.0.0.1", 0)
        await stack.enter_async_context(listening(app, socket))
        _tell(port=socket.getsockname()[1])
        await until_stopped()


def _tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bare"]:
            asyncio.run(serve_bare())
        case ["edits", api]:
            asyncio.run(serve_bare(api))
        case ["bot", database, api, people]:
            asyncio.run(serve_bot(database, api, int(people)))
        case ["poll", database, api, people]:
            asyncio.run(serve_bot(database, api, int(people), votes=True))
        case ["echo", api]:
            asyncio.run(serve_echo(api))
        case ["teams", database, api]:
            asyncio.run(serve_teams(database, api))
        case _:
            servers = ("bare", "edits API", "bot DATABASE API PEOPLE", "poll DATABASE API PEOPLE", "echo API", "teams DATABASE API")
            sys.exit(f"usage: python -m bench.serving {' | '.join(servers)}")

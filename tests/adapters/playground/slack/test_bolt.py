"""The fake against the real slack-bolt: its signatures are believed, its payloads understood."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.driver import Driver
from adapters.playground.slack import FakeSlack
from tests.adapters.playground.slack.stage import SECRET, START, manifest
from tests.adapters.playground.slack.test_interacting import dialog


def bolt_app(base_url: str) -> AsyncApp:
    client = AsyncWebClient(token="xoxb-fake", base_url=f"{base_url}/api/")
    app = AsyncApp(signing_secret=SECRET, client=client)

    @app.command("/poll")  # type: ignore[untyped-decorator,unused-ignore]
    async def poll(ack: Any, body: Any, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=dialog())

    @app.view("poll")  # type: ignore[untyped-decorator,unused-ignore]
    async def asked(ack: Any, view: Any, body: Any, client: Any) -> None:
        await ack()
        question = view["state"]["values"]["question"]["value"]["value"]
        button = {"type": "button", "action_id": "vote", "text": {"type": "plain_text", "text": "Yes"}}
        await client.chat_postMessage(channel="CGEN", text=question, blocks=[{"type": "actions", "elements": [button]}])

    @app.action("vote")  # type: ignore[untyped-decorator,unused-ignore]
    async def vote(ack: Any, respond: Any) -> None:
        await ack()
        await respond("Counted.", response_type="ephemeral", replace_original=False)

    @app.event("message")  # type: ignore[untyped-decorator,unused-ignore]
    async def message(event: Any, say: Any) -> None:
        await say(f"You said {event['text']}")

    return app


async def test_a_whole_conversation_with_bolt() -> None:
    slack = FakeSlack(manifest=manifest(), signing_secret=SECRET, now=lambda: START)
    driver: Driver = slack
    slack.add_user("UANN", "Ann", zone="Europe/Berlin")
    slack.add_channel("CGEN", "general", ["UANN"])
    async with TestServer(slack.routes()) as platform:
        base_url = str(platform.make_url("")).rstrip("/")
        bolt = bolt_app(base_url)

        async def events(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

        app = web.Application()
        app.router.add_post("/slack/events", events)
        async with TestServer(app) as bot:
            slack.listen(base_url=base_url, request_url=str(bot.make_url("/slack/events")))
            await converse(slack, driver)
            assert (await slack.send_raw("command=/poll", signed=False)).status == 401
            assert (await slack.send_raw("command=/poll", at=time.time() - 600)).status == 401
            assert (await slack.send_raw("command=/poll", headers={"X-Slack-Signature": "v0=0"})).status == 401
            await slack.close()


async def until(condition: Any) -> None:
    import asyncio

    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came")


async def converse(slack: FakeSlack, driver: Driver) -> None:
    outcome = await driver.types("UANN", "CGEN", "/poll")
    assert outcome.status == 200
    await until(lambda: driver.screen("UANN")["dialog"])
    opened = driver.screen("UANN")["dialog"]
    assert opened is not None
    assert (await driver.submits("UANN", opened["id"], {"question": "Lunch?"})).error is None
    await until(lambda: slack.posted("CGEN"))
    card = slack.posted("CGEN")[0]
    assert (await driver.presses("UANN", card["id"], "vote")).status == 200
    await until(lambda: len(slack.posted("CGEN")) == 2)
    assert slack.posted("CGEN")[1]["plain"] == "Counted."
    assert (await driver.types("UANN", slack.chat("UANN"), "hello")).status == 200
    await until(lambda: slack.posted("UANN"))
    assert slack.posted("UANN")[0]["text"] == "You said hello"
    await driver.settles()

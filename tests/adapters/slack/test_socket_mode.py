"""Without a public address everything comes through web sockets: two, so that a refresh or a broken one loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.slack import SlackAdapter, sockets
from adapters.slack.sockets import SocketRefused, proxy_for
from bot.core.ports import Commanded
from tests.adapters.slack.stage import SECRET, Script, Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged(by_socket=True) as made:
        yield made


async def two_again(stage: Stage) -> None:
    async with asyncio.timeout(5):
        while len(stage.slack.sockets.open) != 2 or stage.slack.sockets.leaving:  # noqa: ASYNC110 - the sockets tell nobody
            await asyncio.sleep(0.01)


async def test_a_command_through_the_socket_is_answered_through_it(stage: Stage) -> None:
    stage.script.says("Lunch it is")
    await stage.slack.types("UANN", "CGEN", "/poll Lunch?")
    assert stage.script.last.did == Commanded("poll", "Lunch?")
    assert "Lunch it is" in str(stage.last("UANN", "CGEN"))
    assert len(stage.slack.sockets.open) == 2
    assert stage.called("apps.connections.open") == [{}, {}]


async def test_a_refresh_of_one_loses_nothing_and_both_stand_again(stage: Stage) -> None:
    stage.script.delay = 0.05
    sent = []
    for number in range(12):
        if number in (3, 7):
            await stage.slack.sockets.refresh()
        sent.append(asyncio.create_task(stage.slack.types("UANN", "DANN", f"line {number}")))
        await asyncio.sleep(0.02)
    outcomes = await asyncio.gather(*sent)
    assert [each.status for each in outcomes] == [200] * 12
    assert sorted(str(heard.did.text) for heard in stage.script.heard) == sorted(f"line {number}" for number in range(12))  # type: ignore[union-attr]
    await two_again(stage)
    assert stage.slack.sockets.opened == 4


@pytest.mark.thorough
async def test_what_a_leaving_socket_was_handed_is_acknowledged_over_it(stage: Stage) -> None:
    stage.script.delay = 0.6
    under_way = [asyncio.create_task(stage.slack.types("UANN", "DANN", f"slow {number}")) for number in range(2)]
    await asyncio.sleep(0.2)
    await stage.slack.sockets.refresh(0)
    await stage.slack.sockets.refresh(0)
    assert [(await each).status for each in under_way] == [200, 200]
    await two_again(stage)


@pytest.mark.thorough
async def test_a_socket_that_breaks_is_replaced_and_the_other_carries_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LOOKS", 0.2)
    async with staged(by_socket=True) as stage:
        await stage.slack.sockets.cut(0)
        async with asyncio.timeout(3):
            while len(stage.slack.sockets.open) != 1:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert (await stage.slack.types("UANN", "DANN", "still here")).status == 200
        await two_again(stage)


async def test_leaving_while_a_socket_is_replaced_leaves_none_open(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[sockets.Connection] = []
    asked = sockets.Sockets._address

    class Counted(sockets.Connection):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(self)

    async def slowly(self: sockets.Sockets) -> str:
        await asyncio.sleep(0.1)
        return await asked(self)

    monkeypatch.setattr(sockets, "Connection", Counted)
    async with staged(by_socket=True) as stage:
        monkeypatch.setattr(sockets.Sockets, "_address", slowly)
        await stage.slack.sockets.refresh(0)
        async with asyncio.timeout(3):
            while len(made) != 3:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert [each.aiohttp_client_session.closed for each in made] == [True, True, True]


@pytest.mark.thorough
async def test_a_refused_event_is_not_acknowledged_and_comes_again(stage: Stage) -> None:
    def breaks(_interaction: object) -> object:
        raise RuntimeError("broken")

    stage.slack.line.deadline = 0.2
    stage.script.reply = breaks  # type: ignore[assignment]
    outcome = await stage.slack.types("UANN", "DANN", "hello")
    await stage.slack.settles()
    assert outcome.status is None
    assert len(stage.script.heard) > 1
    assert len({heard.key for heard in stage.script.heard}) == 1


async def test_what_is_too_much_at_once_is_not_acknowledged_and_comes_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "MOST_AT_ONCE", 1)
    stage.slack.line.deadline, stage.slack.line.retry_delays = 0.3, (0.0,)
    stage.script.delay = 0.1
    outcomes = await asyncio.gather(*(stage.slack.types("UANN", "DANN", f"line {number}") for number in range(2)))
    assert sorted(str(each.status) for each in outcomes) == ["200", "None"]
    await stage.settles()
    assert sorted(heard.did.text for heard in stage.script.heard) == ["line 0", "line 1"]  # type: ignore[union-attr]


async def test_an_app_token_that_is_not_good_is_said_at_the_start() -> None:
    async with staged() as stage:
        adapter = SlackAdapter(
            Script(), signing_secret=SECRET, bot_token=stage.slack.bot_token, app_token="xapp-wrong", api_url=stage.client.api_url
        )
        with pytest.raises(SocketRefused, match="invalid_auth"):
            await adapter.start()
        await adapter.close()


def test_proxies_are_for_the_world_and_never_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert proxy_for("wss://wss-primary.slack.example/link") is None
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    assert proxy_for("wss://wss-primary.slack.example/link") == "http://proxy.example:3128"
    assert proxy_for("ws://127.0.0.1:8080/socket") is None
    assert proxy_for("wss://localhost:8080/socket") is None
    monkeypatch.setenv("NO_PROXY", ".slack.example")
    assert proxy_for("wss://wss-primary.slack.example/link") is None


def test_what_is_waited_for_fits_what_slack_waits() -> None:
    assert sockets.LETS_GO < 10  # Slack closes an old connection some ten seconds after it said so
    assert sockets.HELD <= 10

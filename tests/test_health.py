"""What probes and Prometheus see: health, readiness with what is late, and metrics that name nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from adapters.web import application, listening, reserve
from bot.app import Machine
from bot.chat.action import to_wire
from bot.core import metrics
from bot.core.ports import Pressed
from bot.core.rows import LaneRow
from bot.data import scope
from bot.playground import Playground
from handlers.challenges.payloads import Start
from scheduler.standing import TOO_LATE
from tests.adapters.attempts import CANARY
from tests.adapters.attempts import asked as asked_of
from tests.kit.people import Person

At = Callable[[str], Person]


@asynccontextmanager
async def asked(parts: Machine, token: str | None = None) -> AsyncIterator[Callable[..., Any]]:
    """Ask a machine's application: status and words."""
    address = reserve("127.0.0.1", 0)
    async with (
        listening(application(parts.readiness, parts.measures, token), address),
        aiohttp.ClientSession(f"http://127.0.0.1:{address.getsockname()[1]}") as http,
    ):

        async def ask(path: str, **headers: str) -> tuple[int, str]:
            async with http.get(path, headers=headers) as answer:
                return answer.status, await answer.text()

        yield ask


def value(exposition: str, name: str, **labels: str) -> float:
    """One sample; 0 where it was never counted."""
    wanted = ",".join(f'{key}="{labels[key]}"' for key in sorted(labels))
    lines = (line.rpartition(" ") for line in exposition.splitlines())
    found = [float(number) for sample, _space, number in lines if sample == (f"{name}{{{wanted}}}" if wanted else name)]
    assert found or name.endswith(("_total", "_count", "_sum")), f"{name} is not shown"
    return found[0] if found else 0.0


@pytest.mark.both_databases
async def test_what_is_late_is_named(stage: Playground) -> None:
    parts = stage.parts
    await parts.ticker.tick()
    async with asked(parts) as ask:
        assert await ask("/healthz") == (200, "ok\n")
        assert await ask("/readyz") == (
            200,
            "ok   database: it answers\nok   tick: 0 s ago\nok   outbox: what may leave has waited 0 s\n",
        )
        late = parts.clock.now() - TOO_LATE - timedelta(seconds=7)

        def wait(session: Session) -> None:
            scope.enter(session, scope.SYSTEM)
            session.execute(update(LaneRow).values(next_at=late), execution_options={"synchronize_session": False})

        await parts.units.run(wait)
        status, said = await ask("/readyz")
        assert status == 503
        assert "LATE outbox: what may leave has waited 307 s" in said
        assert "ok   tick" in said
        assert value((await ask("/metrics"))[1], "convene_outbox_age_seconds") == 307


async def test_a_tick_that_stands_still_is_late(stage: Playground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.tick.time_now", lambda: stage.parts.ticker._ticked_at + 61)
    async with asked(stage.parts) as ask:
        status, said = await ask("/readyz")
        assert (status, "LATE tick: 61 s ago" in said) == (503, True)
        assert (await ask("/healthz"))[0] == 200, "the process lives, and would not be better for being killed"


async def test_without_a_database_nothing_is_ready_and_counts_are_shown_all_the_same(
    stage: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(_work: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("bot.app.PATIENCE", 0.05)
    with monkeypatch.context() as patch:
        patch.setattr(type(stage.parts.units), "read", lambda _units, work: read(work))
        async with asked(stage.parts) as ask:
            assert await ask("/readyz") == (503, "LATE database: it does not answer\n")
            assert "convene_interactions_total" in (await ask("/metrics"))[1]


async def test_metrics_count_and_name_nobody(stage: Playground, person: At) -> None:
    bob, layla = person("BOB"), person("layla")
    before = metrics.exposition().decode()
    await bob.types(f"/journal A {CANARY}.")
    await stage.parts.dispatcher.dispatch(asked_of("U0BOB", Pressed(to_wire(Start()))))
    await layla.types("/convene")
    await stage.winder.settle()
    async with asked(stage.parts) as ask:
        status, now = await ask("/metrics")

    def more(name: str, **labels: str) -> float:
        return value(now, name, **labels) - value(before, name, **labels)

    assert status == 200
    assert more("convene_interactions_total", outcome="done", platform="slack") >= 1
    assert more("convene_interactions_total", outcome="refused", platform="slack") == 1, "only leads start challenges"
    assert more("convene_interaction_seconds_count", platform="teams") >= 1
    assert more("convene_interaction_seconds_sum", platform="slack") > 0
    assert value(now, "convene_outbox_posts", state="ready") == 0
    for word in (CANARY, bob.who.name, bob.who.account, layla.who.account, "T0001", "C0PRACTICE", "journal"):
        assert word not in now
    samples = [line for line in now.splitlines() if not line.startswith("#")]
    assert len(samples) < 300, "labels are few, whoever is there"


async def test_posts_and_what_platforms_refuse_are_counted(stage: Playground, person: At) -> None:
    before = metrics.exposition().decode()
    stage.slack.faults.add("chat.postMessage", error="msg_too_long")
    stage.teams.faults.add("post", status=429, retry_after=1)
    stage.teams.faults.add("post", status=500)
    await person("ANN").types("/challenge")
    await person("ANN").fills("Announce it", starts_on="2026-03-23")
    await stage.winder.settle()
    now = metrics.exposition().decode()

    def more(name: str, **labels: str) -> float:
        return value(now, name, **labels) - value(before, name, **labels)

    assert more("convene_posts_total", outcome="sent", platform="slack") >= 1
    assert more("convene_posts_total", outcome="retried", platform="teams") == 1
    assert more("convene_posts_total", outcome="unknown", platform="teams") == 1
    assert more("convene_platform_errors_total", method="chat.postMessage", platform="slack", reason="Malformed") == 1
    assert more("convene_platform_errors_total", method="post", platform="teams", reason="RetryLater") == 1
    assert more("convene_platform_errors_total", method="post", platform="teams", reason="Unclear") == 1
    await stage.parts.measures()
    assert value(metrics.exposition().decode(), "convene_outbox_posts", state="unknown") == 1


async def test_a_token_keeps_metrics_from_others(stage: Playground) -> None:
    async with asked(stage.parts, "a token") as ask:
        assert (await ask("/metrics"))[0] == 401
        assert (await ask("/metrics", Authorization="Bearer another"))[0] == 401
        assert (await ask("/metrics", Authorization="Bearer a token"))[0] == 200
        assert (await ask("/readyz"))[0] in (200, 503)

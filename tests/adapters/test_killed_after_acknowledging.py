"""A real kill -9 between the acknowledgement and the commit, or between the commit and the answer: nothing is lost, nothing done twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.core.rows import InboxRow
from bot.data import scope
from bot.playground import TEAMS_APP, TENANT, Playground
from tests.kit.beginnings import CARD, announced
from tests.kit.cast import Cast, count, entries, rows

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SAVED = "Saved in your journal"


@asynccontextmanager
async def another_replica(stage: Playground, database: str, when: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A replica that both platforms speak to while the block runs, and that is killed at its end."""
    here = stage.slack.line.url.removesuffix("/slack/events")
    told = {
        "database": database,
        "when": when,
        "slack": {
            "signing_secret": stage.slack.signing_secret,
            "bot_token": stage.slack.bot_token,
            "api_url": f"{here}/slack-platform/api/",
        },
        "teams": {
            "app_id": TEAMS_APP,
            "app_password": stage.teams_adapter._app_password,
            "tenant_id": TENANT,
            "metadata_url": stage.teams.metadata_url,
            "token_url": stage.teams.token_url,
        },
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.adapters.dying", json.dumps(told)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    try:
        port = (await says(process, "port")).split()[1]
        _listen(stage, here, f"http://127.0.0.1:{port}")
        yield process
    finally:
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        _listen(stage, here, here)


def _listen(stage: Playground, platforms: str, bot: str) -> None:
    stage.slack.listen(base_url=f"{platforms}/slack-platform", request_url=f"{bot}/slack/events")
    stage.teams.listen(base_url=f"{platforms}/teams-platform", request_url=f"{bot}/api/messages")


async def says(process: asyncio.subprocess.Process, word: str) -> str:
    """Wait for a line of the other process that begins with a word."""
    assert process.stdout is not None
    async with asyncio.timeout(50):
        while not (line := (await process.stdout.readline()).decode()).startswith(word):
            assert line, "it ended before it said anything"
    return line


async def lose_leases(stage: Playground) -> None:
    """Let the lease of whoever died have run out."""

    def work(session: Session) -> None:
        scope.enter(session, scope.SYSTEM)
        session.execute(update(InboxRow).values(due_at=LONG_AGO))

    await stage.parts.units.run(work)


@pytest.mark.thorough
@pytest.mark.both_databases
@pytest.mark.timeout(180)
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_kill_after_the_acknowledgement_loses_nothing_and_does_nothing_twice(cast: Cast, database_url: str, when: str) -> None:
    await announced(cast.lead)
    stage, member = cast.stage, cast.member
    await member.types("/journal")
    dialog = member.screen["dialog"]
    message, join = member._control("Join", CARD)
    outcomes: list[Any] = []

    async def fill() -> Any:
        if dialog is not None:
            return await member.driver.submits(member.who.account, dialog["id"], {"text": "By a form."})
        card, control = member._control("Save", None)
        return await member.driver.presses(member.who.account, card["id"], control["id"], {"text": "By a form."})

    acts = [
        lambda: member.driver.types(member.who.account, member.chat, "/journal By a command."),
        lambda: member.driver.presses(member.who.account, message["id"], join["id"], None),
        fill,
    ]
    for act in acts:
        async with another_replica(stage, database_url, when) as process:
            outcomes.append(await act())
            await says(process, "in flight")
        assert outcomes[-1].delivered
        assert outcomes[-1].error is None, "it was acknowledged"
    answered = [answer is not None for answer in await rows(stage, InboxRow.answer)]
    assert answered == [when == "after"] * 3
    member.does_not_see(SAVED, "You are in")
    await lose_leases(stage)
    assert await stage.parts.intake.drain() == 3
    await cast.settle()
    assert sorted(await entries(stage)) == ["By a command.", "By a form."]
    assert (member.count(SAVED), member.count("You are in")) == (2, 1)
    assert await count(stage, InboxRow) == 0
    assert await stage.parts.intake.drain() == 0

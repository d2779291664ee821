"""A burst of events, and the same burst three times more: everything is acknowledged, everything is handled once."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence

import pytest

from adapters.playground.slack.line import JSON, Sent
from adapters.playground.slack.workspace import APP
from bot.app import running
from bot.core.rows import InboxRow, KeptTextRow
from bot.playground import SLACK_TEAM, Playground
from tests.kit.cast import count
from tests.kit.people import Person

AT_ONCE = 100  # connections of the platform


def event(number: int, who: Person, *, is_edit: bool) -> Sent:
    """Somebody says something that nothing takes and is asked about it, or edits what has not arrived, silently: either is kept."""
    stamp = f"1774000000.{number:06}"
    where: dict[str, object] = {"type": "message", "channel": who.chat, "channel_type": "im"}
    said = {**where, "user": who.who.account, "text": f"Words {number}", "ts": stamp}
    if is_edit:
        said = {**where, "subtype": "message_changed", "message": said, "previous_message": {**said, "text": "Before"}, "ts": stamp}
    body = {
        "type": "event_callback",
        "team_id": SLACK_TEAM,
        "api_app_id": APP,
        "event_id": f"EvBURST{number}",
        "event_time": 1774000000,
        "event": said,
    }
    return Sent(json.dumps(body).encode(), JSON, "event")


async def deliver(stage: Playground, events: Sequence[Sent], attempt: int) -> int:
    """Deliver all of them at once, and what is not acknowledged as often as Slack would; how many were not in the end."""
    room, line = asyncio.Semaphore(AT_ONCE), stage.slack.line

    async def send(sent: Sent) -> bool:
        for retry in range(4):
            again = {} if not retry else {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_error"}
            async with room:
                answer = await line.send(sent, again, time.time() + 15 * (4 * attempt + retry))  # signed anew each time
            if answer.ok:
                return True
            await asyncio.sleep(0.05)
        return False

    return (await asyncio.gather(*(send(each) for each in events))).count(False)


async def in_a_burst(stage: Playground, person: Callable[[str], Person], size: int, times: int, *, are_edits: bool = False) -> None:
    people = [person(name) for name in ("ANN", "BOB", "HANAKO", "PRIYA")]
    events = [event(number, people[number % len(people)], is_edit=are_edits) for number in range(size)]
    async with running(stage.parts):
        began = time.monotonic()
        for attempt in range(times):
            random.Random(attempt).shuffle(events)
            assert await deliver(stage, events, attempt) == 0, "everything is acknowledged"
        took = time.monotonic() - began
        async with asyncio.timeout(900):
            while await count(stage, InboxRow):  # noqa: ASYNC110 - the inbox has no event
                await asyncio.sleep(0.1)
        print(f"{times} x {size} acknowledged after {took:.1f} s, worked off after {time.monotonic() - began:.1f} s")  # noqa: T201
        await stage.slack_adapter.settles()
    assert await count(stage, KeptTextRow) == size, "nothing is lost, nothing is there twice"


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_a_burst_is_acknowledged_and_worked_off(
    stage: Playground, person: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.door.MOST_EVENTS", 20)
    await in_a_burst(stage, person, 300, 2)


@pytest.mark.chaos
@pytest.mark.both_databases
@pytest.mark.timeout(1800)
async def test_ten_thousand_events_that_come_three_times_more_are_handled_once(stage: Playground, person: Callable[[str], Person]) -> None:
    await in_a_burst(stage, person, 10_000, 4, are_edits=True)

"""An event that could not be stored in time is not acknowledged: it comes again and is handled once; at last its words come back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from adapters.slack.door import TOO_MUCH
from bot.app import running
from bot.core.rows import InboxRow, KeptTextRow
from bot.playground import Playground
from tests.adapters.test_bursts import event
from tests.kit.cast import busy, count, entries
from tests.kit.people import Person

WORDS, BUSY = "Something that finds no time.", "I am busy just now"


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_an_event_that_found_no_time_comes_again_and_is_handled_once(stage: Playground, person: Callable[[str], Person]) -> None:
    bob, line = person("BOB"), stage.slack.line
    line.retry_delays = ()
    async with busy(stage):
        assert (await stage.slack.types(bob.who.account, bob.chat, WORDS)).status == 503
    await stage.settle()
    bob.does_not_see(BUSY)
    for _again in range(2):
        assert (await stage.slack.redeliver(kind="event")).status == 200
    await stage.settle()
    assert await count(stage, KeptTextRow) == 1


@pytest.mark.thorough
async def test_what_is_not_sent_again_is_given_back(stage: Playground, person: Callable[[str], Person]) -> None:
    bob, line = person("BOB"), stage.slack.line
    line.retry_delays = ()
    async with busy(stage):
        await stage.slack.types(bob.who.account, bob.chat, WORDS)
        last = {"X-Slack-Retry-Num": "3", "X-Slack-Retry-Reason": "http_error"}
        await line.send_again(line.sent[-1], last)
    await stage.settle()
    bob.sees(BUSY, WORDS)


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_an_edit_that_is_not_sent_again_is_carried_out_as_soon_as_it_can_be_stored(
    stage: Playground, person: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.edge.TRIES_AGAIN", 0.1)
    bob, line = person("BOB"), stage.slack.line
    line.retry_delays = ()
    await bob.types(WORDS)
    async with running(stage.parts):
        async with busy(stage):
            assert (await stage.slack.edits(bob.who.account, bob.message(WORDS, own=True)["id"], "Other words.")).status == 503
            answer = await line.send_again(line.sent[-1], {"X-Slack-Retry-Num": "3", "X-Slack-Retry-Reason": "http_error"})
            assert answer.status == 503, "nothing is acknowledged before it is stored"
        async with asyncio.timeout(20):
            while stage.slack_adapter.door.waiting.held or await count(stage, InboxRow):  # noqa: ASYNC110 - the inbox has no event
                await asyncio.sleep(0.05)
    bob.does_not_see(BUSY)
    await bob.presses("Save as journal entry")
    assert await entries(stage) == ["Other words."]


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_more_than_there_is_room_for_is_refused_at_once_and_comes_again(
    stage: Playground, person: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.door.MOST_AT_ONCE", 20)
    line, people = stage.slack.line, [person(name) for name in ("BOB", "HANAKO", "PRIYA")]
    events = [event(number, people[number % 3], is_edit=True) for number in range(60)]
    line.deadline = 15.0  # however busy the machine is
    refused: list[bytes] = []  # in the order in which it was heard

    async def sent(number: int) -> int | None:
        answer = await line.send(events[number])
        refused.append(answer.body)
        return answer.status

    async with busy(stage):
        assert await asyncio.gather(*map(sent, range(60))) == [503] * 60, "nothing could be stored"
    assert [TOO_MUCH in each.decode() for each in refused] == [True] * 40 + [False] * 20, "forty need not wait to hear it"
    again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_error"}
    for number in range(0, 60, 10):
        answers = await asyncio.gather(*(line.send_again(each, again) for each in events[number : number + 10]))
        assert {each.status for each in answers} == {200}
    await stage.settle()
    assert await count(stage, KeptTextRow) == 60

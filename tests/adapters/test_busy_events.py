"""An event that could not be stored in time is not acknowledged: it comes again and is handled once; at last its words come back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.core.rows import KeptTextRow
from bot.playground import Playground
from tests.kit.cast import busy, count
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

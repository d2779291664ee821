"""A burst while the database is away, repeated as Slack repeats it: at once, after a minute, after five, and each event handled once.

Slack opens so many connections and no more, and as many for what it repeats; it waits three seconds, and whatever is not a 200 by then
comes again, three times at most. The database is away as the burst begins and when the first events come again later, with the last
repetition too, so that some are never acknowledged. They are carried out nevertheless, because nobody sends them again.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
import pytest

from adapters.playground.slack.line import Sent
from bot.app import running
from bot.core.rows import InboxRow, KeptTextRow
from bot.playground import Playground
from tests.adapters.test_bursts import event
from tests.kit.cast import busy, count, rows
from tests.kit.people import Person

AFTER = (0.0, 60.0, 300.0)  # seconds after what was not acknowledged, as Slack documents it
FEW = 20  # events that are refused for the second time, and for the third, before the database is there again
LONGEST_AWAY = 9.0  # seconds
WAITS = 3.0  # seconds that Slack waits for an answer; what takes longer counts as refused


@dataclass
class Burst:
    """All events at once, each as often as it is not acknowledged and Slack sends it again."""

    stage: Playground
    at_once: int
    scale: float
    outages: tuple[int, ...]  # each lasts until some events were refused with that repetition
    acknowledged: Counter[int] = field(default_factory=Counter)  # how many with which repetition
    refused: Counter[int] = field(default_factory=Counter)
    begun: Counter[int] = field(default_factory=Counter)
    why: Counter[str] = field(default_factory=Counter)  # what was refused: by a status, or by silence
    longest: float = 0.0

    async def comes(self, events: Sequence[Sent]) -> list[Sent]:
        """Deliver them; those that nobody acknowledged."""
        rooms = [asyncio.Semaphore(self.at_once) for _repetition in range(1 + len(AFTER))]  # what is repeated has room of its own
        told = await asyncio.gather(*(self._sent(each, rooms) for each in events))
        return [each for each, is_told in zip(events, told, strict=True) if not is_told]

    async def _sent(self, sent: Sent, rooms: Sequence[asyncio.Semaphore]) -> bool:
        reason = await self._attempt(sent, 0, {}, rooms[0])
        for number, after in enumerate(AFTER, 1):
            if not reason:
                break
            await asyncio.sleep(after * self.scale)
            reason = await self._attempt(sent, number, {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}, rooms[number])
        return not reason

    async def _attempt(self, sent: Sent, number: int, repeated: dict[str, str], room: asyncio.Semaphore) -> str:
        """Why it was not acknowledged, nothing where it was."""
        async with room:
            self.begun[number] += 1
            began = time.monotonic()
            answer = await self.stage.slack.line.send(sent, repeated)
        if not answer.ok:
            self.refused[number] += 1
            self.why[str(answer.status or answer.reason)] += 1
            return answer.reason or "http_error"
        self.longest = max(self.longest, time.monotonic() - began)
        self.acknowledged[number] += 1
        return ""

    async def while_away(self) -> None:
        """The database is away as the burst begins, and each time when the first events come again later."""
        for repetition in self.outages:
            async with asyncio.timeout(400):
                while not self.begun[repetition if repetition > 1 else 0]:  # noqa: ASYNC110 - nobody else waits for what Slack counts
                    await asyncio.sleep(0.01)
            async with busy(self.stage):
                with suppress(TimeoutError):
                    async with asyncio.timeout(LONGEST_AWAY):
                        while self.refused[repetition] < FEW:  # noqa: ASYNC110
                            await asyncio.sleep(0.05)


async def in_a_burst(stage: Playground, person: Callable[[str], Person], size: int, at_once: int, scale: float, *outages: int) -> Burst:
    people = [person(name) for name in ("ANN", "BOB", "HANAKO", "PRIYA")]
    events = [event(number, people[number % len(people)], is_edit=True) for number in range(size)]
    random.Random(size).shuffle(events)
    line, burst = stage.slack.line, Burst(stage, at_once, scale, outages)
    line.deadline = WAITS
    line._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    async with running(stage.parts):
        away = asyncio.create_task(burst.while_away())
        in_vain = await burst.comes(events)
        await away
        assert len(in_vain) == burst.refused[len(AFTER)]
        async with asyncio.timeout(900):
            while await count(stage, InboxRow) or stage.slack_adapter.door.waiting.held:  # noqa: ASYNC110 - the inbox has no event
                await asyncio.sleep(0.1)
        await stage.slack_adapter.settles()
    kept = Counter(await rows(stage, KeptTextRow.message_id))
    assert (len(kept), set(kept.values())) == (size, {1}), "nothing is lost, nothing is there twice"
    assert all(burst.refused[each] >= FEW for each in outages), "each outage was felt"
    assert set(burst.acknowledged) == {0, *range(1, len(AFTER) + 1)}, "some were acknowledged with each repetition"
    return burst


@pytest.mark.chaos
@pytest.mark.both_databases
@pytest.mark.timeout(2400)
async def test_ten_thousand_events_that_slack_repeats_in_its_own_time(
    stage: Playground, person: Callable[[str], Person], record_property: Callable[[str, object], None]
) -> None:
    burst = await in_a_burst(stage, person, 10_000, 100, 1.0, 1, 2, 3)
    by = ", ".join(f"{burst.acknowledged[number]} with repetition {number}" for number in range(4))
    never, refused = burst.refused[3], ", ".join(f"{number} x {why}" for why, number in sorted(burst.why.items()))
    told = f"10,000 events acknowledged: {by}, {never} never, and each handled once; the longest took {burst.longest:.1f} s"
    record_property("told", f"{told}; refused: {refused}")


@pytest.mark.thorough
@pytest.mark.both_databases
async def test_some_events_that_are_repeated_sooner(stage: Playground, person: Callable[[str], Person]) -> None:
    await in_a_burst(stage, person, 500, 100, 0.02, 1, 2, 3)

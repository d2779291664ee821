"""A platform that writes down what reaches it before it answers; what was promised is compared with these lines alone."""

# ruff: noqa: ARG002 - the signatures are the port's

from __future__ import annotations

import asyncio
import json
import os
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from bot.chat.errors import RetryLater, Unclear
from bot.chat.message import Message
from bot.chat.text import Mention
from bot.core.outbox import MAY_REPEAT, Kind
from bot.core.ports import Actor, Address, Allowance, Look, Posted, Stands

Line = dict[str, Any]
ASKED, BLIND = "slack", "teams"  # the platform that can be asked what became of a post, and the one that cannot


class Record(Protocol):
    """Lines in the order in which things happened."""

    def write(self, line: Line) -> int:
        """Add a line; a number that no other line has."""
        ...

    def read(self) -> list[Line]:
        """All of them."""
        ...


@dataclass
class InMemory:
    """A record that one process keeps."""

    lines: list[Line] = field(default_factory=list)

    def write(self, line: Line) -> int:
        self.lines.append(line)
        return len(self.lines)

    def read(self) -> list[Line]:
        return self.lines


class InFile:
    """A record that several processes keep, whoever of them is killed: each line is one write to its end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._end = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._count = 0

    def write(self, line: Line) -> int:
        os.write(self._end, (json.dumps(line) + "\n").encode())
        self._count += 1
        return os.getpid() * 1_000_000 + self._count

    def read(self) -> list[Line]:
        return [json.loads(line) for line in self._path.read_text().splitlines()]

    def close(self) -> None:
        os.close(self._end)


class Mood:
    """How a platform takes a request: seeded, and after a few attempts always well."""

    def __init__(self, seed: str, bad: float = 0.0, ways: Sequence[str] = ("busy", "busy", "gone", "unheard")) -> None:
        self._seed, self._bad, self._ways = seed, bad, ways
        self._tried: Counter[str] = Counter()

    def of(self, request: str) -> str:
        """What becomes of a request: well, busy (a 429), gone (it never arrived) or unheard (it arrived, and the answer was lost)."""
        self._tried[request] += 1
        drawn = random.Random(f"{self._seed}/{request}/{self._tried[request]}")
        if self._tried[request] > 3 or drawn.random() >= self._bad:
            return "well"
        return drawn.choice(self._ways)


@dataclass
class Platform:
    """Posts and edits, each after a moment on its way and before a moment on its way back."""

    name: str
    record: Record
    mood: Mood = field(default_factory=lambda: Mood("well"))
    edits: Allowance | None = None
    posts: Allowance | None = None
    on_its_way: float = 0.0

    async def post(self, to: Address, message: Message, token: str) -> Posted:
        where: Line = {"on": self.name, "to": to.external_id, "post": token.partition(".")[0], "token": token, "text": str(message.summary)}
        mood = await self._sent(where)
        number = self.record.write({"did": "posted", **where})
        await self._heard(mood)
        return Posted(f"{where['post']}/{number}", {})

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        where: Line = {"on": self.name, "to": to.external_id, "post": message_id.partition("/")[0], "text": str(message.summary)}
        mood = await self._sent(where)
        self.record.write({"did": "edited", **where})
        await self._heard(mood)

    async def find(self, to: Address, message: Message, token: str, since: datetime) -> Stands | Look:
        await asyncio.sleep(self.on_its_way)
        if self.name == BLIND:
            return Look.CANNOT_TELL
        post = token.partition(".")[0]
        for number, line in enumerate(self.record.read()):
            if line["did"] == "posted" and line["post"] == post:
                return Stands(Posted(f"{post}/found{number}"), line["token"])
        return Look.NOT_THERE

    async def _sent(self, where: Line) -> str:
        self.record.write({"did": "tried", **where})
        mood = self.mood.of(where["text"])
        await asyncio.sleep(self.on_its_way)
        if mood == "busy":
            self.record.write({"did": "refused", **where})
            raise RetryLater(2)
        if mood == "gone":
            raise Unclear("connection reset")
        return mood

    async def _heard(self, mood: str) -> None:
        await asyncio.sleep(self.on_its_way)
        if mood == "unheard":
            raise Unclear("the answer was lost")

    async def delete(self, to: Address, message_id: str) -> None:
        raise AssertionError("nothing is deleted here")

    async def pin(self, to: Address, message_id: str) -> None:
        await asyncio.sleep(self.on_its_way)

    async def invite(self, to: Address, people: Sequence[Mention]) -> None:
        raise AssertionError("nobody is invited here")

    async def show_home(self, to: Address, message: Message) -> None:
        raise AssertionError("no home is drawn here")

    async def name_of(self, to: Address) -> str | None:
        return None

    async def describe(self, workspace: str, account: str) -> Actor:
        return Actor(account)


@dataclass(frozen=True)
class Promise:
    """A message that somebody was promised, in the order of its conversation: what it is called in its text, and its last words."""

    platform: str
    to: str
    name: str
    kind: Kind
    words: str


@dataclass(frozen=True)
class Verdict:
    """What was wrong, in words; and how often the kind's policy had to decide."""

    faults: tuple[str, ...]
    repeated: int
    dropped: int


def judged(lines: Sequence[Line], promises: Sequence[Promise], in_doubt: int) -> Verdict:
    """Compare promises with what stands on the platforms: nothing lost, nothing twice where one can ask, the order kept.

    `in_doubt` is how many posts those who died may have had in their hands.
    """
    faults: list[str] = []
    arrived, told, unclear = defaultdict(list), {}, Counter[str]()
    for line in lines:
        name, _colon, words = line["text"].partition(": ")
        if line["did"] == "posted":
            arrived[line["to"]].append(name)
        if line["did"] in ("posted", "edited"):
            told[name] = words
        unclear[name] += {"tried": 1, "refused": -1}.get(line["did"], 0)  # what was tried and not refused may have arrived
    repeated = dropped = 0
    by_conversation = defaultdict(list)
    for promise in promises:
        by_conversation[promise.to].append(promise)
        times = arrived[promise.to].count(promise.name)
        if times == 0 and not (promise.platform == BLIND and promise.kind not in MAY_REPEAT):
            faults.append(f"lost: {promise}")
        elif times == 0:
            dropped += 1
        elif told[promise.name] != promise.words:
            faults.append(f"its last words are {told[promise.name]!r}: {promise}")
        if times > 1:
            repeated += times - 1
            may_repeat = promise.platform == BLIND and promise.kind in MAY_REPEAT
            if not may_repeat or times > unclear[promise.name]:
                faults.append(f"{times} times: {promise}")
    if dropped > in_doubt + sum(n > 0 for n in unclear.values()):
        faults.append(f"{dropped} reminders were dropped, more than were in doubt")
    for to, promised in by_conversation.items():
        order = [each.name for each in promised if each.name in arrived[to]]
        for seen in (arrived[to], arrived[to][::-1]):
            firsts = list(dict.fromkeys(seen))
            if firsts != (order if seen is arrived[to] else order[::-1]):
                faults.append(f"out of order in {to}: {firsts} for {order}")
    return Verdict(tuple(faults), repeated, dropped)

"""Each call that we make of Slack, gone wrong in each way: nothing is lost and nothing comes twice. Run with `-s`, it prints the table."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from adapters.playground.slack import FakeSlack
from bot.chat.message import Button, Buttons, File, Message
from bot.core.clock import WoundClock
from bot.core.outbox import Kind
from bot.data.units import Units
from tests.adapters.slack.outbox import Office, opened

FAULTS: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "retry_after": 0},
    "500": {"status": 500},
    "503": {"status": 503},
    "timeout before": {"hang": True},
    "timeout after": {"hang": True, "effect": "before"},
    "disconnect after": {"status": 0, "effect": "before"},
    "500 after": {"status": 500, "effect": "before"},
    "comes late": {"status": 504, "effect": "after"},
    "ok:false internal": {"error": "internal_error", "effect": "before"},
    "ok:false fatal": {"error": "fatal_error"},
    "ok:false busy": {"error": "ratelimited"},
}
FILE = File("days.md", "text/markdown", "Your days", b"# Days")
IMPATIENT = aiohttp.ClientTimeout(total=0.05)
CARD = Message("Vote", (Buttons((Button("Pizza", "[]"),)),))
Cell = Callable[[FakeSlack, dict[str, Any]], None]


def fails(slack: FakeSlack, method: str, fault: dict[str, Any]) -> None:
    slack.faults.add(method, **fault)


# What the outbox says: exactly once, whatever happens.


async def post(office: Office, lane: int, method: str, fault: dict[str, Any]) -> bool:
    fails(office.slack, method, fault)
    await office.post(lane, "one", kind=Kind.PERSONAL)
    await office.post(lane, "two", kind=Kind.REMINDER)
    await office.settle()
    return office.said(lane) == ["one", "two"]


async def edit(office: Office, lane: int, method: str, fault: dict[str, Any]) -> bool:
    await office.post(lane, "0 votes", key="poll/42")
    await office.settle()
    fails(office.slack, method, fault)
    await office.post(lane, "1 vote", key="poll/42")
    await office.settle()
    return office.said(lane) == ["1 vote"]


async def look(office: Office, lane: int, method: str, fault: dict[str, Any]) -> bool:
    office.slack.faults.add("chat.postMessage", status=504, effect="before")
    fails(office.slack, method, fault)
    await office.post(lane, "one", kind=Kind.REMINDER)
    await office.settle()
    return office.said(lane) == ["one"]


async def file(office: Office, lane: int, method: str, fault: dict[str, Any]) -> bool:
    fails(office.slack, method, fault)
    await office.post(lane, "Here", blocks=(FILE,))
    await office.settle()
    shown = office.slack.posted(f"U{lane:04}" if lane > 0 else f"C{-lane:04}")
    return [len(each["files"]) for each in shown] == [0, 1]


SAID: dict[str, tuple[Callable[[Office, int, str, dict[str, Any]], Awaitable[bool]], int, str]] = {
    "chat.postMessage to a chat": (post, 1, "chat.postMessage"),
    "chat.postMessage to a channel": (post, -1, "chat.postMessage"),
    "chat.update in a chat": (edit, 1, "chat.update"),
    "chat.update in a channel": (edit, -1, "chat.update"),
    "conversations.open": (look, 1, "conversations.open"),
    "conversations.history": (look, -1, "conversations.history"),
    "files.getUploadURLExternal": (file, 1, "files.getUploadURLExternal"),
    "files.completeUploadExternal": (file, 1, "files.completeUploadExternal"),
    "chat.postMessage with a file": (file, 1, "chat.postMessage"),
}


def table(rows: dict[str, dict[str, str]]) -> str:
    """The matrix, a line for each call."""
    width = max(map(len, rows))
    names = list(next(iter(rows.values())))
    lines = [" " * width + " | " + " | ".join(names)]
    lines += [f"{name:{width}} | " + " | ".join(f"{rows[name][fault]:{len(fault)}}" for fault in names) for name in rows]
    return "\n".join(lines) + "\n"


async def test_the_outbox_says_everything_once(units: Units, clock: WoundClock) -> None:
    rows: dict[str, dict[str, str]] = {}
    many = len(SAID) * len(FAULTS)
    async with opened(units, clock, chats=many, channels=many) as office:
        office.adapter._client.session._timeout = IMPATIENT
        number = 0
        for what, (act, side, method) in SAID.items():
            rows[what] = {}
            for name, fault in FAULTS.items():
                number += 1
                is_right = await act(office, side * number, method, fault)
                assert office.slack.faults.pending == [], "the call was made"
                rows[what][name] = "once" if is_right else "WRONG"
    sys.stdout.write("\n" + table(rows))
    assert {cell for row in rows.values() for cell in row.values()} == {"once"}

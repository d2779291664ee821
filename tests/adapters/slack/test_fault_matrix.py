"""Each call that we make of Slack, gone wrong in each way: nothing is lost and nothing comes twice. Run with `-s`, it prints the table."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from adapters.playground.slack import FakeSlack
from adapters.slack import SlackAdapter, answers
from adapters.slack.client import SlackClient
from adapters.slack.workspaces import OneWorkspace
from bot.chat.message import Button, Buttons, File, Message
from bot.chat.reply import Open
from bot.core.clock import WoundClock
from bot.core.outbox import Kind
from bot.core.ports import Address
from bot.data.units import Units
from tests.adapters.slack.outbox import Office, opened
from tests.adapters.slack.stage import Stage, staged
from tests.adapters.slack.test_conversations import entry

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
IMPATIENT = aiohttp.ClientTimeout(total=0.1)
LESS_SO = aiohttp.ClientTimeout(total=0.3)  # where a call that nothing is wrong with must not run into it on a busy machine
CARD = Message("Vote", (Buttons((Button("Pizza", "[]"),)),))
Cell = Callable[[FakeSlack, dict[str, Any]], None]


def client_of(adapter: SlackAdapter) -> SlackClient:
    assert isinstance(adapter.workspaces, OneWorkspace)
    return adapter.workspaces.only


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
    "upload of a file": (file, 1, "upload"),
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


@pytest.mark.thorough
async def test_the_outbox_says_everything_once(units: Units, clock: WoundClock) -> None:
    rows: dict[str, dict[str, str]] = {}
    many = len(SAID) * len(FAULTS)
    async with opened(units, clock, chats=many, channels=many) as office:
        client_of(office.adapter).session._timeout = IMPATIENT
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


# What a person is answered: once, in their own chat by the same look. Beside what others read nothing can be looked for: where nobody
# knows whether an answer arrived there, it is said once more in the person's own chat, with a line that says why, and never a second time
# beside it.

PAYLOAD = '["poll.vote",{"poll":"1"}]'
SURE = {"429", "ok:false busy"}
ARRIVED = {name for name, fault in FAULTS.items() if "effect" in fault}
ONCE, ELSEWHERE, BOTH, WRONG = "once", "in chat", "both", "WRONG"


async def answered_beside(stage: Stage) -> str:
    """A press on a card that others see, answered by its response_url or, where that is spent, by a message for one person."""
    card = Message("Vote", (Buttons((Button("Pizza", PAYLOAD),)),))
    session = client_of(stage.adapter).session
    session._timeout = aiohttp.ClientTimeout(total=30)  # what is tried comes after this
    posted = await stage.adapter.post(Address("T0001", "CGEN", "place"), card, "1.1")
    session._timeout = LESS_SO
    stage.script.says("Counted")
    await stage.slack.presses("UANN", posted.message_id, "press.0")
    await stage.settles()
    beside = [each["plain"] for each in stage.messages("UANN", "CGEN")].count("Counted")
    in_chat = [each["plain"] for each in stage.messages("UANN", "DANN")]
    if [each for each in in_chat if not (each.startswith("You may have read this already.") and each.endswith("Counted"))]:
        return WRONG
    return {(1, 0): ONCE, (0, 1): ELSEWHERE, (1, 1): BOTH}.get((beside, len(in_chat)), WRONG)


async def replaced(stage: Stage) -> str:
    """A press on a card of one's own, which is replaced: the same, however often it is done."""
    stage.script.says("A card", Buttons((Button("Pizza", PAYLOAD),)))
    await stage.slack.types("UANN", "DANN", "/poll")
    card = stage.last("UANN", "DANN")
    stage.script.says("Counted", instead=True)
    await stage.slack.presses("UANN", card["id"], "press.0")
    await stage.settles()
    return ONCE if [each["plain"] for each in stage.messages("UANN", "DANN")] == ["Counted"] else WRONG


async def answered_in_chat(stage: Stage) -> str:
    stage.script.says("Kept")
    await stage.slack.types("UANN", "DANN", "hello")
    await stage.settles()
    return ONCE if [each["plain"] for each in stage.messages("UANN", "DANN")].count("Kept") == 1 else WRONG


async def opens_a_form(stage: Stage) -> str:
    stage.script.reply = Open(entry(), again=PAYLOAD)
    await stage.slack.types("UANN", "CGEN", "/journal My words")
    await stage.settles()
    offers = [each for each in stage.messages("UANN", "CGEN") if "My words" in each["plain"] and each["controls"]]
    return ONCE if stage.dialog is not None or offers else WRONG


async def draws_the_home(stage: Stage) -> str:
    for _time in range(2):  # who does not see it opens it again
        stage.script.says("Welcome home")
        await stage.slack.opens_home("UANN")
        await stage.settles()
    return ONCE if stage.slack.screen("UANN")["home"] is not None else WRONG


def of_address(fault: dict[str, Any]) -> dict[str, Any]:
    """The same at an address, which knows statuses and no codes."""
    return {"status": 429 if fault.get("error") == "ratelimited" else fault.get("status") or 500, "effect": fault.get("effect", "none")}


ANSWERED: dict[str, tuple[Callable[[Stage], Awaitable[str]], str]] = {
    "response_url": (answered_beside, "response_url"),
    "chat.postEphemeral": (answered_beside, "chat.postEphemeral"),
    "response_url that replaces": (replaced, "response_url"),
    "chat.postMessage as an answer": (answered_in_chat, "chat.postMessage"),
    "views.open": (opens_a_form, "views.open"),
    "views.publish": (draws_the_home, "views.publish"),
}


@pytest.mark.thorough
async def test_an_answer_always_arrives_and_beside_others_never_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LONGEST_WAIT", 0.0)
    monkeypatch.setattr(answers, "LOOKS_AFTER", 0.03)
    monkeypatch.setattr("adapters.slack.looking.SKEW", timedelta(days=365))  # the clock of the faked platform stands still
    rows: dict[str, dict[str, str]] = {}
    for what, (act, method) in ANSWERED.items():
        rows[what] = {}
        for name, fault in FAULTS.items():
            async with staged() as stage:
                client_of(stage.adapter).session._timeout = LESS_SO
                if method == "chat.postEphemeral":
                    stage.slack.faults.add("response_url", status=404)
                fails(stage.slack, method, of_address(fault) if method == "response_url" else fault)
                rows[what][name] = await act(stage)
                assert stage.slack.faults.pending == [], "the call was made"
    sys.stdout.write("\n" + table(rows))
    for what, row in rows.items():
        for name, cell in row.items():
            is_beside = ANSWERED[what][0] is answered_beside
            expected = ONCE if not is_beside or name in SURE else BOTH if name in ARRIVED else ELSEWHERE
            assert cell == expected, (what, name)

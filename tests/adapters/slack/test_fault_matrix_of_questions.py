"""The other calls, gone wrong in each way: what asks is asked again and does no harm, what makes something makes it once.

With `-s` it prints the table. The rows of both matrices together are all methods that the adapter calls.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from adapters.playground.slack import FakeSlack
from adapters.slack import answers
from adapters.slack.check import Check, Wanted, Workspace
from adapters.slack.client import SlackClient
from adapters.slack.gathering import gather
from adapters.slack.places import found, invite, pin
from adapters.slack.workspaces import OneWorkspace
from bot.chat.errors import DeliveryFailed
from bot.chat.message import Message
from bot.chat.reply import Founding, Gathering, Open
from bot.chat.text import Mention
from bot.core.clock import WoundClock
from bot.core.ports import Address
from bot.data.units import Units
from tests.adapters.slack.installing import cloud
from tests.adapters.slack.stage import Stage, staged
from tests.adapters.slack.test_conversations import entry
from tests.adapters.slack.test_fault_matrix import ANSWERED, FAULTS, SAID, client_of, of_address, table
from tests.manifest.test_scopes import called

BRIEF = aiohttp.ClientTimeout(total=0.25)  # long enough for a busy machine
ADDRESSES = {"response_url", "upload", "download"}  # what is called by an address and not by a name
ANN, BOB = Mention("Ann", (("slack/T0001", "UANN"),)), Mention("Bob", (("slack/T0001", "UBOB"),))
GENERAL = Address("T0001", "CGEN", "place")
MORE = "channels:manage pins:write mpim:write im:read"
Ask = Callable[[Stage], Awaitable[bool]]


async def opens(stage: Stage) -> bool:
    client = SlackClient(api_url=stage.client.api_url, bot_token=stage.client.bot_token)
    try:
        await client.open()
        return client.me.team == "T0001"
    finally:
        await client.close()


async def knows_its_app(stage: Stage) -> bool:
    """A start that does not hear it goes on without; the signature alone decides then."""
    workspace = OneWorkspace(api_url=stage.client.api_url, bot_token=stage.client.bot_token, installations=None)
    try:
        await workspace.open()
        return workspace.app == "ACONVENE01"
    finally:
        await workspace.close()


async def describes(stage: Stage) -> bool:
    return (await stage.adapter.describe("T0001", "UANN")).name == "Ann"


async def names(stage: Stage) -> bool:
    return await stage.adapter.name_of(GENERAL) == "general"


async def founds(stage: Stage) -> bool:
    if await found(stage.client, Founding("Shorter handovers", (ANN, BOB), "[]")) is None:
        return False
    made = [each for each in stage.slack.ws.channels.values() if (each.name or "").startswith("shorter-handovers")]
    return len(made) == 1 and made[0].members.count("UANN") == 1


async def invites(stage: Stage) -> bool:
    await invite(stage.client, "CTEAM", (ANN, BOB))
    return stage.slack.ws.channels["CTEAM"].members.count("UANN") == 1


async def gathers(stage: Stage) -> bool:
    said = Message("Hello you two")
    channel = await gather(stage.client, Gathering((ANN, BOB), said, said, "Open"))
    return channel is not None and [each["plain"] for each in stage.slack.posted(channel)].count("Hello you two") <= 1


def said_before(stage: Stage) -> str:
    """The message of ours that is there when a test begins."""
    return next(str(call.answer["ts"]) for call in stage.slack.calls if call.method == "chat.postMessage")


async def pins(stage: Stage) -> bool:
    await pin(stage.client, "CGEN", said_before(stage))
    return True


async def deletes(stage: Stage) -> bool:
    await stage.adapter.delete(GENERAL, said_before(stage))
    return stage.slack.posted("CGEN") == []


async def connects(stage: Stage) -> bool:
    await stage.adapter.door.connect(stage.slack.app_token)
    sockets = stage.adapter.door._sockets
    return sockets is not None and sockets.count == 2


async def checks(stage: Stage) -> bool:
    """A look of `check` that failed is a finding, never a crash; the next look is whole."""
    wanted = Wanted({}, {}, {}, lambda _declared, _there: [])
    check = Check(
        stage.client.api_url,
        wanted,
        places={"T0001": {"CGEN": "general"}},
        app_token=stage.slack.app_token,
        config_token=stage.slack.config_token,
    )
    return len(await check.findings([Workspace(stage.client.bot_token, "SLACK_BOT_TOKEN")])) > 0


ASKED: dict[str, Ask] = {
    "auth.test": opens,
    "bots.info": knows_its_app,
    "users.info": describes,
    "conversations.info": names,
    "conversations.create": founds,
    "conversations.invite": invites,
    "conversations.open": gathers,
    "pins.add": pins,
    "chat.delete": deletes,
    "apps.connections.open": connects,
    "users.conversations": checks,
    "apps.manifest.export": checks,
}


async def asked_again(stage: Stage, ask: Ask) -> bool:
    """Whether it is right at once, or when it is asked again; nothing but the failures that we know is ever raised."""
    for _time in range(5):  # more often than once, for a busy machine may not answer within the short patience either
        try:
            if await ask(stage):
                return True
        except DeliveryFailed:
            continue
    return False


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.client.TIMEOUT", BRIEF)
    monkeypatch.setattr("adapters.slack.sockets.LOOKS", 0.05)
    monkeypatch.setattr(answers, "LONGEST_WAIT", 0.0)
    monkeypatch.setattr(answers, "LOOKS_AFTER", 0.03)
    monkeypatch.setattr("adapters.slack.places.ASKS_AFTER", 0.03)
    monkeypatch.setattr("adapters.slack.looking.SKEW", timedelta(days=365))  # the clock of the faked platform stands still


@pytest.mark.thorough
@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("method", ASKED)
async def test_what_is_asked_is_asked_again_and_does_no_harm(method: str) -> None:
    row: dict[str, str] = {}
    for name, fault in FAULTS.items():
        async with staged(more_scopes=MORE) as stage:
            client_of(stage.adapter).session._timeout = BRIEF
            if method in ("chat.delete", "pins.add"):
                await stage.adapter.post(GENERAL, Message("Once"), "1.1")
            stage.slack.add_channel("CTEAM", "team", [])
            stage.slack.faults.add(method, **fault)
            row[name] = "once" if await asked_again(stage, ASKED[method]) else "WRONG"
            assert stage.slack.faults.pending == [], "the call was made"
    sys.stdout.write("\n" + table({method: row}))
    assert set(row.values()) == {"once"}


# An answer whose way was lost is looked for; where the look fails too it is taken again, and never said twice.


async def answered_in_thread(slack: FakeSlack, stage: Stage, thread: bool) -> int:
    stage.script.says("Kept")
    first = await stage.adapter.post(Address("T0001", "UANN", "chat"), Message("A question"), "9.1")
    slack.faults.add("chat.postMessage", status=504, effect="before")
    await slack.types("UANN", "DANN", "hello", thread=first.message_id if thread else None)
    await stage.settles()
    return [each["plain"] for each in stage.messages("UANN", "DANN")].count("Kept")


LOOKED_FOR = {"conversations.replies": True, "conversations.history": False}


@pytest.mark.thorough
@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize("method", LOOKED_FOR)
async def test_a_look_for_an_answer_that_fails_says_nothing_twice(method: str) -> None:
    for name, fault in FAULTS.items():
        async with staged() as stage:
            client_of(stage.adapter).session._timeout = BRIEF
            stage.slack.faults.add(method, **fault)
            assert await answered_in_thread(stage.slack, stage, LOOKED_FOR[method]) == 1, name
            assert stage.slack.faults.pending == [], "the call was made"


@pytest.mark.thorough
@pytest.mark.usefixtures("_impatient")
async def test_a_late_form_is_answered_once_whatever_becomes_of_its_window() -> None:
    for name, fault in FAULTS.items():
        async with staged(patience=0.05) as stage:
            client_of(stage.adapter).session._timeout = BRIEF
            stage.script.reply = Open(entry())
            await stage.slack.types("UANN", "CGEN", "/journal")
            stage.script.says("Kept")
            stage.script.delay = 0.1
            stage.slack.faults.add("views.update", **fault)
            await stage.slack.submits("UANN", stage.dialog["id"], {"heading": "My words"})
            await stage.settles()
            assert stage.slack.faults.pending == [], "the call was made"
            seen = stage.slack.screen("UANN")["conversations"]
            assert [m["plain"] for each in seen for m in each["messages"]].count("Kept") == 1, name


@pytest.mark.thorough
@pytest.mark.usefixtures("_impatient")
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_an_installation_that_failed_can_be_begun_again(units: Units, clock: WoundClock) -> None:
    async with cloud(units, clock, teams=("T0001",)) as slack:
        north = slack.slacks["T0001"]
        for name, fault in FAULTS.items():
            north.faults.add("oauth.v2.access", **fault)
            assert (await slack.installs("T0001")).status != 302, name
            assert north.faults.pending == [], "the call was made"
            assert (await slack.installs("T0001")).status == 200, name


@pytest.mark.thorough
@pytest.mark.usefixtures("_impatient")
async def test_a_file_that_cannot_be_fetched_is_said_to_be_lost_or_comes_again() -> None:
    from adapters.downloads import Attached
    from bot.core.ports import FileLost, SentFile

    for name, fault in FAULTS.items():
        async with staged(more_scopes="files:read") as stage:
            client_of(stage.adapter).session._timeout = BRIEF
            await stage.slack.sends_file("UANN", "DANN", "days.md", b"# Days")
            await stage.settles()
            file = next(iter(stage.slack.ws.files.values()))
            where = Attached("days.md", f"{stage.slack.ws.base_url.rstrip('/')}/files/{file.id}", 6)
            stage.slack.faults.add("download", **of_address(fault))
            told: Any = await stage.client.fetch(where)
            assert isinstance(told, FileLost | SentFile), name
            assert stage.slack.faults.pending == [], "the call was made"
            assert isinstance(await stage.client.fetch(where), SentFile), name


OTHERWISE = {*LOOKED_FOR, "views.update", "oauth.v2.access", "download"}  # by the tests above


def test_every_call_that_the_adapter_makes_has_its_row() -> None:
    rows = {method for _act, _side, method in SAID.values()} | {method for _act, method in ANSWERED.values()} | {*ASKED, *OTHERWISE}
    assert rows == called() | ADDRESSES

"""Whatever is not genuinely from Slack, or cannot be read, is refused clearly and reaches nobody."""

from __future__ import annotations

import asyncio
import json
import time
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from adapters.playground.slack.socket import envelope_of
from adapters.slack.replays import Replays
from bot.chat.action import Action, action
from bot.chat.message import Button, Buttons
from bot.core.ports import Commanded
from tests.adapters.slack.stage import Stage, staged

COMMAND = "command=%2Fpoll&text=x&user_id=UANN&channel_id=CGEN&channel_name=general&team_id=T0001&trigger_id=1"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def envelope(**event: object) -> str:
    whole = {"type": "event_callback", "team_id": "T0001", "event_id": "Ev1", "event": event}
    return json.dumps(whole)


async def test_a_genuine_request_is_heard(stage: Stage) -> None:
    assert (await stage.slack.send_raw(COMMAND)).status == 200
    assert len(stage.script.heard) == 1


async def test_unsigned_forged_and_stale_requests_are_refused(stage: Stage) -> None:
    assert (await stage.slack.send_raw(COMMAND, signed=False)).status == 401
    assert (await stage.slack.send_raw(COMMAND, headers={"X-Slack-Signature": "v0=" + "0" * 64})).status == 401
    assert (await stage.slack.send_raw(COMMAND, headers={"X-Slack-Request-Timestamp": "soon"})).status == 401
    assert (await stage.slack.send_raw(COMMAND, at=time.time() - 301)).status == 401
    assert (await stage.slack.send_raw(COMMAND, at=time.time() + 301)).status == 401
    assert (await stage.slack.send_raw("", signed=False)).status == 401
    assert stage.script.heard == []


async def test_the_very_same_signature_again_is_refused(stage: Stage) -> None:
    at = time.time()
    assert (await stage.slack.send_raw(COMMAND, at=at)).status == 200
    with capture_logs() as logs:
        assert (await stage.slack.send_raw(COMMAND, at=at)).status == 401
    assert [log["why"] for log in logs] == ["a replay"]
    assert (await stage.slack.send_raw(COMMAND, at=at - 1)).status == 200  # signed anew, as Slack does: its key tells that it is the same
    assert len(stage.script.heard) == 2
    assert len({heard.key for heard in stage.script.heard}) == 1


async def test_what_failed_may_come_again_as_it_was(stage: Stage) -> None:
    def breaks(_interaction: object) -> object:
        raise RuntimeError("broken")

    at = time.time()
    whole = stage.script.reply
    stage.script.reply = breaks  # type: ignore[assignment]
    assert (await stage.slack.send_raw(COMMAND, at=at)).status == 500
    stage.script.reply = whole
    assert (await stage.slack.send_raw(COMMAND, at=at)).status == 200


def test_signatures_are_forgotten_when_their_time_stamp_is_too_old() -> None:
    now = 1000.0
    replays = Replays(lambda: now)
    replays.remember("v0=1")
    now += 599
    assert replays.knows("v0=1")
    now += 2
    assert replays.knows("v0=1")
    now += 600
    assert not replays.knows("v0=1")
    assert not replays.knows("")


@action("test.refusals.pick")
class Pick(Action):
    option: int


SHORTCUTS = {"shortcut": "journal", "message_action": "note.keep"}
MISSING = [
    (kind, path)
    for kind, paths in {
        "command": ["command", "user_id", "channel_id", "trigger_id", "text", "channel_name", "team_id"],
        "action": ["user", "actions", "team", "container", "channel", "trigger_id", "response_url"],
        "shortcut": ["user", "team", "callback_id", "trigger_id", "type"],
        "message_action": ["user", "team", "callback_id", "trigger_id", "channel", "message", "message_ts", "response_url", "message.text"],
        "event": ["event", "event_id", "event.type", "event.user", "event.channel", "event.text", "event.ts", "authorizations", "team_id"],
    }.items()
    for path in paths
]


@pytest.mark.parametrize(("kind", "path"), MISSING, ids=[f"{kind} without {path}" for kind, path in MISSING])
async def test_a_payload_with_a_missing_key_is_refused_or_understood_and_never_breaks(stage: Stage, kind: str, path: str) -> None:
    stage.script.says("Choose", Buttons((Button("Press", Pick(1)),)))
    if kind == "action":
        await stage.slack.types("UANN", "CGEN", "/poll x")
        await stage.settles()
        card = stage.last("UANN", "CGEN")
        await stage.slack.presses("UANN", card["id"], stage.control(card, "Press"))
    elif kind in SHORTCUTS:
        await stage.slack.types("UBOB", "CGEN", "keep me")
        on = stage.last("UANN", "CGEN")["id"] if kind == "message_action" else None
        await stage.slack.uses_shortcut("UANN", SHORTCUTS[kind], on)
    else:
        await stage.slack.types("UANN", *(("CGEN", "/poll x") if kind == "command" else ("DANN", "hello")))
    await stage.settles()
    sent = next(each for each in reversed(stage.slack.line.sent) if each.kind == ("action" if kind in SHORTCUTS else kind))
    _type, payload = envelope_of(sent.body, sent.content_type)
    above, _dot, key = path.rpartition(".")
    del (payload[above] if above else payload)[key]
    if kind == "event":
        body, content_type = json.dumps(payload), JSON
    else:
        body, content_type = (
            urlencode(payload if kind == "command" else {"payload": json.dumps(payload)}),
            "application/x-www-form-urlencoded",
        )
    with capture_logs() as logs:
        answer = await stage.slack.send_raw(body, content_type=content_type)
        await stage.settles()
    assert answer.status in (200, 400, 404), (path, answer)
    assert [log for log in logs if log["log_level"] == "error"] == []


@pytest.mark.parametrize("is_full", [False, True])
async def test_a_burst_above_what_is_taken_at_once_is_put_by_and_nothing_is_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, is_full: bool
) -> None:
    monkeypatch.setattr("adapters.slack.door.MOST_EVENTS", 10)
    stage.script.delay, stage.inbox.is_full = 0.1, is_full
    stage.slack.line.retry_delays = (0.3, 0.6, 1.0)
    events = [envelope(type="message", channel="CGEN", channel_type="channel", user="UANN", text=str(n), ts=f"1.{n}") for n in range(40)]
    bodies = [each.replace('"Ev1"', f'"Ev{number}"') for number, each in enumerate(events)]
    under_way = [asyncio.create_task(stage.slack.line.event(json.loads(body))) for body in bodies]
    command = await stage.slack.types("UANN", "DANN", "/poll x")
    first = await asyncio.gather(*under_way)
    await stage.settles()
    assert command.status == 200  # what people type waits for nobody's burst
    assert {answer.status for answer in first} == ({200, 503} if is_full else {200})
    keys = {str(heard.key) for heard in stage.script.heard if not isinstance(heard.did, Commanded)}
    put_by = {str(each.key) for each in stage.inbox.held}
    assert keys & put_by == set()
    assert sorted(keys | put_by) == sorted(f"message:CGEN:1.{number}" for number in range(40))
    assert len(put_by) == (0 if is_full else 30)


async def test_a_replay_has_the_same_key(stage: Stage) -> None:
    await stage.slack.types("UANN", "CGEN", "/poll x")
    await stage.slack.redeliver()
    await stage.slack.types("UANN", "DANN", "hello")
    await stage.slack.redeliver()
    one, two, three, four = stage.script.heard
    assert one == two
    assert three == four
    assert one.key != three.key


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        '"x"',
        "{}",
        "[" * 100_000,
        b"\xff\xfe",
        json.dumps({"type": "event_callback", "team_id": "T0001", "event_id": "E", "event": {"type": "message", "user": "UANN"}}),
        json.dumps({"type": "event_callback", "team_id": "T0001", "event": []}),
        json.dumps({"type": "event_callback", "team_id": "T0001", "event_id": "E", "event": {"type": "user_change", "user": "x"}}),
        envelope(type="channel_rename", channel="CGEN"),
    ],
)
async def test_unreadable_events_are_refused(stage: Stage, body: str | bytes) -> None:
    answer = await stage.slack.send_raw(body, content_type=JSON)
    assert answer.status in (400, 404), answer
    assert stage.script.heard == []


@pytest.mark.parametrize("body", ["payload=%7B", "payload=[]", "payload=7", "command=%2Fpoll&team_id=T0001", "x=y"])
async def test_unreadable_forms_are_refused(stage: Stage, body: str) -> None:
    answer = await stage.slack.send_raw(body)
    assert answer.status in (400, 404), answer
    assert stage.script.heard == []


@pytest.mark.parametrize("meta", ["", "{", "[]", "7", '{"form":"x","surplus":1}'])
async def test_a_form_that_is_not_ours_is_refused(stage: Stage, meta: str) -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "x", "private_metadata": meta, "state": {"values": {}}}
    body = {"type": "view_submission", "team": {"id": "T0001"}, "user": {"id": "UANN"}, "view": view}
    assert (await stage.slack.send_raw(urlencode({"payload": json.dumps(body)}))).status == 400
    assert stage.script.heard == []


async def test_too_large_a_request_is_refused(stage: Stage) -> None:
    assert (await stage.slack.send_raw("command=%2Fpoll&text=" + "x" * 1_000_001)).status == 413


async def test_another_workspace_is_left_alone(stage: Stage) -> None:
    assert (await stage.slack.send_raw(COMMAND.replace("T0001", "T0002"))).status == 200
    assert stage.script.heard == []


async def test_the_address_is_verified_and_checked(stage: Stage) -> None:
    answer = await stage.slack.send_raw(json.dumps({"type": "url_verification", "challenge": "abc"}), content_type=JSON)
    assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "abc"})


@pytest.mark.parametrize(
    "extra",
    [
        {"bot_id": "B1", "user": "UBOT2"},
        {"subtype": "bot_message", "bot_id": "B1"},
        {"user": "USLACKBOT"},
        {"user": "UANN", "subtype": "channel_topic"},
        {"user": "UANN", "subtype": "channel_join"},
    ],
)
async def test_bots_and_the_platform_itself_are_nobody(stage: Stage, extra: dict[str, str]) -> None:
    body = envelope(type="message", channel="CGEN", ts="1.0", text="hello", **extra)
    assert (await stage.slack.send_raw(body, content_type=JSON)).status == 200
    assert stage.script.heard == []


async def test_logs_hold_no_words_and_no_secrets(
    stage: Stage, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    await stage.slack.send_raw("command=%2Fpoll&text=SECRETWORDS", headers={"X-Slack-Signature": "v0=bad"})
    await stage.slack.send_raw(json.dumps({"type": "strange", "text": "SECRETWORDS"}), content_type=JSON)
    out = caplog.text + "".join(capsys.readouterr())
    assert "SECRETWORDS" not in out
    assert stage.slack.bot_token not in out
    assert "refused" in out


async def test_a_dispatcher_that_breaks_is_asked_again() -> None:
    async with staged() as stage:

        def breaks(_interaction: object) -> object:
            raise RuntimeError("broken")

        stage.script.reply = breaks  # type: ignore[assignment]
        outcome = await stage.slack.types("UANN", "DANN", "hello")
        await stage.slack.settles()
        assert outcome.status == 500
        assert len(stage.script.heard) > 1
        assert len({heard.key for heard in stage.script.heard}) == 1

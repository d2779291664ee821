"""Whatever is not genuinely from Slack, or cannot be read, is refused clearly and reaches nobody."""

from __future__ import annotations

import json
import time

import pytest

from tests.adapters.slack.stage import Stage, staged

COMMAND = "command=%2Fpoll&text=x&user_id=UANN&channel_id=CGEN&channel_name=general&team_id=T0001&trigger_id=1"
JSON = "application/json"


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
    from urllib.parse import urlencode

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

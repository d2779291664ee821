"""Requests that are not genuine, not whole or not readable are refused, and the log is silent about their words."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.core.clock import WoundClock
from bot.core.rows import KeptTextRow
from bot.data.units import Units
from bot.play import _page
from bot.playground import SLACK_PLACE, SLACK_TEAM, TEAMS_PLACE, Playground, playground
from tests.adapters.attempts import CANARY, At, Row
from tests.kit.cast import Cast, count, entries

JSON = "application/json"


def slack_command(text: str = "x") -> str:
    ids = {"user_id": "U0BOB", "channel_id": "D0BOB", "team_id": SLACK_TEAM, "trigger_id": text}
    return urlencode({"command": "/journal", "text": text, **ids})


@pytest.mark.filterwarnings("ignore:Sending a large body")
async def test_what_is_not_genuine_is_refused_with_its_status_and_a_silent_log(stage: Playground, person: At) -> None:
    slack, teams = stage.slack, stage.teams
    await person("layla").types(f"A genuine {CANARY}.")
    genuine = {**teams.sent[-1], "id": "another", "text": f"A forged {CANARY}."}
    bearer = {"Authorization": f"Bearer {teams.tokens.mint()}"}
    before = await count(stage, KeptTextRow)
    huge, text = "x" * 1_100_000, slack_command(CANARY)
    view = {"id": "V", "type": "modal", "callback_id": "x", "private_metadata": CANARY, "state": {"values": {}}}
    view = {"type": "view_submission", "team": {"id": SLACK_TEAM}, "user": {"id": "U0BOB"}, "view": view}
    refusals: dict[str, tuple[int, Callable[[], Awaitable[Any]]]] = {
        "unsigned": (401, lambda: slack.send_raw(text, signed=False)),
        "another's signature": (401, lambda: slack.send_raw(text, headers={"X-Slack-Signature": "v0=" + "0" * 64})),
        "stale": (401, lambda: slack.send_raw(text, at=time.time() - 400)),
        "from the future": (401, lambda: slack.send_raw(text, at=time.time() + 400)),
        "oversized": (413, lambda: slack.send_raw(slack_command(huge))),
        "no JSON": (400, lambda: slack.send_raw(f"{{{CANARY}", content_type=JSON)),
        "no object": (400, lambda: slack.send_raw(f'["{CANARY}"]', content_type=JSON)),
        "no form": (400, lambda: slack.send_raw(urlencode({"payload": json.dumps(view)}))),
        "half a command": (400, lambda: slack.send_raw(urlencode({"command": "/journal", "team_id": SLACK_TEAM, "text": CANARY}))),
        "no token": (401, lambda: teams.send_raw({}, genuine)),
        "a wrong key": (401, lambda: teams.send_raw({"Authorization": f"Bearer {teams.tokens.wrong_key()}"}, genuine)),
        "expired": (401, lambda: teams.send_raw({"Authorization": f"Bearer {teams.tokens.expired()}"}, genuine)),
        "oversized activity": (413, lambda: teams.send_raw(bearer, {**genuine, "text": huge})),
        "not JSON": (400, lambda: teams.send_raw(bearer, f"{{{CANARY}".encode())),
        "no activity": (400, lambda: teams.send_raw(bearer, {"text": CANARY})),
        "another tenant": (403, lambda: teams.send_raw(bearer, {**genuine, "channelData": {"tenant": {"id": "other"}}})),
        "no sender": (400, lambda: teams.send_raw(bearer, {**genuine, "from": None})),
    }
    for name, (status, send) in refusals.items():
        with capture_logs() as logs:
            answer = await send()
        assert answer.status == status, name
        said = str(answer)
        assert CANARY not in said, name
        assert slack.signing_secret not in said, name
        assert [log["status"] for log in logs if log["log_level"] == "warning"] == [status], (name, logs)
        for secret in (CANARY, slack.signing_secret, slack.bot_token, bearer["Authorization"].split()[1], "xxxxxxxx"):
            assert secret not in str(logs), name
    await stage.settle()
    assert await count(stage, KeptTextRow) == before
    assert await entries(stage) == []


@pytest.mark.filterwarnings("ignore:Sending a large body")
async def test_every_endpoint_of_the_playground_refuses_strangers_and_rubbish(units: Units, clock: WoundClock) -> None:
    async with (
        playground(units, clock, pace=timedelta(0), page=partial(_page, has_moved_in=lambda: True)) as stage,
        aiohttp.ClientSession() as http,
    ):
        here = stage.slack.ws.base_url.removesuffix("/slack-platform")
        acts = ("type", "press", "submit", "dismiss", "edit", "delete", "react", "home", "clock", "clock/stop")
        good: Row = {"platform": "slack", "user": "U0BOB", "conversation": "D0BOB", "text": CANARY}

        async def post(path: str, body: object, **headers: str) -> int:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            async with http.post(f"{here}{path}", data=data, headers={"Content-Type": JSON, **headers}) as answer:
                said = await answer.text()
                assert "Traceback" not in said
                assert CANARY not in said
                return answer.status

        for act in acts:
            path = f"/stage/{act}"
            assert await post(path, good, Host="evil.example") == 403, act
            assert await post(path, good, Origin="https://evil.example") == 403, act
            assert await post(path, good, **{"Sec-Fetch-Site": "cross-site"}) == 403, act
            assert await post(path, good, **{"Content-Type": "text/plain"}) == 415, act
            if act != "clock/stop":
                size = 12_600_000 if act == "file" else 1_100_000
                assert await post(path, b"x" * size) == 413, act
                nobody: list[Row] = [{}, {**good, "user": "U0NOBODY"}, {**good, "platform": []}]
                for rubbish in (b"{", b"[]", b"null", b"7", b"\xff", b"[" * 50_000, *nobody):
                    assert await post(path, rubbish) == 400, (act, rubbish)
        assert await post("/stage/press", {**good, "surface": "1.1", "control": "x"}) == 404
        assert await post("/stage/type", {**good, "conversation": "C0NOWHERE"}) == 404
        for path in ("/stage/nothing", "/page/../../etc/passwd", "/page/%2e%2e/app.py", "/slack-platform/none", "/teams-platform/v3/none"):
            async with http.get(f"{here}{path}") as answer:
                assert answer.status in (403, 404), path
        assert await post("/", good) == 405
        async with http.get(f"{here}/slack/events") as answer:
            assert answer.status == 405
        async with http.get(f"{here}/stage/screen?platform=slack&user=U0NOBODY") as answer:
            assert answer.status == 400
        async with http.post(f"{here}/slack-platform/api/chat.postMessage", data={"channel": SLACK_PLACE, "text": "x"}) as answer:
            assert (await answer.json())["ok"] is False
        async with http.post(f"{here}/teams-platform/v3/conversations/{TEAMS_PLACE}/activities", json={"type": "message"}) as answer:
            assert answer.status == 401


async def test_half_characters_and_nul_do_no_harm(cast: Cast) -> None:
    for broken in ("nul \x00 and bell \x07", "\ufffe\uffff", "\u202e\u2066"):
        await cast.member.types(broken)
    if cast.is_slack:
        event = {"type": "message", "channel": "D0BOB", "channel_type": "im", "user": "U0BOB", "ts": "1.000001", "event_ts": "1.0"}
        event["text"] = "half \ud83d nul \x00"
        whole = {"type": "event_callback", "team_id": SLACK_TEAM, "event_id": "EvHALF", "event": event}
        answer: Any = await cast.stage.slack.send_raw(json.dumps(whole), content_type=JSON)
    else:
        activity = {**cast.stage.teams.sent[-1], "id": "half", "text": "half \ud83d nul \x00"}
        bearer = {"Authorization": f"Bearer {cast.stage.teams.tokens.mint()}"}
        answer = await cast.stage.teams.send_raw(bearer, json.dumps(activity).encode())
    await cast.settle()
    assert answer.status == 200
    cast.member.does_not_see("Something went wrong")
    cast.member.sees("half")

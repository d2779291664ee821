"""Slack's requests as the load process sends them: bodies made beforehand, signed when they leave."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

TEAM, CHANNEL, APP = "T0BENCH", "C0BENCH", "A0BENCH"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
PATH = "/slack/events"


def account(number: int) -> str:
    """The account of the crowd's n-th person."""
    return f"U{number:07d}"


def command(person: str, name: str, text: str, trigger: str) -> str:
    """A slash command typed in the community's place."""
    return urlencode(
        {
            "token": "deprecated",
            "team_id": TEAM,
            "team_domain": "bench",
            "channel_id": CHANNEL,
            "channel_name": "practice",
            "user_id": person,
            "user_name": person.lower(),
            "command": f"/{name}",
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": "https://hooks.invalid/commands/1",
            "trigger_id": trigger,
        }
    )


def press(person: str, payload: str, trigger: str, hooks: str) -> str:
    """A button pressed in the person's own chat with the bot."""
    chat, ts = f"D{person[1:]}", "1771000000.000100"
    body = {
        "type": "block_actions",
        "user": {"id": person, "username": person.lower(), "name": person.lower(), "team_id": TEAM},
        "api_app_id": APP,
        "token": "deprecated",
        "container": {"type": "message", "message_ts": ts, "channel_id": chat, "is_ephemeral": False},
        "trigger_id": trigger,
        "team": {"id": TEAM, "domain": "bench"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": chat, "name": "directmessage"},
        "message": {"type": "message", "user": "U0BOT", "ts": ts, "text": "Day 1", "blocks": []},
        "response_url": f"{hooks}/response",
        "actions": [{"type": "button", "action_id": "press.0", "block_id": "b1", "value": payload, "action_ts": ts}],
    }
    return urlencode({"payload": json.dumps(body)})


def request(body: str) -> bytes:
    """A whole signed HTTP request on a connection that stays open."""
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\n"
        f"User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body.encode()

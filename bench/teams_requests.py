"""Teams' requests as the load process sends them: messages that people write in their own chats with the bot."""

from __future__ import annotations

import json
from datetime import UTC, datetime

TENANT = "11111111-2222-4333-8444-555555555555"
APP_ID, PASSWORD = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", "bench"
PATH = "/api/messages"


def account(number: int) -> str:
    """The account of the crowd's n-th person."""
    return f"00000000-0000-4000-8000-{number:012d}"


def message(person: str, text: str, identifier: str, service_url: str) -> str:
    """A message typed in the person's own chat with the bot."""
    return json.dumps(
        {
            "type": "message",
            "id": identifier,
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "localTimezone": "Europe/Berlin",
            "serviceUrl": service_url,
            "channelId": "msteams",
            "from": {"id": f"29:{person}", "name": f"Person {person}", "aadObjectId": person},
            "recipient": {"id": f"28:{APP_ID}", "name": "Convene"},
            "conversation": {"id": f"a:{person}", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-GB",
            "entities": [{"type": "clientInfo", "locale": "en-GB", "country": "GB", "platform": "Web", "timezone": "Europe/Berlin"}],
            "text": text,
            "textFormat": "plain",
            "attachments": [{"contentType": "text/html", "content": f"<p>{text}</p>"}],
        }
    )


def request(body: str, token: str) -> bytes:
    """A whole HTTP request with its token, on a connection that stays open."""
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"Authorization: Bearer {token}\r\nUser-Agent: Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body.encode()

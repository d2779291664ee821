"""How a message comes into a channel, changes and goes, whoever sends it, and which events tell of it."""

from __future__ import annotations

from typing import Any

from adapters.playground.slack import blocks as kit
from adapters.playground.slack.mrkdwn import broadcasts_in, marked_up
from adapters.playground.slack.wire import message_json
from adapters.playground.slack.workspace import APP, BOT, BOT_USER, Channel, Message, Refusal, Workspace

Json = dict[str, Any]
MESSAGE_EVENTS = {"channel": "message.channels", "private": "message.groups", "im": "message.im", "mpim": "message.mpim"}
CHANNEL_TYPES = {"channel": "channel", "private": "group", "im": "im", "mpim": "mpim"}


def checked(ws: Workspace, payload: Json, *, longest: int = kit.LONGEST_TEXT) -> None:
    """Refuse a message that Slack would refuse."""
    text, blocks, attachments = payload.get("text"), payload.get("blocks"), payload.get("attachments")
    if text is not None and not isinstance(text, str):
        raise _invalid("text must be a string")
    if not text and not blocks and not attachments:
        raise Refusal("no_text")
    if text and len(text) > longest:
        raise Refusal("msg_too_long")
    if blocks is not None and not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    found = list(kit.block_problems(blocks or [], "message"))
    if attachments is not None:
        if not isinstance(attachments, list) or not all(isinstance(each, dict) for each in attachments):
            raise _invalid("attachments must be a list of objects")
        if len(attachments) > 100:
            raise Refusal("too_many_attachments")
        for each in attachments:
            found += kit.block_problems(each.get("blocks") or [], "message")
    found += unknown_files(ws, blocks)
    if found:
        raise Refusal("invalid_blocks", errors=found, response_metadata={"messages": found})
    if payload.get("metadata") is not None:
        wrong = list(kit.metadata_problems(payload["metadata"]))
        if wrong:
            raise Refusal("metadata_too_large" if "metadata_too_large" in wrong[-1] else "invalid_metadata_format")


def _invalid(sentence: str) -> Refusal:
    return Refusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] {sentence}"]})


def unknown_files(ws: Workspace, value: Any, at: str = "/blocks") -> list[str]:
    """Pictures by a file that was never uploaded."""
    if isinstance(value, list):
        return [line for index, each in enumerate(value) for line in unknown_files(ws, each, f"{at}/{index}")]
    if not isinstance(value, dict):
        return []
    wanted = value.get("slack_file")
    if isinstance(wanted, dict):
        key = wanted.get("id") or str(wanted.get("url", "")).rpartition("/")[2]
        file = ws.files.get(key)
        return [] if file and file.complete else [f"[ERROR] invalid slack file [json-pointer:{at}/slack_file]"]
    return [line for key, each in value.items() for line in unknown_files(ws, each, f"{at}/{key}")]


def post(
    ws: Workspace, channel: Channel, body: Json, *, user: str = BOT_USER, thread: str | None = None, only_for: str | None = None
) -> Message:
    """Put a message into a channel and tell everybody who must know."""
    parent = ws.message(channel, thread) if thread else None
    if parent is not None and parent.thread and parent.thread != parent.ts:
        parent = ws.message(channel, parent.thread)  # a reply to a reply belongs to the first message of the thread
    by_bot = user == BOT_USER
    message = Message(
        channel=channel.id,
        ts=ws.new_ts(),
        user=user,
        text=str(body.get("text") or ""),
        body=body,
        blocks=ws.completed(body.get("blocks") or []),
        by_bot=by_bot,
        thread=parent.ts if parent else None,
        metadata=body.get("metadata"),
        only_for=only_for,
        subtype=body.get("subtype"),
        files=list(body.get("files") or []),
        attachments=list(body.get("attachments") or []),
        client_id="" if by_bot else ws.serial("client-"),
    )
    if parent is not None and only_for is None:
        parent.thread = parent.ts
    channel.messages.append(message)
    if by_bot:
        _watch_manners(ws, message)
    if by_bot and only_for is None:
        announce_message(ws, channel, message)
        announce_metadata(ws, channel, message, "posted")
    ws.changed(only_for or "")
    return message


def _watch_manners(ws: Workspace, message: Message) -> None:
    """Keep what a real workspace would have suffered from: calls to everybody, messages without words for a screen reader."""
    texts = [message.text, *marked_up(message.blocks), *marked_up(message.attachments)]
    if any(broadcasts_in(text) for text in texts):
        ws.broadcasts.append(message)
    if not message.text and not message.files:
        ws.wordless.append(message)


def change(ws: Workspace, channel: Channel, message: Message, body: Json) -> None:
    """Edit a message."""
    before = message_json(ws, message)
    message.body = {**message.body, **body}
    if "text" in body:
        message.text = str(body["text"] or "")
    if body.get("blocks") is not None:
        message.blocks = ws.completed(body["blocks"])
    if body.get("attachments") is not None:
        message.attachments = list(body["attachments"])
    if body.get("metadata") is not None:
        message.metadata = body["metadata"]
    if message.only_for is None:
        message.edited_at = ws.new_ts()
    if message.by_bot:
        _watch_manners(ws, message)
    if message.only_for is None and message.by_bot:
        ws.announce(MESSAGE_EVENTS[channel.kind], changed_event(ws, channel, message, before))
        announce_metadata(ws, channel, message, "updated")
    ws.changed(message.only_for or "")


def delete(ws: Workspace, channel: Channel, message: Message) -> Json:
    """Take a message away; the event that tells of it is returned."""
    before = message_json(ws, message)
    message.deleted = True
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": channel.id,
        "channel_type": CHANNEL_TYPES[channel.kind],
        "previous_message": before,
        "deleted_ts": message.ts,
        "ts": ws.new_ts(),
    }
    event["event_ts"] = event["ts"]
    ws.changed(message.only_for or "")
    return event


def message_event(ws: Workspace, channel: Channel, message: Message) -> Json:
    """The event of a new message."""
    place = {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind], "event_ts": message.ts}
    return {**message_json(ws, message), **place}


def changed_event(ws: Workspace, channel: Channel, message: Message, before: Json) -> Json:
    """The event of an edit."""
    stamp = ws.new_ts()
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": channel.id,
        "channel_type": CHANNEL_TYPES[channel.kind],
        "message": message_json(ws, message),
        "previous_message": before,
        "ts": stamp,
        "event_ts": stamp,
    }


def announce_message(ws: Workspace, channel: Channel, message: Message) -> None:
    """Tell the app of its own message where it may read: Slack does that too."""
    ws.announce(MESSAGE_EVENTS[channel.kind], message_event(ws, channel, message))


def announce_metadata(ws: Workspace, channel: Channel, message: Message, what: str) -> None:
    """Tell the app of metadata it subscribed to."""
    if message.metadata is None or message.metadata.get("event_type") not in ws.grants.metadata_events:
        return
    event = {
        "type": f"message_metadata_{what}",
        "app_id": APP,
        "bot_id": BOT,
        "user_id": BOT_USER,
        "team_id": ws.team_id,
        "channel_id": channel.id,
        "metadata": message.metadata,
        "message_ts": message.ts,
        "event_ts": message.edited_at or message.ts,
    }
    ws.announce(f"message_metadata_{what}", event)

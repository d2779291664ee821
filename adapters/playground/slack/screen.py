"""The screen of one person."""

from __future__ import annotations

from datetime import UTC, datetime

from adapters.playground.driver import Screen, ScreenConversation, ScreenDialog, ScreenMessage
from adapters.playground.slack.drawing import Drawing, Filled
from adapters.playground.slack.mrkdwn import Reader
from adapters.playground.slack.workspace import Channel, Json, Message, User, View, Workspace


def reader_of(ws: Workspace, user: User) -> Reader:
    """How this person reads."""
    return Reader(
        zone=user.zone,
        locale=user.locale,
        now=ws.now(),
        people={each.id: each.name for each in ws.users.values()},
        channels={each.id: each.name for each in ws.visible_to(user.id) if each.kind != "im"},
    )


def screen_of(ws: Workspace, user_id: str) -> Screen:
    """What this person sees now."""
    user = ws.users[user_id]
    reader = reader_of(ws, user)
    stack, home = ws.stacks.get(user_id, []), ws.homes.get(user_id)
    return {
        "platform": "slack",
        "user": {"id": user.id, "name": user.name, "zone": user.zone, "language": user.locale},
        "conversations": [_conversation(ws, user, reader, channel) for channel in ws.visible_to(user_id)],
        "dialog": _dialog(ws, reader, stack[-1]) if stack else None,
        "home": _home(ws, reader, home) if home else None,
        "notices": list(ws.notices.get(user_id, [])),
        "shortcuts": _shortcuts(ws, "message"),
        "anywhere": _shortcuts(ws, "global"),
        "commands": [{"name": each.name, "hint": each.hint, "about": each.about} for each in ws.grants.commands],
    }


def _shortcuts(ws: Workspace, kind: str) -> list[dict[str, str]]:
    return [{"id": each["callback_id"], "label": each["name"]} for each in ws.grants.shortcuts if each["type"] == kind]


def _conversation(ws: Workspace, user: User, reader: Reader, channel: Channel) -> ScreenConversation:
    shown = [each for each in channel.messages if each.only_for in (None, user.id) and (not each.deleted or _has_replies(channel, each))]
    return {
        "id": channel.id,
        "kind": "place" if channel.kind in ("channel", "private") else "chat",
        "name": ws.grants.bot_name if channel.kind == "im" else channel.name,
        "state": "deleted" if channel.deleted else "archived" if channel.archived else "open",
        "messages": [] if channel.deleted else [message_on_screen(ws, user, reader, each) for each in shown],
    }


def _has_replies(channel: Channel, message: Message) -> bool:
    return any(each.thread == message.ts and each is not message and not each.deleted for each in channel.messages)


def message_on_screen(ws: Workspace, user: User, reader: Reader, message: Message) -> ScreenMessage:
    """One message as this person sees it."""
    filled: Filled = ws.filled.get((user.id, message.ts), {})
    drawing, blocks = Drawing(ws, reader, filled), [] if message.deleted else message.blocks
    author = ws.users[message.user]
    files = [ws.files[each] for each in message.files]
    lines = [drawing.plain(blocks) if blocks else drawing.mrkdwn(message.text)]
    for attachment in message.attachments:
        lines += [drawing.mrkdwn(str(attachment.get("text") or "")), drawing.plain(ws.completed(attachment.get("blocks") or []))]
    lines += [line for file in files for line in (file.title, file.alt)]
    plain = "This message was deleted." if message.deleted else "\n".join(line for line in lines if line)
    drawn: Json = {**message.body, "blocks": drawing.drawn(blocks), "_read": drawing.mrkdwn(message.text)}
    return {
        "id": message.ts,
        "author": {"id": author.id, "name": author.name, "is_bot": author.is_bot},
        "at": datetime.fromtimestamp(float(message.ts), UTC).isoformat(),
        "text": message.text,
        "plain": plain,
        "body": {} if message.deleted else message.body,
        "drawn": {} if message.deleted else drawn,
        "controls": drawing.controls(blocks),
        "private": message.only_for is not None,
        "pinned": message.pinned,
        "edited": message.edited_at is not None,
        "deleted": message.deleted,
        "thread": message.thread if message.thread != message.ts else None,
        "reactions": [
            {"name": name, "count": len(by), "users": list(by), "mine": user.id in by} for name, by in message.reactions.items() if by
        ],
        "files": [
            {"name": file.name, "url": drawing.file_url(file.id), "alt": file.alt or file.title, "size": file.size} for file in files
        ],
    }


def _dialog(ws: Workspace, reader: Reader, view: View) -> ScreenDialog:
    drawing = Drawing(ws, reader, ws.filled.get((view.user, view.id), {}))
    title, blocks = drawing.text(view.body["title"]), view.body["blocks"]
    errors = [text for text in view.errors.values() if text]
    return {
        "id": view.id,
        "title": title,
        "submit": drawing.text(view.body.get("submit")),
        "body": view.body,
        "drawn": {**view.body, "blocks": drawing.drawn(blocks)},
        "controls": drawing.controls(blocks),
        "errors": dict(view.errors),
        "plain": "\n".join([title, drawing.plain(blocks), *errors]),
    }


def _home(ws: Workspace, reader: Reader, view: View) -> Json:
    drawing = Drawing(ws, reader, ws.filled.get((view.user, view.id), {}))
    blocks = view.body["blocks"]
    return {
        "body": view.body,
        "drawn": {**view.body, "blocks": drawing.drawn(blocks)},
        "controls": drawing.controls(blocks),
        "plain": drawing.plain(blocks),
    }

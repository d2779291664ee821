"""chat.*, reactions.*, pins.*: what the bot says."""

from __future__ import annotations

from adapters.playground.slack.blocks import LONGEST_UPDATE
from adapters.playground.slack.methods import Json, Method
from adapters.playground.slack.posting import MESSAGE_EVENTS, announce_metadata, change, checked, delete, post
from adapters.playground.slack.wire import message_json
from adapters.playground.slack.workspace import BOT_USER, Channel, Message, Refusal, Workspace

MOST_PINS = 100  # in a channel
_BODY = ("text", "blocks", "attachments", "metadata", "mrkdwn", "unfurl_links", "unfurl_media")


def _body(args: Json) -> Json:
    return {key: args[key] for key in _BODY if args.get(key) is not None}


def _target(ws: Workspace, channel_id: str) -> Channel:
    if channel_id in ws.users and not ws.users[channel_id].is_bot:
        return ws.chat_with(channel_id)
    return ws.channel(channel_id)


def _may_post(ws: Workspace, channel: Channel) -> None:
    if channel.archived:
        raise Refusal("is_archived")
    if channel.kind == "im" and not ws.grants.messages_tab:
        raise Refusal("messages_tab_disabled")
    if BOT_USER not in channel.members and "chat:write.public" not in ws.grants.scopes:
        raise Refusal("not_in_channel")


def post_message(ws: Workspace, args: Json) -> Json:
    """chat.postMessage; a user's id as channel opens the chat itself."""
    channel = _target(ws, str(args["channel"]))
    _may_post(ws, channel)
    checked(ws, _body(args))
    message = post(ws, channel, _body(args), thread=args.get("thread_ts"))
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": message_json(ws, message, metadata=True)}


def post_ephemeral(ws: Workspace, args: Json) -> Json:
    """chat.postEphemeral."""
    channel = _target(ws, str(args["channel"]))
    _may_post(ws, channel)
    if args["user"] not in channel.members:
        raise Refusal("user_not_in_channel")
    checked(ws, _body(args))
    message = post(ws, channel, _body(args), thread=args.get("thread_ts"), only_for=str(args["user"]))
    return {"ok": True, "message_ts": message.ts}


def _own(ws: Workspace, args: Json, error: str) -> tuple[Channel, Message]:
    channel = _target(ws, str(args["channel"]))
    message = ws.message(channel, str(args["ts"]))
    if message is None or message.only_for is not None:
        raise Refusal("message_not_found")
    if message.user != BOT_USER:
        raise Refusal(error)
    return channel, message


def update(ws: Workspace, args: Json) -> Json:
    """chat.update; blocks that are not given stay."""
    channel, message = _own(ws, args, "cant_update_message")
    if channel.archived:
        raise Refusal("is_archived")
    checked(ws, _body(args), longest=LONGEST_UPDATE)
    change(ws, channel, message, _body(args))
    return {"ok": True, "channel": channel.id, "ts": message.ts, "text": message.text, "message": message_json(ws, message, metadata=True)}


def remove(ws: Workspace, args: Json) -> Json:
    """chat.delete."""
    channel, message = _own(ws, args, "cant_delete_message")
    ws.announce(MESSAGE_EVENTS[channel.kind], delete(ws, channel, message))
    announce_metadata(ws, channel, message, "deleted")
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def _item(ws: Workspace, args: Json) -> tuple[Channel, Message]:
    if not args.get("channel") or not args.get("timestamp"):
        raise Refusal("no_item_specified")
    channel = ws.channel(str(args["channel"]))
    message = ws.message(channel, str(args["timestamp"]))
    if message is None or message.only_for is not None:
        raise Refusal("message_not_found")
    return channel, message


def add_reaction(ws: Workspace, args: Json) -> Json:
    """reactions.add."""
    channel, message = _item(ws, args)
    if channel.archived:
        raise Refusal("is_archived")
    by = message.reactions.setdefault(str(args["name"]), [])
    if BOT_USER in by:
        raise Refusal("already_reacted")
    by.append(BOT_USER)
    ws.changed()
    return {"ok": True}


def remove_reaction(ws: Workspace, args: Json) -> Json:
    """reactions.remove."""
    _channel, message = _item(ws, args)
    by = message.reactions.get(str(args["name"]), [])
    if BOT_USER not in by:
        raise Refusal("no_reaction")
    by.remove(BOT_USER)
    if not by:
        del message.reactions[str(args["name"])]
    ws.changed()
    return {"ok": True}


def add_pin(ws: Workspace, args: Json) -> Json:
    """pins.add."""
    channel, message = _item(ws, args)
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    if message.pinned:
        raise Refusal("already_pinned")
    if sum(each.pinned and not each.deleted for each in channel.messages) >= MOST_PINS:
        raise Refusal("too_many_pins")
    message.pinned = True
    ws.changed()
    return {"ok": True}


CHAT_METHODS: dict[str, Method] = {
    "chat.postMessage": Method(post_message, ("chat:write",), 0, ("channel",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), 4, ("channel", "user")),
    "chat.update": Method(update, ("chat:write",), 3, ("channel", "ts")),
    "chat.delete": Method(remove, ("chat:write",), 3, ("channel", "ts")),
    "reactions.add": Method(add_reaction, ("reactions:write",), 3, ("name",)),
    "reactions.remove": Method(remove_reaction, ("reactions:write",), 2, ("name",)),
    "pins.add": Method(add_pin, ("pins:write",), 2, ("channel",)),
}

"""conversations.*, users.*, team.*, bots.*, auth.*: what the bot may know."""

from __future__ import annotations

from typing import Any

from adapters.playground.slack.methods import HISTORY, READ, Json, Method, need, need_for, page, truth
from adapters.playground.slack.wire import channel_json, message_json, user_json
from adapters.playground.slack.workspace import APP, BOT, BOT_USER, Channel, Message, Refusal, Workspace

_TYPES: dict[str, Any] = {"public_channel": "channel", "private_channel": "private", "im": "im", "mpim": "mpim"}


def auth_test(ws: Workspace, _args: Json) -> Json:
    """auth.test."""
    return {
        "ok": True,
        "url": f"{ws.base_url}/",
        "team": ws.team_name,
        "user": ws.grants.bot_name,
        "team_id": ws.team_id,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def api_test(_ws: Workspace, args: Json) -> Json:
    """api.test."""
    if args.get("error"):
        raise Refusal(str(args["error"]), args=args)
    return {"ok": True, "args": args}


def open_conversation(ws: Workspace, args: Json) -> Json:
    """conversations.open: a chat with one person, or a group chat."""
    if args.get("channel"):
        found = ws.channel(str(args["channel"]))
        need(ws, "mpim:write" if found.kind == "mpim" else "im:write")
        return {"ok": True, "channel": _opened(ws, found, args), "already_open": True, "no_op": True}
    wanted = args.get("users") or ""
    users = [each.strip() for each in (wanted if isinstance(wanted, list) else str(wanted).split(",")) if each.strip()]
    if not users:
        raise Refusal("users_list_not_supplied")
    need(ws, "im:write" if len(users) == 1 else "mpim:write")
    if len(users) > 8:
        raise Refusal("too_many_users")
    for each in users:
        person = ws.user(each)
        if person.deleted:
            raise Refusal("user_disabled")
        if person.is_bot:
            raise Refusal("invalid_user_combination")
    if len(users) == 1:
        return {"ok": True, "channel": _opened(ws, ws.chat_with(users[0]), args)}
    members = sorted({*users, BOT_USER})
    found_group = next((each for each in ws.channels.values() if each.kind == "mpim" and sorted(each.members) == members), None)
    if found_group is None:
        name = "mpdm-" + "--".join(ws.users[each].name for each in members) + "-1"
        found_group = Channel(ws.serial("G"), name, "mpim", members, int(ws.now().timestamp()))
        ws.channels[found_group.id] = found_group
        ws.changed()
        return {"ok": True, "channel": _opened(ws, found_group, args)}
    return {"ok": True, "channel": _opened(ws, found_group, args), "already_open": True, "no_op": True}


def _opened(ws: Workspace, channel: Channel, args: Json) -> Json:
    return channel_json(ws, channel) if truth(args.get("return_im")) else {"id": channel.id}


def channel_info(ws: Workspace, args: Json) -> Json:
    """conversations.info."""
    channel = ws.channel(str(args["channel"]))
    need_for(ws, channel, READ)
    found = channel_json(ws, channel)
    if truth(args.get("include_num_members")) and channel.kind != "im":
        found["num_members"] = len(channel.members)
    return {"ok": True, "channel": found}


def channel_members(ws: Workspace, args: Json) -> Json:
    """conversations.members."""
    channel = ws.channel(str(args["channel"]))
    need_for(ws, channel, READ)
    members, cursor = page(args, channel.members, 1000)
    return {"ok": True, "members": members, "response_metadata": {"next_cursor": cursor}}


def channel_list(ws: Workspace, args: Json) -> Json:
    """conversations.list."""
    wanted = []
    for each in str(args.get("types") or "public_channel").split(","):
        if each.strip() not in _TYPES:
            raise Refusal("invalid_types")
        wanted.append(_TYPES[each.strip()])
    for kind in wanted:
        need(ws, READ[kind])
    found = [
        channel_json(ws, channel)
        for channel in ws.channels.values()
        if channel.kind in wanted
        and not channel.deleted
        and not (truth(args.get("exclude_archived")) and channel.archived)
        and (channel.kind == "channel" or BOT_USER in channel.members)
    ]
    shown, cursor = page(args, found, 1000)
    return {"ok": True, "channels": shown, "response_metadata": {"next_cursor": cursor}}


def own_channels(ws: Workspace, args: Json) -> Json:
    """users.conversations: those that the bot itself is in."""
    listed = channel_list(ws, {**args, "limit": 1000, "cursor": ""})["channels"]
    shown, cursor = page(args, [each for each in listed if BOT_USER in ws.channels[each["id"]].members], 999)
    return {"ok": True, "channels": shown, "response_metadata": {"next_cursor": cursor}}


def _readable(ws: Workspace, args: Json) -> Channel:
    channel = ws.channel(str(args["channel"]))
    need_for(ws, channel, HISTORY)
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def _between(args: Json, messages: list[Message]) -> list[Message]:
    inclusive = truth(args.get("inclusive"))
    try:
        oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    except ValueError:
        raise Refusal("invalid_ts_oldest") from None
    return [each for each in messages if oldest < float(each.ts) < latest or (inclusive and float(each.ts) in (oldest, latest))]


def history(ws: Workspace, args: Json) -> Json:
    """conversations.history: newest first, without replies and what only one person sees."""
    channel = _readable(ws, args)
    shown = [each for each in channel.messages if not each.deleted and each.only_for is None and each.thread in (None, each.ts)]
    found, cursor = page(args, list(reversed(_between(args, shown))), 999)
    metadata = truth(args.get("include_all_metadata"))
    return {
        "ok": True,
        "messages": [message_json(ws, each, metadata=metadata) for each in found],
        "has_more": bool(cursor),
        "pin_count": sum(each.pinned for each in channel.messages),
        "response_metadata": {"next_cursor": cursor},
    }


def replies(ws: Workspace, args: Json) -> Json:
    """conversations.replies: the first message and its replies, oldest first."""
    channel = _readable(ws, args)
    parent = ws.message(channel, str(args["ts"]))
    if parent is None:
        raise Refusal("thread_not_found")
    root = parent.thread or parent.ts
    thread = [each for each in channel.messages if not each.deleted and each.only_for is None and root in (each.thread, each.ts)]
    found, cursor = page(args, _between(args, thread), 1000, 1000)
    metadata = truth(args.get("include_all_metadata"))
    return {
        "ok": True,
        "messages": [message_json(ws, each, metadata=metadata) for each in found],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def user_info(ws: Workspace, args: Json) -> Json:
    """users.info."""
    return {"ok": True, "user": user_json(ws, ws.user(str(args["user"])), locale=truth(args.get("include_locale")))}


def user_list(ws: Workspace, args: Json) -> Json:
    """users.list."""
    found, cursor = page(args, list(ws.users.values()), 1000)
    locale = truth(args.get("include_locale"))
    return {
        "ok": True,
        "members": [user_json(ws, each, locale=locale) for each in found],
        "cache_ts": int(ws.now().timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def team_info(ws: Workspace, _args: Json) -> Json:
    """team.info."""
    return {"ok": True, "team": {"id": ws.team_id, "name": ws.team_name, "domain": ws.team_name.lower().replace(" ", "-"), "icon": {}}}


def bot_info(ws: Workspace, args: Json) -> Json:
    """bots.info."""
    if args.get("bot") not in (None, BOT):
        raise Refusal("bot_not_found")
    bot = {"id": BOT, "deleted": False, "name": ws.grants.name, "app_id": APP, "user_id": BOT_USER, "icons": {}}
    return {"ok": True, "bot": bot}


_READS, _HISTORIES = tuple(READ.values()), tuple(HISTORY.values())
PEOPLE_METHODS: dict[str, Method] = {
    "auth.test": Method(auth_test),
    "api.test": Method(api_test, (), 4, open_to_all=True),
    "conversations.open": Method(open_conversation, ("im:write", "mpim:write", "channels:manage", "groups:write"), 3),
    "conversations.info": Method(channel_info, _READS, 3, ("channel",)),
    "conversations.members": Method(channel_members, _READS, 4, ("channel",)),
    "conversations.list": Method(channel_list, _READS, 2),
    "users.conversations": Method(own_channels, _READS, 3),
    "conversations.history": Method(history, _HISTORIES, 3, ("channel",)),
    "conversations.replies": Method(replies, _HISTORIES, 3, ("channel", "ts")),
    "users.info": Method(user_info, ("users:read",), 4, ("user",)),
    "users.list": Method(user_list, ("users:read",), 2),
    "team.info": Method(team_info, ("team:read",), 3),
    "bots.info": Method(bot_info, ("users:read",), 3),
}

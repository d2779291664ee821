"""conversations.create and conversations.invite: channels that the bot opens itself."""

from __future__ import annotations

from adapters.playground.slack.methods import Json, Method, need, truth
from adapters.playground.slack.wire import channel_json
from adapters.playground.slack.workspace import BOT_USER, Channel, Refusal, Workspace

LONGEST_NAME = 80
MOST_INVITED = 100


def create_channel(ws: Workspace, args: Json) -> Json:
    """conversations.create: whoever opens a channel is in it."""
    is_private = truth(args.get("is_private"))
    need(ws, "groups:write" if is_private else "channels:manage")
    name = _checked(str(args["name"]))
    if any(each.name == name and each.kind in ("channel", "private") and not each.deleted for each in ws.channels.values()):
        raise Refusal("name_taken")
    made = Channel(ws.serial("C"), name, "private" if is_private else "channel", [BOT_USER], int(ws.now().timestamp()))
    ws.channels[made.id] = made
    ws.changed()
    _tell_joined(ws, made, BOT_USER)
    return {"ok": True, "channel": channel_json(ws, made)}


def _checked(name: str) -> str:
    if not name.strip():
        raise Refusal("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise Refusal("invalid_name_maxlength")
    if not any(c.isalnum() for c in name):
        raise Refusal("invalid_name_punctuation")
    if name != name.lower() or any(not (c.isalnum() or c in "-_") for c in name):
        raise Refusal("invalid_name_specials")
    return name


def invite(ws: Workspace, args: Json) -> Json:
    """conversations.invite; with `force` those who can be invited are, and the others are told of."""
    channel = ws.channel(str(args["channel"]))
    need(ws, "channels:manage" if channel.kind == "channel" else "groups:write")
    if channel.kind not in ("channel", "private"):
        raise Refusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refusal("is_archived")
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    wanted = [each.strip() for each in str(args["users"]).split(",") if each.strip()]
    if len(wanted) > MOST_INVITED:
        raise Refusal("too_many_users")
    refused = {each: error for each in wanted if (error := _why_not(ws, channel, each)) is not None}
    if refused and (not truth(args.get("force")) or len(refused) == len(wanted)):
        first, error = next(iter(refused.items()))
        raise Refusal(error, errors=[{"user": first, "ok": False, "error": error}])
    for each in wanted:
        if each not in refused:
            channel.members.append(each)
            _tell_joined(ws, channel, each, inviter=BOT_USER)
    ws.changed()
    told = [{"user": each, "ok": False, "error": error} for each, error in refused.items()]
    return {"ok": True, "channel": channel_json(ws, channel), **({"errors": told} if told else {})}


def _why_not(ws: Workspace, channel: Channel, user: str) -> str | None:
    person = ws.users.get(user)
    if person is None or person.deleted:
        return "user_not_found"
    if user == BOT_USER:
        return "cant_invite_self"
    if person.is_guest:
        return "user_is_restricted"
    return "already_in_channel" if user in channel.members else None


def _tell_joined(ws: Workspace, channel: Channel, user: str, **more: str) -> None:
    letter = "C" if channel.kind == "channel" else "G"
    event: Json = {"type": "member_joined_channel", "user": user, "channel": channel.id, "channel_type": letter, "team": ws.team_id}
    ws.announce("member_joined_channel", {**event, "event_ts": ws.new_ts(), **more})


CHANNEL_METHODS: dict[str, Method] = {
    "conversations.create": Method(create_channel, ("channels:manage", "groups:write"), 2, ("name",)),
    "conversations.invite": Method(invite, ("channels:manage", "groups:write"), 3, ("channel", "users")),
}

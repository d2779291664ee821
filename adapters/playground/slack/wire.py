"""How people, channels, messages and views look in Slack's JSON."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.playground.slack.blocks import elements_of
from adapters.playground.slack.fields import initial_state
from adapters.playground.slack.workspace import APP, BOT, BOT_USER, Channel, Message, StoredFile, User, View, Workspace

Json = dict[str, Any]
VERIFICATION_TOKEN = "deprecated-verification-token"  # noqa: S105 - Slack still sends one; nobody should look at it


def user_json(ws: Workspace, user: User, *, locale: bool = False) -> Json:
    """A user object as users.info gives it."""
    here: datetime = ws.now().astimezone(ZoneInfo(user.zone))
    offset = here.utcoffset()
    answer: Json = {
        "id": user.id,
        "team_id": user.team or ws.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "color": "9f69e7",
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": int(ws.now().timestamp()),
        "profile": {
            "real_name": user.real_name,
            "real_name_normalized": user.real_name,
            "display_name": user.name,
            "display_name_normalized": user.name,
            "team": ws.team_id,
            **({"api_app_id": APP, "bot_id": BOT, "always_active": True} if user.is_bot else {}),
        },
    }
    if not user.deleted:
        answer |= {
            "real_name": user.real_name,
            "tz": user.zone,
            "tz_label": here.tzname() or user.zone,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": user.is_guest,
            "is_ultra_restricted": False,
            **({"is_stranger": True} if user.team else {}),
        }
    if locale and not user.deleted:
        answer["locale"] = user.locale
    return answer


def channel_json(ws: Workspace, channel: Channel) -> Json:
    """A conversation object."""
    if channel.kind == "im":
        other = next(member for member in channel.members if member != BOT_USER)
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_archived": channel.archived,
            "user": other,
            "is_user_deleted": ws.users[other].deleted,
            "is_open": True,
            "context_team_id": ws.team_id,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "private",
        "is_im": False,
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_archived": channel.archived,
        "is_general": False,
        "is_shared": False,
        "is_member": BOT_USER in channel.members,
        "created": channel.created,
        "creator": channel.members[0] if channel.members else "",
        "context_team_id": ws.team_id,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def file_json(ws: Workspace, file: StoredFile) -> Json:
    """A file object."""
    return {
        "id": file.id,
        "created": int(ws.now().timestamp()),
        "name": file.name,
        "title": file.title,
        "mimetype": file.kind,
        "filetype": file.name.rpartition(".")[2],
        "user": file.by,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "alt_txt": file.alt,
        "url_private": f"{ws.base_url}/files/{file.id}",
        "url_private_download": f"{ws.base_url}/files/{file.id}",
        "permalink": f"{ws.base_url}/files/{file.id}",
    }


def message_json(ws: Workspace, message: Message, *, metadata: bool = False) -> Json:
    """A message as history and events carry it."""
    answer: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts, "team": ws.team_id}
    if (author := ws.users.get(message.user)) is not None and author.team:
        answer |= {"team": author.team, "user_team": author.team, "source_team": author.team}
    if message.subtype:
        answer["subtype"] = message.subtype
    if message.by_bot:
        answer |= {
            "bot_id": BOT,
            "app_id": APP,
            "bot_profile": {"id": BOT, "app_id": APP, "name": ws.grants.name, "deleted": False, "team_id": ws.team_id},
        }
    if message.client_id:
        answer["client_msg_id"] = message.client_id
    if message.blocks:
        answer["blocks"] = message.blocks
    if message.attachments:
        answer["attachments"] = message.attachments
    if message.thread:
        parent = message.thread if message.thread != message.ts else None
        answer["thread_ts"] = message.thread
        if parent:
            found = ws.message(ws.channels[message.channel], parent)
            answer["parent_user_id"] = found.user if found else ""
    if message.edited_at:
        answer["edited"] = {"user": message.user, "ts": message.edited_at}
    if message.reactions:
        answer["reactions"] = [{"name": name, "users": list(by), "count": len(by)} for name, by in message.reactions.items()]
    if message.files:
        answer["files"] = [file_json(ws, ws.files[each]) for each in message.files]
    if metadata and message.metadata is not None:
        answer["metadata"] = message.metadata
    return answer


def state_of(ws: Workspace, person: str, surface: str, blocks: list[Json]) -> Json:
    """The `state` of the fields on a surface, as one person filled them."""
    filled = ws.filled.get((person, surface), {})
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in ("button", "overflow"):
                continue
            key = (block["block_id"], element["action_id"])
            values.setdefault(key[0], {})[key[1]] = filled.get(key) or initial_state(element)
    return {"values": values}


def view_json(ws: Workspace, view: View) -> Json:
    """A view object as the API and interactions carry it."""
    body = view.body
    return {
        "id": view.id,
        "team_id": ws.team_id,
        "app_id": APP,
        "app_installed_team_id": ws.team_id,
        "bot_id": BOT,
        "type": body["type"],
        "title": body.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "submit": body.get("submit"),
        "close": body.get("close"),
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "state": state_of(ws, view.user, view.id, body["blocks"]),
        "hash": view.hash,
        "clear_on_close": body.get("clear_on_close", False),
        "notify_on_close": body.get("notify_on_close", False),
        "root_view_id": view.root,
        "previous_view_id": view.previous,
    }


def interaction_json(ws: Workspace, kind: str, user: User, view: str | None = None) -> Json:
    """What every interaction payload carries."""
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team or ws.team_id},
        "api_app_id": APP,
        "token": VERIFICATION_TOKEN,
        "trigger_id": ws.new_trigger(user.id, view),
        "team": {"id": ws.team_id, "domain": ws.team_name.lower().replace(" ", "-")},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def envelope_json(ws: Workspace, event: Json) -> Json:
    """The outer event of the Events API."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": ws.team_id,
        "context_team_id": ws.team_id,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(8).upper()}",  # random, so that a world made anew never repeats one that the bot has seen
        "event_time": int(float(event.get("event_ts", "0"))),
        "authorizations": [
            {"enterprise_id": None, "team_id": ws.team_id, "user_id": BOT_USER, "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False,
        "event_context": ws.serial("4-"),
    }

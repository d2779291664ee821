"""response_url, and what a command's own HTTP answer shows."""

from __future__ import annotations

from typing import Any

from adapters.playground.slack.posting import MESSAGE_EVENTS, change, checked, delete, post
from adapters.playground.slack.workspace import HOOK_LIFE, HOOK_USES, Channel, Hook, Message, Refusal, Workspace

Json = dict[str, Any]
_BODY = ("text", "blocks", "attachments", "metadata", "mrkdwn")


def respond(ws: Workspace, key: str, payload: Any) -> tuple[Json, int]:
    """One post to a response_url."""
    hook = ws.hooks.get(key)
    if hook is None:
        return {"ok": False, "error": "invalid_url"}, 404
    if ws.monotonic() - hook.issued > HOOK_LIFE:
        return {"ok": False, "error": "expired_url"}, 404
    if hook.uses >= HOOK_USES:
        return {"ok": False, "error": "used_url"}, 404
    if not isinstance(payload, dict):
        return {"ok": False, "error": "invalid_payload"}, 400
    channel = ws.channels[hook.channel]
    original = ws.message(channel, hook.message) if hook.message else None
    try:
        if channel.deleted or channel.archived:
            raise Refusal("channel_is_archived" if channel.archived else "channel_not_found", status=404)
        _act(ws, channel, hook, original, payload)
    except Refusal as refusal:
        return {"ok": False, "error": refusal.error, **refusal.extra}, refusal.status if refusal.status != 200 else 400
    hook.uses += 1
    return {"ok": True}, 200


def _act(ws: Workspace, channel: Channel, hook: Hook, original: Message | None, payload: Json) -> None:
    if payload.get("delete_original") is True:
        if original is None:
            raise Refusal("message_not_found", status=404)
        event = delete(ws, channel, original)
        if original.only_for is None:
            ws.announce(MESSAGE_EVENTS[channel.kind], event)
        return
    body = {key: payload[key] for key in _BODY if payload.get(key) is not None}
    checked(ws, body)
    if payload.get("replace_original") is True and original is not None:
        change(ws, channel, original, {**body, "blocks": body.get("blocks") or []})
        return
    say(ws, channel, hook.user, payload, payload.get("thread_ts") or hook.thread)


def say(ws: Workspace, channel: Channel, user: str, payload: Json, thread: str | None = None) -> Message:
    """Show an answer: to the person alone unless it says in_channel."""
    body = {key: payload[key] for key in _BODY if payload.get(key) is not None}
    checked(ws, body)
    alone = payload.get("response_type", "ephemeral") != "in_channel"
    return post(ws, channel, body, thread=thread, only_for=user if alone else None)

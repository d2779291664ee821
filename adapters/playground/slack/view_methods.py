"""views.*: modals and home tabs."""

from __future__ import annotations

import secrets
from typing import Any

from adapters.playground.slack import blocks as kit
from adapters.playground.slack.methods import Json, Method
from adapters.playground.slack.posting import unknown_files
from adapters.playground.slack.wire import view_json
from adapters.playground.slack.workspace import Refusal, View, Workspace

DEEPEST = 3


def checked_view(ws: Workspace, view: Any, surface: kit.Surface) -> Json:
    """A view that Slack would show."""
    if not isinstance(view, dict):
        raise Refusal("invalid_arguments", response_metadata={"messages": ["[ERROR] must provide an object [json-pointer:/view]"]})
    if kit.size(view) > kit.LARGEST_VIEW:
        raise Refusal("view_too_large")
    # keys that Slack passes through unset come as null from some clients
    view = {key: value for key, value in view.items() if value is not None}
    found = kit.problems(view, surface) + unknown_files(ws, view.get("blocks"))
    if found:
        raise Refusal("invalid_arguments", response_metadata={"messages": found})
    return {**view, "blocks": ws.completed(view["blocks"])}


def new_view(ws: Workspace, user: str, body: Json, below: View | None) -> View:
    """A view that is not shown yet."""
    external = body.get("external_id")
    if external and any(view.body.get("external_id") == external for view in _all(ws)):
        raise Refusal("duplicate_external_id")
    view_id = ws.serial("V")
    return View(view_id, user, body, below.root if below else view_id, below.id if below else None, _hash(ws))


def _hash(ws: Workspace) -> str:
    return f"{int(ws.now().timestamp())}.{secrets.token_hex(4)}"


def _all(ws: Workspace) -> list[View]:
    return [view for stack in ws.stacks.values() for view in stack] + list(ws.homes.values())


def replace_view(ws: Workspace, view: View, body: Json) -> None:
    """Give a view a new body; what was typed into fields that stay is kept."""
    view.body, view.hash, view.errors = body, _hash(ws), {}
    here = {(block["block_id"], element["action_id"]) for block in body["blocks"] for element in kit.elements_of(block)}
    kept = ws.filled.get((view.user, view.id), {})
    ws.filled[(view.user, view.id)] = {key: state for key, state in kept.items() if key in here}
    ws.changed(view.user)


def push_view(ws: Workspace, user: str, body: Json) -> View:
    """Put a view on top of those that are open."""
    stack = ws.stacks.setdefault(user, [])
    if len(stack) >= DEEPEST:
        raise Refusal("push_limit_reached")
    view = new_view(ws, user, body, stack[-1] if stack else None)
    stack.append(view)
    ws.changed(user)
    return view


def open_view(ws: Workspace, args: Json) -> Json:
    """views.open."""
    trigger = ws.take_trigger(str(args.get("trigger_id", "")))
    body = checked_view(ws, args["view"], "modal")
    view = new_view(ws, trigger.user, body, None)
    ws.stacks[trigger.user] = [view]
    ws.changed(trigger.user)
    return {"ok": True, "view": view_json(ws, view)}


def push(ws: Workspace, args: Json) -> Json:
    """views.push."""
    trigger = ws.take_trigger(str(args.get("trigger_id", "")))
    if trigger.view is None or all(view.id != trigger.view for view in ws.stacks.get(trigger.user, [])):
        raise Refusal("not_found")
    view = push_view(ws, trigger.user, checked_view(ws, args["view"], "modal"))
    return {"ok": True, "view": view_json(ws, view)}


def update(ws: Workspace, args: Json) -> Json:
    """views.update."""
    wanted, external = args.get("view_id"), args.get("external_id")
    view = next((each for each in _all(ws) if each.id == wanted or (external and each.body.get("external_id") == external)), None)
    if view is None:
        raise Refusal("not_found")
    if args.get("hash") and args["hash"] != view.hash:
        raise Refusal("hash_conflict")
    surface: kit.Surface = "home" if view.body["type"] == "home" else "modal"
    replace_view(ws, view, checked_view(ws, args["view"], surface))
    return {"ok": True, "view": view_json(ws, view)}


def publish(ws: Workspace, args: Json) -> Json:
    """views.publish."""
    if not ws.grants.home_tab:
        raise Refusal("not_enabled")
    user, shown = ws.user(str(args["user_id"])), ws.homes.get(str(args["user_id"]))
    body = checked_view(ws, args["view"], "home")
    if args.get("hash") and (shown is None or args["hash"] != shown.hash):
        raise Refusal("hash_conflict")
    if shown is None:
        shown = ws.homes[user.id] = new_view(ws, user.id, body, None)
        ws.changed(user.id)
    else:
        replace_view(ws, shown, body)
    return {"ok": True, "view": view_json(ws, shown)}


VIEW_METHODS: dict[str, Method] = {
    "views.open": Method(open_view, (), 4, ("view", "trigger_id")),
    "views.push": Method(push, (), 4, ("view", "trigger_id")),
    "views.update": Method(update, (), 4, ("view",)),
    "views.publish": Method(publish, (), 4, ("user_id", "view")),
}

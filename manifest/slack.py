"""The Slack manifest: what someone pastes at api.slack.com to create the app."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bot.chat.language import Phrase
from bot.core.feature import Command
from bot.core.registry import Registry
from manifest.limits import (
    COMMAND,
    SLACK,
    SLACK_MOST_COMMANDS,
    SLACK_MOST_SHORTCUTS,
    SLACK_OWN,
    SLACK_SHORTEST_LONG_DESCRIPTION,
    Refused,
    fitting,
)
from manifest.scopes import CORE, capabilities_named, events_of, optional_scopes
from manifest.wording import NAME, SHORT, button_of, described, hint_of, said

Json = dict[str, Any]
BACKGROUND = "#1d5c63"
MARK = "convene_post"  # what every post of ours carries as the type of its metadata


def slack_manifest(
    registry: Registry,
    *,
    prefix: str = "",
    socket_mode: bool = True,
    request_url: str | None = None,
    redirect_url: str | None = None,
    capabilities: Collection[str] = (),
) -> Json:
    """The manifest with the commands of the registry; the scopes of `capabilities` are asked for as optional ones.

    With a `redirect_url` workspaces install the app themselves, and their tokens end and are renewed.
    """
    url = _endpoint(socket_mode, request_url)
    more = optional_scopes(capabilities_named(capabilities))
    asked: Json = {"bot": sorted(scope.name for scope in (*CORE, *more))}
    if more:
        asked["bot_optional"] = sorted(scope.name for scope in more)
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": _display(registry, prefix),
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": fitting(NAME, SLACK, "bot name"), "always_online": True},
            "slash_commands": _commands(registry, prefix, url),
            **_shortcuts(registry),
        },
        "oauth_config": {**_back_at(redirect_url), "scopes": asked},
        "settings": {
            "event_subscriptions": _subscriptions(events_of((*CORE, *more)), url),
            "interactivity": {"is_enabled": True, **_at(url, "request_url")},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": redirect_url is not None,
        },
    }


def _endpoint(socket_mode: bool, request_url: str | None) -> str | None:
    if socket_mode:
        if request_url is not None:
            raise Refused("Socket Mode needs no request_url")
        return None
    if request_url is None or not request_url.startswith("https://"):
        raise Refused("without Socket Mode a request_url is needed that begins with https://")
    return request_url


def _subscriptions(events: list[str], url: str | None) -> Json:
    """The events, and the marks of our own messages where we are told of them; the app knows no id of its own yet."""
    marks = {"metadata_subscriptions": [{"app_id": "*", "event_type": MARK}]} if "message_metadata_posted" in events else {}
    return {**_at(url, "request_url"), "bot_events": events, **marks}


def _back_at(redirect_url: str | None) -> Json:
    if redirect_url is None:
        return {}
    if not redirect_url.startswith("https://"):
        raise Refused("a redirect_url begins with https://")
    return {"redirect_urls": [redirect_url]}


def _display(registry: Registry, prefix: str) -> Json:
    long = fitting(described(registry, f"/{prefix}"), SLACK, "long description", of="of the app")
    if len(long) < SLACK_SHORTEST_LONG_DESCRIPTION:
        raise Refused(f"the long description has {len(long)} characters, at least {SLACK_SHORTEST_LONG_DESCRIPTION} are needed")
    return {
        "name": fitting(NAME, SLACK, "name"),
        "description": fitting(said(SHORT), SLACK, "description"),
        "long_description": long,
        "background_color": BACKGROUND,
    }


def _commands(registry: Registry, prefix: str, url: str | None) -> list[Json]:
    if len(registry.commands) > SLACK_MOST_COMMANDS:
        raise Refused(f"{len(registry.commands)} commands are declared, {SLACK_MOST_COMMANDS} are allowed")
    return [_command(f"{prefix}{name}", command, url) for name, command in registry.commands.items()]


def _command(name: str, command: Command, url: str | None) -> Json:
    if not COMMAND.fullmatch(name):
        raise Refused(f"the command {name!r} needs small letters, digits, - and _")
    if name in SLACK_OWN:
        raise Refused(f"the command {name!r} is Slack's own")
    hint = hint_of(command)
    return {
        "command": fitting(f"/{name}", SLACK, "command"),
        **_at(url, "url"),
        "description": fitting(said(command.about), SLACK, "command description", of=name),
        **({} if hint is None else {"usage_hint": fitting(hint, SLACK, "usage hint", of=name)}),
        "should_escape": True,  # whom one mentions comes with their id, and not only by a handle that may be anybody's
    }


def _shortcuts(registry: Registry) -> Json:
    found = [_shortcut("message", each.name, each.label, each.about) for each in registry.shortcuts.values()]
    found += [_shortcut("global", each.name, button_of(each), each.about) for each in registry.anywhere.values()]
    if len(found) > SLACK_MOST_SHORTCUTS:
        raise Refused(f"{len(found)} shortcuts are declared, {SLACK_MOST_SHORTCUTS} are allowed")
    return {"shortcuts": found} if found else {}


def _shortcut(kind: str, name: str, label: Phrase, about: Phrase) -> Json:
    return {
        "name": fitting(said(label), SLACK, "shortcut", of=name),
        "type": kind,
        "callback_id": name,
        "description": fitting(said(about), SLACK, "shortcut description", of=name),
    }


def _at(url: str | None, key: str) -> Json:
    return {} if url is None else {key: url}

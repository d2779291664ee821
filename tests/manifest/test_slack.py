"""The Slack manifest keeps to Slack's limits and to what the adapter and the fake Slack understand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from adapters.playground.slack.grants import grants_of
from manifest.limits import SLACK_OWN, Refused
from manifest.scopes import CAPABILITIES
from manifest.slack import slack_manifest
from tests.manifest.registries import command, of, real, shortcut

SCHEMA = json.loads((Path(__file__).parent / "data" / "slack_manifest.schema.json").read_text(encoding="utf-8"))
URL = "https://convene.example/slack/events"
BACK = "https://convene.example/slack/oauth_redirect"
EVERYTHING = [each.name for each in CAPABILITIES]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"prefix": "cop-"},
        {"socket_mode": False, "request_url": URL},
        {"socket_mode": False, "request_url": URL, "redirect_url": BACK},
        {"capabilities": EVERYTHING},
    ],
    ids=["plain", "prefix", "http", "many", "everything"],
)
def test_keeps_to_the_schema(options: dict[str, Any]) -> None:
    """Slack's own schema is not ours to copy: where SLACK_MANIFEST_SCHEMA says where it lies, it has its say too."""
    made = slack_manifest(real(), **options)
    jsonschema.validate(made, SCHEMA)
    if official := os.environ.get("SLACK_MANIFEST_SCHEMA"):
        jsonschema.validate(made, json.loads(Path(official).read_text(encoding="utf-8")))


AN_EVENT, A_SCOPE = [f"event.{n}" for n in range(101)], [f"scope:{n}" for n in range(256)]
BEYOND: dict[str, Any] = {
    "display_information.name": "n" * 36,
    "display_information.description": "d" * 141,
    "display_information.long_description": "d" * 174,
    "display_information.icon": "icon.png",
    "features.bot_user.display_name": "n" * 81,
    "features.app_home.messages_tab": True,
    "features.slash_commands": [{"command": f"/c{n}", "description": "Do it"} for n in range(51)],
    "features.slash_commands.0.command": "/" + "c" * 32,
    "features.slash_commands.0.description": "",
    "features.slash_commands.0.usage_hint": "h" * 1001,
    "features.slash_commands.0.url": "convene.example",
    "features.shortcuts": [{"name": "n", "type": "global", "callback_id": f"c{n}", "description": "d"} for n in range(11)],
    "features.shortcuts.0.name": "n" * 25,
    "features.shortcuts.0.type": "channel",
    "features.shortcuts.0.description": "d" * 151,
    "features.shortcuts.0.callback_id": "c" * 256,
    "oauth_config.scopes.bot": A_SCOPE,
    "oauth_config.scopes.bots": [],
    "settings.event_subscriptions.bot_events": AN_EVENT,
    "settings.event_subscriptions.events": [],
    "settings.interactivity.is_enabled": "yes",
    "settings.socket_mode_enabled": "yes",
    "settings.home": {},
}


@pytest.mark.parametrize("where", BEYOND)
def test_one_beyond_what_slack_takes_is_refused(where: str) -> None:
    """Our restatement refuses all of it, and where Slack's own schema is at hand, that does too: no limit here is made up."""
    made = slack_manifest(real())
    *path, last = where.split(".")
    part: Any = made
    for step in path:
        part = part[int(step) if step.isdigit() else step]
    part[last] = BEYOND[where]
    schemas = [SCHEMA]
    if official := os.environ.get("SLACK_MANIFEST_SCHEMA"):
        schemas.append(json.loads(Path(official).read_text(encoding="utf-8")))
    for schema in schemas:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(made, schema)


def test_where_workspaces_install_tokens_are_renewed_and_people_are_led_back() -> None:
    many = slack_manifest(of(command("poll")), socket_mode=False, request_url=URL, redirect_url=BACK)
    assert many["oauth_config"]["redirect_urls"] == [BACK]
    assert many["settings"]["token_rotation_enabled"] is True
    assert slack_manifest(real())["settings"]["token_rotation_enabled"] is False
    with pytest.raises(Refused, match="https"):
        slack_manifest(real(), redirect_url="http://convene.example/slack/oauth_redirect")


def test_has_every_command_of_the_registry_in_english() -> None:
    registry = real()
    shown = {each["command"]: each for each in slack_manifest(registry)["features"]["slash_commands"]}
    assert list(shown) == [f"/{name}" for name in registry.commands]
    journal = shown["/journal"]
    assert journal["description"] == "Write in your journal; only you read it unless you say otherwise"
    assert journal["usage_hint"] == "[what happened] or list, search [words], yesterday, export"


def test_a_prefix_stands_before_every_command_and_in_the_description() -> None:
    manifest = slack_manifest(of(command("poll")), prefix="cop-")
    assert manifest["features"]["slash_commands"][0]["command"] == "/cop-poll"
    assert "• /cop-poll: Do it" in manifest["display_information"]["long_description"]


def test_socket_mode_has_no_address_anywhere() -> None:
    manifest = slack_manifest(real())
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(manifest)


def test_http_has_the_address_in_all_three_places() -> None:
    manifest = slack_manifest(of(command("poll")), socket_mode=False, request_url=URL)
    settings = manifest["settings"]
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == settings["interactivity"]["request_url"] == URL
    assert manifest["features"]["slash_commands"][0]["url"] == URL


@pytest.mark.parametrize(("socket_mode", "request_url"), [(False, None), (False, "http://convene.example/slack/events"), (True, URL)])
def test_an_address_that_does_not_fit_the_mode_is_refused(socket_mode: bool, request_url: str | None) -> None:
    with pytest.raises(Refused, match="Socket Mode"):
        slack_manifest(real(), socket_mode=socket_mode, request_url=request_url)


def test_what_is_exactly_at_the_limit_passes() -> None:
    registry = of(command("a" * 31, "b" * 2000, hint="c" * 1000))
    jsonschema.validate(slack_manifest(registry), SCHEMA)


@pytest.mark.parametrize(
    ("registry", "why"),
    [
        (of(command("a" * 32)), "32 are allowed"),
        (of(command("poll", "b" * 2001)), "2000 are allowed"),
        (of(command("poll", hint="c" * 1001)), "1000 are allowed"),
        (of(command("poll", " ")), "is empty"),
        (of(command("Poll")), "small letters"),
        (of(command("two words")), "small letters"),
        (of(command("remind")), "Slack's own"),
        (of(*(command(f"c{number}") for number in range(51))), "50 are allowed"),
    ],
    ids=["name", "description", "hint", "empty", "capital", "space", "reserved", "count"],
)
def test_what_slack_would_refuse_is_refused_here(registry: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        slack_manifest(registry)


def test_a_prefix_frees_a_command_that_is_slacks_own() -> None:
    assert "remind" in SLACK_OWN
    assert slack_manifest(of(command("remind")), prefix="c-")["features"]["slash_commands"][0]["command"] == "/c-remind"


def test_optional_scopes_are_marked_and_also_asked_for() -> None:
    scopes = slack_manifest(real(), capabilities=EVERYTHING)["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) < set(scopes["bot"])
    assert "bot_optional" not in slack_manifest(real())["oauth_config"]["scopes"]


def test_an_unknown_capability_is_refused() -> None:
    with pytest.raises(Refused, match="no such capability: telepathy; there are channel-replies"):
        slack_manifest(real(), capabilities=["telepathy"])


def test_the_fake_slack_sends_all_that_is_subscribed() -> None:
    manifest = slack_manifest(real(), capabilities=EVERYTHING)
    grants = grants_of(manifest)
    assert grants.home_tab
    assert grants.messages_tab
    assert not grants.messages_read_only
    assert grants.interactive
    assert [event for event in sorted(grants.events) if not grants.sends(event)] == []
    assert {each.name for each in grants.commands} == {f"/{name}" for name in real().commands}


def test_shortcuts_stand_in_the_menu_of_every_message() -> None:
    made = slack_manifest(of(command("poll"), shortcut("note.keep", "a" * 24, "b" * 150)))
    jsonschema.validate(made, SCHEMA)
    assert made["features"]["shortcuts"] == [{"name": "a" * 24, "type": "message", "callback_id": "note.keep", "description": "b" * 150}]
    assert "shortcuts" not in slack_manifest(of(command("poll")))["features"]


def test_what_is_offered_anywhere_stands_in_the_menu_of_shortcuts() -> None:
    made = slack_manifest(of(command("poll", "b" * 150, anywhere="a" * 24), command("plain")))
    jsonschema.validate(made, SCHEMA)
    assert made["features"]["shortcuts"] == [{"name": "a" * 24, "type": "global", "callback_id": "poll", "description": "b" * 150}]
    assert {each["type"] for each in slack_manifest(real())["features"]["shortcuts"]} == {"global", "message"}


@pytest.mark.parametrize(
    ("registry", "why"),
    [
        (of(command("poll", anywhere="a" * 25)), "24 are allowed"),
        (of(command("poll"), shortcut("keep", "a" * 25)), "24 are allowed"),
        (of(command("poll"), shortcut("keep", "a", "b" * 151)), "150 are allowed"),
        (of(command("poll"), *(shortcut(f"keep{number}") for number in range(11))), "10 are allowed"),
    ],
    ids=["button", "label", "description", "number"],
)
def test_shortcuts_that_slack_would_refuse_are_refused_here(registry: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        slack_manifest(registry)

"""What is asked of Slack and what the adapter does agree in both directions."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from adapters.playground.slack.grants import EVENT_SCOPES
from adapters.slack import inbound
from manifest.scopes import APP_TOKEN, CAPABILITIES, CONFIG_TOKEN, CORE, FREE_EVENTS, FREE_METHODS, TEAMS_CONSENTS, TEAMS_PERMISSIONS
from manifest.wording import said

ADAPTER = Path(inbound.__file__).parent
FACTS = json.loads((Path(__file__).parent / "data" / "slack_facts.json").read_text(encoding="utf-8"))
SCOPES = (*CORE, *(scope for each in CAPABILITIES for scope in each.scopes))
MESSAGES = {"message.im", "message.channels", "message.groups"}  # all of them arrive as "message"
WITHOUT_CALL_OR_EVENT = {"commands", "files:read"}  # the latter opens the addresses that messages tell of
NOT_METHODS = {"api_call", "session", "proxy", "token"}  # of the SDK's client
CALLS = re.compile(r"async def (\w+)\((?:(?!async def).)*?self\.api_call\(\s*\"([\w.]+)\"", re.DOTALL)
# Every method as the SDK's client names it, for where no workspace's can be used: before there is a token, or for another kind of it.
BY_NAME = dict(CALLS.findall(inspect.getsource(AsyncWebClient)))


def trees() -> Iterator[ast.Module]:
    for path in sorted(ADAPTER.glob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def called() -> set[str]:
    """Every Web API method that the adapter calls."""
    found: set[str] = set()
    for node in (node for tree in trees() for node in ast.walk(tree)):
        match node:
            case ast.Call(func=ast.Attribute(attr="call" | "_ask" | "show"), args=[ast.Constant(value=str(method)), *_]):
                found.add(method)
            case ast.Call(func=ast.Attribute(attr="call"), args=[ast.Name(id="method"), *_]):
                pass  # in `show`, whose callers write it out
            case ast.Call(func=ast.Attribute(attr="call" | "_ask")):
                raise AssertionError(f"line {node.lineno}: the method is not written out, so its scope cannot be checked")
            case ast.Attribute(attr=name) if name in BY_NAME:
                found.add(BY_NAME[name])
            case ast.Name(id="AsyncOAuthFlow" | "AsyncTokenRotator"):
                found.add("oauth.v2.access")
            case ast.Attribute(value=ast.Attribute(attr="web"), attr=name):
                assert name in NOT_METHODS, f"line {node.lineno}: .web.{name} goes around SlackClient.call"
    return found


def heard() -> set[str]:
    """Every type of event that the adapter tells apart."""
    found: set[str] = set()
    tree = ast.parse(Path(inbound.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id == "kind":
            for side in node.comparators:
                found |= set(getattr(inbound, side.id)) if isinstance(side, ast.Name) else _words(side)
    return found | {str(node.value) for tree in trees() for node in _listened_to(tree)}


def _listened_to(tree: ast.Module) -> Iterator[ast.Constant]:
    """What a listener of Bolt is registered for by its name."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="bolt"), attr="event"), args=[ast.Constant() as name]):
                yield name


def _words(side: ast.expr) -> set[str]:
    value = ast.literal_eval(side)
    return {value} if isinstance(value, str) else set(value)


def test_the_source_is_read() -> None:
    assert {"chat.postMessage", "views.open"} <= called()
    assert {"auth_test": "auth.test", "chat_postMessage": "chat.postMessage", "users_list": "users.list"}.items() <= BY_NAME.items()
    assert {"app_mention", "channel_rename", "user_change"} <= heard()


def test_every_method_that_is_called_is_covered_and_no_other_is_claimed() -> None:
    claimed = {method for scope in (*SCOPES, APP_TOKEN, CONFIG_TOKEN) for method in scope.methods} | set(FREE_METHODS)
    assert called() == claimed


def test_every_event_that_is_handled_is_subscribed_and_no_other() -> None:
    claimed = {event for scope in SCOPES for event in scope.events} | set(FREE_EVENTS)
    assert claimed >= MESSAGES
    assert heard() == (claimed - MESSAGES) | {"message"}


def test_every_scope_has_a_use_and_a_reason() -> None:
    for scope in SCOPES:
        assert scope.events or scope.methods or scope.name in WITHOUT_CALL_OR_EVENT, scope.name
        assert said(scope.reason).endswith(".")


def test_no_scope_is_named_twice() -> None:
    names = [scope.name for scope in SCOPES]
    assert len(names) == len(set(names))


def test_each_scope_really_opens_what_it_is_claimed_for() -> None:
    for scope in (*SCOPES, APP_TOKEN, CONFIG_TOKEN):
        for event in scope.events:
            assert scope.name in FACTS["events"][event], f"{scope.name} does not bring {event}"
        for method in scope.methods:
            assert scope.name in FACTS["methods"][method], f"{scope.name} does not open {method}"


def test_events_and_methods_said_to_be_free_are_free() -> None:
    assert [event for event in FREE_EVENTS if FACTS["events"][event]] == []
    assert [method for method in FREE_METHODS if FACTS["methods"][method]] == []


def test_an_event_for_two_kinds_of_channels_is_covered_for_both() -> None:
    for event in {event for scope in SCOPES for event in scope.events}:
        assert {scope.name for scope in SCOPES if event in scope.events} == set(FACTS["events"][event]), event


def test_the_fake_slack_knows_the_same_facts() -> None:
    for event, scopes in FACTS["events"].items():
        if event in EVENT_SCOPES:
            assert set(EVENT_SCOPES[event]) == set(scopes), event


def test_capabilities_say_what_is_lost_without_them() -> None:
    for each in CAPABILITIES:
        assert each.scopes
        assert said(each.gives).endswith(".")
        assert said(each.without).endswith(".")


def test_permissions_of_teams_have_reasons() -> None:
    assert all(said(each.reason).endswith(".") for each in (*TEAMS_PERMISSIONS, *TEAMS_CONSENTS))

"""What Slack would say against a message, a modal or a home tab before it shows it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from adapters.playground.slack.elements import BLOCK_ID, ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION, PICTURE, plain, some, text
from adapters.playground.slack.rich import CHART, RICH_TEXT, TABLE
from adapters.playground.slack.shapes import (
    Check,
    at_least_one,
    boolean,
    both,
    by_type,
    choice,
    exactly_one,
    listing,
    problem,
    shape,
    string,
)

Surface = Literal["message", "modal", "home"]
LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
LARGEST_VIEW = 250_000
LARGEST_METADATA = 8_000
LONGEST_MARKDOWN = 12_000
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}

_OWN: dict[str, Check] = {"block_id": BLOCK_ID}


def _block(kind: str, required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return shape({"type": choice(kind), **required}, {**_OWN, **(optional or {})})


_IN_CONTEXT: dict[str, Check] = {"image": ELEMENTS["image"], "mrkdwn": text(3000), "plain_text": text(3000)}
BLOCKS: dict[str, Check] = {
    "section": both(
        _block(
            "section",
            {},
            {"text": text(3000), "fields": listing(text(2000), 10), "accessory": by_type(some(IN_SECTION), "accessory"), "expand": boolean},
        ),
        at_least_one("text", "fields"),
    ),
    "header": _block("header", {"text": plain(150)}),
    "divider": _block("divider", {}),
    "context": _block("context", {"elements": listing(by_type(_IN_CONTEXT, "context element"), 10)}),
    "actions": _block("actions", {"elements": listing(by_type(some(IN_ACTIONS), "element"), 25)}),
    "image": both(
        _block("image", {"alt_text": string(2000, 1)}, {**PICTURE, "title": plain(2000)}), exactly_one("image_url", "slack_file")
    ),
    "input": _block(
        "input",
        {"label": plain(2000), "element": by_type(some(IN_INPUT), "input element")},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": RICH_TEXT,
    "markdown": _block("markdown", {"text": string(LONGEST_MARKDOWN, 1)}),
    "table": TABLE,
    "data_visualization": CHART,
}
_ONLY_IN_MESSAGES = {"markdown", "table", "data_visualization"}
_MOST_OF_A_KIND = {"table": 1, "data_visualization": 2}

_VIEW_COMMON: dict[str, Check] = {
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
_MODAL_EXTRA: dict[str, Check] = {"submit": plain(24), "close": plain(24), "clear_on_close": boolean, "notify_on_close": boolean}
_MESSAGE_KEYS = {
    "text",
    "blocks",
    "metadata",
    "thread_ts",
    "mrkdwn",
    "unfurl_links",
    "unfurl_media",
    "reply_broadcast",
    "channel",
    "user",
    "ts",
}
_METADATA = shape({"event_type": string(255, 1), "event_payload": lambda _value, _at: ()}, {"entities": lambda _value, _at: ()})


def problems(payload: dict[str, Any], surface: Surface = "message") -> list[str]:
    """Everything that Slack would refuse in this payload, in words like Slack's; empty when it would be shown."""
    return list(_message(payload) if surface == "message" else _view(payload, surface))


def size(payload: Any) -> int:
    """How many bytes Slack counts for a payload."""
    return len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())


def _message(payload: dict[str, Any]) -> Iterator[str]:
    for key in payload:
        if key not in _MESSAGE_KEYS:
            yield problem(f"invalid additional property: {key}", "/")
    if not payload.get("text") and not payload.get("blocks"):
        yield problem("no_text", "/text")
    if payload.get("text") is not None:
        yield from string(LONGEST_TEXT)(payload["text"], "/text")
    if payload.get("blocks") is not None:
        yield from block_problems(payload["blocks"], "message")
    if payload.get("metadata") is not None:
        yield from metadata_problems(payload["metadata"])


def metadata_problems(metadata: Any) -> Iterator[str]:
    """What is wrong with message metadata."""
    yield from _METADATA(metadata, "/metadata")
    if isinstance(metadata, dict) and not isinstance(metadata.get("event_payload", {}), dict):
        yield problem("must be an object", "/metadata/event_payload")
    if size(metadata) > LARGEST_METADATA:
        yield problem("metadata_too_large", "/metadata")


def _view(view: dict[str, Any], surface: Surface) -> Iterator[str]:
    blocks: Check = lambda value, _at: block_problems(value, surface)  # noqa: E731 - a check like its neighbours in the table
    required: dict[str, Check] = {"type": choice(surface), "blocks": blocks}
    if surface == "modal":
        yield from shape({**required, "title": plain(24)}, {**_VIEW_COMMON, **_MODAL_EXTRA})(view, "/view")
        if any(kind == "input" for kind in _kinds(view.get("blocks"))) and "submit" not in view:
            yield problem("missing required field: submit (there are input blocks)", "/view")
    else:
        yield from shape(required, _VIEW_COMMON)(view, "/view")
    if size(view) > LARGEST_VIEW:
        yield problem("view_too_large", "/view")


def block_problems(blocks: Any, surface: Surface) -> Iterator[str]:
    """What is wrong with a list of blocks on one surface."""
    table = {kind: check for kind, check in BLOCKS.items() if surface == "message" or kind not in _ONLY_IN_MESSAGES}
    yield from listing(by_type(table, "block"), MOST_BLOCKS[surface], 0)(blocks, "/blocks")
    if not isinstance(blocks, list):
        return
    kinds = Counter(_kinds(blocks))
    for kind, most in _MOST_OF_A_KIND.items():
        if kinds[kind] > most:
            yield problem(f"no more than {most} {kind} blocks allowed", "/blocks")
    markdown = sum(len(str(block.get("text"))) for block in blocks if isinstance(block, dict) and block.get("type") == "markdown")
    if markdown > LONGEST_MARKDOWN:
        yield problem(f"markdown blocks must be less than {LONGEST_MARKDOWN + 1} characters together", "/blocks")
    yield from _identities(blocks)


def _kinds(blocks: Any) -> list[str]:
    return [str(block.get("type")) for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The elements of a block that could be acted on."""
    found: Any = []
    match block.get("type"):
        case "actions":
            found = block.get("elements") or []
        case "section":
            found = [block.get("accessory")]
        case "input":
            found = [block.get("element")]
    if not isinstance(found, list):
        return []
    return [each for each in found if isinstance(each, dict) and each.get("type") != "image"]


def _repeated(ids: Iterable[Any]) -> list[str]:
    return [str(name) for name, times in Counter(str(each) for each in ids if each is not None).items() if times > 1]


def _identities(blocks: list[Any]) -> Iterator[str]:
    known = [block for block in blocks if isinstance(block, dict)]
    for name in _repeated(block.get("block_id") for block in known):
        yield problem(f"block_id must be unique: {name}", "/blocks")
    focused = 0
    for index, block in enumerate(known):
        for name in _repeated(element.get("action_id") for element in elements_of(block)):
            yield problem(f"action_id must be unique within a block: {name}", f"/blocks/{index}")
        focused += sum(element.get("focus_on_load") is True for element in elements_of(block))
    if focused > 1:
        yield problem("only one element may have focus_on_load", "/blocks")

"""Everything that is drawn for Slack is what its published types allow, to the last key, and keeps every limit that they only describe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.validators import extend

from adapters.playground.gallery import Exhibit
from adapters.slack.render import render, render_home
from bot.chat.message import Message
from bot.chat.reading import resolved
from bot.gallery import on_both
from handlers import all_views
from tests.gallery.extremes import messages

Json = dict[str, Any]
VIEWS = all_views()
DEFINITIONS: Json = json.loads((Path(__file__).parent / "blockkit.schema.json").read_text(encoding="utf-8"))["definitions"]
CHARTS = "data_visualization"  # newer than the published types; the faked platform checks them
LONGEST: dict[tuple[Any, Any], int] = {  # what the types say in words: (type, key) -> characters
    ("header", "text"): 150,
    ("section", "text"): 3000,
    ("button", "text"): 75,
    ("button", "value"): 2000,
    ("button", "url"): 3000,
    ("image", "alt_text"): 2000,
    ("image", "image_url"): 3000,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
    ("static_select", "placeholder"): 150,
    ("multi_static_select", "placeholder"): 150,
    ("plain_text_input", "initial_value"): 3000,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
    ("modal", "private_metadata"): 3000,
    ("modal", "callback_id"): 255,
}
MOST: dict[tuple[Any, Any], int] = {  # (type, key) -> how many
    ("actions", "elements"): 25,
    ("context", "elements"): 10,
    ("section", "fields"): 10,
    ("static_select", "options"): 100,
    ("static_select", "option_groups"): 100,
    ("multi_static_select", "options"): 100,
    ("checkboxes", "options"): 10,
    ("radio_buttons", "options"): 10,
    ("overflow", "options"): 5,
    ("modal", "blocks"): 100,
    ("home", "blocks"): 100,
}


def any_of(validator: Any, branches: list[Any], instance: Any, schema: Any) -> Iterator[Any]:
    """Look only at the branches of the element's own type, where there are any."""
    kind = instance.get("type") if isinstance(instance, dict) else None
    named = [branch for branch in branches if kind in types_of(branch)]
    yield from Draft7Validator.VALIDATORS["anyOf"](validator, named or branches, instance, schema)


def types_of(branch: Json) -> set[Any]:
    """Which types of element a branch is for."""
    name = branch.get("$ref", "").rpartition("/")[2]
    return _types(name) if name else set()


@cache
def _types(name: str) -> set[Any]:
    definition = DEFINITIONS[name]
    if "anyOf" in definition:
        return set().union(*(types_of(branch) for branch in definition["anyOf"]))
    kind = definition.get("properties", {}).get("type", {})
    return {kind["const"]} if "const" in kind else set(kind.get("enum", ()))


@cache
def validator() -> Any:
    made = extend(Draft7Validator, {"anyOf": any_of})  # type: ignore[no-untyped-call]
    return made({"definitions": DEFINITIONS, "type": "array", "items": {"$ref": "#/definitions/KnownBlock"}})


def published(part: Any) -> Any:
    """A part without the one key that is documented and not in the types: where the numbers of a list go on."""
    if isinstance(part, list):
        return [published(each) for each in part]
    if not isinstance(part, dict):
        return part
    goes_on = part.get("type") == "rich_text_list" and part.get("style") == "ordered" and isinstance(part.get("offset"), int)
    return {key: published(value) for key, value in part.items() if not (goes_on and key == "offset")}


def objections(body: Json) -> list[str]:
    """What the types and the limits say against a message or a view."""
    blocks = [published(block) for block in body["blocks"] if block["type"] != CHARTS]
    found = [f"{error.json_path}: {error.message[:300]}" for error in validator().iter_errors(blocks)]
    found += too_much(body)
    if body.get("type") is None:
        found += [] if body.get("text") else ["no text for notifications"]
        found += ["more than 50 blocks"] if len(body["blocks"]) > 50 else []
        found += ["more than two charts"] if sum(block["type"] == CHARTS for block in body["blocks"]) > 2 else []
    elif len(json.dumps(body).encode()) > 250_000:
        found.append("a view of more than 250 KB")
    return found


def too_much(part: Any) -> list[str]:
    """Texts that are too long, lists that have too many, identifiers that come twice."""
    if isinstance(part, list):
        return [line for each in part for line in too_much(each)]
    if not isinstance(part, dict):
        return []
    found = []
    for key, value in part.items():
        where = (part.get("type"), key)
        words = value.get("text") if isinstance(value, dict) else value
        if isinstance(words, str) and len(words) > LONGEST.get(where, 10**9):
            found.append(f"{where}: {len(words)} characters")
        if isinstance(words, str) and key in ("action_id", "block_id") and not 0 < len(words) <= 255:
            found.append(f"{where}: {len(words)} characters")
        if isinstance(value, list) and not 0 < len(value) <= MOST.get(where, 10**9) and key != "blocks":
            found.append(f"{where}: {len(value)} of them")
        if key in ("options", "initial_options", "option_groups") and isinstance(value, list):
            found += [f"{key}: a long one" for each in value if len((each.get("text") or each["label"])["text"]) > 75]
            found += [f"{key}: a long value" for each in value if len(each.get("value", "")) > 150]
        found += too_much(value)
    actions = [each.get("action_id") for each in part.get("elements", ()) if isinstance(each, dict) and part.get("type") == "actions"]
    return found + (["an action_id twice"] if len(actions) != len(set(actions)) else [])


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        {"type": "section", "text": {"type": "plain_text", "text": "x"}, "colour": "red"},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x" * 76}, "action_id": "a"}]},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": ""}]},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "style": "loud"}]},
        {"type": "actions", "elements": []},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "words": "x"}]}]},
        {"type": "nonsense"},
    ],
)
def test_it_is_strict(block: Json) -> None:
    assert objections({"text": "x", "blocks": [block]})


def bodies(exhibits: list[Exhibit]) -> list[Json]:
    return [each.body for each in exhibits if each.platform == "slack"]


@pytest.mark.thorough
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_what_block_kit_allows(name: str) -> None:
    part = resolved(VIEWS[name].example(), "en")
    for body in bodies(on_both(name, part)):
        assert objections(body) == []
    if isinstance(part, Message):
        assert objections(render_home(part, audience="slack/T0001")) == []


@pytest.mark.parametrize(("called", "blocks"), [(called, blocks) for called, blocks, _texts in messages()], ids=lambda each: str(each)[:40])
def test_the_longest_texts_and_the_most_options_are_what_block_kit_allows(called: str, blocks: Any) -> None:
    assert objections(render(Message(called, blocks), audience="slack/T0001")) == []

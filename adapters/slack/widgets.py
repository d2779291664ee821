"""Buttons and pickers: how a payload travels in them, and how it is read from a press."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.slack.limits import LONGEST, MOST, shortened
from adapters.slack.text import visible
from bot.chat.language import _
from bot.chat.message import Button, Option, Picker
from bot.chat.reading import say_label
from bot.chat.text import label_of

Json = dict[str, Any]
PICK, OFFER = "pick:", "offer."  # a picker's payload stands in its own identifiers; an offered option's in a button's value
PART = 240  # characters of a payload in one identifier


def plain(text: str) -> Json:
    """A plain text object, in which nothing is markup and not even :this: an emoji."""
    return {"type": "plain_text", "text": text or "\u2002", "emoji": False}


def buttons(row: Sequence[Button], language: str) -> Iterator[Json]:
    """Buttons in rows; labels too long for a button stand in full above it."""
    yield from in_full([label_of(button.label) for button in row], LONGEST["button"])
    yield from in_full([label_of(button.confirm) for button in row if button.confirm], LONGEST["confirm text"])
    drawn = [_button(button, index, language) for index, button in enumerate(row)]
    for start in range(0, len(drawn), MOST["buttons"]):
        yield {"type": "actions", "elements": drawn[start : start + MOST["buttons"]]}


def _button(button: Button, index: int, language: str) -> Json:
    label = visible(label_of(button.label))
    drawn = {
        "type": "button",
        "action_id": f"press.{index}",
        "text": plain(shortened(label, LONGEST["button"])),
        "value": _wire(button.action),
    }
    if button.url is not None:
        drawn["url"] = button.url
    if button.style != "plain":
        drawn["style"] = button.style
    if button.confirm is not None:
        question = visible(label_of(button.confirm))
        drawn["confirm"] = {
            "title": plain(shortened(label, LONGEST["confirm title"])),
            "text": plain(shortened(question, LONGEST["confirm text"])),
            "confirm": plain(shortened(label, LONGEST["confirm button"])),
            "deny": plain(shortened(say_label(_("Cancel"), language), LONGEST["confirm button"])),
        }
    return drawn


def picker(block: Picker, index: int) -> Iterator[Json]:
    """A drop-down beside its label, or buttons where a payload or a value is too long for a drop-down."""
    payload = _wire(block.action)
    label = visible(label_of(block.label))
    if not block.options:
        return
    yield from in_full([label_of(option.label) for option in block.options], LONGEST["option"])
    too_long = any(len(option.value) > LONGEST["option value"] for option in block.options)
    if too_long or len(payload) > 2 * PART:
        yield {"type": "section", "text": plain(label[: LONGEST["paragraph"]])}
        yield from _offers(payload, block.options)
        return
    menu = {
        "type": "static_select",
        "action_id": PICK + payload[:PART],
        "placeholder": plain(shortened(label, LONGEST["placeholder"])),
        **choices(block.options),
    }
    chosen = next((option for option in block.options if option.value == block.chosen), None)
    if chosen is not None:
        menu["initial_option"] = option_of(chosen)
    rest = {"block_id": f"{PICK}{index}:{payload[PART:]}"} if len(payload) > PART else {}
    yield {"type": "section", "text": plain(label[: LONGEST["paragraph"]]), "accessory": menu, **rest}


def _offers(payload: str, options: Sequence[Option]) -> Iterator[Json]:
    drawn = [
        {
            "type": "button",
            "action_id": f"{OFFER}{index}",
            "text": plain(shortened(visible(label_of(option.label)), LONGEST["button"])),
            "value": f"{payload}\n{option.value}",
        }
        for index, option in enumerate(options)
    ]
    for start in range(0, len(drawn), MOST["buttons"]):
        yield {"type": "actions", "elements": drawn[start : start + MOST["buttons"]]}


def choices(options: Sequence[Option]) -> Json:
    """The options of a drop-down; more than a hundred stand in groups."""
    drawn = [option_of(option) for option in options]
    step = MOST["options"]
    if len(drawn) <= step:
        return {"options": drawn}
    starts = range(0, len(drawn), step)
    groups = [{"label": plain(f"{n + 1}-{min(n + step, len(drawn))}"), "options": drawn[n : n + step]} for n in starts]
    if len(groups) > MOST["option groups"]:
        raise ValueError(f"{len(drawn)} options are more than a drop-down of Slack holds")
    return {"option_groups": groups}


def option_of(option: Option) -> Json:
    """One option."""
    if len(option.value) > LONGEST["option value"]:
        raise ValueError("the value of an option in a form is longer than Slack allows")
    return {"text": plain(shortened(visible(label_of(option.label)), LONGEST["option"])), "value": option.value}


def in_full(labels: Sequence[str], limit: int) -> Iterator[Json]:
    """The labels that will be shortened, in full, as a list."""
    long = [visible(label) for label in labels if len(visible(label)) > limit]
    for start in range(0, len(long), 20):
        rows = [{"type": "rich_text_section", "elements": [{"type": "text", "text": label}]} for label in long[start : start + 20]]
        yield {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": rows}]}


def pressed(action: Json) -> tuple[str, str | None]:
    """Payload and picked option of a pressed element."""
    action_id, picked = str(action["action_id"]), action.get("selected_option")
    if action_id.startswith(PICK):
        block_id = str(action.get("block_id", ""))
        rest = block_id.split(":", 2)[2] if block_id.startswith(PICK) else ""
        return action_id.removeprefix(PICK) + rest, str(picked["value"]) if picked else None
    value = str(action.get("value", ""))
    if action_id.startswith(OFFER):
        payload, _line, option = value.partition("\n")
        return payload, option
    return value, None


def _wire(payload: object) -> str:
    if not isinstance(payload, str):
        raise TypeError(f"unresolved payload: {type(payload).__name__}")
    return payload

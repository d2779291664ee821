"""The table of Block Kit elements: their required and optional keys and Slack's limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapters.playground.slack.shapes import (
    Check,
    at_least_one,
    boolean,
    both,
    choice,
    exactly_one,
    listing,
    number,
    problem,
    shape,
    string,
)

LONG_URL = 3000


def plain(longest: int, shortest: int = 1) -> Check:
    """A plain_text object."""
    return shape({"type": choice("plain_text"), "text": string(longest, shortest)}, {"emoji": boolean})


def text(longest: int) -> Check:
    """A plain_text or mrkdwn object."""
    mrkdwn = shape({"type": choice("mrkdwn"), "text": string(longest, 1)}, {"verbatim": boolean})

    def check(value: Any, at: str) -> Iterable[str]:
        if isinstance(value, dict) and value.get("type") == "mrkdwn":
            yield from mrkdwn(value, at)
        else:
            yield from plain(longest)(value, at)

    return check


ACTION_ID = string(255, 1)
BLOCK_ID = string(255, 1)
URL = string(LONG_URL, 1, r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+")
DATE = string(10, 1, r"\d{4}-\d{2}-\d{2}")
TIME = string(5, 1, r"([01]\d|2[0-3]):[0-5]\d")
CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
DISPATCH = shape({"trigger_actions_on": listing(choice("on_enter_pressed", "on_character_entered"), 2)})
OPTION = shape({"text": plain(75), "value": string(150, 1)}, {"description": plain(75)})
RICH_OPTION = shape({"text": text(75), "value": string(150, 1)}, {"description": text(75)})
OVERFLOW_OPTION = shape({"text": plain(75), "value": string(150, 1)}, {"description": plain(75), "url": URL})
GROUP = shape({"label": plain(75), "options": listing(OPTION, 100)})
SLACK_FILE = both(shape({}, {"id": string(255, 1), "url": URL}), exactly_one("id", "url"))
PICTURE = {"image_url": URL, "slack_file": SLACK_FILE}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _initial_is_offered(value: Any, at: str) -> Iterable[str]:
    """Whether what is chosen at first stands among the options."""
    if not isinstance(value, dict):
        return
    offered = _list(value.get("options"))
    for group in _list(value.get("option_groups")):
        offered = offered + _list(group.get("options") if isinstance(group, dict) else None)
    chosen = _list(value.get("initial_options")) or ([value["initial_option"]] if "initial_option" in value else [])
    for each in chosen:
        if each not in offered:
            yield problem("initial option is not among the options", at)


def _lengths_agree(value: Any, at: str) -> Iterable[str]:
    """Whether the least and the most agree."""
    if isinstance(value, dict):
        least, most = value.get("min_length"), value.get("max_length")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            yield problem("min_length is greater than max_length", at)


def _element(kind: str, required: dict[str, Check], optional: dict[str, Check]) -> Check:
    return shape({"type": choice(kind), **required}, {"action_id": ACTION_ID, **optional})


_PICK: dict[str, Check] = {"confirm": CONFIRM, "focus_on_load": boolean}
_HINTED: dict[str, Check] = {**_PICK, "placeholder": plain(150)}
_TYPED: dict[str, Check] = {"focus_on_load": boolean, "placeholder": plain(150), "dispatch_action_config": DISPATCH}
_MANY: dict[str, Check] = {**_HINTED, "max_selected_items": number(1, 100)}
_OFFERED = both(exactly_one("options", "option_groups"), _initial_is_offered)
_OPTIONS: dict[str, Check] = {"options": listing(OPTION, 100), "option_groups": listing(GROUP, 100)}
_ID = string(255, 1)
_IDS = listing(_ID, 100)
_LONG = 3000

ELEMENTS: dict[str, Check] = {
    "button": _element(
        "button",
        {"text": plain(75)},
        {
            "value": string(2000),
            "url": URL,
            "style": choice("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75, 1),
        },
    ),
    "static_select": both(_element("static_select", {}, {**_HINTED, **_OPTIONS, "initial_option": OPTION}), _OFFERED),
    "multi_static_select": both(
        _element("multi_static_select", {}, {**_MANY, **_OPTIONS, "initial_options": listing(OPTION, 100)}), _OFFERED
    ),
    "overflow": _element("overflow", {"options": listing(OVERFLOW_OPTION, 5)}, {"confirm": CONFIRM}),
    "datepicker": _element("datepicker", {}, {**_HINTED, "initial_date": DATE}),
    "timepicker": _element("timepicker", {}, {**_HINTED, "initial_time": TIME, "timezone": string(100, 1)}),
    "datetimepicker": _element("datetimepicker", {}, {**_PICK, "initial_date_time": number(0, 9_999_999_999)}),
    "radio_buttons": both(
        _element("radio_buttons", {"options": listing(RICH_OPTION, 10)}, {**_PICK, "initial_option": RICH_OPTION}), _initial_is_offered
    ),
    "checkboxes": both(
        _element("checkboxes", {"options": listing(RICH_OPTION, 10)}, {**_PICK, "initial_options": listing(RICH_OPTION, 10)}),
        _initial_is_offered,
    ),
    "plain_text_input": both(
        _element(
            "plain_text_input",
            {},
            {
                **_TYPED,
                "initial_value": string(_LONG),
                "multiline": boolean,
                "min_length": number(0, _LONG),
                "max_length": number(1, _LONG),
            },
        ),
        _lengths_agree,
    ),
    "number_input": _element(
        "number_input",
        {"is_decimal_allowed": boolean},
        {**_TYPED, "initial_value": string(50), "min_value": string(50), "max_value": string(50)},
    ),
    "email_text_input": _element("email_text_input", {}, {**_TYPED, "initial_value": string(_LONG)}),
    "url_text_input": _element("url_text_input", {}, {**_TYPED, "initial_value": string(_LONG)}),
    "users_select": _element("users_select", {}, {**_HINTED, "initial_user": _ID}),
    "multi_users_select": _element("multi_users_select", {}, {**_MANY, "initial_users": _IDS}),
    "conversations_select": _element(
        "conversations_select",
        {},
        {
            **_HINTED,
            "initial_conversation": _ID,
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
        },
    ),
    "channels_select": _element("channels_select", {}, {**_HINTED, "initial_channel": _ID, "response_url_enabled": boolean}),
    "image": both(shape({"type": choice("image"), "alt_text": string(2000, 1)}, PICTURE), exactly_one("image_url", "slack_file")),
}

PICKERS = ("static_select", "multi_static_select", "users_select", "multi_users_select", "conversations_select", "channels_select")
IN_ACTIONS = ("button", "overflow", "datepicker", "timepicker", "datetimepicker", "radio_buttons", "checkboxes", *PICKERS)
IN_SECTION = ("button", "overflow", "datepicker", "timepicker", "radio_buttons", "checkboxes", "image", *PICKERS)
IN_INPUT = (
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "radio_buttons",
    "checkboxes",
    *PICKERS,
)


def some(kinds: Iterable[str]) -> dict[str, Check]:
    """The part of the table that may stand in one kind of block."""
    return {kind: ELEMENTS[kind] for kind in kinds}

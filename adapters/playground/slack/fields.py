"""What the fields of a message, a modal or a home tab hold, and what a person may put in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
_SINGLE = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
}
_MULTIPLE = {
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
}
_BY_OPTION = {"static_select", "radio_buttons", "multi_static_select", "checkboxes", "overflow"}


def options_of(element: Json) -> list[Json]:
    """Every option that an element offers."""
    found = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        found += group["options"]
    return found


def initial_state(element: Json) -> Json:
    """The state of a field that nobody touched."""
    kind = element["type"]
    if kind in _MULTIPLE:
        key, initial = _MULTIPLE[kind]
        return {"type": kind, key: element.get(initial, [])}
    key, initial = _SINGLE[kind]
    return {"type": kind, key: element.get(initial)}


def filled_state(element: Json, value: Any) -> Json:
    """The state of a field after a person filled it; a value that is not offered cannot be picked."""
    kind = element["type"]
    if kind in _BY_OPTION:
        offered = {option["value"]: option for option in options_of(element)}
        wanted = [str(each) for each in value] if isinstance(value, (list, tuple)) else [str(value)] if value not in (None, "") else []
        unknown = [each for each in wanted if each not in offered]
        if unknown:
            raise LookupError(f"not among the options {sorted(offered)}: {unknown}")
        picked = [offered[each] for each in wanted]
        if kind in _MULTIPLE:
            return {"type": kind, "selected_options": picked}
        return {"type": kind, "selected_option": picked[0] if picked else None}
    if kind in _MULTIPLE:
        return {"type": kind, _MULTIPLE[kind][0]: list(value or [])}
    text = None if value in (None, "") else value if kind == "datetimepicker" else str(value)
    return {"type": kind, _SINGLE[kind][0]: text}


def plain_value(state: Mapping[str, Any]) -> Any:
    """The value of a field as a person would name it: the text, or the value of the picked option."""
    kind = str(state["type"])
    if kind in _MULTIPLE:
        found = state.get(_MULTIPLE[kind][0]) or []
        return [each["value"] if isinstance(each, dict) else each for each in found]
    found = state.get("selected_option" if kind == "overflow" else _SINGLE[kind][0])
    if isinstance(found, dict):
        return found["value"]
    return "" if found is None else found


def complaint(element: Json, state: Mapping[str, Any], *, optional: bool) -> str | None:
    """What Slack's own client says before it even sends a form."""
    value = plain_value(state)
    if value in ("", []):
        return None if optional else "Please complete this required field."
    if element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < least:
            return f"Please enter at least {least} characters."
        if len(value) > most:
            return f"Please enter no more than {most} characters."
    if element["type"] == "number_input":
        return _number_complaint(element, str(value))
    return None


def _number_complaint(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None

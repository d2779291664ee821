"""Filling in the inputs of a card: what the client checks before it sends anything, and how values travel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from adapters.playground.driver import Json
from adapters.playground.teams.drawing import Fillable

REQUIRED_EMPTY = "This is a required input."
_TYPED = {"Input.Date": re.compile(r"\d{4}-\d\d-\d\d"), "Input.Time": re.compile(r"([01]\d|2[0-3]):[0-5]\d")}


def filled_in(inputs: Iterable[Fillable], values: Mapping[str, Any]) -> tuple[Json, dict[str, str]]:
    """Return what the client would send for these inputs, and the sentences at those that it refuses to send.

    Everything travels as text; several choices are joined with commas; nothing is sent for an empty choice or number.
    """
    sent: Json = {}
    errors: dict[str, str] = {}
    for each in inputs:
        element = each.element
        name = str(element.get("id", ""))
        value = as_sent(element, values[name]) if name in values else _initial(element)
        if each.visible:
            problem = _problem(each, value)
            if problem:
                errors[name] = problem
        if value or element["type"] not in {"Input.ChoiceSet", "Input.Number"}:
            sent[name] = value
    return sent, errors


def _initial(element: Json) -> str:
    if element["type"] == "Input.Toggle":
        return str(element.get("value", element.get("valueOff", "false")))
    return as_sent(element, element.get("value"))


def as_sent(element: Json, value: Any) -> str:
    """Write a value the way the client sends it."""
    if element["type"] == "Input.Toggle" and (isinstance(value, bool) or value is None):
        return str(element.get("valueOn", "true")) if value else str(element.get("valueOff", "false"))
    if value is None:
        return ""
    if isinstance(value, (list, tuple, set, frozenset)):
        return ",".join(str(each) for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _problem(filled: Fillable, value: str) -> str | None:
    element = filled.element
    message = str(element.get("errorMessage") or "") or None
    if not value or (element["type"] == "Input.Toggle" and value == str(element.get("valueOff", "false"))):
        return (message or REQUIRED_EMPTY) if element.get("isRequired") else None
    return None if _fits(filled, value) else (message or "This value is not allowed here.")


def _fits(filled: Fillable, value: str) -> bool:
    element = filled.element
    kind = element["type"]
    if kind == "Input.Text":
        longest = element.get("maxLength")
        pattern = element.get("regex")
        return (longest is None or len(value) <= int(longest)) and (pattern is None or re.search(pattern, value) is not None)
    if kind == "Input.Number":
        return _number_fits(element, value)
    if kind in _TYPED:
        low, high = str(element.get("min") or value), str(element.get("max") or value)
        return _TYPED[kind].fullmatch(value) is not None and low <= value <= high
    if kind == "Input.ChoiceSet":
        known = {choice for choice, _ in filled.choices}
        picked = value.split(",") if element.get("isMultiSelect") else [value]
        return all(each in known for each in picked)
    return True


def _number_fits(element: Json, value: str) -> bool:
    try:
        number = float(value)
    except ValueError:
        return False
    return float(element.get("min", number)) <= number <= float(element.get("max", number))

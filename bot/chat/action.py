"""Actions: the typed payloads that buttons carry, under wire names that outlive the code."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from json.encoder import encode_basestring
from typing import Any, ClassVar, TypeVar, dataclass_transform

from bot.lean import dataclass

LARGEST = 2**63 - 1  # what a column holds
LONGEST = 1500  # characters of a wire payload; Slack's button value holds 2000


class Action:
    """Base of all payloads; a subclass is a frozen dataclass of ids and small values."""

    wire_name: ClassVar[str]


class UnknownAction(ValueError):
    """A payload that this version of the bot cannot read: an old card, or one that was edited by hand."""


T = TypeVar("T", bound=type[Action])


@dataclass_transform(frozen_default=True)
def action(wire_name: str) -> Callable[[T], T]:
    """Give a payload its permanent dotted wire name and make it a frozen dataclass."""

    def named(cls: T) -> T:
        dataclass(frozen=True)(cls)
        cls.wire_name = wire_name
        return cls

    return named


@action("link.followed")
class Followed(Action):
    """What a button with an address carries: some platforms tell of the press, and there is nothing to do."""


def to_wire(payload: Action) -> str:
    """The payload as one short line of JSON: `["challenge.join",{"challenge":"17"}]`."""
    kind: Any = type(payload)
    values = ",".join([f'"{name}":{_written(getattr(payload, name))}' for name in _names(kind)])
    line = f'["{payload.wire_name}",{{{values}}}]'
    if len(line) > LONGEST:
        raise ValueError(f"the payload of {payload.wire_name} is longer than a button can carry")
    return line


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


def from_wire(line: str, known: typing.Mapping[str, type[Action]]) -> Action:
    """Read a payload back; unknown names, missing or surplus fields and wrong types raise UnknownAction."""
    try:
        name, values = json.loads(line)
        cls = known[name]
        hints = field_types(cls)
        if not isinstance(values, dict) or set(values) - set(hints):
            raise UnknownAction(name)
        return cls(**{field: _typed(values[field], hint) for field, hint in hints.items() if field in values})
    except UnknownAction:
        raise
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnknownAction(line[:80]) from error


def field_types(cls: type) -> dict[str, Any]:
    """Field name -> type of a payload or fact dataclass."""
    assert is_dataclass(cls)
    hints = typing.get_type_hints(cls)
    return {f.name: hints[f.name] for f in fields(cls)}


def _written(value: object) -> str:
    match value:
        case str():
            return encode_basestring(value)
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case int() | date():
            return f'"{value}"'  # ids have 63 bits and a card's script knows only 53
    raise TypeError(f"a payload cannot carry {type(value).__name__}")


def _typed(value: object, hint: Any) -> object:
    if isinstance(hint, types.UnionType):
        if value is None and types.NoneType in hint.__args__:
            return None
        hint = next(arm for arm in hint.__args__ if arm is not types.NoneType)
    match hint:
        case _ if hint is bool and isinstance(value, bool):
            return value
        case _ if hint is int and isinstance(value, str) and abs(number := int(value)) <= LARGEST:
            return number
        case _ if hint is str and isinstance(value, str):
            return value
        case _ if hint is date and isinstance(value, str):
            return date.fromisoformat(value)
    raise UnknownAction(f"{value!r} is not {hint}")

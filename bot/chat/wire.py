"""Messages as versioned JSON: how a queued post outlives the code that wrote it."""

from __future__ import annotations

import base64
import json
from dataclasses import MISSING, fields
from datetime import datetime
from functools import cache
from typing import Any

from bot.chat.message import BLOCKS, Button, Column, Count, Fact, Message, Option, Row
from bot.chat.text import Code, Emphasis, Link, Mention, Moment, Plain, Strong

VERSION = 1
PARTS: dict[str, type] = {
    cls.__name__.lower(): cls
    for cls in (*BLOCKS, Message, Fact, Column, Row, Count, Button, Option, Plain, Strong, Emphasis, Code, Link, Mention, Moment)
}
NAMES = {cls: name for name, cls in PARTS.items()}


def encode(message: Message) -> bytes:
    """A resolved message as JSON bytes."""
    return json.dumps({"version": VERSION, "message": _out(message)}, ensure_ascii=False, separators=(",", ":")).encode()


def decode(stored: bytes) -> Message:
    """A message as it was encoded, by this version or an earlier one."""
    document = json.loads(stored)
    if document["version"] > VERSION:
        raise ValueError(f"message version {document['version']} is newer than this program knows ({VERSION})")
    message = _in(document["message"])
    assert isinstance(message, Message)
    return message


def shape() -> dict[str, list[str]]:
    """Part name -> field names: what the golden file pins."""
    return {name: [f.name for f in fields(cls)] for name, cls in sorted(PARTS.items())}


def _out(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case tuple():
            return [_out(v) for v in value]
        case datetime():
            return {"@": "at", "v": value.isoformat()}
        case bytes():
            return {"@": "bytes", "v": base64.b64encode(value).decode()}
        case _ if type(value) in NAMES:
            cls: type = type(value)
            out: dict[str, object] = {"@": NAMES[cls]}
            for name, default in _fields(cls):
                field = getattr(value, name)
                if default is MISSING or field != default:
                    out[name] = _out(field)
            return out
    raise TypeError(f"{type(value).__name__} cannot stand in a stored message; was it resolved for its reader?")


def _in(value: Any) -> Any:
    if isinstance(value, list):
        return tuple([_in(v) for v in value])
    if not isinstance(value, dict):
        return value
    name = value.pop("@")
    if name == "at":
        return datetime.fromisoformat(value["v"])
    if name == "bytes":
        return base64.b64decode(value["v"])
    for key, part in value.items():
        if isinstance(part, list | dict):
            value[key] = _in(part)
    return PARTS[name](**value)


@cache
def _fields(cls: type) -> tuple[tuple[str, Any], ...]:
    return tuple((f.name, f.default) for f in fields(cls))

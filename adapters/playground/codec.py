"""Dataclasses to JSON and back by their own annotations: every field is kept, and what does not fit its annotation is refused."""

from __future__ import annotations

import base64
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from adapters.playground.driver import Json
from bot.lean import dataclass

Kept = TypeVar("Kept")
LARGEST_FILE = 256 * 1024
LARGEST_TOGETHER = 8 * 1024 * 1024


class Unreadable(ValueError):
    """Something in a dump is not what its annotation promises."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How values of one annotation go to JSON and come back; without `write` they are JSON already and nobody changes them in place."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any] | None = None


def write(thing: Any, *, version: int) -> Json:
    """Turn a dataclass into JSON that says which format it has."""
    writing = _codec(type(thing)).write
    assert writing is not None
    return {"version": version, **writing(thing)}


def read(kind: type[Kept], dumped: Any, *, version: int) -> Kept:
    """Make a dataclass of what `write` made, in the same format only."""
    if not isinstance(dumped, dict):
        raise Unreadable("a dump is a JSON object")
    found = dumped.get("version")
    if type(found) is not int or found != version:
        raise Unreadable(f"this is a dump of format {found!r}, and only format {version} can be read")
    return cast("Kept", _codec(kind).read({key: value for key, value in dumped.items() if key != "version"}))


def small_ones(contents: Mapping[str, bytes | None]) -> set[str]:
    """The files whose content is kept: none too large, and the newest first until all together are too large."""
    kept, room = set(), LARGEST_TOGETHER
    for name, content in reversed(list(contents.items())):
        if content and len(content) <= min(LARGEST_FILE, room):
            kept.add(name)
            room -= len(content)
    return kept


def _codec(hint: Any) -> Codec:
    return _made_codec(cast("Hashable", hint))


@cache
def _made_codec(hint: Any) -> Codec:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return Codec(lambda value: value)
    if hint in (str, int, bool):
        return Codec(lambda value: _exactly(hint, value))
    if hint is bytes:
        return Codec(_bytes, lambda value: base64.b64encode(value).decode())
    if hint is datetime:
        return Codec(_moment, datetime.isoformat)
    if origin is Literal:
        return Codec(lambda value: _one_of(arguments, value))
    if origin in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:
        return _optional(_codec(next(each for each in arguments if each is not NoneType)))
    if origin is list:
        return _list(_codec(arguments[0]))
    if origin is dict and arguments[0] is str:
        return _dict(arguments[1])
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass(hint)
    raise TypeError(f"{hint!r} cannot be kept")


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise Unreadable(f"{kind.__name__} expected, {type(value).__name__} found")
    return value


def _one_of(allowed: tuple[Any, ...], value: Any) -> Any:
    if value not in allowed:
        raise Unreadable(f"one of {', '.join(map(repr, allowed))} expected, {value!r} found")
    return value


def _bytes(value: Any) -> bytes:
    return base64.b64decode(_exactly(str, value), validate=True)


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(_exactly(str, value))
    if found.tzinfo is None:
        raise Unreadable("a moment without a time zone")
    return found


def _optional(inner: Codec) -> Codec:
    writing = inner.write
    return Codec(
        lambda value: None if value is None else inner.read(value),
        None if writing is None else lambda value: None if value is None else writing(value),
    )


def _list(inner: Codec) -> Codec:
    writing = inner.write
    return Codec(
        lambda value: [inner.read(each) for each in _exactly(list, value)],
        list if writing is None else lambda value: [writing(each) for each in value],
    )


def _dict(hint: Any) -> Codec:
    if hint is Any:  # a payload as the bot or the platform made it: replaced when it changes, never changed in place
        return Codec(lambda value: _exactly(dict, value))
    inner = _codec(hint)
    writing = inner.write
    return Codec(
        lambda value: {key: inner.read(each) for key, each in _exactly(dict, value).items()},
        dict if writing is None else lambda value: {key: writing(each) for key, each in value.items()},
    )


def _dataclass(kind: type[Any]) -> Codec:
    names = tuple(each.name for each in fields(kind))
    needed = {each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING}
    hints = get_type_hints(kind)
    inner = {name: _codec(hints[name]) for name in names}
    writers = [(name, codec.write) for name, codec in inner.items() if codec.write is not None]
    values_of: Callable[[Any], Any] = attrgetter(*names)

    def written(thing: Any) -> Json:
        row = dict(zip(names, values_of(thing), strict=True))
        for name, writing in writers:
            row[name] = writing(row[name])
        return row

    def made(row: Any) -> Any:
        wrong = _exactly(dict, row).keys() - inner.keys() | needed - row.keys()
        if wrong:
            raise Unreadable(f"{kind.__name__}: unknown or missing {', '.join(sorted(wrong))}")
        values = {}
        for name, value in row.items():
            try:
                values[name] = inner[name].read(value)
            except ValueError as error:
                raise Unreadable(f"{kind.__name__}.{name}: {error}") from None
        return kind(**values)

    return Codec(made, written)

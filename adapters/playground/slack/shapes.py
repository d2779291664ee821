"""Small checks that are put together to the tables of what Slack accepts; each returns what is wrong, in Slack's manner of speaking."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Check = Callable[[Any, str], Iterable[str]]


def problem(sentence: str, at: str) -> str:
    """One line as Slack writes them into `response_metadata.messages`."""
    return f"[ERROR] {sentence} [json-pointer:{at or '/'}]"


def string(longest: int, shortest: int = 0, pattern: str | None = None) -> Check:
    """A string of bounded length."""

    def check(value: Any, at: str) -> Iterable[str]:
        if not isinstance(value, str):
            yield problem("must be a string", at)
        elif len(value) > longest:
            yield problem(f"must be less than {longest + 1} characters", at)
        elif len(value) < shortest:
            yield problem(f"must be more than {shortest - 1} characters", at)
        elif pattern is not None and not re.fullmatch(pattern, value, re.DOTALL):
            yield problem("does not match the expected format", at)

    return check


def boolean(value: Any, at: str) -> Iterable[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield problem("must be a boolean", at)


def number(least: float, most: float, *, whole: bool = True) -> Check:
    """A number within bounds."""

    def check(value: Any, at: str) -> Iterable[str]:
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            yield problem("must be an integer" if whole else "must be a number", at)
        elif not least <= value <= most:
            yield problem(f"must be between {least} and {most}", at)

    return check


def choice(*allowed: Any) -> Check:
    """One of a few words."""

    def check(value: Any, at: str) -> Iterable[str]:
        if value not in allowed:
            yield problem(f"must be one of {list(allowed)}", at)

    return check


def listing(item: Check, most: int, least: int = 1) -> Check:
    """A list of bounded length whose items all pass one check."""

    def check(value: Any, at: str) -> Iterable[str]:
        if not isinstance(value, list):
            yield problem("must be an array", at)
            return
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", at)
        if len(value) < least:
            yield problem(f"no fewer than {least} items allowed", at)
        for index, entry in enumerate(value):
            yield from item(entry, f"{at}/{index}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these keys and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterable[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", at)
            return
        for key in required:
            if key not in value:
                yield problem(f"missing required field: {key}", at)
        for key, entry in value.items():
            if key not in known:
                yield problem(f"invalid additional property: {key}", at)
            else:
                yield from known[key](entry, f"{at}/{key}")

    return check


def both(*checks: Check) -> Check:
    """Every one of several checks."""

    def check(value: Any, at: str) -> Iterable[str]:
        for each in checks:
            yield from each(value, at)

    return check


def exactly_one(*keys: str) -> Check:
    """An object that has just one of these keys."""

    def check(value: Any, at: str) -> Iterable[str]:
        if isinstance(value, dict) and sum(key in value for key in keys) != 1:
            yield problem(f"must have exactly one of {list(keys)}", at)

    return check


def at_least_one(*keys: str) -> Check:
    """An object that has one or more of these keys."""

    def check(value: Any, at: str) -> Iterable[str]:
        if isinstance(value, dict) and not any(key in value for key in keys):
            yield problem(f"must have at least one of {list(keys)}", at)

    return check


def by_type(table: Mapping[str, Check], what: str) -> Check:
    """An object whose `type` says which check applies."""

    def check(value: Any, at: str) -> Iterable[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", at)
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in table:
            yield problem(f"unsupported {what} type: {kind}", at)
            return
        yield from table[kind](value, at)

    return check

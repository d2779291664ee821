"""What the platform bears, as data, and the ways to stay within it without losing a choice or a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias, TypeVar

Json: TypeAlias = dict[str, Any]
T = TypeVar("T")

LIMITS: Final[dict[str, int]] = {
    "body": 1024 * 1024,  # bytes of a request that we read at all
    "card": 80 * 1024,  # bytes as UTF-16, which is how the platform counts; it refuses at about 100 KB
    "actions": 6,  # buttons of one row
    "button": 60,  # characters that a button shows on a narrow screen
    "text": 4000,  # characters of one text block
    "lines": 80,  # text blocks of one paragraph before lines share one
    "fact": 40,  # characters of a value beside its label; a narrow screen leaves it half its width
    "title": 64,  # characters of a dialog's title
    "summary": 1000,  # characters of a notification
    "toast": 250,  # characters of the small notice after a press
    "refreshed": 60,  # people whose clients ask by themselves what one card says to them
    "expanded": 6,  # options shown as a list; more fold into a drop-down
}

ENDS = (re.compile(r"(?<=[.!?…。！？])\s+"), re.compile(r"\s+"))


def size_of(payload: Any) -> int:
    """The size of a payload in bytes as the platform counts them."""
    return len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le", "surrogatepass"))


def pieces(text: str, longest: int) -> Iterator[str]:
    """The text in parts of at most `longest` characters, cut after a sentence, else after a word, else anywhere."""
    while len(text) > longest:
        cut = _cut(text, longest)
        yield text[:cut]
        text = text[cut:]
    yield text


def _cut(text: str, longest: int) -> int:
    window = text[:longest]
    for end in ENDS:
        found = [match.end() for match in end.finditer(window) if match.end() > longest // 2]
        if found:
            return found[-1]
    return longest


def rows(things: Sequence[T], longest: int) -> list[Sequence[T]]:
    """The things in rows of at most so many."""
    return [things[start : start + longest] for start in range(0, len(things), longest)]


def shortened(text: str, longest: int) -> str:
    """The text itself, or its beginning with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"

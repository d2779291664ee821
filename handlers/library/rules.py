"""The library's rules: how a contributor stands in a text, and how much of an item a chat shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PAGE = 5
MOST_SHOWN = 12_000  # characters of an item in a chat; the files have all of it
CONTRIBUTOR = re.compile("\u2063(\\d{1,5})\u2063")


def by(number: int) -> str:
    """How the contributor with this number stands in an item's text, counted from 0: nobody can type it, and a name can be taken off."""
    return f"\u2063{number}\u2063"


def signed(part: Any, names: Mapping[int, str], nobody: str) -> Any:
    """A text of plain values with its contributors' names in it; those who took theirs off are nobody."""
    match part:
        case str():
            return CONTRIBUTOR.sub(lambda found: names.get(int(found.group(1)), nobody), part)
        case list():
            return [signed(each, names, nobody) for each in part]
        case dict():
            return {key: signed(value, names, nobody) for key, value in part.items()}
        case _:
            return part

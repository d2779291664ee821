"""Slack's limits as data, and the step that makes long content fit without losing any of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_NATIVE = {"data_visualization": 2, "table": 1}  # of a message
LONGEST = {
    "heading": 150,
    "paragraph": 3000,
    "fact": 40,  # of a value that stands on one line with its label
    "context": 2000,
    "notification": 800,  # chat.update takes 4000 characters, and each may need five when it is escaped
    "button": 75,
    "value": 2000,
    "identifier": 255,
    "option": 75,
    "option value": 150,
    "placeholder": 150,
    "confirm title": 100,
    "confirm text": 300,
    "confirm button": 30,
    "modal title": 24,
    "modal button": 24,
    "label": 2000,
    "alt": 2000,
    "url": 3000,
    "typed": 3000,
    "metadata": 3000,
    "chart title": 50,
    "chart label": 20,
    "table": 10_000,  # of all its cells
}
MOST = {"buttons": 25, "options": 100, "option groups": 100, "checkboxes": 10, "chart points": 20, "columns": 20, "rows": 100}
MERGED = 6000  # characters of several paragraphs that share one block when a message has too many of them
BOUNDARIES = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?…。！？]['\")\]]*\s"), re.compile(r"\s"))


def shortened(label: str, limit: int) -> str:
    """A label within a limit, with an ellipsis where it was cut; the caller shows the full words elsewhere."""
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"


def boundary(text: str, room: int) -> int:
    """Where to cut text that is longer than `room`: after a paragraph, a line, a sentence, a word, or else between two characters."""
    for kind in BOUNDARIES:
        ends = [found.end() for found in kind.finditer(text, 0, room)]
        if ends and ends[-1] > room // 3:
            return ends[-1]
    cut = room
    while cut > 1 and (unicodedata.combining(text[cut]) or "\u200d" in text[cut - 1 : cut + 1]):
        cut -= 1  # a letter keeps its accents, a composed emoji its parts
    return cut


def pieces(text: str, limit: int) -> list[str]:
    """The whole text in pieces of at most `limit` characters."""
    out = []
    while len(text) > limit:
        cut = boundary(text, limit)
        out.append(text[:cut])
        text = text[cut:]
    return [*out, text] if text else out


def length(element: Json) -> int:
    """How many characters a rich text element shows, about."""
    return len(element.get("text") or element.get("fallback") or element.get("url") or "") or 20


def parted(elements: Iterable[Json], limit: int) -> list[list[Json]]:
    """Rich text elements in groups that each show at most `limit` characters."""
    groups: list[list[Json]] = [[]]
    room = limit
    for element in elements:
        rest = element
        while length(rest) > room:
            if rest["type"] == "text" and room > limit // 3:
                cut = boundary(rest["text"], room)
                groups[-1].append({**rest, "text": rest["text"][:cut]})
                rest = {**rest, "text": rest["text"][cut:]}
            elif not groups[-1]:
                break  # one element that is longer than a group: a link's label, an address
            groups.append([])
            room = limit
        groups[-1].append(rest)
        room -= length(rest)
    return [group for group in groups if group]


def merged(blocks: list[Json], most: int) -> list[Json]:
    """The same blocks, neighbouring texts joined into one block where there would be more than `most`."""
    if len(blocks) <= most:
        return blocks
    out: list[Json] = []
    size = 0
    for block in blocks:
        added = _characters(block)
        if out and block["type"] == out[-1]["type"] == "rich_text" and size + added <= MERGED:
            out[-1] = {"type": "rich_text", "elements": [*out[-1]["elements"], _gap(), *block["elements"]]}
            size += added
        else:
            out.append(block)
            size = added
    if len(out) > most:
        raise ValueError(f"a message of {len(out)} blocks does not fit into Slack's {most}")
    return out


def _gap() -> Json:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": "\n"}]}


def _characters(block: Json) -> int:
    if block["type"] != "rich_text":
        return 0
    parts = [inner for part in block["elements"] for inner in part.get("elements", [])]
    return sum(length(inner) if "elements" not in inner else sum(map(length, inner["elements"])) for inner in parts)

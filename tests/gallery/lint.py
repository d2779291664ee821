"""What would be unclear, loud, unkind or out of reach for somebody: one lint for whatever the bot shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from adapters.playground.gallery import Exhibit, seen
from bot.chat.form import Form
from bot.chat.message import Chart, Heading, Message, Tally
from bot.chat.text import label_of
from bot.gallery import on_both

LETTERS = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"(?<=[.!?:;…])\s+|\n+")
SHOUTED = re.compile(r"\b[A-Z]{4,}\b")
OTHER_PRODUCTS = re.compile(r"\b(?:Slack|Teams|Discord|Mattermost|WhatsApp|Telegram|Zulip)\b")
SHAME = re.compile(
    r"\b(?:miss(?:ed|ing out)|failed|failing|lazy|(?:fall(?:en|ing)?|fell|lag(?:ging)?|far) behind|behind (?:the|schedule|others)"
    r"|forgot|you have forgotten|overdue|too late|neglect\w*|shame\w*|disappoint\w*|slack(?:ed|ing)|should have|only \d+ (?:day|entr|of)"
    r"|(?:lost|broke|broken) your streak|did 0|done 0|0 (?:days|times))\b",
    re.IGNORECASE,
)
MOST_WORDS = 35
LONGEST_BUTTON = 30


def faults(part: Message | Form) -> list[str]:
    """Everything that is wrong with a resolved message or form on either platform, a sentence each."""
    found = list(_headings(part)) if isinstance(part, Message) else []
    for exhibit in on_both("linted", part):
        found += [f"{exhibit.platform}: {fault}" for fault in _of_exhibit(exhibit, part)]
    return found


def _of_exhibit(exhibit: Exhibit, part: Message | Form) -> Iterator[str]:
    shown = seen(exhibit)
    summary = _summary(exhibit, part)
    if not LETTERS.search(summary):
        yield f"the summary {summary!r} says nothing"
    yield from _pictures(exhibit.body)
    yield from _controls(shown.controls)
    if isinstance(part, Message):
        yield from _numbers(part, shown.plain)
    for text in (summary, shown.plain):
        yield from _words(text)


def _summary(exhibit: Exhibit, part: Message | Form) -> str:
    if exhibit.surface == "dialog":
        return label_of(part.title) if isinstance(part, Form) else ""
    return str(exhibit.body["text" if exhibit.platform == "slack" else "summary"])


def _headings(message: Message) -> Iterator[str]:
    levels = [block.level for block in message.blocks if isinstance(block, Heading)]
    if levels and levels[0] != 1:
        yield "the first heading is not of level 1"
    if any(after - before > 1 for before, after in pairwise(levels)):
        yield "headings skip a level"


def _pictures(body: Any) -> Iterator[str]:
    if isinstance(body, list):
        for each in body:
            yield from _pictures(each)
    if isinstance(body, dict):
        if body.get("type") in ("image", "Image") and not LETTERS.search(str(body.get("alt_text", body.get("altText", "")))):
            yield "a picture without words"
        for each in body.values():
            yield from _pictures(each)


def _controls(controls: list[Any]) -> Iterator[str]:
    for control in controls:
        label = control["label"]
        if not LETTERS.search(label):
            yield f"the {control['kind']} {label!r} has no words"
        if control["kind"] in ("button", "link") and len(label) > LONGEST_BUTTON:
            yield f"the button {label!r} is longer than {LONGEST_BUTTON} characters"
        for option in control["options"]:
            if not re.search(r"\w", option["label"]):
                yield f"the option {option['label']!r} has no words"


def _numbers(message: Message, plain: str) -> Iterator[str]:
    for block in message.blocks:
        if isinstance(block, Tally | Chart):
            for count in block.counts:
                if not re.search(rf"(?<!\d){count.count}(?!\d)", plain):
                    yield f"the count of {label_of(count.label)!r} is drawn only"


def _words(text: str) -> Iterator[str]:
    if text.count("!") + text.count("！") > 1:
        yield "more than one exclamation mark"
    for line in text.splitlines():
        if line.strip() and not re.search(r"\w", line):
            yield f"the line {line!r} means something by signs alone"
    for pattern, what in ((SHOUTED, "shouts"), (SHAME, "shames"), (OTHER_PRODUCTS, "names a chat product")):
        if found := pattern.search(text):
            yield f"{found.group()!r} {what}"
    for sentence in SENTENCE.split(text):
        if len(sentence.split()) > MOST_WORDS:
            yield f"a sentence of {len(sentence.split())} words: {sentence[:60]}…"

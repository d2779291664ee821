"""Words as the Markdown of card text: what a person wrote is escaped, so that none of it is markup, a mention or a function."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import field
from datetime import UTC
from html.parser import HTMLParser
from typing import Any, assert_never

from adapters.teams.limits import LIMITS, Json, pieces
from bot.chat.text import INVISIBLE, SHOWN, Code, Emphasis, Link, Mention, Moment, Plain, Span, Strong, Words, label_of, spans
from bot.lean import dataclass

MARKS = re.compile(r"[\\`*_\[\]~|]|(?<=\{)\{")
AT_LINE_START = re.compile(r"^([ \u00a0]*)(?:([-+#])|(\d+)([.)]))", re.MULTILINE)
LINES = {"p", "div", "br", "li", "tr", "blockquote", "pre", "h1", "h2", "h3"}
NAME_MARKS = re.compile(r"[\\`*_\[\]~|<>&{}]+")


def visible(text: str) -> str:
    """The text without characters that could hide or turn round other text; line ends are kept."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n").replace("\t", " ")
    return "".join(c for c in text if c == "\n" or c in SHOWN or unicodedata.category(c) not in INVISIBLE)


class _Quoted(HTMLParser):
    """Collects the words of a message's HTML: lines stay lines, pictures have their description."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, or tell what a picture or an emoji shows."""
        if tag in LINES:
            self.parts.append("\n")
        self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        """End a line."""
        if tag in LINES:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Take the words."""
        self.parts.append(data)


def quoted(html: str) -> str:
    """The words of a message that somebody wrote, from the HTML in which the platform tells them."""
    reader = _Quoted()
    reader.feed(html)
    reader.close()
    lines = [" ".join(each.split()) for each in "".join(reader.parts).split("\n")]
    return "\n".join(each for each in lines if each)


def on_a_card(attachments: Any) -> str:
    """What the card of a message comes to in a line: a message that is a card has no words beside it."""
    for each in attachments if isinstance(attachments, list) else ():
        content = each.get("content") if isinstance(each, dict) else None
        try:
            card = json.loads(content) if isinstance(content, str) else content
        except ValueError:
            continue
        if isinstance(card, dict) and isinstance(card.get("fallbackText"), str):
            return str(card["fallbackText"]).strip()
    return ""


def escaped(text: str) -> str:
    """One line of plain characters that card Markdown shows exactly as they are."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return MARKS.sub(lambda mark: "\\" + mark.group(), text)


def line(text: str) -> str:
    """A label for a place that knows Markdown: one line, escaped from its first character on."""
    return _from_line_start(escaped(" ".join(visible(text).split("\n"))))


def neutral(text: str) -> str:
    """A label for a place without Markdown (button, option, notification): only what the client itself would interpret is broken."""
    text = " ".join(visible(text).split("\n"))
    text = re.sub(r"\{(?=\{)", "{ ", text).replace("](", "] (")
    return text.replace("<at", "‹at").replace("</at", "‹/at")


def _from_line_start(text: str) -> str:
    text = AT_LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", text)
    blank = len(text) - len(text.lstrip(" "))
    return "\u00a0" * blank + text[blank:]  # four blanks would make it code


@dataclass(slots=True)
class Writer:
    """Writes the words of one card for one audience ("teams/<tenant>") and collects whom they mention."""

    audience: str
    mentions: dict[str, Json] = field(default_factory=dict)

    def lines(self, words: Words) -> list[str]:
        """The words as lines of Markdown, each short enough for one text block."""
        written: list[list[str]] = [[]]
        for span in _fitting(spans(words)):
            first, *rest = self._span(span)
            written[-1].append(first)
            written += [[each] for each in rest]
        return [_from_line_start("".join(parts)) for parts in written]

    def one(self, words: Words) -> str:
        """The words as one Markdown text; line ends stay line ends."""
        return "\n\n".join(each for each in self.lines(words) if each.strip())

    def _span(self, span: Span) -> list[str]:
        match span:
            case Plain(text):
                return [escaped(each) for each in visible(text).split("\n")]
            case Strong(inner):
                return [_wrapped(each, "**") for each in self._inner(inner)]
            case Emphasis(inner):
                return [_wrapped(each, "_") for each in self._inner(inner)]
            case Code(text):
                return [_wrapped(escaped(" ".join(visible(text).split("\n"))), "**")]
            case Link(label, url):
                address = re.sub(r"[\s()<>\\\"]", lambda c: f"%{ord(c.group()):02X}", url)
                return [f"[{escaped(' '.join(visible(label_of(label)).split()))}]({address})"]
            case Mention():
                return [self._mention(span)]
            case Moment():
                return [moment(span)]
            case _:
                assert_never(span)

    def _inner(self, words: Words) -> list[str]:
        written = [""]
        for span in spans(words):
            first, *rest = self._span(span)
            written[-1] += first
            written += rest
        return written

    def _mention(self, mention: Mention) -> str:
        account = dict(mention.accounts).get(self.audience)
        name = " ".join(visible(mention.name).split())
        if not account:
            return escaped(name)
        name = " ".join(NAME_MARKS.sub(" ", name).split()) or "?"
        # The client finds a mention by its text, so two people of one name need two texts.
        text, number = f"<at>{name}</at>", 2
        while self.mentions.get(text, {}).get("mentioned", {"id": account})["id"] != account:
            text, number = f"<at>{name} ({number})</at>", number + 1
        self.mentions[text] = {"type": "mention", "text": text, "mentioned": {"id": account, "name": name}}
        return text


def moment(span: Moment) -> str:
    """The functions with which each reader's client shows an instant in the reader's own zone."""
    stamp = span.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    day, hour = f"{{{{DATE({stamp},SHORT)}}}}", f"{{{{TIME({stamp})}}}}"
    match span.style:
        case "time":
            return hour
        case "day":
            return day
        case "day and time":
            return f"{day} {hour}"
        case _:
            assert_never(span.style)


def _wrapped(text: str, mark: str) -> str:
    inner = text.strip()
    if not inner:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{mark}{inner}{mark}{after}"


def _fitting(given: tuple[Span, ...]) -> list[Span]:
    """Spans whose long lines are broken at sentences or words."""
    fitted: list[Span] = []
    for span in given:
        if isinstance(span, Plain) and len(span.text) > LIMITS["text"]:
            broken = [part for each in visible(span.text).split("\n") for part in pieces(each, LIMITS["text"])]
            fitted.append(Plain("\n".join(broken)))
        else:
            fitted.append(span)
    return fitted


REACTIONS = {"like": "thumbs up", "yes": "thumbs up", "no": "thumbs down", "laugh": "laughing", "plusOne": "thumbs up"}
CODED = re.compile(r"^(?:[0-9a-f]{4,5}-?)+_")


def reaction(name: str) -> str:
    """A reaction by a plain name; newer ones come as a code point and a word."""
    plainly = CODED.sub("", name)
    return REACTIONS.get(plainly, plainly.replace("_", " ").replace("-", " ").strip() or name)

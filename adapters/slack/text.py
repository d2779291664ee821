"""Text between the vocabulary's span tree and Slack: rich text elements outward, plain characters inward.

Outward text is rich text, never mrkdwn, wherever Slack has it: rich text is a tree as well, so nothing that a person wrote can become
markup, a mention or a broadcast. The small print alone is mrkdwn, and only where its leaves are harmless.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, assert_never

from adapters.slack.limits import LONGEST
from bot.chat.text import (
    INVISIBLE,
    SHOWN,
    Code,
    Emphasis,
    Link,
    Mention,
    Moment,
    Plain,
    Span,
    Strong,
    Words,
    label_of,
    moment_words,
    spans,
)

Json = dict[str, Any]

FORMATS = {"time": "{time}", "day": "{date_long_pretty}", "day and time": "{date_long_pretty}, {time}"}
ADDRESS = re.compile(r"https?://[^\s<>|]+")
HARMFUL = re.compile(r"[*_~`]|^\s*>|:[a-z0-9_+'-]+:", re.MULTILINE)
TOKEN = re.compile(r"<([^<>\n]+)>")
MENTIONED = re.compile(r"<([@#])([A-Z0-9]+)(?:\|([^<>\n]*))?>")
NOBODY_KNOWN: Mapping[str, str] = MappingProxyType({})
SUSPECT = re.compile(r"\\u(0000|d[89a-f])")  # in JSON: a NUL, or half a character, be it one of a pair


def visible(text: str) -> str:
    """The same text without characters that hide or turn round other text."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or c in SHOWN or unicodedata.category(c) not in INVISIBLE)


def elements(words: Words, *, audience: str, language: str = "en") -> list[Json]:
    """Resolved words as rich text elements; none of them is empty."""
    return [element for span in spans(words) for element in _elements(span, {}, audience, language)]


def _elements(span: Span, style: dict[str, bool], audience: str, language: str) -> Iterator[Json]:
    match span:
        case Plain(text):
            yield from _text(text, style)
        case Code(text):
            yield from _text(text, {**style, "code": True})
        case Strong(inner):
            for each in spans(inner):
                yield from _elements(each, {**style, "bold": True}, audience, language)
        case Emphasis(inner):
            for each in spans(inner):
                yield from _elements(each, {**style, "italic": True}, audience, language)
        case Link(label, url):
            shown = visible(label_of(label)) or url
            if linkable(url):
                yield _styled({"type": "link", "url": url, "text": shown}, style)
            else:
                yield from _text(f"{shown} ({url})", style)
        case Mention(name, _):
            account = account_of(span, audience)
            if account:
                yield _styled({"type": "user", "user_id": account}, style)
            else:
                yield from _text(name, style)
        case Moment():
            yield from _moment(span, style, language)
        case _:
            assert_never(span)


def _text(text: str, style: dict[str, bool]) -> Iterator[Json]:
    if shown := visible(text):
        yield _styled({"type": "text", "text": shown}, style)


def _moment(moment: Moment, style: dict[str, bool], language: str) -> Iterator[Json]:
    stamp, fallback = int(moment.at.timestamp()), moment_words(moment, language)
    if stamp < 0:
        yield from _text(fallback, style)
    else:
        yield _styled({"type": "date", "timestamp": stamp, "format": FORMATS[moment.style], "fallback": fallback}, style)


def _styled(element: Json, style: dict[str, bool]) -> Json:
    return {**element, "style": dict(style)} if style else element


def account_of(mention: Mention, audience: str) -> str | None:
    """The mentioned person's account on this workspace, if they have one."""
    return dict(mention.accounts).get(audience)


def linkable(url: str) -> bool:
    """Whether Slack takes this address as a link."""
    return len(url) <= LONGEST["url"] and ADDRESS.fullmatch(url) is not None


def escape(text: str) -> str:
    """The three characters in which all of Slack's own markup begins, made harmless."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The reverse of `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def small(shown: list[Json]) -> Json | None:
    """Rich text elements as one element of a context block; None where small print cannot carry them safely."""
    leaves = "".join(each.get("text", "") for each in shown)
    if all(each["type"] == "text" for each in shown):
        return {"type": "plain_text", "text": leaves, "emoji": False} if len(leaves) <= LONGEST["context"] else None
    if HARMFUL.search(leaves):
        return None
    line = "".join(map(_marked_up, shown))
    return {"type": "mrkdwn", "text": line, "verbatim": True} if len(line) <= LONGEST["context"] else None


def _marked_up(element: Json) -> str:
    match element["type"]:
        case "link":
            return f"<{escape(element['url'])}|{escape(element['text']).replace('|', '¦')}>"
        case "user":
            return f"<@{element['user_id']}>"
        case "date":
            fallback = escape(element["fallback"]).replace("|", "¦")
            return f"<!date^{element['timestamp']}^{element['format']}|{fallback}>"
        case _:
            return escape(element["text"])


def typed(text: str, bot_user: str = "", names: Mapping[str, str] = NOBODY_KNOWN) -> str:
    """What a person typed, from what Slack made of it: no markup, no escapes, and without the mention of the bot.

    Whoever and whatever is mentioned is called by its name, as far as `names` tells that of an id.
    """
    if bot_user:
        text = re.sub(rf"^\s*<@{re.escape(bot_user)}(\|[^<>]*)?>[\s,:;]*", "", text)
        text = re.sub(rf"[ \t]*<@{re.escape(bot_user)}(\|[^<>]*)?>", "", text)
    return unescape(TOKEN.sub(lambda found: _token(found[1], names), text)).strip()


def storable(payload: Any) -> Any:
    """A payload without half characters and NULs, which would break far from here, where they are stored."""
    return _storable(payload) if SUSPECT.search(json.dumps(payload)) else payload


def _storable(part: Any) -> Any:
    match part:
        case str():
            if part.isascii() and "\x00" not in part:
                return part
            return part.encode("utf-8", "replace").decode().replace("\x00", "")
        case list():
            return [_storable(each) for each in part]
        case dict():
            return {_storable(key): _storable(each) for key, each in part.items()}
    return part


def mentions(text: str, account: str) -> bool:
    """Whether a message's raw text mentions this account."""
    return bool(account) and (f"<@{account}>" in text or f"<@{account}|" in text)


def unnamed(text: str, bot_user: str) -> set[str]:
    """The ids of whomever a raw text mentions, but for the bot, and of the channels whose names it does not tell."""
    found = MENTIONED.findall(text)
    return {target for sign, target, label in found if target != bot_user and (sign == "@" or not label)}


def _token(inner: str, names: Mapping[str, str]) -> str:
    target, _, label = inner.partition("|")
    kind, rest = target[:1], target[1:]
    match kind:
        case "@":  # what stands behind the bar is a handle, by which nobody is called
            return kind + (escape(names[rest]) if rest in names else label or rest)
        case "#":
            return kind + (label or escape(names.get(rest, rest)))
        case "!" if rest.startswith("date^"):
            return label or rest
        case "!":
            name = label or rest.split("^")[-1]
            return name if name.startswith("@") else "@" + name
    address = target.removeprefix("mailto:").removeprefix("tel:")
    bare = address.split("://", 1)[-1].rstrip("/")
    if not label or label in (address, target):
        return address
    return label if label.rstrip("/") == bare else f"{label} ({address})"


REACTIONS = {"+1": "thumbs up", "thumbsup": "thumbs up", "-1": "thumbs down", "thumbsdown": "thumbs down", "joy": "laughing"}


def reaction(name: str) -> str:
    """A reaction by a plain name, whatever its skin tone."""
    plainly, _, _tone = name.partition("::")
    return REACTIONS.get(plainly, plainly.replace("_", " ").replace("-", " ").strip() or name)

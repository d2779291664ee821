"""Slack's markup: what a composer makes of typed text, and what a reader sees of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.lean import dataclass

_MARKUP = re.compile(r"<([^<>\n]+)>")
_BROADCAST = re.compile(r"<!(channel|here|everyone|subteam\^[^>|]*)(\|[^>]*)?>")
_BARE_URL = re.compile(r"https?://[^\s<>|]+")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: names resolve for everybody alike, dates in the reader's own zone."""

    zone: str
    locale: str
    now: datetime
    people: Mapping[str, str]
    channels: Mapping[str, str]


def escape(text: str) -> str:
    """The three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The reverse of `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def compose(text: str, people: Mapping[str, str], channels: Mapping[str, str]) -> str:
    """What Slack's composer sends for typed text: escaped, with mentions, channels and links made into markup."""
    made = _BARE_URL.sub(lambda found: f"<{found[0]}>", escape(text))
    for word in ("channel", "here", "everyone"):
        made = re.sub(rf"(?<!\S)@{word}\b", f"<!{word}>", made)
    for name, user in sorted(people.items(), key=lambda pair: -len(pair[0])):
        made = re.sub(rf"(?<![\w@])@{re.escape(escape(name))}(?!\w)", f"<@{user}>", made, flags=re.IGNORECASE)
    for name, channel in channels.items():
        made = re.sub(rf"(?<![\w#&])#{re.escape(name)}(?![\w-])", f"<#{channel}|{name}>", made)
    return made


def decode(text: str, reader: Reader) -> str:
    """Mrkdwn as it reads: mentions as names, dates in the reader's zone, links as labels."""
    return unescape(_MARKUP.sub(lambda found: _one(found[1], reader), text))


def _one(inner: str, reader: Reader) -> str:
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return "@" + reader.people.get(target[1:], label or target[1:])
    if target.startswith("#"):
        return "#" + reader.channels.get(target[1:], label or target[1:])
    if target.startswith("!date^"):
        return _date(target, label, reader)
    if target.startswith("!"):
        return label or "@" + target[1:].split("^")[0]
    return label or target.removeprefix("mailto:")


def _date(target: str, fallback: str, reader: Reader) -> str:
    parts = target.split("^", 3)
    try:
        moment = datetime.fromtimestamp(int(parts[1]), UTC)
        return moment_as(parts[2], moment, reader)
    except (ValueError, IndexError, OverflowError, KeyError):
        return fallback


def moment_as(pattern: str, moment: datetime, reader: Reader) -> str:
    """A date written by Slack's pattern in the reader's zone."""
    here, today = moment.astimezone(ZoneInfo(reader.zone)), reader.now.astimezone(ZoneInfo(reader.zone)).date()
    clock = f"{here:%I:%M %p}".lstrip("0") if reader.locale == "en-US" else f"{here:%H:%M}"
    seconds = f"{here:%I:%M:%S %p}".lstrip("0") if reader.locale == "en-US" else f"{here:%H:%M:%S}"
    short, full, usual = (
        f"{here:%b} {here.day}, {here.year}",
        f"{here:%A, %B} {here.day}, {here.year}",
        f"{here:%B} {here.day}, {here.year}",
    )
    near = {
        today: "today",
        today + timedelta(days=1): "tomorrow",
        today - timedelta(days=1): "yesterday",
    }.get(here.date())
    words = {
        "date_num": f"{here:%Y-%m-%d}",
        "date_slash": f"{here:%m/%d/%Y}",
        "date": usual,
        "date_pretty": near or usual,
        "date_short": short,
        "date_short_pretty": near or short,
        "date_long": full,
        "date_long_pretty": near or full,
        "date_long_full": full,
        "day_divider_pretty": near or full,
        "time": clock,
        "time_secs": seconds,
        "ago": "",
    }
    return re.sub(r"\{(\w+)\}", lambda found: words[found[1]], pattern)


def broadcasts_in(text: str) -> list[str]:
    """The mentions in a text that notify everybody."""
    return [found[0] for found in _BROADCAST.finditer(text)]


def marked_up(value: Any) -> Iterator[str]:
    """Every string of a payload in which Slack reads markup."""
    if isinstance(value, list):
        for each in value:
            yield from marked_up(each)
    elif isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "markdown"):
            yield str(value.get("text"))
        elif value.get("type") == "broadcast":
            yield f"<!{value.get('range')}>"
        elif value.get("type") != "plain_text":
            for each in value.values():
                yield from marked_up(each)

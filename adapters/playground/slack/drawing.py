"""What a reader sees of blocks: the words, the controls, and the raw JSON annotated for the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.playground.driver import Control
from adapters.playground.slack.blocks import elements_of
from adapters.playground.slack.fields import initial_state, options_of, plain_value
from adapters.playground.slack.mrkdwn import Reader, decode, moment_as
from adapters.playground.slack.workspace import Json, Workspace
from bot.lean import dataclass

_STYLING = [re.compile(rf"(?<![\w{mark}]){mark}(\S(?:[^{mark}\n]*\S)?){mark}(?![\w{mark}])") for mark in (r"\*", "_", "~", "`")]
_MADE_UP = re.compile(r"[ab]\d{8}")
Filled = Mapping[tuple[str, str], Json]


@dataclass(frozen=True, slots=True)
class Placed:
    """One element that can be acted on, and where it stands."""

    id: str
    name: str
    block: Json
    element: Json

    @property
    def key(self) -> tuple[str, str]:
        """Its place in `state.values`."""
        return str(self.block["block_id"]), str(self.element["action_id"])

    def answers_to(self, word: str) -> bool:
        """Whether a person may mean this element by this word."""
        return word in (self.id, self.name, *self.key)


def placed_in(blocks: list[Json]) -> list[Placed]:
    """All elements of some blocks, with identifiers that are unique among them."""
    found: list[Placed] = []
    used: set[str] = set()
    for position, block in enumerate(blocks):
        for element in elements_of(block):
            action, block_id = element["action_id"], block["block_id"]
            wanted = f"e{position}" if _MADE_UP.fullmatch(action) else action
            control, number = wanted, 2
            while control in used:
                control, number = f"{wanted}#{number}", number + 1
            used.add(control)
            named = block["type"] == "input" and not _MADE_UP.fullmatch(block_id)
            name = "" if element["type"] == "button" else block_id if named else action
            found.append(Placed(control, name, block, element))
    return found


def meant(blocks: list[Json], word: str) -> Placed:
    """The element that a word means: its control id first, then its name."""
    placed = placed_in(blocks)
    by_rank = [
        *(each for each in placed if each.id == word),
        *(each for each in placed if each.name == word),
        *(each for each in placed if each.answers_to(word)),
    ]
    if by_rank:
        return by_rank[0]
    raise LookupError(f"no control {word!r}; there are {[each.name or each.id for each in placed]}")


class Drawing:
    """Draws blocks for one reader."""

    def __init__(self, ws: Workspace, reader: Reader, filled: Filled | None = None) -> None:
        self.ws, self.reader, self.filled = ws, reader, filled or {}

    def mrkdwn(self, text: str) -> str:
        """Mrkdwn without its marks."""
        for mark in _STYLING:
            text = mark.sub(r"\1", text)
        return decode(text, self.reader)

    def text(self, value: Any) -> str:
        """A text object as it reads."""
        if not isinstance(value, dict):
            return ""
        return self.mrkdwn(value["text"]) if value.get("type") == "mrkdwn" else str(value["text"])

    def state(self, placed: Placed) -> Json:
        """What a field holds now."""
        return self.filled.get(placed.key) or initial_state(placed.element)

    def plain(self, blocks: list[Json]) -> str:
        """All words, a line for each part."""
        return "\n".join(line for block in blocks for line in self._block(block) if line)

    def _block(self, block: Json) -> Iterator[str]:
        match block["type"]:
            case "section":
                yield self.text(block.get("text"))
                yield from (self.text(each) for each in block.get("fields", []))
                if "accessory" in block:
                    yield from self._element(block, block["accessory"])
            case "header":
                yield self.text(block["text"])
            case "context":
                yield from (each["alt_text"] if each["type"] == "image" else self.text(each) for each in block["elements"])
            case "actions":
                for each in block["elements"]:
                    yield from self._element(block, each)
            case "input":
                yield self.text(block["label"])
                yield from self._element(block, block["element"])
                yield self.text(block.get("hint"))
            case "image":
                yield self.text(block.get("title"))
                yield block["alt_text"]
            case "rich_text":
                yield from self._rich(block)
            case "markdown":
                yield self.mrkdwn(block["text"])
            case "table":
                for row in block["rows"]:
                    yield " | ".join("\n".join(self._rich(cell)) if cell["type"] == "rich_text" else cell["text"] for cell in row)
            case "data_visualization":
                yield from _chart(block)

    def _element(self, block: Json, element: Json) -> Iterator[str]:
        kind = element["type"]
        if kind == "image":
            yield element["alt_text"]
        elif kind == "button":
            yield self.text(element["text"])
        elif kind in ("radio_buttons", "checkboxes"):
            for option in element["options"]:
                yield self.text(option["text"])
                yield self.text(option.get("description"))
        elif kind != "overflow":
            yield self._shown(Placed("", "", block, element)) or self.text(element.get("placeholder"))

    def _shown(self, placed: Placed) -> str:
        value = plain_value(self.state(placed))
        labels = {option["value"]: self.text(option["text"]) for option in options_of(placed.element)}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(each) or self.reader.people.get(each) or str(each) for each in chosen if each != "")

    def _rich(self, value: Json) -> Iterator[str]:
        for part in value["elements"]:
            inner = part.get("elements")
            if inner and inner[0]["type"] == "rich_text_section":
                yield from ("".join(self._inline(each) for each in item["elements"]) for item in inner)
            else:
                yield "".join(self._inline(each) for each in inner or [])

    def _inline(self, part: Json) -> str:
        match part["type"]:
            case "text":
                return str(part["text"])
            case "link":
                return str(part.get("text") or part["url"])
            case "user":
                return "@" + self.reader.people.get(part["user_id"], part["user_id"])
            case "channel":
                return "#" + self.reader.channels.get(part["channel_id"], part["channel_id"])
            case "broadcast":
                return f"@{part['range']}"
            case "emoji":
                return f":{part['name']}:"
            case "date":
                return moment_as(part["format"], datetime.fromtimestamp(part["timestamp"], UTC), self.reader)
        return str(part.get("value", ""))

    def controls(self, blocks: list[Json]) -> list[Control]:
        """Everything that can be pressed, picked or filled."""
        return [self._control(placed) for placed in placed_in(blocks)]

    def _control(self, placed: Placed) -> Control:
        element, kind = placed.element, placed.element["type"]
        options = [{"value": each["value"], "label": self.text(each["text"])} for each in options_of(element)]
        if kind in ("users_select", "multi_users_select"):
            options = [{"value": user.id, "label": user.name} for user in self.ws.users.values() if not user.deleted]
        if kind in ("channels_select", "conversations_select"):
            options = [{"value": each, "label": name} for each, name in self.reader.channels.items()]
        if kind == "button":
            return {
                "id": placed.id,
                "kind": "link" if element.get("url") else "button",
                "label": self.text(element["text"]),
                "name": "",
                "value": element.get("value", ""),
                "options": [],
                "style": element.get("style", ""),
                "url": element.get("url", ""),
            }
        label = self.text(placed.block.get("label")) or self.text(element.get("placeholder")) or self.text(placed.block.get("text"))
        return {
            "id": placed.id,
            "kind": "select" if options or kind in ("overflow", "users_select") else "input",
            "label": label,
            "name": placed.name,
            "value": "" if kind == "overflow" else plain_value(self.state(placed)),
            "options": options,
            "style": "",
            "url": "",
        }

    def drawn(self, blocks: list[Json]) -> list[Json]:
        """The blocks with `_control` on elements, `_read` on mrkdwn and `_url` on uploaded pictures."""
        ids = {placed.key: placed.id for placed in placed_in(blocks)}
        return [self._annotated(block, str(block["block_id"]), ids) for block in blocks]

    def _annotated(self, value: Any, block_id: str, ids: Mapping[tuple[str, str], str]) -> Any:
        if isinstance(value, list):
            return [self._annotated(each, block_id, ids) for each in value]
        if not isinstance(value, dict):
            return value
        made = {key: self._annotated(each, block_id, ids) for key, each in value.items()}
        if "action_id" in value:
            made["_control"] = ids[(block_id, value["action_id"])]
        if value.get("type") == "mrkdwn":
            made["_read"] = decode(value["text"], self.reader)
        if isinstance(value.get("slack_file"), dict):
            wanted = value["slack_file"].get("id") or str(value["slack_file"].get("url")).rpartition("/")[2]
            made["_url"] = self.file_url(wanted)
        return made

    def file_url(self, file_id: str) -> str:
        """Where this person's own client fetches a file."""
        file = self.ws.files[file_id]
        return f"{self.ws.base_url}/files/{file.id}?t={file.secret}"


def _chart(block: Json) -> Iterator[str]:
    yield block["title"]
    chart = block["chart"]
    for point in chart.get("segments", []):
        yield f"{point['label']}: {point['value']}"
    for series in chart.get("series", []):
        yield series["name"] + ": " + ", ".join(f"{point['label']} {point['value']}" for point in series["data"])

"""What is wrong with a card or an activity, by the published rules and by our own stricter ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from adapters.playground.driver import Json
from adapters.playground.teams import card_language as language
from adapters.playground.teams.markup import broken_functions

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
SIZE_WARNED = 80 * 1024
SIZE_REFUSED = 100 * 1024
MOST_ACTIONS = 6
MOST_REFRESHED = 60
_AT = re.compile(r"<at(?:\s[^>]*)?>.*?</at>", re.DOTALL)
_OTHER_PRODUCT = re.compile(r"\bSlack\b")


def size_of(payload: Any) -> int:
    """Return the size in bytes as UTF-16, which is how the product counts."""
    return len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le", "surrogatepass"))


def problems(activity_or_card: Json, *, in_dialog: bool = False) -> list[str]:
    """Return a sentence for everything that is wrong with an activity (with its cards) or with one card."""
    if activity_or_card.get("type") == "AdaptiveCard":
        return _Inspection(in_dialog=in_dialog).of_card(activity_or_card) + _size_problems(activity_or_card)
    found: list[str] = []
    for number, attachment in enumerate(activity_or_card.get("attachments") or []):
        where = f"attachments[{number}]"
        if not isinstance(attachment, dict) or not attachment.get("contentType"):
            found.append(f"{where}: an attachment needs a contentType")
        elif attachment["contentType"] == ADAPTIVE:
            content = attachment.get("content")
            if isinstance(content, dict):
                found += [f"{where}: {each}" for each in _Inspection(in_dialog=in_dialog).of_card(content)]
            else:
                found.append(f"{where}: the content of a card must be an object")
    for key in ("text", "summary"):
        found += _text_problems(key, activity_or_card.get(key) or "")
    found += mention_problems(activity_or_card.get("text") or "", activity_or_card.get("entities") or [])
    return found + _size_problems(activity_or_card)


def _size_problems(payload: Json) -> list[str]:
    size = size_of(payload)
    if size > SIZE_REFUSED:
        return [f"too large: {size} bytes as UTF-16, at most {SIZE_REFUSED}"]
    return [f"nearly too large: {size} bytes as UTF-16, stay under {SIZE_WARNED}"] if size > SIZE_WARNED else []


def _text_problems(where: str, text: Any) -> list[str]:
    if not isinstance(text, str):
        return []
    found = [f"{where}: malformed function {each!r}" for each in broken_functions(text)]
    if _OTHER_PRODUCT.search(text):
        found.append(f"{where}: names another chat product")
    return found


def mention_problems(text: str, entities: list[Any]) -> list[str]:
    """Say which `<at>` has no entity (it notifies nobody) and which mention entity stands nowhere in the text."""
    mentions = [entity for entity in entities if isinstance(entity, dict) and entity.get("type") == "mention"]
    marks = [str(entity.get("text")) for entity in mentions]
    found = [f"mention {mark!r} without an entity" for mark in _AT.findall(text) if mark not in marks]
    found += [f"mention entity {mark!r} without its text" for mark in marks if mark not in text]
    for entity in mentions:
        mentioned = entity.get("mentioned")
        if not isinstance(mentioned, dict) or not mentioned.get("id") or not mentioned.get("name"):
            found.append("a mention entity needs mentioned.id and mentioned.name")
    return found


def card_strings(part: Any, path: str = "card") -> Iterator[tuple[str, str]]:
    """Yield every text in a card that somebody reads, with its path."""
    if isinstance(part, list):
        for number, each in enumerate(part):
            yield from card_strings(each, f"{path}[{number}]")
    elif isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str):
                if key in language.TEXT_KEYS or (key == "value" and "title" in part and not part.get("type")):
                    yield f"{path}.{key}", value
            elif key not in {"data", "msteams", "metadata"}:
                yield from card_strings(value, f"{path}.{key}")


def _dicts(parts: Any) -> list[Json]:
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _is_empty(value: Any) -> bool:
    return value in (None, [], {}) or (isinstance(value, str) and not value.strip())


class _Inspection:
    """One walk through a card, collecting problems and the ids seen."""

    def __init__(self, *, in_dialog: bool) -> None:
        self.in_dialog = in_dialog
        self.found: list[str] = []
        self.inputs: set[str] = set()

    def of_card(self, card: Json) -> list[str]:
        self.card(card, "card")
        if not card.get("version"):
            self.found.append("card: version is missing")
        for path, text in card_strings(card):
            self.found += _text_problems(path, text)
        extra = card.get("msteams")
        entities = extra.get("entities") if isinstance(extra, dict) else None
        text = "\n".join(each for _, each in card_strings(card))
        self.found += mention_problems(text, entities if isinstance(entities, list) else [])
        return self.found

    def card(self, card: Any, path: str) -> None:
        if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
            self.found.append(f"{path}: not an AdaptiveCard")
            return
        self.keys(card, language.PART_KEYS["AdaptiveCard"], path)
        version = re.fullmatch(r"1\.(\d)", str(card.get("version", "1.0")))
        if version is None or int(version.group(1)) > 5:
            self.found.append(f"{path}: version {card.get('version')!r} is not one of 1.0 to 1.5")
        self.elements(card.get("body", []), f"{path}.body")
        self.actions(card.get("actions", []), f"{path}.actions")
        if "selectAction" in card:
            self.action(card["selectAction"], f"{path}.selectAction", selecting=True)
        if not card.get("body") and not card.get("actions"):
            self.found.append(f"{path}: nothing in it")
        self.refresh(card.get("refresh"), f"{path}.refresh")

    def refresh(self, refresh: Any, path: str) -> None:
        if refresh is None:
            return
        if not isinstance(refresh, dict):
            self.found.append(f"{path}: must be an object")
            return
        users = refresh.get("userIds", [])
        if not isinstance(users, list):
            self.found.append(f"{path}.userIds: must be a list")
        elif len(users) > MOST_REFRESHED:
            self.found.append(f"{path}.userIds: {len(users)} people, at most {MOST_REFRESHED}")
        action = refresh.get("action")
        if not isinstance(action, dict) or action.get("type") != "Action.Execute" or not action.get("verb"):
            self.found.append(f"{path}.action: must be an Action.Execute with a verb")

    def elements(self, elements: Any, path: str) -> None:
        if not isinstance(elements, list):
            self.found.append(f"{path}: must be a list")
            return
        for number, element in enumerate(elements):
            self.element(element, f"{path}[{number}]")

    def element(self, element: Any, path: str) -> None:
        kind = element.get("type") if isinstance(element, dict) else None
        if not isinstance(element, dict) or not isinstance(kind, str):
            self.found.append(f"{path}: an element needs a type")
            return
        if kind in language.NEWER_ELEMENTS:
            if not element.get("fallback"):
                self.found.append(f"{path}: {kind} needs a fallback")
        elif kind not in language.ELEMENT_KEYS:
            self.found.append(f"{path}: unknown element {kind!r}")
            return
        else:
            self.keys(element, language.ELEMENT_KEYS[kind], path)
            self.required(element, kind, path)
            self.values(element, kind, path)
        if isinstance(element.get("fallback"), dict):
            # A fallback is drawn instead of its element, so that an input may repeat the id.
            seen, self.inputs = self.inputs, set()
            self.element(element["fallback"], f"{path}.fallback")
            self.inputs = seen | self.inputs
        elif element.get("fallback", "drop") != "drop":
            self.found.append(f"{path}.fallback: must be an element or 'drop'")
        self.parts(element, kind, path)

    def parts(self, element: Json, kind: str, path: str) -> None:
        if kind.startswith("Input."):
            self.input(element, kind, path)
        if "items" in element:
            self.elements(element["items"], f"{path}.items")
        if "actions" in element:
            self.actions(element["actions"], f"{path}.actions")
        for key in ("selectAction", "inlineAction"):
            if key in element:
                self.action(element[key], f"{path}.{key}", selecting=True)
        self.simple_parts(element.get("facts"), "Fact", f"{path}.facts")
        if kind == "ColumnSet":
            for number, column in enumerate(_dicts(element.get("columns"))):
                self.element({"type": "Column", **column}, f"{path}.columns[{number}]")
        if kind == "ImageSet":
            self.elements([{"type": "Image", **image} for image in _dicts(element.get("images"))], f"{path}.images")
        if kind == "Table":
            self.table(element, path)
        if kind == "RichTextBlock":
            self.simple_parts(_dicts(element.get("inlines")), "TextRun", f"{path}.inlines")

    def table(self, table: Json, path: str) -> None:
        self.simple_parts(table.get("columns"), "TableColumnDefinition", f"{path}.columns")
        self.simple_parts(table.get("rows"), "TableRow", f"{path}.rows")
        for row_number, row in enumerate(_dicts(table.get("rows"))):
            cells = _dicts(row.get("cells"))
            if len(cells) > len(_dicts(table.get("columns"))):
                self.found.append(f"{path}.rows[{row_number}]: more cells than columns")
            self.simple_parts(cells, "TableCell", f"{path}.rows[{row_number}].cells")
            for number, cell in enumerate(cells):
                self.elements(cell.get("items", []), f"{path}.rows[{row_number}].cells[{number}].items")

    def simple_parts(self, parts: Any, kind: str, path: str) -> None:
        if not isinstance(parts, list):
            if parts is not None:
                self.found.append(f"{path}: must be a list")
            return
        for number, part in enumerate(parts):
            if not isinstance(part, dict):
                self.found.append(f"{path}[{number}]: must be an object")
                continue
            self.keys(part, language.PART_KEYS[kind], f"{path}[{number}]")
            self.required(part, kind, f"{path}[{number}]")
            self.values(part, kind, f"{path}[{number}]")

    def input(self, element: Json, kind: str, path: str) -> None:
        name = element.get("id")
        if isinstance(name, str):
            if name in self.inputs:
                self.found.append(f"{path}: input id {name!r} is used twice")
            self.inputs.add(name)
        if element.get("isRequired") and not element.get("errorMessage"):
            self.found.append(f"{path}: a required input needs an errorMessage")
        if kind == "Input.ChoiceSet":
            self.choices(element, path)

    def choices(self, element: Json, path: str) -> None:
        choices = _dicts(element.get("choices"))
        if not choices and "choices.data" not in element:
            self.found.append(f"{path}: a choice set needs choices")
        self.simple_parts(element.get("choices"), "Input.Choice", f"{path}.choices")
        values = [str(choice.get("value")) for choice in choices]
        if len(values) != len(set(values)):
            self.found.append(f"{path}: two choices have the same value")
        if any("," in value for value in values) and element.get("isMultiSelect"):
            self.found.append(f"{path}: a comma in a choice's value breaks a multiple choice apart")
        picked = str(element.get("value") or "")
        for each in picked.split(",") if element.get("isMultiSelect") else [picked]:
            if each and "choices.data" not in element and each not in values:
                self.found.append(f"{path}: value {each!r} is not one of the choices")

    def actions(self, actions: Any, path: str) -> None:
        if not isinstance(actions, list):
            self.found.append(f"{path}: must be a list")
            return
        if len(actions) > MOST_ACTIONS:
            self.found.append(f"{path}: {len(actions)} actions, at most {MOST_ACTIONS}")
        for number, action in enumerate(actions):
            self.action(action, f"{path}[{number}]")

    def action(self, action: Any, path: str, *, selecting: bool = False, is_fallback: bool = False) -> None:
        kind = action.get("type") if isinstance(action, dict) else None
        if not isinstance(action, dict) or not isinstance(kind, str) or kind not in language.ACTION_KEYS:
            self.found.append(f"{path}: unknown action {kind!r}")
            return
        self.keys(action, language.ACTION_KEYS[kind], path)
        self.required(action, kind, path, excused=("fallback",) if is_fallback else ())
        self.values(action, kind, path)
        if selecting and kind == "Action.ShowCard":
            self.found.append(f"{path}: Action.ShowCard cannot be selected by touching an element")
        if self.in_dialog and kind == "Action.Execute":
            self.found.append(f"{path}: a dialog knows Action.Submit only")
        if kind == "Action.ShowCard":
            self.card(action.get("card"), f"{path}.card")
        if kind == "Action.OpenUrl" and not re.match(r"(https?|mailto|msteams|tel):", str(action.get("url", ""))):
            self.found.append(f"{path}: the address must be absolute")
        if isinstance(action.get("fallback"), dict):
            self.action(action["fallback"], f"{path}.fallback", selecting=selecting, is_fallback=True)

    def keys(self, part: Json, known: frozenset[str], path: str) -> None:
        self.found += [f"{path}: unknown key {key!r}" for key in part if key not in known]

    def required(self, part: Json, kind: str, path: str, excused: tuple[str, ...] = ()) -> None:
        for key in language.REQUIRED.get(kind, ()):
            if key not in excused and _is_empty(part.get(key)) and not (key == "title" and part.get("iconUrl")):
                self.found.append(f"{path}: {kind} needs {key}")

    def values(self, part: Json, kind: str, path: str) -> None:
        for key, allowed in (language.EVERYWHERE_VALUES | language.VALUES.get(kind, {})).items():
            value = part.get(key)
            if isinstance(value, str) and value.casefold() not in allowed:
                self.found.append(f"{path}.{key}: {value!r} is not a known value")

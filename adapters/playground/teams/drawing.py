"""A card as one reader sees it: its words, and everything in it that can be pressed or filled in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from adapters.playground.driver import Control, Json
from adapters.playground.teams.card_language import ELEMENT_KEYS, NEWER_ELEMENTS
from adapters.playground.teams.markup import card_text
from bot.lean import dataclass

Scope = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose eyes a card is drawn for; `directory` are the (value, label) choices of a people picker."""

    zone: str | None
    locale: str
    directory: tuple[tuple[str, str], ...] = ()

    def reads(self, text: Any) -> str:
        """Decode card text for this reader."""
        return card_text(str(text), zone=self.zone, locale=self.locale)


@dataclass(frozen=True, slots=True)
class Pressable:
    """What stands behind a control: its action, the card it is in and the nested cards around it."""

    action: Json
    card: int
    scope: Scope = ()


@dataclass(frozen=True, slots=True)
class Fillable:
    """An input element and where it stands."""

    element: Json
    card: int
    scope: Scope
    visible: bool
    choices: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Drawing:
    """The outcome of drawing every card of one surface."""

    reader: Reader
    values: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, bool] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    pressables: dict[str, Pressable] = field(default_factory=dict)
    fillables: list[Fillable] = field(default_factory=list)
    cards: int = 0
    _scopes: int = 0
    _hidden: int = 0

    def card(self, card: Json) -> Json:
        """Draw one card: returns it with `_control` on whatever can be acted on."""
        drawn = copy.deepcopy(card)
        self._card(drawn, ())
        self.cards += 1
        return drawn

    def inputs_for(self, pressable: Pressable) -> list[Fillable]:
        """Return the inputs that travel with this action: of its own card and of the cards around it."""
        if str(pressable.action.get("associatedInputs", "auto")).casefold() == "none":
            return []
        return [each for each in self.fillables if each.card == pressable.card and pressable.scope[: len(each.scope)] == each.scope]

    def line(self, text: Any) -> None:
        """Add one line of text that the reader sees."""
        self._literal(self.reader.reads(text) if text else "")

    def _literal(self, text: str) -> None:
        if text and not self._hidden:
            self.lines.append(text)

    def button(self, action: Json, scope: Scope = (), *, label: str | None = None) -> None:
        """Make a control of an action."""
        if self._hidden:
            return
        kind = action.get("type")
        control_id = f"c{self.cards}-{len(self.controls)}"
        action["_control"] = control_id
        shown = label or str(action.get("title") or action.get("tooltip") or "")
        self.pressables[control_id] = Pressable(action, self.cards, scope)
        style = {"positive": "primary", "destructive": "danger"}.get(str(action.get("style", "")).casefold(), "")
        self.controls.append(
            Control(
                id=control_id,
                kind="link" if kind == "Action.OpenUrl" else "button",
                label=shown,
                name="",
                value=None,
                options=[],
                style=style,
                url=str(action.get("url", "")) if kind == "Action.OpenUrl" else "",
            )
        )
        if label is None:
            self.line(shown)
        if kind == "Action.ShowCard" and isinstance(action.get("card"), dict):
            self._scopes += 1
            self._card(action["card"], (*scope, self._scopes))

    def _card(self, card: Json, scope: Scope) -> None:
        if isinstance(card.get("selectAction"), dict):
            self.button(card["selectAction"], scope, label=_touch_label(card))
        self._elements(card.get("body"), scope)
        for action in _dicts(card.get("actions")):
            self.button(action, scope)

    def _elements(self, elements: Any, scope: Scope) -> None:
        for element in _dicts(elements):
            self._element(element, scope)

    def _element(self, element: Json, scope: Scope) -> None:
        visible = bool(self.shown.get(str(element.get("id")), element.get("isVisible", True)))
        element["isVisible"] = visible
        self._hidden += not visible
        self._visible_element(element, scope)
        self._hidden -= not visible

    def _visible_element(self, element: Json, scope: Scope) -> None:
        kind = str(element.get("type"))
        if kind not in ELEMENT_KEYS and kind not in NEWER_ELEMENTS:
            # An unknown element is replaced by its fallback, as every client does.
            fallback = element.pop("fallback", None)
            element.clear()
            element.update(fallback if isinstance(fallback, dict) else {"type": "Container", "items": []})
            self._element(element, scope)
            return
        if isinstance(element.get("selectAction"), dict):
            self.button(element["selectAction"], scope, label=_touch_label(element))
        if kind.startswith("Input."):
            self._input(element, scope)
        elif kind.startswith("Chart."):
            self._chart(element)
        else:
            _DRAWERS.get(kind, Drawing._other)(self, element, scope)

    def _other(self, element: Json, _scope: Scope) -> None:
        self.line(element.get("text") or element.get("title"))

    def _image(self, element: Json, _scope: Scope) -> None:
        self._literal(str(element.get("altText") or ""))  # no client reads marks in it

    def _container(self, element: Json, scope: Scope) -> None:
        self._elements(element.get("items"), scope)

    def _columns(self, element: Json, scope: Scope) -> None:
        for column in _dicts(element.get("columns")):
            self._element(_typed(column, "Column"), scope)

    def _images(self, element: Json, scope: Scope) -> None:
        for image in _dicts(element.get("images")):
            self._element(_typed(image, "Image"), scope)

    def _facts(self, element: Json, _scope: Scope) -> None:
        for fact in _dicts(element.get("facts")):
            self.line(f"{fact.get('title', '')} {fact.get('value', '')}".strip())

    def _action_set(self, element: Json, scope: Scope) -> None:
        for action in _dicts(element.get("actions")):
            self.button(action, scope)

    def _rich_text(self, element: Json, scope: Scope) -> None:
        given = element.get("inlines")
        runs = [run for run in given if isinstance(run, (str, dict))] if isinstance(given, list) else []
        # Text runs know no Markdown: what stands there is what is read.
        self._literal("".join(run if isinstance(run, str) else str(run.get("text", "")) for run in runs))
        for run in _dicts(runs):
            if isinstance(run.get("selectAction"), dict):
                self.button(run["selectAction"], scope, label=str(run.get("text", "")))

    def _table(self, element: Json, scope: Scope) -> None:
        for row in _dicts(element.get("rows")):
            for cell in _dicts(row.get("cells")):
                self._elements(cell.get("items"), scope)

    def _chart(self, element: Json) -> None:
        self.line(element.get("title"))
        for item in _dicts(element.get("data")):
            name = item.get("legend") or item.get("label") or item.get("title") or item.get("x") or ""
            points = _dicts(item.get("values"))
            if not points:
                self.line(f"{name}: {item.get('value', item.get('y', ''))}".strip(": "))
            for point in points:
                self.line(f"{name} {point.get('x', '')}: {point.get('y', '')}".strip())

    def _input(self, element: Json, scope: Scope) -> None:
        name = str(element.get("id", ""))
        choices = self._choices(element)
        self.fillables.append(Fillable(element, self.cards, scope, not self._hidden, choices))
        if self._hidden:
            return
        control_id = f"c{self.cards}-{len(self.controls)}"
        element["_control"] = control_id
        value = self.values.get(name, element.get("value"))
        is_choice = element["type"] == "Input.ChoiceSet"
        for text in (element.get("label"), element.get("title"), *(label for _, label in choices)):
            self.line(text)
        if value and not is_choice and element["type"] != "Input.Toggle":
            self._literal(str(value))
        self.controls.append(
            Control(
                id=control_id,
                kind="select" if is_choice else "input",
                label=str(element.get("label") or element.get("title") or ""),
                name=name,
                value=value,
                options=[{"value": picked, "label": label} for picked, label in choices],
                style="",
                url="",
            )
        )
        if isinstance(element.get("inlineAction"), dict):
            self.button(element["inlineAction"], scope)

    def _choices(self, element: Json) -> tuple[tuple[str, str], ...]:
        given = tuple((str(each.get("value", "")), str(each.get("title", ""))) for each in _dicts(element.get("choices")))
        source = element.get("choices.data")
        asks_people = isinstance(source, dict) and str(source.get("dataset", "")).startswith("graph.microsoft.com/users")
        return given + self.reader.directory if asks_people else given


_DRAWERS: dict[str, Callable[[Drawing, Json, Scope], None]] = {
    "RichTextBlock": Drawing._rich_text,
    "Image": Drawing._image,
    "Media": Drawing._image,
    "ImageSet": Drawing._images,
    "Container": Drawing._container,
    "Column": Drawing._container,
    "ColumnSet": Drawing._columns,
    "FactSet": Drawing._facts,
    "ActionSet": Drawing._action_set,
    "Table": Drawing._table,
}


def _dicts(parts: Any) -> list[Json]:
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _typed(part: Json, kind: str) -> Json:
    part.setdefault("type", kind)
    return part


def _touch_label(element: Json) -> str:
    action = element["selectAction"]
    return str(action.get("title") or action.get("tooltip") or element.get("altText") or "")

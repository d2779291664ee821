"""Messages as Adaptive Cards: pure, exhaustive, and within the platform's limits."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable
from dataclasses import field
from typing import assert_never

from adapters.teams.limits import LIMITS, Json, rows, shortened, size_of
from adapters.teams.text import Writer, line, neutral
from bot.chat.direction import reads_leftward
from bot.chat.language import SOURCE_LANGUAGE, Phrase, _, babel_locale
from bot.chat.message import (
    Block,
    Button,
    Buttons,
    Chart,
    Column,
    Count,
    Divider,
    Fact,
    Facts,
    File,
    Footnote,
    Heading,
    Items,
    Message,
    Paragraph,
    Picker,
    Picture,
    Quote,
    Table,
    Tally,
)
from bot.chat.reading import say_label
from bot.chat.text import Label, Strong, Words, label_of, plain
from bot.lean import dataclass

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
STYLES = {"plain": "default", "primary": "positive", "danger": "destructive"}
BAR = 10  # characters of a full bar; with the numbers it stays on one line of a narrow screen
ENDS = tuple("?!:.…？！：。؟")  # a label that ends like this needs no colon
CHOOSE = _("Choose")
PICK_ONE = _("Please pick one of the options.")
REST_MISSING = _("The rest of this message does not fit here.")


def render(
    message: Message, *, audience: str, language: str | None = None, offers_files: bool = False, refresh: Json | None = None
) -> Json:
    """The message as an activity with one card; with `offers_files` its files are offered to the reader in their own chat."""
    content = card(message, audience=audience, language=language, offers_files=offers_files, refresh=refresh)
    return activity(content, label_of(message.summary))


def activity(content: Json, summary: str) -> Json:
    """A card as an activity; the summary is what the notification says."""
    return {
        "type": "message",
        "summary": shortened(neutral(summary), LIMITS["summary"]),
        "attachments": [attachment(content)],
    }


def attachment(content: Json) -> Json:
    """A card as the platform attaches it."""
    return {"contentType": ADAPTIVE, "content": content}


def card(message: Message, *, audience: str, language: str | None = None, offers_files: bool = False, refresh: Json | None = None) -> Json:
    """The message as a card; of what does not fit first pictures are said in words, then it is left out from the end, never a button."""
    most = LIMITS["card"] - (size_of(refresh) if refresh else 0)
    language = language or message.language
    blocks = list(message.blocks or (Paragraph(label_of(message.summary)),))
    drawn = _drawn(blocks, message, audience, language, offers_files=offers_files)
    if size_of(drawn) > most and any(isinstance(block, Picture) for block in blocks):
        blocks = [Paragraph(label_of(block.alt)) if isinstance(block, Picture) else block for block in blocks]
        drawn = _drawn(blocks, message, audience, language, offers_files=offers_files)
    while size_of(drawn) > most:
        last = next((n for n in range(len(blocks) - 1, -1, -1) if not isinstance(blocks[n], Buttons | Picker)), None)
        if last is None:
            break
        kept = _halved(blocks[last])
        blocks[last : last + 1] = kept
        after = last + len(kept)
        shown = [*blocks[:after], Footnote(said(REST_MISSING, language)), *blocks[after:]]
        drawn = _drawn(shown, message, audience, language, offers_files=offers_files)
    return drawn | ({"refresh": refresh} if refresh else {})


def _halved(block: Block) -> list[Block]:
    """The first half of a long text or table, so that one that is endless does not vanish as a whole; nothing of anything else."""
    if isinstance(block, Table):
        return [Table(block.columns, block.rows[: len(block.rows) // 2])] if len(block.rows) > 1 else []
    if not isinstance(block, Paragraph | Quote):
        return []
    words = plain(block.words)
    return [type(block)(words[: len(words) // 2].rstrip() + "…")] if len(words) > LIMITS["text"] else []


def said(phrase: Phrase, language: str | None) -> str:
    """A sentence of the adapter's own; in English where nobody told the reader's language."""
    return say_label(phrase, language or SOURCE_LANGUAGE)


def shell(
    body: list[Json], *, language: str | None, fallback: str, writer: Writer | None = None, actions: list[Json] | None = None
) -> Json:
    """A whole card around its body."""
    extra: Json = {"width": "Full"}
    if writer is not None and writer.mentions:
        extra["entities"] = list(writer.mentions.values())
    whole: Json = {"type": "AdaptiveCard", "$schema": SCHEMA, "version": "1.5", "fallbackText": neutral(fallback)}
    if language:
        whole["lang"] = babel_locale(language).replace("_", "-")  # in which our sentences are, which the reader's may not be
        if reads_leftward(language):
            whole["rtl"] = True
    return whole | {"msteams": extra, "body": body} | ({"actions": actions} if actions else {})


def _drawn(blocks: Iterable[Block], message: Message, audience: str, language: str | None, *, offers_files: bool) -> Json:
    pen = Pen(Writer(audience), language)
    pen.offers_files = offers_files
    pickers = sum(isinstance(block, Picker) for block in message.blocks)
    pen.may_require = pickers == 1
    for block in blocks:
        pen.block(block)
    return shell(pen.body, language=language, fallback=shortened(label_of(message.summary), LIMITS["summary"]), writer=pen.writer)


def heading(label: Label, level: int) -> Json:
    """A title line."""
    size = "Large" if level == 1 else "Medium"
    return {"type": "TextBlock", "text": line(label_of(label)), "style": "heading", "size": size, "weight": "Bolder", "wrap": True}


@dataclass(slots=True)
class Pen:
    """Draws the blocks of one card, one after the other."""

    writer: Writer
    language: str | None
    body: list[Json] = field(default_factory=list)
    may_require: bool = True
    offers_files: bool = False
    _divided: bool = False
    _pickers: int = 0

    def block(self, block: Block) -> None:
        """Draw one block."""
        match block:
            case Heading(label, level):
                self._add(heading(label, level))
            case Paragraph(words):
                self._add(*self.paragraph(words))
            case Quote(words):
                self._add({"type": "Container", "style": "emphasis", "items": self.paragraph(words)})
            case Facts(facts):
                self._facts(facts)
            case Table():
                self._table(block)
            case Items(items, ordered):
                self._items(items, ordered=ordered)
            case Tally(counts, whole):
                self._add(*(part for count in counts for part in _bar(count, whole)))
            case Chart():
                self._chart(block)
            case Picture(content, alt):
                url = f"data:image/png;base64,{base64.b64encode(content).decode()}"
                look = {"altText": neutral(label_of(alt)) or "–", "size": "Stretch", "msteams": {"allowExpand": True}}
                self._add({"type": "Image", "url": url, **look})
            case Divider():
                self._divided = True
            case Buttons(buttons):
                self._buttons(buttons)
            case Picker():
                self._picker(block)
            case Footnote(words):
                self._add(*self.paragraph(words, isSubtle=True, size="Small"))
            case File(name, _media_type, alt, _content):
                here = _("I offer you the file {name} in our own chat.", name=name)
                elsewhere = _("The file {name} cannot be handed over here.", name=name)
                self._add(*self.paragraph(f"{said(here if self.offers_files else elsewhere, self.language)} {label_of(alt)}"))
            case _:
                assert_never(block)

    def _add(self, *elements: Json) -> None:
        for element in elements:
            if self._divided:
                element |= {"separator": True, "spacing": "Large"}
                self._divided = False
            self.body.append(element)

    def paragraph(self, words: Words, **look: str | bool) -> list[Json]:
        """Running text, a text block for each line, since clients disagree about line ends within one."""
        lines = self.writer.lines(words)
        if len(lines) > LIMITS["lines"]:
            share = -(-len(lines) // LIMITS["lines"])
            lines = ["\n\n".join(filter(str.strip, some)) for some in rows(lines, share)]
        blocks: list[Json] = []
        spacing = "Default"
        for text in lines:
            if text.strip():
                blocks.append({"type": "TextBlock", "text": text, "wrap": True, "spacing": spacing, **look})
                spacing = "None"
            elif blocks:
                spacing = "Default"
        return blocks or [{"type": "TextBlock", "text": "–", "wrap": True, **look}]

    def _facts(self, facts: tuple[Fact, ...]) -> None:
        """A table where every value is short; sentences stand under one another, with their labels in front."""
        if all(len(plain(fact.words)) <= LIMITS["fact"] for fact in facts):
            drawn = [{"title": line(label_of(fact.label)), "value": self.writer.one(fact.words) or "–"} for fact in facts]
            self._add({"type": "FactSet", "facts": drawn})
            return
        for fact in facts:
            label = label_of(fact.label)
            colon = "" if not label or label.endswith(ENDS) else ":"
            first, *rest = self.paragraph((Strong(f"{label}{colon}"), " ", fact.words))
            self._add(first | {"spacing": "Small"}, *rest)

    def _table(self, table: Table) -> None:
        """A table, and for clients that draw none each row as a line that names its columns."""
        if not table.rows or not table.columns:
            return
        labels = [line(label_of(column.label)) or "–" for column in table.columns]
        head = _row([_text(label, weight="Bolder")] for label in labels)
        cells = [[self.paragraph(cell) for cell in row.cells] for row in table.rows]
        lines = [" · ".join(map(_labelled, labels, row)) for row in cells]
        columns = [_column(column) for column in table.columns]
        drawn: Json = {"type": "Table", "firstRowAsHeader": True, "columns": columns, "rows": [head, *map(_row, cells)]}
        self._add(drawn | {"fallback": {"type": "Container", "items": [_text(f"• {each}", spacing="Small") for each in lines]}})

    def _items(self, items: tuple[Words, ...], *, ordered: bool) -> None:
        for number, item in enumerate(items, 1):
            first, *rest = self.paragraph(item)
            mark = f"{number}\\." if ordered else "•"
            first |= {"text": f"{mark} {first['text']}", "spacing": "Small"}
            self._add(first, *rest)

    def _chart(self, chart: Chart) -> None:
        title, counts = label_of(chart.title), chart.counts
        points = [{"x": neutral(label_of(c.label)), "y": c.count} for c in counts]
        drawn: Json = {"type": "Chart.VerticalBar", "title": neutral(title), "data": points}
        if chart.shape == "line":
            drawn = {"type": "Chart.Line", "title": neutral(title), "data": [{"legend": neutral(title), "values": points}]}
        named: Json = {"type": "TextBlock", "text": line(title), "weight": "Bolder", "wrap": True}
        self._add({**drawn, "fallback": named})
        if counts:
            self._add({"type": "FactSet", "facts": [{"title": line(label_of(c.label)), "value": str(c.count)} for c in counts]})

    def _buttons(self, buttons: tuple[Button, ...]) -> None:
        self._tell_long(label_of(button.label) for button in buttons)
        for row in rows(buttons, LIMITS["actions"]):
            self._add({"type": "ActionSet", "actions": [self.button(button) for button in row]})

    def _tell_long(self, labels: Iterable[str]) -> None:
        shown = "\n".join(str(element.get("text", "")) for element in self.body)
        for label in labels:
            if len(label) > LIMITS["button"] and line(label) not in shown:
                self._add(*self.paragraph(f"• {label}"))

    def button(self, button: Button) -> Json:
        """One press; what needs a second thought unfolds a question first."""
        title = shortened(neutral(label_of(button.label)), LIMITS["button"])
        acting = press(title, str(button.action), asks=button.asks)
        if button.url is not None:
            acting = {"type": "Action.OpenUrl", "title": title, "url": button.url}
        acting["style"] = STYLES[button.style]
        if button.confirm is None:
            return acting
        question = self.paragraph(label_of(button.confirm))
        inner = shell(question, language=self.language, fallback=label_of(button.confirm), actions=[acting])
        return {"type": "Action.ShowCard", "title": title, "style": STYLES[button.style], "card": inner}

    def _picker(self, picker: Picker) -> None:
        self._pickers += 1
        name = f"picked-{self._pickers}"
        label = label_of(picker.label)
        choices: Json = {
            "type": "Input.ChoiceSet",
            "id": name,
            "label": neutral(label),
            "style": "compact",
            # With two pickers a required one would hold up the other.
            "isRequired": self.may_require,
            "errorMessage": said(PICK_ONE, self.language),
            "choices": [{"title": neutral(label_of(o.label)) or "–", "value": o.value} for o in picker.options],
        }
        if any(option.value == picker.chosen for option in picker.options):
            choices["value"] = picker.chosen
        action = execute(said(CHOOSE, self.language), "press", {"payload": str(picker.action), "input": name}, inputs="auto")
        self._add(choices, {"type": "ActionSet", "actions": [action]})


def press(title: str, payload: str, *, asks: bool) -> Json:
    """A button's action; only Action.Submit can open a dialog."""
    if asks:
        data = {"payload": payload, "msteams": {"type": "task/fetch"}}
        return {"type": "Action.Submit", "title": title, "data": data, "associatedInputs": "none"}
    return execute(title, "press", {"payload": payload}, inputs="none")


def execute(title: str, verb: str, data: Json, *, inputs: str) -> Json:
    """An action that is answered in place, with one for clients that only know how to send."""
    fallback = {"type": "Action.Submit", "title": title, "data": data, "associatedInputs": inputs}
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": data, "associatedInputs": inputs, "fallback": fallback}


def _text(words: str, **look: str) -> Json:
    return {"type": "TextBlock", "text": words, "wrap": True, **look}


def _row(cells: Iterable[list[Json]]) -> Json:
    return {"type": "TableRow", "cells": [{"type": "TableCell", "items": items} for items in cells]}


def _column(column: Column) -> Json:
    look = {"width": 1, "horizontalCellContentAlignment": "right"} if column.is_number else {"width": 2}
    return {"type": "TableColumnDefinition", **look}


def _labelled(label: str, cell: list[Json]) -> str:
    return f"**{label}:** {' '.join(str(part['text']) for part in cell)}"


def _bar(count: Count, whole: int) -> tuple[Json, Json]:
    share = min(1.0, count.count / whole) if whole > 0 else 0.0
    filled = math.floor(share * BAR + 0.5)
    drawn = "█" * filled + "░" * (BAR - filled)
    label: Json = {"type": "TextBlock", "text": line(label_of(count.label)), "wrap": True, "spacing": "Small"}
    numbers = f"{drawn} {count.count} ({math.floor(share * 100 + 0.5)}%)"
    return label, {"type": "TextBlock", "text": numbers, "fontType": "Monospace", "wrap": True, "spacing": "None"}

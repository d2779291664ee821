"""Messages as Block Kit: pure, closed over every block of the vocabulary."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Literal, assert_never

from adapters.slack import widgets
from adapters.slack.limits import LONGEST, MOST, MOST_BLOCKS, MOST_NATIVE, length, merged, parted, shortened
from adapters.slack.text import elements, escape, small, visible
from bot.chat.direction import between, heading_off
from bot.chat.message import (
    Block,
    Buttons,
    Chart,
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
from bot.chat.text import Words, label_of
from bot.chat.text import plain as text_of
from bot.lean import dataclass

Json = dict[str, Any]
Surface = Literal["message", "modal", "home"]
BAR = 10  # characters of a full bar
ENDS = tuple("?!:.…？！：。؟")  # a label that ends like this needs no colon


@dataclass(frozen=True, slots=True)
class Drawing:
    """For whom and where blocks are drawn."""

    audience: str
    language: str = "en"
    surface: Surface = "message"
    files: Mapping[Picture, str] = field(default_factory=dict)  # pictures by the id that they were uploaded under

    def elements(self, words: Words) -> list[Json]:
        """Words as rich text elements for this audience."""
        return elements(words, audience=self.audience, language=self.language)

    def label(self, label: str, follows: str = "") -> str:
        """A label at the beginning of a line; one of the other direction turns neither the line round nor what follows it."""
        shown = visible(label)
        return heading_off(shown + follows, self.language) + shown + between(shown, follows, self.language)


def render(message: Message, *, audience: str, language: str = "en", files: Mapping[Picture, str] | None = None) -> Json:
    """A resolved message as `text` and `blocks`; `audience` is "slack/<team>", `files` are the ids of the pictures that were uploaded."""
    drawing = Drawing(audience, message.language or language, files=files or {})
    blocks = drawn(message.blocks or (Paragraph(label_of(message.summary)),), drawing)
    return {"text": escape(shortened(visible(label_of(message.summary)), LONGEST["notification"])), "blocks": blocks}


def render_home(message: Message, *, audience: str, language: str = "en") -> Json:
    """A resolved message as a home tab."""
    drawing = Drawing(audience, message.language or language, "home")
    return {"type": "home", "blocks": drawn(message.blocks or (Paragraph(label_of(message.summary)),), drawing)}


def drawn(blocks: tuple[Block, ...], drawing: Drawing) -> list[Json]:
    """Blocks as Block Kit within the limits of their surface."""
    out: list[Json] = []
    native: Counter[str] = Counter()
    for index, block in enumerate(blocks):
        for each in _block(block, drawing, index):
            kind = each["type"]
            native[kind] += 1
            if kind not in MOST_NATIVE or native[kind] <= MOST_NATIVE[kind]:
                out.append(each)
            elif isinstance(block, Table):
                out += _table_lines(block, drawing)
    return merged(out, MOST_BLOCKS[drawing.surface])


def _block(block: Block, drawing: Drawing, index: int) -> Iterator[Json]:
    match block:
        case Heading(label, level):
            yield from _heading(label_of(label), level)
        case Paragraph(words):
            yield from paragraphs(drawing.elements(words))
        case Quote(words):
            yield from paragraphs(drawing.elements(words), "rich_text_quote")
        case Facts():
            yield from _facts(block, drawing)
        case Table():
            yield from _table(block, drawing)
        case Items(items, ordered):
            yield from _items([drawing.elements(item) for item in items], ordered=ordered)
        case Tally(counts, whole):
            yield from paragraphs(_bars(counts, whole, drawing))
        case Chart():
            yield from _chart(block, drawing)
        case Picture():
            yield from _picture(label_of(block.alt), drawing.files.get(block))
        case Divider():
            yield {"type": "divider"}
        case Buttons(buttons):
            yield from widgets.buttons(buttons, drawing.language)
        case Picker():
            yield from widgets.picker(block, index)
        case Footnote(words):
            yield from _footnote(drawing.elements(words))
        case File(name, _, alt):
            yield from paragraphs(drawing.elements(drawing.label(f"📎 {name}: {label_of(alt)}")))
        case _:
            assert_never(block)


def paragraphs(shown: list[Json], kind: str = "rich_text_section") -> Iterator[Json]:
    """Rich text elements as one block, or several where they are long."""
    for part in parted(shown, LONGEST["paragraph"]):
        yield {"type": "rich_text", "elements": [{"type": kind, "elements": part}]}


def _heading(label: str, level: int) -> Iterator[Json]:
    shown = visible(label).strip()
    if level == 1 and 0 < len(shown) <= LONGEST["heading"]:
        yield {"type": "header", "text": widgets.plain(shown)}
    elif shown:
        yield from paragraphs([{"type": "text", "text": shown, "style": {"bold": True}}])


def _facts(facts: Facts, drawing: Drawing) -> Iterator[Json]:
    """Short values line by line in one block; sentences each in a block of their own, so that they have room."""
    is_table = all(len(text_of(row.words)) <= LONGEST["fact"] for row in facts.rows)
    for rows in (facts.rows,) if is_table else ((row,) for row in facts.rows):
        yield from paragraphs(_fact_lines(rows, drawing))


def _fact_lines(rows: tuple[Fact, ...], drawing: Drawing) -> list[Json]:
    out: list[Json] = []
    for row in rows:
        label = drawing.label(label_of(row.label), text_of(row.words))
        out += [{"type": "text", "text": "\n"}] if out else []
        colon = "" if label.endswith(ENDS) else ":"
        out += [{"type": "text", "text": f"{label}{colon}", "style": {"bold": True}}] if label else []
        out += [{"type": "text", "text": " "}] if label else []
        out += drawing.elements(row.words)
    return out


def _table(table: Table, drawing: Drawing) -> Iterator[Json]:
    """A table of the platform where there can be one and it has the room."""
    head = [_cell([{"type": "text", "text": label, "style": {"bold": True}}] if label else []) for label in _labels(table)]
    rows = [head, *([_cell(drawing.elements(cell)) for cell in row.cells] for row in table.rows)]
    characters = sum(length(each) for row in rows for cell in row for each in cell["elements"][0]["elements"])
    has_room = characters <= LONGEST["table"] and 0 < len(table.columns) <= MOST["columns"] and 1 < len(rows) <= MOST["rows"]
    if drawing.surface == "message" and has_room:
        looks = [{"align": "right" if column.is_number else "left", "is_wrapped": True} for column in table.columns]
        yield {"type": "table", "rows": rows, "column_settings": looks}
    else:
        yield from _table_lines(table, drawing)


def _cell(shown: list[Json]) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": shown or [{"type": "text", "text": "–"}]}]}


def _labels(table: Table) -> list[str]:
    return [visible(label_of(column.label)) for column in table.columns]


def _table_lines(table: Table, drawing: Drawing) -> Iterator[Json]:
    """Each row of a table as a line, every cell behind its column's label."""
    labels = _labels(table)
    lines = [[part for pair in zip(labels, row.cells, strict=True) for part in _labelled(*pair, drawing)][1:] for row in table.rows]
    yield from _items([_facing(line, drawing.language) for line in lines], ordered=False)


def _facing(line: list[Json], language: str) -> list[Json]:
    """A line that runs in the reader's direction, whatever it begins with."""
    sign = heading_off("".join(each.get("text", "") for each in line), language)
    return [{"type": "text", "text": sign}, *line] if sign else line


def _labelled(label: str, cell: Words, drawing: Drawing) -> Iterator[Json]:
    yield {"type": "text", "text": " · "}
    if label:
        yield {"type": "text", "text": f"{label}: ", "style": {"bold": True}}
    yield from drawing.elements(cell) or [{"type": "text", "text": "–"}]


def _items(items: list[list[Json]], *, ordered: bool) -> Iterator[Json]:
    style = "ordered" if ordered else "bullet"
    rows: list[Json] = []
    size = first = 0
    for number, item in enumerate(items):
        added = sum(len(each.get("text", "")) for each in item)
        if rows and size + added > LONGEST["paragraph"]:
            yield _list(rows, style, first)
            rows, size, first = [], 0, number
        rows.append({"type": "rich_text_section", "elements": item})
        size += added
    if rows:
        yield _list(rows, style, first)


def _list(rows: list[Json], style: str, first: int) -> Json:
    offset = {"offset": first} if style == "ordered" and first else {}
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": style, "elements": rows, **offset}]}


def _bars(counts: tuple[Count, ...], whole: int, drawing: Drawing) -> list[Json]:
    out: list[Json] = []
    for count in counts:
        share = min(1.0, max(0.0, count.count / whole)) if whole > 0 else 0.0
        full = math.floor(share * BAR + 0.5)
        percent = math.floor(share * 100 + 0.5)
        label = drawing.label(label_of(count.label), f"\n{count.count}")
        out += [{"type": "text", "text": "\n"}] if out else []
        out += [{"type": "text", "text": label, "style": {"bold": True}}] if label else []
        out += [{"type": "text", "text": ("\n" if label else "") + "█" * full + "░" * (BAR - full) + f" {count.count} ({percent}%)"}]
    return out


def _chart(chart: Chart, drawing: Drawing) -> Iterator[Json]:
    title = visible(label_of(chart.title))
    labels = [visible(label_of(count.label)) for count in chart.counts]
    short = [shortened(label, LONGEST["chart label"]) for label in labels]
    fits = 0 < len(short) <= MOST["chart points"] and len(set(short)) == len(short) and all(short) and title
    if fits and drawing.surface == "message":
        points = [{"label": label, "value": count.count} for label, count in zip(short, chart.counts, strict=True)]
        series = {"name": shortened(title, LONGEST["chart label"]), "data": points}
        plot = {"type": chart.shape, "series": [series], "axis_config": {"categories": short}}
        yield {"type": "data_visualization", "title": shortened(title, LONGEST["chart title"]), "chart": plot}
    lines = "".join(f"\n{drawing.label(label, str(count.count))}: {count.count}" for label, count in zip(labels, chart.counts, strict=True))
    bold = [{"type": "text", "text": title, "style": {"bold": True}}] if title else []
    yield from paragraphs(bold + ([{"type": "text", "text": lines}] if lines else []))


def _picture(alt: str, file: str | None) -> Iterator[Json]:
    """A picture by its file; one that was not uploaded, and words that are too long for it, are said."""
    alt = visible(alt)
    if alt and (file is None or len(alt) > LONGEST["alt"]):
        yield from paragraphs([{"type": "text", "text": alt}])
    if file is not None:
        yield {"type": "image", "slack_file": {"id": file}, "alt_text": shortened(alt, LONGEST["alt"]) or "–"}


def _footnote(shown: list[Json]) -> Iterator[Json]:
    if not shown:
        return
    line = small(shown)
    if line is None:
        yield from paragraphs(shown)
    else:
        yield {"type": "context", "elements": [line]}

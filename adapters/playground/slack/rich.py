"""The shapes of rich text, tables and charts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapters.playground.slack.elements import BLOCK_ID, URL
from adapters.playground.slack.shapes import Check, boolean, both, by_type, choice, listing, number, problem, shape, string

_STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean))
_WORD = string(255, 1)
_STYLED: dict[str, Check] = {"style": _STYLE}

RICH_PARTS: dict[str, Check] = {
    "text": shape({"type": choice("text"), "text": string(40_000, 1)}, _STYLED),
    "link": shape({"type": choice("link"), "url": URL}, {**_STYLED, "text": string(40_000), "unsafe": boolean}),
    "emoji": shape({"type": choice("emoji"), "name": _WORD}, {**_STYLED, "unicode": _WORD, "url": URL}),
    "user": shape({"type": choice("user"), "user_id": _WORD}, _STYLED),
    "channel": shape({"type": choice("channel"), "channel_id": _WORD}, _STYLED),
    "usergroup": shape({"type": choice("usergroup"), "usergroup_id": _WORD}, _STYLED),
    "broadcast": shape({"type": choice("broadcast"), "range": choice("here", "channel", "everyone")}, _STYLED),
    "color": shape({"type": choice("color"), "value": _WORD}, _STYLED),
    "date": shape(
        {"type": choice("date"), "timestamp": number(0, 99_999_999_999), "format": string(1000, 1)},
        {**_STYLED, "url": URL, "fallback": string(1000)},
    ),
}
_PARTS = listing(by_type(RICH_PARTS, "rich text element"), 1000, 0)
_SECTION = shape({"type": choice("rich_text_section"), "elements": _PARTS})
_BORDER: dict[str, Check] = {"border": choice(0, 1)}
_RICH: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": shape({"type": choice("rich_text_quote"), "elements": _PARTS}, _BORDER),
    "rich_text_preformatted": shape({"type": choice("rich_text_preformatted"), "elements": _PARTS}, {**_BORDER, "language": _WORD}),
    "rich_text_list": shape(
        {"type": choice("rich_text_list"), "elements": listing(_SECTION, 500), "style": choice("bullet", "ordered")},
        {**_BORDER, "indent": number(0, 8), "offset": number(0, 10_000)},
    ),
}
RICH_TEXT = shape({"type": choice("rich_text"), "elements": listing(by_type(_RICH, "rich text"), 500)}, {"block_id": BLOCK_ID})

CELLS: dict[str, Check] = {
    "raw_text": shape({"type": choice("raw_text"), "text": string(10_000, 1)}),
    "raw_number": shape({"type": choice("raw_number"), "value": number(-(10**15), 10**15, whole=False), "text": string(1000, 1)}),
    "rich_text": RICH_TEXT,
}
TABLE = shape(
    {"type": choice("table"), "rows": listing(listing(by_type(CELLS, "cell"), 20), 100)},
    {
        "block_id": BLOCK_ID,
        "column_settings": listing(shape({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean}), 20, 0),
    },
)

_LABEL = string(20, 1)
_VALUE = number(-(10**15), 10**15, whole=False)
_POINT = shape({"label": _LABEL, "value": _VALUE})
_SERIES = listing(shape({"name": _LABEL, "data": listing(_POINT, 20)}), 12)
_AXES = shape({"categories": listing(_LABEL, 20)}, {"x_label": string(50), "y_label": string(50)})


def _plotted(kind: str) -> Check:
    return both(shape({"type": choice(kind), "series": _SERIES, "axis_config": _AXES}), _names_and_categories_agree)


def _names_and_categories_agree(value: Any, at: str) -> Iterable[str]:
    try:
        categories = sorted(map(str, value["axis_config"]["categories"]))
        names = [str(series["name"]) for series in value["series"]]
        labels = [sorted(str(point["label"]) for point in series["data"]) for series in value["series"]]
    except (KeyError, TypeError):
        return
    if len(set(names)) != len(names):
        yield problem("series names must be unique", at)
    if any(each != categories for each in labels):
        yield problem("data labels must match the categories of the axis", at)


_CHARTS: dict[str, Check] = {
    "pie": shape({"type": choice("pie"), "segments": listing(_POINT, 12)}),
    **{kind: _plotted(kind) for kind in ("bar", "area", "line")},
}
CHART = shape(
    {"type": choice("data_visualization"), "title": string(50, 1), "chart": by_type(_CHARTS, "chart")},
    {"block_id": BLOCK_ID},
)

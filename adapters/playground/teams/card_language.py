"""The words of Adaptive Cards 1.5 as this client knows them: types, keys, values."""

from __future__ import annotations

_COMMON = frozenset({"type", "id", "fallback", "height", "isVisible", "requires", "separator", "spacing", "targetWidth", "rtl"})
_ACTION = frozenset({"type", "id", "title", "iconUrl", "style", "mode", "fallback", "requires", "tooltip", "isEnabled", "role"})
_INPUT = _COMMON | {"label", "isRequired", "errorMessage"}
_BOX = frozenset({"style", "bleed", "minHeight", "backgroundImage", "verticalContentAlignment", "selectAction"})

ELEMENT_KEYS: dict[str, frozenset[str]] = {
    "TextBlock": _COMMON
    | {"text", "color", "fontType", "horizontalAlignment", "isSubtle", "maxLines", "size", "weight", "wrap", "style"},
    "RichTextBlock": _COMMON | {"inlines", "horizontalAlignment"},
    "Image": _COMMON
    | {"url", "altText", "backgroundColor", "horizontalAlignment", "selectAction", "size", "style", "width", "msteams"},
    "ImageSet": _COMMON | {"images", "imageSize"},
    "Media": _COMMON | {"sources", "poster", "altText", "captionSources"},
    "Container": _COMMON | _BOX | {"items"},
    "ColumnSet": _COMMON | _BOX | {"columns", "horizontalAlignment"},
    "Column": _COMMON | _BOX | {"items", "width"},
    "FactSet": _COMMON | {"facts"},
    "ActionSet": _COMMON | {"actions", "horizontalAlignment"},
    "Table": _COMMON
    | {
        "columns", "rows", "firstRowAsHeader", "showGridLines", "gridStyle",
        "horizontalCellContentAlignment", "verticalCellContentAlignment",
    },
    "Input.Text": _INPUT | {"placeholder", "value", "isMultiline", "maxLength", "regex", "style", "inlineAction"},
    "Input.Number": _INPUT | {"placeholder", "value", "min", "max"},
    "Input.Date": _INPUT | {"placeholder", "value", "min", "max"},
    "Input.Time": _INPUT | {"placeholder", "value", "min", "max"},
    "Input.Toggle": _INPUT | {"title", "value", "valueOff", "valueOn", "wrap"},
    "Input.ChoiceSet": _INPUT | {"placeholder", "value", "choices", "choices.data", "isMultiSelect", "style", "wrap"},
}  # fmt: skip

# These are drawn by newer clients of the product only, so that each needs a fallback for the others.
NEWER_ELEMENTS = frozenset(
    {
        "Badge", "Carousel", "CodeBlock", "CompoundButton", "Icon", "ProgressBar", "ProgressRing", "Rating", "Input.Rating",
        "Chart.Donut", "Chart.Pie", "Chart.Gauge", "Chart.Line", "Chart.HorizontalBar", "Chart.HorizontalBar.Stacked",
        "Chart.VerticalBar", "Chart.VerticalBar.Grouped",
    }
)  # fmt: skip

PART_KEYS: dict[str, frozenset[str]] = {
    "AdaptiveCard": frozenset(
        {
            "type", "version", "$schema", "body", "actions", "selectAction", "fallbackText", "backgroundImage", "minHeight",
            "rtl", "speak", "lang", "verticalContentAlignment", "refresh", "authentication", "msteams", "metadata",
        }
    ),
    "TableRow": frozenset({"type", "cells", "style", "horizontalCellContentAlignment", "verticalCellContentAlignment"}),
    "TableCell": frozenset({"type", "items", "rtl"}) | _BOX,
    "TableColumnDefinition": frozenset(
        {"type", "width", "horizontalCellContentAlignment", "verticalCellContentAlignment"}
    ),
    "TextRun": frozenset(
        {
            "type", "text", "color", "fontType", "highlight", "isSubtle", "italic", "selectAction", "size", "strikethrough",
            "underline", "weight",
        }
    ),
    "Fact": frozenset({"type", "title", "value"}),
    "Input.Choice": frozenset({"type", "title", "value"}),
}  # fmt: skip

ACTION_KEYS: dict[str, frozenset[str]] = {
    "Action.Execute": _ACTION | {"verb", "data", "associatedInputs"},
    "Action.Submit": _ACTION | {"data", "associatedInputs"},
    "Action.OpenUrl": _ACTION | {"url"},
    "Action.ShowCard": _ACTION | {"card"},
    "Action.ToggleVisibility": _ACTION | {"targetElements"},
}

REQUIRED: dict[str, tuple[str, ...]] = {
    "TextBlock": ("text",),
    "RichTextBlock": ("inlines",),
    "Image": ("url", "altText"),
    "ImageSet": ("images",),
    "Media": ("sources", "altText"),
    "Container": ("items",),
    "ColumnSet": ("columns",),
    "FactSet": ("facts",),
    "ActionSet": ("actions",),
    "Table": ("columns", "rows"),
    "TableRow": ("cells",),
    "TableCell": ("items",),
    "TextRun": ("text",),
    "Fact": ("title", "value"),
    "Input.Choice": ("title", "value"),
    "Input.Text": ("id", "label"),
    "Input.Number": ("id", "label"),
    "Input.Date": ("id", "label"),
    "Input.Time": ("id", "label"),
    "Input.Toggle": ("id", "label", "title"),
    "Input.ChoiceSet": ("id", "label"),
    "Action.Execute": ("title", "verb", "fallback"),
    "Action.Submit": ("title",),
    "Action.OpenUrl": ("title", "url"),
    "Action.ShowCard": ("title", "card"),
    "Action.ToggleVisibility": ("title", "targetElements"),
}

_COLOURS = frozenset({"default", "dark", "light", "accent", "good", "warning", "attention"})
_SIZES = frozenset({"default", "small", "medium", "large", "extralarge"})
_BOX_STYLES = frozenset({"default", "emphasis", "good", "attention", "warning", "accent"})
_TEXT_VALUES = {
    "color": _COLOURS,
    "size": _SIZES,
    "weight": frozenset({"default", "lighter", "bolder"}),
    "fontType": frozenset({"default", "monospace"}),
}
_ACTION_VALUES = {
    "style": frozenset({"default", "positive", "destructive"}),
    "mode": frozenset({"primary", "secondary"}),
    "associatedInputs": frozenset({"auto", "none"}),
}

EVERYWHERE_VALUES: dict[str, frozenset[str]] = {
    "spacing": frozenset({"default", "none", "extrasmall", "small", "medium", "large", "extralarge", "padding"}),
    "horizontalAlignment": frozenset({"left", "center", "right"}),
    "verticalContentAlignment": frozenset({"top", "center", "bottom"}),
}

VALUES: dict[str, dict[str, frozenset[str]]] = {
    "TextBlock": {**_TEXT_VALUES, "style": frozenset({"default", "heading", "columnheader"})},
    "TextRun": _TEXT_VALUES,
    "Container": {"style": _BOX_STYLES},
    "ColumnSet": {"style": _BOX_STYLES},
    "Column": {"style": _BOX_STYLES},
    "TableRow": {"style": _BOX_STYLES},
    "TableCell": {"style": _BOX_STYLES},
    "Image": {"size": frozenset({"auto", "stretch", "small", "medium", "large"}), "style": frozenset({"default", "person"})},
    "Input.Text": {"style": frozenset({"text", "tel", "url", "email", "password"})},
    "Input.ChoiceSet": {"style": frozenset({"compact", "expanded", "filtered"})},
} | dict.fromkeys(ACTION_KEYS, _ACTION_VALUES)

TEXT_KEYS = frozenset(
    {"text", "title", "label", "placeholder", "errorMessage", "altText", "tooltip", "fallbackText", "speak", "summary", "subtitle"}
)

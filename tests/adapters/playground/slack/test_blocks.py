"""One refusal for every rule of Block Kit."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.playground.slack.blocks import Surface, problems
from adapters.playground.slack.elements import ELEMENTS, IN_ACTIONS, IN_INPUT

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**extra: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **extra}


def button(**extra: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "a", **extra}


def option(value: str = "v", text: str = "x") -> Json:
    return {"text": plain(text), "value": value}


def options(count: int) -> list[Json]:
    return [option(str(each)) for each in range(count)]


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def entry(element: Json | None = None, **extra: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element or {"type": "plain_text_input"}, **extra}


def typed(**extra: Any) -> Json:
    return entry({"type": "plain_text_input", **extra})


def select(**extra: Any) -> Json:
    return actions({"type": "static_select", "options": options(2), **extra})


def dialog(**extra: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": [entry()], **extra}


def confirm(**extra: Any) -> Json:
    return actions(button(confirm={"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **extra}))


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


def table(rows: int = 1, columns: int = 1) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


def series(count: int, points: int = 1, name: str = "s") -> list[Json]:
    return [{"name": f"{name}{each}", "data": [{"label": f"c{at}", "value": at} for at in range(points)]} for each in range(count)]


def chart(plotted: list[Json] | None = None, points: int = 1, kind: str = "bar", **extra: Any) -> Json:
    axes = {"categories": [f"c{at}" for at in range(points)]}
    drawn = {"type": kind, "series": plotted if plotted is not None else series(1, points), "axis_config": axes}
    return {"type": "data_visualization", "title": "t", "chart": drawn, **extra}


ACCEPTED: list[Json] = [
    section(),
    section(fields=[mrkdwn("f" * 2000)] * 10, accessory=button()),
    section(text=mrkdwn("x" * 3000), accessory={"type": "image", "image_url": "https://a.example/p.png", "alt_text": "p"}),
    section(accessory={"type": "overflow", "options": options(5)}),
    {"type": "header", "text": plain("h" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn(), plain(), {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "p"}]},
    actions(*[button(action_id=str(each), style="primary", value="v" * 2000) for each in range(25)]),
    {"type": "image", "image_url": "https://a.example/p.png", "alt_text": "p", "title": plain()},
    rich(
        {"type": "text", "text": "x", "style": {"bold": True}},
        {"type": "user", "user_id": "U1"},
        {"type": "link", "url": "https://a.example"},
    ),
    {"type": "markdown", "text": "m" * 12_000},
    table(100, 20),
    chart(series(12, 20), 20),
    {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]}},
    entry({"type": "number_input", "is_decimal_allowed": False}),
    entry({"type": "multi_static_select", "options": options(100)}),
    entry({"type": "radio_buttons", "options": options(10), "initial_option": option("3")}),
    entry({"type": "checkboxes", "options": options(10)}),
    entry({"type": "datepicker", "initial_date": "2026-03-02"}),
    entry({"type": "timepicker", "initial_time": "23:59"}),
    entry({"type": "users_select", "initial_user": "U1"}, hint=plain(), optional=True),
    select(initial_option=option("1")),
    confirm(),
]
REFUSED: dict[str, Json] = {
    "unknown block type": {"type": "sektion"},
    "no block type": {"text": plain()},
    "unknown key in a block": section(colour="red"),
    "section without text and fields": {"type": "section"},
    "section text too long": section(text=mrkdwn("x" * 3001)),
    "section text empty": section(text=mrkdwn("")),
    "section text of no type": section(text={"text": "x"}),
    "section text without text": section(text={"type": "mrkdwn"}),
    "section text as string": section(text="x"),
    "too many fields": section(fields=[mrkdwn()] * 11),
    "field too long": section(fields=[mrkdwn("x" * 2001)]),
    "accessory that may not stand there": section(accessory={"type": "plain_text_input"}),
    "emoji on mrkdwn": section(text={**mrkdwn(), "emoji": True}),
    "verbatim on plain text": section(text={**plain(), "verbatim": True}),
    "header too long": {"type": "header", "text": plain("h" * 151)},
    "header as mrkdwn": {"type": "header", "text": mrkdwn()},
    "header without text": {"type": "header"},
    "too many elements": actions(*[button(action_id=str(each)) for each in range(26)]),
    "no elements": actions(),
    "input in actions": actions({"type": "plain_text_input"}),
    "unknown element": actions({"type": "lever"}),
    "too many in context": {"type": "context", "elements": [mrkdwn()] * 11},
    "button in context": {"type": "context", "elements": [button()]},
    "button text too long": actions(button(text=plain("x" * 76))),
    "button text as mrkdwn": actions(button(text=mrkdwn())),
    "button value too long": actions(button(value="v" * 2001)),
    "button style unknown": actions(button(style="default")),
    "button url not a url": actions(button(url="here")),
    "button url too long": actions(button(url="https://a.example/" + "x" * 3000)),
    "button accessibility label too long": actions(button(accessibility_label="x" * 76)),
    "unknown key in an element": actions(button(disabled=True)),
    "action_id too long": actions(button(action_id="a" * 256)),
    "action_id twice in a block": actions(button(), button()),
    "block_id too long": section(block_id="b" * 256),
    "too many options": select(options=options(101)),
    "no options": select(options=[]),
    "neither options nor groups": actions({"type": "static_select"}),
    "options and groups": select(option_groups=[{"label": plain(), "options": options(1)}]),
    "option text too long": select(options=[option(text="x" * 76)]),
    "option text as mrkdwn in a select": select(options=[{"text": mrkdwn(), "value": "v"}]),
    "option value too long": select(options=[option("v" * 151)]),
    "option without value": select(options=[{"text": plain()}]),
    "initial option not offered": select(initial_option=option("other")),
    "placeholder too long": select(placeholder=plain("x" * 151)),
    "overflow with six": section(accessory={"type": "overflow", "options": options(6)}),
    "radio with eleven": actions({"type": "radio_buttons", "options": options(11)}),
    "checkboxes with eleven": actions({"type": "checkboxes", "options": options(11)}),
    "date that is none": actions({"type": "datepicker", "initial_date": "2.3.2026"}),
    "time that is none": actions({"type": "timepicker", "initial_time": "24:00"}),
    "number input without its flag": entry({"type": "number_input"}),
    "max_length too great": typed(max_length=3001),
    "min_length above max_length": typed(min_length=5, max_length=4),
    "initial value too long": typed(initial_value="x" * 3001),
    "label too long": entry(label=plain("x" * 2001)),
    "label as mrkdwn": entry(label=mrkdwn()),
    "hint too long": entry(hint=plain("x" * 2001)),
    "button in an input": entry(button()),
    "input without label": {"type": "input", "element": {"type": "plain_text_input"}},
    "input without element": {"type": "input", "label": plain()},
    "optional is no boolean": entry(optional="yes"),
    "dispatch on nothing": typed(dispatch_action_config={"trigger_actions_on": []}),
    "image without alt text": {"type": "image", "image_url": "https://a.example/p.png"},
    "image with empty alt text": {"type": "image", "image_url": "https://a.example/p.png", "alt_text": ""},
    "alt text too long": {"type": "image", "image_url": "https://a.example/p.png", "alt_text": "x" * 2001},
    "image without source": {"type": "image", "alt_text": "x"},
    "image with two sources": {"type": "image", "alt_text": "x", "image_url": "https://a.example", "slack_file": {"id": "F1"}},
    "file by id and url": {"type": "image", "alt_text": "x", "slack_file": {"id": "F1", "url": "https://a.example"}},
    "confirm title too long": confirm(title=plain("x" * 101)),
    "confirm text too long": confirm(text=plain("x" * 301)),
    "confirm button too long": confirm(confirm=plain("x" * 31)),
    "deny button too long": confirm(deny=plain("x" * 31)),
    "confirm title as mrkdwn": confirm(title=mrkdwn()),
    "rich text of an unknown part": rich({"type": "blink"}),
    "rich text unknown block": {"type": "rich_text", "elements": [{"type": "rich_text_poem", "elements": []}]},
    "rich text list without style": {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": []}]},
    "markdown too long": {"type": "markdown", "text": "m" * 12_001},
    "table with too many rows": table(101),
    "table with too many columns": table(1, 21),
    "cell of an unknown type": {"type": "table", "rows": [[{"type": "cell"}]]},
    "thirteen series": chart(series(13)),
    "twenty-one categories": chart(series(1, 21), 21),
    "series label too long": chart(series(1, name="n" * 20)),
    "series names repeat": chart(series(1) * 2),
    "labels that are no categories": chart(series(1, 2), 1),
    "chart title too long": chart(title="t" * 51),
    "unknown chart": chart(kind="donut"),
}


@pytest.mark.parametrize("block", ACCEPTED, ids=lambda block: block["type"])
def test_what_slack_shows_is_accepted(block: Json) -> None:
    assert problems({"text": "x", "blocks": [block]}) == []


@pytest.mark.parametrize("block", REFUSED.values(), ids=REFUSED.keys())
def test_what_slack_refuses_is_refused(block: Json) -> None:
    found = problems({"text": "x", "blocks": [block]})
    assert found
    assert all(each.startswith("[ERROR]") for each in found)


@pytest.mark.parametrize(
    ("surface", "payload"),
    [
        ("message", {"text": "x", "blocks": [{"type": "divider"}] * 51}),
        ("message", {"text": "x", "blocks": [section(block_id="b"), section(block_id="b")]}),
        ("message", {"text": "x", "blocks": [table(), table()]}),
        ("message", {"text": "x", "blocks": [chart(), chart(), chart()]}),
        ("message", {"text": "x", "blocks": [{"type": "markdown", "text": "m" * 7000}] * 2}),
        ("message", {"text": "x", "blocks": [typed(focus_on_load=True), typed(focus_on_load=True)]}),
        ("message", {"text": "x", "blocks": "no list"}),
        ("message", {"text": "x", "blocks": ["no object"]}),
        ("message", {"text": "x" * 40_001}),
        ("message", {"text": 7}),
        ("message", {"blocks": []}),
        ("message", {"text": "x", "colour": "red"}),
        ("message", {"text": "x", "metadata": {"event_type": "t"}}),
        ("message", {"text": "x", "metadata": {"event_type": "t", "event_payload": "p"}}),
        ("message", {"text": "x", "metadata": {"event_type": "t", "event_payload": {"p": "x" * 8000}}}),
        ("modal", dialog(title=plain("t" * 25))),
        ("modal", dialog(submit=plain("t" * 25))),
        ("modal", dialog(close=plain("t" * 25))),
        ("modal", dialog(title=mrkdwn())),
        ("modal", dialog(private_metadata="p" * 3001)),
        ("modal", dialog(callback_id="p" * 256)),
        ("modal", dialog(external_id="p" * 256)),
        ("modal", dialog(blocks=[{"type": "divider"}] * 101)),
        ("modal", dialog(blocks=[section(text=mrkdwn("x" * 3000), fields=[mrkdwn("y" * 2000)] * 2)] * 36)),
        ("modal", dialog(blocks=[table()])),
        ("modal", dialog(colour="red")),
        ("modal", {"type": "modal", "title": plain(), "blocks": [entry()]}),
        ("modal", {"type": "modal", "blocks": []}),
        ("modal", {"type": "home", "blocks": []}),
        ("home", {"type": "home", "blocks": [{"type": "divider"}] * 101}),
        ("home", {"type": "home", "blocks": [], "title": plain()}),
        ("home", {"type": "modal", "blocks": []}),
        ("home", {"type": "home", "blocks": [chart()]}),
    ],
)
def test_what_a_surface_refuses(surface: Surface, payload: Json) -> None:
    assert problems(payload, surface)


def test_whole_surfaces_are_accepted() -> None:
    metadata = {"event_type": "convene_post", "event_payload": {"key": "poll/1"}}
    assert problems({"text": "x" * 40_000, "blocks": [{"type": "divider"}] * 50, "metadata": metadata}) == []
    assert problems(dialog(close=plain("c" * 24), private_metadata="p" * 3000, callback_id="c", notify_on_close=True), "modal") == []
    assert problems({"type": "home", "blocks": [section()] * 100, "private_metadata": ""}, "home") == []


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    assert problems({"text": "x", "blocks": [actions(button()), actions(button())]}) == []


def test_every_place_names_known_elements() -> None:
    assert set(IN_ACTIONS) | set(IN_INPUT) <= set(ELEMENTS)


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [None], {"type": []}, True])
def test_junk_is_refused_without_stumbling(junk: Any) -> None:
    for block in (*ACCEPTED, *REFUSED.values()):
        for broken in _broken(block, junk):
            problems({"text": "x", "blocks": [broken]})
            problems(dialog(blocks=[broken]), "modal")


def _broken(value: Any, junk: Any) -> list[Any]:
    """The value with each of its parts replaced by junk."""
    made: list[Any] = [junk]
    if isinstance(value, dict):
        made += [{**value, key: each} for key, inner in value.items() for each in _broken(inner, junk)]
    elif isinstance(value, list) and value:
        made += [[each, *value[1:2]] for each in _broken(value[0], junk)]
    return made

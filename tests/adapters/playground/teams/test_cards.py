from __future__ import annotations

import copy
from typing import Any

import pytest

from adapters.playground.driver import Json
from adapters.playground.teams.cards import problems, size_of
from adapters.playground.teams.drawing import Drawing, Reader
from adapters.playground.teams.markup import as_read, card_text, message_text, typed_activity_text

from .conftest import card, execute, text_block, with_card

TEXT_INPUT: Json = {"type": "Input.Text", "id": "a", "label": "A"}
CHOICES: Json = {"type": "Input.ChoiceSet", "id": "c", "label": "C", "choices": [{"title": "One", "value": "1"}]}
CHART: Json = {"type": "Chart.Donut", "title": "Votes", "data": [{"legend": "Yes", "value": 3}], "fallback": text_block("Yes 3")}
NESTED: Json = {"type": "Action.ShowCard", "title": "x", "card": card(text_block("y"))}
CELL: Json = {"type": "TableCell", "items": [text_block("x")]}


def all_of_it() -> Json:
    return card(
        text_block("Hello **you**", style="heading", size="Large"),
        {"type": "Image", "url": "https://a.example/b.png", "altText": "A tree"},
        {"type": "FactSet", "facts": [{"title": "When", "value": "{{DATE(2026-03-01T23:30:00Z,SHORT)}}"}]},
        {"type": "ColumnSet", "columns": [{"type": "Column", "width": "auto", "items": [text_block("left")]}]},
        {"type": "Container", "items": [text_block("inside")], "selectAction": execute("Touch", "t")},
        {
            "type": "Table",
            "columns": [{"width": 1}],
            "rows": [{"type": "TableRow", "cells": [{"type": "TableCell", "items": [text_block("cell")]}]}],
        },
        {"type": "RichTextBlock", "inlines": ["a *", {"type": "TextRun", "text": "b*", "weight": "Bolder"}]},
        {"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "title": "Site", "url": "https://a.example"}]},
        CHART,
        TEXT_INPUT,
        {**CHOICES, "value": "1"},
        actions=[execute("Go", "go", style="positive"), {"type": "Action.Submit", "title": "Stop", "style": "destructive"}],
    )


def test_a_good_card_has_no_problems() -> None:
    assert problems(all_of_it()) == []
    assert problems(with_card(all_of_it(), summary="Hello")) == []


RULES: dict[str, tuple[Json, str]] = {
    "too new": (card(text_block("x"), version="1.6"), "version"),
    "no version": ({"type": "AdaptiveCard", "body": [text_block("x")]}, "version is missing"),
    "empty": (card(), "nothing in it"),
    "unknown key of a card": (card(text_block("x"), colour="red"), "unknown key 'colour'"),
    "unknown element": (card({"type": "Blink"}), "unknown element"),
    "element without a type": (card({"text": "x"}), "needs a type"),
    "unknown key": (card(text_block("x", colour="red")), "unknown key"),
    "unknown value": (card(text_block("x", color="red")), "not a known value"),
    "empty text": (card(text_block(" ")), "needs text"),
    "image without alt": (card({"type": "Image", "url": "https://a.example"}), "needs altText"),
    "image without url": (card({"type": "Image", "altText": "x"}), "needs url"),
    "input without id": (card({"type": "Input.Text", "label": "A"}), "needs id"),
    "input without label": (card({"type": "Input.Date", "id": "a"}), "needs label"),
    "toggle without title": (card({"type": "Input.Toggle", "id": "a", "label": "x"}), "needs title"),
    "same id twice": (card(TEXT_INPUT, {"type": "Container", "items": [TEXT_INPUT]}), "used twice"),
    "required without message": (card({**TEXT_INPUT, "isRequired": True}), "errorMessage"),
    "no choices": (card({**CHOICES, "choices": []}), "needs choices"),
    "choice without value": (card({**CHOICES, "choices": [{"title": "x"}]}), "needs value"),
    "same choice twice": (card({**CHOICES, "choices": CHOICES["choices"] * 2}), "same value"),
    "unknown picked": (card({**CHOICES, "value": "7"}), "not one of the choices"),
    "comma in a choice": (
        card({**CHOICES, "isMultiSelect": True, "choices": [{"title": "x", "value": "1,2"}]}),
        "breaks a multiple choice",
    ),
    "chart without fallback": (card({"type": "Chart.Pie", "data": []}), "needs a fallback"),
    "bad fallback": (card({**CHART, "fallback": "other"}), "must be an element or 'drop'"),
    "fallback with a mistake": (card({**CHART, "fallback": text_block("")}), "fallback: TextBlock needs text"),
    "seven actions": (card(actions=[execute(str(n), "v") for n in range(7)]), "at most 6"),
    "seven in a set": (card({"type": "ActionSet", "actions": [execute(str(n), "v") for n in range(7)]}), "at most 6"),
    "unknown action": (card(actions=[{"type": "Action.Http", "title": "x"}]), "unknown action"),
    "execute without verb": (card(actions=[{**execute("x", "v"), "verb": ""}]), "needs verb"),
    "execute without fallback": (card(actions=[{"type": "Action.Execute", "title": "x", "verb": "v"}]), "needs fallback"),
    "action without title": (card(actions=[{"type": "Action.Submit"}]), "needs title"),
    "relative link": (card(actions=[{"type": "Action.OpenUrl", "title": "x", "url": "/a"}]), "absolute"),
    "touching a nested card": (
        card({"type": "Container", "items": [text_block("x")], "selectAction": NESTED}),
        "cannot be selected",
    ),
    "mistake in a nested card": (
        card(actions=[{"type": "Action.ShowCard", "title": "x", "card": card(text_block(""))}]),
        "card.body[0]: TextBlock needs text",
    ),
    "too many refreshed": (
        card(text_block("x"), refresh={"action": execute("x", "v"), "userIds": [f"29:{n}" for n in range(61)]}),
        "at most 60",
    ),
    "refresh by submit": (card(text_block("x"), refresh={"action": {"type": "Action.Submit"}, "userIds": []}), "refresh.action"),
    "more cells than columns": (
        card({"type": "Table", "columns": [{"width": 1}], "rows": [{"type": "TableRow", "cells": [CELL, CELL]}]}),
        "more cells",
    ),
    "another product": (card(text_block("As in Slack")), "another chat product"),
    "broken function": (card(text_block("{{DATE(2026-03-01, SHORT)}}")), "malformed function"),
    "mention of nobody": (card(text_block("<at>Bob</at>")), "without an entity"),
    "entity of nothing": (
        card(text_block("x"), msteams={"entities": [{"type": "mention", "text": "<at>B</at>", "mentioned": {"id": "1", "name": "B"}}]}),
        "without its text",
    ),
    "entity without an id": (
        card(text_block("<at>B</at>"), msteams={"entities": [{"type": "mention", "text": "<at>B</at>", "mentioned": {}}]}),
        "mentioned.id",
    ),
    "nearly too large": (card(text_block("x" * 45_000)), "nearly too large"),
    "too large": (card(text_block("x" * 52_000)), "too large"),
    "other product in a message": ({"type": "message", "text": "Slack"}, "another chat product"),
    "attachment without a type": ({"type": "message", "attachments": [{}]}, "contentType"),
    "content that is no card": (with_card([]), "must be an object"),  # type: ignore[arg-type]
}  # fmt: skip


@pytest.mark.parametrize(("payload", "sentence"), RULES.values(), ids=RULES.keys())
def test_each_rule_is_noticed(payload: Json, sentence: str) -> None:
    before = copy.deepcopy(payload)
    found = problems(payload)
    assert any(sentence in each for each in found), found
    assert payload == before


def test_a_dialog_knows_submit_only() -> None:
    assert problems(card(actions=[execute("x", "v")])) == []
    assert "Action.Submit only" in problems(card(actions=[execute("x", "v")]), in_dialog=True)[0]


def test_size_counts_two_bytes_a_character_and_four_beyond_the_plane() -> None:
    assert size_of("aé") == 8
    assert size_of("🙂") == 8


def drawn(content: Json, **reader: Any) -> Drawing:
    drawing = Drawing(Reader(**({"zone": "Asia/Tokyo", "locale": "en-US"} | reader)))
    drawing.lines.append("")
    drawing.card(content)
    return drawing


def test_everything_a_reader_sees_is_in_the_lines() -> None:
    content = all_of_it()
    drawing = drawn(content)
    assert drawing.lines[1:] == [
        "Hello you", "A tree", "When Mon, Mar 2, 2026", "left", "inside", "cell", "a *b*", "Site", "Votes", "Yes: 3",
        "A", "C", "One", "Go", "Stop",
    ]  # fmt: skip
    kinds = [(each["kind"], each["label"], each["style"]) for each in drawing.controls]
    assert kinds == [
        ("button", "Touch", ""), ("link", "Site", ""), ("input", "A", ""), ("select", "C", ""),
        ("button", "Go", "primary"), ("button", "Stop", "danger"),
    ]  # fmt: skip
    assert drawing.controls[3]["options"] == [{"value": "1", "label": "One"}]
    assert drawing.controls[3]["value"] == "1"
    assert len({each["id"] for each in drawing.controls}) == 6


def test_controls_stand_on_their_elements() -> None:
    drawing = Drawing(Reader(None, "en-US"))
    content = drawing.card(card(TEXT_INPUT, actions=[execute("Go", "go")]))
    assert [content["body"][0]["_control"], content["actions"][0]["_control"]] == [each["id"] for each in drawing.controls]


def test_an_unknown_element_is_drawn_as_its_fallback() -> None:
    assert drawn(card({"type": "Future", "fallback": text_block("old way")})).lines[1:] == ["old way"]
    assert drawn(card({"type": "Future"})).lines[1:] == []


def test_hidden_inputs_are_sent_but_not_seen() -> None:
    hidden = {"type": "Container", "isVisible": False, "items": [{**TEXT_INPUT, "value": "kept"}]}
    drawing = drawn(card(hidden, actions=[execute("Go", "go")]))
    assert [each.element["id"] for each in drawing.fillables] == ["a"]
    assert [each["label"] for each in drawing.controls] == ["Go"]


def test_a_people_picker_offers_the_directory() -> None:
    picker = {**CHOICES, "choices": [], "choices.data": {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}}
    assert problems(card(picker)) == []
    drawing = drawn(card(picker), directory=(("id-1", "Ann"),))
    assert drawing.controls[0]["options"] == [{"value": "id-1", "label": "Ann"}]


@pytest.mark.parametrize(
    ("zone", "locale", "text", "read"),
    [
        ("Europe/Berlin", "en-US", "{{TIME(2026-03-01T09:30:00Z)}}", "10:30\u202fAM"),
        ("America/New_York", "en-GB", "{{TIME(2026-03-01T09:30:00Z)}}", "04:30"),
        ("Asia/Tokyo", "en-US", "{{DATE(2026-03-01T20:30:00Z, LONG)}}", "Monday, March 2, 2026"),
        (None, "xx-nonsense", "{{DATE(2026-03-01T20:30:00+02:00)}}", "3/1/26"),
        (None, "en-US", "{{DATE(2026-13-01T20:30:00Z)}}", "{{DATE(2026-13-01T20:30:00Z)}}"),
        (None, "en-US", "{{DATE(soon)}}", "{{DATE(soon)}}"),
    ],
)
def test_moments_in_the_readers_zone(zone: str | None, locale: str, text: str, read: str) -> None:
    assert card_text(text, zone=zone, locale=locale) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("**bold** _it_ *it* [site](https://a.example/b_(c))", "bold it it site"),
        (r"2 \* 3 \_not\_ \[x\] \<at\>", "2 * 3 _not_ [x] <at>"),
        ("snake_case_name 2*3*4", "snake_case_name 234"),
        ("- one\n- two\n1. three", "• one\n• two\n1. three"),
        ("a &lt;b&gt; &amp;", "a <b> &"),
        ("<at>Bob Ray</at> hi", "@Bob Ray hi"),
    ],
)
def test_the_markdown_of_cards(text: str, read: str) -> None:
    assert card_text(text, zone=None, locale="en-US") == read


@pytest.mark.parametrize(
    ("text_format", "text", "read"),
    [
        ("markdown", "# Title\n> said `code` ~~no~~", "Title\nsaid code no"),
        ("plain", "**as it is** <b>", "**as it is** <b>"),
        ("xml", "<p>one</p><b>two</b><br/>&lt;three&gt; <at id='0'>Bob</at> **x**", "one\ntwo\n<three> @Bob **x**"),
    ],
)
def test_the_formats_of_messages(text_format: str, text: str, read: str) -> None:
    assert message_text(text, text_format) == read


def test_typed_text() -> None:
    text, entities = typed_activity_text("mail me@convene or <b>@Convene</b>, @Conveners", [("28:x", "Convene")])
    assert text == "mail me@convene or &lt;b&gt;<at>Convene</at>&lt;/b&gt;, @Conveners"
    assert [each["mentioned"]["id"] for each in entities] == ["28:x"]
    assert typed_activity_text("@x", []) == ("@x", [])
    assert as_read("<at>Convene</at> hi") == "@Convene hi"


def spots(part: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) in a card."""
    keys: Any = part.keys() if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    return [spot for key in list(keys) for spot in [(part, key), *spots(part[key])]]


@pytest.mark.parametrize("junk", [None, 7, "x", True, [], [None], ["x"], {}, {"type": 7}, [[]], {"type": "Input.Text"}], ids=repr)
def test_junk_anywhere_in_a_card_breaks_nothing(junk: Any) -> None:
    for number in range(len(spots(all_of_it()))):
        broken = copy.deepcopy(all_of_it())
        container, key = spots(broken)[number]
        container[key] = copy.deepcopy(junk)
        problems(broken)
        drawing = drawn(broken)
        for pressable in drawing.pressables.values():
            drawing.inputs_for(pressable)

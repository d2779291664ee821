"""Messages as stored: every view of every feature comes back as it was, and nothing from the future is guessed at."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.chat import wire
from bot.chat.form import Form
from bot.chat.message import (
    BLOCKS,
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
    Option,
    Paragraph,
    Picker,
    Picture,
    Quote,
    Row,
    Table,
    Tally,
)
from bot.chat.reading import resolved
from bot.chat.text import Code, Emphasis, Link, Mention, Moment, Plain, Strong
from handlers import all_views

VIEWS = list(all_views().items())
EVERYTHING = Message(
    "Everything at once",
    (
        Heading("Title", 2),
        Paragraph((Plain("a"), Strong("b"), Emphasis((Plain("c"), Code("d"))), Mention("Ann", (("slack/T1", "U1"), ("teams/x", "29:y"))))),
        Paragraph((Moment(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "time", "Europe/Berlin"), Link("l", "https://example.org/?a=b&c"))),
        Quote((Plain("<!channel> 🙂 \u202e \x00"),)),
        Facts((Fact("label", (Plain("words"),)),)),
        Table((Column("What"), Column("Count", is_number=True)), (Row(((Plain("Pizza"),), (Strong("3"),))),)),
        Items(((Plain("one"),), (Strong("two"),)), ordered=True),
        Tally((Count("yes", 3), Count("no", 0)), whole=3),
        Chart("chart", "line", (Count("a", 1),)),
        Picture(b"\x89PNG", "a picture"),
        Divider(),
        Buttons((Button("Press", '["a.b",{}]', "danger", asks=True, confirm="Sure?"), Button("Plain", '["a.b",{}]'))),
        Picker("Pick", '["a.c",{}]', (Option("1", "One"),), chosen="1"),
        Footnote((Plain("small"),)),
        File("a.pdf", "application/pdf", "a file", b"\x00\xff\x80"),
    ),
)


def test_everything_that_can_be_said_comes_back() -> None:
    assert {type(block) for block in EVERYTHING.blocks} == set(BLOCKS)
    assert wire.decode(wire.encode(EVERYTHING)) == EVERYTHING


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "view"), VIEWS, ids=[name for name, _ in VIEWS])
def test_every_view_comes_back(name: str, view: object) -> None:
    example = view.example()  # type: ignore[attr-defined]
    if isinstance(example, Form):
        assert resolved(example, "en").fields, name
        return
    message = resolved(example, "en")
    assert wire.decode(wire.encode(message)) == message


def test_what_nobody_resolved_is_never_stored() -> None:
    unresolved = next(example for _, view in VIEWS if isinstance(example := view.example(), Message))
    with pytest.raises(TypeError, match="resolved"):
        wire.encode(unresolved)


def test_a_message_from_the_future_is_refused() -> None:
    document = json.loads(wire.encode(EVERYTHING))
    document["version"] = wire.VERSION + 1
    with pytest.raises(ValueError, match="newer"):
        wire.decode(json.dumps(document).encode())


def test_a_message_of_the_past_has_the_defaults_for_what_it_does_not_know() -> None:
    old = {"version": 1, "message": {"@": "message", "summary": "s", "blocks": [{"@": "heading", "label": "h"}]}}
    assert wire.decode(json.dumps(old).encode()) == Message("s", (Heading("h"),))


def test_a_message_needs_a_summary() -> None:
    with pytest.raises(ValueError, match="summary"):
        Message("  ")

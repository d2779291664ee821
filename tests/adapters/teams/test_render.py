"""Cards: every block within the limits, and nothing that a person wrote is ever markup."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import adaptive_cards
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft6Validator

from adapters.playground.teams.cards import problems, size_of
from adapters.playground.teams.drawing import Drawing, Reader
from adapters.playground.teams.markup import card_text
from adapters.teams.forms import dialog, form_card
from adapters.teams.limits import LIMITS, pieces
from adapters.teams.render import render
from adapters.teams.text import Writer, line, neutral, visible
from bot.chat import wire
from bot.chat.form import Field, Form, Line, corrected
from bot.chat.language import _
from bot.chat.message import (
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
from bot.chat.text import Code, Emphasis, Link, Mention, Moment, Strong
from tests.adapters.teams.test_thread import POLL

AUDIENCE = "teams/t1"
ANN = Mention("Ann [Lee](x)", (("teams/t1", "aad-1"), ("teams/t2", "aad-2")))
NINE = datetime(2026, 3, 29, 9, 0, tzinfo=UTC)
EVIL = [
    "<!channel>",
    "<@U1>",
    "*bold* **bolder** _x_ __y__",
    "`code` ```more```",
    "<at>Ann Lee</at>",
    "[x](http://evil.example)",
    "![x](http://evil.example/p.png)",
    "@here",
    "https://example.org/a_b*c",
    "# heading",
    "- list",
    "+ list",
    "1. list",
    "2) list",
    "| a | table |",
    "> quote",
    "    code",
    "---",
    "~~gone~~",
    "{{DATE(2026-03-29T09:00:00Z,SHORT)}} ${x} {{TIME(x)}}",
    "&lt;b&gt; &amp; &copy; &nbsp;",
    "<b onclick=x>bold</b><br>",
    "\\*not\\* \\\\",
    "two\nlines\n\nand a third",
    "C:\\dir\\file",
]


def whole() -> Message:
    buttons = tuple(Button(f"Option {n}", f'["x",{{"n":"{n}"}}]') for n in range(8))
    return Message(
        "All of it",
        (
            Heading("Title *one*"),
            Heading("Part", 2),
            Paragraph(
                ("Hello ", ANN, " at ", Moment(NINE), Strong(" strong "), Emphasis("soft"), Code("/poll"), Link("a [b]", "https://x.y/(z)"))
            ),
            Quote("She said\n\nthis"),
            Facts((Fact("When", (Moment(NINE, "day"), " or ", Moment(NINE, "time"))), Fact("Who", ANN), Fact("None", ()))),
            Items(("one", ("two ", ANN), "three\nlines")),
            Items(("first", "second"), ordered=True),
            Table((Column("Who"), Column("How often", is_number=True)), (Row((ANN, "3")), Row(((), Strong("4"))))),
            Tally((Count("Pizza", 5), Count("Sushi", 0)), 8),
            Tally((Count("Empty", 0),), 0),
            Chart("Moods", "line", (Count("Mon", 3), Count("Tue", 4))),
            Chart("Votes", "bar", (Count("A", 3),)),
            Picture(b"\x89PNG", "A picture"),
            Divider(),
            Buttons(
                (
                    *buttons,
                    Button("Ask", "[]", "primary", asks=True),
                    Button("Drop", "[]", "danger", confirm="Sure?"),
                    Button("L" * 90, "[]"),
                )
            ),
            Picker("Pick", "[]", (Option("a", "A"), Option("b", "")), chosen="zzz"),
            Footnote("Only you see this."),
            File("notes.pdf", "application/pdf", "Your notes", b"x"),
        ),
    )


def read(activity: dict[str, Any], zone: str = "Europe/Berlin") -> list[str]:
    drawing = Drawing(Reader(zone, "en-GB"))
    drawing.card(activity["attachments"][0]["content"])
    return drawing.lines


def test_every_block_is_a_good_card() -> None:
    drawn = render(whole(), audience=AUDIENCE)
    assert problems(drawn) == []
    assert drawn["summary"] == "All of it"
    card = drawn["attachments"][0]["content"]
    assert card["msteams"]["entities"] == [
        {"type": "mention", "text": "<at>Ann Lee (x)</at>", "mentioned": {"id": "aad-1", "name": "Ann Lee (x)"}}
    ]
    lines = read(drawn)
    for expected in (
        "Title *one*",
        "• two @Ann Lee (x)",
        "1. first",
        "██████░░░░ 5 (63%)",
        "░░░░░░░░░░ 0 (0%)",
        "• " + "L" * 90,
    ):
        assert expected in lines
    assert any("29 Mar 2026 11:00" in each and "strong soft" in each and "/poll" in each and "a [b]" in each for each in lines), lines
    rows = [element["actions"] for element in card["body"] if element["type"] == "ActionSet"]
    assert [len(row) for row in rows] == [6, 5, 1]


def test_cards_fit_the_published_schema() -> None:
    path = Path(adaptive_cards.__file__).parent / "schemas" / "schema-1.5.json"
    check = Draft6Validator(json.loads(path.read_text()))
    forms = [form_card(POLL, audience=AUDIENCE, language="en"), dialog(POLL, audience=AUDIENCE, language="en")["card"]["content"]]
    for card in (render(whole(), audience=AUDIENCE)["attachments"][0]["content"], *forms):
        assert [each.message[:200] for each in check.iter_errors(known(card))] == []


def known(part: Any) -> Any:
    """The card as a client of the published version reads it: without the host's own key, newer elements as their fallback."""
    if isinstance(part, list):
        return [known(each) for each in part]
    if not isinstance(part, dict):
        return part
    if str(part.get("type")).startswith("Chart."):
        return known(part["fallback"])
    return {key: known(each) for key, each in part.items() if not (key == "msteams" and part.get("type") in {"AdaptiveCard", "Image"})}


def test_a_table_has_the_same_in_lines_for_clients_without_tables() -> None:
    columns = (Column("Statement"), Column("Agree", is_number=True))
    drawn = render(Message("Numbers", (Table(columns, (Row(("*Tests*\nfirst", "9")), Row((Strong("Notes"), ())))),)), audience=AUDIENCE)
    assert problems(drawn) == []
    (table,) = drawn["attachments"][0]["content"]["body"]
    assert read(drawn) == ["Statement", "Agree", "*Tests*", "first", "9", "Notes", "–"]
    assert [column.get("horizontalCellContentAlignment") for column in table["columns"]] == [None, "right"]
    assert [item["text"] for item in table["fallback"]["items"]] == [
        "• **Statement:** \\*Tests\\* first · **Agree:** 9",
        "• **Statement:** **Notes** · **Agree:** –",
    ]


def test_a_picture_stands_in_the_card_and_its_words_where_it_is_too_large() -> None:
    for content, kinds in ((b"\x89PNG" * 4000, ["TextBlock", "Image"]), (b"\x89PNG" * 8000, ["TextBlock", "TextBlock"])):
        drawn = render(Message("A map", (Paragraph("The map"), Picture(content, "A map of *two* groups"))), audience=AUDIENCE)
        assert problems(drawn) == []
        body = drawn["attachments"][0]["content"]["body"]
        assert [element["type"] for element in body] == kinds
        assert read(drawn)[1] == "A map of *two* groups"
    small = render(Message("A map", (Picture(b"PNG", "x"),)), audience=AUDIENCE)["attachments"][0]["content"]["body"]
    assert small[0]["url"] == "data:image/png;base64,UE5H"


def test_a_table_that_is_too_long_keeps_what_fits() -> None:
    rows = tuple(Row((f"row {number} {'words ' * 20}",)) for number in range(400))
    drawn = render(Message("Long", (Table((Column("Row"),), rows),)), audience=AUDIENCE)
    lines = read(drawn)
    assert size_of(drawn["attachments"][0]["content"]) <= LIMITS["card"]
    assert lines[1].startswith("row 0 ")
    assert lines[-1] == "The rest of this message does not fit here."
    assert len(lines) > 50


def test_a_mention_elsewhere_is_a_name() -> None:
    drawn = render(Message("Hi", (Paragraph(("Hi ", ANN)),)), audience="teams/other")
    assert "entities" not in drawn["attachments"][0]["content"]["msteams"]
    assert read(drawn) == ["Hi Ann [Lee](x)"]


def test_two_people_of_one_name_are_two_mentions() -> None:
    one, two = (Mention("Ann", ((AUDIENCE, account),)) for account in ("1", "2"))
    drawn = render(Message("Hi", (Paragraph((one, " ", two, " ", one)),)), audience=AUDIENCE)
    entities = drawn["attachments"][0]["content"]["msteams"]["entities"]
    assert [(each["text"], each["mentioned"]["id"]) for each in entities] == [("<at>Ann</at>", "1"), ("<at>Ann (2)</at>", "2")]
    assert problems(drawn) == []


@pytest.mark.parametrize("text", EVIL)
def test_what_people_write_is_shown_as_it_is(text: str) -> None:
    for block in (
        Paragraph(text),
        Quote(text),
        Footnote(text),
        Heading(text),
        Items((text,)),
        Facts((Fact("f", text),)),
        Paragraph(Strong(text)),
    ):
        drawn = render(Message("Said", (block,)), audience=AUDIENCE)
        assert problems(drawn) == []
        shown = "\n".join(read(drawn)).replace("\u00a0", " ")
        for each in text.split("\n"):
            assert (each.strip() if isinstance(block, Paragraph) else each) in shown
    plain = render(Message(text, (Buttons((Button(text, "[]"),)), Picker(text, "[]", (Option("v", text),)))), audience=AUDIENCE)
    assert problems(plain) == []


def test_hidden_characters_do_not_come_through() -> None:
    assert visible("a\u202eb\u200bc\u2066d\ufeff\x00e\tf\u2028g") == "abcde f\ng"
    assert visible("می\u200cخواهم") == "می\u200cخواهم"


texts = st.text(st.characters(exclude_categories=("Cs", "Co", "Cn")), max_size=200) | st.lists(
    st.sampled_from([*EVIL, "*", "_", "\\", "[", "](", "{{", "<at>", "\n", " "])
).map("".join)


@given(texts)
def test_no_text_is_ever_markup(text: str) -> None:
    writer = Writer(AUDIENCE)
    shown = [card_text(each, zone="UTC", locale="en-GB") for each in writer.lines(text)]
    assert [each.replace("\u00a0", " ") for each in shown] == visible(text).replace("\u00a0", " ").split("\n")
    assert writer.mentions == {}
    assert card_text(line(text), zone="UTC", locale="en-GB").replace("\u00a0", " ") == " ".join(visible(text).split("\n")).replace(
        "\u00a0", " "
    )
    assert "](" not in neutral(text)
    assert "{{" not in neutral(text)


@given(st.text(max_size=300), st.integers(1, 50))
def test_pieces_lose_nothing(text: str, longest: int) -> None:
    cut = list(pieces(text, longest))
    assert "".join(cut) == text
    assert all(len(each) <= longest for each in cut)


def test_long_texts_become_several_blocks() -> None:
    text = "A sentence of some length. " * 600
    drawn = render(Message("Long", (Paragraph(text),)), audience=AUDIENCE)
    assert problems(drawn) == []
    blocks = drawn["attachments"][0]["content"]["body"]
    assert all(len(each["text"]) <= LIMITS["text"] + 100 for each in blocks)
    assert "".join(each["text"] for each in blocks).replace(" ", "") == text.replace(" ", "")


def test_what_does_not_fit_is_said_and_no_button_is_lost() -> None:
    text = "Word " * 60_000
    drawn = render(Message("Huge", (Paragraph("First"), Paragraph(text), Buttons((Button("Go", "[]"),)))), audience=AUDIENCE)
    assert size_of(drawn) <= 82 * 1024
    lines = read(drawn)
    assert lines[0] == "First"
    assert "The rest of this message does not fit here." in lines
    assert lines[-1] == "Go"
    many = render(Message("Lines", (Paragraph("x\n" * 5000),)), audience=AUDIENCE)
    assert problems(many) == []


def test_forms_are_good_cards() -> None:
    wrong = corrected(
        POLL, {"question": "*x*", "count": "many", "one": "nothing", "many": ["mon", "zzz"]}, {"question": "No [x](y)", "": "Bad"}
    )
    for form in (POLL, wrong):
        card = form_card(form, audience=AUDIENCE, language="en")
        assert problems(card) == []
        opened = dialog(form, audience=AUDIENCE, language="en")
        assert problems(opened["card"]["content"], in_dialog=True) == []
        for each in card["body"]:
            if each["type"].startswith("Input."):
                assert {"label", "isRequired", "errorMessage"} <= each.keys()
    texts_shown = [each for each in form_card(wrong, audience=AUDIENCE, language="en")["body"] if each.get("color") == "Attention"]
    assert [each.get("id") for each in texts_shown] == [None, "error-question"]


def test_a_form_says_why_it_came() -> None:
    form = Form("f", "T", "Go", (Field("a", Line("A"), is_optional=False),), intro=("For ", ANN), nonce="n")
    card = form_card(form, audience=AUDIENCE, language="en")
    assert problems(card) == []
    assert card["msteams"]["entities"][0]["mentioned"]["id"] == "aad-1"


def test_a_card_says_in_which_language_it_is_and_runs_as_that_language_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    said = resolved(Message(_("Hello"), (Paragraph(_("Hello")), Picker("Day", "[]", (Option("a", "A"),)))), "en-GB")
    card = render(said, audience=AUDIENCE)["attachments"][0]["content"]
    assert (card["lang"], "rtl" in card) == ("en-GB", False)
    arabic = resolved(Message(_("Hello"), (Paragraph(_("Hello")),)), "ar")
    card = render(arabic, audience=AUDIENCE)["attachments"][0]["content"]
    assert (card["lang"], "rtl" in card) == ("en", False), "as long as we say it in English"
    monkeypatch.setattr(sys.modules[render.__module__], "babel_locale", lambda language: language)
    monkeypatch.setattr(sys.modules[render.__module__], "reads_leftward", lambda language: language == "ar")
    card = render(arabic, audience=AUDIENCE)["attachments"][0]["content"]
    assert (card["lang"], card["rtl"]) == ("ar", True)
    schema = json.loads((Path(adaptive_cards.__file__).parent / "schemas" / "schema-1.5.json").read_text())
    assert not list(Draft6Validator(schema).iter_errors(known(card)))
    form = form_card(POLL, audience=AUDIENCE, language="ar")
    assert form["rtl"]
    assert problems(form) == []


def test_what_is_queued_keeps_its_readers_language() -> None:
    said = resolved(Message(_("Hello"), (Paragraph(_("Hello")),)), "de")
    assert wire.decode(wire.encode(said)).language == "de"

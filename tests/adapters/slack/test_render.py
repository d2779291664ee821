"""How each block looks."""

from __future__ import annotations

from typing import cast

from inline_snapshot import snapshot

from adapters.playground.slack.blocks import problems
from adapters.slack import widgets
from adapters.slack.render import render, render_home
from bot.chat.message import (
    Block,
    Button,
    Buttons,
    Chart,
    Column,
    Count,
    Fact,
    Facts,
    File,
    Footnote,
    Items,
    Message,
    Option,
    Picker,
    Picture,
    Row,
    Table,
    Tally,
)
from bot.chat.text import LEFT_TO_RIGHT, Plain, Strong
from tests.adapters.slack.test_text import shown

AUDIENCE = "slack/T0001"


def drawn(*blocks: Block) -> list[dict[str, object]]:
    payload = render(Message("A summary", blocks), audience=AUDIENCE)
    assert problems(payload) == []
    return list(payload["blocks"])


def test_a_summary_alone_is_its_own_text() -> None:
    payload = render(Message("Only *this* <!here>"), audience=AUDIENCE)
    assert payload == snapshot(
        {
            "text": "Only *this* &lt;!here&gt;",
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Only *this* <!here>"}]}],
                }
            ],
        }
    )


def test_a_tally_has_bars_numbers_and_percent() -> None:
    assert shown(drawn(Tally((Count("Pizza", 3), Count("Sushi", 1), Count("None", 0)), 4))[0]) == snapshot("""\
Pizza
████████░░ 3 (75%)
Sushi
███░░░░░░░ 1 (25%)
None
░░░░░░░░░░ 0 (0%)\
""")
    assert "(0%)" in shown(drawn(Tally((Count("Pizza", 0),), 0))[0])
    assert "(100%)" in shown(drawn(Tally((Count("Pizza", 9),), 4))[0])


def test_a_chart_is_native_and_in_numbers() -> None:
    chart = Chart("Votes", "bar", (Count("A rather long label here", 3), Count("B", 5)))
    assert drawn(chart) == snapshot(
        [
            {
                "type": "data_visualization",
                "title": "Votes",
                "chart": {
                    "type": "bar",
                    "series": [{"name": "Votes", "data": [{"label": "A rather long label…", "value": 3}, {"label": "B", "value": 5}]}],
                    "axis_config": {"categories": ["A rather long label…", "B"]},
                },
            },
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "Votes", "style": {"bold": True}},
                            {
                                "type": "text",
                                "text": """\

A rather long label here: 3
B: 5\
""",
                            },
                        ],
                    }
                ],
            },
        ]
    )


def test_a_chart_that_slack_cannot_draw_is_numbers() -> None:
    many = Chart("Votes", "line", tuple(Count(f"Day {n}", n) for n in range(30)))
    assert [each["type"] for each in drawn(many)] == ["rich_text"]
    alike = Chart("Votes", "bar", (Count("A rather long label 1", 3), Count("A rather long label 2", 5)))
    assert [each["type"] for each in drawn(alike)] == ["rich_text"]
    three = (Chart("Votes", "bar", (Count("A", 1),)),) * 3
    assert [each["type"] for each in drawn(*three)].count("data_visualization") == 2


def test_facts_and_items() -> None:
    assert drawn(
        Facts((Fact("When", "now"), Fact("Who", (Plain("Ann "), Strong("Lee"))))), Items(("one", "two"), ordered=True)
    ) == snapshot(
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "When:", "style": {"bold": True}},
                            {"type": "text", "text": " "},
                            {"type": "text", "text": "now"},
                            {"type": "text", "text": "\n"},
                            {"type": "text", "text": "Who:", "style": {"bold": True}},
                            {"type": "text", "text": " "},
                            {"type": "text", "text": "Ann "},
                            {"type": "text", "text": "Lee", "style": {"bold": True}},
                        ],
                    }
                ],
            },
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "style": "ordered",
                        "elements": [
                            {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]},
                            {"type": "rich_text_section", "elements": [{"type": "text", "text": "two"}]},
                        ],
                    }
                ],
            },
        ]
    )


def test_one_table_is_drawn_and_a_second_is_said_in_lines() -> None:
    columns = (Column("Statement"), Column("Agree", is_number=True))
    first, second = drawn(Table(columns, (Row(("Tests first", "9")), Row((Strong("Notes"), ())))), Table(columns, (Row(("More", "2")),)))
    assert first["type"] == "table"
    rows = cast("list[list[dict[str, object]]]", first["rows"])
    assert [[shown(cell) for cell in row] for row in rows] == [["Statement", "Agree"], ["Tests first", "9"], ["Notes", "–"]]
    assert first["column_settings"] == [{"align": "left", "is_wrapped": True}, {"align": "right", "is_wrapped": True}]
    assert (second["type"], shown(second)) == ("rich_text", "Statement: More · Agree: 2")


def test_a_table_without_the_room_is_said_in_lines() -> None:
    rows = tuple(Row((f"row {number}",)) for number in range(100))
    assert [block["type"] for block in drawn(Table((Column("Row"),), rows[:99]))] == ["table"]
    for table in (Table((Column("Row"),), rows), Table((Column("Row"),), (Row(("x" * 10_000,)),)), Table((Column("Row"),), ())):
        assert all(block["type"] == "rich_text" for block in drawn(table))
    home = render_home(Message("A summary", (Table((Column("Row"),), rows),)), audience=AUDIENCE)
    assert "Row: row 99" in "\n".join(shown(block) for block in home["blocks"])


def test_a_button_asks_before_it_acts() -> None:
    button = Button("Delete", '["x",{}]', "danger", confirm="Really delete it?")
    assert drawn(Buttons((button,))) == snapshot(
        [
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "press.0",
                        "text": {"type": "plain_text", "text": "Delete", "emoji": False},
                        "value": '["x",{}]',
                        "style": "danger",
                        "confirm": {
                            "title": {"type": "plain_text", "text": "Delete", "emoji": False},
                            "text": {"type": "plain_text", "text": "Really delete it?", "emoji": False},
                            "confirm": {"type": "plain_text", "text": "Delete", "emoji": False},
                            "deny": {"type": "plain_text", "text": "Cancel", "emoji": False},
                        },
                    }
                ],
            }
        ]
    )


def test_a_picture_is_its_file_or_its_words() -> None:
    cat = Picture(b"\x89PNG", "A cat")
    assert [shown(block) for block in drawn(cat)] == ["A cat"]
    payload = render(Message("A summary", (cat,)), audience=AUDIENCE, files={cat: "F0001"})
    assert problems(payload) == []
    assert payload["blocks"] == [{"type": "image", "slack_file": {"id": "F0001"}, "alt_text": "A cat"}]


def test_small_print_is_small() -> None:
    assert drawn(Footnote("Only you see this.")) == snapshot(
        [{"type": "context", "elements": [{"type": "plain_text", "text": "Only you see this.", "emoji": False}]}]
    )


def test_a_long_payload_survives_a_picker() -> None:
    options = (Option("a", "A"), Option("b", "B"))
    for length in (10, 240, 241, 480, 481, 1500):
        payload = '["x",{"y":"' + "z" * (length - 14) + '"}]'
        block = drawn(Picker("Pick", payload, options))
        if "accessory" in block[0]:
            menu = dict(block[0]["accessory"])  # type: ignore[call-overload]
            action = {**menu, "block_id": block[0].get("block_id", "b1"), "selected_option": options_of(menu)[1]}
        else:
            action = dict(block[1]["elements"][1])  # type: ignore[index]
        assert widgets.pressed(action) == (payload, "b")


def options_of(menu: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    return menu["options"]


def test_names_of_the_other_direction_turn_no_line_round() -> None:
    """Slack lets the first letter of a block decide which way all of it runs, and digits follow the letters before them."""
    facts = drawn(Facts((Fact("ליאור", "has not added me"), Fact("Ann", "is here"))))
    assert shown(facts[0]).startswith(f"{LEFT_TO_RIGHT}ליאור: has not added me")
    assert shown(drawn(Tally((Count("שלום", 3), Count("Pizza", 1)), 4))[0]).startswith(f"{LEFT_TO_RIGHT}שלום\n")
    chart = drawn(Chart("Days", "bar", (Count("ליאור", 3), Count("Ann", 12))))
    assert shown(chart[-1]) == f"Days\n{LEFT_TO_RIGHT}ליאור{LEFT_TO_RIGHT}: 3\nAnn: 12"
    rows = Table((Column(""), Column("Days", is_number=True)), (Row(("ליאור", "3")),))
    home = render_home(Message("All", (rows,)), audience=AUDIENCE)
    assert shown(home["blocks"][0]) == f"{LEFT_TO_RIGHT}ליאור · Days: 3"
    assert shown(drawn(File("יומן.md", "text/markdown", "Your journal", b""))[0]) == f"{LEFT_TO_RIGHT}📎 יומן.md: Your journal"

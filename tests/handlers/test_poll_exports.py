"""What one takes along of a poll: tables that are harmless in any spreadsheet, charts with words for them, no names that are not told."""

from __future__ import annotations

import base64
import csv
import io
import struct
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground import Playground
from handlers.polls import tables
from handlers.polls.chart import draw
from handlers.polls.kinds import Choice, Kind, Terms
from handlers.polls.tallies import tally
from tests.handlers.test_polls import FORM, asks
from tests.kit.people import Person

At = Callable[[str], Person]
OPTIONS = (Choice(1, "Pizza"), Choice(2, "=HYPERLINK(A1)"), Choice(3, "寿司"))


def terms(kind: Kind, **more: Any) -> Terms:
    return Terms(1, kind, "Lunch?", OPTIONS, **more)


@pytest.mark.parametrize(
    ("kind", "answer", "row"),
    [
        (Kind.SINGLE, 1, ["Ann", "Pizza"]),
        (Kind.MULTIPLE, (1, 3), ["Ann", "1", "", "1"]),
        (Kind.RANKED, (3, 1), ["Ann", "2", "", "1"]),
        (Kind.DOTS, ((1, 3), (2, 7)), ["Ann", "3", "7", ""]),
        (Kind.SCORE, ((1, 5), (3, 2)), ["Ann", "5", "", "2"]),
        (Kind.OPEN, "Wherever", ["Ann", "Wherever"]),
    ],
)
def test_a_row_for_everybody(kind: Kind, answer: Any, row: list[str]) -> None:
    assert tables.with_names(terms(kind), [(7, "Ann", answer)], "en")[1] == row


def test_counts_in_the_polls_order() -> None:
    counted = tally(terms(Kind.SINGLE), [3, 1, 3])
    assert tables.of_counts(terms(Kind.SINGLE), counted, "en") == [
        ["Option", "Votes"],
        ["Pizza", "1"],
        ["=HYPERLINK(A1)", "0"],
        ["寿司", "2"],
    ]
    scored = tally(terms(Kind.SCORE), [((1, 5),), ((1, 4), (3, 1))])
    assert tables.of_counts(terms(Kind.SCORE), scored, "en")[1:] == [
        ["Pizza", "0", "0", "0", "1", "1"],
        ["=HYPERLINK(A1)", "0", "0", "0", "0", "0"],
        ["寿司", "1", "0", "0", "0", "0"],
    ]


@pytest.mark.parametrize(
    "typed", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "a;=1", "a,\t@x", "\r\n=1", "＝1", "x\n=cmd|' /C calc'!A0"]
)
def test_nothing_that_somebody_wrote_is_a_formula(typed: str) -> None:
    for cell in tables.harmless(typed).replace("\t", ";").replace(",", ";").split(";"):
        assert not cell.strip().startswith(("=", "+", "-", "@", "＝"))
    assert "\n" not in tables.harmless(typed)


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), min_size=1, max_size=5))
def test_a_table_has_the_cells_that_it_was_made_of(rows: list[list[str]]) -> None:
    made = tables.as_csv(rows)
    assert made.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert read == [[tables.harmless(cell) for cell in row] for row in rows]
    assert [len(row) for row in read] == [2] * len(rows)


@pytest.mark.parametrize("label", ["Pizza", '#eval("1") #panic() $x$ \\ ] " *', "寿司" * 30, "سوشي مع الخضار", "a" * 150])
def test_a_chart_is_a_picture_whatever_stands_in_it(label: str) -> None:
    bars = [{"label": label, "length": 3, "said": "3"}, {"label": "Nothing", "length": 0, "said": "0"}]
    png = base64.b64decode(draw({"chart": {"language": "en", "title": label, "note": "3 people voted.", "bars": bars}})["png"])
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert width in range(1000, 1050)
    assert height > 150


async def test_a_chart_of_fifty_options_is_one_picture() -> None:
    bars = [{"label": f"Option {n} " + "字" * 60, "length": n, "said": str(n)} for n in range(50)]
    png = base64.b64decode(draw({"chart": {"language": "zh", "title": "?", "note": "", "bars": bars}})["png"])
    assert struct.unpack(">II", png[16:24])[1] > 2000


def files(somebody: Person, name: str) -> list[dict[str, Any]]:
    found = [f for c in somebody.screen["conversations"] for m in c["messages"] for f in m["files"]]
    return [each for each in found if each["name"] == name]


async def test_who_asked_takes_names_along_and_others_counts(stage: Playground, person: At) -> None:
    ann, bob, priya = person("ANN"), person("BOB"), person("PRIYA")
    await bob.types("/poll Lunch? | Pizza | =1+1")
    await ann.presses("Pizza", on="Choose one.")
    await priya.presses("=1+1", on="Choose one.")
    for somebody, small in ((bob, "Names are in it"), (priya, "Counts only. Whoever asked, and leads")):
        await somebody.presses("See all and my vote", on="Choose one.")
        if somebody is bob:
            await bob.presses("Pizza")
            await bob.presses("See all and my vote", on="Choose one.")
        await somebody.presses("Get it as a table")
        somebody.sees("The votes on Lunch? as a table.", small)
        assert len(files(somebody, "votes.csv")) == 1


async def test_a_chart_comes_to_ones_own_chat_with_its_numbers_as_words(stage: Playground, person: At) -> None:
    bob, priya = person("BOB"), person("PRIYA")
    await bob.types("/poll Lunch? | Pizza | Sushi")
    await priya.presses("Sushi", on="Choose one.")
    await priya.presses("See all and my vote", on="Choose one.")
    await priya.presses("Draw a chart")
    priya.sees("I am drawing the chart.", "Here is the chart of Lunch?")
    (picture,) = files(priya, "chart.png")
    assert picture["alt"] == "Bar chart. Lunch? Pizza: 0; Sushi: 1. 1 person voted."


async def test_of_few_who_agree_nothing_is_taken_along(stage: Playground, person: At) -> None:
    ann = person("ANN")
    await asks(ann, "All of us?", is_anonymous=["yes"], **FORM)
    voters = [person(name) for name in ("BOB", "PRIYA", "HANAKO", "layla", "wei")]
    for number, voter in enumerate(voters):
        await voter.presses("Sushi" if not number else "Pizza", on="All of us?")
    await ann.presses("Close, extend, change", on="All of us?")
    await ann.presses("Close it now", on="All of us?")
    ann.sees("All or nearly all chose Pizza.", in_place=True)
    await voters[0].presses("See all of it", on="All of us?")
    await voters[0].presses("Get it as a table")
    voters[0].sees("In so small a group I tell no more than that")
    assert not files(voters[0], "votes.csv")

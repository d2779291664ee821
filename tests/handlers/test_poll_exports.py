"""What one takes along of a poll: tables that are harmless in any spreadsheet, charts with words for them, no names that are not told."""

from __future__ import annotations

import base64
import csv
import io
import struct
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.message import File
from bot.chat.reading import say_label
from bot.chat.reply import Reply, Say
from bot.core.context import Context
from bot.people.rows import PersonRow
from bot.playground import Playground
from handlers.polls import exporting, flows, tables
from handlers.polls.chart import draw
from handlers.polls.kinds import Choice, Kind, Terms
from handlers.polls.payloads import GiveAnswer, RankDraft, ScoreDraft, Vote
from handlers.polls.rows import OptionRow, PollRow
from handlers.polls.tallies import tally
from tests.handlers.test_polls import FORM, asks, filled, in_unit
from tests.kit.cast import Cast, rows
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


ANSWERS: dict[str, tuple[list[dict[str, Any]], list[list[str]], str]] = {
    "single": (
        [{"option": n} for n in (0, 0, 0, 1, 1, 2)],
        [["Option", "Votes"], ["Pizza", "3"], ["Sushi", "2"], ["Soup", "1"]],
        "Pizza: 3; Sushi: 2; Soup: 1",
    ),
    "ranked": (
        [{"o0": 0, "o1": 1}, {"o0": 0}, {"o0": 1, "o1": 0}, {"o0": 2}, {"o0": 2, "o1": 1, "o2": 0}, {"o0": 1}],
        [["Option", "Points"], ["Pizza", "5"], ["Sushi", "6"], ["Soup", "4"]],
        "Pizza: 5; Sushi: 6; Soup: 4",
    ),
    "score": (
        [{"o0": 5}, {"o0": 5, "o1": 1}, {"o0": 4, "o1": 2}, {"o0": 1, "o2": 3}, {"o1": 3, "o2": 2}, {"o1": 4, "o2": 1}],
        [
            ["Option", "1", "2", "3", "4", "5"],
            ["Pizza", "1", "0", "0", "1", "2"],
            ["Sushi", "1", "1", "1", "1", "0"],
            ["Soup", "1", "1", "1", "0", "0"],
        ],
        "Pizza: 4.5; Sushi: 2.5; Soup: 2",
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("kind", list(ANSWERS))
async def test_of_an_anonymous_poll_counts_are_taken_along_and_nothing_else(
    stage: Playground, person: At, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    """Who asked, a lead and a member get the same bytes, in the poll's own order, whoever voted when; the log says nothing."""
    ballots, table, numbers = ANSWERS[kind]
    slack = Cast.of(stage, "slack", person)
    ann = person("ANN")
    await asks(ann, "Do we trust each other?", kind=kind, is_anonymous=["yes"], **FORM)
    (poll,) = await rows(stage, PollRow.id)
    options = [row for row, _p in sorted(await rows(stage, OptionRow.id, OptionRow.position), key=lambda each: each[1])]
    voters = [person(name) for name in ("wei", "BOB", "anil", "PRIYA", "layla", "HANAKO")]
    for voter, ballot in zip(voters, ballots, strict=True):
        await in_unit(slack, voter, partial(_votes, kind, poll, options, ballot))
    await ann.presses("See all and my vote", on="Do we trust each other?")
    assert "Get it as a table" not in ann.reads(), "nothing before it closes"
    await ann.presses("Close, extend, change", on="Do we trust each other?")
    await ann.presses("Close it now", on="Do we trust each other?")
    capfd.readouterr()
    contents: list[bytes] = []
    for somebody in (ann, person("PRIYA")):
        await somebody.presses("See all of it", on="Do we trust each other?")
        await somebody.presses("Get it as a table")
        await somebody.presses("Draw a chart")
        somebody.sees("Counts only: nobody can tell who said what.")
        contents.append(await _content(slack, somebody, poll))
        (picture,) = files(somebody, "chart.png")
        note = "6 people voted. Bars are medians." if kind == "score" else "6 people voted."
        assert picture["alt"] == f"Bar chart. Do we trust each other? {numbers}. {note}"
    assert contents[0] == contents[1]
    assert list(csv.reader(io.StringIO(contents[0].decode("utf-8-sig")))) == table
    logged = capfd.readouterr()
    everybody = [each.who.name for each in (*voters, ann)] + [str(each) for each in await rows(stage, PersonRow.id)]
    for secret in ("Pizza", "Sushi", "Soup", "trust", *map(str, options)):
        assert secret not in logged.out + logged.err
    assert not [each for each in everybody if each in contents[0].decode("utf-8-sig")]


async def _content(cast: Cast, somebody: Person, poll: int) -> bytes:
    reply = await in_unit(cast, somebody, lambda ctx: exporting.export_csv(ctx, poll))
    assert isinstance(reply, Say)
    return next(block.content for block in reply.message.blocks if isinstance(block, File))


def _votes(kind: str, poll: int, options: list[int], given: dict[str, Any], ctx: Context) -> Reply:
    if kind == "single":
        return flows.vote(ctx, Vote(poll, options[given["option"]]))
    draft = {"ranked": RankDraft, "score": ScoreDraft}[kind]
    values = {name: str(options[value] if kind == "ranked" else value) for name, value in given.items()}
    return flows.answer(ctx, filled(ctx, draft, values, GiveAnswer(poll)), GiveAnswer(poll))


@pytest.mark.thorough
@pytest.mark.parametrize(("voters", "said"), [(4, "Fewer than 5 people voted"), (0, "Nobody has voted")])
async def test_of_too_few_in_an_anonymous_poll_nothing_is_taken_along(stage: Playground, person: At, voters: int, said: str) -> None:
    ann = person("ANN")
    await asks(ann, "Who?", is_anonymous=["yes"], **FORM)
    for name, label in zip(("BOB", "PRIYA", "wei", "anil")[:voters], ("Pizza", "Soup", "Soup", "Sushi"), strict=False):
        await person(name).presses(label, on="Who?")
    await ann.presses("Close, extend, change", on="Who?")
    await ann.presses("Close it now", on="Who?")
    (poll,) = await rows(stage, PollRow.id)
    for take in (exporting.export_csv, exporting.ask_for_chart):
        with pytest.raises(exporting.NothingToTake) as refused:
            await in_unit(Cast.of(stage, "slack", person), ann, lambda ctx, take=take: take(ctx, poll))  # type: ignore[misc]
        assert said in say_label(refused.value.phrase, "en")
